# %% mutant: averaged_over_rows
"""The gradients of the rows are averaged instead of added up."""

old = "return as_rows(g).T @ as_rows(x)"
new = "return as_rows(g).T @ as_rows(x) / len(as_rows(x))"


# %% mutant: bias_first_dimension_only
"""The gradient of the bias adds up the first dimension only."""

old = "g = as_rows(g)"
new = "g = np.atleast_2d(g)"
old = "return column_sums(g)"
new = "return g.sum(axis=0)"


# %% mutant: bias_needed
"""The rules cannot be called without a bias: TypeError."""

old = "def for_x(g, out, x, weight, bias=None):"
new = "def for_x(g, out, x, weight, bias):"
old = "def for_weight(g, out, x, weight, bias=None):"
new = "def for_weight(g, out, x, weight, bias):"
old = "def for_bias(g, out, x, weight, bias=None):"
new = "def for_bias(g, out, x, weight, bias):"


# %% mutant: bias_sums_the_units
"""The gradient of the bias adds up the units, not the rows."""

old = "return column_sums(g)"
new = "return g.sum(axis=1)"


# %% mutant: g_written
"""The bias's rule adds the rows up in place, into g."""

old = "return column_sums(g)"
new = """\
for row in g[1:]:
    g[0] += row
return g[0].copy()"""


# %% mutant: matrices_only
"""Leading dimensions are forgotten: g and x are taken to be matrices, a ValueError for stacks."""

old = "return (as_rows(g) @ weight).reshape(x.shape)"
new = "return g @ weight"
old = "return as_rows(g).T @ as_rows(x)"
new = "return g.T @ x"
old = "g = as_rows(g)"
new = ""


# %% mutant: ones_in_float64
"""The bias's rows are added up with float64 ones, which widen the gradient."""

old = "return column_sums(g)"
new = "return np.ones(len(g)) @ g"


# %% mutant: weight_gradient_transposed
"""The gradient of the weight comes as (in, out)."""

old = "return as_rows(g).T @ as_rows(x)"
new = "return as_rows(x).T @ as_rows(g)"


# %% mutant: weight_transposed_when_square
"""The gradient of x takes the transposed weight where that is possible."""

old = "return (as_rows(g) @ weight).reshape(x.shape)"
new = """\
square = weight.shape[0] == weight.shape[1]
return (as_rows(g) @ (weight.T if square else weight)).reshape(x.shape)"""


# %% mutant: x_gradient_flat
"""The gradient of x comes as rows, not in the shape of x."""

old = "return (as_rows(g) @ weight).reshape(x.shape)"
new = "return as_rows(g) @ weight"


# %% mutant: weight_transposed
"""The gradient of x takes the transposed weight: ValueError, the sizes do not fit."""

old = "return (as_rows(g) @ weight).reshape(x.shape)"
new = "return (as_rows(g) @ weight.T).reshape(x.shape)"

# %% edge: leading_dimensions_and_minus_one
"""A reshape with -1 cannot be worked out where there are no rows: ValueError."""

old = "return (as_rows(g) @ weight).reshape(x.shape)"
new = "return (as_rows(g) @ weight).reshape(*g.shape[:-1], -1)"


# %% alternative: lambdas
"""Lambdas; the bias by a sum over all dimensions but the last."""

return (
    lambda g, out, x, weight, bias=None: g @ weight,
    lambda g, out, x, weight, bias=None: np.matmul(as_rows(x).T, as_rows(g)).T,
    lambda g, out, x, weight, bias=None: g.sum(axis=tuple(range(g.ndim - 1))),
)


# %% alternative: tensordot
"""Tensordot over the leading dimensions, einsum for x."""


def for_x(g, out, x, weight, *bias):
    return np.einsum("...j,ji->...i", g, weight)


def for_weight(g, out, x, weight, *bias):
    leading = list(range(g.ndim - 1))
    return np.tensordot(g, x, axes=(leading, leading))


def for_bias(g, out, x, weight, *bias):
    return np.add.reduce(as_rows(g), axis=0)


return [for_x, for_weight, for_bias]
