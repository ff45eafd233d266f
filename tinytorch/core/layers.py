# generated from modules/03_layers/layers.py by `tito build`: edit that file

# %% auto #0
__all__ = ['linear_op', 'relu_op', 'leaky_relu_op', 'sigmoid_op', 'silu_op', 'softmax_op', 'gelu_op', 'KINDS', 'as_rows',
           'linear_forward', 'linear_rules', 'linear', 'sigmoid_forward', 'relu_forward', 'leaky_relu_forward',
           'silu_forward', 'softmax_forward', 'activation_rules', 'gelu_forward', 'relu', 'leaky_relu', 'sigmoid',
           'tanh', 'gelu', 'silu', 'softmax', 'dropout', 'named_members', 'Parameter', 'Incompatible', 'Module',
           'weight_std', 'calculate_gain', 'constant_', 'zeros_', 'ones_', 'uniform_', 'normal_', 'xavier_uniform_',
           'xavier_normal_', 'kaiming_std', 'kaiming_uniform_', 'kaiming_normal_', 'Linear', 'ReLU', 'LeakyReLU',
           'Sigmoid', 'Tanh', 'GELU', 'SiLU', 'Softmax', 'Dropout', 'Flatten', 'Identity', 'Sequential', 'ModuleList']

# %% #611cce391955
import itertools
import math
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from .autograd import VJPS, no_grad
from .tensor import Op, Tensor, as_array, default_generator, empty, view_of
from tinytorch.lib.activations import (
    large_leaky_relu,
    large_rules,
    large_sigmoid,
    large_silu,
    large_softmax,
    when_large,
)
from tinytorch.lib.layer_checks import (
    check_choice,
    check_dim,
    check_dropout,
    check_floats,
    check_input,
    check_linear,
    check_number,
    check_start,
    check_switch,
    check_text,
)
from ..lib.masks import keep
from ..lib.modules import Extras, Numbered, placed
from ..lib.patch import patch
from ..lib.random import source
from ..lib.special import gelu_exact, gelu_tanh
from ..lib.sums import column_sums, sum_along

# %% #88538831b6b4
def as_rows(x: np.ndarray) -> np.ndarray:
    """`x` (..., n) with all leading dimensions merged into one: (rows, n). A 1-D `x` is one row."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])

# %% #linear-forward
def linear_forward(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    """`x @ weight.T + bias`, as `torch.nn.functional.linear`; the arguments stay as they are.

    Shapes: x (..., in), weight (out, in), bias (out,) or None -> (..., out); the dtype is x's.
    Raises: ValueError "3 features, but the weight takes 4" with the two numbers of the case.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
    """
    if x.shape[-1] != weight.shape[1]:
        raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")
    out = as_rows(x) @ weight.T  # (rows, in) @ (in, out)
    if bias is not None:
        out += bias
    return out.reshape(*x.shape[:-1], len(weight))

# %% #linear-rules
def linear_rules() -> tuple:
    """The rules of `linear`: three functions (g, out, x, weight, bias=None).

    Shapes: g (..., out) -> (..., in) for x, (out, in) for weight, (out,) for bias. Each gradient
    has the dtype of g, and the arguments stay as they are.
    """

    def for_x(g, out, x, weight, bias=None):
        return (as_rows(g) @ weight).reshape(x.shape)  # (rows, out) @ (out, in)

    def for_weight(g, out, x, weight, bias=None):
        return as_rows(g).T @ as_rows(x)  # (out, rows) @ (rows, in)

    def for_bias(g, out, x, weight, bias=None):
        g = as_rows(g)  # (rows, out)
        return column_sums(g)

    return for_x, for_weight, for_bias

# %% #6f571b41909f
linear_op = Op("linear", linear_forward, saves="inputs")
with suppress(NotImplementedError):
    VJPS[linear_op] = linear_rules()


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`input @ weight.T + bias`. Shapes: (..., in), (out, in), (out,) -> (..., out).

    A weight of shape (in,) gives (...,). Raises: RuntimeError for shapes that do not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
    """
    check_linear(input, weight, bias)
    if weight.ndim == 1:
        return input @ weight
    return linear_op(input, weight) if bias is None else linear_op(input, weight, bias)

