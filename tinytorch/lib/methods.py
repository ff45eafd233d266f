# generated from tito/lib/methods.py by `tito build`: edit that file
"""Methods of one line each that call an operation, with their names and docstrings."""

import inspect
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from .arguments import check_numbers
from .layer_checks import check_switch
from .numbers import retried

__all__ = [
    "ALONG",
    "PAIRS",
    "attribute",
    "binary",
    "casting_reduction",
    "checked",
    "computed",
    "float_function",
    "named",
    "numpy_names",
    "of_tensor",
    "operator_pair",
    "page",
    "reduction",
    "scaled",
    "unary",
]

HOME = "tinytorch.core.tensor"  # where Tensor is
DOCS = "https://docs.pytorch.org/docs/stable/generated/torch"
EACH = "Shapes: any, kept."
FLOATS = "Shapes: any, kept. Whole numbers become float32 first, float64 stays."
PAIRS = """Shapes: any two that broadcast; `other` may also be a number or an array.
Raises: RuntimeError for shapes that do not broadcast."""
MATRICES = """Shapes: (m, k) @ (k, n) -> (m, n); (..., m, k) @ (..., k, n) -> (..., m, n), where the
leading dimensions broadcast; a 1-D tensor is a row on the left and a column on the right.
Raises: RuntimeError for inner sizes that differ, or for a single number."""
ALONG = """dim: one dimension, or None for all{}. keepdim: leave it in place with size 1.
Shapes: (2, 3) -> () for dim=None, (3,) for dim=0, (2, 1) for dim=1 with keepdim.
Raises: IndexError for a dim that is not there."""

Method = Callable[..., Any]


def named(function: Any, name: str, *doc: str) -> Method:
    """`function` as the method `name` of Tensor: help(), repr() and tracebacks call it that.

    doc: paragraphs of its docstring.
    """
    place = f"Tensor.{name}"
    function.__code__ = function.__code__.replace(co_name=name, co_qualname=place)
    function.__name__, function.__qualname__, function.__doc__ = name, place, "\n\n".join(doc)
    function.__module__, function.__annotations__ = HOME, {}
    return function


def page(name: str) -> str:
    """The line of a docstring that says where PyTorch describes the function `name`."""
    return f"Source: {DOCS}.{name}.html"


def of_tensor(cls: type) -> type:
    """The class `cls`, from which Tensor inherits: its methods say that they are Tensor's."""
    for name, function in vars(cls).items():
        if inspect.isfunction(function):
            place = f"Tensor.{name}"
            function.__code__ = function.__code__.replace(co_qualname=place)
            function.__qualname__, function.__module__ = place, HOME
    return cls


def numpy_names(function: Any) -> Method:
    """The method `function`, which then takes NumPy's `axis` and `keepdims`, as PyTorch does.

    Raises: TypeError in words where it is called as a function of something else than a tensor.
    """
    name = function.__name__

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not hasattr(self, "array"):
            kind = type(self).__name__
            raise TypeError(f"{name} takes a tensor, not {kind}: use tensor(...)")
        if "axis" in kwargs:
            kwargs["dim"] = kwargs.pop("axis")
        if "keepdims" in kwargs:
            kwargs["keepdim"] = kwargs.pop("keepdims")
        return function(self, *args, **kwargs)

    method.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return named(method, function.__name__, function.__doc__)


def checked(name: str, check: Method, doc: str) -> property:
    """An attribute kept in the slot `_name`, for values that `check(x, value)` lets pass.

    The gate sets one on every result that it records: of floats, it needs no check.
    """
    slot = f"_{name}"

    def put(self: Any, value: Any) -> None:
        check(self, value)
        setattr(self, slot, value)

    def switch(self: Any, value: Any) -> None:
        if value is not True or self.array.dtype.kind != "f":
            check(self, value)
        self._requires_grad = value

    return property(attrgetter(slot), switch if name == "requires_grad" else put, doc=doc)


def attribute(get: Method, name: str, doc: str) -> property:
    """What is read off a tensor by `x.name`."""
    return property(named(get, name, doc))


