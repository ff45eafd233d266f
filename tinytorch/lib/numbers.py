# generated from tito/lib/numbers.py by `tito build`: edit that file
"""What PyTorch makes of numbers and dtypes that NumPy refuses."""

from typing import Any

import numpy as np

from .arguments import check_numbers, dims_of

__all__ = [
    "alpha_times",
    "fitting",
    "integer_casting",
    "largest",
    "places",
    "retried",
    "rounded_quotient",
    "truths",
]


def fitting(number: int, dtype: np.dtype) -> int:
    """`number` as the integer `dtype` holds it: 300 and -212 are 44 in uint8.

    Source: https://en.wikipedia.org/wiki/Integer_overflow
    """
    if dtype.kind not in "iu":
        return number
    size = 1 << 8 * dtype.itemsize
    low = -(size // 2) if dtype.kind == "i" else 0
    return (number - low) % size + low


def alpha_times(name: str, alpha: float, other: Any) -> Any:
    """`other`, as `x.add_(other, alpha=alpha)` adds it.

    Raises: TypeError for an operation that has no `alpha`.
    """
    if name not in ("add", "sub"):
        raise TypeError(f"{name}_() takes no argument 'alpha'")
    check_numbers(name, alpha)
    return alpha * other


def integer_casting(to: np.dtype, value: Any, ufunc: Any) -> str:
    """NumPy's word for what may be written into whole numbers in place: whole numbers of any size,
    but no fractions."""
    if ufunc is np.true_divide:
        return "same_kind"
    kind = value.dtype.kind if isinstance(value, (np.ndarray, np.generic)) else ""
    return "unsafe" if to.kind in "iu" and kind in ("b", "i", "u") else "same_kind"


def _dtypes(inputs: tuple[Any, ...]) -> list[np.dtype]:
    arrays = [getattr(x, "array", x) for x in inputs]
    return [x.dtype for x in arrays if isinstance(x, (np.ndarray, np.generic))]


def retried(op: Any, inputs: tuple[Any, ...], error: Exception) -> Any:
    """The answer of `op` to inputs for which it raised `error`; `NotImplemented` for an input that
    is nothing to compute with, so that Python asks the other operand.

    Raises: RuntimeError for booleans that are not computed with, or a negative power; TypeError for
    the matrix product of a number; else `error`.
    """
    for x in inputs:
        if not isinstance(getattr(x, "array", x), (np.ndarray, np.generic, bool, int, float)):
            return NotImplemented
    if op.name == "matmul" and any(isinstance(x, (bool, int, float, np.generic)) for x in inputs):
        kinds = " and ".join(type(x).__name__ for x in inputs)
        raise TypeError(f"matmul takes two tensors, not {kinds}: numbers are multiplied by *")
    dtypes = _dtypes(inputs)
    if isinstance(error, OverflowError) and dtypes:
        if op.name == "pow" and type(inputs[1]) is int:
            raise RuntimeError(f"pow: {inputs[1]} is no power of {dtypes[0]}: use .float()")
        return op(*(fitting(x, dtypes[0]) if type(x) is int else x for x in inputs))
    if any(dtype.kind == "b" for dtype in dtypes):
        raise RuntimeError(
            f"{op.name} is not for booleans: use ~x, or turn them into numbers with x.int()"
        ) from None
    raise error


def rounded_quotient(rounding_mode: str) -> Any:
    """The function of two arrays that divides, and rounds as `torch.div` does.

    Raises: RuntimeError for another mode than "floor" and "trunc".
    """
    if isinstance(rounding_mode, str) and rounding_mode == "floor":
        return np.floor_divide
    if isinstance(rounding_mode, str) and rounding_mode == "trunc":
        return lambda x, y: np.trunc(np.true_divide(x, y)).astype(np.result_type(x, y))
    raise RuntimeError(f"rounding_mode is {rounding_mode!r}: choose None, 'trunc' or 'floor'")


def truths(function: Any) -> Any:
    """What np.all or np.any gives along dims: booleans, but for uint8, which stays."""

    def along(x: np.ndarray, dim: Any, keepdim: bool) -> np.ndarray:
        dims = () if np.size(dim) == 0 else dims_of(x.ndim, dim)
        found = function(x, axis=dims, keepdims=keepdim)
        return found.astype(np.uint8 if x.dtype == np.uint8 else bool)

    return along


def places(function: Any) -> Any:
    """What np.argmax or np.argmin gives along one dim, or in all values.

    Raises: ValueError for several dims, IndexError for no values.
    """

    def along(x: np.ndarray, dim: Any, keepdim: bool) -> np.ndarray:
        if isinstance(dim, (tuple, list)):
            raise ValueError(f"one dim, not {dim}")
        if any(x.shape[d] == 0 for d in dims_of(x.ndim, dim)):
            raise IndexError("there is no place where there are no values")
        return function(x, axis=dim, keepdims=keepdim)

    return along


def largest(function: Any, name: str) -> Any:
    """The rule of amax or amin, for np.maximum or np.minimum.

    Raises: IndexError, or ValueError without dim, for no values.
    """

    def forward(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> np.ndarray:
        dims = dims_of(x.ndim, dim)
        if any(x.shape[d] == 0 for d in dims):
            error = IndexError if dim or dim == 0 else ValueError
            raise error(f"there is no {name} of no values")
        return function.reduce(x, axis=dims, keepdims=keepdim)

    return forward
