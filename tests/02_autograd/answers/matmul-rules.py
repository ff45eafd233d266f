# %% mutant: all_dimensions_turned
"""`.T` turns the batch dimensions around too."""

old = "return matmul_forward(g, b.swapaxes(-1, -2))"
new = "return matmul_forward(g, b.T)"
old = "gradient = a.swapaxes(-1, -2) @ g"
new = "gradient = a.T @ g"

# %% mutant: factors_swapped
"""The factors stand in the wrong order."""

old = "return matmul_forward(g, b.swapaxes(-1, -2))"
new = "return matmul_forward(b.swapaxes(-1, -2), g)"
old = "gradient = a.swapaxes(-1, -2) @ g"
new = "gradient = g @ a.swapaxes(-1, -2)"

# %% mutant: no_transpose
"""The other factor is not transposed."""

old = "return matmul_forward(g, b.swapaxes(-1, -2))"
new = "return matmul_forward(g, b)"
old = "gradient = a.swapaxes(-1, -2) @ g"
new = "gradient = a @ g"

# %% mutant: stack_averaged
"""The gradient of one matrix for a stack is averaged over the stack."""

old = "if b.ndim == 2 and a.ndim > 2 and b.size:"
new = """\
if b.ndim == 2 and a.ndim > 2 and b.size:
    g = g / g[..., 0, 0].size"""

# %% mutant: vector_stays_a_matrix
"""The gradient of a 1-D b comes back as a column."""

old = "return gradient[..., 0] if is_vector else gradient"
new = "return gradient"

# %% mutant: vectors_forgotten
"""1-D inputs are not turned into matrices: swapaxes raises AxisError."""

old = """\
def for_a(g, out, a, b):
    g, a, b = as_matrices(g, a, b)"""
new = "def for_a(g, out, a, b):"
old = """\
is_vector = b.ndim == 1
g, a, b = as_matrices(g, a, b)"""
new = "is_vector = False"

# %% mutant: only_b_of_a_vector
"""The gradients of a and b are swapped in the tuple."""

old = "return for_a, for_b"
new = "return for_b, for_a"

# %% mutant: np_dot_for_stacks
"""np.dot multiplies every matrix of a stack with every matrix of the other."""

old = "return matmul_forward(g, b.swapaxes(-1, -2))"
new = "return np.dot(g, b.swapaxes(-1, -2))"

# %% mutant: stack_is_the_last_use
"""Of the uses of a matrix by a stack only the first counts."""

old = "return gradient[..., 0] if is_vector else gradient"
new = """\
if gradient.ndim > b.ndim:
    gradient = gradient[0]
return gradient[..., 0] if is_vector else gradient"""
old = "if b.ndim == 2 and a.ndim > 2 and b.size:"
new = "if False:"

# %% mutant: in_float64
"""The product is made in float64, whatever the inputs are."""

old = "return matmul_forward(g, b.swapaxes(-1, -2))"
new = "return np.matmul(g, b.swapaxes(-1, -2), dtype=np.float64)"

# %% edge: outer_for_vectors
"""np.outer for a vector a, which flattens a stack on the other side."""

old = """\
is_vector = b.ndim == 1
g, a, b = as_matrices(g, a, b)"""
new = """\
if a.ndim == 1 and b.ndim > 1:
    return np.outer(a, g)
is_vector = b.ndim == 1
g, a, b = as_matrices(g, a, b)"""

# %% alternative: einsum
"""Index by index, with einsum; the caller has nothing left to undo."""


def for_a(g, out, a, b):
    shape = a.shape
    g, a, b = as_matrices(g, a, b)
    gradient = np.einsum("...ij,...kj->...ik", g, b)
    return gradient if len(shape) > 1 else gradient.reshape(-1, *shape).sum(axis=0)


def for_b(g, out, a, b):
    is_vector = b.ndim == 1
    g, a, b = as_matrices(g, a, b)
    gradient = np.einsum("...ik,...ij->...kj", a, g)
    return gradient.squeeze(-1) if is_vector else gradient


return for_a, for_b

# %% alternative: moveaxis_one_product
"""Plain products with np.matrix_transpose; stacks are left to the caller."""


def for_a(g, out, a, b):
    g, a, b = as_matrices(g, a, b)
    return np.matmul(g, np.matrix_transpose(b))


def for_b(g, out, a, b):
    size = b.ndim
    g, a, b = as_matrices(g, a, b)
    gradient = np.matmul(np.matrix_transpose(a), g)
    return np.squeeze(gradient, -1) if size == 1 else gradient


return for_a, for_b
