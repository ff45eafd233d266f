# %% mutant: always_scaled
"""Short gradients are made longer: the factor may be above 1."""

old = "if not factor >= 1:"
new = "if factor != 1:"

# %% mutant: checked_too_late
"""The check for NaN comes when the gradients are spoilt already."""

old = """\
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"the norm of the gradients is non-finite: {total}")"""
new = ""
old = "return tensor(total)"
new = """\
if error_if_nonfinite and not np.isfinite(total):
    raise RuntimeError(f"the norm of the gradients is non-finite: {total}")
return tensor(total)"""

# %% mutant: norm_after
"""The norm after clipping is returned, which tells nothing about the gradient."""

old = "return tensor(total)"
new = "return tensor(min(total, max_norm))"

# %% mutant: norm_type_ignored
"""The norm is always the length, whatever norm_type says."""

old = "norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]"
new = "norms = [np.linalg.norm(g.numpy().ravel()) for g in gradients]"
old = "total = np.linalg.norm(norms, norm_type)"
new = "total = np.linalg.norm(norms)"

# %% mutant: norms_added
"""The norms of the gradients are added up: lengths of parts do not add up like that."""

old = "total = np.linalg.norm(norms, norm_type)"
new = "total = sum(norms)"

# %% mutant: not_in_place
"""`g = g * factor` makes a new tensor; the parameter keeps the old one."""

old = "g *= float(factor)"
new = "g = g * float(factor)"

# %% mutant: per_tensor
"""Each gradient is clipped by itself: the direction changes."""

old = """\
for g in gradients:
    g *= float(factor)"""
new = """\
for g, norm in zip(gradients, norms, strict=True):
    g *= min(1.0, max_norm / float(norm + 1e-6))"""

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
