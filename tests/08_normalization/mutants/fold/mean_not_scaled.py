"""The mean is taken away after scaling."""
scale = 1 / np.sqrt(var + eps)
if weight is not None:
    scale = scale * weight
shift = -mean + 0 * scale
return scale, shift if bias is None else shift + bias
