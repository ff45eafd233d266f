# generated from modules/02_autograd/autograd.py by `tito build`: edit that file

# %% auto #0
__all__ = ['VJPS', 'FREED', 'accumulating', 'elementwise_rules', 'pow_base', 'pow_exponent', 'share_of_ties', 'chosen',
           'std_rule', 'clamp_rule', 'unbroadcast', 'as_matrices', 'matmul_rules', 'keep_dims', 'may_repeat',
           'reduction_rules', 'amax_rule', 'AllInputs', 'cat_parts', 'graph_order', 'first_gradient', 'check_unchanged',
           'rules_of', 'input_gradients', 'accumulate_grad', 'backward', 'graph_layers', 'box_of', 'op_text',
           'draw_graph', 'no_grad', 'enable_grad', 'set_grad_enabled', 'is_grad_enabled', 'numerical_gradient',
           'gradcheck', 'badness', 'blame', 'detect_anomaly']

# %% #6cc08fd3d872
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
from ..lib.contexts import contextmanager, decorated
from ..lib.graphs import draw_boxes
from ..lib.hooks import hooked, with_hooks
from ..lib.layer_checks import check_number, check_switch
from ..lib.memory import ALONE, taken
from ..lib.primitives import RULES
from ..lib.masks import keep
from ..lib.settings import as_array, check_dict, check_kind
from ..lib.sums import stretched_sums

# %% #750494cc323e
VJPS = RULES  # {op: the rules of its inputs}, for all operations; given ones are in it

# %% #elementwise-rules
def elementwise_rules() -> dict:
    """The rules of add, sub, mul, div, neg, exp, log and tanh: {op: (rule of input 0, ...)}.

    The keys are add_op, sub_op, ... A rule is a function (g, out, *inputs) of arrays, or numbers
    such as the 2.0 in `x * 2.0`; g is the gradient of the result `out`. It returns the gradient of
    its input in the shape and dtype of `out` (the caller undoes a broadcast), and changes no array.
    """
    return {
        add_op: (lambda g, out, a, b: g, lambda g, out, a, b: g),
        sub_op: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
        mul_op: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),
        div_op: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b),
        neg_op: (lambda g, out, x: -g,),
        exp_op: (lambda g, out, x: g * out,),
        log_op: (lambda g, out, x: g / x,),
        tanh_op: (lambda g, out, x: g * (1 - out * out),),
    }

# %% #93fd864521d0
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

# %% #unbroadcast
def unbroadcast(g: np.ndarray, shape: tuple) -> np.ndarray:
    """Add up the gradient `g` of a broadcast input until it has the input's own `shape`.

    Shapes: any that `shape` broadcasts to -> shape. (5, 3) -> (3,) adds up 5 rows; (5, 3) ->
    (5, 1) adds up 3 columns; (5, 3) -> () adds up everything. Keeps the dtype; `g` stays as it is.
    """
    extra = g.ndim - len(shape)
    stretched = tuple(d for d, n in enumerate(shape, extra) if n == 1 and g.shape[d] != 1)
    return g.sum(axis=(*range(extra), *stretched)).reshape(shape)

# %% #0f011856017b
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

# %% #matmul-rules
def matmul_rules() -> tuple:
    """The two rules of `a @ b`: functions (g, out, a, b) giving the gradients of `a` and of `b`.

    Shapes, dtype: those of `a` and `b`, or what they broadcast to in the leading dimensions. For a
    1-D `a` it may stay the (1, k) matrix of `as_matrices`; for a 1-D `b` it is 1-D.
    Source: Giles (2008), An extended collection of matrix derivative results, section 2.2.2.
    """

    def for_a(g, out, a, b):
        g, a, b = as_matrices(g, a, b)
        return matmul_forward(g, b.swapaxes(-1, -2))  # (..., m, n) @ (..., n, k)

    def for_b(g, out, a, b):
        is_vector = b.ndim == 1
        g, a, b = as_matrices(g, a, b)
        if b.ndim == 2 and a.ndim > 2 and b.size:  # one product adds up the whole stack
            a, g = a.reshape(-1, a.shape[-1]), g.reshape(-1, g.shape[-1])  # (rows, k), (rows, n)
        gradient = a.swapaxes(-1, -2) @ g  # (..., k, m) @ (..., m, n)
        return gradient[..., 0] if is_vector else gradient

    return for_a, for_b

# %% #cf2849a356e1
def keep_dims(g, x, dim):
    """`g`, the gradient of a reduction of `x` along `dim`, with the reduced dimensions as ones."""
    return g.reshape([1 if d in dims_of(x.ndim, dim) else n for d, n in enumerate(x.shape)])


