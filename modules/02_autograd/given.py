"""What module 02 gives ready-made, in sections that autograd.py puts in place."""

# %% given: imports "what the module needs: Python's library, NumPy, and the engine of module 01"
#| default_exp core.autograd
#| export
import itertools
import math
import threading
from contextlib import suppress
from functools import partial
from sys import getrefcount

import numpy as np

from tinytorch.core.tensor import (
    Node,
    Op,
    Tensor,
    abs_op,
    add_op,
    amax_op,
    amin_op,
    cast_op,
    cat_op,
    clamp_op,
    clone_op,
    cos_op,
    dims_of,
    div_op,
    exp_op,
    expand_op,
    gather_op,
    index_op,
    last_write,
    log_op,
    matmul_op,
    matmul_forward,
    maximum_op,
    mean_op,
    minimum_op,
    grad_mode,
    mul_op,
    neg_op,
    permute_op,
    pow_forward,
    pow_op,
    reshape_op,
    sin_op,
    sqrt_op,
    stack_op,
    std_op,
    sub_op,
    sum_op,
    tanh_op,
    tensor,
    transpose_op,
    run_with_hooks,
    op_hooks,
    where_op,
)
from tinytorch.lib.contexts import contextmanager, decorated
from tinytorch.lib.graphs import draw_boxes
from tinytorch.lib.hooks import hooked, with_hooks
from tinytorch.lib.layer_checks import check_number, check_switch
from tinytorch.lib.memory import ALONE, taken
from tinytorch.lib.primitives import RULES
from tinytorch.lib.masks import keep
from tinytorch.lib.settings import as_array, check_dict, check_kind
from tinytorch.lib.sums import stretched_sums


# %% given: notebook-imports "what only this notebook needs: figures, digits and checks"
from collections.abc import Callable
from functools import cache

import matplotlib.pyplot as plt

from tinytorch.core.tensor import Op, cat, where, zeros
from tinytorch_data import digits
from tito.checks import close, equal, raises, true


# %% given: tests "for the tests: MISTAKES and what they give, check, leaves and other helpers"
MISTAKES = {
    "the gradient of input 1 of sub": {"the sign: a - b falls when b grows": [1, -2, 0.5]},
    "the gradient of input 0 of mul": {
        "the inputs are swapped: the slope along a is b": [2, 0, -2],
        "g is missing": [5, -0.5, 8],
    },
    "the gradient of input 0 of div": {"g is missing": [0.2, -2, 0.125]},
    "the gradient of input 1 of div": {
        "the sign: a / b falls when b grows": [0.08, 0, -0.03125],
        "a is missing": [-0.04, 8, -0.0078125],
        "g is missing": [-0.08, 0, 0.0625],
        "the square is missing: the slope of a / b along b is -a / b**2": [-0.4, 0, 0.25],
    },
    "the gradient of input 0 of neg": {"the sign": [1, -2, 0.5]},
    "the gradient of input 0 of exp": {
        "g is missing: the chain rule multiplies by it": [1.6487213, 7.3890561, 20.0855369],
    },
    "the gradient of input 0 of log": {
        "divided by the result instead of by x": [-1.44269504, -2.88539008, 0.455119613],
        "g is missing": [2, 1 / 2, 1 / 3],
    },
    "the gradient of input 0 of tanh": {
        "the square is missing: the slope is 1 - tanh(x)**2": [0.53788284, -0.07194484, 0.00247262],
        "x was squared instead of tanh(x)": [0.75, 6, -4],
        "g is missing": [0.78644773, 0.07065082, 0.00986604],
    },
    "the gradient of a row (3,) used 5 times": {
        "averaged instead of added up": [6, 7, 8],
        "the wrong dimension": [3, 12, 21, 30, 39],
        "only one of the five uses counts: add all of them up": [0, 1, 2],
    },
    "the gradient of a column (5, 1) used 3 times": {
        "the added-up dimension is gone, it should stay with size 1": [3, 12, 21, 30, 39],
        "no sum at all": [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11], [12, 13, 14]],
    },
    "the gradient of one number () used 15 times": {
        "only one of two new dimensions was added up": [30, 35, 40],
    },
    "the gradient of a in a @ b": {
        "the transpose of b is missing": [[6, -9], [21.25, -1]],
        "the factors are swapped": [[8.5, -13.75], [11, 4]],
    },
    "the gradient of b in a @ b": {
        "the transpose of a is missing": [[7, -1], [18, -3.5]],
        "the factors are swapped": [[-3, -7], [4, 11.5]],
    },
    "the gradient of a for two stacks": {
        "all dimensions were transposed, the stack too": [[[-4, 0], [27, 13]], [[20, 4], [3, -1]]],
    },
    "the gradient of b for two stacks": {
        "all dimensions were transposed, the stack too": [
            [[12, 0], [18, -2]],
            [[-3, 26], [-7, 34]],
        ],
    },
    "the gradient of x in x.sum(dim=0, keepdim=False)": {
        "g is missing: the slope is 1, times g": [[1, 1, 1], [1, 1, 1]],
        "not stretched back": [1, 10, 100],
    },
    "the gradient of x in x.mean(dim=0, keepdim=False)": {
        "not divided: a mean divides, and so does its gradient": [[1, 10, 100], [1, 10, 100]],
        "divided by the number of all values": [[1 / 6, 10 / 6, 100 / 6], [1 / 6, 10 / 6, 100 / 6]],
        "divided by the number of means": [[1 / 3, 10 / 3, 100 / 3], [1 / 3, 10 / 3, 100 / 3]],
    },
    "the gradient of x in x[[0, 0, 2]]": {
        "only one of two uses of x[0] counts: np.add.at adds both": [10, 0, 100],
    },
    "the gradient of x in x.gather(1, [[2, 2], [0, 1]])": {
        "only one of two equal places counts: np.add.at adds both": [[0, 0, 10], [100, 1000, 0]],
    },
    "the order of y = a * (a + x)": {
        "depth first: add uses sin too, so it must come before it": ["mul", "sin", "add"],
        "first made first: backward starts at the end": ["sin", "add", "mul"],
        "sin is there once for each use: keep a set": ["mul", "add", "sin", "sin"],
        "a leaf is among them, which has no receipt": ["mul", "add", "sin", None],
    },
    "the order of a * a": {"sin is there once for each use: keep a set": ["mul", "sin", "sin"]},
    "the gradient of sin(x**2)": {
        "it started from ones, not from the gradient that was given": [
            0.968912,
            1.080605,
            -2.614574,
        ],
        "the slope of the last operation only: hand it on": [0.9689124, 5.403023, -65.36436],
        "twice too large at each operation: was it added twice?": [3.87565, 43.22418, -1045.8298],
    },
    "the gradient of x in sin(x) + x**2 + data, for x = 3": {
        "only one of two uses counts: their gradients add up": 6.0,
        "only one of two uses counts: their gradients add up (here the square is lost)": -0.9899925,
        "twice too large: was it added twice?": 10.020015,
    },
    "the gradient of x**2 after two calls of backward": {
        "the second call overwrote the first: gradients add up": [2, -4],
    },
    "the gradient of b in (a + b) + a": {
        "the gradient of a was added to an array that b shares: no += there": [2, 20],
    },
    "the gradient of x0**2 + 3 * x1": {
        "twice too large: the two points are 2 * eps apart": [12, 6],
        "f saw no change": [0, 0],
        "all values were moved at once, not one by one": [9, 9],
    },
    "the gradient of a transpose of shape (2, 3)": {"a copy was moved": [[0, 0, 0], [0, 0, 0]]},
    "the gradient of x**3, eps=0.5": {
        "a one-sided difference: step to both sides": [4.75, 9.25],
        "eps is not used": [3, 12],
    },
}


