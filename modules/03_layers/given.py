"""The ready-made code of module 03, in sections that layers.py puts in place."""

# %% given: imports "what the package needs: NumPy, and modules 01 and 02"
#| default_exp core.layers
#| export
import itertools
import math
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from tinytorch.core.autograd import VJPS, no_grad
from tinytorch.core.tensor import Op, Tensor, as_array, default_generator, empty, view_of
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
from tinytorch.lib.masks import keep
from tinytorch.lib.modules import Extras, Numbered, placed
from tinytorch.lib.patch import patch
from tinytorch.lib.random import source
from tinytorch.lib.special import gelu_exact, gelu_tanh
from tinytorch.lib.sums import column_sums, sum_along


# %% given: tests "matplotlib, digits, checks; node, mlp, measured_cost: for tests and figures"
import time
from types import SimpleNamespace

import matplotlib.pyplot as plt

from tinytorch.core.tensor import manual_seed, tensor, op_hooks
from tinytorch_data import digits
from tito.checks import close, equal, raises, true


MISTAKES = {
    "tiny": {"1 minus a number that is almost 1: nothing is left of a tiny result": [0.0]},
    "members": {
        "a shared weight comes twice": ["scale", "first.weight", "first.bias", "last.weight"],
        "the child's name in front is missing": ["scale", "weight", "bias"],
        "the children's members are missing": ["scale"],
        "the children's members came first": ["first.weight", "first.bias", "scale"],
    },
    "deep members": {
        "equal values were taken for the same tensor": ["block.0.weight"],
        "a weight shared by neighbors comes twice": [
            *("block.0.weight", "tail.w", "tail.again"),
        ],
        "the names in between are missing": ["0.weight", "tail.w"],
    },
    "dropped": {"p was taken for the probability to be kept": 0.75},
    "kept": {"the values that are left were not divided by 1 - p": 1.0, "divided by p": 4.0},
    "fan_in": {
        "the fans are swapped: the weight is (out, in)": 32**-0.5,
        "the root is missing": 1 / 64,
    },
    "average": {"the sum of the fans, not their mean": 96**-0.5},
    "gain": {"the gain was ignored": 0.125, "the gain is under the root": (2 / 64) ** 0.5},
    "window": {"the window of 3 x 3 was not counted": 0.5, "only one of its sides was": 12**-0.5},
    "bound": {
        "1/in, without the root": 0.01,
        "1/sqrt(out): the fan is that of the inputs": 0.05,
        "it starts at 0": 0.0,
    },
    "step": {
        "the gradients, which take memory as well, are missing": (164, 168),
        "only the forward pass was counted": (328, 64),
        "the data's own gradient was counted": (328, 192),
        "backward, only one product per layer was counted": (328, 128),
    },
}


