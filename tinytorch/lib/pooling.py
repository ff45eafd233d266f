# generated from tito/lib/pooling.py by `tito build`: edit that file
"""The largest pixel of each window in NumPy, and which one it was: max pooling and its gradient.

The winner of a window is the first of its largest pixels, line by line. Padding is minus infinity,
and never wins. NaN wins over every number, and the last NaN of a window over the others, as in
PyTorch.

Images are floats (n, c, h, w) in any memory layout, which the results take over; kernel, stride,
padding and dilation are pairs (vertical, horizontal). That they fit is for the caller to check.
Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html
"""

from collections.abc import Iterator

import numpy as np

__all__ = ["Winners", "flat_places", "max_pool", "max_pool_gradient", "pooled_size"]

Shape = tuple[int, ...]
Pair = tuple[int, ...]  # vertical, horizontal
ONE, NONE, TWO = (1, 1), (0, 0), (2, 2)


# Who won: the pixel's place in its window, counted line by line from 0, (n, c, height, width). Of
# windows of 2 x 2 that meet, two bits for it: for each column whether its lower pixel won,
# (n, c, height, 2 * width), and whether the right column did, (n, c, height, width).
Winners = np.ndarray | tuple[np.ndarray, np.ndarray]


def pooled_size(
    size: Pair,
    kernel: Pair,
    stride: Pair,
    padding: Pair = NONE,
    dilation: Pair = ONE,
    ceil_mode: bool = False,
) -> Pair:
    """How many windows there are, vertically and horizontally.

    ceil_mode: a last window that reaches over the edge counts, if it begins before the padding.
    """

    def along(n: int, k: int, s: int, p: int, d: int) -> int:
        room = n + 2 * p - d * (k - 1) - 1
        if not ceil_mode:
            return room // s + 1
        count = -(-room // s) + 1
        return count - ((count - 1) * s >= n + p)

    height, width = map(along, size, kernel, stride, padding, dilation)
    return height, width


def max_pool(
    x: np.ndarray,
    kernel: Pair,
    stride: Pair,
    padding: Pair = NONE,
    dilation: Pair = ONE,
    ceil_mode: bool = False,
) -> tuple[np.ndarray, Winners]:
    """The largest pixel of each window, and the winners. Shapes: (n, c, h, w) -> (n, c, ...)."""
    size = pooled_size(x.shape[2:], kernel, stride, padding, dilation, ceil_mode)
    meet = (kernel, stride, padding, dilation) == (TWO, TWO, NONE, ONE)
    if meet and all(2 * out <= n for out, n in zip(size, x.shape[2:], strict=True)):
        y, winners = _by_halves(x[:, :, : 2 * size[0], : 2 * size[1]])
        if not np.isnan(y).any():
            return y, winners
    padded, steps = _padded(x, size, kernel, stride, padding, dilation), (size, stride, dilation)
    pixels = (padded[(..., *at)] for at in _places(kernel, *steps))
    y = next(pixels).copy("K")
    place = np.empty_like(y, np.min_scalar_type(kernel[0] * kernel[1]))
    place[...] = _first_inside(size, kernel[1], stride, padding, dilation)
    has_nan = np.isnan(x).any()
    for k, pixel in enumerate(pixels, 1):
        better = pixel > y
        if has_nan:
            better |= np.isnan(pixel)
        np.copyto(place, k, where=better)
        np.maximum(y, pixel, out=y)
    return y, place


def max_pool_gradient(
    g: np.ndarray,
    winners: Winners,
    x_shape: Shape,
    kernel: Pair,
    stride: Pair,
    padding: Pair = NONE,
    dilation: Pair = ONE,
) -> np.ndarray:
    """The gradient of the images, if `g` is that of the result: each winner gets it, once for each
    window that it won. Shapes: g (n, c, height, width) -> x_shape."""
    if isinstance(winners, tuple):
        return _gradient_by_halves(g, *winners, x_shape)
    size, (top, left) = g.shape[2:], padding
    padded = np.zeros_like(g, shape=_padded_shape(x_shape, size, kernel, stride, padding, dilation))
    for k, at in enumerate(_places(kernel, size, stride, dilation)):
        padded[(..., *at)] += np.where(winners == k, g, 0)
    return padded[:, :, top : top + x_shape[2], left : left + x_shape[3]]


def flat_places(
    winners: Winners,
    x_shape: Shape,
    kernel: Pair,
    stride: Pair,
    padding: Pair = NONE,
    dilation: Pair = ONE,
) -> np.ndarray:
    """Where the winners are in their images, counted line by line: integers (n, c, height, width).

    PyTorch calls them indices.
    """
    if isinstance(winners, tuple):
        low, right = winners
        winners = 2 * np.where(right, low[..., 1::2], low[..., ::2]) + right
    inside = np.divmod(winners.astype(np.int64), kernel[1])
    height, width = winners.shape[2:]
    begin = np.arange(height)[:, None] * stride[0], np.arange(width) * stride[1]
    y, x = (b + i * d - p for b, i, d, p in zip(begin, inside, dilation, padding, strict=True))
    return y * x_shape[3] + x


def _by_halves(x: np.ndarray) -> tuple[np.ndarray, Winners]:
    """Windows of 2 x 2 that meet: of each column the larger pixel, then of these the larger one.

    Whole lines are compared first, which lie in memory as they are read. If both columns have the
    same largest pixel, the winner is on the left, unless it is lower there and not on the right.
    """
    upper, lower = x[:, :, ::2], x[:, :, 1::2]
    columns, low = np.maximum(upper, lower), lower > upper  # (n, c, height, 2 * width)
    one, other = columns[..., ::2], columns[..., 1::2]
    right, same = other > one, other == one
    if same.any():
        same &= low[..., ::2]
        same &= ~low[..., 1::2]
        right |= same
    return np.maximum(one, other), (low, right)


def _gradient_by_halves(
    g: np.ndarray, low: np.ndarray, right: np.ndarray, x_shape: Shape
) -> np.ndarray:
    height, width = (2 * n for n in g.shape[2:])
    whole = (height, width) == x_shape[2:]
    x = (np.empty_like if whole else np.zeros_like)(g, shape=x_shape)
    keep = _keep_finite if np.isfinite(g).all() else _keep
    columns = np.empty_like(g, shape=low.shape)
    keep(g, ~right, columns[..., ::2])
    keep(g, right, columns[..., 1::2])
    keep(columns, ~low, x[:, :, :height:2, :width])
    keep(columns, low, x[:, :, 1:height:2, :width])
    return x


def _keep(g: np.ndarray, won: np.ndarray, out: np.ndarray) -> None:
    """`g` where it won, 0 elsewhere."""
    np.copyto(out, np.where(won, g, 0))


def _keep_finite(g: np.ndarray, won: np.ndarray, out: np.ndarray) -> None:
    """The same in a sixth of the time, without a branch for each pixel; but infinity times 0 is
    NaN."""
    np.multiply(g, won, out=out)


def _places(
    kernel: Pair, size: Pair, stride: Pair, dilation: Pair
) -> Iterator[tuple[slice, slice]]:
    """For each pixel of a window, line by line: where it is in all windows of padded images."""
    for i, j in np.ndindex(*kernel):
        top, left = i * dilation[0], j * dilation[1]
        bottom, right = top + stride[0] * (size[0] - 1) + 1, left + stride[1] * (size[1] - 1) + 1
        yield slice(top, bottom, stride[0]), slice(left, right, stride[1])


def _padded_shape(
    shape: Shape, size: Pair, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> Shape:
    """Room for all windows, also for one that reaches over the edge."""
    reach = (
        max(n + 2 * p, s * (out - 1) + d * (k - 1) + 1)
        for n, out, k, s, p, d in zip(
            shape[2:], size, kernel, stride, padding, dilation, strict=True
        )
    )
    return (*shape[:2], *reach)


def _padded(
    x: np.ndarray, size: Pair, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> np.ndarray:
    shape = _padded_shape(x.shape, size, kernel, stride, padding, dilation)
    if shape == x.shape:
        return x
    padded = np.full_like(x, -np.inf, shape=shape)
    top, left = padding
    padded[:, :, top : top + x.shape[2], left : left + x.shape[3]] = x
    return padded


def _first_inside(
    size: Pair, kernel_width: int, stride: Pair, padding: Pair, dilation: Pair
) -> np.ndarray:
    """For each window its first place that is not padding, which wins if all is minus infinity."""
    down, along = (
        -(np.minimum(np.arange(out) * s - p, 0) // d)
        for out, s, p, d in zip(size, stride, padding, dilation, strict=True)
    )
    return down[:, None] * kernel_width + along
