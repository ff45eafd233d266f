# %% mutant: always_dim_1
"""Picks along dim 1, whatever `dim` says."""

old = "places[dim] = index"
new = "places[1] = index"

# %% mutant: as_many_rows_as_x
"""Builds the other index from the shape of `x`, so `index` has to be as long."""

old = "places = list(np.indices(index.shape, sparse=True))"
new = "places = list(np.indices(x.shape, sparse=True))"

# %% mutant: negative_dim_is_dim_0
"""Anything but dim 1 is taken for dim 0, also -1."""

old = "places[dim] = index"
new = "places[dim if dim > 0 else 0] = index"

# %% mutant: take
"""np.take: every row gets the values of all the indices of every row."""

return np.take(x, index, axis=dim)

# %% mutant: two_dimensions_only
"""Right for tables, lost in three dimensions."""

rows, columns = np.arange(index.shape[0])[:, None], np.arange(index.shape[1])[None, :]
if dim in (1, -1):
    return x[rows, index]
return x[index, columns]

# %% mutant: whole_rows
"""Picks whole columns for every index: x[:, index]."""

return x[:, index] if dim == 1 else x[index]

# %% alternative: place_by_place
"""A loop over the places of the result."""

out = np.empty(index.shape, x.dtype)
for place in np.ndindex(index.shape):
    source = list(place)
    source[dim] = index[place]
    out[place] = x[tuple(source)]
return out

# %% alternative: take_along_axis
"""np.take_along_axis, on the part of `x` that `index` covers."""

dim = dim % x.ndim
part = tuple(slice(None) if d == dim else slice(n) for d, n in enumerate(index.shape))
return np.take_along_axis(x[part], index, axis=dim)
