"""By the size of all."""
n, channels = shape[:2]
if channels % num_groups != 0:
    raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
size = math.prod(shape[1:])
return (n, num_groups, size // num_groups)
