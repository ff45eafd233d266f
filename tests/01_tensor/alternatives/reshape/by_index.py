"""Finds the place of the -1 and fills it in."""
complaint = ValueError(f"{size} values do not fit into shape {shape}")
open_places = [d for d, n in enumerate(shape) if n == -1]
if len(open_places) > 1 or min(shape, default=0) < -1:
    raise complaint
result = list(shape)
for place in open_places:
    others = math.prod(shape[:place] + shape[place + 1 :])
    if others == 0 or size % others != 0:
        raise complaint
    result[place] = size // others
if math.prod(result) != size:
    raise complaint
return tuple(result)