# %% #sigmoid
def sigmoid_forward(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), for any x: never NaN, and no overflow on the way.

    Shapes: any, kept; so are the dtype, and x itself. Accurate to the last digits even where the
    result is tiny: sigmoid(-40) is 4.2e-18, not 0.
    """
    e = np.exp(-np.abs(x))
    return np.maximum(e, x >= 0) / (1 + e)  # above 0 the numerator is 1, below it e

# %% #571b1f4d5f0f
def relu_forward(x):
    # Between two limits, np.clip takes a third of the time of np.maximum(x, 0).
    return np.clip(x, 0, np.inf) if x.dtype.kind == "f" else np.maximum(x, 0)


def leaky_relu_forward(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)


def silu_forward(x):
    """x * sigmoid(x), and the sigmoid, which is saved for the rule."""
    s = sigmoid_forward(x)
    return x * s, s


def softmax_forward(x, dim):
    """exp(x) / sum of exp(x) along `dim`; the largest value is subtracted first."""
    out = np.exp(x - np.max(x, axis=dim, keepdims=True, initial=-np.inf))
    out /= sum_along(out, dim)
    return out


relu_op = Op("relu", relu_forward, saves="output")
leaky_relu_op = Op("leaky_relu", when_large(leaky_relu_forward, large_leaky_relu), saves="inputs")
sigmoid_op = Op("sigmoid", when_large(sigmoid_forward, large_sigmoid), saves="output")
silu_op = Op("silu", when_large(silu_forward, large_silu), saves="inputs")
softmax_op = Op("softmax", when_large(softmax_forward, large_softmax), saves="output")

# %% #activation-rules
def activation_rules() -> dict:
    """{op: (rule,)} for relu_op, leaky_relu_op, sigmoid_op, silu_op and softmax_op.

    Rules are functions (g, out, x) of arrays; for SiLU, `out` is sigmoid(x). Leaky ReLU's takes
    `negative_slope=0.01` as well, softmax's `dim`. A rule returns the gradient of x, in its shape
    and dtype, and changes none of the arrays. In ReLU and leaky ReLU, an infinite g makes no NaN.
    """

    def leaky_relu_rule(g, out, x, negative_slope=0.01):
        return keep(g, x > 0) + negative_slope * keep(g, x <= 0)

    def softmax_rule(g, out, x, dim):
        return out * (g - np.sum(g * out, axis=dim, keepdims=True))

    return {
        relu_op: (lambda g, out, x: keep(g, out > 0),),
        leaky_relu_op: (leaky_relu_rule,),
        sigmoid_op: (lambda g, out, x: g * out * (1 - out),),
        silu_op: (lambda g, s, x: g * s * (1 + x * (1 - s)),),
        softmax_op: (softmax_rule,),
    }

# %% #941b9b6b8104
with suppress(NotImplementedError):
    VJPS.update(large_rules(activation_rules()))


def gelu_forward(x, approximate="none"):
    """x * Phi(x), and its slope, which is saved for the rule."""
    return gelu_exact(x) if approximate == "none" else gelu_tanh(x)


gelu_op = Op("gelu", gelu_forward)
VJPS[gelu_op] = (lambda g, slope, x, approximate="none": g * slope,)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """The larger of `input` and 0. Shapes: any, kept. Raises: RuntimeError for booleans.

    inplace: may be True, as in PyTorch; the result is a new tensor all the same.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html
    """
    check_input("relu", input, "fiu")
    return relu_op(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """`input` where it is above 0, `negative_slope * input` elsewhere. Shapes: any, kept.

    inplace: as in `relu`. Raises: RuntimeError for integers.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html
    """
    check_input("leaky_relu", input)
    check_number("leaky_relu", negative_slope=negative_slope)
    return leaky_relu_op(input, negative_slope=negative_slope)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-input)), in float32 for whole numbers. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.sigmoid.html
    """
    check_input("sigmoid", input, "fiub")
    return sigmoid_op(input if input.is_floating_point() else input.float())


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent, in float32 for whole numbers. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.tanh.html
    """
    check_input("tanh", input, "fiub")
    return input.tanh()


def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """`input` times the normal distribution function; approximate: "none" or "tanh".

    Shapes: any, kept. Raises: RuntimeError for integers, and for another `approximate`.
    Source: Hendrycks and Gimpel (2016), arXiv:1606.08415.
    """
    check_input("gelu", input)
    if not isinstance(approximate, str) or approximate not in ("none", "tanh"):
        raise RuntimeError(f"gelu: approximate is 'none' or 'tanh', not {approximate!r}")
    return gelu_op(input, approximate=approximate)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """input * sigmoid(input). Shapes: any, kept. Raises: RuntimeError for integers.

    inplace: as in `relu`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.silu.html
    """
    check_input("silu", input)
    return silu_op(input)


def softmax(input: Tensor, dim: int, *, dtype=None) -> Tensor:
    """Positive numbers that add up to 1 along `dim`, in the proportions of exp(input).

    dtype: turn the values into it first.
    Shapes: any, kept. Raises: RuntimeError for integers, IndexError for a dim that is not there.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
    """
    check_input("softmax", input, "fiub")
    check_dim("softmax", input.ndim, dim)
    input = input if dtype is None else input.to(dtype)
    check_floats("softmax", input=input)
    return softmax_op(input, dim=dim)

# %% #dropout
def dropout(input: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Replace each value by 0, independently of the others, with probability `p`.

    What is left is divided by 1 - p; with p = 1 all are zeros, not NaN. Shape and dtype stay, as
    does `input`; gradients flow. When not training, the result is `input` itself. Random numbers
    come from `default_generator.rng`, a NumPy Generator.
    Raises: ValueError if p is not between 0 and 1; RuntimeError for integers.
    Source: Srivastava et al. (2014), Journal of Machine Learning Research 15, 1929-1958.
    """
    check_dropout(input, p, training)
    if not training or p == 0:
        return input
    kept = default_generator.rng.random(input.shape, np.float32) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))