def may_repeat(key) -> bool:
    """Whether an index can name one place twice: only arrays and lists of integers can."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(isinstance(p, (list, np.ndarray)) and np.asarray(p).dtype != bool for p in parts)

# %% #reduction-rules
def reduction_rules() -> dict:
    """The rules of sum, mean, index (x[key]) and gather: {op: (rule,)}, for sum_op, mean_op, ...

    The rules' arguments: (g, out, x, dim=None, keepdim=False) for sum and mean, (g, out, x, key)
    for index, (g, out, x, dim, index) for gather. A rule returns the gradient of `x`, in its shape
    and dtype. A place of `x` that was picked several times, by index or by gather, gets the sum of
    its uses' gradients. (Where `may_repeat(key)` is False, `gradient[key] = g` is enough and fast.)
    """

    def sum_rule(g, out, x, dim=None, keepdim=False):
        return np.broadcast_to(keep_dims(g, x, dim), x.shape)

    def mean_rule(g, out, x, dim=None, keepdim=False):
        share = x.dtype.type(out.size / max(x.size, 1))
        return np.broadcast_to(keep_dims(g, x, dim) * share, x.shape)

    def index_rule(g, out, x, key):
        gradient = np.zeros_like(x)
        if may_repeat(key):
            np.add.at(gradient, key, g)
        else:
            gradient[key] = g
        return gradient

    def gather_rule(g, out, x, dim, index):
        gradient = np.zeros_like(x)
        places = list(np.indices(index.shape, sparse=True))
        places[dim] = index
        np.add.at(gradient, tuple(places), g)
        return gradient

    rules = {sum_op: sum_rule, mean_op: mean_rule, index_op: index_rule, gather_op: gather_rule}
    return {op: (rule,) for op, rule in rules.items()}

# %% #649e2c99da87
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

# %% #order
def graph_order(y: Tensor) -> list:
    """The tensors with a receipt (`grad_fn`) that `y` was made from, and `y`, latest made first.

    Lists each once, however many paths lead to it, and no leaves: for a leaf `y` the list is empty.
    Takes time in proportion to the number of operations, at any depth.
    """
    results = [y] if y.grad_fn is not None else []
    found = set(results)
    for out in results:  # the list grows while we walk along it
        for x in out.grad_fn.inputs:
            if isinstance(x, Tensor) and x.grad_fn is not None and x not in found:
                found.add(x)
                results.append(x)
    return sorted(results, key=lambda out: out.grad_fn.serial, reverse=True)

# %% #cfd18e5a5b97
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

# %% #backward
def backward(y: Tensor, gradient=None, retain_graph: bool = False) -> None:
    """Add the gradient of `y` to `.grad` of every leaf that it was made from and that wants one.

    gradient: where `y` has several values, the gradient of each, in the shape of `y`.
    retain_graph: keep the receipts, so that backward can run again.
    A result that `retains_grad` gets its `.grad` too. No two `.grad` share memory, and neither
    `gradient` nor what a rule returned is changed. Raises: see `first_gradient` and `rules_of`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html
    """
    grads, owned = {y: first_gradient(y, gradient)}, set()
    for out in taken(graph_order(y)):
        g = grads.pop(out)
        for x, part in input_gradients(out, g):
            if x not in grads:
                grads[x] = part
            elif x in owned:
                grads[x] += part
            else:  # the first sum makes an array of our own; later ones are added in place
                grads[x] = grads[x] + part
                owned.add(x)
        if out.retains_grad:
            accumulate_grad(out, g)
        if not retain_graph:
            out.grad_fn = FREED
    g = part = None  # an array that nobody else holds needs no copy to become a `.grad`
    for leaf in list(grads):
        accumulate_grad(leaf, grads.pop(leaf))

# %% #369a2b2f7346
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

# %% #no-grad
@contextmanager
def no_grad():
    """Inside `with no_grad():`, or in a function decorated with it, operations leave no receipts.

    Afterwards `grad_mode.enabled` is what it was before, even after an error (which goes on to the
    caller) and when nested. Other threads keep recording.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.no_grad.html
    """
    before, grad_mode.enabled = grad_mode.enabled, False
    try:
        yield
    finally:
        grad_mode.enabled = before

# %% #c087b5aa2588
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

# %% #gradcheck
def numerical_gradient(f, x: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """The gradient of `f()` with respect to the float64 array `x`, by central differences.

    f: a function without arguments that reads `x` and returns a number. Afterwards `x` is what it
    was, to the last digit. Shapes: any -> as `x`, which may be 0-d, or a view such as a transpose.
    The error is of the order eps**2.
    """
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        value = x[place]
        x[place] = value + eps
        above = f()
        x[place] = value - eps
        below = f()
        x[place] = value
        gradient[place] = (above - below) / (2 * eps)
    return gradient

# %% #21800fe0e74b
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

# %% #e572e4fda9f9
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
