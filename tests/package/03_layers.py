# %% mutant: children_not_found
"""Only the children's own parameters are found, not those further down."""

function = "named_members"
old = 'yield from walk(child, f"{prefix}{name}.")'
new = 'yield from ((f"{prefix}{name}.{key}", x) for key, x in getattr(child, kind).items())'

# %% mutant: dropout_exactly_pn
"""Dropout drops exactly round(p n) values: where one is dropped, others cannot be."""

function = "dropout"
old = "default_generator.rng.random(input.shape, np.float32) >= p"
new = """\
default_generator.rng.permutation(input.numel()).reshape(input.shape) >= round(p * input.numel())"""
tests = ["03_layers/test_layers.py"]

# %% mutant: dropout_in_eval
"""Dropout drops after eval(), too."""

function = "dropout"
old = "if not training or p == 0:"
new = "if p == 0:"

# %% mutant: dropout_keeps_with_chance_p
"""Dropout keeps with chance p instead of dropping."""

function = "dropout"
old = ".random(input.shape, np.float32) >= p"
new = ".random(input.shape, np.float32) < p"

# %% mutant: dropout_mask_in_float64
"""Dropout's mask is float64 whatever its input is, and widens it."""

function = "dropout"
old = "np.multiply(kept, scale, dtype=input.dtype)"
new = "np.multiply(kept, scale, dtype=np.float64)"
tests = ["03_layers/test_layers.py"]

# %% mutant: dropout_not_scaled
"""What dropout keeps is not scaled up, so that training and use differ."""

function = "dropout"
old = "scale = 1 / (1 - p) if p < 1 else 0.0"
new = "scale = 1.0"

# %% mutant: eval_switches_the_top_only
"""train() and eval() reach the outermost module only."""

function = "Module.train"
old = "for module in self.modules():"
new = "for module in [self]:"

# %% mutant: gelu_forms_swapped
"""Each of GELU's two forms stands where the other one belongs."""

function = "gelu_forward"
old = 'approximate == "none"'
new = 'approximate == "tanh"'

# %% mutant: gelu_slope_of_the_other_form
"""The exact form has the slope of the one by tanh."""

function = "gelu_forward"
old = "return gelu_exact(x) if"
new = "return (gelu_exact(x)[0], gelu_tanh(x)[1]) if"

# %% mutant: init_too_small
"""Weights are drawn from 1/in instead of 1/sqrt(in): the signal dies with depth."""

function = "Linear.__init__"
old = "1 / math.sqrt(in_features)"
new = "1 / in_features"

# %% mutant: kaiming_without_root
"""The standard deviation is divided by the fan instead of its root."""

function = "weight_std"
old = "gain / math.sqrt(fans[mode])"
new = "gain / fans[mode]"

# %% mutant: linear_bias_averaged
"""The gradient of the bias is averaged over the batch."""

function = "linear_rules.for_bias"
old = "column_sums(g)"
new = "g.mean(axis=0)"

# %% mutant: linear_bias_without_gradient
"""The bias of Linear gets a gradient of zeros."""

function = "linear_rules.for_bias"
old = "column_sums(g)"
new = "np.zeros(len(g), g.dtype) @ g"

# %% mutant: linear_weight_averaged
"""The gradient of the weight is averaged over the batch."""

function = "linear_rules.for_weight"
old = "as_rows(g).T @ as_rows(x)"
new = "as_rows(g).T @ as_rows(x) / len(as_rows(x))"

# %% mutant: loaded_weights_shared
"""load_state_dict takes over the arrays it is given instead of copying."""

function = "Module.load_state_dict"
old = "state[name].copy_(array)"
new = "state[name].array = array"

# %% mutant: relu_gradient_everywhere
"""The gradient passes ReLU where it gave 0, too."""

function = "activation_rules"
old = "keep(g, out > 0)"
new = "keep(g, out >= 0)"

# %% mutant: relu_multiplies_by_the_mask
"""An infinite gradient times 0 is NaN where ReLU is off."""

function = "activation_rules"
old = "keep(g, out > 0)"
new = "g * (out > 0)"
tests = ["03_layers/test_layers.py"]

# %% mutant: reset_draws_nothing
"""reset_parameters leaves the weights as they are."""

function = "reset_parameters"
old = "self.load_state_dict(new.state_dict())"
new = "new.load_state_dict(self.state_dict())"
tests = ["03_layers/test_layers.py"]

# %% mutant: shared_parameters_repeated
"""A shared parameter is listed under each of its names, and stepped twice."""

function = "named_members"
old = "if member is not None and id(member) not in seen:"
new = "if member is not None:"

# %% mutant: sigmoid_gradient
"""The gradient of sigmoid is that of its input instead of its result."""

function = "activation_rules"
old = "g * out * (1 - out)"
new = "g * x * (1 - x)"

# %% mutant: softmax_gradient_of_each_alone
"""The gradient of softmax forgets that its values share one sum."""

function = "activation_rules.softmax_rule"
old = "out * (g - np.sum(g * out, axis=dim, keepdims=True))"
new = "out * (1 - out) * g"

# %% mutant: softmax_unstabilised
"""The largest value is not taken out before exp."""

function = "softmax_forward"
old = "np.exp(x - np.max(x, axis=dim, keepdims=True, initial=-np.inf))"
new = "np.exp(x)"

# %% mutant: state_dict_copies_nothing_back
"""load_state_dict loads into copies and leaves the module as it was."""

function = "Module.load_state_dict"
old = "state[name].copy_(array)"
new = "state[name].clone().copy_(array)"

# %% mutant: zero_grad_own_parameters_only
"""zero_grad resets a module's own parameters and not its children's."""

function = "Module.zero_grad"
old = "for parameter in self.parameters():"
new = "for parameter in self.parameters(recurse=False):"

# %% mutant: init_by_fan_out
"""A linear layer starts from numbers up to 1/sqrt(out), not 1/sqrt(in)."""

function = "Linear.__init__"
old = "1 / math.sqrt(in_features) if in_features"
new = "1 / math.sqrt(out_features) if out_features"
tests = ["03_layers/test_layers.py"]

# %% mutant: reassigned_child_stays
"""A module that is put where another one was goes to the end, and the old one stays."""

function = "Module._take"
old = "self.__dict__[kind][name] = value"
new = """\
if name in self.__dict__[kind]:
    self.__dict__[kind][f"{name}_old"] = self.__dict__[kind].pop(name)
self.__dict__[kind][name] = value"""
tests = ["03_layers/test_layers.py"]

# %% mutant: softmax_adds_along_the_last
"""softmax divides by sums along the last dimension, whatever dim is."""

function = "softmax_forward"
old = "out /= sum_along(out, dim)"
new = "out /= sum_along(out, -1)"
tests = ["03_layers/test_layers.py"]

# %% alternative: linear_bias_summed
"""The gradient of a bias is summed along the rows."""

function = "linear_rules.for_bias"
old = "column_sums(g)"
new = "g.sum(axis=0)"
tests = [
    "integration/test_gradient_flow.py",
    "integration/test_losses_integration.py",
    "integration/test_training_flow.py",
]

# %% alternative: linear_by_einsum
"""The product of Linear is written in indices."""

function = "linear_forward"
old = "out = as_rows(x) @ weight.T"
new = 'out = np.einsum("ni,oi->no", as_rows(x), weight)'
tests = [
    "integration/test_gradient_flow.py",
    "integration/test_losses_integration.py",
    "integration/test_training_flow.py",
]
