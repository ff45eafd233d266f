"""Einstein summation, with vectors as one-row and one-column matrices."""
if a.ndim == 0 or b.ndim == 0:
    raise ValueError(f"both inputs need at least 1 dimension, not {a.ndim} and {b.ndim}")

x = a[None, :] if a.ndim == 1 else a
y = b[:, None] if b.ndim == 1 else b
if x.shape[-1] != y.shape[-2]:
    raise ValueError(f"the inner sizes differ: {x.shape[-1]} columns against {y.shape[-2]} rows")
out = np.einsum("...ij,...jk->...ik", x, y)
if b.ndim == 1:
    out = out[..., 0]
return out[..., 0] if a.ndim == 1 and b.ndim == 1 else out[..., 0, :] if a.ndim == 1 else out
