"""The norms of the gradients are added up: lengths of parts do not add up like that."""
total = sum(np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
factor = max_norm / (total + 1e-6)
if not factor >= 1:
    for g in gradients:
        g *= float(factor)
return tensor(total)
