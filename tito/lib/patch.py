"""`patch`: a method written outside of its class, a cell of a notebook each."""

from collections.abc import Callable
from typing import Any

from .methods import numpy_names

__all__ = ["patch"]


def patch(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make `function` a method of the class that the annotation of its first argument names.

    `@patch` above `def double(self: Tensor) -> Tensor:` adds `Tensor.double`, which replaces a
    method of that name. The function itself can be called as well. A method of Tensor is also a
    function of `torch`, which says in words that it takes a tensor.
    Raises: TypeError if the first argument has no annotation that is a class.
    Source: https://fastcore.fast.ai/basics.html#patching
    """
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    cls = function.__annotations__.get(names[0]) if names else None
    if not isinstance(cls, type):
        raise TypeError(
            f"@patch adds {function.__name__} to the class that its first argument names: "
            f"write `def {function.__name__}(self: Tensor, ...)`, not {cls!r}"
        )
    function.__qualname__ = place = f"{cls.__name__}.{function.__name__}"
    function.__code__ = function.__code__.replace(co_qualname=place)
    is_tensors = hasattr(cls, "array")
    setattr(cls, function.__name__, numpy_names(function) if is_tensors else function)
    return function
