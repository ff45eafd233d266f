# %% mutant: always_scaled
"""Short gradients are made longer: the factor may be above 1."""

norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
total = np.linalg.norm(norms, norm_type)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
for g in gradients:
    g *= float(max_norm / (total + 1e-6))
return tensor(total)

# %% mutant: checked_too_late
"""The check for NaN comes when the gradients are spoilt, and only if it is never asked for."""

norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
total = np.linalg.norm(norms, norm_type)
factor = min(1.0, max_norm / (total + 1e-6))
for g in gradients:
    g *= float(factor)
return tensor(total)

# %% mutant: norm_after
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

# %% mutant: norm_type_ignored
"""The norm is always the length, whatever norm_type says."""

total = np.sqrt(sum((g.numpy() ** 2).sum() for g in gradients))
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
factor = max_norm / (total + 1e-6)
if not factor >= 1:
    for g in gradients:
        g *= float(factor)
return tensor(total)

# %% mutant: norms_added
"""The norms of the gradients are added up: lengths of parts do not add up like that."""

total = sum(np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
factor = max_norm / (total + 1e-6)
if not factor >= 1:
    for g in gradients:
        g *= float(factor)
return tensor(total)

# %% mutant: not_in_place
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

# %% mutant: per_tensor
"""Each gradient is clipped by itself: the direction changes."""

norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
total = np.linalg.norm(norms, norm_type)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"non-finite: {total}")
for g, norm in zip(gradients, norms, strict=True):
    g *= min(1.0, max_norm / float(norm + 1e-6))
return tensor(total)

# %% alternative: arrays
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

# %% alternative: one_vector
"""All gradients laid end to end."""

flat = np.concatenate([g.numpy().ravel() for g in gradients])
total = np.linalg.norm(flat, norm_type)
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"the norm is non-finite: {total}")
factor = np.minimum(max_norm / (total + 1e-6), 1.0)
for g in gradients:
    g.copy_(g.numpy() * factor)
return tensor(total)