def check(actual, expected, what: str, **more) -> None:
    """`close`, with what MISTAKES says about `what`."""
    expected = np.array(expected, more.get("dtype", float))
    close(actual, expected, what, suspects=MISTAKES.get(what), **more)


def check_order(order: list, names: list, what: str) -> None:
    """Check by which operations the tensors of a graph order were made, None for a leaf."""
    found = [out.grad_fn and out.grad_fn.op.name for out in order]
    same = sorted(map(str, found)) == sorted(map(str, names))
    hint = "sort by out.grad_fn.serial" if same else ""
    equal(found, names, what, suspects=MISTAKES.get(what), hint=hint)


def check_none(what: str, *values) -> None:
    """Check that all `values` are None."""
    got = [type(value).__name__ for value in values if value is not None]
    true(not got, what, expected="None", got=" and ".join(f"a {name}" for name in got))


def check_kept(x: Tensor, gradient, what: str) -> None:
    """Check that `x` has a `.grad`, and its value."""
    true(x.grad is not None, what, expected="a gradient", got="None: it was not kept")
    close(x.grad, gradient, what)


def check_mode(wanted: bool, what: str) -> None:
    """Check `grad_mode.enabled`, and set it right for what comes after."""
    found, grad_mode.enabled = grad_mode.enabled, wanted
    equal(found, wanted, what, hint="put back what was there before, in a `finally`")


def rule_counts(rules) -> dict:
    """{name of the operation: how many rules it has}, or what there is in place of a tuple."""
    if not isinstance(rules, dict):
        return {"not a dict": type(rules).__name__}
    return {
        getattr(op, "name", repr(op)): len(own) if isinstance(own, (tuple, list)) else "no tuple"
        for op, own in rules.items()
    }


def leaves(*values) -> list[Tensor]:
    """For each value a leaf in float64 that wants gradients."""
    return [tensor(np.array(value), requires_grad=True) for value in values]


def sine_of_square(value) -> tuple[Tensor, Tensor, Tensor]:
    """(x, x**2, sin(x**2)) for a leaf x."""
    (x,) = leaves(value)
    square = x**2
    return x, square, square.sin()


def plus_op() -> Op:
    """An operation whose rules hand the same array to both inputs."""
    plus = Op("plus", np.add)
    VJPS[plus] = (lambda g, out, a, b: g, lambda g, out, a, b: g)
    return plus


def sum_of_halves(x: Tensor, count: int) -> Tensor:
    """A row of diamonds: each adds up two halves, so the value stays."""
    plus, half = plus_op(), Op("half", lambda a: a * 0.5)
    VJPS[half] = (lambda g, out, a: g * 0.5,)
    for _ in range(count):
        x = plus(half(x), half(x))
    return x


class Counted(tuple):
    """Inputs that note in the list `looks` when they are looked through."""

    looks: list

    def __iter__(self):
        self.looks.append(self)
        return super().__iter__()


def diamonds(count: int) -> tuple[Tensor, list]:
    """The end of a row of diamonds, and a list that grows when one's inputs are looked through."""
    x, looks = tensor([1.0], requires_grad=True), []
    for _ in range(count):
        x = x.neg().maximum(x.sin())
        x.grad_fn.inputs = Counted(x.grad_fn.inputs)
        x.grad_fn.inputs.looks = looks
    return x, looks


def in_thread(function: Callable):
    """What `function()` returns in another thread."""
    results: list = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


def exp_of_tanh(weight: Tensor, x: Tensor) -> Tensor:
    """A block of a network: several operations, and a weight."""
    return ((x @ weight).tanh() * 2.0).exp()


