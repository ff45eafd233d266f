"""Only the product is compared, so (-2, -6) holds twelve values."""
known = math.prod(n for n in shape if n != -1)
if shape.count(-1) > 1:
    raise ValueError(f"{size} values do not fit into shape {shape}")
if -1 in shape and known and size % known == 0:
    return tuple(size // known if n == -1 else n for n in shape)
if -1 in shape or known != size:
    raise ValueError(f"{size} values do not fit into shape {shape}")
return tuple(shape)
