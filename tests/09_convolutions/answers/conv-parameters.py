# %% edge: bias_from_zero_up
"""The bias is drawn between 0 and the bound."""

old = "uniform_(Parameter(empty(out_channels)), -bound, bound)"
new = "uniform_(Parameter(empty(out_channels)), 0.0, bound)"

# %% mutant: bias_first
"""The bias is drawn before the weight."""

old = """\
uniform_(weight, -bound, bound)
return weight, uniform_(Parameter(empty(out_channels)), -bound, bound) if bias else None"""
new = """\
drawn = uniform_(Parameter(empty(out_channels)), -bound, bound) if bias else None
return uniform_(weight, -bound, bound), drawn"""

# %% mutant: bias_always
"""There is a bias, asked for or not."""

old = "-bound, bound) if bias else None"
new = "-bound, bound)"

# %% mutant: bias_of_zeros
"""The bias begins at 0, as in some papers."""

old = "uniform_(Parameter(empty(out_channels)), -bound, bound) if bias else None"
new = "uniform_(Parameter(empty(out_channels)), 0.0, 0.0) if bias else None"

# %% mutant: fan_in_without_groups
"""The fan-in counts all channels, though a filter sees those of its group."""

old = "bound = 1 / math.sqrt(weight[0].numel())"
new = "bound = 1 / math.sqrt(in_channels * kernel[0] * kernel[1])"

# %% mutant: fan_in_without_the_window
"""The fan-in counts the channels, not the pixels of the window."""

old = "bound = 1 / math.sqrt(weight[0].numel())"
new = "bound = 1 / math.sqrt(in_channels // groups)"

# %% mutant: fan_out
"""The bound is made from the outputs."""

old = "bound = 1 / math.sqrt(weight[0].numel())"
new = "bound = 1 / math.sqrt(out_channels)"

# %% mutant: groups_ignored
"""Each filter has weights for all channels."""

old = "empty(out_channels, in_channels // groups, *kernel)"
new = "empty(out_channels, in_channels, *kernel)"

# %% mutant: in_and_out_exchanged
"""The weight is (in, out, ...)."""

old = "empty(out_channels, in_channels // groups, *kernel)"
new = "empty(in_channels // groups, out_channels, *kernel)"

# %% mutant: kaiming_for_relu
"""The bound of Kaiming for relu: sqrt(6 / fan_in)."""

old = "bound = 1 / math.sqrt(weight[0].numel())"
new = "bound = math.sqrt(6 / weight[0].numel())"

# %% mutant: no_error
"""Channels that do not divide are rounded down."""

old = """\
for channels in (in_channels, out_channels):
    if channels % groups:
        raise ValueError(f"{channels} channels do not divide into {groups} groups")
"""
new = ""

# %% mutant: only_inputs_checked
"""Output channels that do not divide are not noticed."""

old = "for channels in (in_channels, out_channels):"
new = "for channels in (in_channels,):"

# %% mutant: root_missing
"""1 / fan_in, without the root."""

old = "bound = 1 / math.sqrt(weight[0].numel())"
new = "bound = 1 / weight[0].numel()"

# %% mutant: tensors
"""Tensors, which no optimizer finds."""

old = "return weight, uniform_(Parameter(empty(out_channels)), -bound, bound) if bias else None"
new = "return weight.detach(), uniform_(empty(out_channels), -bound, bound) if bias else None"

# %% alternative: by_hand
"""The fan-in from the sizes, and Parameters made last."""

if in_channels % groups or out_channels % groups:
    raise ValueError(f"{groups} groups of {in_channels} and {out_channels} channels")
shape = (out_channels, in_channels // groups, kernel[0], kernel[1])
bound = math.prod(shape[1:]) ** -0.5
weight = Parameter(uniform_(empty(*shape), -bound, bound))
drawn = None
if bias:
    drawn = Parameter(uniform_(empty(out_channels), -bound, bound))
return weight, drawn
