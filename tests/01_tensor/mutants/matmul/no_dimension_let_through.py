"""Inputs without dimensions are not refused: the error is whatever comes up."""
inner = b.shape[0] if b.ndim == 1 else b.shape[-2]
if a.shape[-1] != inner:
    raise ValueError(f"the inner sizes differ: {a.shape[-1]} columns against {inner} rows")
return a @ b
