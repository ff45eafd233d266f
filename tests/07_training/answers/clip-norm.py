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

# %% mutant: generator_used_twice
"""The parameters are gone through again: a generator has none left, and nothing is clipped."""

old = """\
for g in gradients:
    g *= float(factor)"""
new = """\
for parameter in parameters:
    if parameter.grad is not None:
        parameter.grad *= float(factor)"""

# %% mutant: nan_only
"""Only NaN counts as non-finite; an infinite norm passes."""

old = "if error_if_nonfinite and not np.isfinite(total):"
new = "if error_if_nonfinite and np.isnan(total):"

# %% mutant: always_an_error
"""A norm that is not finite raises a RuntimeError, whether it was asked for or not."""

old = "if error_if_nonfinite and not np.isfinite(total):"
new = "if not np.isfinite(total):"

# %% mutant: norms_joined_by_length
"""Each gradient has the norm that was asked for; they are joined by the 2-norm all the same."""

old = "total = np.linalg.norm(norms, norm_type)"
new = "total = np.linalg.norm(norms)"

# %% mutant: number_returned
"""The norm is returned as NumPy's number, which has no tensor's methods."""

old = "return tensor(total)"
new = "return total"

# %% mutant: sign_kept
"""For the largest absolute value the largest one is taken, and a negative one is overlooked."""

old = "total = np.linalg.norm(norms, norm_type)"
new = """\
total = np.linalg.norm(norms, norm_type)
if norm_type == math.inf:
    total = max(g.numpy().max() for g in gradients)"""

# %% mutant: values_clipped
"""Every value is limited by itself: that is the coarser sister."""

old = "g *= float(factor)"
new = "g.copy_(g.clamp(-max_norm, max_norm))"

# %% edge: no_epsilon
"""Divided by the norm as it is: 0 / 0 is NaN, so a gradient of zero becomes NaN."""

old = """\
factor = max_norm / (total + 1e-6)"""
new = """\
with np.errstate(all="ignore"):
    factor = max_norm / total"""

# %% alternative: another_text
"""The error says it in other letters; the root of the sum of squares is taken over all values."""

values = np.concatenate([g.numpy().reshape(-1) for g in gradients])
if norm_type == 2:
    total = np.sqrt((values * values).sum())
elif norm_type == math.inf:
    total = np.abs(values).max()
else:
    total = (np.abs(values) ** norm_type).sum() ** (1 / norm_type)
if error_if_nonfinite and not math.isfinite(total):
    raise RuntimeError(f"Nonfinite norm of the gradients: {total}")
if total > max_norm:
    for g in gradients:
        g.mul_(float(max_norm / (total + 1e-6)))
return tensor(float(total))

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
