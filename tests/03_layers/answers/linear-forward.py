# %% mutant: bias_always_there
"""A bias of None is not provided for."""

old = """\
if bias is not None:
    out += bias"""
new = "out += bias"

# %% mutant: bias_forgotten
"""The bias is not added."""

old = "out += bias"
new = "pass"

# %% mutant: leading_dimensions_lost
"""The rows are not put back into the leading dimensions."""

old = "return out.reshape(*x.shape[:-1], len(weight))"
new = "return out"

# %% mutant: matrices_only
"""`.shape[0]` rows, as if the input always were a matrix."""

old = "out = as_rows(x) @ weight.T"
new = "out = x.reshape(x.shape[0], -1) @ weight.T"

# %% mutant: no_check
"""NumPy's own message has to do for sizes that do not fit."""

old = 'raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")'
new = "pass"

# %% mutant: not_transposed_when_square
"""The weight is transposed only if the product is impossible otherwise."""

old = "out = as_rows(x) @ weight.T"
new = """\
square = weight.shape[0] == weight.shape[1]
out = as_rows(x) @ (weight if square else weight.T)"""

# %% mutant: widened
"""The bias is turned into float64, and the result with it."""

old = "out += bias"
new = "out = out + np.array(bias.tolist())"

# %% alternative: einsum
"""The formula, letter by letter."""

units, features = weight.shape
if x.shape[-1] != features:
    raise ValueError(f"{x.shape[-1]} features, but the weight takes {features}")
bias = np.zeros(units, x.dtype) if bias is None else bias
return np.einsum("...i,ji->...j", x, weight) + bias

# %% alternative: stacked_product
"""NumPy's product of a stack and a matrix, without as_rows."""

if x.shape[-1] != weight.shape[-1]:
    raise ValueError("%d features, but the weight takes %d" % (x.shape[-1], weight.shape[-1]))
product = x @ np.swapaxes(weight, 0, 1)
return product if bias is None else product + bias
