"""`tiny`, the smallest number with all its digits, in place of the smallest."""
info = np.finfo(dtype)
return math.log(info.max), -math.log(info.tiny)
