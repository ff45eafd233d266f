# %% mutant: bytes_always
"""The type is taken to be bytes."""

old = "return IDX_TYPES[content[2]], tuple(shape.tolist())"
new = 'return ">u1", tuple(shape.tolist())'

# %% mutant: code_not_type
"""The code of the type, not the type."""

old = "return IDX_TYPES[content[2]], tuple(shape.tolist())"
new = "return content[2], tuple(shape.tolist())"

# %% mutant: cut_off_not_noticed
"""A header that ends too early gives fewer sizes."""

old = """\
if len(content) < 4 + 4 * ndim:
    raise ValueError(f"cut off after {len(content)} bytes, before the header's end")"""
new = "ndim = min(ndim, len(content) // 4 - 1)"

# %% mutant: first_byte_only
"""Only the first byte is checked."""

old = 'if content[:2] != b"\\0\\0" or content[2] not in IDX_TYPES:'
new = "if content[0] != 0 or content[2] not in IDX_TYPES:"

# %% mutant: four_bytes_expected
"""A file of less than four bytes is not expected: an IndexError."""

old = """\
if len(content) < 4:
    raise ValueError(f"cut off after {len(content)} bytes, before the header's end")"""
new = ""

# %% mutant: header_taken_for_file
"""What follows the header is not ignored: a ValueError for every whole file."""

old = "if len(content) < 4 + 4 * ndim:"
new = "if len(content) != 4 + 4 * ndim:"

# %% mutant: little_endian
"""The sizes are read least significant byte first."""

old = 'shape = np.frombuffer(content, ">u4", count=ndim, offset=4)'
new = 'shape = np.frombuffer(content, "<u4", count=ndim, offset=4)'

# %% mutant: magic_not_checked
"""The two zero bytes are not checked."""

old = 'if content[:2] != b"\\0\\0" or content[2] not in IDX_TYPES:'
new = "if content[2] not in IDX_TYPES:"

# %% mutant: one_byte_sizes
"""Only the last byte of each size is read."""

old = 'shape = np.frombuffer(content, ">u4", count=ndim, offset=4)'
new = 'shape = np.frombuffer(content, ">u1", count=4 * ndim, offset=4)[3::4]'

# %% mutant: rest_taken_for_sizes
"""All that follows is taken for sizes."""

old = 'shape = np.frombuffer(content, ">u4", count=ndim, offset=4)'
new = 'shape = np.frombuffer(content, ">u4", count=(len(content) - 4) // 4, offset=4)'

# %% mutant: shape_as_list
"""The shape is a list."""

old = "return IDX_TYPES[content[2]], tuple(shape.tolist())"
new = "return IDX_TYPES[content[2]], shape.tolist()"

# %% mutant: sizes_from_the_start
"""The sizes are read from the first byte."""

old = 'shape = np.frombuffer(content, ">u4", count=ndim, offset=4)'
new = 'shape = np.frombuffer(content, ">u4", count=ndim, offset=0)'

# %% mutant: three_dimensions
"""Always three dimensions: images work, labels are a ValueError."""

old = "ndim = content[3]"
new = "ndim = 3"

# %% mutant: type_not_checked
"""An unknown type is not noticed."""

old = 'if content[:2] != b"\\0\\0" or content[2] not in IDX_TYPES:'
new = 'if content[:2] != b"\\0\\0":'

# %% edge: no_dimensions_refused
"""A header without dimensions, of a single number, is a ValueError."""

old = "if len(content) < 4 + 4 * ndim:"
new = "if len(content) <= 4 or len(content) < 4 + 4 * ndim:"

# %% edge: signed_sizes
"""The sizes are read as signed numbers."""

old = 'shape = np.frombuffer(content, ">u4", count=ndim, offset=4)'
new = 'shape = np.frombuffer(content, ">i4", count=ndim, offset=4)'

# %% alternative: by_struct
"""By the struct module."""

import struct

try:
    zero, kind, ndim = struct.unpack_from(">HBB", content)
    if zero or kind not in IDX_TYPES:
        raise ValueError("not an IDX file")
    return IDX_TYPES[kind], struct.unpack_from(f">{ndim}I", content, 4)
except struct.error as error:
    raise ValueError(f"the header is cut off: {error}") from None

# %% alternative: from_bytes
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
