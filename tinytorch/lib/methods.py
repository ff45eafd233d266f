# generated from tito/lib/methods.py by `tito build`: edit that file
"""Methods of one line each that call an operation, with their names and docstrings."""

from collections.abc import Callable
from typing import Any

__all__ = [
    "ALONG",
    "PAIRS",
    "attribute",
    "binary",
    "float_function",
    "named",
    "operator_pair",
    "page",
    "reduction",
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


def attribute(get: Method, name: str, doc: str) -> property:
    """What is read off a tensor by `x.name`."""
    return property(named(get, name, doc))


def unary(op: Any, name: str = "", shapes: str = EACH) -> Method:
    """A method of one tensor, named after its op unless there is another `name`."""
    return named(lambda self: op(self), name or op.name, op.doc, shapes, page(op.name))


def float_function(op: Any) -> Method:
    """A method for a function that gives floats: whole numbers become float32 first."""

    def function(self: Any) -> Any:
        return op(self) if self.array.dtype.kind == "f" else op(self.float())

    return named(function, op.name, op.doc, FLOATS, page(op.name))


def _shapes(op: Any) -> str:
    return MATRICES if op.name == "matmul" else PAIRS


def binary(op: Any) -> Method:
    """A method of two tensors."""
    return named(lambda self, other: op(self, other), op.name, op.doc, _shapes(op), page(op.name))


def operator_pair(op: Any, name: str, symbol: str) -> tuple[Method, Method]:
    """The two methods of an operator: `tensor + other` and `other + tensor`."""
    doc, reflected = f"self {symbol} other.", f"other {symbol} self."
    return (
        named(lambda self, other: op(self, other), f"__{name}__", doc, _shapes(op)),
        named(lambda self, other: op(other, self), f"__r{name}__", reflected, _shapes(op)),
    )


def reduction(op: Any) -> Method:
    """A method that reduces one, several or all dimensions by `op`."""

    def reduce(self: Any, dim: Any = None, keepdim: bool = False) -> Any:
        return op(self, dim=dim, keepdim=keepdim)

    return named(reduce, op.name, op.doc, ALONG.format(", or a tuple"), page(op.name))
