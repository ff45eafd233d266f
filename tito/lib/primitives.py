"""Operations that no notebook shows, and how the methods that use them reach `Tensor`.

A page of methods is a class that inherits from `Methods` and lists its operations in `_primitives`.
`class Tensor(More, op=Op)` makes an `Op` of each, puts its rules into `RULES`, module 02's table of
all rules, and has the methods. They are written without knowing the class: `self._ops.prod(self)`
goes through the gate, and `self._plain(array)` is a tensor that no operation made.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import FunctionType, SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from .methods import HOME, named, numpy_names
from .wording import worded

__all__ = ["RULES", "EachInput", "Methods", "Primitive", "dims_along", "refuse", "unwrapped"]

RULES: dict[Any, Any] = {}  # {op: the rules of its inputs}
SOURCE = "https://docs.pytorch.org/docs/stable/generated/torch.Tensor"


@dataclass(frozen=True)
class Primitive:
    """An operation: its forward rule on arrays, and the rules of its inputs as module 02 has them.

    saves: what the rules read, "inputs", "output" or both. view: may it share memory?
    """

    forward: Callable[..., Any]
    rules: Any = ()
    saves: str = ""
    view: bool = False


class EachInput:
    """The rules of an operation of many inputs: `part(i, g, out, *inputs, **params)`."""

    def __init__(self, part: Callable[..., Any]):
        self.part = part

    def __iter__(self) -> Iterator[Callable[..., Any]]:
        i = 0
        while True:
            yield partial(self.part, i)
            i += 1


class Methods:
    """What a page of methods inherits from; `Tensor` inherits from the pages."""

    __slots__ = ()
    _primitives: ClassVar[dict[str, Primitive]] = {}
    _ops: Any  # the operations of all pages
    _plain: Any  # Tensor itself, not a class that inherits from it

    def __init_subclass__(cls, op: Any = None, **options: Any):
        super().__init_subclass__(**options)
        if op is None:
            return
        made = {}
        for page in reversed(cls.__mro__):
            for name, one in vars(page).get("_primitives", {}).items():
                made[name] = op(name, one.forward, one.saves, one.view)
                if one.rules:
                    RULES[made[name]] = one.rules
            if issubclass(page, Methods) and page not in (cls, Methods):
                _belong_to_tensor(page)
        cls._ops, cls._plain = SimpleNamespace(**made), cls


def _belong_to_tensor(page: type) -> None:
    """Methods of `page` are Tensor's in help() and tracebacks, and say where PyTorch has them.

    Those that take a `dim` take NumPy's `axis` as well.
    """
    for name, member in list(vars(page).items()):
        function = member.fget if isinstance(member, property) else member
        if not isinstance(function, FunctionType) or function.__module__ == HOME:
            continue
        if name.startswith("_"):
            named(function, name, function.__doc__ or "")
            continue
        named(
            function,
            name,
            inspect.cleandoc(function.__doc__ or ""),
            f"Source: {SOURCE}.{name}.html",
        )
        if not isinstance(member, property):
            along = "dim" in inspect.signature(function).parameters
            told = worded(numpy_names(function) if along else function)
            setattr(page, name, named(told, name, function.__doc__ or ""))


def refuse(name: str, problem: str) -> RuntimeError:
    """The error of a method that was asked for what it does not do."""
    return RuntimeError(f"{name}: {problem}")


def unwrapped(x: Any) -> Any:
    """The array of a tensor; anything else as it is."""
    return getattr(x, "array", x)


def dims_along(name: str, ndim: int, dim: Any) -> tuple[int, ...]:
    """The dimensions that `dim` means: None for all, a number or several; none negative.

    Raises: IndexError naming one that is not there; RuntimeError for one named twice.
    """
    if dim is None:
        return tuple(range(ndim))
    dims = tuple(dim) if isinstance(dim, (tuple, list)) else (dim,)
    for d in dims:
        if isinstance(d, bool) or not isinstance(d, (int, np.integer)):
            raise TypeError(f"{name}: a dim is a whole number, not {type(d).__name__}")
        if not -max(ndim, 1) <= d < max(ndim, 1):
            low, high = -max(ndim, 1), max(ndim, 1) - 1
            raise IndexError(f"{name}: dim {d} is out of range: choose one from {low} to {high}")
    found = tuple(int(d) % ndim for d in dims) if ndim else ()
    if len(set(found)) != len(found):
        raise RuntimeError(f"{name}: dim {dim} names a dimension twice")
    return found
