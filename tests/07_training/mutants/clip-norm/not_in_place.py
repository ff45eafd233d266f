"""`g = g * factor` makes a new tensor; the parameter keeps the old one."""
norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
total = np.linalg.norm(norms, norm_type)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
factor = max_norm / (total + 1e-6)
if not factor >= 1:
    for g in gradients:
        g = g * float(factor)
return tensor(total)
