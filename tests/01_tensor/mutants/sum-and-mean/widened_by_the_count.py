"""The count is a NumPy integer, and dividing by it makes float64 of float32."""
total = np.sum(x, axis=dims, keepdims=keepdim, dtype=None if is_float else np.int64)
count = np.prod([x.shape[d] for d in dims])
return total / count if mean else total
