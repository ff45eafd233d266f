"""Devices: there is one, the CPU, and scripts that ask which one to use hear that.

A script may name a GPU (`torch.device("cuda")`); only what would put a tensor there is refused.
"""

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from .dtypes import dtype_of

__all__ = [
    "CPU",
    "check_device",
    "creation",
    "device",
    "is_device",
    "no_gpu",
]

KINDS = ("cpu", "cuda", "mps", "xpu", "meta", "hip", "mkldnn", "xla", "vulkan", "ipu")


class device:
    """Where a tensor is: `device("cpu")`, `device("cuda:0")`, `device("cuda", 0)`.

    No tensor has a shape here that is not on the CPU; other devices can be named and compared.
    Raises: RuntimeError for what is no device's name.
    Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.device
    """

    __slots__ = ("index", "type")

    def __init__(self, type: Any = "cpu", index: int | None = None):
        if isinstance(type, device):
            type, index = type.type, type.index
        if isinstance(type, int) and not isinstance(type, bool):
            type, index = "cuda", type
        found = re.fullmatch(r"([a-z]+)(?::(\d+))?", type) if isinstance(type, str) else None
        if found is None or found[1] not in KINDS:
            raise RuntimeError(f"{type!r} is no device: 'cpu' is the only one there is")
        if found[2] is not None:
            index = int(found[2])
        self.type: str = found[1]
        self.index = index

    def __repr__(self) -> str:
        at = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{at})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __enter__(self) -> "device":
        check_device(self)
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to undo."""


CPU = device("cpu")


def no_gpu(asked: Any) -> AssertionError:
    """What is raised where a GPU is needed: of the type that PyTorch without CUDA raises."""
    return AssertionError(
        f"{asked} asks for a GPU, and TinyTorch computes on the CPU only: use "
        'device = "cuda" if torch.cuda.is_available() else "cpu"'
    )


def check_device(wanted: Any) -> None:
    """Let None and the CPU pass.

    Raises: AssertionError, see `no_gpu`; RuntimeError for what is no device.
    """
    if wanted is None or (isinstance(wanted, str) and wanted == "cpu"):  # as nearly always
        return
    if device(wanted).type != "cpu":
        raise no_gpu(f"device {str(wanted)!r}")


def is_device(x: Any) -> bool:
    """Whether an argument of `to` is a device and no dtype."""
    if isinstance(x, str):
        return x.partition(":")[0] in KINDS
    return isinstance(x, device) or (isinstance(x, int) and not isinstance(x, bool))


def creation(function: Callable[..., Any], grads: bool = True) -> Callable[..., Any]:
    """A function that makes tensors, which then takes PyTorch's other keywords as well.

    device: the CPU or None. requires_grad: whether gradients are wanted, where the function does
    not take it itself, unless `grads` is False. layout, pin_memory, memory_format: without effect.
    size: the shape by its name, where the function takes `*size`.
    """
    own = inspect.signature(function)
    takes_grad = "requires_grad" in own.parameters
    takes_sizes = "size" in own.parameters and own.parameters["size"].kind.name == "VAR_POSITIONAL"

    @functools.wraps(function)
    def make(*args: Any, **kwargs: Any) -> Any:
        if not kwargs:
            return function(*args)
        if "device" in kwargs:
            check_device(kwargs.pop("device"))
        for without_effect in ("layout", "pin_memory", "memory_format"):
            kwargs.pop(without_effect, None)
        if "dtype" in kwargs and type(kwargs["dtype"]) is not np.dtype:
            dtype = kwargs.pop("dtype")
            kwargs |= {} if dtype is None else {"dtype": dtype_of(dtype)}
        if takes_sizes and "size" in kwargs:
            args = (*args, kwargs.pop("size"))
        if takes_grad or not grads or "requires_grad" not in kwargs:
            return function(*args, **kwargs)
        wanted = kwargs.pop("requires_grad")
        return function(*args, **kwargs).requires_grad_(wanted)

    kind = inspect.Parameter.KEYWORD_ONLY
    more = [inspect.Parameter("device", kind, default=None)]
    if grads and not takes_grad:
        more.append(inspect.Parameter("requires_grad", kind, default=False))
    parameters = [*own.parameters.values(), *more]
    make.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    return make
