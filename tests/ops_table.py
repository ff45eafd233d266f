"""One table of every primitive operation: how to call it, what NumPy says, and inputs to try.

The tests of module 01 read it for values and errors, those of module 02 for gradients. A row's
`call` uses the public names, as a student would; compositions (`op` is None) stand in it as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from tinytorch.core import tensor as t

UNARY = (((3,),), ((2, 3),), ((),), ((0,),), ((2, 0, 3),), ((2, 3, 4),))
BINARY = (
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((2, 1), (1, 3)),
    ((), (2, 3)),
    ((2, 3), ()),
    ((), ()),
    ((0, 3), (3,)),
    ((2, 0), (1, 1)),
    ((4, 1, 3), (2, 1)),
)
MATRICES = (
    ((2, 3), (3, 4)),
    ((3,), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3,)),
    ((5, 2, 3), (3, 4)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)),
    ((2, 3), (5, 3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((4, 1, 2, 3), (5, 3, 2)),
    ((0, 3), (3, 2)),
    ((2, 0), (0, 3)),
    ((5, 0, 3), (3, 4)),
    ((5, 2, 0), (0, 4)),
)
PLANE, SOLID = ((2, 3),), ((2, 3, 4),)
LAYOUTS = ("plain", "transposed", "strided", "reversed")


@dataclass(frozen=True)
class Row:
    """One way to call one operation.

    call: on tensors. numpy: the same on arrays. op: the `Op` that call leaves a receipt of, None
    where it is composed of several.
    shapes: cases, each the shapes of all inputs. domain: of the inputs' values, one for all or one
    each (see `values`). differentiable: the inputs that a gradient reaches, by number.
    """

    name: str
    op: t.Op | None
    call: Callable
    numpy: Callable
    shapes: tuple
    domain: str | tuple = "real"
    differentiable: tuple = (0,)

    def inputs(self, shapes: tuple, dtype="float32", layout: str = "plain", seed: int = 0) -> list:
        """Arrays of the given shapes, the same at every call, in the memory layout asked for."""
        rng = np.random.default_rng(seed)
        domains = (self.domain,) * len(shapes) if isinstance(self.domain, str) else self.domain
        arrays = [values(rng, *pair) for pair in zip(domains, shapes, strict=True)]
        return [
            laid_out(array.astype(dtype) if array.dtype.kind == "f" else array, layout)
            for array in arrays
        ]


def values(rng: np.random.Generator, domain: str, shape: tuple) -> np.ndarray:
    """Random values: real, positive, nonzero (of both signs), mask (booleans) or row (0 or 1)."""
    if domain == "mask":
        return rng.integers(0, 2, shape).astype(bool)
    if domain == "row":
        return rng.integers(0, 2, shape)
    size = rng.uniform(0.5, 2.0, shape)
    sign = 1 if domain == "positive" else rng.choice([-1.0, 1.0], shape)
    return np.asarray(rng.uniform(-2.0, 2.0, shape) if domain == "real" else size * sign)


def laid_out(array: np.ndarray, layout: str) -> np.ndarray:
    """The same values, in memory that is not contiguous where there are enough of them."""
    if layout == "plain" or not array.ndim:
        return array
    if layout == "transposed":
        return np.ascontiguousarray(array.T).T
    if layout == "reversed":
        return np.ascontiguousarray(array[::-1])[::-1]
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def cases(layouts: tuple = ("plain",)) -> Iterator[tuple[str, Row, tuple, str]]:
    """(an id for pytest, row, shapes, layout), everything there is to try."""
    for row in TABLE:
        for shapes in row.shapes:
            for layout in layouts:
                sizes = " ".join("x".join(map(str, shape)) or "0d" for shape in shapes)
                yield f"{row.name}[{sizes}]{layout}", row, shapes, layout


def _two(name, op, call, reference, domain="real"):
    return Row(name, op, call, reference, BINARY, domain, (0, 1))


def _stack(*arrays):
    return np.stack(arrays, axis=1)


_first = np.array([1, 0, 1])
_mask = np.array([[True, False, True], [False, False, True]])
_picks = np.array([[2, 0], [1, 1]])

TABLE = (
    # Elementwise, two inputs.
    _two("add", t.add_op, lambda a, b: a + b, np.add),
    _two("sub", t.sub_op, lambda a, b: a - b, np.subtract),
    _two("mul", t.mul_op, lambda a, b: a * b, np.multiply),
    _two("div", t.div_op, lambda a, b: a / b, np.divide, "nonzero"),
    _two("pow", t.pow_op, lambda a, b: a**b, np.power, ("positive", "real")),
    _two("maximum", t.maximum_op, t.Tensor.maximum, np.maximum),
    _two("minimum", t.minimum_op, t.Tensor.minimum, np.minimum),
    # A number on one side.
    Row("add number", t.add_op, lambda x: x + 2, lambda x: x + 2, UNARY),
    Row("number minus", t.sub_op, lambda x: 2 - x, lambda x: 2 - x, UNARY),
    Row("times number", t.mul_op, lambda x: 0.5 * x, lambda x: 0.5 * x, UNARY),
    Row("divide number", t.div_op, lambda x: 2 / x, lambda x: 2 / x, UNARY, "nonzero"),
    Row("square", t.pow_op, lambda x: x**2, np.square, UNARY),
    Row("cube", t.pow_op, lambda x: x**3, lambda x: x**3, UNARY),
    Row("fourth power", t.pow_op, lambda x: x**4, lambda x: x**4, UNARY),
    Row("power 5", t.pow_op, lambda x: x**5, lambda x: x**5, UNARY),
    Row("power 1", t.pow_op, lambda x: x**1, lambda x: x**1, UNARY),
    Row("power 0", t.pow_op, lambda x: x**0, np.ones_like, UNARY),
    Row("power -1", t.pow_op, lambda x: x**-1, lambda x: 1 / x, UNARY, "nonzero"),
    Row("power 0.5", t.pow_op, lambda x: x**0.5, np.sqrt, UNARY, "positive"),
    Row("2 to the power", t.pow_op, lambda x: 2**x, lambda x: 2**x, UNARY),
    # Elementwise, one input.
    Row("neg", t.neg_op, lambda x: -x, np.negative, UNARY),
    Row("exp", t.exp_op, lambda x: x.exp(), np.exp, UNARY),
    Row("log", t.log_op, lambda x: x.log(), np.log, UNARY, "positive"),
    Row("sqrt", t.sqrt_op, lambda x: x.sqrt(), np.sqrt, UNARY, "positive"),
    Row("abs", t.abs_op, lambda x: x.abs(), np.abs, UNARY, "nonzero"),
    Row("tanh", t.tanh_op, lambda x: x.tanh(), np.tanh, UNARY),
    Row("sin", t.sin_op, lambda x: x.sin(), np.sin, UNARY),
    Row("cos", t.cos_op, lambda x: x.cos(), np.cos, UNARY),
    Row("clamp", t.clamp_op, lambda x: x.clamp(-1, 1), lambda x: np.clip(x, -1, 1), UNARY),
    Row("clamp min", t.clamp_op, lambda x: x.clamp(min=0), lambda x: np.maximum(x, 0), UNARY),
    Row("clamp max", t.clamp_op, lambda x: x.clamp(max=0.5), lambda x: np.minimum(x, 0.5), UNARY),
    Row("clone", t.clone_op, lambda x: x.clone(), np.copy, UNARY),
    Row("cast", t.cast_op, lambda x: x.double(), lambda x: x.astype("float64"), UNARY),
    # Choosing between two.
    Row(
        "where",
        t.where_op,
        t.where,
        np.where,
        (((3,), (3,), (3,)), ((2, 3), (3,), (2, 1)), ((2, 1), (), (2, 3)), ((0, 3), (3,), ())),
        ("mask", "real", "real"),
        (1, 2),
    ),
    Row(
        "where with a number",
        t.where_op,
        lambda c, x: t.where(c, x, 0.5),
        lambda c, x: np.where(c, x, 0.5),
        (((3,), (3,)), ((2, 3), ()), ((2, 1), (3,)), ((0,), (0,))),
        ("mask", "real"),
        (1,),
    ),
    Row("matmul", t.matmul_op, lambda a, b: a @ b, np.matmul, MATRICES, "real", (0, 1)),
    # Reductions.
    Row("sum", t.sum_op, lambda x: x.sum(), np.sum, UNARY),
    Row("sum dim", t.sum_op, lambda x: x.sum(1), lambda x: x.sum(1), (PLANE, SOLID, ((0, 3),))),
    Row("sum empty", t.sum_op, lambda x: x.sum(0), lambda x: x.sum(0), (((0, 3),), ((3, 0),))),
    Row(
        "sum dims",
        t.sum_op,
        lambda x: x.sum((0, -1), keepdim=True),
        lambda x: x.sum((0, -1), keepdims=True),
        (PLANE, SOLID),
    ),
    Row("mean", t.mean_op, lambda x: x.mean(), np.mean, (((),), *UNARY[:2], SOLID)),
    Row("mean dim", t.mean_op, lambda x: x.mean(-1), lambda x: x.mean(-1), (PLANE, SOLID)),
    Row(
        "mean dims",
        t.mean_op,
        lambda x: x.mean((0, 2), keepdim=True),
        lambda x: x.mean((0, 2), keepdims=True),
        (SOLID,),
    ),
    Row("amax", t.amax_op, lambda x: x.amax(), np.max, (((),), *UNARY[:2], SOLID)),
    Row("amax dim", t.amax_op, lambda x: x.amax(1), lambda x: x.max(1), (PLANE, SOLID, ((0, 3),))),
    Row(
        "amax dims",
        t.amax_op,
        lambda x: x.amax((0, 2), keepdim=True),
        lambda x: x.max((0, 2), keepdims=True),
        (SOLID,),
    ),
    # Shapes.
    Row("reshape", t.reshape_op, lambda x: x.reshape(3, -1), lambda x: x.reshape(3, -1), (PLANE,)),
    Row("to 0-d", t.reshape_op, lambda x: x.reshape(()), lambda x: x.reshape(()), (((1, 1),),)),
    Row(
        "reshape empty",
        t.reshape_op,
        lambda x: x.reshape(0, 5),
        lambda x: x.reshape(0, 5),
        (((2, 0, 3),),),
    ),
    Row("flatten", t.reshape_op, lambda x: x.flatten(1), lambda x: x.reshape(2, -1), (SOLID,)),
    Row("unsqueeze", t.reshape_op, lambda x: x.unsqueeze(-1), lambda x: x[..., None], UNARY),
    Row("squeeze", t.reshape_op, lambda x: x.squeeze(1), lambda x: x[:, 0], (((2, 1, 3),),)),
    Row(
        "transpose",
        t.transpose_op,
        lambda x: x.transpose(0, -1),
        lambda x: x.swapaxes(0, -1),
        (PLANE, SOLID, ((3,),), ((0, 3),)),
    ),
    Row(
        "permute",
        t.permute_op,
        lambda x: x.permute(1, 2, 0),
        lambda x: x.transpose(1, 2, 0),
        (SOLID, ((2, 0, 3),)),
    ),
    Row("T", t.permute_op, lambda x: x.T, np.transpose, (PLANE, ((3,),), ((),))),
    Row(
        "expand",
        t.expand_op,
        lambda x: x.expand(4, -1, 3),
        lambda x: np.broadcast_to(x, (4, 2, 3)),
        (((2, 3),), ((2, 1),), ((1, 2, 1),)),
    ),
    Row("expand 0-d", t.expand_op, lambda x: x.expand(2), lambda x: np.full(2, x), (((),),)),
    # Picking and joining.
    Row("index", t.index_op, lambda x: x[1], lambda x: x[1], (((3,),), PLANE, SOLID, ((2, 0),))),
    Row(
        "slice",
        t.index_op,
        lambda x: x[..., 2::-2, None],
        lambda x: x[..., 2::-2, None],
        (((3,),), PLANE, ((2, 4, 3),), ((0, 3),)),
    ),
    Row(
        "index twice",
        t.index_op,
        lambda x: x[:, t.tensor([0, 2, 0])],
        lambda x: x[:, [0, 2, 0]],
        (PLANE, SOLID),
    ),
    Row(
        "index pairs",
        t.index_op,
        lambda x: x[t.tensor([0, 1, 0]), t.tensor(_first)],
        lambda x: x[[0, 1, 0], _first],
        (PLANE, SOLID),
    ),
    Row("mask", t.index_op, lambda x: x[t.tensor(_mask)], lambda x: x[_mask], (PLANE,)),
    Row("x > 0", t.index_op, lambda x: x[x > 0], lambda x: x[x > 0], UNARY[:4]),
    Row(
        "gather",
        t.gather_op,
        lambda x, i: x.gather(1, i),
        lambda x, i: np.take_along_axis(x[: len(i)], i, 1),
        (((2, 3), (2, 4)), ((3, 2), (1, 5)), ((2, 3), (2, 0))),
        ("real", "row"),
    ),
    Row(
        "gather dim 0",
        t.gather_op,
        lambda x, i: x.gather(-2, i),
        lambda x, i: np.take_along_axis(x[:, : i.shape[1]], i, 0),
        (((2, 3), (4, 3)), ((3, 2), (5, 1)), ((2, 3), (0, 3))),
        ("real", "row"),
    ),
    Row(
        "cat",
        t.cat_op,
        lambda *x: t.cat(x),
        lambda *x: np.concatenate(x),
        (((2,), (3,)), ((2, 3), (1, 3)), ((2, 3), (0, 3)), ((2,),), ((1,), (2,), (3,))),
        "real",
        (0, 1, 2),
    ),
    Row(
        "cat dim",
        t.cat_op,
        lambda *x: t.cat(x, dim=-1),
        lambda *x: np.concatenate(x, axis=-1),
        (((2, 3), (2, 1)), ((2, 0, 3), (2, 0, 1))),
        "real",
        (0, 1),
    ),
    Row(
        "stack",
        t.stack_op,
        lambda *x: t.stack(x, dim=1),
        _stack,
        (((2,), (2,)), ((2, 3), (2, 3), (2, 3))),
        "real",
        (0, 1, 2),
    ),
    # Composed of several operations.
    Row("amin", t.amin_op, lambda x: x.amin(1), lambda x: x.min(1), (PLANE, SOLID)),
    Row("max", t.amax_op, lambda x: x.max(), np.max, (PLANE, ((),))),
    Row("min", t.amin_op, lambda x: x.min(), np.min, (PLANE, ((),))),
    Row("max dim", None, lambda x: x.max(-1).values, lambda x: x.max(-1), (PLANE, SOLID)),
    Row(
        "min dim",
        None,
        lambda x: x.min(1, keepdim=True).values,
        lambda x: x.min(1, keepdims=True),
        (PLANE, SOLID),
    ),
    Row("var", None, lambda x: x.var(), lambda x: x.var(ddof=1), (PLANE, ((3,),))),
    Row(
        "var dim",
        None,
        lambda x: x.var(0, correction=0, keepdim=True),
        lambda x: x.var(0, keepdims=True),
        (PLANE, SOLID),
    ),
    Row("std", t.std_op, lambda x: x.std(-1), lambda x: x.std(-1, ddof=1), (PLANE, SOLID)),
)
