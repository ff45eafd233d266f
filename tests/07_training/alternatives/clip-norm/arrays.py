"""On the arrays; a root and a power for the norm."""
arrays = [g.numpy() for g in gradients]
if norm_type == math.inf:
    total = max(np.abs(array).max() for array in arrays)
else:
    total = sum((np.abs(array) ** norm_type).sum() for array in arrays) ** (1 / norm_type)
if error_if_nonfinite and not math.isfinite(total):
    raise RuntimeError("non-finite gradients")
for array in arrays:
    array *= 1.0 if total + 1e-6 <= max_norm else float(max_norm / (total + 1e-6))
return tensor(total)
