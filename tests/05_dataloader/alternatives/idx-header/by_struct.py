"""By the struct module."""
import struct
try:
    zero, kind, ndim = struct.unpack_from(">HBB", content)
    if zero or kind not in IDX_TYPES:
        raise ValueError("not an IDX file")
    return IDX_TYPES[kind], struct.unpack_from(f">{ndim}I", content, 4)
except struct.error as error:
    raise ValueError(f"the header is cut off: {error}") from None
