"""Sizes that do not fit are no error: the first one wins."""
ndim = max(len(a), len(b))
pairs = zip((1,) * (ndim - len(a)) + a, (1,) * (ndim - len(b)) + b)
return tuple(n if m == 1 else m for m, n in pairs)
