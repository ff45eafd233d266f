# generated from tito/extra/autograd.py by `tito build`: edit that file
"""What scripts use of `torch.autograd` and no exercise of module 02 needs."""

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np

from tinytorch.core.autograd import (
    VJPS,
    AllInputs,
    backward,
    enable_grad,  # noqa: F401 - found under torch.autograd
    graph_order,
    is_grad_enabled,
    no_grad,
    set_grad_enabled,  # noqa: F401 - found under torch.autograd
)
from tinytorch.core.tensor import Op, Tensor
from tinytorch.lib.hooks import refuse_second
from tinytorch.lib.wording import worded


@worded
def inference_mode(mode: Any = True) -> Any:
    """As `no_grad`: a block, or a function decorated with it, in which nothing is recorded.

    mode: False changes nothing. Shapes: none.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad_mode.inference_mode.html
    """
    if callable(mode):
        return no_grad()(mode)
    return no_grad() if mode else contextlib.nullcontext()


class _AnyTensor(type):
    def __instancecheck__(cls, x: object) -> bool:
        return isinstance(x, Tensor)


class Variable(metaclass=_AnyTensor):
    """`Variable(x)`: the tensor x itself, by another name that scripts before 2018 needed.

    It shares the memory of `x`, of any shape, and begins a graph.
    Source: https://docs.pytorch.org/docs/stable/autograd.html#variable-deprecated
    """

    def __new__(cls, data: Tensor, requires_grad: bool = False, volatile: Any = None) -> Any:
        if not isinstance(data, Tensor):
            raise TypeError(f"Variable takes a tensor, not {type(data).__name__}: use tensor(...)")
        if not isinstance(requires_grad, bool):
            raise TypeError(f"Variable: requires_grad is True or False, not {requires_grad!r}")
        return data.detach().requires_grad_(requires_grad)


# ---- grad ----


def _listed(x: Any) -> list[Any]:
    return list(x) if isinstance(x, (list, tuple)) else [x]


def _first(outputs: list[Tensor], gradients: list[Any]) -> tuple[Tensor, Any]:
    """One result with its gradient to begin at, which stands for all `outputs`."""
    if len(outputs) == 1:
        return outputs[0], gradients[0]
    total: Any = 0
    for y, g in zip(outputs, gradients, strict=True):
        if g is None and y.numel() != 1:
            raise RuntimeError(f"grad needs grad_outputs for an output of shape {y.shape}")
        total = total + (y if g is None else y * g).sum()
    return total, None


def _receivers(y: Tensor) -> list[Tensor]:
    """The tensors whose `.grad` backward would change."""
    found: dict[int, Tensor] = {} if y.grad_fn is not None else {id(y): y}
    for out in graph_order(y):
        for x in (out, *out.grad_fn.inputs):
            if isinstance(x, Tensor) and x.requires_grad and (x.is_leaf or x.retains_grad):
                found[id(x)] = x
    return list(found.values())


@worded
def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Tensor, ...]:
    """The gradients of the sum of `outputs` with respect to each of `inputs`; no `.grad` changes.

    grad_outputs: what backward starts from, in the shapes of the outputs, where one holds several
    values. allow_unused: None for an input that the outputs do not depend on, instead of an error.
    Returns: a tuple of gradients in the shapes of the inputs.
    Raises: RuntimeError for create_graph=True, and for an input without a gradient.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.grad.html
    """
    refuse_second(create_graph)
    outputs, inputs = _listed(outputs), _listed(inputs)
    if not all(x.requires_grad for x in inputs):
        raise RuntimeError("grad: one of the inputs does not require gradients")
    gradients = [None] * len(outputs) if grad_outputs is None else _listed(grad_outputs)
    y, first = _first(outputs, gradients)
    changed = {id(x): x for x in (*_receivers(y), *inputs)}.values()
    before = [(x, x.grad, x.retains_grad) for x in changed]
    try:
        for x in changed:
            x.grad, x.retains_grad = None, False
        for x in inputs:
            x.retains_grad = x.grad_fn is not None
        backward(y, first, bool(retain_graph))
        found = [x.grad for x in inputs]
    finally:
        for x, gradient, retains in before:
            x.grad, x.retains_grad = gradient, retains
    return _checked(found, inputs, allow_unused, materialize_grads)


def _checked(found: list[Any], inputs: list[Tensor], allow: Any, zeros: bool) -> tuple[Any, ...]:
    """Raises: RuntimeError for an input without a gradient, unless that is allowed."""
    if zeros:
        return tuple(
            Tensor(np.zeros_like(x.array)) if g is None else g
            for g, x in zip(found, inputs, strict=True)
        )
    if not allow and any(g is None for g in found):
        at = next(i for i, g in enumerate(found) if g is None)
        raise RuntimeError(
            f"grad: the outputs do not depend on input {at}: allow_unused=True gives None for it"
        )
    return tuple(found)


# ---- Function ----


