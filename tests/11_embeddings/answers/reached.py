# %% mutant: dense_is_what_was_reached
"""The whole gradient has the reached rows only."""

old = "4 * rows * dim"
new = "4 * len(names) * dim"

# %% mutant: doubles
"""Eight bytes a number."""

old = "4 * rows * dim"
new = "8 * rows * dim"

# %% mutant: every_use
"""Counts uses, not rows."""

old = "set(ids.reshape(-1).tolist()) - {padding_idx}"
new = "[i for i in ids.reshape(-1).tolist() if i != padding_idx]"

# %% mutant: ids_in_four_bytes
"""An id takes four bytes."""

old = "4 * dim + 8"
new = "4 * dim + 4"

# %% mutant: ids_missing
"""The ids take no room."""

old = "4 * dim + 8"
new = "4 * dim"

# %% mutant: numbers
"""Numbers, not bytes."""

old = "4 * rows * dim, len(names) * (4 * dim + 8)"
new = "rows * dim, len(names) * (dim + 1)"

# %% mutant: padding_counted
"""The padding gets a gradient."""

old = " - {padding_idx}"
new = ""

# %% mutant: truthy
"""Row 0 is no padding."""

old = " - {padding_idx}"
new = " - ({padding_idx} if padding_idx else set())"

# %% edge: one_less
"""Takes 1 away for a padding, whether it occurs or not."""

old = """\
names = set(ids.reshape(-1).tolist()) - {padding_idx}
return len(names), 4 * rows * dim, len(names) * (4 * dim + 8)"""
new = """\
count = len(set(ids.reshape(-1).tolist())) - (padding_idx is not None)
return count, 4 * rows * dim, count * (4 * dim + 8)"""

# %% alternative: marked
"""Marks the rows in an array."""

marks = np.zeros(rows, bool)
marks[ids] = True
if padding_idx is not None:
    marks[padding_idx] = False
count = int(marks.sum())
return count, np.zeros((rows, dim), np.float32).nbytes, count * 4 * dim + count * 8

# %% alternative: unique
"""By np.unique."""

found = np.unique(ids)
if padding_idx is not None:
    found = found[found != padding_idx]
return found.size, rows * dim * 4, found.size * (dim * 4 + 8)
