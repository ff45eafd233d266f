"""Asks a 1-D `b` for its second-last dimension."""
if a.ndim == 0 or b.ndim == 0:
    raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")

if a.shape[-1] != b.shape[-2]:
    raise ValueError(f"the inner sizes differ: {a.shape[-1]} columns against {b.shape[-2]} rows")
return a @ b
