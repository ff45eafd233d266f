# %% mutant: one_for_all
"""One scale for the whole weight."""

old = "np.abs(weight).max(axis=rest, keepdims=True, initial=0.0)"
new = "np.full((len(weight), *[1] * (weight.ndim - 1)), np.abs(weight).max(initial=0.0))"

# %% mutant: wrong_dimension
"""A scale for each input."""

old = "rest = tuple(range(1, weight.ndim))"
new = "rest = 0"
old = "return np.where"
new = """\
scales = scales.reshape(-1)[: len(weight)]
scales = scales.reshape(-1, *[1] * (weight.ndim - 1))
return np.where"""

# %% mutant: signed_maximum
"""The largest value, not the largest absolute value."""

old = "np.abs(weight).max"
new = "weight.max"

# %% mutant: by_128
"""The largest integer is thought to be 128."""

old = "(2 ** (bits - 1) - 1)"
new = "2 ** (bits - 1)"

# %% mutant: zeros
"""A channel of zeros has the scale 0."""

old = "np.where(scales == 0, 1, scales)"
new = "scales"

# %% mutant: dimensions_gone
"""One dimension is left."""

old = "return np.where(scales == 0, 1, scales)"
new = "return np.where(scales == 0, 1, scales).reshape(-1)"

# %% mutant: last_dimension_only
"""The maximum is taken along the last dimension only."""

old = "rest = tuple(range(1, weight.ndim))"
new = "rest = -1"

# %% mutant: float64
"""The scales are float64."""

old = "np.float32"
new = "np.float64"

# %% edge: always_eight_or_four_bits
"""Bits other than eight are thought to be four."""

old = "(2 ** (bits - 1) - 1)"
new = "(127 if bits == 8 else 7)"

# %% alternative: as_a_table
"""The weight as a table of channels."""

table = np.abs(weight).reshape(len(weight), -1)
largest = np.array([row.max() if row.size else 0.0 for row in table])
scales = largest / float(2 ** (bits - 1) - 1)
scales[scales == 0.0] = 1.0
return scales.astype("float32").reshape(-1, *(1,) * (weight.ndim - 1))
