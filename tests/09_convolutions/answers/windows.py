# %% edge: float64_assumed
"""Strides for numbers of eight bytes, whatever the dtype."""

old = "(n, c, h, w), (at_n, at_c, at_h, at_w) = x.shape, x.strides"
new = """\
n, c, h, w = x.shape
at_n, at_c, at_h, at_w = (step * 8 // x.itemsize for step in x.strides)"""

# %% mutant: contiguous_assumed
"""Strides made from the shape, as if the array had never been transposed or cut."""

old = "(n, c, h, w), (at_n, at_c, at_h, at_w) = x.shape, x.strides"
new = """\
n, c, h, w = x.shape
at_n, at_c, at_h, at_w = (x.itemsize * k for k in (c * h * w, h * w, w, 1))"""

# %% mutant: copied
"""The windows are copied."""

old = "return np.lib.stride_tricks.as_strided(x, shape, (at_n, at_c, *steps))"
new = "return np.lib.stride_tricks.as_strided(x, shape, (at_n, at_c, *steps)).copy()"

# %% mutant: dilation_missing
"""Inside a window, pixels are neighbors, whatever the dilation."""

old = "dilation[0] * at_h, dilation[1] * at_w"
new = "at_h, at_w"

# %% mutant: inside_first
"""The places of a window come before the windows."""

old = "shape = (n, c, h_out, w_out, *kernel)"
new = "shape = (n, c, *kernel, h_out, w_out)"
old = "steps = (stride[0] * at_h, stride[1] * at_w, dilation[0] * at_h, dilation[1] * at_w)"
new = "steps = (dilation[0] * at_h, dilation[1] * at_w, stride[0] * at_h, stride[1] * at_w)"

# %% mutant: no_error
"""A kernel larger than the image gives no windows, and no error."""

old = "output_size(*one) for one in zip((h, w), kernel, stride, (0, 0), dilation, strict=True)"
new = """\
(size - d * (k - 1) - 1) // s + 1
for size, k, s, d in zip((h, w), kernel, stride, dilation, strict=True)"""

# %% mutant: read_only
"""A view that may not be written to."""

old = "return np.lib.stride_tricks.as_strided(x, shape, (at_n, at_c, *steps))"
new = "return np.lib.stride_tricks.as_strided(x, shape, (at_n, at_c, *steps), writeable=False)"

# %% mutant: rows_and_columns_exchanged
"""The stride for rows is used for columns, and the other way round."""

old = "steps = (stride[0] * at_h, stride[1] * at_w,"
new = "steps = (stride[1] * at_h, stride[0] * at_w,"

# %% mutant: stride_missing
"""The next window always begins at the next pixel."""

old = "steps = (stride[0] * at_h, stride[1] * at_w,"
new = "steps = (at_h, at_w,"

# %% mutant: stride_not_taken
"""All windows, one pixel apart: there are too many of them."""

extents = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
view = np.lib.stride_tricks.sliding_window_view(x, extents, axis=(2, 3), writeable=True)
return view[..., :: dilation[0], :: dilation[1]]

# %% alternative: sliding_window_view
"""By sliding_window_view, and slices with steps."""

for axis in (0, 1):
    output_size(x.shape[2 + axis], kernel[axis], 1, 0, dilation[axis])
extents = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
view = np.lib.stride_tricks.sliding_window_view(x, extents, axis=(2, 3), writeable=True)
return view[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]

# %% alternative: lists
"""Shape and strides in lists, row by row."""

shape, strides = list(x.shape[:2]), list(x.strides[:2])
for axis in (0, 1):
    shape.append(output_size(x.shape[2 + axis], kernel[axis], stride[axis], 0, dilation[axis]))
    strides.append(x.strides[2 + axis] * stride[axis])
for axis in (0, 1):
    shape.append(kernel[axis])
    strides.append(x.strides[2 + axis] * dilation[axis])
return np.lib.stride_tricks.as_strided(x, shape, strides)
