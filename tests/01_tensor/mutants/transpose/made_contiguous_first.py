"""Works out the strides from the shape, as if the memory had no gaps."""
x = np.ascontiguousarray(x)
strides = [x.itemsize * math.prod(shape[d + 1 :]) for d in range(x.ndim)]
shape[dim0], shape[dim1] = shape[dim1], shape[dim0]
strides[dim0], strides[dim1] = strides[dim1], strides[dim0]
return np.lib.stride_tricks.as_strided(x, shape, strides)
