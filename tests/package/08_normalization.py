# %% mutant: affine_switched_off
"""The layers have no weight and bias to learn."""

function = "register_affine"
old = "Parameter(ones(shape)) if weight else None"
new = "None"
tests = ["integration/test_training_flow.py"]

# %% mutant: batch_statistics_in_eval
"""After eval() the statistics are still those of the batch, and running ones move."""

function = "_BatchNorm.forward"
old = "use_batch = self.training or self.running_mean is None"
new = "use_batch = len(input) > 1"
tests = ["integration/test_training_flow.py"]

# %% mutant: batches_counted_twice
"""Every batch counts twice."""

function = "_BatchNorm.forward"
old = "input.numel() > self.num_features"
new = "2"
tests = ["integration/test_training_flow.py"]

# %% mutant: bias_gradient_averaged
"""The gradient of a bias is the mean over the batch."""

function = "affine_rules.for_bias"
old = "total(others(g), g)"
new = "average(others(g), g)"
tests = ["integration/test_training_flow.py"]

# %% mutant: bias_lost_in_eval
"""After eval() the bias is not added."""

function = "fold"
old = "shift if bias is None else shift + bias"
new = "shift"
tests = ["integration/test_training_flow.py"]

# %% mutant: buffers_not_saved
"""Running statistics are not part of the state."""

function = "_BatchNorm.__init__"
old = 'self.register_buffer("running_mean", zeros(num_features) if tracked else None)'
new = 'self.register_buffer("running_mean", zeros(num_features) if tracked else None, False)'
tests = ["integration/test_training_flow.py"]

# %% mutant: eps_missing
"""Nothing is added to the variance."""

function = "normalize"
old = "np.sqrt(var + eps)"
new = "np.sqrt(var)"
tests = ["integration/test_training_flow.py"]

# %% mutant: eps_missing_in_eval
"""After eval() nothing is added to the variance."""

function = "fold"
old = "np.sqrt(var + eps)"
new = "np.sqrt(var)"
tests = ["integration/test_training_flow.py"]

# %% mutant: eps_outside_the_root
"""eps is added to the standard deviation."""

function = "normalize"
old = "1 / np.sqrt(var + eps)"
new = "1 / (np.sqrt(var) + eps)"
tests = ["integration/test_training_flow.py"]

# %% mutant: gradient_not_divided
"""The gradient of x is not divided by the spread."""

function = "normalize_rule"
old = "part *= inverse"
new = ""
tests = ["integration/test_training_flow.py"]

# %% mutant: group_norm_groups_mixed
"""Group norm makes as many groups as a group has channels."""

function = "group_norm"
old = "group_view(input.shape, num_groups)"
new = "group_view(input.shape, input.shape[1] // num_groups)"
tests = ["integration/test_training_flow.py"]

# %% mutant: group_norm_over_all
"""Group norm takes all channels for one group."""

function = "group_norm"
old = "group_view(input.shape, num_groups)"
new = "group_view(input.shape, 1)"
tests = ["integration/test_training_flow.py"]

# %% mutant: layer_norm_over_the_batch
"""Layer norm takes each feature of all examples together."""

function = "layer_norm"
old = "dims=(1,)"
new = "dims=(0,)"
tests = ["integration/test_training_flow.py"]

# %% mutant: length_not_counted
"""The unbiased variance counts examples, without their length."""

function = "norm_forward"
old = "math.prod(view[d] for d in dims)"
new = "view[0]"
tests = ["integration/test_training_flow.py"]

# %% mutant: layer_norm_over_the_last
"""Layer norm over several dimensions takes the last one only."""

function = "layer_norm"
old = "return layer_norm_op(*inputs, view=table,"
new = "return layer_norm_op(*inputs, view=(-1, input.shape[-1]),"
tests = ["integration/test_gradient_flow.py"]

# %% mutant: mean_of_all_off_by_one
"""With momentum None the first batch counts half."""

function = "_BatchNorm.forward"
old = "1 / max(count, 1)"
new = "1 / (count + 1)"
tests = ["integration/test_training_flow.py"]

# %% mutant: mean_taken_for_a_constant
"""No gradient flows through the mean."""

function = "normalize_rule"
old = "part -= average(dims, g)"
new = ""
tests = ["integration/test_training_flow.py"]

