# %% mutant: by_sign
"""The most negative values go."""

old = "np.abs(weight).reshape(-1)"
new = "weight.reshape(-1)"

# %% mutant: turned_round
"""A 1 where a weight goes."""

old = "return mask.reshape(weight.shape)"
new = "return 1 - mask.reshape(weight.shape)"

# %% mutant: by_a_limit
"""All up to a limit go: too many where values are equal. (IndexError)"""

flat = np.sort(np.abs(weight).reshape(-1))
return (np.abs(weight) > flat[count - 1]).astype(np.float32)

# %% mutant: one_too_few
"""One weight too few goes."""

old = "order[:count]"
new = "order[: max(count - 1, 0)]"

# %% mutant: largest
"""The largest go."""

old = "order[:count]"
new = "order[::-1][:count]"

# %% mutant: weight_returned
"""The pruned weight, not the mask."""

old = "return mask.reshape(weight.shape)"
new = "return (weight * mask.reshape(weight.shape)).astype(np.float32)"

# %% mutant: flat
"""The mask is flat."""

old = "return mask.reshape(weight.shape)"
new = "return mask"

# %% mutant: booleans
"""A mask of truths."""

old = "return mask.reshape(weight.shape)"
new = "return mask.reshape(weight.shape).astype(bool)"

# %% mutant: not_stable
"""Of many equal values any go, not the first."""

old = ', kind="stable"'
new = ""

# %% edge: zeros_first_of_all
"""What is 0 already is not counted."""

old = "mask[order[:count]] = 0"
new = """\
size = np.abs(weight).reshape(-1)[order]
mask[order[size > 0][:count]] = 0
mask[order[size == 0]] = 0"""

# %% alternative: by_ranks
"""The place of each weight in the order decides."""

flat = np.abs(weight).ravel()
place = np.empty(flat.size, int)
place[np.argsort(flat, kind="stable")] = np.arange(flat.size)
return np.where(place < count, np.float32(0), np.float32(1)).reshape(weight.shape)
