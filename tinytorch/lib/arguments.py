# generated from tito/lib/arguments.py by `tito build`: edit that file
"""Arguments of tensor methods in the forms that callers may write, brought into one."""

import math
from typing import Any

import numpy as np

from .devices import check_device, is_device

__all__ = ["LEGACY", "as_dtype", "infer_shape", "numbers_first", "sizes", "target", "type_name"]

# {PyTorch's old name of a type of tensors: their dtype}
LEGACY = {
    "FloatTensor": np.dtype("float32"),
    "DoubleTensor": np.dtype("float64"),
    "IntTensor": np.dtype("int32"),
    "LongTensor": np.dtype("int64"),
    "ByteTensor": np.dtype("uint8"),
    "BoolTensor": np.dtype("bool"),
}


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
    """The dtype that `wanted` means, which may be PyTorch's old name of a type of tensors; for a
    device, which must be the CPU, the one it has now.

    Raises: TypeError for anything else, RuntimeError for the name of no device, AssertionError for
    a GPU.
    """
    if is_device(wanted):
        check_device(wanted)
        return now
    if isinstance(wanted, str) and wanted.removeprefix("torch.") in LEGACY:
        return LEGACY[wanted.removeprefix("torch.")]
    try:
        own: Any = getattr(wanted, "dtype", None)  # of a tensor, or of a type such as FloatTensor
        return own if isinstance(own, np.dtype) else np.dtype(wanted)
    except TypeError:
        raise (RuntimeError if isinstance(wanted, str) else TypeError)(
            f"to({wanted!r}): give a dtype, such as float64, or 'cpu', the only device there is"
        ) from None


def type_name(dtype: np.dtype) -> str:
    """ "torch.FloatTensor" for float32: PyTorch's old name of a type of tensors."""
    return next(f"torch.{name}" for name, one in LEGACY.items() if one == dtype)


def target(
    name: str,
    now: np.dtype,
    args: tuple[Any, ...],
    device: Any = None,
    dtype: Any = None,
    other: Any = None,
    copy: bool = False,
    **without_effect: Any,
) -> tuple[np.dtype, bool]:
    """(dtype, whether it is a copy in any case) of x.to(dtype), x.to(device, dtype), x.to(other).

    Raises: as `as_dtype`.
    """
    unknown = without_effect.keys() - {"non_blocking", "memory_format"}
    if unknown:
        raise TypeError(f"{name}() takes no argument {unknown.pop()!r}")
    wanted: Any
    for wanted in (device, other, *args, dtype):
        if not isinstance(wanted, (bool, type(None))):  # booleans by position: non_blocking, copy
            now = as_dtype(wanted, now)
    return now, copy


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
