"""The bias's rows are added up with float64 ones, which widen the gradient."""
def for_x(g, out, x, weight, bias=None):
    return (as_rows(g) @ weight).reshape(x.shape)

def for_weight(g, out, x, weight, bias=None):
    return as_rows(g).T @ as_rows(x)

def for_bias(g, out, x, weight, bias=None):
    return np.ones(len(as_rows(g))) @ as_rows(g)

return for_x, for_weight, for_bias
