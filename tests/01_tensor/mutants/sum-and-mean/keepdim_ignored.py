"""The reduced dimension always disappears."""
total = np.sum(x, axis=dims, dtype=None if is_float else np.int64)
count = math.prod(x.shape[d] for d in dims)
return total / x.dtype.type(count) if mean else total