# %% #named-members
def named_members(module, kind: str, prefix: str = ""):
    """Yield (dotted name, tensor) for all parameters or buffers in `module` and all modules below.

    kind: "_parameters" or "_buffers". First come the module's own, then, child by child, those of
    its children, with the child's name and a dot in front; all in the order of the dicts. `prefix`
    goes in front of every name as it is, its dot included. A tensor or a child that is None is
    passed over, and a tensor found again under another name (a shared weight) is not repeated.
    """
    seen = set()  # identities: the function below refers to itself, and would keep tensors alive

    def walk(module, prefix):
        for name, member in getattr(module, kind).items():
            if member is not None and id(member) not in seen:
                seen.add(id(member))
                yield prefix + name, member
        for name, child in module._modules.items():
            if child is not None:
                yield from walk(child, f"{prefix}{name}.")

    yield from walk(module, prefix)

# %% #eac5bc6ec4e5
class Parameter(Tensor):
    """A tensor that a module learns: float32 unless a float64 tensor is given, with gradients.

    Shapes: any. It shares the memory of a tensor it is made from.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
    """

    __slots__ = ()

    def __init__(self, data, requires_grad: bool = True):
        if isinstance(data, Tensor):
            super().__init__(data.array)
            view_of(data, self)
        else:
            super().__init__(as_array(data).astype(np.float32))
        self.requires_grad_(requires_grad)

    def __repr__(self):
        return f"Parameter containing:\n{super().__repr__()}"


KINDS = ("_parameters", "_buffers", "_modules")


class Incompatible(NamedTuple):
    """What `load_state_dict(..., strict=False)` did not find, and what it could not use."""

    missing_keys: list
    unexpected_keys: list


