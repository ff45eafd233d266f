"""A loop over the places of the result."""
out = np.empty(index.shape, x.dtype)
for place in np.ndindex(index.shape):
    source = list(place)
    source[dim] = index[place]
    out[place] = x[tuple(source)]
return out