def check_slopes(rules: dict, slopes: dict, g: np.ndarray, *inputs: np.ndarray) -> None:
    """Check elementwise rules, on arrays and on single numbers: `slopes` is {op: (slope, ...)}."""
    for op, expected in slopes.items():
        for i, slope in enumerate(expected):
            what = f"the gradient of input {i} of {op.name}"
            part = rules[op][i](g.copy(), op.forward(*inputs), *inputs)
            close(part, slope, f"{what}, for other values", atol=0)
            last = [array[1] for array in inputs]
            part = rules[op][i](g[1], op.forward(*last), *last)
            close(part, slope[1], f"{what}, for single numbers", atol=0)


def check_stretched(function: Callable, g: np.ndarray, shapes: list) -> None:
    """Check `unbroadcast` of `g` to each of the shapes, by adding up place after place."""
    for shape in shapes:
        size = math.prod(shape)
        uses = np.broadcast_to(np.arange(size).reshape(shape), g.shape)
        expected = np.bincount(uses.ravel(), g.ravel(), size).reshape(shape)
        close(function(g, shape), expected, f"the gradient of {shape}, stretched to {g.shape}")


def slopes_of_product(g: np.ndarray, inputs: list, i: int) -> np.ndarray:
    """(g * (a @ b)).sum() is linear in each input: its slope along a place is its value there."""
    inputs, slopes = list(inputs), np.zeros(inputs[i].shape)
    for place in np.ndindex(slopes.shape):
        inputs[i] = np.zeros(slopes.shape)
        inputs[i][place] = 1.0
        slopes[place] = (g * (inputs[0] @ inputs[1])).sum()
    return slopes


def check_products(rules: tuple, pairs: str) -> None:
    """Check both rules of a @ b for random inputs.

    pairs: the shapes of `a` and `b`, a digit per dimension, as in "23 34, 523 534".
    """
    rng = np.random.default_rng(2)
    for pair in pairs.split(", "):
        a, b = (rng.normal(size=tuple(map(int, shape))) for shape in pair.split())
        g = np.asarray(rng.normal(size=np.shape(a @ b)))
        for i, (rule, x) in enumerate(zip(rules, (a, b), strict=True)):
            part, what = rule(g, a @ b, a, b), f"the gradient of {'ab'[i]} in a @ b with shapes"
            narrow = [np.asarray(array, np.float32) for array in (g, a @ b, a, b)]
            equal(str(rule(*narrow).dtype), "float32", "the dtype of a gradient in float32")
            part = part.sum(axis=tuple(range(np.ndim(part) - x.ndim)))
            ones = tuple(d for d, n in enumerate(x.shape) if n == 1)
            part = part.sum(axis=ones, keepdims=True)
            close(part, slopes_of_product(g, [a, b], i), f"{what} {a.shape} and {b.shape}")


def check_reductions(rules: dict, x: np.ndarray, dims: tuple) -> None:
    """Check the rules of sum and mean along each of `dims`, with and without keepdim."""
    for dim, keepdim in itertools.product(dims, (False, True)):
        out, call = x.sum(axis=dim, keepdims=keepdim), f"(dim={dim}, keepdim={keepdim})"
        g, share = np.arange(1.0, out.size + 1).reshape(out.shape), out.size / max(x.size, 1)
        spread = np.ones_like(x) * g.reshape(x.sum(axis=dim, keepdims=True).shape)
        part = rules[sum_op][0](g, out, x, dim=dim, keepdim=keepdim)
        close(part, spread, f"the gradient of a {x.shape} x in x.sum{call}", dtype=x.dtype)
        part = rules[mean_op][0](g, out * share, x, dim=dim, keepdim=keepdim)
        close(part, spread * share, f"the gradient of a {x.shape} x in x.mean{call}", dtype=x.dtype)


def check_indexing(rules: dict, x: np.ndarray, keys: dict) -> None:
    """Check the rule of x[key] for each of `keys`; the values of `x` are 0, 1, 2, ..."""
    for name, key in keys.items():
        g = np.arange(1.0, x[key].size + 1).reshape(x[key].shape)
        expected = np.bincount(x[key].ravel().astype(int), g.ravel(), x.size).reshape(x.shape)
        close(rules[index_op][0](g, x[key], x, key=key), expected, f"the gradient of x in {name}")


def check_gathers(rules: dict, x: np.ndarray, indices: dict) -> None:
    """Check the rule of x.gather(dim, index) for each of `indices`, {dim: index}."""
    for dim, index in indices.items():
        index, expected = np.array(index), np.zeros_like(x)
        g = np.arange(1.0, index.size + 1).reshape(index.shape)
        for (row, column), picked in np.ndenumerate(index):
            expected[(picked, column) if dim == 0 else (row, picked)] += g[row, column]
        out = np.take_along_axis(x[: len(index)] if dim else x[:, : index.shape[1]], index, dim)
        part = rules[gather_op][0](g, out, x, dim=dim, index=index)
        close(part, expected, f"the gradient of x in x.gather({dim}, {index.tolist()})")


# %% given: vjps "VJPS: the rules of all operations"
#| export
VJPS = RULES  # {op: the rules of its inputs}, for all operations; given ones are in it


# %% given: by-hand "the figure: w, x, u, v and L, their values and your gradients"
slopes = {"w": 45, "x": 36, "u": 15, "v": 6, "L": 1}
values = {"w": "2", "x": "3", "u": "w · x = 6", "v": "u + x = 9", "L": "u · v = 54"}
boxes = {}
for name, value in values.items():
    guess = mine[name]
    is_right = guess == slopes[name]
    color = "#e4e4e4" if guess is None else "#cdebc5" if is_right else "#f6cfc4"
    text = "gradient ?" if guess is None else f"gradient {guess}{'' if is_right else ': not yet'}"
    boxes[name] = (f"{name} = {value}\n{text}", color)
