"""Without a weight, the bias is lost."""
inverse = 1 / np.sqrt(var + eps)
if weight is None:
    return inverse, -mean * inverse
return inverse * weight, -mean * inverse * weight + (0 if bias is None else bias)
