# %% mutant: not_clipped
"""Rounded, but not clipped."""

old = "q = np.clip(np.rint(x / scale) + zero_point, qmin, qmax)"
new = "q = np.rint(x / scale) + zero_point"

# %% mutant: integers
"""The integers, not the values that they stand for."""

old = "((q - zero_point) * scale)"
new = "(q - zero_point)"

# %% mutant: zero_point_left_in
"""The zero point is not taken away again."""

old = "((q - zero_point) * scale)"
new = "(q * scale)"

# %% mutant: flat
"""The slope of a staircase, 0."""

old = "np.where((q >= qmin) & (q <= qmax), g, 0)"
new = "np.zeros_like(g)"

# %% mutant: always_through
"""What was clipped gets the gradient as well."""

old = "np.where((q >= qmin) & (q <= qmax), g, 0)"
new = "np.array(g)"

# %% mutant: ends_left_out
"""The ends of the range get nothing."""

old = "(q >= qmin) & (q <= qmax)"
new = "(q > qmin) & (q < qmax)"

# %% mutant: multiplied
"""Multiplied by a mask: infinity times 0 is no number."""

old = "np.where((q >= qmin) & (q <= qmax), g, 0)"
new = "(g * ((q >= qmin) & (q <= qmax)))"

# %% mutant: scaled
"""The gradient is multiplied by the scale."""

old = "np.where((q >= qmin) & (q <= qmax), g, 0)"
new = "np.where((q >= qmin) & (q <= qmax), g * scale, 0)"

# %% mutant: widened
"""The scales decide the dtype."""

old = "((q - zero_point) * scale).astype(x.dtype)"
new = "((q - zero_point) * np.asarray(scale, np.float64))"

# %% mutant: range_without_rounding
"""Whether a value is inside is asked before it is rounded."""

old = """\
q = np.rint(x / scale) + zero_point
return"""
new = """\
q = x / scale + zero_point
return"""

# %% edge: rule_without_zero_point
"""The rule forgets the zero point, which moves the range."""

old = """\
q = np.rint(x / scale) + zero_point
return"""
new = """\
q = np.rint(x / scale)
return"""

# %% alternative: by_the_helpers
"""From quantize's formula, with the range as values."""


def forward(x, scale, zero_point, qmin, qmax):
    low, high = (qmin - zero_point), (qmax - zero_point)
    steps = np.minimum(np.maximum(np.rint(x / scale), low), high)
    return np.asarray(steps * scale, x.dtype)


def rule(g, x, scale, zero_point, qmin, qmax):
    steps, out = np.rint(x / scale), np.array(g)
    out[(steps < qmin - zero_point) | (steps > qmax - zero_point)] = 0
    return out


return forward, rule
