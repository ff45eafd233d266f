# generated from tito/lib/sums.py by `tito build`: edit that file
"""Sums that keep the digits of float32, and are fast: along dims, of columns, of a gradient.

NumPy adds columns up row after row to one total, so each addition rounds to the precision of the
total: the sum of a million rows of 0.1 is wrong by 1 percent. Here a product with ones adds up
blocks of rows, which is also faster, and the sums of many blocks are added up in float64.
Source: Higham (1993), The accuracy of floating point summation, doi:10.1137/0914050.
"""

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .arguments import dims_of

__all__ = ["column_sums", "in_blocks", "stretched_sums", "sum_along", "total"]

Shape = tuple[int, ...]

# How many values are added up in one go: along rows, BLAS adds in many lanes at once; along columns
# in few; and einsum adds up the products of two tables row by row.
ALONG_ROWS, ALONG_COLUMNS, OF_PRODUCTS = 1024, 128, 32
FEW = 128  # values of a row that a product of matrix and vector adds up faster, in fewer lanes
SMALL, MANY = 128, 32  # fewer values, or rows, are left to NumPy: it keeps their digits, or nearly


def total(dims: Shape, *arrays: np.ndarray) -> np.ndarray:
    """The sum of floats, or of the products of two arrays, along `dims`, which stay with size 1.

    Arrays whose dimensions lie in memory in another order are summed in that order, which for
    images with their channels last takes a ninth of the time.
    """
    if not arrays[0].flags.c_contiguous:
        order = sorted(range(arrays[0].ndim), key=lambda d: -abs(arrays[0].strides[d]))
        if order != list(range(len(order))):
            places = tuple(order.index(d % len(order)) for d in dims)
            return total(places, *(a.transpose(order) for a in arrays)).transpose(np.argsort(order))
    views, shape = _plan(arrays[0].shape, tuple(dims))
    for view, axis in views:
        arrays = (_sum([array.reshape(view) for array in arrays], axis),)
    return (arrays[0] if len(arrays) == 1 else arrays[0] * arrays[1]).reshape(shape)


def column_sums(x: np.ndarray) -> np.ndarray:
    """`x.sum(axis=-2)` for floats. Shapes: (..., rows, n) -> (..., n), in the dtype of `x`."""
    return _sum([x], -2)


def sum_along(x: np.ndarray, dim: int) -> np.ndarray:
    """`x.sum(axis=dim, keepdims=True)` for floats, of any number of dimensions, even none."""
    if x.ndim and dim in (-1, x.ndim - 1):
        return _sum([x], -1)[..., None]  # of views, too, without a copy
    return total((dim,), x) if x.ndim else x


@functools.lru_cache(maxsize=256)
def _plan(shape: Shape, dims: Shape) -> tuple[list[tuple[Shape, int]], Shape]:
    """Views of a table, each with the axis to sum along, the last one or the one before, so that
    all `dims` are summed in the end; and the shape then."""
    views: list[tuple[Shape, int]] = []
    sizes = list(shape)
    order = enumerate(sorted(d % len(shape) for d in dims))
    runs = [[d for _, d in run] for _, run in itertools.groupby(order, lambda at: at[1] - at[0])]
    for first, *_, end in [[*run, run[-1] + 1] for run in reversed(runs)]:
        before, n, after = (
            math.prod(part) for part in (sizes[:first], sizes[first:end], sizes[end:])
        )
        columns: Shape = (n, after) if before == 1 else (before, n, after)
        views.append(((before, n), -1) if after == 1 else (columns, -2))
        sizes[first:end] = [1] * (end - first)
    return views, tuple(sizes)


