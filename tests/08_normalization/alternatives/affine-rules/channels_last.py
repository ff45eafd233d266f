"""The channels are moved to the end."""
def others(g):
    return tuple(d for d in range(g.ndim) if d != 1)

def for_normed(g, normed, weight):
    return np.moveaxis(np.moveaxis(g, 1, -1) * weight, -1, 1)

def for_weight(g, normed, weight):
    return np.moveaxis(g * normed, 1, -1).reshape(-1, g.shape[1]).sum(axis=0)

def for_bias(g, normed, weight):
    return np.moveaxis(g, 1, -1).reshape(-1, g.shape[1]).sum(axis=0)

return for_normed, for_weight, for_bias