class FunctionCtx:
    """What `forward` of a Function leaves for its `backward`: `ctx.anything = ...`, too.

    needs_input_grad: for each argument, whether its gradient is wanted.
    """

    def __init__(self, function: Any, args: tuple[Any, ...]):
        self._function, self._args = function, args
        self._outputs: tuple[Tensor, ...] = ()
        self._constant: set[int] = set()
        self.saved_tensors: tuple[Any, ...] = ()
        self.needs_input_grad = tuple(getattr(x, "requires_grad", False) is True for x in args)

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors, which are then in `ctx.saved_tensors`."""
        self.saved_tensors = tensors

    def mark_non_differentiable(self, *outputs: Tensor) -> None:
        """No gradient comes from these results."""
        self._constant.update(map(id, outputs))

    def mark_dirty(self, *inputs: Tensor) -> None:
        """Raises: RuntimeError, as a Function here leaves its inputs as they are."""
        raise RuntimeError("mark_dirty: a Function here makes new tensors instead of changing any")

    def set_materialize_grads(self, value: bool) -> None:
        """Without effect: gradients that are not there are always zeros."""

    def _gradients(self, g: np.ndarray) -> list[Any]:
        """The gradients of the tensors among the arguments."""
        with no_grad():
            made = self._function.backward(self, *self._parts(g))
        return self._of_tensors(made if isinstance(made, tuple) else (made,))

    def _flows(self, output: Tensor) -> bool:
        """Whether gradients come from a result."""
        return output.is_floating_point() and id(output) not in self._constant

    def _parts(self, g: np.ndarray) -> list[Tensor]:
        """The gradient of each result, cut from the row `g` of those that have one."""
        parts, start, row = [], 0, np.reshape(g, -1)
        for x in self._outputs:
            part = np.zeros_like(x.array)
            if self._flows(x):
                part = row[start : start + part.size].reshape(part.shape)
                start += part.size
            parts.append(Tensor(part))
        return parts

    def _of_tensors(self, made: tuple[Any, ...]) -> list[Any]:
        """Raises: RuntimeError for another number of gradients, or one of another shape."""
        name = self._function.__name__
        if len(made) < len(self._args) or any(g is not None for g in made[len(self._args) :]):
            raise RuntimeError(
                f"{name}.backward returned {len(made)} gradients for {len(self._args)} arguments: "
                "return one for each, None for what is no tensor"
            )
        found = []
        for x, g in zip(self._args, made, strict=False):
            if isinstance(x, Tensor):
                array = np.zeros_like(x.array) if g is None else g.array.astype(x.dtype, copy=False)
                if array.shape != x.shape:
                    raise RuntimeError(
                        f"{name}.backward returned a gradient of shape {array.shape} for an "
                        f"argument of shape {x.shape}"
                    )
                found.append(array)
        return found


class Function:
    """An operation with a backward of one's own: subclass it, and call `YourFunction.apply(...)`.

    forward(ctx, *args): a static method on tensors of any shapes, in which nothing is recorded.
    backward(ctx, *gradients): a static method; returns a gradient for each argument of forward,
    None for what is no tensor.
    Source: https://docs.pytorch.org/docs/stable/autograd.html#function
    """

    _op: Op

    def __init_subclass__(cls, **options: Any):
        super().__init_subclass__(**options)
        cls._op = Op(cls.__name__, lambda *arrays, ctx, result, dtype: result)
        VJPS[cls._op] = AllInputs(lambda g, out, *_, ctx, **__: ctx._gradients(g))

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        """Compute the result: to be written in a subclass."""
        raise RuntimeError("a Function needs a static method forward(ctx, ...)")

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        """Compute the gradients of the arguments: to be written in a subclass."""
        raise RuntimeError("a Function needs a static method backward(ctx, ...)")

    setup_context: Callable[..., None] | None = None

    def __init__(self, *args: Any):
        raise RuntimeError(f"call {type(self).__name__}.apply(...): there are no instances")

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """The result of `forward`, recorded so that `backward` is used."""
        ctx = FunctionCtx(cls, args)
        with no_grad():
            if cls.setup_context is None:
                result = cls.forward(ctx, *args)
            else:
                result = cls.forward(*args)
                cls.setup_context(ctx, args, result)
        if not (is_grad_enabled() and any(ctx.needs_input_grad)):
            return result
        return _recorded(ctx, result)


def _recorded(ctx: FunctionCtx, result: Any) -> Any:
    """The results of a Function as parts of one recorded tensor, which holds them in a row."""
    outputs = result if isinstance(result, tuple) else (result,)
    for x in outputs:
        if not isinstance(x, Tensor):
            name = ctx._function.__name__
            raise TypeError(f"{name}.forward returned {type(x).__name__}, not a Tensor")
    flowing = [x for x in outputs if ctx._flows(x)]
    if not flowing:
        return result
    ctx._outputs = outputs
    row = flowing[0].array
    if isinstance(result, tuple):
        row = np.concatenate([x.array.reshape(-1) for x in flowing])
    tensors = [x for x in ctx._args if isinstance(x, Tensor)]
    made = ctx._function._op(*tensors, ctx=ctx, result=row, dtype=row.dtype)
    if not isinstance(result, tuple):
        return made
    parts, start = {}, 0
    for x in flowing:
        part = made[start : start + x.numel()].reshape(x.shape)
        parts[id(x)], start = part.to(x.dtype), start + x.numel()
    return tuple(parts.get(id(x), x) for x in outputs)


def once_differentiable(function: Any) -> Any:
    """The function itself: there are no second derivatives, so backward is never recorded.

    Shapes: any. Source: https://docs.pytorch.org/docs/stable/autograd.html
    """
    return function
