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
