# %% mutant: averaged_over_ignored_targets
"""The mean divides by all rows, ignored ones among them."""

function = "target_scale"
old = "scale / scale.sum()"
new = "scale / len(scale)"

# %% mutant: bce_gradient_ignores_pos_weight
"""The gradient takes every positive answer for one."""

function = "bce_rule"
old = "slope = p - t if type(pos_weight) is float else (1 - t) * p - pos_weight * t * (1 - p)"
new = "slope = p - t"

# %% mutant: bce_unstable
"""The sigmoid is computed first, and the logarithm of 0 taken of it."""

function = "bce_forward"
old = "yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest"
new = """\
p = 1 / (1 + np.exp(-x))
yes, no = -np.log(p), -np.log(1 - p)"""

# %% mutant: classes_not_moved_last
"""Logits of images are cut into rows without moving the classes last."""

function = "class_rows"
old = "input.permute(0, *range(2, input.ndim), 1).reshape(-1, input.shape[1])"
new = "input.reshape(-1, input.shape[1])"

# %% mutant: cross_entropy_gradient_not_averaged
"""The loss is a mean, its gradient that of a sum."""

function = "row_gradients"
old = "g = g * (scale if type(scale) is float else np.nan_to_num(scale))"
new = "g = g * (1.0 if type(scale) is float else np.nan_to_num(scale))"

# %% mutant: cross_entropy_gradient_without_target
"""The gradient is the softmax, and nothing is taken off at the target."""

function = "class_rules.cross_entropy_rule"
old = "gradient[np.arange(len(x)), target] -= g"
new = "gradient[np.arange(len(x)), target] -= 0 * g"

# %% mutant: cross_entropy_not_averaged
"""The mean cross-entropy is a sum."""

function = "counted_targets"
old = 'return target, 1 / target.size if reduction == "mean" else 1.0'
new = "return target, 1.0"

# %% mutant: cross_entropy_unstable
"""The largest logit is not taken out before exp."""

function = "cross_entropy_forward"
old = "e = x - np.max(x, axis=1, keepdims=True)"
new = "e = x.copy()"

# %% mutant: ignored_targets_count
"""Ignored rows count as class 0."""

function = "target_scale"
old = "weight[np.where(counted, target, 0)] * counted"
new = "weight[np.where(counted, target, 0)]"

# %% mutant: label_smoothing_lost
"""CrossEntropyLoss forgets its label_smoothing."""

function = "CrossEntropyLoss.forward"
old = "label_smoothing=self.label_smoothing"
new = "label_smoothing=0.0"

# %% mutant: label_smoothing_not_shared
"""The smoothed part is given to every class in full instead of shared."""

function = "smoothed_losses"
old = "label_smoothing / classes"
new = "label_smoothing"

# %% mutant: label_smoothing_target_keeps_one
"""The target keeps all its weight beside the smoothed part."""

function = "smoothed_losses"
old = "+= 1 - label_smoothing"
new = "+= 1"

# %% mutant: log_softmax_gradient
"""The gradient of log_softmax takes the probabilities off once instead of by the sum of g."""

function = "class_rules.log_softmax_rule"
old = "p *= np.sum(g, axis=dim, keepdims=True)"
new = "p *= 1"

# %% mutant: log_softmax_unstable
"""The largest value is not taken out before exp."""

function = "log_softmax_forward"
old = "shifted = x - np.max(x, axis=dim, keepdims=True)"
new = "shifted = x"

# %% mutant: mse_averaged_over_rows
"""The gradient of the mean is divided by the rows, not by all values."""

function = "error_rules.mse_rule"
old = "g / difference.size"
new = "g / len(difference)"

# %% mutant: mse_gradient_halved
"""The gradient of a square lacks its 2."""

function = "error_rules.mse_rule"
old = "2 * g * difference"
new = "g * difference"

# %% mutant: softmax_twice
"""CrossEntropyLoss gives probabilities to what expects logits."""

function = "CrossEntropyLoss.forward"
old = "input,"
new = "log_softmax(input, 1).exp(),"

# %% mutant: smoothing_in_single_precision
"""The soft targets are float32, whatever the logits are."""

function = "smoothed_losses"
old = "label_smoothing / classes, rows.dtype"
new = "label_smoothing / classes, np.float32"
tests = ["04_losses/test_losses.py"]

# %% mutant: softplus_by_rounded_sum
"""log(1 + e) where log1p(e) keeps its digits: a sure and right answer costs exactly 0."""

function = "bce_forward"
old = "np.log1p(e)"
new = "np.log(1 + e)"
tests = ["04_losses/test_losses.py"]

# %% mutant: target_gradient_has_the_wrong_sign
"""The target of a squared error gets the gradient of the prediction."""

function = "error_rules"
old = "mse_op: (mse_rule, negative(mse_rule))"
new = "mse_op: (mse_rule, mse_rule)"
tests = ["04_losses/test_losses.py"]

# %% mutant: weights_not_in_the_mean
"""A weighted mean divides by the number of rows, not by their weights."""

function = "target_scale"
old = "scale / scale.sum()"
new = "scale / counted.sum()"

# %% mutant: distributions_as_indices
"""Probabilities as targets are taken for the class with the largest one."""

function = "cross_entropy"
old = "is_soft = target.array.shape == input.array.shape"
new = """\
is_soft = False
if target.array.shape == input.array.shape and input.ndim > 1:
    target = target.argmax(1)"""
tests = ["04_losses/test_losses.py"]

# %% alternative: cross_entropy_by_logaddexp
"""The logarithm of the sum comes from logaddexp."""

function = "cross_entropy_forward"
old = "np.log(row_sums(e)) - picked"
new = "np.logaddexp.reduce(x, axis=1) - x[np.arange(len(x)), target]"
tests = ["integration/test_losses_integration.py", "integration/test_training_flow.py"]
