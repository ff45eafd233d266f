"""Logarithms to base 10."""
info = np.finfo(dtype)
return math.log10(info.max), -math.log10(info.smallest_subnormal)
