# %% mutant: bias_always_there
"""A bias of None is not provided for: UFuncTypeError."""

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
"""`.shape[0]` rows, as if the input always were a matrix: ValueError for a stack."""

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


# %% mutant: numbers_swapped
"""The error names the two numbers in the wrong places."""

old = 'raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")'
new = 'raise ValueError(f"{weight.shape[1]} features, but the weight takes {x.shape[-1]}")'


# %% mutant: second_size_checked
"""The check looks at the second size of x, as if it were always a matrix: IndexError for a row."""

old = "if x.shape[-1] != weight.shape[1]:"
new = "if x.shape[1] != weight.shape[1]:"


# %% mutant: shapes_told
"""The error shows x's shape and not the number of its features."""

old = 'raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")'
new = 'raise ValueError(f"x {x.shape} does not fit the weight {weight.shape}")'


# %% mutant: truth_of_the_bias
"""Asks an array whether it is true: ValueError, for more than one value."""

old = "if bias is not None:"
new = "if bias:"


# %% mutant: widened
"""The bias is turned into float64, and the result with it."""

old = "out += bias"
new = "out = out + np.array(bias.tolist())"


# %% edge: rows_by_minus_one
"""reshape(-1, n) cannot know how many rows there are if n is 0: ValueError."""

old = "out = as_rows(x) @ weight.T"
new = "out = x.reshape(-1, x.shape[-1]) @ weight.T"


# %% alternative: dot_with_list_message
"""np.dot, and an error in other words around the two numbers."""

n, m = x.shape[-1], weight.shape[1]
if n != m:
    raise ValueError(f"x has {n} features, but the weight takes {m}!")
y = np.dot(x, weight.T)
if bias is None:
    return y
return np.add(y, bias)


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
