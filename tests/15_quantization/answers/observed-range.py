# %% mutant: last_batch
"""Only the last batch is looked at."""

old = "np.quantile(np.concatenate(values), "
new = "np.quantile(values[-1], "

# %% mutant: averaged
"""The ranges of the batches are averaged."""

old = "low, high = np.quantile(np.concatenate(values), [cut, 1 - cut])"
new = "low, high = np.mean([np.quantile(v, [cut, 1 - cut]) for v in values], axis=0)"

# %% mutant: zero_was_seen
"""The range begins with 0, as if it had been seen."""

old = "return float(low), float(high)"
new = "return min(float(low), 0.0), max(float(high), 0.0)"

# %% mutant: symmetric
"""The largest absolute value on both sides."""

old = "return float(low), float(high)"
new = "return -max(abs(float(low)), abs(float(high))), max(abs(float(low)), abs(float(high)))"

# %% mutant: all_cut_at_one_end
"""The whole share is cut off at the upper end."""

old = "[cut, 1 - cut]"
new = "[0.0, 1 - 2 * cut]"

# %% mutant: cut_twice
"""The share is cut off at each end."""

old = "cut = (1 - keep) / 2"
new = "cut = 1 - keep"

# %% mutant: keep_ignored
"""Always smallest and largest."""

old = "cut = (1 - keep) / 2"
new = "cut = 0.0"

# %% mutant: nothing_checked
"""No values are no error. (IndexError)"""

old = """\
if not sum(map(len, values)):
    raise ValueError("observed_range: there are no values to take the range of")
"""
new = ""

# %% mutant: keep_not_checked
"""Every share is taken."""

old = """\
if not 0 < keep <= 1:
    raise ValueError(f"observed_range: keep must be above 0 and at most 1, not {keep}")
"""
new = "keep = min(abs(keep), 1)\n"

# %% edge: no_negative_range
"""The largest value is thought to be at least 0."""

old = "return float(low), float(high)"
new = "return float(low), max(float(high), 0.0)"

# %% alternative: by_sorting
"""All values sorted, and what lies between two of them interpolated."""

if not 0 < keep <= 1:
    raise ValueError(f"keep is {keep}")
every = sorted(float(v) for batch in batches for v in np.asarray(batch).ravel())
if not every:
    raise ValueError("no values")


def at(share):
    place = share * (len(every) - 1)
    below = min(int(place), len(every) - 1)
    above = min(below + 1, len(every) - 1)
    return every[below] + (place - below) * (every[above] - every[below])


return at((1 - keep) / 2), at((1 + keep) / 2)
