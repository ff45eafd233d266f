"""Ones and zeros first."""
weight = np.ones_like(mean) if weight is None else weight
bias = np.zeros_like(mean) if bias is None else bias
scale = weight / np.sqrt(var + eps)
return scale, bias - mean * scale