class Module(Extras):
    """The base class of layers and models: it keeps track of what is assigned to its attributes.

    A subclass calls `super().__init__()` first, assigns parameters and other modules as ordinary
    attributes, and defines `forward`. Calling the module calls `forward`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
    """

    training = True

    def __init__(self):
        self.__dict__.update({kind: {} for kind in KINDS}, training=True, _not_saved=set())

    def forward(self, *args, **kwargs):
        """What a call of the module does: every subclass defines it and documents its shapes."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: define it in the class")

    def __call__(self, *args, **kwargs):
        """`forward` on the same arguments, between the hooks if there are any."""
        if self._forward_hooks or self._forward_pre_hooks:
            return self._call_hooked(args, kwargs)
        return self.forward(*args, **kwargs)

    # Registration: what is assigned goes into the dict for its kind.
    def __setattr__(self, name, value):
        """Put parameters, modules and buffers into their dicts; all else is an attribute."""
        kind = self._kind_of(name, value)
        if kind is None:
            object.__setattr__(self, name, value)
        else:
            self._take(kind, name, value)

    def _kind_of(self, name: str, value) -> str | None:
        """Where `value` belongs: one of KINDS, or None for an ordinary attribute.

        Raises: AttributeError before super().__init__(); TypeError if `name` holds another kind.
        """
        if isinstance(value, (Parameter, Module)):
            if "_modules" not in self.__dict__:
                raise AttributeError(
                    f"call super().__init__() in {type(self).__name__}.__init__ first, "
                    f"before `self.{name} = ...`"
                )
            return "_parameters" if isinstance(value, Parameter) else "_modules"
        for kind in KINDS:
            if name in self.__dict__.get(kind, ()):
                wanted = "Tensor" if kind == "_buffers" else kind[1:-1].capitalize()
                if value is not None and not (kind == "_buffers" and isinstance(value, Tensor)):
                    raise TypeError(
                        f"`{name}` of {type(self).__name__} is a {kind[1:-1]}: assign a {wanted} "
                        f"or None, not {type(value).__name__}, or delete it first"
                    )
                return kind
        return None

    def _take(self, kind: str, name: str, value) -> None:
        """Register under one kind, and drop whatever had the name before."""
        if not name or "." in name:
            raise KeyError(f"{name!r} cannot name a {kind[1:-1]}: it is empty or holds a dot")
        self.__dict__.pop(name, None)
        for other in KINDS:
            if other != kind:
                self.__dict__[other].pop(name, None)
        if kind != "_buffers":
            self._not_saved.discard(name)
        self.__dict__[kind][name] = value

    def __getattr__(self, name):  # called only where the ordinary lookup finds nothing
        """The parameter, buffer or module of that name."""
        for kind in KINDS:
            members = self.__dict__.get(kind, {})
            if name in members:
                return members[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __delattr__(self, name):
        """Forget the parameter, buffer, module or attribute of that name."""
        for kind in KINDS:
            if name in self.__dict__.get(kind, ()):
                del self.__dict__[kind][name]
                self._not_saved.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self):
        """All names, including those of parameters, buffers and modules."""
        return [*super().__dir__(), *(name for kind in KINDS for name in self.__dict__[kind])]

    def _register(self, kind: str, name: str, value, wanted: type) -> None:
        """Take `value`. Raises: TypeError if it is no `wanted`, KeyError if the name is taken."""
        if value is not None and not isinstance(value, wanted):
            raise TypeError(
                f"{name!r} must be a {wanted.__name__} or None, not {type(value).__name__}"
            )
        check_text(f"register{kind[:-1]}", name=name)
        if hasattr(self, name) and name not in self.__dict__[kind]:
            raise KeyError(f"{type(self).__name__} already has an attribute {name!r}")
        self._take(kind, name, value)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """`self.name = param`; with None, the parameter is absent, as a bias switched off."""
        self._register("_parameters", name, param, Parameter)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """A tensor that belongs to the state but is not learned; saved unless not `persistent`."""
        check_switch("register_buffer", persistent=persistent)
        self._register("_buffers", name, tensor, Tensor)
        if persistent:
            self._not_saved.discard(name)
        else:
            self._not_saved.add(name)

    def add_module(self, name: str, module: "Module | None") -> None:
        """`self.name = module`, for names that are not Python identifiers."""
        self._register("_modules", name, module, Module)

    # Walking: names are dotted paths, and each module or tensor comes once.
    def named_parameters(self, prefix: str = "", recurse: bool = True):
        """(name, parameter), each once: its own and, with `recurse`, those of all modules below."""
        return self._named("_parameters", prefix, recurse)

    def named_buffers(self, prefix: str = "", recurse: bool = True):
        """(name, buffer), each once: its own and, with `recurse`, those of all modules below."""
        return self._named("_buffers", prefix, recurse)

    def _named(self, kind: str, prefix: str, recurse: bool):
        """(dotted name, member) of one kind, each member once."""
        own = set(self.__dict__[kind])
        for name, member in named_members(self, kind):
            if recurse or name in own:
                yield f"{prefix}.{name}" if prefix else name, member

    def parameters(self, recurse: bool = True):
        """The parameters that `named_parameters` names: what an optimizer takes."""
        return (member for _, member in self.named_parameters(recurse=recurse))

    def buffers(self, recurse: bool = True):
        """The buffers that `named_buffers` names."""
        return (member for _, member in self.named_buffers(recurse=recurse))

    def named_modules(self, memo: set | None = None, prefix: str = ""):
        """(name, module) for this one, whose name is the prefix, and all below it."""
        memo = set() if memo is None else memo
        if self not in memo:
            memo.add(self)
            yield prefix, self
            for name, child in self.named_children():
                yield from child.named_modules(memo, f"{prefix}.{name}" if prefix else name)

    def modules(self):
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self):
        """(name, module) for those directly below, each once."""
        seen = set()
        for name, child in self._modules.items():
            if child is not None and child not in seen:
                seen.add(child)
                yield name, child

    def children(self):
        """The modules directly below, each once."""
        return (child for _, child in self.named_children())

    def apply(self, fn) -> "Module":
        """Call `fn` on every module below, then on this one."""
        if not callable(fn):
            raise TypeError(f"apply takes a function of a module, not {type(fn).__name__}")
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    # State.
    def state_dict(self, *, prefix: str = "") -> dict:
        """{name: tensor} of all parameters and buffers, in the memory of the module: no copies.

        A shared tensor appears under each of its names, as in PyTorch.
        """
        return {name: member.detach() for name, member in self._state(prefix).items()}

    def _state(self, prefix: str = "") -> dict:
        """{dotted name: member} of all parameters and of the buffers that are saved."""
        own = {**self._parameters, **self._buffers}
        state = {
            prefix + name: member
            for name, member in own.items()
            if member is not None and name not in self._not_saved
        }
        for name, child in self._modules.items():
            if child is not None:
                state.update(child._state(f"{prefix}{name}."))
        return state

    def load_state_dict(self, state_dict, strict: bool = True) -> Incompatible:
        """Copy arrays or tensors into the parameters and buffers of the same names.

        strict: all names must be there, and no others.
        Raises: RuntimeError naming every missing, unexpected or wrongly shaped key; then nothing
        is loaded.
        """
        check_switch("load_state_dict", strict=strict)
        if not hasattr(state_dict, "keys"):
            raise TypeError(f"load_state_dict takes a dict, not {type(state_dict).__name__}")
        state = self._state()
        missing = [name for name in state if name not in state_dict]
        unexpected = [name for name in state_dict if name not in state]
        given = {name: _numbers(state_dict[name]) for name in state if name in state_dict}
        problems = [
            f"{name} has shape {state[name].shape} here, but got {getattr(array, 'shape', array)}"
            for name, array in given.items()
            if getattr(array, "shape", None) != state[name].shape
        ]
        if strict and unexpected:
            problems.insert(0, f"unexpected: {', '.join(map(str, unexpected))}")
        if strict and missing:
            problems.insert(0, f"missing: {', '.join(missing)}")
        if problems:
            raise RuntimeError(f"{type(self).__name__} cannot load this: " + "; ".join(problems))
        with no_grad():
            for name, array in given.items():
                state[name].copy_(array)
        return Incompatible(missing, unexpected)

    # Switches.
    def train(self, mode: bool = True) -> "Module":
        """Switch to training or, with False, to inference: Dropout acts only in training."""
        if not isinstance(mode, bool):
            raise ValueError(f"train takes True or False, not {mode!r}")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Switch to inference: Dropout and batch norm behave differently than in training."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> "Module":
        """Ask for gradients of all parameters or, with False, freeze the module."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients; without `set_to_none`, overwrite those there are by 0."""
        for parameter in self.parameters():
            if set_to_none or parameter.grad is None:
                parameter.grad = None
            else:
                parameter.grad.array[...] = 0

    def to(self, *args, **kwargs) -> "Module":
        """Turn all floating-point parameters and buffers into a dtype; "cpu" changes nothing.

        Raises: TypeError for a dtype of integers, and what `Tensor.to` raises.
        """
        if not empty(0).to(*args, **kwargs).is_floating_point():
            raise TypeError(f"a module is turned into a dtype of floats, not into {args[0]}")
        for member in (*self.parameters(), *self.buffers()):
            if member.is_floating_point():
                member.array = member.detach().to(*args, **kwargs).array
                member.grad = None if member.grad is None else member.grad.to(*args, **kwargs)
        return self

    def float(self) -> "Module":
        """All floating-point parameters and buffers in float32."""
        return self.to(np.float32)

    def double(self) -> "Module":
        """All floating-point parameters and buffers in float64."""
        return self.to(np.float64)

    # Text.
    def extra_repr(self) -> str:
        """What `repr` shows between the parentheses; subclasses override it."""
        return ""

    def __repr__(self):
        name, extra = type(self).__name__, self.extra_repr()
        if not self._modules:
            return f"{name}({extra})"
        body = "\n".join([extra] * bool(extra) + self._child_lines()).replace("\n", "\n  ")
        return f"{name}(\n  {body}\n)"

    def _child_lines(self) -> list:
        """What `repr` shows of the modules below, one per line."""
        return [f"({key}): {child!r}" for key, child in self._modules.items()]


