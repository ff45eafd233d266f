# %% mutant: base_ten
"""Logarithms to base 10."""

info = np.finfo(dtype)
return math.log10(info.max), -math.log10(info.smallest_subnormal)

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

# %% alternative: by_bits
"""From the number of bits of exponent and mantissa."""

info = np.finfo(dtype)
return int(info.maxexp) * math.log(2), -int(info.minexp - info.nmant) * math.log(2)

# %% alternative: numpy_log
"""With NumPy in double precision."""

info = np.finfo(dtype)
largest, smallest = np.float64(info.max), np.float64(info.smallest_subnormal)
return float(np.log(largest)), float(-np.log(smallest))
