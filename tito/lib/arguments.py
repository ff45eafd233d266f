"""Arguments of tensor methods in the forms that callers may write, brought into one."""

import math
from typing import Any

import numpy as np

from .devices import check_device, is_device
from .dtypes import dtype_of

__all__ = [
    "as_dtype",
    "check_gather",
    "check_grad",
    "check_listed",
    "check_numbers",
    "check_requires_grad",
    "check_written",
    "dims_of",
    "first_of",
    "index_key",
    "infer_shape",
    "new_shape",
    "numbers_first",
    "one_dim",
    "sizes",
    "target",
    "whole",
]


def dims_of(ndim: int, dim: Any) -> tuple[int, ...]:
    """The dimensions that `dim` (None or () for all, an int or several) means, none negative.

    Raises: IndexError if one is out of range; RuntimeError if one is named twice; TypeError if one
    is no whole number.
    """
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return tuple(range(ndim))
    dims = dim if isinstance(dim, (tuple, list)) else (dim,)
    limit = max(ndim, 1)  # a single number may be reduced along dim 0, as in PyTorch
    for d in dims:
        if not isinstance(d, (int, np.integer)):
            raise TypeError(f"dim is a whole number or a tuple of them, not {dim!r}")
        if not -limit <= d < limit:
            raise IndexError(f"dim {d} is out of range: choose one from {-limit} to {limit - 1}")
    if len({d % limit for d in dims}) != len(dims):
        raise RuntimeError(f"dim {dim} names a dimension twice")
    return tuple(d % ndim for d in dims) if ndim else ()


def one_dim(ndim: int, dim: Any) -> int:
    """The one dimension that `dim` means, not negative.

    Raises: IndexError if it is not there; TypeError if it is no whole number.
    """
    dims = dims_of(ndim, dim)
    if len(dims) != 1:
        raise (
            TypeError(f"dim is one whole number, not {dim!r}")
            if ndim
            else IndexError(f"dim {dim!r} is out of range: a single number has no dimensions")
        )
    return dims[0]


def first_of(data: Any) -> Any:
    """The first item of a list of lists; anything else itself."""
    while isinstance(data, (list, tuple)) and len(data):
        data = data[0]
    return data


