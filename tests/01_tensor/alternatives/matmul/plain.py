"""Checks, then np.matmul for everything."""
if min(a.ndim, b.ndim) < 1:
    raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")
columns, rows = a.shape[-1], b.shape[max(b.ndim - 2, 0)]
if columns != rows:
    raise ValueError(f"the inner sizes differ: {columns} columns against {rows} rows")
return np.matmul(a, b)
