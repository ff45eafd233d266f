# %% mutant: along_the_queries
"""Softmax along the queries: the columns add up to 1."""

old = "p.max(axis=-1"
new = "p.max(axis=-2"
old = "sum_along(p, -1)"
new = "sum_along(p, p.ndim - 2)"

# %% mutant: booleans_added
"""Booleans are added as 0 and 1."""

old = "np.where(mask, p, -np.inf) if mask.dtype == bool else np.add(p, mask, out=p)"
new = "p + mask"

# %% mutant: finite_sentinel
"""A large negative number in place of minus infinity: real scores can be lower."""

old = "np.where(mask, p, -np.inf)"
new = "np.where(mask, p, -1e9)"

# %% mutant: inverted
"""True = left out."""

old = "np.where(mask, p, -np.inf)"
new = "np.where(mask, -np.inf, p)"

# %% mutant: mask_after_softmax
"""Left out after the softmax: the rows no longer add up to 1."""

p = q @ k.swapaxes(-1, -2) * scale
if mask is not None and mask.dtype != bool:
    p = p + mask
largest = p.max(axis=-1, keepdims=True, initial=-np.inf)
largest[largest == -np.inf] = 0
p = np.exp(p - largest)
p = p / np.maximum(p.sum(axis=-1, keepdims=True), 1)
return p if mask is None or mask.dtype != bool else p * mask

# %% mutant: mask_only_booleans
"""Every mask is taken for booleans."""

old = "np.where(mask, p, -np.inf) if mask.dtype == bool else np.add(p, mask, out=p)"
new = "np.where(mask, p, -np.inf)"

# %% mutant: nan_row
"""The row of a query with nothing to look at is NaN."""

old = "largest[largest == -np.inf] = 0"
new = ""
old = "np.maximum(sum_along(p, -1), 1)"
new = "sum_along(p, -1)"

# %% mutant: no_scale
"""The scores are not scaled."""

old = "p *= scale"
new = ""

# %% mutant: scaled_after_mask
"""The scale meets an additive mask as well."""

p = q @ k.swapaxes(-1, -2)
if mask is not None:
    p = np.where(mask, p, -np.inf) if mask.dtype == bool else p + mask
p = p * scale
largest = p.max(axis=-1, keepdims=True, initial=-np.inf)
largest[largest == -np.inf] = 0
p = np.exp(p - largest)
return p / np.maximum(p.sum(axis=-1, keepdims=True), 1)

# %% mutant: overflow
"""The largest score is not subtracted."""

old = "p -= largest"
new = ""
old = "np.maximum(sum_along(p, -1), 1)"
new = "np.where(sum_along(p, -1) > 0, sum_along(p, -1), 1)"

# %% mutant: q_scaled_in_place
"""The scale is multiplied into the caller's q."""

old = "p = q @ k.swapaxes(-1, -2)  # (..., t, d) @ (..., d, s)\np *= scale"
new = "q *= scale\np = q @ k.swapaxes(-1, -2)"

# %% mutant: uniform_row
"""Nothing to look at: everything is looked at a little."""

old = "largest[largest == -np.inf] = 0"
new = "p[np.broadcast_to(largest == -np.inf, p.shape)] = 0\nlargest[largest == -np.inf] = 0"

# %% mutant: zero_scores
"""A masked score is 0, and takes part."""

old = "np.where(mask, p, -np.inf)"
new = "np.where(mask, p, 0.0)"

# %% mutant: wide
"""The result is float64 whatever comes in."""

old = "return p"
new = "return p.astype(float)"

# %% edge: full_mask_expected
"""The mask is read as one of the size of the scores, example by example."""

old = "if mask is not None:"
new = "if mask is not None:\n    mask = np.resize(mask, p.shape)"

# %% edge: no_keys
"""The largest of no score is asked for.

ValueError: there is none.
"""

old = "p.max(axis=-1, keepdims=True, initial=-np.inf)"
new = "p.max(axis=-1, keepdims=True)"

# %% alternative: by_softmax_of_finite
"""Masked scores replaced by those of the largest, weights set to 0 after the exponential."""

scores = scale * np.einsum("...td,...sd->...ts", q, k)
takes_part = np.ones(scores.shape, bool)
if mask is not None and mask.dtype == bool:
    takes_part = np.broadcast_to(mask, scores.shape)
elif mask is not None:
    takes_part = np.broadcast_to(mask > -np.inf, scores.shape)
    scores = scores + np.where(mask > -np.inf, mask, 0)
top = np.where(takes_part, scores, -np.inf).max(axis=-1, keepdims=True, initial=-np.inf)
parts = np.exp(np.where(takes_part, scores - np.where(np.isfinite(top), top, 0), -np.inf))
total = parts.sum(axis=-1, keepdims=True)
return (parts / np.where(total > 0, total, 1)).astype(q.dtype)

# %% alternative: additive_always
"""Booleans are turned into an additive mask first."""

if mask is None:
    mask = np.zeros((), q.dtype)
elif mask.dtype == bool:
    mask = np.where(mask, 0.0, -np.inf).astype(q.dtype)
scores = np.matmul(q, np.swapaxes(k, -1, -2)) * scale + mask
top = np.max(scores, axis=-1, keepdims=True, initial=-np.inf)
parts = np.exp(scores - np.where(top == -np.inf, 0, top))
total = np.sum(parts, axis=-1, keepdims=True)
return np.divide(parts, total, out=np.zeros_like(parts), where=total > 0)
