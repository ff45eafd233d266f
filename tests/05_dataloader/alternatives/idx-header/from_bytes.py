"""Sizes one by one, with int.from_bytes."""
zeros, kind, ndim = content[:2], content[2:3], content[3:4]
if not ndim:
    raise ValueError("the header is cut off")
if zeros != bytes(2) or kind[0] not in IDX_TYPES:
    raise ValueError("this is not an IDX file")
sizes = []
for start in range(4, 4 + 4 * ndim[0], 4):
    size = content[start : start + 4]
    if len(size) < 4:
        raise ValueError("the sizes are cut off")
    sizes.append(int.from_bytes(size, "big"))
return IDX_TYPES[kind[0]], tuple(sizes)
