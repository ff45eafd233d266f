# %% mutant: a_copy
"""The right numbers in new memory."""

old = "return np.lib.stride_tricks.as_strided(x, shape, strides)"
new = "return np.lib.stride_tricks.as_strided(x, shape, strides).copy()"

# %% mutant: a_reshape
"""Takes transposing for reshaping to the swapped shape."""

shape[dim0], shape[dim1] = shape[dim1], shape[dim0]
return x.reshape(shape)

# %% mutant: all_dimensions_reversed
"""Reverses all dimensions, which is the same for two of them."""

return x.T

# %% mutant: first_two_dimensions
"""Swaps the first two dimensions whatever was asked for."""

shape[:2], strides[:2] = shape[1::-1], strides[1::-1]
return np.lib.stride_tricks.as_strided(x, shape, strides)

# %% edge: made_contiguous_first
"""Works out the strides from the shape, as if the memory had no gaps."""

old = "shape[dim0], shape[dim1] = shape[dim1], shape[dim0]"
new = """\
x = np.ascontiguousarray(x)
strides = [x.itemsize * math.prod(shape[d + 1 :]) for d in range(x.ndim)]
shape[dim0], shape[dim1] = shape[dim1], shape[dim0]"""

# %% mutant: strides_forgotten
"""The sizes are swapped and the strides are not."""

old = "strides[dim0], strides[dim1] = strides[dim1], strides[dim0]"
new = ""

# %% mutant: sizes_forgotten
"""The strides are swapped and the sizes are not: the view ends outside of x."""

old = "shape[dim0], shape[dim1] = shape[dim1], shape[dim0]"
new = ""

# %% mutant: an_order_of_dimensions
"""NumPy's transpose, by an order of all dimensions with two of them swapped."""

order = list(range(x.ndim))
order[dim0], order[dim1] = dim1, dim0
return np.transpose(x, order)

# %% mutant: swapaxes
"""NumPy's own function for it, which skips the lesson on strides."""

return np.swapaxes(x, dim0, dim1)

# %% alternative: by_an_order
"""Through an order of all dimensions with two of them swapped."""

order = list(range(x.ndim))
order[dim0], order[dim1] = dim1, dim0
sizes, steps = [shape[d] for d in order], [strides[d] for d in order]
return np.lib.stride_tricks.as_strided(x, shape=sizes, strides=steps)
