"""Short gradients are made longer: the factor may be above 1."""
norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
total = np.linalg.norm(norms, norm_type)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
for g in gradients:
    g *= float(max_norm / (total + 1e-6))
return tensor(total)