layers = {"w": 0, "x": 0, "u": 1, "v": 2, "L": 3}
edges = [("w", "u"), ("x", "u"), ("u", "v"), ("x", "v"), ("u", "L"), ("v", "L")]
fig, axes = plt.subplots(figsize=(5, 4.2))
draw_boxes(axes, layers, edges, boxes, {"u": "mul", "v": "add", "L": "mul"})
plt.show()
for name in [name for name in mine if mine[name] not in (None, slopes[name])]:
    print(f"{name}: not yet. Each use sends back the gradient of its result times its local slope.")


# %% given: elementwise "pow, maximum, clamp and other elementwise rules; your rules go into VJPS"
#| export
def pow_base(g, out, x, exponent):
    """d x**n / dx = n x**(n-1), which is 0 for n = 0, also at x = 0."""
    if type(exponent) in (int, float):
        return g * (exponent * pow_forward(x, exponent - 1)) if exponent else np.zeros_like(g)
    power = np.power(x, np.where(exponent == 0, 1, exponent - 1))
    return g * np.where(exponent == 0, 0, exponent * power).astype(g.dtype)


def pow_exponent(g, out, x, exponent):
    """d x**n / dn = x**n log x, taken as 0 where x is 0 and n is not negative."""
    is_zero = np.equal(x, 0) & np.greater_equal(exponent, 0)
    return g * (out * np.log(np.where(is_zero, 1, x), dtype=g.dtype))


def share_of_ties(g, a, b, less):
    """The gradient of the chosen one, `a` or `b`; where they are equal, half each."""
    return chosen(np.where(np.equal(a, b), g / 2, g), ~less(a, b))


def chosen(g, mask):
    """`g` where `mask`, which may have to be stretched, is True, and 0 elsewhere."""
    return keep(g, mask if mask.shape == g.shape else np.broadcast_to(mask, g.shape))


def std_rule(g, out, x):
    """That of the square root, but 0 where there is no spread: a constant column stays finite."""
    return keep(g * 0.5 / np.where(out == 0, out.dtype.type(1), out), np.not_equal(out, 0))


def clamp_rule(g, out, x, min=None, max=None):
    """`g` inside the limits and on them, 0 outside."""
    inside = np.True_ if min is None else x >= min
    return keep(g, inside if max is None else inside & (x <= max))


with suppress(NotImplementedError):
    VJPS.update(elementwise_rules())
VJPS.update(
    {
        pow_op: (pow_base, pow_exponent),
        sqrt_op: (lambda g, out, x: g * 0.5 / out,),
        std_op: (std_rule,),
        abs_op: (lambda g, out, x: g * np.sign(x),),
        sin_op: (lambda g, out, x: g * np.cos(x),),
        cos_op: (lambda g, out, x: -g * np.sin(x),),
        maximum_op: (
            lambda g, out, a, b: share_of_ties(g, a, b, np.less),
            lambda g, out, a, b: share_of_ties(g, b, a, np.less),
        ),
        minimum_op: (
            lambda g, out, a, b: share_of_ties(g, a, b, np.greater),
            lambda g, out, a, b: share_of_ties(g, b, a, np.greater),
        ),
        clamp_op: (clamp_rule,),
        where_op: (
            None,
            lambda g, out, c, a, b: chosen(g, c),
            lambda g, out, c, a, b: chosen(g, np.logical_not(c)),
        ),
        cast_op: (lambda g, out, x, dtype: g.astype(x.dtype),),
        clone_op: (lambda g, out, x: g,),
    }
)


# %% given: tangents "the figure: exp, log and tanh, and tangents by your rules"
# Your rules as tangents: through each dot a line with the slope that your rule gives for g = 1.
fig, panels = plt.subplots(1, 3, figsize=(9, 2.5))
for axes, op, start in zip(panels, (exp_op, log_op, tanh_op), (-2.0, 0.2, -2.0), strict=True):
    xs = np.linspace(start, 2.0, 100)
    axes.plot(xs, op.forward(xs))
    for at in xs[10:100:20]:
        slope = elementwise_rules()[op][0](1.0, op.forward(at), at)
        axes.plot(at, op.forward(at), "o", color="tab:orange")
        axes.axline((at, op.forward(at)), slope=slope, color="tab:orange", lw=0.7)
    axes.set(title=op.name, xlabel="x", ylim=(op.forward(start) - 0.5, op.forward(2.0) + 0.5))
fig.tight_layout()
plt.show()


# %% given: as-matrices "as_matrices: vectors as the matrices they stand for"
#| export
def as_matrices(g, a, b):
    """`g`, `a` and `b` of a product with every 1-D input written as the matrix it stands for.

    A 1-D `a` is a row, so it becomes (1, k); a 1-D `b` is a column and becomes (k, 1).
    """
    if a.ndim == 1:
        # a: (1, k), g: (..., 1, n)
        a, g = a[None, :], g[..., None, :] if b.ndim > 1 else g[..., None]
    if b.ndim == 1:
        b, g = b[:, None], g[..., None]  # b: (k, 1), g: (..., m, 1)
    return g, a, b


# %% given: keep-dims "keep_dims and may_repeat: for reductions and for indexing"
#| export
def keep_dims(g, x, dim):
    """`g`, the gradient of a reduction of `x` along `dim`, with the reduced dimensions as ones."""
    return g.reshape([1 if d in dims_of(x.ndim, dim) else n for d, n in enumerate(x.shape)])


