# %% mutant: always_dim_1
"""Picks along dim 1, whatever `dim` says."""

old = "places[dim] = index"
new = "places[1] = index"

# %% mutant: as_many_rows_as_x
"""Builds the other index from the shape of `x`, so the result has as many rows as `x`."""

old = "places = list(np.indices(index.shape, sparse=True))"
new = "places = list(np.indices(x.shape, sparse=True))"

# %% mutant: negative_dim_is_dim_0
"""Anything but a positive dim is taken for dim 0, also -1."""

old = "places[dim] = index"
new = "places[dim if dim > 0 else 0] = index"

# %% mutant: take
"""np.take: every row gets the values of all the indices of every row."""

return np.take(x, index, axis=dim)

# %% mutant: two_dimensions_only
"""Right for tables; in three dimensions the index arrays do not fit together, an IndexError."""

rows, columns = np.arange(index.shape[0])[:, None], np.arange(index.shape[1])[None, :]
if dim in (1, -1):
    return x[rows, index]
return x[index, columns]

# %% mutant: whole_rows
"""Picks whole columns for every index: x[:, index]."""

return x[:, index] if dim == 1 else x[index]

# %% mutant: take_along_axis
"""np.take_along_axis stretches an `index` of one row, and wants as many rows as `x` has."""

return np.take_along_axis(x, index, axis=dim)

# %% mutant: two_loops_for_dim_1
"""Two loops, along dim 1 only."""

out = np.empty(index.shape, x.dtype)
for i in range(index.shape[0]):
    for j in range(index.shape[1]):
        out[i, j] = x[i, index[i, j]]
return out

# %% edge: negative_dim_is_the_last
"""Every negative dim is taken for the last one."""

old = "places[dim] = index"
new = "places[dim if dim >= 0 else -1] = index"

# %% alternative: own_words
"""Looks at the index first, and refuses it in words of its own."""

if index.size and index.max() >= x.shape[dim]:
    raise IndexError(f"gather: index {index.max()}, but dim {dim} ends before {x.shape[dim]}")
places = list(np.ogrid[tuple(map(slice, index.shape))])
places[dim] = index
return x[tuple(places)]

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
