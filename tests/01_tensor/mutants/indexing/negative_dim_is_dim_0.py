"""Anything but dim 1 is taken for dim 0, also -1."""
places = list(np.indices(index.shape, sparse=True))
places[dim if dim > 0 else 0] = index
return x[tuple(places)]
