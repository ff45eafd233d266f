"""Multiplies number by number instead of rows by columns."""
if a.ndim == 0 or b.ndim == 0:
    raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")

inner = b.shape[0] if b.ndim == 1 else b.shape[-2]
if a.shape[-1] != inner:
    raise ValueError(f"the inner sizes differ: {a.shape[-1]} columns against {inner} rows")
return a * b
