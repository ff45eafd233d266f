# generated from tito/lib/norms.py by `tito build`: edit that file
"""What norms stand on: sums along dimensions, and checks of what a norm may be called with."""

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = [
    "channels_of",
    "check_counts",
    "check_tensors",
    "long_rows",
    "rows_of",
    "sizes_of",
    "total",
]

Shape = tuple[int, ...]

# How many values are added up in one go. Sums of more are made of sums of blocks, so that float32
# keeps its digits: BLAS adds up in several lanes, einsum adds up columns row by row.
AT_ONCE, AT_ONCE_BY_EINSUM, BLOCK = 1024, 256, 128
CACHED = 1 << 16  # values of which a product is made faster than einsum goes over both

LONG = 512  # values of a row that are worth an inner loop


def long_rows(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function(..., table=shape)`, faster where the rows of a table of this shape are long.

    Where NumPy broadcasts a column or a row over a table, it fills buffers of 8,192 values first,
    which takes as long as the arithmetic. With small buffers it goes row by row, without them.
    """

    @functools.wraps(function)
    def run(*args: Any, table: Shape, **params: Any) -> Any:
        if table[-1] < LONG:
            return function(*args, table=table, **params)
        size = np.setbufsize(LONG)
        try:
            return function(*args, table=table, **params)
        finally:
            np.setbufsize(size)

    return run


def total(dims: tuple[int, ...], *arrays: np.ndarray) -> np.ndarray:
    """The sum of an array, or of the product of two, along `dims`, which stay with size 1.

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


@functools.lru_cache(maxsize=256)
def _plan(shape: Shape, dims: tuple[int, ...]) -> tuple[list[tuple[Shape, int]], Shape]:
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
    """The sum of an array, or of the product of two, along `axis`, which goes."""
    shape, by_einsum = arrays[0].shape, axis == -2 and len(arrays) == 2
    if by_einsum and arrays[0].size <= CACHED:
        arrays, by_einsum = [arrays[0] * arrays[1]], False
    if shape[axis] <= (AT_ONCE_BY_EINSUM if by_einsum else AT_ONCE):
        return _short_sum(arrays, axis)
    count = shape[axis] // BLOCK
    parts = [np.split(array, [count * BLOCK], axis) for array in arrays]
    blocks = (*shape[:axis], count, BLOCK, *shape[len(shape) + axis + 1 :])
    sums = _short_sum([head.reshape(blocks) for head, _ in parts], axis).sum(axis, np.float64)
    sums += _short_sum([tail for _, tail in parts], axis)
    return sums.astype(arrays[0].dtype)


def _short_sum(arrays: list[np.ndarray], axis: int) -> np.ndarray:
    """The same by whatever is fastest: NumPy's own sums take twice as long."""
    if len(arrays) == 2:
        return np.vecdot(*arrays) if axis == -1 else np.einsum("...na,...na->...a", *arrays)
    ones = _ones(arrays[0].shape[axis], arrays[0].dtype)
    return arrays[0] @ ones if axis == -1 else ones @ arrays[0]


@functools.lru_cache(maxsize=64)
def _ones(n: int, dtype: np.dtype) -> np.ndarray:
    return np.ones(n, dtype)


def rows_of(name: str, x: Any, normalized_shape: Any, **parameters: Any) -> tuple[int, int]:
    """(rows, features) of an input whose last dimensions are `normalized_shape`.

    Raises: TypeError for a shape that is no tuple, and as `check_tensors`; RuntimeError where
    shapes do not fit.
    """
    given = {key: it for key, it in parameters.items() if it is not None}
    check_tensors(name, input=x, **given)
    if isinstance(normalized_shape, (int, np.integer)):
        raise TypeError(f"{name}: normalized_shape is a tuple, as ({normalized_shape},)")
    shape = sizes_of(name, normalized_shape)
    if not shape or x.shape[-len(shape) :] != shape:
        wanted = f"its last dimensions must be {shape}" if shape else "give at least one dimension"
        raise RuntimeError(f"{name} over {shape} got an input of shape {x.shape}: {wanted}")
    for key, parameter in given.items():
        if parameter.shape != shape:
            raise RuntimeError(f"{name} over {shape} got a {key} of shape {parameter.shape}")
    return math.prod(x.shape[: -len(shape)]), math.prod(shape)


def channels_of(name: str, x: Any, **parameters: Any) -> Shape:
    """The shape of an input (n, c) as it is; that of (n, c, ...) as (n, c, product of the rest).

    Raises: TypeError as `check_tensors`; RuntimeError for other shapes, and naming what does not
    have one value per channel.
    """
    given = {key: it for key, it in parameters.items() if it is not None}
    check_tensors(name, input=x, **given)
    if x.ndim < 2:
        raise RuntimeError(f"{name} takes (n, c) or (n, c, ...), not the shape {x.shape}")
    for key, parameter in given.items():
        if parameter.shape != x.shape[1:2]:
            raise RuntimeError(
                f"{name}: the input has {x.shape[1]} channels, but {key} has shape "
                f"{parameter.shape}"
            )
    return x.shape if x.ndim == 2 else (*x.shape[:2], math.prod(x.shape[2:]))


def check_tensors(name: str, **tensors: Any) -> None:
    """Raises: TypeError naming what is no tensor; RuntimeError for other numbers than floats."""
    for key, x in tensors.items():
        if not isinstance(getattr(x, "array", None), np.ndarray):
            raise TypeError(f"{name}: {key} is a Tensor, not {type(x).__name__}: use tensor(...)")
        if x.array.dtype.kind != "f":
            raise RuntimeError(f"{name}: {key} holds {x.dtype}, not floats: use .float()")


def sizes_of(name: str, normalized_shape: Any) -> Shape:
    """`normalized_shape`, a size or several, as a tuple.

    Raises: TypeError for anything else; RuntimeError for a size below 0.
    """
    several = isinstance(normalized_shape, (tuple, list))
    shape = tuple(normalized_shape) if several else (normalized_shape,)
    for size in shape:
        if type(size) is not int or size < 0:  # else there is nothing to check
            check_counts(name, **{"a size of normalized_shape": size})
    return shape


def check_counts(name: str, least: int = 0, **counts: Any) -> None:
    """Raises: TypeError naming what is no whole number; RuntimeError for one below `least`."""
    for key, count in counts.items():
        if not isinstance(count, (int, np.integer)) or isinstance(count, bool):
            raise TypeError(f"{name}: {key} is a whole number, not {count!r}")
        if count < least:
            raise RuntimeError(f"{name}: {key} is {count}, and must be at least {least}")
