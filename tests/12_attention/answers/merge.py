# %% mutant: attn_mask_forgotten
"""With padding, the mask of pairs is forgotten."""

old = "for mask in (attn_mask, key_padding_mask) if"
new = "for mask in (None if key_padding_mask is not None else attn_mask, key_padding_mask) if"

# %% mutant: finite_sentinel
"""A large number in place of infinity."""

old = "np.where(m, -np.inf, 0)"
new = "np.where(m, -1e9, 0)"

# %% mutant: left_out_by_both
"""Left out only if both say so."""

old = "np.logical_or"
new = "np.logical_and"

# %% mutant: nan
"""False times infinity is NaN."""

old = "np.where(m, -np.inf, 0)"
new = "m * -np.inf"

# %% mutant: not_inverted
"""True stays True: it means left out here, and takes part there."""

old = "return ~functools"
new = "return functools"

# %% mutant: padded_queries
"""Padding leaves queries out, not keys."""

old = "key_padding_mask[:, None, None, :]"
new = "key_padding_mask[:, None, : len(attn_mask) if attn_mask is not None else 2, None]"

# %% mutant: padding_as_pairs
"""The examples of the padding are taken for queries."""

old = "key_padding_mask = key_padding_mask[:, None, None, :]  # (n, 1, 1, s)"
new = "pass"

# %% mutant: padding_forgotten
"""The padding is forgotten where there is a mask of pairs."""

old = "(attn_mask, key_padding_mask) if mask is not None]"
new = "(attn_mask, key_padding_mask) if mask is not None][:1]"

# %% mutant: true_added
"""True is added as 1."""

old = "[np.where(m, -np.inf, 0) if m.dtype == bool else m for m in masks]"
new = "masks"

# %% mutant: zeros_for_nothing
"""Two masks that are not there give a mask."""

old = "return None"
new = "return np.ones((1, 1), bool)"

# %% mutant: wide
"""The dtype is float64, whatever is asked for."""

old = ".astype(dtype)"
new = ".astype(float)"

# %% mutant: in_place
"""The numbers of the caller's mask are changed."""

old = "return functools.reduce(np.add, added).astype(dtype)"
new = """\
for m, part in zip(masks, added, strict=True):
    if m.dtype != bool:
        part += 0.25
total = functools.reduce(np.add, added) - 0.25 * sum(m.dtype != bool for m in masks)
return total.astype(dtype)"""

# %% edge: narrow_only_in_sums
"""A mask of numbers alone keeps its own dtype."""

old = "if all(mask.dtype == bool"
new = """\
if len(masks) == 1 and masks[0].dtype != bool:
    return masks[0]
if all(mask.dtype == bool"""

# %% alternative: case_by_case
"""Case by case."""

padding = None if key_padding_mask is None else np.expand_dims(key_padding_mask, (1, 2))
both = attn_mask, padding
if attn_mask is None and padding is None:
    return None
if all(mask is None or mask.dtype == bool for mask in both):
    if attn_mask is None:
        return np.logical_not(padding)
    return np.logical_not(attn_mask if padding is None else attn_mask | padding)
total = np.zeros((1, 1), dtype)
for mask in both:
    if mask is not None and mask.dtype == bool:
        total = np.where(mask, np.array(-np.inf, dtype), total)
    elif mask is not None:
        total = total + mask.astype(dtype)
return total
