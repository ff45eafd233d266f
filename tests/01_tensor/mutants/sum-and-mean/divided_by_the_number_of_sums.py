"""The mean divides by how many results there are, not by how many values went into each."""
total = np.sum(x, axis=dims, keepdims=keepdim, dtype=None if is_float else np.int64)
return total / x.dtype.type(np.size(total)) if mean else total
