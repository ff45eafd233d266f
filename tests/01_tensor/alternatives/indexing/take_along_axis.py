"""np.take_along_axis, on the part of `x` that `index` covers."""
dim = dim % x.ndim
part = tuple(slice(None) if d == dim else slice(n) for d, n in enumerate(index.shape))
return np.take_along_axis(x[part], index, axis=dim)
