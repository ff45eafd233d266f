"""The stretched dimension is added up without being kept."""
extra = g.ndim - len(shape)
stretched = tuple(d for d, n in enumerate(shape, extra) if n == 1)
return g.sum(axis=(*range(extra), *stretched))
