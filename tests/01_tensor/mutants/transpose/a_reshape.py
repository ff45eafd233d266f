"""Takes transposing for reshaping to the swapped shape."""
shape[dim0], shape[dim1] = shape[dim1], shape[dim0]
return x.reshape(shape)