def unary(op: Any, name: str = "", shapes: str = EACH) -> Method:
    """A method of one tensor, named after its op unless there is another `name`."""

    def function(self: Any) -> Any:
        try:
            return op(self)
        except TypeError as error:
            return retried(op, (self,), error)

    return named(function, name or op.name, op.doc, shapes, page(op.name))


def float_function(op: Any) -> Method:
    """A method for a function that gives floats: whole numbers become float32 first."""

    def function(self: Any) -> Any:
        return op(self) if self.array.dtype.kind == "f" else op(self.float())

    return numpy_names(named(function, op.name, op.doc, FLOATS, page(op.name)))


def _shapes(op: Any) -> str:
    return MATRICES if op.name == "matmul" else PAIRS


def answered(op: Any, x: Any, y: Any, error: Exception) -> Any:
    """PyTorch's answer where `op(x, y)` raised `error`. Raises: `error` where it has none, too."""
    if (answer := retried(op, (x, y), error)) is NotImplemented:
        raise error
    return answer


def computed(op: Any, x: Any, y: Any) -> Any:
    """`op(x, y)`, or PyTorch's answer where NumPy has none."""
    try:
        return op(x, y)
    except (AttributeError, OverflowError, TypeError) as error:
        return answered(op, x, y, error)


def binary(op: Any) -> Method:
    """A method of two tensors."""

    def function(self: Any, other: Any) -> Any:
        try:
            return op(self, other)
        except (AttributeError, OverflowError, TypeError) as error:
            return answered(op, self, other, error)

    return named(function, op.name, op.doc, _shapes(op), page(op.name))


def scaled(op: Any, scale: Any) -> Method:
    """A method of two tensors, the second of which is multiplied by `alpha` first, by `scale`."""

    def function(self: Any, other: Any, *, alpha: Any = 1) -> Any:
        if type(alpha) is not int or alpha != 1:
            check_numbers(op.name, alpha)
            other = computed(scale, other, alpha)
        try:
            return op(self, other)
        except (AttributeError, OverflowError, TypeError) as error:
            return answered(op, self, other, error)

    return named(function, op.name, f"{op.doc} `other` times alpha.", PAIRS, page(op.name))


def operator_pair(op: Any, name: str, symbol: str) -> tuple[Method, Method]:
    """The two methods of an operator: `tensor + other` and `other + tensor`."""

    def forward(self: Any, other: Any) -> Any:
        try:
            return op(self, other)
        except (AttributeError, OverflowError, TypeError) as error:
            return retried(op, (self, other), error)

    def reflected(self: Any, other: Any) -> Any:
        try:
            return op(other, self)
        except (AttributeError, OverflowError, TypeError) as error:
            return retried(op, (other, self), error)

    return (
        named(forward, f"__{name}__", f"self {symbol} other.", _shapes(op)),
        named(reflected, f"__r{name}__", f"other {symbol} self.", _shapes(op)),
    )


def reduction(op: Any) -> Method:
    """A method that reduces one, several or all dimensions by `op`."""

    def reduce(self: Any, dim: Any = None, keepdim: Any = False) -> Any:
        if keepdim is not False:
            check_switch(op.name, keepdim=keepdim)
        return op(self, dim=dim, keepdim=keepdim)

    doc = ALONG.format(", or several")
    return numpy_names(named(reduce, op.name, op.doc, doc, page(op.name)))


def casting_reduction(op: Any) -> Method:
    """A `reduction` that can turn its values into another dtype first."""

    def reduce(self: Any, dim: Any = None, keepdim: Any = False, *, dtype: Any = None) -> Any:
        if keepdim is not False:
            check_switch(op.name, keepdim=keepdim)
        return op(self if dtype is None else self.to(dtype), dim=dim, keepdim=keepdim)

    doc = ALONG.format(", or several"), "dtype: turn the values into it first."
    return numpy_names(named(reduce, op.name, op.doc, *doc, page(op.name)))
