"""The gradient of the bias adds up the first dimension only."""
def for_x(g, out, x, weight, bias=None):
    return (as_rows(g) @ weight).reshape(x.shape)

def for_weight(g, out, x, weight, bias=None):
    return as_rows(g).T @ as_rows(x)

def for_bias(g, out, x, weight, bias=None):
    return g.sum(axis=0) if g.ndim > 1 else g

return for_x, for_weight, for_bias
