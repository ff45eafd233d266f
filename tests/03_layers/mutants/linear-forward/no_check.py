"""NumPy's own message has to do for sizes that do not fit."""
out = as_rows(x) @ weight.T
if bias is not None:
    out += bias
return out.reshape(*x.shape[:-1], len(weight))