def _numbers(value):
    """The array in a tensor, an array or a list of numbers; else its type in words."""
    array = value.array if isinstance(value, Tensor) else np.asarray(value)
    return array if array.dtype.kind in "biuf" else f"a {type(value).__name__}"

# %% #weight-std
def weight_std(shape: tuple, mode: str = "fan_in", gain: float = 1.0) -> float:
    """The standard deviation of weights with which a layer keeps the size of its signal.

    It is gain / sqrt(n). n is the number of inputs that one output looks at (mode "fan_in"), the
    number of outputs that one input goes to ("fan_out"), or the mean of both ("average").
    shape: (out, in), or (out, in, ...) for a convolution: a window of one, two or more sizes.
    Raises: ValueError that shows a shape of fewer than 2 dimensions, or the unknown mode.
    """
    if len(shape) < 2:
        raise ValueError(f"fans need a weight of at least 2 dimensions, not of shape {shape}")
    window = math.prod(shape[2:])
    fans = {"fan_in": shape[1] * window, "fan_out": shape[0] * window}
    fans["average"] = (fans["fan_in"] + fans["fan_out"]) / 2
    if mode not in fans:
        raise ValueError(f"mode is one of {', '.join(fans)}, not {mode!r}")
    return gain / math.sqrt(fans[mode])

