"""The sizes are read as signed numbers."""
if len(content) < 4:
    raise ValueError(f"cut off after {len(content)} bytes, before the header's end")
if content[:2] != b"\0\0" or content[2] not in IDX_TYPES:
    raise ValueError(f"not an IDX file: it begins with {content[:4].hex(' ')}")
ndim = content[3]
if len(content) < 4 + 4 * ndim:
    raise ValueError(f"cut off after {len(content)} bytes, before the header's end")
shape = np.frombuffer(content, ">i4", count=ndim, offset=4)
return IDX_TYPES[content[2]], tuple(shape.tolist())