def new_shape(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape in `zeros(2, 3)`, `zeros((2, 3))` and `zeros([2, 3])`.

    Raises: TypeError for nothing or anything but whole numbers, RuntimeError for negative ones.
    """
    if not args:
        raise TypeError("give sizes, such as 2, 3, or () for a single number")
    shape: tuple[Any, ...] = sizes(args)
    for size in shape:
        is_whole = isinstance(size, (int, np.integer)) or getattr(size, "shape", None) == ()
        if isinstance(size, (bool, np.bool_)) or not is_whole:
            raise TypeError(f"a size is a whole number, not {size!r}, in the shape {shape}")
    if any(size < 0 for size in shape):
        raise RuntimeError(f"no size may be negative: the shape is {shape}")
    return tuple(int(size) for size in shape)


def check_requires_grad(x: Any, value: Any) -> None:
    """Raises: RuntimeError for what cannot change whether it requires gradients."""
    if not isinstance(value, (bool, int, np.bool_)):
        raise TypeError(f"requires_grad is True or False, not {value!r}")
    if value and x.array.dtype.kind != "f":
        raise RuntimeError(
            f"only floating-point tensors can require gradients, not {x.array.dtype}: use .float()"
        )
    if not value and x.grad_fn is not None:
        raise RuntimeError("only a leaf can stop requiring gradients: use .detach()")


def check_numbers(name: str, *values: Any) -> None:
    """Raises: TypeError for anything but real numbers."""
    for value in values:
        if not isinstance(value, (int, float, np.number)) and getattr(value, "shape", None) != ():
            raise TypeError(f"{name} takes numbers, not {type(value).__name__}")


def check_listed(name: str, tensors: Any, none: type[Exception] = RuntimeError) -> None:
    """Raises: TypeError for anything but a list or tuple of tensors; `none` for an empty one."""
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(f"{name} takes a list of tensors, not {type(tensors).__name__}")
    if not tensors:
        raise none(f"{name} needs at least one tensor")
    for x in tensors:
        if not hasattr(x, "requires_grad"):
            raise TypeError(f"{name} takes tensors, not {type(x).__name__}: use tensor(...)")


def check_grad(x: Any, value: Any) -> None:
    """Raises: TypeError or RuntimeError for what cannot be the gradient of `x`."""
    if value is None:
        return
    if not hasattr(value, "requires_grad"):
        raise TypeError(f"x.grad is a tensor or None, not {type(value).__name__}: use tensor(...)")
    if (value.shape, value.dtype) != (x.shape, x.dtype):
        raise RuntimeError(
            f"x.grad is of shape {value.shape} and {value.dtype}, x of {x.shape} and {x.dtype}: "
            "they must be the same"
        )


def check_written(value: Any) -> None:
    """Raises: TypeError for what cannot be written into a tensor, ValueError for a ragged list."""
    try:
        is_known = isinstance(value, (np.ndarray, np.generic, bool, int, float, list, tuple))
        if is_known and np.asarray(value).dtype.kind in "biuf":
            return
    except ValueError:
        raise ValueError("x[...] = v: the rows of the list are not equally long") from None
    raise TypeError(f"x[...] = v takes a tensor or a number, not {type(value).__name__}")


def check_gather(shape: tuple[int, ...], dims: tuple[int, ...], index: Any) -> None:
    """Raises: TypeError or RuntimeError for an `index` that `gather` along `dims` cannot take."""
    if len(shape) > 0 and len(dims) != 1:
        raise TypeError("gather takes one dim")
    if not isinstance(index, np.ndarray):
        raise TypeError(f"gather: index is a tensor, not {type(index).__name__}")
    if index.dtype.kind not in "iu" or index.dtype.itemsize < 4:
        raise RuntimeError(f"gather: index holds {index.dtype}: use index.long()")
    if index.size == 0:
        return
    if index.ndim != len(shape):
        raise RuntimeError(
            f"gather: index of shape {index.shape} for shape {shape}: not as many dims"
        )
    for d, (size, limit) in enumerate(zip(index.shape, shape, strict=True)):
        if d not in dims and size > limit:
            raise RuntimeError(f"gather: index of shape {index.shape} is larger than shape {shape}")
    limit = shape[dims[0]] if dims else 1
    for place in (index.min(), index.max()):
        if not 0 <= place < limit:
            raise RuntimeError(f"gather: index {place} is out of bounds: from 0 to {limit - 1}")


def index_key(key: Any) -> Any:
    """`key` as NumPy takes it, with arrays for tensors: bytes are masks, and lists of lists stand
    for several dims.

    Raises: TypeError for words, and for slices from or to something else than a whole number.
    """
    key = getattr(key, "array", key)
    if isinstance(key, str):
        raise TypeError(f"an index is a number, a slice, a mask or a tensor, not {key!r}")
    if type(key) is slice:
        for end in (key.start, key.stop, key.step):
            if end is not None and not hasattr(end, "__index__"):
                raise TypeError(f"a slice goes from one whole number to another, not by {end!r}")
        return key
    if type(key) is list and any(isinstance(k, (list, tuple, slice, np.ndarray)) for k in key):
        key = tuple(key)
    if type(key) is tuple:
        return tuple(map(index_key, key))
    return key.astype(bool) if isinstance(key, np.ndarray) and key.dtype == np.uint8 else key


def sizes(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The sizes in `f(2, 3)`, `f((2, 3))` and `f([2, 3])`."""
    return tuple(args[0]) if len(args) == 1 and isinstance(args[0], (tuple, list)) else args


def whole(name: str, shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """The shape itself. Raises: TypeError if a size is no whole number."""
    for size in shape:
        if not hasattr(size, "__index__") or isinstance(size, bool):
            raise TypeError(f"{name}: a size is a whole number, not {size!r}")
    return shape


def infer_shape(size: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """`shape` with its one -1 replaced, so that it holds exactly `size` values.

    infer_shape(12, (3, -1)) -> (3, 4); infer_shape(12, (2, 6)) -> (2, 6); infer_shape(1, ()) -> ().
    Raises: ValueError that shows `size` and `shape` if there are two -1 or another negative size,
    if `size` values do not fit, or if any number would do for the -1 (there is a 0 beside it).
    """
    if not all(isinstance(n, (int, np.integer)) for n in shape):
        raise TypeError(f"the sizes in {shape} must be whole numbers")
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
    own: Any = wanted if isinstance(wanted, np.dtype) else getattr(wanted, "dtype", None)
    if isinstance(own, np.dtype):  # also that of a tensor, or of a type such as FloatTensor
        return own
    if is_device(wanted):
        check_device(wanted)
        return now
    try:
        return dtype_of(wanted)
    except TypeError:
        raise (RuntimeError if isinstance(wanted, str) else TypeError)(
            f"to({wanted!r}): give a dtype, such as float64, or 'cpu', the only device there is"
        ) from None


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
    if (
        len(args) == 1
        and isinstance(args[0], (np.dtype, type))
        and device is dtype is other is None
    ):
        return as_dtype(args[0], now), copy
    if unknown := without_effect and without_effect.keys() - {"non_blocking", "memory_format"}:
        raise TypeError(f"{name}() takes no argument {unknown.pop()!r}")
    given: tuple[Any, ...] = (device, other, *args, dtype)
    for wanted in given:
        # Booleans by position are non_blocking and copy.
        if wanted is not None and wanted is not True and wanted is not False:
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
