"""A shape without -1 is believed as it is."""
known = math.prod(n for n in shape if n != -1)
if shape.count(-1) > 1 or any(n < -1 for n in shape):
    raise ValueError(f"{size} values do not fit into shape {shape}")
if -1 in shape and (known == 0 or size % known):
    raise ValueError(f"{size} values do not fit into shape {shape}")
return tuple(size // known if n == -1 else n for n in shape)
