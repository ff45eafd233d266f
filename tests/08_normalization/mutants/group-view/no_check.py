"""Channels that do not divide are cut off."""
n, channels, *rest = shape
if False:
    raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
return n, num_groups, channels // num_groups * math.prod(rest)
