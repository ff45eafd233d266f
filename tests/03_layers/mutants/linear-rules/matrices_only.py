"""Leading dimensions are forgotten: g and x are taken to be matrices."""
def for_x(g, out, x, weight, bias=None):
    return g @ weight

def for_weight(g, out, x, weight, bias=None):
    return g.T @ x

def for_bias(g, out, x, weight, bias=None):
    return g.sum(axis=0)

return for_x, for_weight, for_bias
