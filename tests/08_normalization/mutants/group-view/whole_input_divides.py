"""The whole example must divide, not the channels."""
n, channels, *rest = shape
if channels * math.prod(rest) % num_groups:
    raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
return n, num_groups, channels * math.prod(rest) // num_groups
