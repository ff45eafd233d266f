"""Picks whole columns for every index: x[:, index]."""
return x[:, index] if dim == 1 else x[index]
