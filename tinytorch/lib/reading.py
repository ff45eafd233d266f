# generated from tito/lib/reading.py by `tito build`: edit that file
"""`Reading`: the methods of a tensor that are read off its array, or call another method."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arguments import one_dim
from .dtypes import type_name
from .methods import of_tensor

__all__ = ["Reading"]

FLOAT32, FLOAT64, INT32, INT64, BOOL = map(np.dtype, ("f4", "f8", "i4", "i8", "?"))


@of_tensor
class Reading:
    """Methods of `Tensor` that compute nothing: sizes, strides, one value, other dtypes."""

    __slots__ = ()

    def size(self: Any, dim: int | None = None) -> Any:
        """The shape, or the size of the dimension `dim`."""
        return self.shape if dim is None else self.shape[one_dim(self.ndim, dim)]

    def dim(self: Any) -> int:
        """How many dimensions its shape has."""
        return self.array.ndim

    def numel(self: Any) -> int:
        """How many values it holds: the product of its shape."""
        return self.array.size

    def stride(self: Any, dim: int | None = None) -> Any:
        """The steps between neighbours along each dimension, or `dim`, in values, not bytes."""
        steps = tuple(step // self.array.itemsize for step in self.array.strides)
        return steps if dim is None else steps[one_dim(self.ndim, dim)]

    def is_contiguous(self: Any) -> bool:
        """Whether its values are in memory in the order of its shape, row by row."""
        return self.array.flags.c_contiguous

    def is_floating_point(self: Any) -> bool:
        """Whether its dtype is float32 or float64."""
        return self.array.dtype.kind == "f"

    def numpy(self: Any) -> np.ndarray:
        """The array itself, not a copy: what you write there is written here."""
        return self.array

    def tolist(self: Any) -> Any:
        """Its values as Python numbers, in lists nested as its shape says."""
        return self.array.tolist()

    def item(self: Any) -> Any:
        """Its one value as a Python number, whatever its shape.

        Raises: RuntimeError if it holds more than one, or none.
        """
        return self._single("item()", RuntimeError)

    def _single(self: Any, name: str, kind: type[Exception]) -> Any:
        if self.array.size != 1:
            raise kind(f"{name} needs a tensor of one value, not of shape {self.shape}")
        return self.array.item()

    def __array__(self: Any, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """What NumPy's functions take it for: its array."""
        return np.array(self.array, dtype=dtype, copy=copy)

    def __format__(self: Any, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __len__(self: Any) -> int:
        """The size of the first dimension. Raises: TypeError if there is none."""
        if not self.array.ndim:
            raise TypeError("a 0-d tensor has no length")
        return self.array.shape[0]

    def __bool__(self: Any) -> bool:
        """Whether its one value is not 0. Raises: RuntimeError if it holds more, or none."""
        if self.array.size != 1:
            raise RuntimeError(
                f"the truth of {self.array.size} values is ambiguous: use .any() or .all()"
            )
        return bool(self.array.item())

    def __float__(self: Any) -> float:
        """Its one value, as `item` gives it. Raises: ValueError if it holds more, or none."""
        return float(self._single("float()", ValueError))

    def __int__(self: Any) -> int:
        """Its one value, without the fraction. Raises: ValueError if it holds more, or none."""
        return int(self._single("int()", ValueError))

    def __index__(self: Any) -> int:
        """Its one value where an index is wanted. Raises: TypeError for more, or for no integer."""
        if self.array.dtype.kind not in "iu":
            raise TypeError(f"only integers can be an index, not {self.array.dtype}")
        return self._single("an index", TypeError)

    def requires_grad_(self: Any, requires_grad: bool = True) -> Any:
        """Ask for gradients of this leaf, or stop asking; returns the tensor itself.

        Raises: RuntimeError for whole numbers, or to stop what was made by an operation.
        """
        self.requires_grad = requires_grad
        return self

    def retain_grad(self: Any) -> Any:
        """Keep the gradient, although the tensor is not a leaf.

        Raises: RuntimeError if it does not require gradients.
        """
        if not self.requires_grad:
            raise RuntimeError("retain_grad is for a tensor that requires gradients")
        self.retains_grad = self.grad_fn is not None

    def contiguous(self: Any) -> Any:
        """The tensor itself if it is contiguous, else a copy that is."""
        return self if self.is_contiguous() else self.clone()

    def view(self: Any, *shape: Any) -> Any:
        """As reshape, but never a copy: RuntimeError where the strides do not allow a view."""
        out = self.reshape(*shape)
        if out.array.size and not np.may_share_memory(out.array, self.array):
            raise RuntimeError(
                f"view got a tensor of shape {self.shape} whose strides {self.stride()} do not "
                f"allow shape {out.shape} without a copy: use reshape"
            )
        return out

    def fill_(self: Any, value: Any) -> Any:
        """Overwrite all values by one; the shape stays."""
        if shape := getattr(value, "shape", ()):
            raise RuntimeError(f"fill_ takes one value, not shape {shape}")
        self[...] = value
        return self

    def zero_(self: Any) -> Any:
        """Overwrite all values by 0; the shape stays."""
        return self.copy_(0)

    def equal(self: Any, other: Any) -> Any:
        """Whether shape and values are the same.

        Source: https://docs.pytorch.org/docs/stable/generated/torch.equal.html
        """
        for x in (self, other):
            if not hasattr(x, "array"):
                raise TypeError(f"equal takes tensors, not {type(x).__name__}: use tensor(...)")
        return np.array_equal(self.array, other.array)

    # Types: last, since they have the names of Python's.
    def type(self: Any, dtype: Any = None) -> Any:
        """As `to`; without a dtype the old name of the type, such as "torch.FloatTensor"."""
        return type_name(self.array.dtype) if dtype is None else self.to(dtype)

    def cpu(self: Any) -> Any:
        """The tensor itself: the CPU is the only device."""
        return self

    def float(self: Any) -> Any:
        """The tensor in float32; gradients pass. Itself if it is float32."""
        return self if self.array.dtype is FLOAT32 else self.to(FLOAT32)

    def double(self: Any) -> Any:
        """The tensor in float64; gradients pass. Itself if it is float64."""
        return self if self.array.dtype is FLOAT64 else self.to(FLOAT64)

    def int(self: Any) -> Any:
        """The tensor in int32, fractions cut off; itself if it is int32."""
        return self if self.array.dtype is INT32 else self.to(INT32)

    def long(self: Any) -> Any:
        """The tensor in int64, fractions cut off; itself if it is int64."""
        return self if self.array.dtype is INT64 else self.to(INT64)

    def bool(self: Any) -> Any:
        """The tensor in booleans: whether each value is not 0. Itself if it is bool."""
        return self if self.array.dtype is BOOL else self.to(BOOL)
