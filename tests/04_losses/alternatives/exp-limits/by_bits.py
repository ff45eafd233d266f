"""From the number of bits of exponent and mantissa."""
info = np.finfo(dtype)
return int(info.maxexp) * math.log(2), -int(info.minexp - info.nmant) * math.log(2)
