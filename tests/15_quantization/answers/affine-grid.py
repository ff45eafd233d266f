# %% mutant: without_zero
"""The range is taken as it is, also without 0 in it."""

old = "low, high = min(low, 0.0), max(high, 0.0)"
new = "pass"

# %% mutant: as_many_steps_as_integers
"""Divided by the number of integers."""

old = "(qmax - qmin)"
new = "(qmax - qmin + 1)"

# %% mutant: symmetric
"""A symmetric grid: the zero point is 0."""

low, high = min(low, 0.0), max(high, 0.0)
return float(max(-low, high) / qmax or 1.0), 0

# %% mutant: wrong_sign
"""The sign of low is forgotten."""

old = "qmin - round(low / scale)"
new = "qmin + round(low / scale)"

# %% mutant: without_qmin
"""Integers are thought to begin with 0."""

old = "zero_point = qmin - round(low / scale)"
new = "zero_point = -round(low / scale)"
old = "min(max(zero_point, qmin), qmax)"
new = "zero_point"

# %% mutant: zeros
"""A range of zeros is divided by. (ZeroDivisionError)"""

old = " or 1.0"
new = ""

# %% mutant: single_value
"""A single value is taken for a range of its own, around it."""

old = "low, high = min(low, 0.0), max(high, 0.0)"
new = """\
if low == high:
    return 1.0, int(min(max(round(-low), qmin), qmax))
low, high = min(low, 0.0), max(high, 0.0)"""

# %% mutant: types_of_numpy
"""What came in decides the types that come out."""

low, high = np.minimum(low, 0.0), np.maximum(high, 0.0)
scale = (high - low) / (qmax - qmin) or np.float64(1.0)
return scale, np.clip(qmin - np.rint(low / scale), qmin, qmax)

# %% mutant: rounded_down
"""The zero point is rounded down."""

old = "round(low / scale)"
new = "math.floor(low / scale + 1e-9) + 1"

# %% edge: tiny_is_nothing
"""A range that is tiny is taken for none."""

old = "scale = (high - low) / (qmax - qmin) or 1.0"
new = """\
scale = (high - low) / (qmax - qmin)
scale = 1.0 if scale < 1e-12 else scale"""

# %% alternative: by_numpy
"""Step by step, by NumPy."""

ends = np.array([low, high, 0.0], np.float64)
first, last = float(ends.min()), float(ends.max())
scale = 1.0 if first == last else (last - first) / float(qmax - qmin)
return scale, int(np.clip(qmin - int(np.rint(first / scale)), qmin, qmax))
