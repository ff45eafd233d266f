"""num_groups is taken for the channels of a group."""
n, channels, *rest = shape
if channels % num_groups:
    raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
return n, channels // num_groups, num_groups * math.prod(rest)
