"""Either new dimensions are added up or stretched ones, never both."""
if g.ndim > len(shape):
    return g.sum(axis=tuple(range(g.ndim - len(shape))))
stretched = tuple(d for d, n in enumerate(shape) if n == 1)
return g.sum(axis=stretched, keepdims=True)
