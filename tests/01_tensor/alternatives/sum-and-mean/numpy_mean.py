"""Uses np.mean and np.sum."""
if mean:
    return np.mean(x, axis=dims, keepdims=keepdim)
return np.sum(x, axis=dims, keepdims=keepdim, dtype=x.dtype if is_float else "int64")
