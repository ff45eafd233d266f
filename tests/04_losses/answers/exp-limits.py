# %% mutant: base_ten
"""Logarithms to base 10."""

info = np.finfo(dtype)
return math.log10(info.max), -math.log10(info.smallest_subnormal)

# %% mutant: bits
"""Powers of two, as the exponents of the type are stored."""

info = np.finfo(dtype)
return math.log2(info.max), -math.log2(info.smallest_subnormal)

# %% mutant: eps
"""`eps` in place of the smallest number."""

info = np.finfo(dtype)
return math.log(info.max), -math.log(info.eps)

# %% mutant: sign
"""The second number is negative."""

info = np.finfo(dtype)
return math.log(info.max), math.log(info.smallest_subnormal)

# %% mutant: single_only
"""float32, whatever was asked for."""

return 88.72, 103.28

# %% mutant: swapped
"""The two limits swapped."""

info = np.finfo(dtype)
return -math.log(info.smallest_subnormal), math.log(info.max)

# %% mutant: tiny
"""`tiny`, the smallest number with all its digits, in place of the smallest."""

info = np.finfo(dtype)
return math.log(info.max), -math.log(info.tiny)

# %% edge: searched_to_200
"""Measured instead of calculated, up to 200 only."""

x = np.arange(0, 200, 0.25).astype(dtype)
with np.errstate(all="ignore"):
    return float(x[np.isfinite(np.exp(x))][-1]), float(x[np.exp(-x) > 0][-1])

# %% alternative: by_bits
"""From the number of bits of exponent and mantissa."""

info = np.finfo(dtype)
return int(info.maxexp) * math.log(2), -int(info.minexp - info.nmant) * math.log(2)

# %% alternative: measured
"""Measured instead of calculated, as an array."""

x = np.arange(0, 800, 0.25).astype(dtype)
with np.errstate(all="ignore"):
    return np.array([x[np.isfinite(np.exp(x))][-1], x[np.exp(-x) > 0][-1]])

# %% alternative: numpy_log
"""With NumPy in double precision."""

info = np.finfo(dtype)
largest, smallest = np.float64(info.max), np.float64(info.smallest_subnormal)
return float(np.log(largest)), float(-np.log(smallest))

# %% alternative: tiny_and_eps
"""The smallest number is the smallest one with all digits times the gap above 1."""

info = np.finfo(dtype)
return np.log(float(info.max)), -np.log(float(info.tiny) * float(info.eps))
