"""The second number is negative."""
info = np.finfo(dtype)
return math.log(info.max), math.log(info.smallest_subnormal)