def _sum(arrays: list[np.ndarray], axis: int) -> np.ndarray:
    """The sum of an array, or of the products of two, along `axis`, -1 or -2, which goes."""
    n, block = arrays[0].shape[axis], ALONG_ROWS
    if axis == -2:
        block = ALONG_COLUMNS if len(arrays) == 1 else OF_PRODUCTS
    if n <= block:
        return _short_sum(arrays, axis)
    count = n // block
    heads = [_part(array, axis, slice(count * block)) for array in arrays]
    shape = arrays[0].shape
    blocks = (*shape[:axis], count, block, *shape[len(shape) + axis + 1 :])
    sums = _short_sum([head.reshape(blocks) for head in heads], axis)
    # Of few blocks float32 keeps the digits, too, and is faster.
    sums = _short_sum([sums], axis) if count <= FEW else sums.sum(axis, np.float64)
    if n > count * block:
        rest = slice(count * block, None)
        sums += _short_sum([_part(array, axis, rest) for array in arrays], axis)
    return sums.astype(arrays[0].dtype, copy=False)


def _part(array: np.ndarray, axis: int, which: slice) -> np.ndarray:
    return array[..., which] if axis == -1 else array[..., which, :]


def _short_sum(arrays: list[np.ndarray], axis: int) -> np.ndarray:
    """The same by whatever is fastest: NumPy's own sums take twice as long."""
    if len(arrays) == 2:
        return np.vecdot(*arrays) if axis == -1 else np.einsum("...na,...na->...a", *arrays)
    n = arrays[0].shape[axis]
    ones = _ones(n, arrays[0].dtype)
    if axis == -2:
        return ones @ arrays[0]
    return arrays[0] @ ones if n <= FEW else np.vecdot(arrays[0], ones)


@functools.lru_cache(maxsize=64)
def _ones(n: int, dtype: np.dtype) -> np.ndarray:
    return np.ones(n, dtype)


def in_blocks(reduce: Callable[..., np.ndarray], mean: bool = False) -> Callable[..., np.ndarray]:
    """The rule `reduce(x, dim, keepdim)` of sums, or of means, but with many rows added in blocks.

    NumPy adds in pairs along the last dimension, so what is to be helped are the others.
    """

    def forward(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> np.ndarray:
        if x.size >= SMALL and x.dtype.kind == "f":
            dims = dims_of(x.ndim, dim)
            if (found := _many_rows(x, dims)) is not None:
                found = found / x.dtype.type(math.prod(x.shape[d] for d in dims)) if mean else found
                return found if keepdim else found.squeeze(dims)
        return reduce(x, dim=dim, keepdim=keepdim)

    return forward


def stretched_sums(g: np.ndarray, shape: Shape) -> np.ndarray:
    """`g`, the gradient of what was stretched from `shape`, added up again if it has many rows.

    Shapes: (1000, 8, 3) -> (8, 1) for shape (8, 1); left as it is where NumPy's sums are good.
    """
    if g.size < SMALL or g.dtype.kind != "f":
        return g
    extra = g.ndim - len(shape)
    dims = *range(extra), *(d for d in range(extra, g.ndim) if shape[d - extra] != g.shape[d])
    found = _many_rows(g, dims)
    return g if found is None else found.reshape(shape)


def _many_rows(x: np.ndarray, dims: Shape) -> np.ndarray | None:
    """The sum along `dims`, which stay, in the order of the memory; None without many rows."""
    layout = _layout(x.shape, x.strides, dims)
    if layout is None:
        return None
    order, places, back = layout
    return total(places, x.transpose(order)).transpose(back)


@functools.lru_cache(maxsize=256)
def _layout(shape: Shape, strides: Shape, dims: Shape) -> tuple[Shape, Shape, Shape] | None:
    """The order of dims in memory, where in it `dims` are, and the way back; None as above."""
    order = tuple(sorted(range(len(shape)), key=lambda d: -abs(strides[d])))
    rows = math.prod(shape[d] for d in dims if d != order[-1])
    if rows <= MANY or len(dims) == len(shape):
        return None
    places = tuple(order.index(d) for d in dims)
    return order, places, tuple(order.index(d) for d in range(len(shape)))
