"""The weight is scaled in place."""
if weight is None:
    weight = np.ones_like(var)
weight *= 1 / np.sqrt(var + eps)
return weight, -mean * weight if bias is None else bias - mean * weight
