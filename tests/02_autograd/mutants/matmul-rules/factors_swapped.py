"""The factors stand in the wrong order."""
def for_a(g, out, a, b):
    g, a, b = as_matrices(g, a, b)
    return b.swapaxes(-1, -2) @ g

def for_b(g, out, a, b):
    is_vector = b.ndim == 1
    g, a, b = as_matrices(g, a, b)
    gradient = g @ a.swapaxes(-1, -2)
    return gradient[..., 0] if is_vector else gradient

return for_a, for_b
