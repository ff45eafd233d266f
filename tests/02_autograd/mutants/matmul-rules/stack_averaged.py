"""The gradient of one matrix for a stack is averaged over the stack."""
def for_a(g, out, a, b):
    g, a, b = as_matrices(g, a, b)
    return g @ b.swapaxes(-1, -2)

def for_b(g, out, a, b):
    is_vector = b.ndim == 1
    g, a, b = as_matrices(g, a, b)
    gradient = a.swapaxes(-1, -2) @ g
    while gradient.ndim > b.ndim:
        gradient = gradient.mean(axis=0)
    return gradient[..., 0] if is_vector else gradient

return for_a, for_b
