"""The mean divides by the size of the whole array, whatever was reduced."""
total = np.sum(x, axis=dims, keepdims=keepdim, dtype=None if is_float else np.int64)
return total / x.dtype.type(x.size) if mean else total
