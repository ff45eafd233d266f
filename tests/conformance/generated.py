"""Calls made by program for every shared name: shapes, layouts, dtypes, dims, keepdim, numbers.

`RECIPES` says which arguments a name is called with; a name that has none fails a test. A call is
plain data, so that either framework makes its own tensors of it; `outcome` says what came: values,
dtypes, shapes and gradients, or the type of the error. `test_generated.py` compares them.
"""

import itertools
import operator
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

FLOATS, INTEGERS = ("float32", "float64"), ("int64", "int32", "uint8")
DTYPES = (*FLOATS, *INTEGERS, "bool")


@dataclass(frozen=True)
class T:
    """A tensor among the arguments: its values are the same in both frameworks.

    layout: "", "turned" (a transpose), "sliced" (every second of the last dimension). values: of
    the tensor instead of those that its shape gives. domain: "real" or "positive". exact: the
    values of float32 in a tensor of float64.
    """

    shape: tuple[int, ...]
    dtype: str = "float32"
    layout: str = ""
    values: tuple = ()
    domain: str = "real"
    exact: bool = False

    def __repr__(self) -> str:
        if self.values:
            return f"{self.dtype}{list(self.values)}"
        return f"{self.dtype}{list(self.shape)}{' ' if self.layout else ''}{self.layout}"

    def array(self) -> np.ndarray:
        """The values, contiguous."""
        if self.exact:
            return replace(self, dtype="float32", exact=False).array().astype(self.dtype)
        if self.values:
            return np.array(self.values, self.dtype).reshape(self.shape)
        rng = np.random.default_rng([len(self.shape), *self.shape])
        size = int(np.prod(self.shape))
        apart = rng.permutation(size).reshape(self.shape)
        if self.dtype == "bool":
            return apart % 3 > 0
        if self.dtype == "uint8":
            return apart.astype("uint8")
        if self.dtype in INTEGERS:
            return (apart - (size // 2 if self.domain == "real" else -1)).astype(self.dtype)
        shift = 0.35 * size if self.domain == "real" else -0.2
        return ((apart * 0.7 - shift) / max(size / 3, 1)).astype(self.dtype)

    def make(self, torch: Any, grad: bool) -> tuple[Any, Any]:
        """The leaf and, in the layout, the tensor made of it."""
        array = self.array()
        if self.layout == "turned":
            array = np.ascontiguousarray(np.moveaxis(array, 0, -1))
        elif self.layout == "sliced":
            array = np.repeat(array, 2, axis=-1)
        leaf = torch.tensor(array, requires_grad=grad and self.dtype in FLOATS)
        if self.layout == "turned":
            return leaf, leaf.permute(leaf.dim() - 1, *range(leaf.dim() - 1))
        return leaf, leaf[..., ::2] if self.layout == "sliced" else leaf


@dataclass(frozen=True)
class Call:
    """One call. form: "torch", "method", "operator" or "functional": where the name is found."""

    form: str
    name: str
    args: tuple = ()
    kwargs: dict = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [*map(repr, self.args), *(f"{key}={value!r}" for key, value in self.kwargs.items())]
        return f"{self.form}.{self.name}({', '.join(parts)})"

    def find(self, torch: Any) -> Callable:
        """What is called. Raises: AttributeError if the framework has no such name."""
        if self.form == "operator":
            return getattr(operator, self.name)
        if self.form == "method":
            return lambda x, *args, **kwargs: getattr(x, self.name)(*args, **kwargs)
        return getattr({"torch": torch, "functional": torch.nn.functional}[self.form], self.name)


def in_float64(value: Any) -> Any:
    """A call, or an argument of one, with what is float32 in float64, of the same values."""
    if isinstance(value, Call):
        args, kwargs = in_float64(value.args), in_float64(value.kwargs)
        return replace(value, args=args, kwargs=kwargs)
    if isinstance(value, T) and value.dtype == "float32":
        return replace(value, dtype="float64", exact=True)
    if isinstance(value, Dtype) and value.name == "float32":
        return Dtype("float64")
    if isinstance(value, dict):
        return {key: in_float64(one) for key, one in value.items()}
    return type(value)(map(in_float64, value)) if isinstance(value, (list, tuple)) else value


@dataclass(frozen=True)
class Outcome:
    """What a call gave: the type of an error, or values with dtype and shape, and gradients."""

    error: str = ""
    message: str = ""
    values: tuple = ()
    grads: tuple = ()


def outcome(torch: Any, call: Call) -> Outcome:
    """What a framework makes of a call."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _outcome(torch, call)
    except Exception as error:  # noqa: BLE001 - which one is what is compared
        return Outcome(type(error).__name__, str(error))


def _outcome(torch: Any, call: Call) -> Outcome:
    in_place = call.name.endswith("_") or call.name in (
        "setitem",
        "iadd",
        "isub",
        "imul",
        "itruediv",
    )
    leaves: list[Any] = []

    def real(value: Any) -> Any:
        if isinstance(value, T):
            leaf, made = value.make(torch, grad=not in_place)
            leaves.append(leaf)
            return made
        if isinstance(value, (list, tuple)):
            return type(value)(map(real, value))
        if isinstance(value, Dtype):
            return getattr(torch, value.name)
        return value

    args, kwargs = real(call.args), {key: real(value) for key, value in call.kwargs.items()}
    made = call.find(torch)(*args, **kwargs)
    tensors = _tensors(torch, made)
    if in_place:
        tensors = [*tensors, args[0], *leaves[:1]]
    grads: list[Any] = []
    total = None
    for one in tensors:
        if getattr(one, "requires_grad", False) and "float" in str(one.dtype):
            weights = np.arange(1.0, one.numel() + 1).reshape(tuple(one.shape))
            dtype = str(one.dtype).removeprefix("torch.")
            part = (one * torch.tensor(weights.astype(dtype))).sum()
            total = part if total is None else total + part
    if total is not None:
        total.backward()
        grads = [leaf.grad for leaf in leaves]
    return Outcome(values=tuple(map(_plain, tensors)), grads=tuple(map(_plain, grads)))


def _tensors(torch: Any, made: Any) -> list[Any]:
    if isinstance(made, (tuple, list)) and any(isinstance(one, torch.Tensor) for one in made):
        return list(made)
    return [made]


def _plain(value: Any) -> Any:
    """A value without its framework: (dtype, array) of a tensor."""
    if hasattr(value, "detach"):
        array = np.array(value.detach().numpy())
        return str(array.dtype), array
    if isinstance(value, (bool, int, float, str, type(None))):
        return type(value).__name__, value
    if isinstance(value, (list, tuple)):  # a torch.Size is a tuple
        return "sequence", tuple(value)
    return type(value).__name__, None


@dataclass(frozen=True)
class Dtype:
    """A dtype among the arguments, by its name."""

    name: str

    def __repr__(self) -> str:
        return self.name


# ---- arguments ----

SHAPES = ((), (3,), (2, 3), (2, 3, 4), (0,), (0, 3), (1, 3))
PAIRS = (((2, 3), (3,)), ((2, 1), (1, 3)), ((), (3,)), ((0, 3), (3,)), ((2, 3), (4,)), ((0,), ()))
DIMS = (None, 0, 1, -1, -3, 5, (0, 1), (0, -1), [0], (), (0, 0))
NUMBERS = (2, -1, 0.5, True, 300)
ARGS = tuple[tuple, dict]


def laid_out(domain: str = "real", dtypes: tuple = DTYPES) -> Iterator[T]:
    """A tensor of every shape and dtype, and the layouts of one shape."""
    for shape, dtype in itertools.product(SHAPES, dtypes):
        yield T(shape, dtype, domain=domain)
    for layout in ("turned", "sliced"):
        yield T((2, 3), "float32", layout, domain=domain)


def one(domain: str = "real") -> Iterator[ARGS]:
    for x in laid_out(domain):
        yield (x,), {}


def two(domain: str = "real") -> Iterator[ARGS]:
    for (a, b), (s, t) in itertools.product(PAIRS, itertools.product(DTYPES, DTYPES)):
        if s in ("float32", "int64") or (a, b) == PAIRS[0]:
            yield (T(a, s, domain=domain), T(b, t, domain=domain)), {}
    for dtype, number in itertools.product(DTYPES, NUMBERS):
        yield (T((2, 3), dtype, domain=domain), number), {}
    for layout in ("turned", "sliced"):
        yield (T((2, 3), "float32", layout, domain=domain), T((3,), domain=domain)), {}


def swapped(domain: str = "real") -> Iterator[ARGS]:
    yield from two(domain)
    for dtype, number in itertools.product(DTYPES, NUMBERS):
        yield (number, T((2, 3), dtype, domain=domain)), {}


def reduced(keepdims: bool = True, dims: tuple = DIMS, dtypes: tuple = DTYPES) -> Iterator[ARGS]:
    for x in laid_out(dtypes=dtypes):
        yield (x,), {}
    for shape, dtype, dim in itertools.product(SHAPES, ("float32", "int64", "bool"), dims):
        if dtype in dtypes and dim is not None:
            yield (T(shape, dtype), dim), {}
            if keepdims:
                yield (T(shape, dtype),), {"dim": dim, "keepdim": True}
    for layout in ("turned", "sliced"):
        yield (T((2, 3, 4), "float32", layout), 1), {}


def arg_reduced() -> Iterator[ARGS]:
    yield from reduced(dims=(None, 0, 1, -1, -3, 5))


def spread() -> Iterator[ARGS]:
    yield from reduced(dtypes=("float32", "float64", "int64"))
    for correction in (0, 1, 2, 3):
        yield (T((2, 3)),), {"dim": 1, "correction": correction}
    for unbiased in (True, False):
        yield (T((2, 3)), unbiased), {}
        yield (T((2, 3)),), {"unbiased": unbiased}
        yield (T((2, 3)), 1), {"unbiased": unbiased}
    yield (T((3,), values=(2.0, 2.0, 2.0)),), {}
    yield (T((2, 2), values=(2.0, 1.0, 2.0, 3.0)), 0), {}


def along() -> Iterator[ARGS]:
    for x, dim in itertools.product(laid_out(), (0, 1, -1, -3, 5)):
        yield (x, dim), {}


def reshaped() -> Iterator[ARGS]:
    for shape in ((6,), (3, 2), (-1,), (2, -1), (1, 6), (-1, -1), (4,), (0, -1), ()):
        for x in (
            T((2, 3)),
            T((2, 3), layout="turned"),
            T((0, 3)),
            T(()),
            T((1,)),
            T((6,), "bool"),
        ):
            yield (x, shape), {}


def flattened() -> Iterator[ARGS]:
    for x in laid_out(dtypes=("float32", "int64")):
        yield (x,), {}
        for dims in ((1,), (0, 1), (-2, -1), (1, 0), (5,)):
            yield (x, *dims), {}


def squeezed() -> Iterator[ARGS]:
    for shape in ((1, 3), (2, 1, 3, 1), (2, 3), (), (1,), (1, 0)):
        yield (T(shape),), {}
        for dim in (0, 1, -1, (0, 1), 5):
            yield (T(shape), dim), {}


def swapped_dims() -> Iterator[ARGS]:
    for shape, dims in itertools.product(SHAPES, ((0, 1), (-1, 0), (1, 1), (0, 0), (0, 5))):
        yield (T(shape), *dims), {}


def permuted() -> Iterator[ARGS]:
    for dims in ((2, 0, 1), (0, 1, 2), (-1, 0, 1), (0, 0, 1), (0, 1), (0, 1, 5)):
        yield (T((2, 3, 4)), dims), {}
        yield (T((2, 3, 4), layout="turned"), dims), {}
    yield (T(()), ()), {}


def expanded() -> Iterator[ARGS]:
    for sizes in ((4, 2, 3), (2, 3), (-1, 3), (4, -1, -1), (3, 3), (-1, 4, 2, 3), (2,), (0, 2, 3)):
        for shape in ((2, 3), (1, 3), (2, 1), (), (0, 3)):
            yield (T(shape), *sizes), {}


def joined() -> Iterator[ARGS]:
    for dim in (0, 1, -1, 2, 5):
        for a, b in (((2, 3), (2, 3)), ((2, 3), (1, 3)), ((2, 3), (2, 1)), ((), ()), ((3,), (0,))):
            yield ([T(a), T(b)], dim), {}
        yield ([T((2, 3)), T((2, 3), "float64"), T((2, 3), "int64")], dim), {}
        yield ([T((2, 3), layout="turned")] * 3, dim), {}
    yield ([T((0,)), T((2, 3))],), {}
    yield ([],), {}
    yield ([T((2, 3), "bool"), T((2, 3), "uint8")],), {}


def products() -> Iterator[ARGS]:
    for a, b in (
        *(((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((5, 2, 3), (3, 4))),
        *(((5, 2, 3), (5, 3, 4)), ((4, 1, 2, 3), (5, 3, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 3))),
        *(((2, 3), (4, 5)), ((), (3,)), ((2, 3), ()), ((5, 2, 3), (4, 3, 2))),
    ):
        for dtype in ("float32", "float64", "int64"):
            yield (T(a, dtype), T(b, dtype)), {}
    yield (T((2, 3), layout="turned"), T((3, 2), layout="turned")), {}
    yield (T((2, 2), "bool"), T((2, 2), "bool")), {}


def gathered() -> Iterator[ARGS]:
    x = T((2, 3))
    for dim in (0, 1, -1, 2):
        yield (x, dim, T((2, 3), "int64", values=(0, 1, 1, 0, 0, 1))), {}
        yield (x, dim, T((1, 2), "int64", values=(0, 0))), {}
        yield (x, dim, T((1, 2), "int64", values=(0, -1))), {}
        yield (x, dim, T((1, 2), "int64", values=(0, 7))), {}
        yield (x, dim, T((1,), "int64", values=(0,))), {}
        yield (x, dim, T((3, 4), "int64")), {}
        yield (x, dim, T((1, 2), "int32", values=(0, 1))), {}
        yield (x, dim, T((1, 2), "float32", values=(0, 1))), {}
    yield (T(()), 0, T((), "int64", values=(0,))), {}
    yield (T((3,)), 0, T((0,), "int64")), {}


def keys() -> Iterator[ARGS]:
    mask = T((2, 3), "bool", values=(1, 0, 1, 0, 0, 1))
    rows, numbers = T((2,), "bool", values=(0, 1)), T((3,), "int64", values=(1, 0, 1))
    for key in (
        *(0, -1, 5, slice(1, None), slice(None, None, 2), slice(5, 9), Ellipsis, None, True, False),
        *((0, 1), (slice(None), 1), (Ellipsis, 0), (None, 0), (slice(None), None), (0, 0, 0)),
        *([0, 1], [[0, 1]], ([0, 1], [1, 2]), (slice(None), [0, 2]), [True, False], ()),
        *(mask, rows, (rows, 1), numbers, (slice(None), numbers), (numbers, numbers), (numbers, 0)),
        *(
            T((2,), "uint8", values=(1, 0)),
            T((2,), "int32", values=(1, 0)),
            T((), "int64", values=(1,)),
        ),
        *(T((3,), "bool", values=(1, 0, 1)), T((2,), "float32"), T((0,), "int64"), 0.5, "a"),
    ):
        for shape in ((2, 3), (2, 3, 4)):
            yield (T(shape), key), {}
    yield (T(()), ()), {}
    yield (T(()), 0), {}
    yield (T((2, 3), layout="turned"), [0, 1]), {}


def set_items() -> Iterator[ARGS]:
    for (x, key), _ in keys():
        yield (x, key, 7.0), {}
    for value in (T((3,)), T((2, 3)), T((4,)), T((), "int64", values=(2,)), T((3,), "float64"), 1):
        yield (T((2, 3)), 1, value), {}
        yield (T((2, 3), "int64"), slice(None), value), {}


def clamped() -> Iterator[ARGS]:
    for x in laid_out():
        yield (x, -1, 1), {}
        yield (x,), {"min": 0.5}
        yield (x,), {"max": 1}
    yield (T((2, 3)),), {}
    yield (T((2, 3)), 1, -1), {}
    yield (T((2, 3)), T((3,))), {}


def chosen() -> Iterator[ARGS]:
    mask = T((2, 3), "bool", values=(1, 0, 1, 0, 0, 1))
    for s, t in itertools.product(DTYPES, DTYPES):
        yield (mask, T((2, 3), s), T((3,), t)), {}
    yield (T((), "bool", values=(1,)), T((3,)), T((3,))), {}
    yield (mask, T((2, 3)), 0.0), {}
    yield (mask, 1, 0), {}
    yield (mask, T((4,)), T((3,))), {}
    yield (mask,), {}
    yield (T((2, 3)), T((2, 3)), T((2, 3))), {}


def cast() -> Iterator[ARGS]:
    for x, name in itertools.product(laid_out(), ("float32", "float64", "int64", "uint8", "bool")):
        yield (x, Dtype(name)), {}


def sized() -> Iterator[ARGS]:
    for size in ((2, 3), (3,), (0,), (-1,)):
        yield size, {}
        yield (size,), {}
        yield (list(size),), {}
        for name in DTYPES:
            yield (size,), {"dtype": Dtype(name)}
    yield (), {}
    yield ((),), {}
    yield (2.5,), {}
    yield (2,), {"requires_grad": True}


def filled() -> Iterator[ARGS]:
    for value, size in itertools.product((1, 0.5, True, 300, -1), ((2, 3), (0,), (), 3)):
        yield (size, value), {}
        for name in DTYPES:
            yield (size, value), {"dtype": Dtype(name)}


def alike() -> Iterator[ARGS]:
    for x in laid_out():
        yield (x,), {}
        yield (x,), {"dtype": Dtype("float64")}
    yield (T((2,)),), {"requires_grad": True}


def ranges() -> Iterator[ARGS]:
    for args in (
        (5,),
        (1, 5),
        (0, 5, 2),
        (5, 0, -1),
        (0, 5, -1),
        (0, 5, 0),
        (0.5,),
        (0, 1, 0.25),
        (-3,),
    ):
        yield args, {}
        for name in ("float32", "int64", "float64"):
            yield args, {"dtype": Dtype(name)}


def spaced() -> Iterator[ARGS]:
    for args in ((0, 1, 5), (1, 0, 3), (0, 1, 1), (0, 1, 0), (0, 1, -1), (4.3, -3, 7)):
        yield args, {}
        yield args, {"dtype": Dtype("float64")}
        yield args, {"dtype": Dtype("int64")}


def squares() -> Iterator[ARGS]:
    for args in ((3,), (2, 3), (0,), (-1,), (2, -1)):
        yield args, {}
        yield args, {"dtype": Dtype("int64")}


def literals() -> Iterator[ARGS]:
    for value in (
        *(1, 1.5, True, [1, 2], [1.0, 2], [[1, 2], [3, 4]], [True, False], [], [[]], (1, 2), None),
        *("a", [1, "a"], [[1], [1, 2]], np.float64(1), np.int64(3), [np.float64(1)], 2**40, 1e300),
        *(np.ones(2), np.ones(2, "float32"), [np.ones(2)], np.arange(3), np.array(2.0)),
    ):
        yield (value,), {}
        yield (value,), {"dtype": Dtype("float32")}
    yield ([1.0],), {"requires_grad": True}
    yield ([1],), {"requires_grad": True}


def pairs_of_tensors() -> Iterator[ARGS]:
    for a, b in (((2, 3), (2, 3)), ((2, 3), (3,)), ((0,), (0,)), ((), ()), ((2,), (3,))):
        for s, t in (("float32", "float32"), ("float32", "float64"), ("int64", "int64")):
            yield (T(a, s), T(b, t)), {}


def in_place() -> Iterator[ARGS]:
    for (x, y), kwargs in two():
        if isinstance(x, T):
            yield (x, y), kwargs


def probabilities() -> Iterator[ARGS]:
    for x, dim in itertools.product(laid_out(), (0, 1, -1, 5)):
        yield (x,), {"dim": dim}


def activations() -> Iterator[ARGS]:
    for x in laid_out():
        yield (x,), {}
    yield (T((4,), values=(-1000.0, -0.0, 0.0, 1000.0)),), {}
    yield (T((3,), values=(float("inf"), float("-inf"), float("nan"))),), {}


def leaky() -> Iterator[ARGS]:
    yield from activations()
    for slope in (0.0, 0.3, 1.5, -0.2):
        yield (T((2, 3)), slope), {}


def gelus() -> Iterator[ARGS]:
    yield from activations()
    for approximate in ("none", "tanh", "other"):
        yield (T((2, 3)),), {"approximate": approximate}


def linears() -> Iterator[ARGS]:
    for x, w, b in (
        *(
            ((5, 3), (4, 3), (4,)),
            ((2, 5, 3), (4, 3), (4,)),
            ((3,), (4, 3), (4,)),
            ((0, 3), (4, 3), (4,)),
        ),
        *(((5, 3), (4, 2), (4,)), ((5, 3), (4, 3), (3,)), ((5, 3), (3,), ()), ((), (4, 3), (4,))),
    ):
        yield (T(x), T(w), T(b)), {}
        yield (T(x), T(w)), {}
        yield (T(x, "float64"), T(w, "float64"), T(b, "float64")), {}


def regressions() -> Iterator[ARGS]:
    for reduction in ("mean", "sum", "none", "other"):
        for shape in ((2, 3), (), (0,), (3,)):
            for dtype in FLOATS:
                yield (T(shape, dtype), T(shape, dtype)), {"reduction": reduction}
    yield (T((2, 3)), T((2, 3), "int64")), {}
    yield (T((2, 3)), T((2, 3), "float64")), {}
    yield (T((2, 3)), T((2, 3), layout="turned")), {}


def chances() -> Iterator[ARGS]:
    target = T((2, 3), values=(0, 1, 1, 0, 0.5, 1))
    for reduction in ("mean", "sum", "none"):
        yield (T((2, 3)), target), {"reduction": reduction}
        yield (T((2, 3)), target, T((3,), domain="positive")), {"reduction": reduction}
        yield (
            (T((2, 3)), target),
            {"pos_weight": T((3,), domain="positive"), "reduction": reduction},
        )
    yield (T((2, 3)), T((3,))), {}
    yield (T((2,), values=(1000.0, -1000.0)), T((2,), values=(0.0, 1.0))), {}


def classes() -> Iterator[ARGS]:
    targets = T((4,), "int64", values=(2, 0, 1, 2))
    for reduction in ("mean", "sum", "none"):
        for dtype in FLOATS:
            yield (T((4, 3), dtype), targets), {"reduction": reduction}
    yield (T((4, 3)), T((4,), "int64", values=(2, -100, 1, -100))), {}
    yield (T((4, 3)), T((4,), "int64", values=(2, 0, 1, 3))), {}
    yield (T((4, 3)), T((4,), "int64", values=(2, 0, 1, 1))), {"ignore_index": 1}
    yield (T((4, 3)), targets), {"weight": T((3,), domain="positive")}
    yield (T((3,)), T((), "int64", values=(1,))), {}
    yield (T((4, 3, 2)), T((4, 2), "int64", values=(0, 2, 1, 1, 2, 0, 0, 0))), {}
    yield (T((4, 3)), T((3,), "int64", values=(2, 0, 1))), {}
    yield (T((4, 3)), T((4,), "int32", values=(2, 0, 1, 2))), {}
    yield (T((0, 3)), T((0,), "int64")), {}


def softened() -> Iterator[ARGS]:
    yield from activations()
    for settings in ((2.0,), (0.5, 1.0), (-1.0,)):
        yield (T((2, 3)), *settings), {}


def one_hots() -> Iterator[ARGS]:
    for dtype in DTYPES:
        yield (T((3,), dtype, values=(0, 1, 1)),), {}
    for values in ((0, 2), (0, -1)):
        for count in (-1, 0, 2, 3, 5):
            yield (T((2,), "int64", values=values), count), {}
    yield (T((2, 2), "int64", values=(0, 1, 2, 0)), 4), {}
    yield (T((), "int64", values=(1,)),), {}
    yield (T((0,), "int64"),), {}
    yield (T((0,), "int64"), 3), {}


def chances_of() -> Iterator[ARGS]:
    chance, target = T((2, 2), values=(0.1, 0.5, 0.9, 0.3)), T((2, 2), values=(0, 1, 0.5, 1))
    for reduction in ("mean", "sum", "none", "other"):
        yield (chance, target), {"reduction": reduction}
    yield (chance, target, T((2,), domain="positive")), {}
    yield (chance, T((2,))), {}
    yield (chance, T((2, 2), "int64", values=(0, 1, 1, 0))), {}
    yield (T((2, 2), "int64", values=(0, 1, 1, 0)), target), {}
    yield (T((3,), values=(0.0, 1.0, 1.0)), T((3,), values=(1.0, 0.0, 1.0))), {}
    yield (T((2,), values=(1.5, 0.2)), T((2,), values=(1.0, 0.0))), {}
    yield (T((2,), values=(float("nan"), 0.2)), T((2,), values=(1.0, 0.0))), {}
    yield (T((0,)), T((0,))), {}


def smoothed() -> Iterator[ARGS]:
    yield from regressions()
    for beta in (0.0, 0.3, 2.0, -1.0):
        yield (T((2, 3)), T((2, 3), values=(0.0, 0.1, 0.2, 3.0, -2.0, 0.5))), {"beta": beta}


def divergences() -> Iterator[ARGS]:
    for reduction in ("mean", "sum", "none", "batchmean", "other"):
        for log_target in (False, True):
            options = {"reduction": reduction, "log_target": log_target}
            yield (T((2, 3)), T((2, 3), domain="positive")), options
            yield (T(()), T((), domain="positive")), options
    yield (T((0,)), T((0,))), {}
    yield (T((2, 3)), T((2, 3), "int64", domain="positive")), {}
    yield (T((2, 3), "int64"), T((2, 3), "int64", domain="positive")), {}


def crossed() -> Iterator[ARGS]:
    yield from classes()
    yield (T((4, 3)), T((4, 3), domain="positive")), {}
    for smoothing in (0.1, 1.0, 1.5):
        yield (T((4, 3)), T((4,), "int64", values=(2, 0, 1, 2))), {"label_smoothing": smoothing}


def normed() -> Iterator[ARGS]:
    for shape, over in (
        ((5, 4), (4,)),
        ((2, 3, 4), (3, 4)),
        ((2, 3, 4), (4,)),
        ((2, 3), (4,)),
        ((0, 4), (4,)),
    ):
        for dtype in FLOATS:
            yield (T(shape, dtype), over), {}
            yield (T(shape, dtype), over, T(over, dtype)), {}


def embeddings() -> Iterator[ARGS]:
    for rows, dim in ((4, 3), (5, 8), (1, 1), (600, 2)):
        for dtype, shape in itertools.product(INTEGERS, ((2, 3), (0,), (1, 2, 2))):
            ids = T(shape, dtype, values=tuple(i % rows for i in range(int(np.prod(shape)))))
            for padding in (None, 0, -1, rows):
                yield (ids, T((rows, dim), FLOATS[dim % 2])), {"padding_idx": padding}
    for values in ((0, 4), (-1, 0)):
        yield (T((2,), "int64", values=values), T((4, 3))), {}
    for dtype in (*FLOATS, "bool"):
        yield (T((2,), dtype), T((4, 3))), {}
    for layout in ("turned", "sliced"):
        ids = T((2, 3), "int64", layout, (0, 3, 3, 1, 0, 0))
        yield (ids, T((4, 3), layout=layout)), {}
    yield (T((2,), "int64", values=(0, 1)), T((4,))), {}
    yield (T((2,), "int64", values=(0, 1)), T((4, 3), "int64")), {}
    yield (T((), "int64", values=(2,)), T((4, 3))), {}


def grouped() -> Iterator[ARGS]:
    for shape, groups in (
        ((5, 8), 2),
        ((2, 4, 3), 2),
        ((2, 4, 3, 2), 4),
        ((2, 4), 3),
        ((4,), 2),
        ((0, 4, 3), 2),
    ):
        yield (T(shape), groups), {}
        yield (T(shape), groups, T((shape[-1],)), T((shape[-1],))), {}


def batches() -> Iterator[ARGS]:
    for shape in ((5, 3), (2, 3, 4), (1, 3), (2, 3, 4, 2)):
        for training in (True, False):
            stats = T((3,), domain="positive")
            yield (
                (T(shape), None if training else stats, None if training else stats),
                {"training": training},
            )


def dropped() -> Iterator[ARGS]:
    for x in laid_out():
        yield (x,), {"p": 0.0}
        yield (x, 0.4, False), {}
        yield (x,), {"p": 1.0}
    for p in (-0.1, 1.5):
        yield (T((2, 3)),), {"p": p}


def nothing() -> Iterator[ARGS]:
    for x in laid_out():
        yield (x,), {}


def sizes() -> Iterator[ARGS]:
    yield from nothing()
    for dim in (0, -1, 5):
        yield (T((2, 3)), dim), {}


# ---- which name is called with what ----

POSITIVE = {"log", "sqrt", "pow"}
UNARY = ["neg", "exp", "log", "sqrt", "tanh", "sin", "cos", "abs"]
BINARY = ["add", "sub", "mul", "div", "pow", "maximum", "minimum"]
COMPARED = ["eq", "ne", "lt", "le", "gt", "ge"]
RECIPES: dict[str, Callable[[], Iterator[ARGS]]] = {
    **{
        f"{form}.{name}": (lambda domain="positive" if name in POSITIVE else "real": one(domain))
        for name in UNARY
        for form in ("torch", "method")
    },
    **{
        f"{form}.{name}": (lambda domain="positive" if name in POSITIVE else "real": two(domain))
        for name in BINARY
        for form in ("torch", "method")
    },
    **{f"method.{name}": two for name in COMPARED},
    **{
        f"operator.{name}": (lambda domain="positive" if name == "pow" else "real": swapped(domain))
        for name in [
            "add",
            "sub",
            "mul",
            "truediv",
            "pow",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "and_",
            "or_",
        ]
    },
    **{f"operator.{name}": one for name in ["neg", "abs", "invert"]},
    "operator.matmul": products,
    "operator.getitem": keys,
    "operator.setitem": set_items,
    **{f"operator.{name}": in_place for name in ["iadd", "isub", "imul", "itruediv"]},
    **{
        f"{form}.{name}": reduced
        for name in ["sum", "mean", "amax", "amin", "any", "all"]
        for form in ("torch", "method")
    },
    **{
        f"{form}.{name}": arg_reduced
        for name in ["max", "min", "argmax", "argmin"]
        for form in ("torch", "method")
    },
    **{f"{form}.{name}": spread for name in ("var", "std") for form in ("torch", "method")},
    **{
        f"{form}.{name}": recipe
        for form in ("torch", "method")
        for name, recipe in {
            "reshape": reshaped,
            "flatten": flattened,
            "squeeze": squeezed,
            "unsqueeze": along,
            "transpose": swapped_dims,
            "permute": permuted,
            "matmul": products,
            "gather": gathered,
            "clamp": clamped,
            "clone": nothing,
            "equal": pairs_of_tensors,
            "allclose": pairs_of_tensors,
        }.items()
    },
    "torch.cat": joined,
    "torch.stack": joined,
    "torch.where": chosen,
    "method.view": reshaped,
    "method.expand": expanded,
    "method.to": cast,
    "method.type": cast,
    **{
        f"method.{name}": nothing
        for name in [
            "bool",
            "int",
            "long",
            "float",
            "double",
            "contiguous",
            "cpu",
            "detach",
            "dim",
            "numel",
            "item",
            "tolist",
            "is_contiguous",
            "is_floating_point",
            "requires_grad_",
            "zero_",
            "backward",
            "retain_grad",
            "numpy",
        ]
    },
    "method.size": sizes,
    "method.stride": sizes,
    **{f"method.{name}_": in_place for name in ["add", "sub", "mul", "div", "copy"]},
    "method.fill_": in_place,
    **{f"torch.{name}": sized for name in ["zeros", "ones", "empty", "rand", "randn"]},
    **{f"torch.{name}": alike for name in ["zeros_like", "ones_like"]},
    "torch.full": filled,
    "torch.arange": ranges,
    "torch.linspace": spaced,
    "torch.eye": squares,
    "torch.tensor": literals,
    "torch.as_tensor": literals,
    "torch.relu": activations,
    "torch.sigmoid": activations,
    "torch.softmax": along,
    **{f"functional.{name}": activations for name in ["relu", "sigmoid", "silu", "tanh"]},
    "functional.gelu": gelus,
    "functional.leaky_relu": leaky,
    "functional.softmax": probabilities,
    "functional.log_softmax": probabilities,
    "functional.linear": linears,
    "functional.dropout": dropped,
    "functional.mse_loss": regressions,
    "functional.l1_loss": regressions,
    "functional.binary_cross_entropy_with_logits": chances,
    "functional.nll_loss": classes,
    "functional.cross_entropy": crossed,
    "torch.log_softmax": along,
    "functional.elu": leaky,
    "functional.softplus": softened,
    "functional.one_hot": one_hots,
    "functional.binary_cross_entropy": chances_of,
    "functional.smooth_l1_loss": smoothed,
    "functional.kl_div": divergences,
    "functional.layer_norm": normed,
    "functional.rms_norm": normed,
    "functional.group_norm": grouped,
    "functional.embedding": embeddings,
    "functional.batch_norm": batches,
}
RANDOM = {"torch.rand", "torch.randn", "torch.empty"}  # of these, dtype and shape are compared


def calls(name: str) -> list[Call]:
    """The calls of one name, such as "method.sum"."""
    form, _, inner = name.partition(".")
    return [Call(form, inner, args, kwargs) for args, kwargs in RECIPES[name]()]
