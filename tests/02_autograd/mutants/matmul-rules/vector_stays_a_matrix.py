"""The gradient of a 1-D b comes back as a column."""
def for_a(g, out, a, b):
    g, a, b = as_matrices(g, a, b)
    return g @ b.swapaxes(-1, -2)

def for_b(g, out, a, b):
    g, a, b = as_matrices(g, a, b)
    return a.swapaxes(-1, -2) @ g

return for_a, for_b
