"""In arrays of its own, changed in place."""
out = x - x.max(axis=dim, keepdims=True)
e = np.exp(out)
out -= np.log(e.sum(axis=dim, keepdims=True))
return out
