"""`eps` in place of the smallest number."""
info = np.finfo(dtype)
return math.log(info.max), -math.log(info.eps)
