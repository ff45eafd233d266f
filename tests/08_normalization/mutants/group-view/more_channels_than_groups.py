"""Refuses as many groups as channels."""
n, channels, *rest = shape
if channels % num_groups or channels <= num_groups:
    raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
return n, num_groups, channels // num_groups * math.prod(rest)
