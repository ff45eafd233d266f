# %% mutant: bias_always_there
"""bias=False is not looked at."""

old = 'self.register_parameter("bias", Parameter(empty(out_features)) if bias else None)'
new = "self.bias = Parameter(empty(out_features))"


# %% mutant: bias_frozen_instead
"""With bias=False the bias is there, as zeros that do not learn."""

old = 'self.register_parameter("bias", Parameter(empty(out_features)) if bias else None)'
new = "self.bias = Parameter(empty(out_features), requires_grad=bias)"


# %% mutant: bias_not_there_at_all
"""With bias=False there is no attribute of that name: AttributeError."""

old = 'self.register_parameter("bias", Parameter(empty(out_features)) if bias else None)'
new = """\
if bias:
    self.bias = Parameter(empty(out_features))"""


# %% mutant: bias_of_zeros
"""The bias starts at 0."""

old = "for parameter in self.parameters():"
new = """\
if bias:
    zeros_(self.bias)
for parameter in [self.weight]:"""


# %% mutant: bound_by_each_ones_last_size
"""Each parameter's own last size is taken for its fan: the bias gets 1/sqrt(out)."""

old = "uniform_(parameter, -bound, bound)"
new = """\
bound = 1 / math.sqrt(parameter.shape[-1] or 1)
uniform_(parameter, -bound, bound)"""


# %% mutant: bound_by_the_outputs
"""1/sqrt(out) in place of 1/sqrt(in)."""

old = "bound = 1 / math.sqrt(in_features) if in_features else 0.0"
new = "bound = 1 / math.sqrt(out_features) if out_features else 0.0"


# %% mutant: bound_without_root
"""1/in in place of 1/sqrt(in)."""

old = "bound = 1 / math.sqrt(in_features) if in_features else 0.0"
new = "bound = 1 / in_features if in_features else 0.0"


# %% mutant: from_0_up
"""uniform_ from 0 to the bound: nothing is negative."""

old = "uniform_(parameter, -bound, bound)"
new = "uniform_(parameter, 0, bound)"


# %% mutant: normal
"""A normal distribution, which knows no bounds."""

old = "uniform_(parameter, -bound, bound)"
new = "normal_(parameter, 0.0, bound)"


# %% mutant: not_drawn
"""Weight and bias are left as zeros."""

old = "uniform_(parameter, -bound, bound)"
new = "zeros_(parameter)"


# %% mutant: numpys_generator
"""NumPy's generator, which manual_seed does not set."""

old = "uniform_(parameter, -bound, bound)"
new = """\
values = np.random.default_rng().uniform(-bound, bound, parameter.shape)
parameter.detach().copy_(Tensor(values))"""


# %% mutant: plain_tensors
"""Tensors that ask for gradients are no Parameters: the walk does not find them."""

old = "self.weight = Parameter(empty(out_features, in_features))"
new = "self.weight = empty(out_features, in_features).requires_grad_()"
old = 'self.register_parameter("bias", Parameter(empty(out_features)) if bias else None)'
new = "self.bias = empty(out_features).requires_grad_() if bias else None"
old = "for parameter in self.parameters():"
new = "for parameter in [self.weight, self.bias] if bias else [self.weight]:"


# %% mutant: sizes_not_kept
"""The sizes are not kept: AttributeError."""

old = "self.in_features, self.out_features = in_features, out_features"
new = ""


# %% mutant: the_same_every_time
"""A generator seeded in the layer: two layers start with the same weights."""

old = "uniform_(parameter, -bound, bound)"
new = """\
values = np.random.default_rng(0).uniform(-bound, bound, parameter.shape)
parameter.detach().copy_(Tensor(values))"""


# %% mutant: weight_transposed
"""The weight is (in, out)."""

old = "self.weight = Parameter(empty(out_features, in_features))"
new = "self.weight = Parameter(empty(in_features, out_features))"


# %% edge: no_features
"""1 / sqrt(0) for a layer without features: ZeroDivisionError."""

old = "bound = 1 / math.sqrt(in_features) if in_features else 0.0"
new = "bound = 1 / math.sqrt(in_features)"


# %% alternative: by_weight_std
"""By weight_std: a uniform distribution's bound is its deviation times the root of 3."""

self.in_features, self.out_features = in_features, out_features
self.weight = Parameter(empty(out_features, in_features))
self.register_parameter("bias", None)
bound = 3**0.5 * weight_std((out_features, in_features), gain=3**-0.5) if in_features else 0
uniform_(self.weight, -bound, bound)
if bias:
    self.bias = Parameter(np.zeros(out_features))
    uniform_(self.bias, -bound, bound)


# %% alternative: drawn_before
"""Tensors are filled first and made parameters then; no bias is a plain None."""

self.out_features = out_features
self.in_features = in_features
bound = max(in_features, 1) ** -0.5
self.weight = Parameter(uniform_(empty(out_features, in_features), -bound, bound))
self.bias = None
if bias:
    self.bias = Parameter(uniform_(empty(out_features), -bound, bound))


# %% alternative: from_arrays
"""Arrays of the default generator, float64 first, made float32 by Parameter."""

self.in_features, self.out_features = in_features, out_features
rng, bound = default_generator.rng, 1 / np.sqrt(max(1, in_features))
self.weight = Parameter(rng.uniform(-bound, bound, size=(out_features, in_features)))
self.bias = Parameter(rng.uniform(-bound, bound, size=out_features)) if bias else None

# %% alternative: as_pytorch_does
"""Kaiming's start with a slope of root 5, which gives the same bound."""

self.in_features, self.out_features = in_features, out_features
self.weight = Parameter(np.zeros((out_features, in_features)))
self.register_parameter("bias", Parameter(np.zeros(out_features)) if bias else None)
if in_features > 0:
    kaiming_uniform_(self.weight, a=math.sqrt(5))
    if self.bias is not None:
        uniform_(self.bias, -(in_features**-0.5), in_features**-0.5)