# %% mutant: momentum_of_the_mean_only
"""The running variance becomes that of the last batch."""

function = "update_running"
old = "(1 - momentum) * running_var + momentum * unbiased"
new = "unbiased"
tests = ["integration/test_training_flow.py"]

# %% mutant: momentum_swapped
"""Momentum is the share of the old statistics, not of the new ones."""

function = "norm_forward"
old = "count, running[2])"
new = "count, 1 - running[2])"
tests = ["integration/test_training_flow.py"]

# %% mutant: normalized_by_the_unbiased_variance
"""Examples are divided by the root of the variance over n - 1."""

function = "normalize"
old = "inverse = 1 / np.sqrt(var + eps)"
new = """\
n = math.prod(x.shape[d] for d in dims)
inverse = 1 / np.sqrt(var * (n / max(n - 1, 1)) + eps)"""
tests = ["integration/test_training_flow.py"]

# %% mutant: pair_not_corrected
"""The running variance of a batch of two is not corrected."""

function = "update_running"
old = "var * (count / (count - 1))"
new = "var * (count / (count - 1) if count > 2 else 1)"
tests = ["integration/test_training_flow.py"]

# %% mutant: rms_centred
"""RMS norm takes the mean out, as layer norm does."""

function = "rms_parts.forward"
old = "inverse = 1"
new = """\
x = x - average((1,), x)
inverse = 1"""
tests = ["integration/test_training_flow.py"]

# %% mutant: rms_eps_outside_the_root
"""RMS norm adds eps to the root."""

function = "rms_parts.forward"
old = "1 / np.sqrt(average((1,), x, x) + eps)"
new = "1 / (np.sqrt(average((1,), x, x)) + eps)"
tests = ["integration/test_training_flow.py"]

# %% mutant: rms_taken_for_a_constant
"""No gradient flows through the mean square."""

function = "rms_parts.rule"
old = "part = normed * -average((1,), g, normed)"
new = "part = normed * 0.0"
tests = ["integration/test_training_flow.py"]

# %% mutant: batch_norm_weight_not_in_the_gradient
"""The gradient of batch norm passes the weight by."""

function = "norm_rules.rule_x"
old = "inverse = inverse * along_dim_1(weight, len(table))"
new = "inverse = inverse * 1"
tests = ["integration/test_training_flow.py"]

# %% mutant: rms_weight_not_in_the_gradient
"""The gradient of RMS norm passes the weight by."""

function = "rms_rule"
old = "g.reshape(table) * weight.reshape(-1)"
new = "g.reshape(table) * 1"
tests = ["integration/test_training_flow.py"]

# %% mutant: running_by_the_difference
"""Running statistics move by the difference, which loses the digits of the new."""

function = "update_running"
old = "running_mean[...] = (1 - momentum) * running_mean + momentum * mean"
new = "running_mean += momentum * (mean - running_mean)"
tests = ["integration/test_training_flow.py"]

# %% mutant: running_spread_for_variance
"""The running variance moves towards the standard deviation."""

function = "update_running"
old = "unbiased = var *"
new = "unbiased = np.sqrt(var) *"
tests = ["integration/test_training_flow.py"]

# %% mutant: rms_norm_over_the_last
"""RMS norm over several dimensions takes the last one only."""

function = "rms_norm"
old = "table=table, eps=eps"
new = "table=(math.prod(input.shape[:-1]), input.shape[-1]), eps=eps"
tests = ["integration/test_gradient_flow.py"]

# %% mutant: running_statistics_in_training
"""Batches are normalized by the running statistics in training, too."""

function = "_BatchNorm.forward"
old = "self.weight, self.bias, use_batch, momentum"
new = "self.weight, self.bias, False, momentum"
tests = ["integration/test_training_flow.py"]

# %% mutant: running_var_biased
"""The running variance is divided by n, as that of the batch."""

function = "update_running"
old = "var * (count / (count - 1))"
new = "var"
tests = ["integration/test_training_flow.py"]

# %% mutant: shift_not_scaled
"""After eval() the running mean is taken off before scaling is undone."""

function = "fold"
old = "shift = -mean * scale"
new = "shift = -mean"
tests = ["integration/test_training_flow.py"]

