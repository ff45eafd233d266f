# %% mutant: cast_before_clip
"""Made an integer first, so that large values wrap around."""

q = (np.rint(x / scale) + zero_point).astype(np.int64).astype(np.int8)
return np.clip(q, qmin, qmax)

# %% mutant: fraction_cut_off
"""The fraction is cut off."""

old = "np.rint(x / scale)"
new = "np.trunc(x / scale)"

# %% mutant: rounded_down
"""Rounded down."""

old = "np.rint(x / scale)"
new = "np.floor(x / scale)"

# %% mutant: zero_point_missing
"""The zero point is forgotten."""

old = "np.rint(x / scale) + zero_point"
new = "np.rint(x / scale)"

# %% mutant: zero_point_subtracted
"""The zero point is taken away."""

old = "np.rint(x / scale) + zero_point"
new = "np.rint(x / scale) - zero_point"

# %% mutant: symmetric_clip
"""Clipped to -127, as for weights."""

old = "np.clip(q, qmin, qmax)"
new = "np.clip(q, max(qmin, -127), qmax)"

# %% mutant: multiplied
"""Multiplied by the scale."""

old = "x / scale"
new = "x * scale"

# %% mutant: stays_float
"""Whole numbers, but still floats."""

old = ".astype(np.int8)"
new = ""

# %% mutant: always_eight_bits
"""Clipped to int8, whatever qmin and qmax say."""

old = "np.clip(q, qmin, qmax)"
new = "np.clip(q, -128, 127)"

# %% edge: halves_up
"""Halves are rounded up, not to the even integer."""

old = "np.rint(x / scale)"
new = "np.floor(x / scale + 0.5)"

# %% alternative: by_minimum_and_maximum
"""Rounded by np.round, clipped by two functions."""

whole = np.round(np.asarray(x) / scale) + zero_point
return np.maximum(qmin, np.minimum(qmax, whole)).astype("int8")
