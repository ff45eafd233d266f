"""Arguments of tensor methods in the forms that callers may write, brought into one."""

import math
from typing import Any

import numpy as np

__all__ = ["as_dtype", "infer_shape", "numbers_first", "sizes"]


def sizes(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The sizes in `f(2, 3)`, `f((2, 3))` and `f([2, 3])`."""
    return tuple(args[0]) if len(args) == 1 and isinstance(args[0], (tuple, list)) else args


def infer_shape(size: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """`shape` with its one -1 replaced, so that it holds exactly `size` values.

    infer_shape(12, (3, -1)) -> (3, 4); infer_shape(12, (2, 6)) -> (2, 6); infer_shape(1, ()) -> ().
    Raises: ValueError that shows `size` and `shape` if there are two -1 or another negative size,
    if `size` values do not fit, or if any number would do for the -1 (there is a 0 beside it).
    """
    known = math.prod(n for n in shape if n != -1)
    if shape.count(-1) > 1 or any(n < -1 for n in shape):
        raise ValueError(f"{size} values into shape {shape}: one size may be -1, none less")
    if -1 in shape and known and size % known == 0:
        return tuple(size // known if n == -1 else n for n in shape)
    if -1 in shape or known != size:
        raise ValueError(f"{size} values do not fit into shape {shape}")
    return tuple(shape)


def as_dtype(wanted: Any, now: np.dtype) -> np.dtype:
    """The dtype that `to(wanted)` means; "cpu", the only device there is, means the one it has now.

    Raises: TypeError for anything else.
    """
    try:
        return now if isinstance(wanted, str) and wanted == "cpu" else np.dtype(wanted)
    except TypeError:
        raise TypeError(
            f"to({wanted!r}): give a dtype, such as float64, or 'cpu', the only device there is"
        ) from None


def _is_whole(k: Any) -> bool:
    """Whether an index is one whole number, also as an array."""
    if isinstance(k, np.ndarray):
        return k.ndim == 0 and k.dtype.kind in "iu"
    return isinstance(k, (int, np.integer)) and not isinstance(k, bool)


def numbers_first(key: Any) -> tuple[tuple[Any, ...], Any]:
    """`key` as two keys, to be used one after the other; the first is () where one will do.

    x[0, :, rows] is x[0][:, rows] in PyTorch. NumPy takes the 0 for an array too, and puts what
    two arrays with a slice between them pick in front.
    """
    if type(key) is not tuple or not any(isinstance(k, (np.ndarray, list)) for k in key):
        return (), key
    key = tuple(int(k) if _is_whole(k) else k for k in key)
    rest = tuple(k for k in key if type(k) is not int)
    if len(rest) == len(key) or not any(isinstance(k, (np.ndarray, list)) for k in rest):
        return (), key
    first: list[Any] = []
    for k in key:
        if type(k) is int or k is Ellipsis:
            first.append(k)
        elif k is not None and type(k) is not bool:
            is_mask = isinstance(k, np.ndarray) and k.dtype.kind == "b"
            first += [slice(None)] * (k.ndim if is_mask else 1)
    return tuple(first), rest
