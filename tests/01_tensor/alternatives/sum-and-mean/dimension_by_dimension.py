"""Sums along one dimension after the other, and divides as it goes."""
result = x if is_float else x.astype(np.int64)
for d in dims:
    result = result.sum(axis=d, keepdims=True)
    if mean:
        result = result / x.shape[d]
return result if keepdim else result.squeeze(dims)