def may_repeat(key) -> bool:
    """Whether an index can name one place twice: only arrays and lists of integers can."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(isinstance(p, (list, np.ndarray)) and np.asarray(p).dtype != bool for p in parts)


# %% given: shapes "amax, reshape, cat and others; your matmul and reduction rules go into VJPS"
#| export
def amax_rule(g, out, x, dim=None, keepdim=False):
    """The gradient of the largest or smallest value; shared evenly where several are that."""
    largest = x == keep_dims(out, x, dim)
    ties = largest.sum(axis=dims_of(x.ndim, dim), keepdims=True)
    return largest * (keep_dims(g, x, dim) / ties.astype(g.dtype))


class AllInputs:
    """The rules of an op with any number of inputs, in one: `parts(g, out, *inputs, **params)`
    returns a list of their gradients."""

    def __init__(self, parts):
        self.parts = parts


def cat_parts(g, out, *arrays, dim=0):
    """For each input the piece of `g` where it was put."""
    ends = itertools.accumulate(array.shape[dim] for array in arrays)
    front = np.moveaxis(g, dim, 0)
    return [
        np.moveaxis(front[end - array.shape[dim] : end], 0, dim)
        for array, end in zip(arrays, ends, strict=True)
    ]


with suppress(NotImplementedError):
    VJPS[matmul_op] = matmul_rules()
with suppress(NotImplementedError):
    VJPS.update(reduction_rules())
VJPS.update(
    {
        amax_op: (amax_rule,),
        amin_op: (amax_rule,),
        reshape_op: (lambda g, out, x, shape: g.reshape(x.shape),),
        transpose_op: (lambda g, out, x, dim0, dim1: g.swapaxes(dim0, dim1) if g.ndim else g,),
        permute_op: (lambda g, out, x, dims: g.transpose(np.argsort(dims_of(x.ndim, dims))),),
        expand_op: (lambda g, out, x, shape: g,),  # the caller undoes the broadcast
        cat_op: AllInputs(cat_parts),
        stack_op: AllInputs(lambda g, out, *arrays, dim=0: list(np.moveaxis(g, dim, 0))),
    }
)


# %% given: walk "a walk along the graph, from (sin(x) * 2).sum() back to its leaf"
x = tensor([1.0, 2.0, 3.0], requires_grad=True)
out = (x.sin() * 2.0).sum()
while out.grad_fn is not None:
    print(f"{out.grad_fn.op.name:4} made shape {out.shape}: {out.grad_fn}, {out.grad_fn.serial=}")
    out = out.grad_fn.inputs[0]
print("leaf", out)


# %% given: diamond "the figure: x, a = sin(x), b = a + x and y = a * b, a diamond"
layers, ops = {"x": 0, "a": 1, "b": 2, "y": 3}, {"a": "sin", "b": "add", "y": "mul"}
edges = [("x", "a"), ("x", "b"), ("a", "b"), ("a", "y"), ("b", "y")]
texts = {"x": "x", "a": "a = sin x", "b": "b = a + x", "y": "y = a · b"}
boxes = {name: (text, "#ffe9a8" if name == "x" else "#d6e6f5") for name, text in texts.items()}
fig, axes = plt.subplots(figsize=(4, 4))
draw_boxes(axes, layers, edges, boxes, ops)
plt.show()


# %% given: backward "first_gradient, input_gradients, accumulate_grad; FREED, a used-up receipt"
#| export
# The `grad_fn` of a result whose receipt backward has used up.
FREED = Node(0, Op("freed", None), (), {}, [], None)


def first_gradient(y: Tensor, gradient) -> np.ndarray:
    """What backward starts from: ones for a single value, else the `gradient` that is given.

    Raises: RuntimeError if `y` wants no gradients, or if it has several values and none is given;
    TypeError if `y` is no tensor, or `gradient` holds no numbers.
    """
    if not isinstance(y, Tensor):
        raise TypeError(f"backward starts from a tensor, not {type(y).__name__}")
    if not y.requires_grad:
        raise RuntimeError("backward needs a tensor that was made from one with requires_grad=True")
    if gradient is None:
        if y.array.size != 1:
            raise RuntimeError(
                f"backward starts from one value, not from shape {y.shape}: "
                "call it on a loss such as y.sum(), or give it a gradient"
            )
        return np.ones_like(y.array)
    gradient = as_array("gradient", gradient, y.dtype)
    if gradient.shape != y.shape:
        raise RuntimeError(f"the gradient has shape {gradient.shape}, the tensor {y.shape}")
    return gradient


def check_unchanged(out: Tensor) -> None:
    """Raises: RuntimeError if something its rules read was overwritten since `out` was made."""
    node = out.grad_fn
    inputs = [x for x in node.inputs if isinstance(x, Tensor)]
    read = inputs if "inputs" in node.op.saves else []
    if "output" in node.op.saves:
        read.append(out)
    for x in read:
        if x.version is not None and x.version.serial > node.serial:
            raise RuntimeError(
                f"the gradient of {node.op.name} needs a value of shape {x.shape} that was "
                "overwritten in place: make a new tensor instead, or change it after backward"
            )


def rules_of(out: Tensor):
    """The rules of the operation that made `out`.

    Raises: RuntimeError if an earlier backward has used up the receipt, if the operation has no
    rule, or if a value that a rule reads was overwritten.
    """
    node = out.grad_fn
    if node is FREED:
        raise RuntimeError(
            "this part of the graph was used up by an earlier backward: run the forward pass "
            "again, or call the earlier one with retain_graph=True"
        )
    if node.op not in VJPS:
        raise RuntimeError(
            f"there is no rule for {node.op.name} yet: is its exercise still to be solved?"
        )
    if last_write[0] > node.serial:
        check_unchanged(out)
    return VJPS[node.op]


def input_gradients(out: Tensor, g) -> list:
    """Pairs of an input of `out` that wants gradients and its gradient, by the rules of the op.

    Raises: RuntimeError, see `rules_of`.
    """
    node = out.grad_fn
    rules = VJPS.get(node.op)
    if rules is None or last_write[0] > node.serial:
        rules = rules_of(out)
    saved, arrays, params = node.saved, node.arrays, node.params
    g = with_hooks(out, g) if hooked else g
    run = partial(run_with_hooks, "backward", node.op) if op_hooks else None
    if type(rules) is AllInputs:
        parts = rules.parts if run is None else partial(run, rules.parts)
        pairs = zip(node.inputs, node.wanted, parts(g, saved, *arrays, **params), strict=True)
        return [(x, part) for x, wanted, part in pairs if wanted]
    pairs, two = [], len(arrays) == 2 and not params
    if two:  # as most are called, and without tuples and dicts in between
        first, second = arrays
    # There may be more rules than inputs, such as that of a bias; `strict` costs time.
    for x, wanted, array, rule in zip(node.inputs, node.wanted, arrays, rules):  # noqa: B905
        if wanted:
            if run is not None:
                rule = partial(run, rule)
            part = rule(g, saved, first, second) if two else rule(g, saved, *arrays, **params)
            if part.shape != array.shape:
                part = unbroadcast(stretched_sums(part, array.shape), array.shape)
            pairs.append((x, part))
    return pairs


accumulating = threading.Lock()  # two threads may share leaves


def accumulate_grad(x: Tensor, g) -> None:
    """Add `g` to `x.grad`, which has its own memory, if `x` still requires gradients.

    Raises: RuntimeError if it has another shape, as after `x.data` was set to a tensor of another.
    """
    if not x.requires_grad:
        return
    g = with_hooks(x, g) if hooked else g
    expected = (x if x.grad is None else x.grad).shape
    if g.shape != expected:
        raise RuntimeError(
            f"a gradient of shape {g.shape} came where {expected} was expected: "
            "was x.data set to a tensor of another shape?"
        )
    with accumulating:
        if x.grad is None:
            # As PyTorch's AccumulateGrad: a copy, unless nobody else holds the array.
            if getrefcount(g) > ALONE or type(g) is not np.ndarray or g.base is not None:
                g = np.array(g)
            x.grad = Tensor(g.astype(x.array.dtype, copy=False))
        else:
            x.grad.array += g


# %% given: draw-graph "draw_graph: a box per tensor, inputs above results"
#| export
def graph_layers(y: Tensor) -> dict:
    """{tensor: its layer}: inputs above results, leaves just above their first use.

    Raises: RuntimeError if backward has used up the graph.
    """
    results, layer = graph_order(y)[::-1], {y: 0}
    if any(out.grad_fn is FREED for out in results):
        raise RuntimeError(
            "backward has used up this graph: draw it before, "
            "or call backward(y, retain_graph=True)"
        )
    for out in results:
        inputs = [x for x in out.grad_fn.inputs if isinstance(x, Tensor)]
        layer[out] = 1 + max(layer.get(x, 0) for x in inputs)
    for out in results:
        for x in out.grad_fn.inputs:
            if isinstance(x, Tensor) and x.grad_fn is None:
                layer[x] = min(layer.get(x, math.inf), layer[out] - 1)
    return layer


def box_of(x: Tensor, name: str = "") -> tuple:
    """The text in the box of a tensor (name, shape, few values in full, gradient), its colour."""

    def values(array):
        if array.size > 4:
            return f"of norm {np.linalg.norm(array):.3g}"
        return np.array2string(np.asarray(array), precision=3, separator=", ").replace("\n", "")

    lines = [f"{name}: shape {x.shape}" if name else f"shape {x.shape}"]
    lines += [values(x.array)] if x.array.size <= 4 else []
    lines += [f"grad {values(x.grad.array)}"] if x.grad is not None else []
    color = "#d6e6f5" if x.grad_fn else "#ffe9a8" if x.requires_grad else "#e4e4e4"
    return "\n".join(lines), color


def op_text(out: Tensor) -> str:
    """The operation that made a tensor, with the numbers among its inputs: "mul 2"."""
    numbers = [f"{x:g}" for x in out.grad_fn.inputs if isinstance(x, (int, float))]
    return " ".join([out.grad_fn.op.name, *numbers])


def draw_graph(y: Tensor, ax=None, names: dict | None = None):
    """Draw how `y` was made, inputs at the top, `y` at the bottom. Returns: the matplotlib Axes.

    names: {tensor: what its box is called}. Good for some 15 operations.
    Raises: RuntimeError if backward has used up the graph, TypeError if `y` is no tensor.
    """
    if not isinstance(y, Tensor):
        raise TypeError(f"draw_graph draws how a tensor was made, not {type(y).__name__}")
    check_dict("names", {} if names is None else names)
    if ax is not None:
        check_kind("ax", ax, "a matplotlib Axes or None", "annotate")
    try:
        import matplotlib.pyplot as plt
    except ModuleNotFoundError:
        raise ModuleNotFoundError("draw_graph needs `pip install matplotlib`") from None
    layers, results, names = graph_layers(y), graph_order(y), names or {}
    edges = [(x, out) for out in results for x in out.grad_fn.inputs if isinstance(x, Tensor)]
    boxes = {x: box_of(x, names.get(x, "")) for x in layers}
    axes = plt.figure().add_axes((0, 0, 1, 1)) if ax is None else ax
    size = draw_boxes(axes, layers, edges, boxes, {out: op_text(out) for out in results})
    if ax is None:
        axes.figure.set_size_inches(size)
    return axes


# %% given: gradients "the figure: a graph with its gradients, which retain_graph=True has kept"
# A graph with its gradients. retain_graph keeps the receipts, so that it can still be drawn.
w, b = tensor([0.5, -1.0], requires_grad=True), tensor(0.5, requires_grad=True)
x = tensor([2.0, 1.0])
error = (w * x).sum() + b - 2.0
error.retain_grad()
loss = error * error
backward(loss, retain_graph=True)
draw_graph(loss, names={w: "w", b: "b", x: "x", error: "error", loss: "loss"})
plt.show()
assert (error.grad.item(), b.grad.item(), w.grad.tolist()) == (-3.0, -3.0, [-6.0, -3.0])


# %% given: enable-grad "enable_grad, set_grad_enabled and is_grad_enabled"
#| export
@contextmanager
def enable_grad():
    """The opposite of `no_grad`: records again inside it.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.enable_grad.html
    """
    before, grad_mode.enabled = grad_mode.enabled, True
    try:
        yield
    finally:
        grad_mode.enabled = before


class set_grad_enabled:
    """Switch recording on or off: from now on, for the block after `with`, or in a decorated
    function.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.set_grad_enabled.html
    """

    def __init__(self, mode: bool):
        check_switch("set_grad_enabled", mode=mode)
        self.mode = bool(mode)
        self.before, grad_mode.enabled = grad_mode.enabled, self.mode

    def __enter__(self):
        return self

    def __exit__(self, *error):
        grad_mode.enabled = self.before

    def __call__(self, function):
        grad_mode.enabled = self.before  # the call to come is meant, not what comes now
        return decorated(partial(set_grad_enabled, self.mode), function)


def is_grad_enabled() -> bool:
    """Whether operations leave receipts in this thread.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.is_grad_enabled.html
    """
    return grad_mode.enabled


# %% given: kept "what ten layers keep alive; backward after `w -= 0.1`, an error"
# What the receipts of a forward pass keep alive: a (64, 128) result for each operation.
weight = tensor(np.full((128, 128), 0.01), requires_grad=True)
for recording in (True, False):
    with set_grad_enabled(recording):
        h = tensor(np.ones((64, 128)))
        for _ in range(10):
            h = (h @ weight).tanh()
    kept = sum(out.nbytes for out in graph_order(h)) or h.nbytes
    print(f"recording={recording}: {kept:,} bytes of results are alive after 10 layers")

w = tensor([1.0, 2.0], requires_grad=True)
loss = (w * w).sum()
with no_grad():
    w -= 0.1
try:
    backward(loss)
except RuntimeError as error:
    print("RuntimeError:", error)
assert w.grad is None, "backward should refuse: a value that it needs was overwritten"


# %% given: checkpoint "checkpoint: an operation that runs a function without receipts"
def checkpoint_forward(x, func):
    with no_grad():
        return func(Tensor(np.asarray(x))).array


@cache
def checkpoint_op() -> Op:
    return Op("checkpoint", checkpoint_forward, saves="inputs")


def checkpoint(func, x: Tensor) -> Tensor:
    """`func(x)`, but only `x` and the result are kept: backward runs `func` again.

    Source: https://docs.pytorch.org/docs/stable/checkpoint.html
    """
    VJPS[checkpoint_op()] = (checkpoint_rule,)
    return checkpoint_op()(x, func=func)


# %% given: gradcheck "gradcheck: backward beside central differences"
#| export
def gradcheck(func, *inputs, eps: float = 1e-6, atol: float = 1e-5, rtol: float = 1e-3) -> bool:
    """Compare backward's gradients of `func` with central differences, in float64.

    inputs: arrays or tensors of any shapes, by themselves or as one tuple; integers and booleans
    are passed on as they are. The values of the result are weighed with random numbers and added
    up, so that no error hides behind a sum that is constant.
    Returns: True. Raises: AssertionError naming the input and the place that differs most.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
    """
    if not callable(func):
        raise TypeError(f"gradcheck calls a function, not {type(func).__name__}")
    check_number("gradcheck", eps=eps, atol=atol, rtol=rtol)
    if len(inputs) == 1 and isinstance(inputs[0], (tuple, list)):
        inputs = inputs[0]
    tensors = [_leaf(x) for x in inputs]
    result = func(*tensors)
    if not isinstance(result, Tensor):
        raise TypeError(f"gradcheck: the function gives a tensor, not {type(result).__name__}")
    weights = np.random.default_rng(0).uniform(0.5, 1.5, result.shape)
    backward(result, weights)

    def value():
        with no_grad():
            return float((func(*tensors).array * weights).sum())

    for i, x in enumerate(tensors):
        if x.requires_grad:
            numeric = numerical_gradient(value, x.array, eps)
            analytic = np.zeros_like(x.array) if x.grad is None else x.grad.array
            _compare(i, analytic, numeric, atol, rtol)
    return True


def _leaf(x) -> Tensor:
    """A leaf with its own memory: float64 with gradients for floats, other values as they are."""
    array = np.array(x.array if isinstance(x, Tensor) else x)
    is_float = array.dtype.kind == "f"
    return tensor(array.astype(np.float64) if is_float else array, requires_grad=is_float)


def _compare(i: int, analytic: np.ndarray, numeric: np.ndarray, atol: float, rtol: float) -> None:
    off = np.abs(analytic - numeric)
    wrong = ~(off <= atol + rtol * np.abs(numeric))  # NaN is wrong, too
    if wrong.any():
        worst = np.unravel_index(np.argmax(np.where(wrong, off, -1)), wrong.shape)
        place = tuple(int(n) for n in worst)
        raise AssertionError(
            f"the gradient of input {i} differs at {place}: "
            f"backward gives {analytic[place]:.6g}, differences give {numeric[place]:.6g}"
        )


# %% given: gradchecks "gradcheck of a good function, and of one that cuts its graph"
rng = np.random.default_rng(0)
print(gradcheck(lambda a, b: (a @ b).tanh().mean(dim=0), rng.normal(size=(4, 3)), np.ones((3, 2))))
try:
    gradcheck(lambda x: x * x.detach(), rng.normal(size=3))  # detach() cuts the graph
except AssertionError as error:
    print("AssertionError:", error)
else:
    raise AssertionError("gradcheck should refuse a function that cuts its graph")


# %% given: valley "the figure: the error of the slope of sin at 1, for steps from 0.1 to 1e-14"
point, steps = np.array(1.0), np.logspace(-1, -14, 79)
slopes = [numerical_gradient(lambda: np.sin(point), point, eps) for eps in steps]
errors = np.abs(np.array(slopes) - np.cos(1.0))
fig, axes = plt.subplots(figsize=(6, 3.2))
axes.loglog(steps, np.maximum(errors, 1e-14), ".", label="measured")
axes.loglog(steps, steps**2 * np.cos(1.0) / 6, label="Taylor: eps² · cos(1) / 6")
axes.loglog(steps, 1e-16 / steps, label="rounding: 1e-16 / eps")
axes.axvline(my_guess, color="black", linestyle=":", label="my guess")
axes.set(xlabel="eps", ylabel="error of the slope", ylim=(5e-15, 1))
axes.legend(fontsize=8)
plt.show()
print(f"smallest error: {errors.min():.1e}, at eps = {steps[errors.argmin()]:.0e}")


# %% given: anomaly "detect_anomaly: an error where a result or gradient becomes NaN or infinite"
#| export
def badness(values) -> int:
    """0: all finite; 1: minus infinity among them, as in masked scores; 2: infinity or NaN.

    values: an array, or a tuple of several that an operation saved; then the worst of them counts.
    """
    if type(values) is tuple:
        return max(badness(part) for part in values)
    finite = np.isfinite(values)
    if np.all(finite):
        return 0
    return 1 if np.all(finite | np.equal(values, -np.inf)) else 2


def blame(phase: str, op, result, args) -> str:
    """What is wrong with a result or gradient, and whether its operation made it so."""
    forward = phase == "forward"
    what = f"the {'result' if forward else 'gradient'} of {op.name}"
    kind = "NaN" if np.isnan(result).any() else "infinite"
    inputs = args if forward else args[2:]  # a rule gets g, out, *inputs
    shapes = " and ".join(str(np.shape(array)) for array in inputs)
    if badness(result) > max(badness(array) for array in args):
        return f"{what} became {kind}, for inputs of shape {shapes}"
    names = [] if forward else ["the gradient of its result", "its result"]
    names += [f"its input {i} of shape {np.shape(array)}" for i, array in enumerate(inputs)]
    bad = [name for name, array in zip(names, args, strict=True) if badness(array)]
    return f"{what} is {kind}, which was already in {bad[0]}"


@contextmanager
def detect_anomaly():
    """Inside it, an operation whose result or gradient becomes NaN or infinite raises, by name.

    Minus infinity that is handed on is let pass: attention masks scores with it. Looks only at
    operations of the thread that entered it.
    Raises: RuntimeError naming the operation, or saying that its input was bad already.
    Source: https://docs.pytorch.org/docs/stable/autograd.html#anomaly-detection
    """
    owner = threading.get_ident()

    def hook(phase, op, run, *args, **params):
        if threading.get_ident() != owner:
            return run(*args, **params)
        with np.errstate(all="ignore"):  # the error below says more than NumPy's warnings
            result = run(*args, **params)
        values = result[0] if type(result) in (tuple, list) else result
        if badness(values) > (1 if any(badness(array) for array in args) else 0):
            raise RuntimeError(blame(phase, op, values, args))
        return result

    op_hooks.append(hook)
    try:
        yield
    finally:
        op_hooks.remove(hook)


# %% given: anomalies "detect_anomaly at work: the logarithm of 0, and the slope of the root at 0"
x = tensor([4.0, 1.0, 0.0], requires_grad=True)
for compute in (lambda: x.log().sum(), lambda: backward(x.sqrt().sum())):
    try:
        with detect_anomaly():
            compute()
    except RuntimeError as error:
        print("RuntimeError:", error)
    else:
        raise AssertionError("detect_anomaly should have raised an error")


# %% given: classifier "data, answers, weight, bias, cross_entropy: what the classifier needs"
images, labels, test_images, test_labels = digits()
data, answers = tensor(images.reshape(-1, 64)), tensor(labels[:, None])
weight, bias = zeros(64, 10, requires_grad=True), zeros(10, requires_grad=True)


def cross_entropy(logits, answers):
    """The mean of -log p of the right classes."""
    logits = logits - logits.amax(dim=1, keepdim=True)  # so that exp never overflows
    log_p = logits - logits.exp().sum(dim=1, keepdim=True).log()
    return -log_p.gather(1, answers).mean()


# %% given: learned "how many new digits are right; the figures: the losses and the weights"
with no_grad():
    guesses = (tensor(test_images.reshape(-1, 64)) @ weight + bias).argmax(dim=1).numpy()
accuracy = float((guesses == test_labels).mean())
print(
    f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, {accuracy:.1%} of {len(guesses)} new digits right"
)
assert accuracy >= 0.93, "the classifier should read at least 93% of digits it has never seen"

fig, axes = plt.subplots(figsize=(4, 2.6))
axes.semilogy(losses)
axes.set(xlabel="step", ylabel="loss")
axes.set_yticks([0.3, 0.5, 1, 2], ["0.3", "0.5", "1", "2"])
axes.minorticks_off()
fig, panels = plt.subplots(2, 5, figsize=(7, 3))
for digit, axes in enumerate(panels.flat):
    column = weight.numpy()[:, digit].reshape(8, 8)
    strongest = np.abs(column).max()
    axes.imshow(column, cmap="RdBu_r", vmin=-strongest, vmax=strongest)
    axes.set(title=str(digit), xticks=[], yticks=[])
plt.show()
