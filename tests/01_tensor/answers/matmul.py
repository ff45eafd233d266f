# %% mutant: a_vector_has_columns
"""Asks a 1-D `b` for its second to last dimension: an IndexError."""

old = "inner = b.shape[0] if b.ndim == 1 else b.shape[-2]"
new = "inner = b.shape[-2]"

# %% mutant: columns_are_dimension_1
"""Takes dimension 1 of `a` for its columns: a ValueError where `a` is a stack, an IndexError
where it is a vector."""

old = "if a.shape[-1] != inner:"
new = "if a.shape[1] != inner:"

# %% mutant: dot_instead
"""np.dot: for stacks it multiplies every matrix of one by every matrix of the other."""

old = "return a @ b"
new = "return np.dot(a, b)"

# %% mutant: left_flat
"""A stack is multiplied as one flat matrix and never gets its shape back."""

old = "return (a.reshape(-1, inner) @ b).reshape(*a.shape[:-1], b.shape[1])"
new = "return a.reshape(-1, inner) @ b"

# %% mutant: no_dimension_let_through
"""Inputs without dimensions are not refused: the error is whatever comes up."""

old = 'raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")'
new = "pass"

# %% mutant: number_by_number
"""Multiplies number by number instead of rows by columns."""

old = "return a @ b"
new = "return a * b"

# %% mutant: rows_are_the_first_dimension
"""Takes the first dimension of `b` for its rows: a ValueError where `b` is a stack."""

old = "inner = b.shape[0] if b.ndim == 1 else b.shape[-2]"
new = "inner = b.shape[0]"

# %% mutant: sizes_the_wrong_way_round
"""The error names rows and columns the wrong way round."""

old = 'raise ValueError(f"the inner sizes differ: {a.shape[-1]} columns against {inner} rows")'
new = 'raise ValueError(f"the inner sizes differ: {inner} columns against {a.shape[-1]} rows")'

# %% mutant: only_b_needs_a_dimension
"""Asks only `b` whether it has a dimension: NumPy or an IndexError refuses the other."""

old = "if a.ndim == 0 or b.ndim == 0:"
new = "if b.ndim == 0:"

# %% mutant: sizes_not_named
"""The error does not say which sizes differ."""

old = 'raise ValueError(f"the inner sizes differ: {a.shape[-1]} columns against {inner} rows")'
new = 'raise ValueError(f"the inner sizes of {a.shape} and {b.shape} differ")'

# %% mutant: vectors_unchecked
"""Compares sizes only where `b` has rows and columns; NumPy refuses a vector in its own words."""

old = "if a.shape[-1] != inner:"
new = "if b.ndim > 1 and a.shape[-1] != inner:"

# %% mutant: numpys_errors
"""Leaves the errors to NumPy, whose words are about core dimensions."""

return a @ b

# %% edge: stacks_zipped
"""Pairs two stacks up with zip: a stack of one matrix is not stretched."""

old = "return a @ b"
new = """\
if a.ndim > 2 and b.ndim > 2:
    return np.stack([x @ y for x, y in zip(a, b)])
return a @ b"""

# %% alternative: einsum
"""Einstein summation, with vectors as one-row and one-column matrices."""

if a.ndim == 0 or b.ndim == 0:
    raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")

x = a[None, :] if a.ndim == 1 else a
y = b[:, None] if b.ndim == 1 else b
if x.shape[-1] != y.shape[-2]:
    raise ValueError(f"the inner sizes differ: {x.shape[-1]} columns against {y.shape[-2]} rows")
out = np.einsum("...ij,...jk->...ik", x, y)
if b.ndim == 1:
    out = out[..., 0]
return out[..., 0] if a.ndim == 1 and b.ndim == 1 else out[..., 0, :] if a.ndim == 1 else out

# %% alternative: plain
"""Checks, then np.matmul for everything."""

if min(a.ndim, b.ndim) < 1:
    raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")
columns, rows = a.shape[-1], b.shape[max(b.ndim - 2, 0)]
if columns != rows:
    raise ValueError(f"the inner sizes differ: {columns} columns against {rows} rows")
return np.matmul(a, b)
