"""The mean is added."""
scale = 1 / np.sqrt(var + eps)
if weight is not None:
    scale = scale * weight
shift = mean * scale
return scale, shift if bias is None else shift + bias
