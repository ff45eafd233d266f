# %% edge: always_float32
"""The gradient of x is made float32: digits of a float64 are lost."""

old = "return cropped(wide, padding)"
new = "return cropped(wide, padding).astype(np.float32)"

# %% edge: memory_order_of_g
"""The gradient is read as it lies in memory, whatever its strides say."""

old = "flat = g.reshape(*g.shape[:2], columns.shape[2])"
new = "flat = g.ravel('K').reshape(*g.shape[:2], columns.shape[2])"

# %% mutant: all_at_once
"""All windows added in one go: of a pixel that is in several, only one is kept."""

old = """\
for i, j in np.ndindex(*weight.shape[2:]):
    view[..., i, j] += parts[:, :, i, j]"""
new = "view += parts.transpose(0, 1, 4, 5, 2, 3)"

# %% mutant: always_float64
"""NumPy's zeros are float64, and so becomes the gradient."""

old = "padded(np.zeros(x.shape, g.dtype), padding)"
new = "padded(np.zeros(x.shape), padding)"

# %% mutant: assigned
"""What a window gets replaces what another one got."""

old = "view[..., i, j] += parts[:, :, i, j]"
new = "view[..., i, j] = parts[:, :, i, j]"

# %% mutant: averaged_over_images
"""The gradient of the weight is the mean over the images."""

old = "(flat @ columns.swapaxes(1, 2)).sum(0)"
new = "(flat @ columns.swapaxes(1, 2)).mean(0)"

# %% mutant: bias_averaged
"""The bias gets the mean over the places."""

old = "return total((0, 2, 3), g).reshape(-1)"
new = "return g.mean((0, 2, 3))"

# %% mutant: bias_one_sum
"""One sum for all filters."""

old = "return total((0, 2, 3), g).reshape(-1)"
new = "return g.sum()"

# %% mutant: bias_over_the_batch
"""The bias's gradient is summed over the images, not over the places."""

old = "return total((0, 2, 3), g).reshape(-1)"
new = "return g.sum(0)"

# %% mutant: cut_off_at_the_end
"""All of the padding is cut off at the end."""

old = "return cropped(wide, padding)"
new = "return wide[:, :, : x.shape[2], : x.shape[3]]"

# %% mutant: cut_off_at_the_start
"""All of the padding is cut off at the start."""

old = "return cropped(wide, padding)"
new = "return wide[:, :, 2 * padding[0] :, 2 * padding[1] :]"

# %% mutant: dilation_dropped
"""The way back knows no dilation: what windows get lies too close together."""

old = """\
view = windows(wide, weight.shape[2:], stride, dilation)
for i, j in np.ndindex(*weight.shape[2:]):"""
new = """\
view = windows(wide, weight.shape[2:], stride, (1, 1))[:, :, :h_out, :w_out]
for i, j in np.ndindex(*weight.shape[2:]):"""

# %% mutant: filter_turned
"""The filter is turned by 180 degrees on the way back."""

old = "parts = weight.reshape(out, -1).T @"
new = "parts = weight[..., ::-1, ::-1].reshape(out, -1).T @"

# %% mutant: filter_turned_in_its_own_gradient
"""The gradient of the weight comes out turned by 180 degrees."""

old = ".sum(0).reshape(weight.shape)"
new = ".sum(0).reshape(weight.shape)[..., ::-1, ::-1]"

# %% mutant: last_image_only
"""The weight gets the gradient of the last image."""

old = "(flat @ columns.swapaxes(1, 2)).sum(0)"
new = "(flat @ columns.swapaxes(1, 2))[-1]"

# %% mutant: not_cut_off
"""The padding is still there."""

old = "return cropped(wide, padding)"
new = "return wide"

# %% mutant: rest_at_the_start
"""Where pixels are left over, the windows are put at the end instead of the start."""

