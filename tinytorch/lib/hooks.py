# generated from tito/lib/hooks.py by `tito build`: edit that file
"""Hooks on tensors: functions that see, and may replace, a gradient on its way."""

import weakref
from collections.abc import Callable
from typing import Any

from .layer_checks import check_switch
from .modules import Handle
from .primitives import Methods

__all__ = ["Hooks", "hooked", "refuse_second", "with_hooks"]


class Hooked:
    """The hooks of one tensor, and the gradient they saw last with what they made of it."""

    def __init__(self, x: Any):
        key = id(x)
        self.x = weakref.ref(x, lambda _: hooked.pop(key, None))
        self.functions: dict[int, Callable[[Any], Any]] = {}
        self.last: tuple[Any, Any] = (None, None)


hooked: dict[int, Hooked] = {}  # {id of a tensor: its hooks}; tensors have no place for them


def refuse_second(create_graph: bool, retain_graph: bool | None = None) -> None:
    """Raises: RuntimeError if gradients of gradients are asked for; TypeError for no truth."""
    check_switch("backward", create_graph=create_graph)
    if retain_graph is not None:
        check_switch("backward", retain_graph=retain_graph)
    if create_graph:
        raise RuntimeError(
            "create_graph=True: there are no gradients of gradients here, since rules compute on "
            "arrays; take differences of gradients instead"
        )


def with_hooks(x: Any, g: Any) -> Any:
    """The gradient `g` of `x` as its hooks leave it: an array.

    Backward may ask twice about one gradient: the hooks are called once.
    """
    own: Any = hooked.get(id(x))
    if own is None or own.x() is not x:
        return g
    if own.last[0] is not g:
        result: Any = x._plain(g)
        for function in list(own.functions.values()):
            made = function(result)
            if made is not None:
                result = made
        own.last = g, result.array
    return own.last[1]


class Hooks(Methods):
    """Hooks of a tensor."""

    __slots__ = ()

    def register_hook(self: Any, hook: Callable[[Any], Any]) -> Handle:
        """Call `hook(gradient)` when backward has the gradient of self, of its shape.

        What the hook returns, if not None, goes on instead. Returns: a handle with `remove()`.
        Raises: RuntimeError if self requires no gradients.
        """
        if not self.requires_grad:
            raise RuntimeError("register_hook: this tensor requires no gradients")
        owner: Any = hooked.get(id(self))
        if owner is None or owner.x() is not self:
            owner = hooked[id(self)] = Hooked(self)
        return Handle(owner.functions, hook)
