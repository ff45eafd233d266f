"""A weight and a bias are always there."""
scale = weight / np.sqrt(var + eps)
return scale, bias - mean * scale