# %% #ff0000300602
def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor that makes up for an activation's shrinking of the signal.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.calculate_gain
    """
    if not isinstance(nonlinearity, str):
        raise ValueError(f"a nonlinearity has a name, such as 'relu', not {nonlinearity!r}")
    if nonlinearity == "leaky_relu":
        if param is not None and type(param) not in (int, float):
            raise ValueError(f"the slope of leaky_relu is a number, not {param!r}")
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    gains = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 0.75}
    gains |= {"conv1d": 1.0, "conv2d": 1.0, "conv3d": 1.0}
    if nonlinearity not in gains:
        known = ", ".join([*gains, "leaky_relu"])
        raise ValueError(f"there is no gain for {nonlinearity!r}: choose one of {known}")
    return gains[nonlinearity]


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one value; the shape stays.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.constant_
    """
    check_start("constant_", tensor, "fiub", val=val)
    with no_grad():
        return tensor.copy_(val)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros; the shape stays.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.zeros_
    """
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones; the shape stays.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.ones_
    """
    return constant_(tensor, 1.0)


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator=None) -> Tensor:
    """Fill with random numbers, equally likely between `a` and `b`; the shape stays.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.uniform_
    """
    check_start("uniform_", tensor, a=a, b=b)
    rng = source(generator).rng
    with no_grad():
        return tensor.copy_(rng.random(tensor.shape, tensor.dtype) * (b - a) + a)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator=None) -> Tensor:
    """Fill with normal random numbers; the shape stays.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.normal_
    """
    check_start("normal_", tensor, mean=mean, std=std)
    rng = source(generator).rng
    with no_grad():
        return tensor.copy_(rng.standard_normal(tensor.shape, tensor.dtype) * std + mean)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator=None) -> Tensor:
    """Uniform numbers for a weight of shape (out, in, ...), by the mean of both fans.

    Glorot and Bengio (2010). Raises: ValueError for fewer than 2 dimensions.
    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.xavier_uniform_
    """
    check_start("xavier_uniform_", tensor, gain=gain)
    bound = math.sqrt(3) * weight_std(tensor.shape, "average", gain)
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator=None) -> Tensor:
    """As `xavier_uniform_`, for the same shapes, but normal numbers.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.xavier_normal_
    """
    check_start("xavier_normal_", tensor, gain=gain)
    return normal_(tensor, 0.0, weight_std(tensor.shape, "average", gain), generator)


def kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    check_start("kaiming", tensor, a=a)
    check_choice("kaiming", "mode", mode, "fan_in", "fan_out")
    return weight_std(tensor.shape, mode, calculate_gain(nonlinearity, a))


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator=None,
) -> Tensor:
    """Uniform numbers for a weight of shape (out, in, ...), by one fan and the activation.

    He et al. (2015), arXiv:1502.01852. a: the slope of leaky_relu below 0. mode: "fan_in" keeps the
    size of the signal, "fan_out" that of gradients. Raises: ValueError, see `weight_std`.
    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.kaiming_uniform_
    """
    bound = math.sqrt(3) * kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator=None,
) -> Tensor:
    """Normal numbers for a weight of shape (out, in, ...), else as `kaiming_uniform_`.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.kaiming_normal_
    """
    return normal_(tensor, 0.0, kaiming_std(tensor, a, mode, nonlinearity), generator)

# %% #linear
class Linear(Module):
    """A matrix product and a bias: `input @ weight.T + bias`.

    Shapes: (..., in_features) -> (..., out_features); both sizes are kept under these names, and
    either may be 0. Learns `weight` (out, in) and `bias` (out,), in float32; with `bias=False` it
    learns no bias, and `self.bias` is None. Both are drawn uniformly from -1/sqrt(in) to
    1/sqrt(in), from the generator that `manual_seed` sets.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
    """

    @placed  # and so it takes `device` and `dtype` as well
    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty(out_features, in_features))
        self.register_parameter("bias", Parameter(empty(out_features)) if bias else None)
        bound = 1 / math.sqrt(in_features) if in_features else 0.0
        for parameter in self.parameters():
            uniform_(parameter, -bound, bound)

