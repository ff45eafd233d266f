"""Methods that say what a tensor is, turn it into another type, or make one like it."""

import importlib
from typing import Any

import numpy as np

from .arguments import sizes
from .devices import CPU, check_device, device, no_gpu
from .primitives import Methods, refuse

__all__ = ["Facts"]


def _functional(name: str) -> Any:
    """A function of modules 03 and 04, which stand above: looked up when it is called."""
    return getattr(importlib.import_module("tinytorch.nn.functional"), name)


class Facts(Methods):
    """What it is, where it is, and what is like it."""

    __slots__ = ()

    # Where it is.
    @property
    def device(self: Any) -> device:
        """device("cpu"), whatever the shape."""
        return CPU

    @property
    def is_cuda(self: Any) -> bool:
        """False: there is no GPU."""
        return False

    def get_device(self: Any) -> int:
        """-1, which stands for the CPU."""
        return -1

    def cuda(self: Any, device: Any = None, non_blocking: bool = False) -> Any:
        """Raises: AssertionError, as there is only the CPU."""
        raise no_gpu("cuda()")

    def pin_memory(self: Any) -> Any:
        """The tensor itself: no GPU reads its memory."""
        return self

    def share_memory_(self: Any) -> Any:
        """The tensor itself: workers are threads, which share all memory."""
        return self

    # What it is.
    def nelement(self: Any) -> int:
        """How many values it holds, as `numel`."""
        return self.array.size

    def ndimension(self: Any) -> int:
        """How many dimensions its shape has, as `dim`."""
        return self.array.ndim

    def element_size(self: Any) -> int:
        """The bytes of one value."""
        return self.array.itemsize

    def data_ptr(self: Any) -> int:
        """Where in memory its first value is."""
        return self.array.ctypes.data

    def is_complex(self: Any) -> bool:
        """False: there are no complex numbers."""
        return False

    def is_signed(self: Any) -> bool:
        """Whether its dtype has negative numbers."""
        return self.array.dtype.kind in "if"

    def is_nonzero(self: Any) -> bool:
        """Whether its one value is not 0. Raises: RuntimeError if it holds more, or none."""
        return bool(self)

    def is_same_size(self: Any, other: Any) -> bool:
        """Whether both have one shape."""
        return self.array.shape == other.array.shape

    def type_as(self: Any, other: Any) -> Any:
        """The tensor in the dtype of `other`. Shapes: any, kept."""
        return self.to(other.dtype)

    def byte(self: Any) -> Any:
        """The tensor in uint8. Shapes: any, kept."""
        return self.to(np.uint8)

    def half(self: Any) -> Any:
        """Raises: RuntimeError, as there is no float16."""
        raise refuse("half", "there is no float16 here: keep float32")

    def __reversed__(self: Any) -> Any:
        return self.flip(0) if self.array.ndim else self

    # Tensors like it.
    def _size(self: Any, size: tuple[Any, ...]) -> tuple[int, ...]:
        """Raises: RuntimeError for a negative size."""
        shape = sizes(size)
        if any(n < 0 for n in shape):
            raise RuntimeError(f"a shape has no negative sizes, as {shape} has")
        return shape

    def _new(self: Any, array: Any, dtype: Any, device: Any, requires_grad: bool) -> Any:
        check_device(device)
        made = self._plain(array if dtype is None else array.astype(dtype))
        return made.requires_grad_(requires_grad)

    def new_zeros(
        self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Any:
        """Zeros of the shape `size`, in the dtype of self."""
        return self._new(np.zeros(self._size(size), self.dtype), dtype, device, requires_grad)

    def new_ones(
        self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Any:
        """Ones of the shape `size`, in the dtype of self."""
        return self._new(np.ones(self._size(size), self.dtype), dtype, device, requires_grad)

    def new_empty(
        self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Any:
        """Whatever was in the memory, in the shape `size` and in the dtype of self."""
        return self._new(np.empty(self._size(size), self.dtype), dtype, device, requires_grad)

    def new_full(
        self: Any,
        size: Any,
        fill_value: Any,
        dtype: Any = None,
        device: Any = None,
        requires_grad: bool = False,
    ) -> Any:
        """One value in the shape `size`, in the dtype of self."""
        array = np.full(size, fill_value, self.dtype)
        return self._new(array, dtype, device, requires_grad)

    def new_tensor(
        self: Any, data: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False
    ) -> Any:
        """`data` as a new tensor, in the dtype of self. Shapes: that of `data`."""
        array = np.array(getattr(data, "array", data), self.dtype)
        return self._new(array, dtype, device, requires_grad)

    def new(self: Any, *data: Any) -> Any:
        """As `new_empty` for sizes, as `new_tensor` for data."""
        is_data = len(data) == 1 and not isinstance(data[0], int)
        return self.new_tensor(*data) if is_data else self.new_empty(*data or (0,))

    # What later modules build, as methods.
    def relu(self: Any) -> Any:
        """As `torch.relu`, which module 03 builds. Shapes: any, kept."""
        return _functional("relu")(self)

    def sigmoid(self: Any) -> Any:
        """As `torch.sigmoid`, which module 03 builds. Shapes: any, kept."""
        return _functional("sigmoid")(self)

    def softmax(self: Any, dim: int, dtype: Any = None) -> Any:
        """As `torch.softmax`, which module 03 builds. Shapes: any, kept."""
        return _functional("softmax")(self, dim=dim, dtype=dtype)

    def log_softmax(self: Any, dim: int, dtype: Any = None) -> Any:
        """As `torch.nn.functional.log_softmax`, which module 04 builds. Shapes: any, kept."""
        return _functional("log_softmax")(self, dim=dim, dtype=dtype)