old = "view = windows(wide, weight.shape[2:], stride, dilation)"
new = """\
rests = [
    (size - d * (k - 1) - 1) % s
    for size, k, s, d in zip(wide.shape[2:], weight.shape[2:], stride, dilation, strict=True)
]
view = windows(wide[:, :, rests[0] :, rests[1] :], weight.shape[2:], stride, dilation)"""

# %% mutant: stride_dropped
"""The way back knows no stride: windows lie side by side at the start."""

old = """\
view = windows(wide, weight.shape[2:], stride, dilation)
for i, j in np.ndindex(*weight.shape[2:]):"""
new = """\
view = windows(wide, weight.shape[2:], (1, 1), dilation)[:, :, :h_out, :w_out]
for i, j in np.ndindex(*weight.shape[2:]):"""

# %% mutant: weight_transposed
"""Rows and columns of the filter's gradient are exchanged."""

old = ".sum(0).reshape(weight.shape)"
new = """\
.sum(0).reshape(
    *weight.shape[:2], *weight.shape[:1:-1]).swapaxes(2, 3).reshape(weight.shape)"""

# %% mutant: weight_without_columns
"""The weight gets the gradient of the result, without what it was multiplied by."""

old = "flat @ columns.swapaxes(1, 2)"
new = "flat @ np.ones_like(columns).swapaxes(1, 2)"

# %% mutant: columns_as_they_are
"""ValueError: the columns are not transposed."""

old = "flat @ columns.swapaxes(1, 2)"
new = "flat @ columns"

# %% mutant: weight_for_each_image
"""ValueError: a gradient for each image, which were to be summed."""

old = "(flat @ columns.swapaxes(1, 2)).sum(0)"
new = "(flat @ columns.swapaxes(1, 2))"

# %% alternative: einsum
"""The weight by einsum, x window by window, the bias by NumPy's sum."""


def for_x(g, columns, x, weight, bias=None, *, stride, padding, dilation):
    wide = padded(np.zeros(x.shape, g.dtype), padding)
    view = windows(wide, weight.shape[2:], stride, dilation)
    for i, j in np.ndindex(*g.shape[2:]):
        view[:, :, i, j] += np.einsum("no,ocab->ncab", g[:, :, i, j], weight)
    return cropped(wide, padding)


def for_weight(g, columns, x, weight, bias=None, *, stride, padding, dilation):
    flat = g.reshape(len(g), len(weight), -1)
    return np.einsum("nop,nkp->ok", flat, columns).reshape(weight.shape)


def for_bias(g, *rest, **how):
    return g.sum(axis=(0, 2, 3))


return for_x, for_weight, for_bias

# %% alternative: add_at
"""x by np.add.at, at the places where its pixels were read; the weight image by image."""


def for_x(g, columns, x, weight, bias=None, *, stride, padding, dilation):
    n, out = g.shape[:2]
    parts = np.einsum("nop,ok->nkp", g.reshape(n, out, -1), weight.reshape(out, -1))
    numbers = np.arange(x[0].size, dtype=float).reshape(1, *x.shape[1:])
    read = windows(padded(numbers + 1, padding), weight.shape[2:], stride, dilation)
    places = read.transpose(0, 1, 4, 5, 2, 3).reshape(-1).astype(int)
    found = np.zeros((n, x[0].size + 1), g.dtype)
    np.add.at(found, (slice(None), places), parts.reshape(n, -1))
    return found[:, 1:].reshape(x.shape)


def for_weight(g, columns, x, weight, bias=None, *, stride, padding, dilation):
    flat, found = g.reshape(*g.shape[:2], -1), np.zeros((len(weight), weight[0].size), g.dtype)
    for one, seen in zip(flat, columns, strict=True):
        found += one @ seen.T
    return found.reshape(weight.shape)


def for_bias(g, columns, x, weight, bias=None, *, stride, padding, dilation):
    return g.swapaxes(0, 1).reshape(g.shape[1], -1).sum(1)


return for_x, for_weight, for_bias
