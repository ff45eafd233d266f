"""Only the first of the dimensions after the channels counts."""
n, channels, *rest = shape
if channels % num_groups:
    raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
return n, num_groups, channels // num_groups * (rest[0] if rest else 1)
