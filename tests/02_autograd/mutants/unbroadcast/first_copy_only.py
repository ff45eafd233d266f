"""One of the copies is taken instead of their sum."""
g = g[(0,) * (g.ndim - len(shape))]
key = tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)
return g[key]
