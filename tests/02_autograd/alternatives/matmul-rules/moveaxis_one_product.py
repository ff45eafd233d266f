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
