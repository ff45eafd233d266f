# %% mutant: both_or_none
"""Without a weight, the bias is lost."""

old = "return scale, shift if bias is None else shift + bias"
new = "return scale, shift if weight is None or bias is None else shift + bias"

# %% mutant: bias_changed
"""The shift is added to the caller's bias."""

old = "return scale, shift if bias is None else shift + bias"
new = """\
if bias is None:
    return scale, shift
bias += shift
return scale, bias"""

# %% mutant: eps_missing
"""No eps: a variance of 0 divides by 0."""

old = "scale = 1 / np.sqrt(var + eps)"
new = "scale = 1 / np.sqrt(var)"

# %% mutant: eps_outside_the_root
"""eps is added to the deviation."""

old = "scale = 1 / np.sqrt(var + eps)"
new = "scale = 1 / (np.sqrt(var) + eps)"

# %% mutant: mean_not_scaled
"""The mean is taken away after scaling."""

old = "shift = -mean * scale"
new = "shift = -mean + 0 * scale"

# %% mutant: sign
"""The mean is added."""

old = "shift = -mean * scale"
new = "shift = mean * scale"

# %% mutant: variance
"""Divided by the variance."""

old = "scale = 1 / np.sqrt(var + eps)"
new = "scale = 1 / (var + eps)"

# %% mutant: weight_changed
"""The weight is scaled in place."""

old = "scale = scale * weight"
new = "scale = np.multiply(scale, weight, out=weight)"

# %% mutant: weight_needed
"""A weight and a bias are always there: a TypeError where one is None."""

scale = weight / np.sqrt(var + eps)
return scale, bias - mean * scale

# %% mutant: weight_only_in_scale
"""The mean is not multiplied by the weight."""

inverse = 1 / np.sqrt(var + eps)
scale = inverse if weight is None else inverse * weight
return scale, -mean * inverse if bias is None else bias - mean * inverse

# %% edge: zero_is_none
"""A weight of zeros is taken for none at all."""

old = "if weight is not None:"
new = "if weight is not None and weight.any():"

# %% alternative: at_zero
"""The shift is what comes out for x = 0."""


def normed(x):
    y = (x - mean) / (var + eps) ** 0.5
    y = y if weight is None else weight * y
    return y if bias is None else bias + y


return [normed(np.ones_like(mean)) - normed(np.zeros_like(mean)), normed(np.zeros_like(mean))]

# %% alternative: defaults_first
"""Ones and zeros first."""

weight = np.ones_like(mean) if weight is None else weight
bias = np.zeros_like(mean) if bias is None else bias
scale = weight / np.sqrt(var + eps)
return scale, bias - mean * scale
