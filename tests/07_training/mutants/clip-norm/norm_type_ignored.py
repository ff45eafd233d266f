"""The norm is always the length, whatever norm_type says."""
total = np.sqrt(sum((g.numpy() ** 2).sum() for g in gradients))
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
factor = max_norm / (total + 1e-6)
if not factor >= 1:
    for g in gradients:
        g *= float(factor)
return tensor(total)
