"""The gradient of the weight is that of the bias."""
def others(g):
    return tuple(d for d in range(g.ndim) if d != 1)

def for_normed(g, normed, weight):
    return g * along_dim_1(weight, g.ndim)

def for_weight(g, normed, weight):
    return total(others(g), g).reshape(-1)

def for_bias(g, normed, weight):
    return total(others(g), g).reshape(-1)

return for_normed, for_weight, for_bias
