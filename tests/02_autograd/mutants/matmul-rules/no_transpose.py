"""The other factor is not transposed."""
def for_a(g, out, a, b):
    g, a, b = as_matrices(g, a, b)
    return g @ b

def for_b(g, out, a, b):
    is_vector = b.ndim == 1
    g, a, b = as_matrices(g, a, b)
    gradient = a @ g
    return gradient[..., 0] if is_vector else gradient

return for_a, for_b
