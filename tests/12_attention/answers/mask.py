# %% mutant: aligned_at_the_end
"""With more keys than queries, the last query sees the last key."""

old = "mask = np.tril(mask)"
new = "mask = np.tril(mask, keys - queries)"

# %% mutant: examples_as_rows
"""The lengths are those of queries: whole rows are left out."""

old = "np.arange(keys) < np.reshape(lengths, (-1, 1, 1, 1))"
new = "np.arange(queries)[:, None] < np.reshape(lengths, (-1, 1, 1, 1))"

# %% mutant: inverted
"""True = left out."""

old = "return mask"
new = "return ~mask"

# %% mutant: no_diagonal
"""A query does not see its own key."""

old = "np.tril(mask)"
new = "np.tril(mask, -1)"

# %% mutant: no_dimension_for_heads
"""The mask of examples is (n, queries, keys)."""

old = "(-1, 1, 1, 1)"
new = "(-1, 1, 1)"

# %% mutant: numbers
"""Ones and zeros instead of booleans."""

old = "return mask"
new = "return mask.astype(float)"

# %% mutant: off_by_one
"""One key of the padding is seen."""

old = "np.arange(keys) <"
new = "np.arange(keys) <="

# %% mutant: one_of_both
"""With both, a pair takes part if one of the masks lets it."""

old = "mask & real"
new = "mask | real if causal else mask & real"

# %% mutant: other_triangle
"""The future, not the past."""

old = "np.tril(mask)"
new = "np.triu(mask)"

# %% mutant: padding_forgets_causal
"""With lengths the causal mask is forgotten."""

old = "if causal:"
new = "if causal and lengths is None:"

# %% edge: at_least_one_key
"""A length of 0 is taken for 1, so that no row is empty."""

old = "np.reshape(lengths, (-1, 1, 1, 1))"
new = "np.maximum(np.reshape(lengths, (-1, 1, 1, 1)), 1)"

# %% alternative: compared
"""Rows and columns compared."""

rows, columns = np.arange(queries)[:, None], np.arange(keys)
mask = (columns <= rows) | (not causal)
if lengths is None:
    return mask
return mask & (columns < np.array(lengths)[:, None, None, None])

# %% alternative: filled
"""Filled example by example."""

one = np.tri(queries, keys, dtype=bool) if causal else np.full((queries, keys), True)
if lengths is None:
    return one
masks = np.repeat(one[None, None], len(lengths), 0)
for mask, length in zip(masks, lengths, strict=True):
    mask[..., length:] = False
return masks
