"""Convolution of images in NumPy: products of matrices, made of blocks that stay in the cache.

A window is what one output pixel sees: kernel x kernel pixels of each channel. Two forms write the
windows down for BLAS, and `in_rows` chooses:

- columns: a window is a column, (channels * kh * kw, pixels), and one product an image. A line of
  it is made of rows of the image, as they lie in memory.
- rows: a window is a row, (pixels, kh * kw * channels), of images that have their channels last in
  memory. There the kw neighboring pixels of all channels are one piece.

What `forward` gives is contiguous, (n, c, h, w), so that `view` works on it as in PyTorch; the
gradient of images may have its channels last in memory.

All arrays are of one float dtype, images (n, c, h, w) in any memory layout, weights
(out, c / groups, kh, kw); stride, padding and dilation are pairs (vertical, horizontal). That the
shapes fit is for the caller to check.
Source: Chellapilla, Puri and Simard (2006), High performance convolutional neural networks for
document processing, https://inria.hal.science/inria-00112631.
"""

import math
from collections.abc import Iterator

import numpy as np

__all__ = ["forward", "in_rows", "input_gradient", "output_size", "weight_gradient", "windows_of"]

Shape = tuple[int, ...]
Pair = tuple[int, ...]  # vertical, horizontal
Block = tuple[slice, slice, np.ndarray]
ONE, NONE = (1, 1), (0, 0)

# From so many channels on, the pieces of a row are long enough to be copied fast.
MANY_CHANNELS = 8

# Bytes of windows that are written down at a time, but at least so many windows. The product reads
# them at once, so they come from the second-level cache (0.5 to 2 MB a core), beside what they were
# copied from; with fewer windows the products are too small. It is therefore no slower to write the
# windows down again for the backward pass than to keep kh * kw times the memory of the images.
CACHED, MIN_WINDOWS = 1 << 18, 256


def in_rows(channels: int) -> bool:
    """Are the windows over so many channels (of a group) written as rows rather than columns?"""
    return channels >= MANY_CHANNELS


def output_size(
    size: Pair, kernel: Pair, stride: Pair = ONE, padding: Pair = NONE, dilation: Pair = ONE
) -> Pair:
    """How many windows fit into an image of `size`, vertically and horizontally."""
    height, width = (
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
    )
    return height, width


def windows_of(x: np.ndarray, kernel: Pair, stride: Pair = ONE, dilation: Pair = ONE) -> np.ndarray:
    """All windows of (padded) images, as a view that copies nothing and may not be written to.

    Shapes: (n, c, h, w) -> (n, c, kh, kw, height, width).
    """
    step = x.strides[2:]
    inside = tuple(s * d for s, d in zip(step, dilation, strict=True))
    between = tuple(s * d for s, d in zip(step, stride, strict=True))
    shape = (*x.shape[:2], *kernel, *output_size(x.shape[2:], kernel, stride, NONE, dilation))
    strides = (*x.strides[:2], *inside, *between)
    return np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)


def forward(
    x: np.ndarray,
    weight: np.ndarray,
    stride: Pair = ONE,
    padding: Pair = NONE,
    dilation: Pair = ONE,
    groups: int = 1,
) -> np.ndarray:
    """The cross-correlation of images with filters; PyTorch's conv2d without the bias.

    Shapes: (n, c, h, w), (out, c / groups, kh, kw) -> (n, out, height, width), contiguous.
    """
    return np.ascontiguousarray(_correlate(x, weight, stride, padding, dilation, groups))


