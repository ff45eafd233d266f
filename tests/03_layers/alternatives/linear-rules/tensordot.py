"""Tensordot over the leading dimensions, einsum for x."""
def for_x(g, out, x, weight, *bias):
    return np.einsum("...j,ji->...i", g, weight)

def for_weight(g, out, x, weight, *bias):
    leading = list(range(g.ndim - 1))
    return np.tensordot(g, x, axes=(leading, leading))

def for_bias(g, out, x, weight, *bias):
    return np.add.reduce(as_rows(g), axis=0)

return [for_x, for_weight, for_bias]
