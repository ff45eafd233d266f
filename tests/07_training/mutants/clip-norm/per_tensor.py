"""Each gradient is clipped by itself: the direction changes."""
norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
total = np.linalg.norm(norms, norm_type)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
for g, norm in zip(gradients, norms, strict=True):
    g *= min(1.0, max_norm / float(norm + 1e-6))
return tensor(total)
