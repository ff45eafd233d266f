"""Sums of booleans and int32 stay booleans and int32: True + True is True."""
total = np.sum(x, axis=dims, keepdims=keepdim, dtype=x.dtype)
count = math.prod(x.shape[d] for d in dims)
return total / x.dtype.type(count) if mean else total
