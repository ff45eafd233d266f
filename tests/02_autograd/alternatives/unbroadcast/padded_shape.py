"""The shape is padded with ones on the left, then compared."""
padded = (1,) * (g.ndim - len(shape)) + tuple(shape)
dims = tuple(d for d in range(g.ndim) if padded[d] == 1)
return np.add.reduce(g, axis=dims, keepdims=True).reshape(shape)
