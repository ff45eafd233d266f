"""With NumPy in double precision."""
info = np.finfo(dtype)
largest, smallest = np.float64(info.max), np.float64(info.smallest_subnormal)
return float(np.log(largest)), float(-np.log(smallest))
