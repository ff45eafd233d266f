"""Every -1 is replaced by the same number."""
known = math.prod(n for n in shape if n != -1)
if any(n < -1 for n in shape) or (-1 in shape and (known == 0 or size % known)):
    raise ValueError(f"{size} values do not fit into shape {shape}")
if -1 not in shape and known != size:
    raise ValueError(f"{size} values do not fit into shape {shape}")
return tuple(size // known if n == -1 else n for n in shape)
