"""NumPy's own name for it."""
return x.swapaxes(dim0, dim1)
