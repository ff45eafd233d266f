# %% mutant: counts_one_dimension
"""The mean counts the values along the first of several dimensions only."""

old = "return total / x.dtype.type(math.prod(x.shape[d] for d in dims))"
new = "return total / x.dtype.type(x.shape[dims[0]] if dims else 1)"

# %% mutant: divided_by_everything
"""The mean divides by the size of the whole array, whatever was reduced."""

old = "return total / x.dtype.type(math.prod(x.shape[d] for d in dims))"
new = "return total / x.dtype.type(x.size)"

# %% mutant: divided_by_the_number_of_sums
"""The mean divides by how many results there are, not by how many values went into each."""

old = "return total / x.dtype.type(math.prod(x.shape[d] for d in dims))"
new = "return total / x.dtype.type(np.size(total))"

# %% mutant: integers_keep_their_type
"""Sums of booleans and int32 stay booleans and int32: True + True is True."""

old = "dtype = None if is_float else np.int64"
new = "dtype = x.dtype"

# %% mutant: keepdim_ignored
"""The reduced dimension always disappears."""

old = "total = np.add.reduce(x, axis=dims, keepdims=keepdim, dtype=dtype)"
new = "total = np.add.reduce(x, axis=dims, dtype=dtype)"

# %% mutant: widened_by_the_count
"""The count is a NumPy integer, and dividing by it makes float64 of float32."""

old = "return total / x.dtype.type(math.prod(x.shape[d] for d in dims))"
new = "return total / np.prod([x.shape[d] for d in dims])"

# %% mutant: mean_without_keepdim
"""np.mean, which is not told to keep the dimension."""

if mean:
    return np.mean(x, axis=dims)
return np.sum(x, axis=dims, keepdims=keepdim, dtype=None if is_float else np.int64)

# %% mutant: unsigned_stay_unsigned
"""NumPy chooses the type of the sum: that of uint8 is uint64."""

old = "dtype = None if is_float else np.int64"
new = "dtype = None"

# %% mutant: wide_accumulator
"""Adds up in float64 and leaves the result there."""

old = "dtype = None if is_float else np.int64"
new = "dtype = np.float64 if is_float else np.int64"

# %% mutant: one_dim_only
"""Asks the shape for `dim`, which may be a tuple or None: a TypeError."""

old = "return total / x.dtype.type(math.prod(x.shape[d] for d in dims))"
new = "return total / x.dtype.type(x.shape[dim])"

# %% edge: dims_taken_for_a_range
"""The mean counts all dimensions from the first of `dims` to the last: right for neighbours."""

old = "return total / x.dtype.type(math.prod(x.shape[d] for d in dims))"
new = "return total / x.dtype.type(math.prod(x.shape[dims[0] : dims[-1] + 1]))"

# %% alternative: dimension_by_dimension
"""Sums along one dimension after the other, and divides as it goes."""

result = x if is_float else x.astype(np.int64)
for d in dims:
    result = result.sum(axis=d, keepdims=True)
    if mean:
        result = result / x.shape[d]
return result if keepdim else result.squeeze(dims)

# %% alternative: numpy_mean
"""Uses np.mean and np.sum."""

if mean:
    return np.mean(x, axis=dims, keepdims=keepdim)
return np.sum(x, axis=dims, keepdims=keepdim, dtype=x.dtype if is_float else "int64")