# %% #157bd1b7cda2
@patch
def forward(self: Linear, input: Tensor) -> Tensor:
    """`linear` with the layer's weight and bias. Shapes: (..., in) -> (..., out).

    Raises: RuntimeError that shows the shape of an input that does not fit.
    """
    if isinstance(input, Tensor) and input.shape[-1:] != (self.in_features,):
        raise RuntimeError(
            f"Linear({self.in_features} -> {self.out_features}) got an input of shape "
            f"{input.shape}: its last dimension must be {self.in_features}"
        )
    return linear(input, self.weight, self.bias)


@patch
def extra_repr(self: Linear) -> str:
    """The sizes, and whether there is a bias."""
    sizes = f"in_features={self.in_features}, out_features={self.out_features}"
    return f"{sizes}, bias={self.bias is not None}"


@patch
def reset_parameters(self: Linear) -> None:
    """Draw weight and bias anew, as a new layer does."""
    new = Linear(self.in_features, self.out_features, self.bias is not None)
    self.load_state_dict(new.state_dict())

# %% #4c16971c5883
class ReLU(Module):
    """The larger of each value and 0. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
    """

    def __init__(self, inplace: bool = False):
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return relu(input)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """Each value above 0, and `negative_slope` times those below. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False):
        super().__init__()
        self.negative_slope, self.inplace = negative_slope, inplace

    def forward(self, input: Tensor) -> Tensor:
        return leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}" + ", inplace=True" * self.inplace


class Sigmoid(Module):
    """1 / (1 + exp(-x)), between 0 and 1. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
    """

    def forward(self, input: Tensor) -> Tensor:
        return sigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent, between -1 and 1. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html
    """

    def forward(self, input: Tensor) -> Tensor:
        return tanh(input)


class GELU(Module):
    """Each value times the normal distribution function, or nearly ("tanh"). Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GELU.html
    """

    def __init__(self, approximate: str = "none"):
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        return gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """x * sigmoid(x). Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.SiLU.html
    """

    def __init__(self, inplace: bool = False):
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return silu(input)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Softmax(Module):
    """Positive numbers that add up to 1 along `dim`. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """

    def __init__(self, dim: int):
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Dropout(Module):
    """`dropout` in training; nothing at all after `eval()`. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """

    def __init__(self, p: float = 0.5, inplace: bool = False):
        super().__init__()
        check_number("Dropout", p=p)
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout takes a p between 0 and 1, not {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        return dropout(input, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Flatten(Module):
    """Dimensions `start_dim` to `end_dim` merged into one. Shapes: (batch, 8, 8) -> (batch, 64).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Tensor) -> Tensor:
        check_input("Flatten", input, "fiub")
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Identity(Module):
    """Returns its input, whatever arguments it was made with. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Identity.html
    """

    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        return input


class Sequential(Numbered, Module):
    """Modules one after another: each gets the result of the one before.

    Sequential(first, second, ...), or Sequential({"name": first, ...}).
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html
    """

    def __init__(self, *modules):
        super().__init__()
        if len(modules) == 1 and isinstance(modules[0], dict):
            for name, module in modules[0].items():
                self.add_module(name, module)
        else:
            self.extend(modules)

    def _sliced(self, items):
        return Sequential(dict(items))

    def forward(self, input):
        for module in self:
            input = module(input)
        return input


class ModuleList(Numbered, Module):
    """A list of modules whose parameters are found. It has no forward.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
    """

    def __init__(self, modules=()):
        super().__init__()
        self.extend(modules)

    def _sliced(self, items):
        return ModuleList(child for _, child in items)

    def _child_lines(self) -> list:
        """Equal neighbours in one line, as in PyTorch."""
        lines = []
        for text, run in itertools.groupby(enumerate(self), key=lambda pair: repr(pair[1])):
            places = [i for i, _ in run]
            first, last, count = places[0], places[-1], len(places)
            label = f"({first}-{last}): {count} x" if count > 1 else f"({first}):"
            lines.append(f"{label} {text}")
        return lines
