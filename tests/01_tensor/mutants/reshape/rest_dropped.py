"""Divides without asking whether it comes out even."""
known = math.prod(n for n in shape if n != -1)
if shape.count(-1) > 1 or any(n < -1 for n in shape) or not known and -1 in shape:
    raise ValueError(f"{size} values do not fit into shape {shape}")
if -1 not in shape and known != size:
    raise ValueError(f"{size} values do not fit into shape {shape}")
return tuple(size // known if n == -1 else n for n in shape)
