# %% mutant: last
"""The peak is what is left at the end."""

old = "peak = max(peak, held)"
new = "peak = held"

# %% mutant: largest_piece
"""The peak is the largest single piece."""

old = "peak = max(peak, held)"
new = "peak = max(peak, size)"

# %% mutant: never_freed
"""What went is not taken away."""

old = "held += size"
new = "held += max(size, 0)"

# %% mutant: as_they_came
"""The changes are taken in the order in which they came."""

old = "sorted(changes, key=lambda change: change[0])"
new = "changes"

# %% mutant: sorted_in_place
"""The caller's list is sorted."""

old = "for when, size in sorted(changes, key=lambda change: change[0]):"
new = """\
changes.sort(key=lambda change: change[0])
for when, size in changes:"""

# %% mutant: before_the_change
"""What was held before each change."""

line, held, peak = [], 0, 0
for when, size in sorted(changes, key=lambda change: change[0]):
    line.append((when, held))
    held += size
    peak = max(peak, held)
return line, peak

# %% edge: sizes_sorted_too
"""Changes of one time are sorted by size, so that what goes is first."""

old = "sorted(changes, key=lambda change: change[0])"
new = "sorted(changes)"

# %% alternative: by_cumsum
"""Running sums by NumPy."""

ordered = sorted(changes, key=lambda change: change[0])
held = np.cumsum([size for _, size in ordered], dtype=np.int64).tolist()
return [(when, now) for (when, _), now in zip(ordered, held)], max([0, *held])
