"""All gradients laid end to end."""
flat = np.concatenate([g.numpy().ravel() for g in gradients])
total = np.linalg.norm(flat, norm_type)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"the norm is non-finite: {total}")
factor = np.minimum(max_norm / (total + 1e-6), 1.0)
for g in gradients:
    g.copy_(g.numpy() * factor)
return tensor(total)
