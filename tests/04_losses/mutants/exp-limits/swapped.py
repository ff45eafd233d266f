"""The two limits swapped."""
info = np.finfo(dtype)
return -math.log(info.smallest_subnormal), math.log(info.max)
