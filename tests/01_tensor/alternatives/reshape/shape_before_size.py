"""The error names the shape first and the size after it."""
if min(shape, default=0) < -1 or shape.count(-1) > 1:
    raise ValueError(f"shape {shape} cannot hold {size} values: one size may be -1, none less")
known = math.prod(n for n in shape if n != -1)
if -1 not in shape:
    if known != size:
        raise ValueError(f"shape {shape} holds {known} values, not {size}")
    return shape
if known == 0 or size % known:
    raise ValueError(f"no number does for the -1 of shape {shape} and {size} values")
at = shape.index(-1)
return (*shape[:at], size // known, *shape[at + 1 :])
