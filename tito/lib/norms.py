"""What norms stand on: fast broadcasting, and the shapes that a norm may be called with."""

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .layer_checks import check_float_tensors, check_size

__all__ = [
    "channels_of",
    "long_rows",
    "rows_of",
    "shaped",
    "sizes_of",
]

Shape = tuple[int, ...]

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


def shaped(x: np.ndarray, shape: Shape) -> np.ndarray:
    """`x.reshape(shape)`; itself if it has that shape, so that it can become a `.grad` as it is."""
    return x if x.shape == shape else x.reshape(shape)


def rows_of(name: str, x: Any, normalized_shape: Any, **parameters: Any) -> tuple[int, int]:
    """(rows, features) of an input whose last dimensions are `normalized_shape`.

    Raises: TypeError for a shape that is no tuple, or for what is no tensor; RuntimeError for what
    holds no floats, or where shapes do not fit.
    """
    given = {key: it for key, it in parameters.items() if it is not None}
    check_float_tensors(name, input=x, **given)
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

    Raises: TypeError for what is no tensor; RuntimeError for what holds no floats, for other
    shapes, and naming what does not have one value per channel.
    """
    given = {key: it for key, it in parameters.items() if it is not None}
    check_float_tensors(name, input=x, **given)
    if x.ndim < 2:
        raise RuntimeError(f"{name} takes (n, c) or (n, c, ...), not the shape {x.shape}")
    for key, parameter in given.items():
        if parameter.shape != x.shape[1:2]:
            raise RuntimeError(
                f"{name}: the input has {x.shape[1]} channels, but {key} has shape "
                f"{parameter.shape}"
            )
    return x.shape if x.ndim == 2 else (*x.shape[:2], math.prod(x.shape[2:]))


def sizes_of(name: str, normalized_shape: Any) -> Shape:
    """`normalized_shape`, a size or several, as a tuple.

    Raises: TypeError for anything else; RuntimeError for a size below 0.
    """
    several = isinstance(normalized_shape, (tuple, list))
    shape = tuple(normalized_shape) if several else (normalized_shape,)
    for size in shape:
        if type(size) is not int or size < 0:  # else there is nothing to check
            check_size(name, **{"a size of normalized_shape": size})
    return shape