def _correlate(
    x: np.ndarray, weight: np.ndarray, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> np.ndarray:
    """As `forward`; rows give it with its channels last in memory."""
    where = stride, padding, dilation
    if not in_rows(weight.shape[1]):
        return _forward_by_columns(x, weight, *where, groups)
    pairs = zip(_parts(x, groups, 1), _parts(weight, groups, 0), strict=True)
    parts = [_forward_by_rows(images, filters, *where) for images, filters in pairs]
    return parts[0] if groups == 1 else np.concatenate(parts, 1)


def weight_gradient(
    g: np.ndarray,
    x: np.ndarray,
    weight_shape: Shape,
    stride: Pair = ONE,
    padding: Pair = NONE,
    dilation: Pair = ONE,
    groups: int = 1,
) -> np.ndarray:
    """The gradient of the filters, if `g` is that of the result: a sum over all its windows.

    As in `input_gradient`, `x` may have room for more.
    Shapes: (n, out, height, width), (n, c, h, w) -> weight_shape.
    """
    where = weight_shape[2:], stride, padding, dilation
    if not in_rows(weight_shape[1]):
        return _weight_by_columns(g, x, weight_shape, *where, groups)
    pairs = zip(_parts(g, groups, 1), _parts(x, groups, 1), strict=True)
    return np.concatenate([_weight_by_rows(part, images, *where) for part, images in pairs])


def input_gradient(
    g: np.ndarray,
    x_shape: Shape,
    weight: np.ndarray,
    stride: Pair = ONE,
    padding: Pair = NONE,
    dilation: Pair = ONE,
    groups: int = 1,
) -> np.ndarray:
    """The gradient of the images, if `g` is that of the result.

    With a stride of 1 it is itself a convolution: of `g`, padded so that every pixel's windows are
    there, with the filters turned by 180 degrees and in and out exchanged. With larger strides, and
    where columns are faster than rows, what each window gets is added where it lies. Then `x_shape`
    may have more pixels than the windows reach, as in a transposed convolution.
    Shapes: (n, out, height, width), (out, c / groups, kh, kw) -> x_shape.
    """
    kernel = weight.shape[2:]
    exact = g.shape[2:] == output_size(x_shape[2:], kernel, stride, padding, dilation)
    if stride == ONE and exact and in_rows(weight.shape[1]):
        reach = (d * (k - 1) for d, k in zip(dilation, kernel, strict=True))
        around = tuple(r - p for r, p in zip(reach, padding, strict=True))
        return _correlate(g, _turned(weight, groups), ONE, around, dilation, groups)
    (n, c, h, w), (top, left) = x_shape, padding
    padded = np.zeros((n, c, h + 2 * top, w + 2 * left), g.dtype)
    pixels = math.prod(g.shape[2:])
    matrices = _matrices(weight, groups).swapaxes(1, 2)  # (groups, a window's values, out / groups)
    for images in _blocks(n, pixels, matrices.shape[1] * groups * pixels * g.itemsize):
        part = matrices @ _flat(g[images], groups)  # (images, groups, a window's values, pixels)
        _add_windows(padded[images], part, kernel, stride, dilation, g.shape[2:])
    return padded[:, :, top : top + h, left : left + w]


# The parts. In shapes, `values` are those of a window in one group, `pixels` those of the result.


def _blocks(n: int, windows: int, size: int) -> Iterator[slice]:
    """Slices of `n` things, of so many windows and bytes each, as many at a time as fit into the
    cache."""
    step = max(1, CACHED // max(size, 1), MIN_WINDOWS // max(windows, 1))
    return (slice(i, i + step) for i in range(0, n, step))


def _padded(x: np.ndarray, padding: Pair, channels_last: bool) -> np.ndarray:
    """Images with zeros around them, in the memory order that the form reads fastest.

    Less than none of them cuts pixels off. Shapes: (n, c, h, w) -> (n, c, h + 2 * p, w + 2 * p).
    """
    (n, c, h, w), (top, left) = x.shape, padding
    if min(padding) < 0:
        rows, columns = max(-top, 0), max(-left, 0)
        inner = x[:, :, rows : h - rows, columns : w - columns]
        return _padded(inner, (max(top, 0), max(left, 0)), channels_last)
    if channels_last:
        padded = np.zeros((n, h + 2 * top, w + 2 * left, c), x.dtype).transpose(0, 3, 1, 2)
    else:
        padded = np.zeros((n, c, h + 2 * top, w + 2 * left), x.dtype)
    padded[:, :, top : top + h, left : left + w] = x
    return padded


def _matrices(weight: np.ndarray, groups: int) -> np.ndarray:
    """Filters, one a row: (out, c / groups, kh, kw) -> (groups, out / groups, values)."""
    return weight.reshape(groups, len(weight) // groups, math.prod(weight.shape[1:]))


def _flat(x: np.ndarray, groups: int) -> np.ndarray:
    """Channels by group: (n, c, h, w) -> (n, groups, c / groups, pixels)."""
    n, c, h, w = x.shape
    return x.reshape(n, groups, c // groups, h * w)


def _parts(x: np.ndarray, groups: int, axis: int) -> list[np.ndarray]:
    """Views of the channels of each group."""
    return np.split(x, groups, axis)


def _turned(weight: np.ndarray, groups: int) -> np.ndarray:
    """Filters turned by 180 degrees, in and out exchanged.

    Shapes: (out, c / groups, kh, kw) -> (c, out / groups, kh, kw).
    """
    out, c, *kernel = weight.shape
    turned = weight.reshape(groups, out // groups, c, *kernel)[..., ::-1, ::-1].swapaxes(1, 2)
    return turned.reshape(groups * c, out // groups, *kernel)


def _columns(
    x: np.ndarray,
    size: Pair,
    kernel: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> Iterator[tuple[slice, np.ndarray]]:
    """Block by block: which images, and their first windows, as many as `size` says:
    (images, groups, values, pixels)."""
    n, c = x.shape[:2]
    pixels = math.prod(size)
    values = c // groups * math.prod(kernel)
    padded = _padded(x, padding, channels_last=False)
    windows = windows_of(padded, kernel, stride, dilation)[..., : size[0], : size[1]]
    for images in _blocks(n, pixels, groups * values * pixels * x.itemsize):
        block = windows[images]
        yield images, block.reshape(len(block), groups, values, pixels)


def _forward_by_columns(
    x: np.ndarray, weight: np.ndarray, stride: Pair, padding: Pair, dilation: Pair, groups: int
) -> np.ndarray:
    kernel, matrices = weight.shape[2:], _matrices(weight, groups)
    size = output_size(x.shape[2:], kernel, stride, padding, dilation)
    y = np.empty((len(x), len(weight), *size), x.dtype)
    for images, windows in _columns(x, size, kernel, stride, padding, dilation, groups):
        np.matmul(matrices, windows, out=_flat(y[images], groups))
    return y


def _weight_by_columns(
    g: np.ndarray,
    x: np.ndarray,
    shape: Shape,
    kernel: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair,
    groups: int,
) -> np.ndarray:
    total = np.zeros((groups, shape[0] // groups, math.prod(shape[1:])), x.dtype)
    for images, windows in _columns(x, g.shape[2:], kernel, stride, padding, dilation, groups):
        total += (_flat(g[images], groups) @ windows.swapaxes(2, 3)).sum(0)
    return total.reshape(shape)


def _rows(
    x: np.ndarray, size: Pair, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> Iterator[Block]:
    """Block by block: which images, which lines of the result, and their windows, (pixels, values).

    size: of the result. Several images at a time, or, where one is too large, some lines of it.
    """
    n, values = len(x), math.prod(kernel) * x.shape[1]
    padded = _padded(x, padding, channels_last=True)
    windows = windows_of(padded, kernel, stride, dilation)[..., : size[0], : size[1]]
    windows, (height, width) = windows.transpose(0, 4, 5, 2, 3, 1), size
    line = width * values * x.itemsize
    for images in _blocks(n, height * width, height * line):
        several = images.stop - images.start > 1
        for lines in [slice(height)] if several else _blocks(height, width, line):
            block = windows[images, lines]
            yield images, lines, block.reshape(math.prod(block.shape[:3]), values)


def _forward_by_rows(
    x: np.ndarray, weight: np.ndarray, stride: Pair, padding: Pair, dilation: Pair
) -> np.ndarray:
    out, kernel = len(weight), weight.shape[2:]
    matrix = weight.transpose(2, 3, 1, 0).reshape(math.prod(weight.shape[1:]), out)
    size = output_size(x.shape[2:], kernel, stride, padding, dilation)
    y = np.empty((len(x), *size, out), x.dtype)
    for images, lines, windows in _rows(x, size, kernel, stride, padding, dilation):
        np.matmul(windows, matrix, out=y[images, lines].reshape(len(windows), out))
    return y.transpose(0, 3, 1, 2)


def _weight_by_rows(
    g: np.ndarray, x: np.ndarray, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> np.ndarray:
    (out, *size), c = g.shape[1:], x.shape[1]
    total = np.zeros((math.prod(kernel) * c, out), x.dtype)
    g = g.transpose(0, 2, 3, 1)  # (n, height, width, out)
    for images, lines, windows in _rows(x, tuple(size), kernel, stride, padding, dilation):
        total += windows.T @ g[images, lines].reshape(len(windows), out)
    return total.reshape(*kernel, c, out).transpose(3, 2, 0, 1)


def _add_windows(
    x: np.ndarray, windows: np.ndarray, kernel: Pair, stride: Pair, dilation: Pair, size: Pair
) -> None:
    """Add windows, (n, groups, values, pixels), to the images (n, c, h, w) where they lie."""
    windows = windows.reshape(*x.shape[:2], *kernel, *size)
    below, beside = (s * n for s, n in zip(stride, size, strict=True))
    for i, j in np.ndindex(*kernel):
        top, left = i * dilation[0], j * dilation[1]
        place = x[:, :, top : top + below : stride[0], left : left + beside : stride[1]]
        place += windows[:, :, i, j]