# %% mutant: statistics_never_updated
"""The running statistics stay at 0 and 1."""

function = "norm_forward"
old = "if running and x.size:"
new = "if not x.size:"
tests = ["integration/test_training_flow.py"]

# %% mutant: statistics_of_a_copy
"""A copy of the running statistics moves."""

function = "batch_norm"
old = "(running_mean.array, running_var.array, momentum)"
new = "(running_mean.array.copy(), running_var.array.copy(), momentum)"
tests = ["integration/test_training_flow.py"]

# %% mutant: statistics_updated_in_eval
"""After eval() running statistics are used, and move towards those of the batch."""

function = "batch_norm"
old = "return fixed_norm_op("
new = """\
dims = (0,) if len(table) == 2 else (0, 2)
_, now, spread, _ = normalize(input.numpy().reshape(table), dims, eps)
kept = running_mean.clone(), running_var.clone()
count = input.numel() // table[1]
moving = running_mean.array, running_var.array
update_running(*moving, now.reshape(-1), spread.reshape(-1), count, momentum)
running_mean, running_var = kept
return fixed_norm_op("""
tests = ["integration/test_training_flow.py"]

# %% mutant: tracking_switch_ignored
"""Statistics move in training though `track_running_stats` was set to False."""

function = "_BatchNorm.forward"
old = "updates = self.training and self.track_running_stats"
new = "updates = self.training"
tests = ["08_normalization/test_normalization.py"]

# %% mutant: variance_taken_for_a_constant
"""No gradient flows through the variance."""

function = "normalize_rule"
old = "part = normed * -average(dims, g, normed)"
new = "part = normed * 0.0"
tests = ["integration/test_training_flow.py"]

# %% mutant: weight_gradient_averaged
"""The gradient of a weight is the mean over the batch."""

function = "affine_rules.for_weight"
old = "total(others(g), g, normed)"
new = "average(others(g), g, normed)"
tests = ["integration/test_training_flow.py"]

# %% mutant: weight_gradient_of_the_last_example
"""The gradient of a weight is that of the last example."""

function = "affine_rules.for_weight"
old = "total(others(g), g, normed).reshape(-1)"
new = "(g * normed)[-1].reshape(-1)"
tests = ["integration/test_training_flow.py"]

# %% mutant: weight_not_in_the_gradient
"""The gradient of x passes the weight by."""

function = "affine_rules.for_normed"
old = "g * along_dim_1(weight, g.ndim)"
new = "g * 1"
tests = ["integration/test_training_flow.py"]

# %% alternative: numpy_statistics
"""Mean and variance are NumPy's, added up in float64."""

function = "normalize"
old = """\
mean = average(dims, x)
normed = x - mean
var = average(dims, normed, normed)"""
new = """\
mean = x.mean(axis=dims, keepdims=True, dtype="float64").astype(x.dtype)
normed = x - mean
var = x.var(axis=dims, keepdims=True, dtype="float64").astype(x.dtype)"""
tests = ["integration/test_training_flow.py", "08_normalization/test_normalization.py"]

# %% alternative: rms_by_a_power
"""RMS norm takes the power -1/2."""

function = "rms_parts.forward"
old = "1 / np.sqrt(average((1,), x, x) + eps)"
new = "(average((1,), x, x) + eps) ** -0.5"
tests = ["integration/test_training_flow.py", "08_normalization/test_normalization.py"]

# %% alternative: rule_in_one_line
"""The gradient of x in one expression."""

function = "normalize_rule"
old = """\
part = normed * -average(dims, g, normed)
part += g
part -= average(dims, g)
part *= inverse
return part"""
new = "return inverse * (g - average(dims, g) - normed * average(dims, g, normed))"
tests = ["integration/test_training_flow.py", "08_normalization/test_normalization.py"]

# %% alternative: statistics_in_two_steps
"""Running statistics shrink, and the share of the new is added."""

function = "update_running"
old = """\
running_mean[...] = (1 - momentum) * running_mean + momentum * mean
running_var[...] = (1 - momentum) * running_var + momentum * unbiased"""
new = """\
running_mean *= 1 - momentum
running_mean += momentum * mean
running_var *= 1 - momentum
running_var += momentum * unbiased"""
tests = ["integration/test_training_flow.py", "08_normalization/test_normalization.py"]
