"""Stretched dimensions of size 1 are forgotten."""
return g.sum(axis=tuple(range(g.ndim - len(shape))))
