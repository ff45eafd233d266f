"""The norm after clipping is returned, which tells nothing about the gradient."""
norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
total = np.linalg.norm(norms, norm_type)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
factor = max_norm / (total + 1e-6)
if not factor >= 1:
    for g in gradients:
        g *= float(factor)
return tensor(min(total, max_norm))
