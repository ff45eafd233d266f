# %% mutant: g_changed
"""Writes zeros into g."""

if padding_idx is not None:
    g[ids == padding_idx] = 0
return summed(g, ids, rows)

# %% mutant: next_row
"""The row after the padding."""

old = "gradient[padding_idx] = 0"
new = "gradient[padding_idx + 1 - rows] = 0"

# %% mutant: none_is_everything
"""`gradient[None] = 0` is all of the gradient."""

old = """\
if padding_idx is not None:
    gradient[padding_idx] = 0"""
new = "gradient[padding_idx] = 0"

# %% mutant: none_is_row_zero
"""Without a padding, row 0 is one."""

old = """\
if padding_idx is not None:
    gradient[padding_idx] = 0"""
new = "gradient[padding_idx or 0] = 0"

# %% mutant: only_the_padding
"""The padding learns, and nothing else does."""

old = "gradient[padding_idx] = 0"
new = "gradient[np.arange(rows) != padding_idx] = 0"

# %% mutant: padding_learns
"""No padding at all."""

old = "gradient[padding_idx] = 0"
new = "pass"

# %% mutant: truthy
"""0 counts as false."""

old = "if padding_idx is not None:"
new = "if padding_idx:"

# %% mutant: a_column
"""A feature, not a row."""

old = "gradient[padding_idx] = 0"
new = "gradient[:, padding_idx % g.shape[-1]] = 0"

# %% edge: multiplied_by_a_mask
"""0 times infinity is not 0."""

if padding_idx is None:
    return summed(g, ids, rows)
mask = (ids != padding_idx)[..., None]
return summed((g * mask).astype(g.dtype), ids, rows)

# %% alternative: chosen
"""Zeros chosen by where the padding is."""

if padding_idx is None:
    return summed(g, ids, rows)
return summed(np.where((ids == padding_idx)[..., None], g.dtype.type(0), g), ids, rows)

# %% alternative: only_what_counts
"""Leaves the padding's places out."""

kept = np.ones(ids.shape, bool) if padding_idx is None else ids != padding_idx
return summed(g[kept], ids[kept], rows)
