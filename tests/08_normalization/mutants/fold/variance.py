"""Divided by the variance."""
scale = 1 / (var + eps)
if weight is not None:
    scale = scale * weight
shift = -mean * scale
return scale, shift if bias is None else shift + bias
