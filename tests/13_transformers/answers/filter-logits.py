# %% mutant: divided_after
"""The temperature is applied at the end: top-p sees the probabilities before."""

old = "z = logits.numpy() / np.asarray(temperature, logits.dtype)"
new = "z = logits.numpy().copy()"
old = "return tensor(z)"
new = "return tensor(z / np.asarray(temperature, logits.dtype))"

# %% mutant: multiplied
"""Multiplied by the temperature."""

old = "logits.numpy() / np.asarray"
new = "logits.numpy() * np.asarray"

# %% mutant: zeros
"""What goes gets the logit 0, which is not a probability of 0."""

old = "sorted_z[..., top_k:] = -np.inf"
new = "sorted_z[..., top_k:] = 0"

# %% mutant: crossing_token_lost
"""The token whose probability crosses top_p is left out."""

old = "p.cumsum(-1) - p >= top_p"
new = "(p.cumsum(-1) > top_p) & (np.arange(p.shape[-1]) > 0)"

# %% mutant: in_place
"""The logits that came in are changed."""

old = "z = logits.numpy() / np.asarray(temperature, logits.dtype)"
new = """\
z = logits.numpy()
z /= np.asarray(temperature, logits.dtype)"""

# %% mutant: not_renormalized
"""top_p counts the probabilities from before top_k."""

old = "p = np.exp(sorted_z - sorted_z[..., :1])"
new = "p = np.exp(np.take_along_axis(z, order, -1) - sorted_z[..., :1])"

# %% mutant: probabilities
"""Probabilities come back, not logits."""

old = "return tensor(z)"
new = """\
e = np.exp(z - z.max(-1, keepdims=True))
return tensor(e / e.sum(-1, keepdims=True))"""

# %% mutant: smallest_kept
"""The smallest are kept."""

old = "order = np.argsort(-z, axis=-1, kind="
new = "order = np.argsort(z, axis=-1, kind="

# %% mutant: sorted_result
"""The result is in sorted order."""

old = "return tensor(z)"
new = "return tensor(sorted_z)"

# %% mutant: ties_kept
"""All that equal the k-th largest stay."""

old = "sorted_z[..., top_k:] = -np.inf"
new = "sorted_z[sorted_z < sorted_z[..., min(top_k, z.shape[-1]) - 1, None]] = -np.inf"

# %% mutant: top_p_first
"""top_p comes before top_k, and over all tokens."""

old = """\
if top_k is not None:
    sorted_z[..., top_k:] = -np.inf
"""
new = ""
old = "np.put_along_axis(z, order, sorted_z, -1)"
new = """\
if top_k is not None:
    sorted_z[..., top_k:] = -np.inf
np.put_along_axis(z, order, sorted_z, -1)"""

# %% mutant: float64
"""The result is float64 whatever came in."""

old = "return tensor(z)"
new = "return tensor(z.astype(np.float64))"

# %% mutant: zero_ignored
"""A temperature of 0 divides by 0."""

old = """\
if temperature == 0:
    temperature, top_k = 1.0, 1
"""
new = ""

# %% mutant: all_rows_by_the_first
"""All rows lose the tokens that the first row loses."""

old = "np.put_along_axis(z, order, sorted_z, -1)"
new = """\
first = np.broadcast_to(order.reshape(-1, order.shape[-1])[0], order.shape)
z = np.where(np.isinf(np.put_along_axis(w := z.copy(), first, sorted_z, -1) or w), -np.inf, z)"""

# %% edge: large_logits_overflow
"""The exponential of large logits overflows."""

old = "np.exp(sorted_z - sorted_z[..., :1])"
new = "np.exp(sorted_z)"

# %% mutant: rounding_loses_the_last
"""top_p = 1 is not left out: rounding takes tokens at the end."""

old = "top_p is not None and top_p < 1"
new = "top_p is not None"

# %% alternative: by_rank
"""Ranks and masks in the order of the tokens."""

if temperature == 0:
    temperature, top_k = 1, 1
z = (logits.numpy() / temperature).astype(logits.dtype)
order = np.argsort(-z, axis=-1, kind="stable")
rank = np.argsort(order, axis=-1)
keep = rank < (z.shape[-1] if top_k is None else top_k)
if top_p is not None and top_p < 1:
    p = np.where(keep, np.exp(z - z.max(-1, keepdims=True)), 0)
    p = p / p.sum(-1, keepdims=True)
    before = np.cumsum(np.take_along_axis(p, order, -1), -1) - np.take_along_axis(p, order, -1)
    keep &= np.take_along_axis(before, rank, -1) < top_p
return tensor(np.where(keep, z, z.dtype.type(-np.inf)))

# %% alternative: row_by_row
"""Row by row, in Python."""

if temperature == 0:
    temperature, top_k = 1.0, 1
z = (logits.numpy() / temperature).astype(logits.dtype)
result = np.full_like(z, -np.inf)
for row, out in zip(z.reshape(-1, z.shape[-1]), result.reshape(-1, z.shape[-1])):
    kept = sorted(range(len(row)), key=lambda i: -row[i])[:top_k]
    weights = [math.exp(row[i] - row[kept[0]]) for i in kept]
    so_far = 0.0
    for i, weight in zip(kept, weights):
        if top_p is None or top_p == 1 or so_far < top_p * sum(weights):
            out[i] = row[i]
        so_far += weight
return tensor(result)
