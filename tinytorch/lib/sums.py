# generated from tito/lib/sums.py by `tito build`: edit that file
"""Sums that keep the digits of float32, and are fast: of columns, along dims, of a gradient."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .arguments import dims_of

__all__ = ["column_sums", "in_blocks", "leading_sums", "sum_along"]

BLOCK = 64  # rows; larger blocks are no faster, and lose digits
SMALL = 4096  # values, which NumPy adds up before we have looked at their shape


def column_sums(x: np.ndarray) -> np.ndarray:
    """`x.sum(axis=-2)` for floats, faster, and accurate for any number of rows.

    NumPy adds row after row to one total, so each addition rounds to the precision of the total:
    the sum of a million rows of 0.1 is wrong by 1 percent. Here blocks of rows are added up, each
    by a product with ones, then the sums of the blocks in the same way.
    Shapes: (..., rows, n) -> (..., n), in the dtype of `x`.
    Source: Higham (1993), The accuracy of floating point summation, doi:10.1137/0914050.
    """
    rows = x.shape[-2]
    ones = np.ones(min(rows, BLOCK), x.dtype)
    if rows <= BLOCK:
        return ones @ x
    rest = rows % BLOCK
    blocks = x[..., : rows - rest, :].reshape(*x.shape[:-2], -1, BLOCK, x.shape[-1])
    total = column_sums(ones @ blocks)
    return total + ones[:rest] @ x[..., rows - rest :, :] if rest else total


def sum_along(x: np.ndarray, dim: int) -> np.ndarray:
    """`x.sum(axis=dim, keepdims=True)` for floats, in a third of the time along the last dimension.

    Shapes: (..., n, ...) -> (..., 1, ...), in the dtype of `x`.
    """
    if x.ndim and dim in (-1, x.ndim - 1):
        return (x @ np.ones(x.shape[-1], x.dtype))[..., None]
    return np.sum(x, axis=dim, keepdims=True)


def in_blocks(reduce: Callable[..., np.ndarray], mean: bool = False) -> Callable[..., np.ndarray]:
    """The rule `reduce(x, dim, keepdim)` of sums, or of means, but with many rows added in blocks.

    NumPy adds in pairs along the last dimension, so what is to be helped are the others.
    """

    def forward(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> np.ndarray:
        if x.size >= SMALL and x.dtype.kind == "f":
            dims = dims_of(x.ndim, dim)
            order = sorted(range(x.ndim), key=lambda d: -abs(x.strides[d]))  # that of the memory
            rows = math.prod(x.shape[d] for d in dims if d != order[-1])
            if rows > BLOCK and len(dims) < x.ndim:
                places = tuple(order.index(d) for d in dims)
                total = _added(x.transpose(order), places).transpose(np.argsort(order))
                total = total / x.dtype.type(math.prod(x.shape[d] for d in dims)) if mean else total
                return total if keepdim else total.squeeze(dims)
        return reduce(x, dim=dim, keepdim=keepdim)

    return forward


def _added(x: np.ndarray, dims: tuple[int, ...]) -> np.ndarray:
    """`x.sum(axis=dims, keepdims=True)`: the last dimension first, then those that lead at once."""
    last = x.ndim - 1
    if last in dims:
        x = np.add.reduce(x, axis=last, keepdims=True)
    lead = 0
    while lead in dims and lead < last:
        lead += 1
    if lead:
        rows = math.prod(x.shape[:lead])
        total = column_sums(x.reshape(rows, math.prod(x.shape[lead:])))
        x = total.reshape((1,) * lead + x.shape[lead:])
    for d in sorted(d for d in dims if lead <= d < last):
        inner = math.prod(x.shape[d + 1 :])
        total = column_sums(x.reshape(*x.shape[: d + 1], inner))
        x = total.reshape(*x.shape[:d], 1, *x.shape[d + 1 :])
    return x


def leading_sums(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """`g`, the gradient of what was stretched from `shape`, with its many leading rows added up.

    Shapes: (1000, 8, 3) -> (8, 3) for shape (8, 3), (1, 8, 3) for (1, 8, 1): the 3 is left to do.
    """
    extra = lead = g.ndim - len(shape)
    while lead < g.ndim and shape[lead - extra] == 1:
        lead += 1
    rows = math.prod(g.shape[:lead])
    if g.size < SMALL or rows <= BLOCK or lead == g.ndim or g.dtype.kind != "f":
        return g
    total = column_sums(g.reshape(rows, math.prod(g.shape[lead:])))
    return total.reshape((1,) * (lead - extra) + g.shape[lead:])
