"""The gradients of weight and bias keep the summed dimensions."""
def others(g):
    return tuple(d for d in range(g.ndim) if d != 1)

def for_normed(g, normed, weight):
    return g * along_dim_1(weight, g.ndim)

def for_weight(g, normed, weight):
    return total(others(g), g, normed)

def for_bias(g, normed, weight):
    return total(others(g), g)

return for_normed, for_weight, for_bias
