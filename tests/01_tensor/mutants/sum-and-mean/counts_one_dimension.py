"""The mean counts the values along the first of several dimensions only."""
total = np.sum(x, axis=dims, keepdims=keepdim, dtype=None if is_float else np.int64)
return total / x.dtype.type(x.shape[dims[0]]) if mean and dims else total