def linear_mistakes(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> dict:
    """What mistakes in `linear_forward` give. Shapes: (..., n), (n, n) or (out, in), (out,)."""
    wrong = {
        "the bias is missing": x @ weight.T,
        "the bias was added twice": x @ weight.T + 2 * bias,
    }
    if weight.shape[0] == weight.shape[1]:
        wrong["the weight was not transposed"] = x @ weight + bias
    return wrong


def weight_mistakes(g: np.ndarray, x: np.ndarray) -> dict:
    """What mistakes in the rule of a weight give. Shapes: (rows, out), (rows, in)."""
    wrong = {"the mean over the rows: their gradients add up": g.T @ x / len(x)}
    return wrong | {"transposed": x.T @ g, "g is not transposed": g @ x}


def bias_mistakes(g: np.ndarray) -> dict:
    """What mistakes in the rule of a bias give. Shape: (rows, out)."""
    return {"the mean over the rows: their gradients add up": g.mean(0), "the other sum": g.sum(1)}


def relu_mistakes(g: np.ndarray, x: np.ndarray) -> dict:
    """What mistakes in the rule of relu give, for arrays of one shape."""
    wrong = {"g is missing: the chain rule multiplies by it": x > 0}
    return wrong | {"the wrong side": g * (x < 0)}


def leaky_relu_mistakes(g: np.ndarray, x: np.ndarray, slope: float) -> dict:
    """What mistakes in the rule of leaky_relu give, for arrays of one shape."""
    wrong = {"the slope was taken to be 0.01": np.where(x > 0, g, 0.01 * g)}
    return wrong | {
        "the sign of the result was taken for that of x": g * np.where(x < 0, 1, slope),
    }


def sigmoid_mistakes(g: np.ndarray, x: np.ndarray, s: np.ndarray) -> dict:
    """What mistakes in the rule of sigmoid give, for arrays of one shape."""
    wrong = {"g is missing": s * (1 - s), "made from x: `out` is the sigmoid": g * x * (1 - x)}
    return wrong | {"the factor 1 - s is missing": g * s}


def silu_mistakes(g: np.ndarray, x: np.ndarray, s: np.ndarray) -> dict:
    """What mistakes in the rule of silu give, for arrays of one shape."""
    return {
        "the second term of the product rule is missing": g * s,
        "g is missing": s + x * s * (1 - s),
        "the first term is missing": g * x * s * (1 - s),
    }


def softmax_mistakes(g: np.ndarray, y: np.ndarray) -> dict:
    """What mistakes in the rule of softmax give. Shape: (rows, classes)."""
    one_sum = "one sum for the whole table, not one per row"
    return {
        "only the diagonal, y (1 - y): each y depends on all of the row": g * y * (1 - y),
        "g was summed, not g * y": y * (g - g.sum(1, keepdims=True)),
        one_sum: y * (g - (g * y).sum()),
    }


def near(value: float, known: dict) -> dict:
    """The known mistakes that a random result may be: those that it is within a twentieth of."""
    return {text: value for text, other in known.items() if abs(value - other) <= other / 20}


def node(parameters: dict, children: dict | None = None, buffers: dict | None = None):
    """What `named_members` needs of a module, and nothing else."""
    inner = {"_parameters": parameters, "_modules": children or {}, "_buffers": buffers or {}}
    return SimpleNamespace(**inner)


def mlp(sizes: tuple) -> "Sequential":
    """A multilayer perceptron of linear layers, with a ReLU between any two of them."""
    layers = [Linear(n, m) for n, m in itertools.pairwise(sizes)]
    return Sequential(*[part for layer in layers for part in (layer, ReLU())][:-1])


def measured_cost(model, data) -> tuple:
    """(bytes, multiplications) of a step: of parameters and gradients, and as a hook counted."""
    count = 0

    def hook(phase, op, run, *args, **params):
        nonlocal count
        result = run(*args, **params)
        if op is linear_op and np.ndim(result) == 2:  # the bias's gradient is 1-D: no product
            x, weight = args[:2] if phase == "forward" else args[2:4]
            count += len(x) * weight.size
        return result

    op_hooks.append(hook)
    try:
        out = model(data).sum()
        if out.requires_grad:
            out.backward()
    finally:
        op_hooks.remove(hook)
    held = [(p, p.grad) for p in model.parameters()]
    return sum(t.nbytes for pair in held for t in pair if t is not None), count


# %% given: as-rows "as_rows: all leading dimensions merged into one"
#| export
def as_rows(x: np.ndarray) -> np.ndarray:
    """`x` (..., n) with all leading dimensions merged into one: (rows, n). A 1-D `x` is one row."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


# %% given: linear "linear_op with its rules, and linear"
#| export
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


# %% given: linear-time "milliseconds, and linear timed against three operations"
# One operation against three: forward and backward of 64 rows of 256 features.
def milliseconds(function, times=20):
    """The best of several calls, the one that other work on the computer disturbed least."""
    best = math.inf
    for _ in range(times):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return 1000 * best


x, weight = (tensor(np.ones(shape, "float32")) for shape in ((64, 256), (256, 256)))
weight.requires_grad_()
bias = tensor(np.ones(256, "float32"), requires_grad=True)
fused = milliseconds(lambda: linear(x, weight, bias).sum().backward())
loose = milliseconds(lambda: (x @ weight.T + bias).sum().backward())
print(f"linear: {fused:.2f} ms, x @ weight.T + bias: {loose:.2f} ms")


# %% given: activations "relu, leaky_relu, silu and softmax: their forward rules and operations"
#| export
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


# %% given: gelu "gelu_op, and the functions of nn.functional"
#| export
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


# %% given: draw-activations "six activations and their derivatives, drawn"
# Each activation (line) and its derivative (dashed), which `backward` computes with your rules.
shown = {"relu": relu, "leaky_relu, slope 0.1": lambda x: leaky_relu(x, 0.1), "sigmoid": sigmoid}
shown |= {"tanh": tanh, "silu": silu, "gelu": gelu}
fig, panels = plt.subplots(2, 3, figsize=(8, 4), sharex=True, layout="constrained")
for ax, (name, function) in zip(panels.flat, shown.items(), strict=True):
    x = tensor(np.linspace(-4, 4, 200), requires_grad=True)
    y = function(x)
    y.sum().backward()
    ax.plot(x.numpy(), y.numpy(), label="y")
    ax.plot(x.numpy(), x.grad.numpy(), "--", label="dy/dx")
    ax.set(title=name, ylim=(-1.2, 3))
panels[0, 0].legend()
plt.show()


# %% given: module "Parameter and Module: 40 methods, the walks among them by your named_members"
#| export
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


# %% given: own-model "Scale, and Twice, which holds two: gradients, and a file that does not fit"
class Scale(Module):
    def __init__(self, size: int):
        super().__init__()
        self.factor = Parameter(np.ones(size))

    def forward(self, input):
        return input * self.factor


class Twice(Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = Scale(2), Scale(2)

    def forward(self, input):
        return self.second(self.first(input).tanh())


model = Twice()
print(model)
model(tensor([1.0, 2.0])).sum().backward()
for name, parameter in model.named_parameters():
    print(name, parameter.shape, "gradient", parameter.grad)
try:
    model.load_state_dict({"first.factor": np.ones(3), "third.factor": np.ones(2)})
except RuntimeError as error:
    print("RuntimeError:", error)


# %% given: init "nn.init: uniform_, normal_, xavier_*, kaiming_*, by your weight_std"
#| export
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


# %% given: draw-starts "thirty layers from five starts, measured and drawn"
width, depth = 256, 30
starts = {
    "small": lambda w: normal_(w, std=0.01),
    "PyTorch's Linear": lambda w: uniform_(w, -1 / 16, 1 / 16),
    "Xavier": xavier_normal_,
    "Kaiming": lambda w: kaiming_normal_(w, nonlinearity="relu"),
    "large": lambda w: normal_(w, std=0.15),
}
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), sharex=True, layout="constrained")
manual_seed(0)
for name, start in starts.items():
    weights = [start(Parameter(empty(width, width))) for _ in range(depth)]
    signal = tensor(np.random.default_rng(0).normal(size=(64, width)).astype("float32"))
    sizes = []
    for weight in weights:
        signal = relu(linear(signal, weight))
        sizes.append(np.mean(signal.numpy().astype(float) ** 2) ** 0.5)
    signal.mean().backward()
    slope = weights[0].numpy().std() * (width / 2) ** 0.5
    layers = np.arange(1, depth + 1)
    off = np.abs(np.log2(sizes) - np.log2(slope) * layers).max()
    assert off < 1, f"after the start {name!r}, the signal differs from the prediction"
    (line,) = left.semilogy(layers, slope**layers, lw=1)
    left.semilogy(layers, sizes, ".", color=line.get_color(), label=name)
    norms = [np.linalg.norm(weight.grad.numpy().astype(float)) for weight in weights]
    right.semilogy(layers, norms, color=line.get_color())
left.set(xlabel="layer", ylabel="size of the signal", ylim=(1e-32, 1e10))
right.set(xlabel="layer", ylabel="norm of the weight's gradient", ylim=(1e-32, 1e10))
fig.legend(loc="outside right upper")
plt.show()


# %% given: linear-layer "Linear.forward with its error, extra_repr and reset_parameters"
#| export
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


# %% given: layers "the activations as modules, Dropout, Flatten, Sequential, ModuleList"
#| export
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


# %% given: perceptron "a perceptron: printed, counted, in eval mode, and with a wrong shape"
manual_seed(0)
model = Sequential(Flatten(), Linear(64, 32), ReLU(), Dropout(0.1), Linear(32, 10))
print(model)
print(sum(parameter.numel() for parameter in model.parameters()), "parameters")
print("after eval(), Dropout returns its input:", model.eval()[3](tensor([1.0, 2.0])))
try:
    model[1](tensor(np.ones((5, 8), "float32")))
except RuntimeError as error:
    print("RuntimeError:", error)


# %% given: count "five perceptrons: their multiplications, counted, and their times, drawn"
costs, times = [], []
for sizes in ((64, 32, 10), (64, 128, 10), (256, 128, 10), (784, 64, 10), (784, 256, 128, 10)):
    model, data = mlp(sizes), tensor(np.ones((256, sizes[0]), "float32"))
    costs.append(measured_cost(model, data)[1])
    times.append(milliseconds(lambda model=model, data=data: model(data).sum().backward()))
    print(f"{sizes!s:22} {costs[-1] / 1e6:6.1f} million multiplications, {times[-1]:6.2f} ms")
fig, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.loglog(costs, times, "o-")
ax.set(xlabel="multiplications of a step", ylabel="milliseconds")
plt.show()


# %% given: digits "images, labels, and share_read: how many of the new digits a model reads"
images, labels, test_images, test_labels = digits()


def share_read(model: Module) -> float:
    """The share of the 360 test images that the model, in eval mode, gives the right digit."""
    with no_grad():
        guesses = model.eval()(tensor(test_images)).argmax(dim=1).numpy()
    return float((guesses == test_labels).mean())


# %% given: draw-learning "the loss, and the norm of each parameter's gradient, step by step"
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.6), layout="constrained")
left.plot(losses)
left.set(xlabel="step", ylabel="loss")
right.semilogy(norms, label=[name for name, _ in model.named_parameters()])
right.set(xlabel="step", ylabel="norm of the gradient")
fig.legend(loc="outside right upper")
plt.show()
