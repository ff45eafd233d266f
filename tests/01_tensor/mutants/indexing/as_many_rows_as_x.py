"""Builds the other index from the shape of `x`, so `index` has to be as long."""
places = list(np.indices(x.shape, sparse=True))
places[dim] = index
return x[tuple(places)]
