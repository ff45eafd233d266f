"""The mean is not multiplied by the weight."""
inverse = 1 / np.sqrt(var + eps)
scale = inverse if weight is None else inverse * weight
return scale, -mean * inverse if bias is None else bias - mean * inverse
