# %% mutant: same_share
"""Each weight loses the same share."""

total = sum(weight.size for weight in weights)
return [magnitude_mask(w, round(count * w.size / total)) for w in weights]

# %% mutant: each_loses_all
"""Each weight loses as many as all together should."""

return [magnitude_mask(w, min(count, w.size)) for w in weights]

# %% mutant: by_sign
"""The most negative values go."""

old = "magnitude_mask(whole, count)"
new = "magnitude_mask(whole - whole.min(), count)"

# %% mutant: by_a_limit
"""All up to a limit go: too many where values are equal."""

sizes = np.sort(np.abs(np.concatenate([w.reshape(-1) for w in weights])))
limit = sizes[count - 1] if count else -1.0
return [(np.abs(w) > limit).astype(np.float32) for w in weights]

# %% mutant: flat
"""The masks are flat."""

old = "[part.reshape(w.shape) for part, w in zip(parts, weights, strict=True)]"
new = "list(parts)"

# %% mutant: scaled
"""Each weight is measured by its own largest value."""

old = "weight.reshape(-1) for weight in weights"
new = "weight.reshape(-1) / np.abs(weight).max() for weight in weights"

# %% mutant: equal_parts
"""The long array is cut into pieces of equal length. (ValueError)"""

old = "np.split(magnitude_mask(whole, count), ends)"
new = "np.array_split(magnitude_mask(whole, count), len(weights))"

# %% edge: two_weights
"""Only two weights are looked at."""

old = "return [part"
new = """\
if len(weights) > 2:
    parts = [*parts[:2], *(np.ones(w.size, np.float32) for w in weights[2:])]
return [part"""

# %% alternative: places
"""A cut at the count-th place of the order."""

sizes = [w.size for w in weights]
order = np.argsort(np.abs(np.concatenate([w.ravel() for w in weights])), kind="stable")
gone, masks, first = set(order[:count].tolist()), [], 0
for w, size in zip(weights, sizes, strict=True):
    flat = [0.0 if i in gone else 1.0 for i in range(first, first + size)]
    masks.append(np.array(flat, np.float32).reshape(w.shape))
    first += size
return masks
