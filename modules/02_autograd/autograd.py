# %% [markdown]
# # 02 · Automatic differentiation

# %%
#| default_exp core.autograd

# %%
#| export
import itertools
from contextlib import contextmanager, suppress
from functools import partial

import numpy as np

from tinytorch.core.tensor import (
    Receipt,
    Tensor,
    abs_op,
    add,
    amax,
    cast,
    cat_op,
    clamp,
    clone_op,
    cos,
    dims_of,
    div,
    exp,
    expand,
    gather,
    index_op,
    last_write,
    log,
    matmul,
    matmul_forward,
    maximum,
    mean_op,
    minimum,
    mode,
    mul,
    neg,
    permute_op,
    pow_forward,
    pow_op,
    reshape_op,
    sin,
    sqrt,
    sub,
    sum_op,
    tanh,
    tensor,
    transpose_op,
    watched,
    watchers,
    where,
)

# %% [markdown]
# ## 1. Undoing a broadcast
#
# **Exercise 1 · medium · 20 minutes.** Fill in `unbroadcast`.

# %% nbgrader={"grade_id": "unbroadcast", "solution": true}
#| export
def unbroadcast(g: np.ndarray, shape: tuple) -> np.ndarray:
    """Add up the gradient `g` of a broadcast input until it has the input's own `shape`.

    Shapes: any that `shape` broadcasts to -> shape. (5, 3) -> (3,) adds up 5 rows; (5, 3) ->
    (5, 1) adds up 3 columns; (5, 3) -> () adds up everything.
    """
    # Four lines: first the dimensions that `shape` does not have, then those where it has size 1.
    ### BEGIN SOLUTION
    extra = g.ndim - len(shape)
    stretched = tuple(d for d, n in enumerate(shape, extra) if n == 1 and g.shape[d] != 1)
    return g.sum(axis=(*range(extra), *stretched)).reshape(shape)
    ### END SOLUTION

# %% [markdown]
# ## 2. A rule an operation

# %%
#| export
RULES = {}  # {op: one function (g, out, *inputs, **params) an input, giving its gradient}

# %% nbgrader={"grade_id": "elementwise-rules", "solution": true}
#| export
def elementwise_rules() -> dict:
    """The rules of add, sub, mul, div, neg, exp, log and tanh: {op: (rule of input 0, rule of input 1)}.

    A rule is a function (g, out, *inputs): g is the gradient of the loss with respect to the result,
    `out` the result itself, `inputs` what the operation was given, all arrays. It returns the gradient
    with respect to its input, broadcast as the result is: the caller undoes that with `unbroadcast`.
    """
    ### BEGIN SOLUTION
    return {
        add: (lambda g, out, a, b: g, lambda g, out, a, b: g),
        sub: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
        mul: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),
        div: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b),
        neg: (lambda g, out, x: -g,),
        exp: (lambda g, out, x: g * out,),
        log: (lambda g, out, x: g / x,),
        tanh: (lambda g, out, x: g * (1 - out * out),),
    }
    ### END SOLUTION

# %%
#| export
def pow_base(g, out, x, exponent):
    """d x**n / dx = n x**(n-1), which is 0 for n = 0, also at x = 0."""
    if type(exponent) in (int, float):
        return g * (exponent * pow_forward(x, exponent - 1)) if exponent else np.zeros_like(g)
    return g * np.where(exponent == 0, 0, exponent * np.power(x, np.where(exponent == 0, 1, exponent - 1)))


def pow_exponent(g, out, x, exponent):
    """d x**n / dn = x**n log x, taken as 0 where x is 0."""
    return g * out * np.log(np.where(x == 0, 1, x))


def share_of_ties(g, a, b, chosen):
    """The gradient of the chosen one of two values; where they are equal, half each."""
    return g * (chosen(a, b) + np.equal(a, b) * 0.5).astype(g.dtype)


def clamp_rule(g, out, x, min=None, max=None):
    inside = np.ones(x.shape, bool) if min is None else x >= min
    return g * (inside if max is None else inside & (x <= max))


with suppress(NotImplementedError):
    RULES.update(elementwise_rules())
RULES.update(
    {
        pow_op: (pow_base, pow_exponent),
        sqrt: (lambda g, out, x: g * 0.5 / out,),
        abs_op: (lambda g, out, x: g * np.sign(x),),
        sin: (lambda g, out, x: g * np.cos(x),),
        cos: (lambda g, out, x: -g * np.sin(x),),
        maximum: (
            lambda g, out, a, b: share_of_ties(g, a, b, np.greater),
            lambda g, out, a, b: share_of_ties(g, b, a, np.greater),
        ),
        minimum: (
            lambda g, out, a, b: share_of_ties(g, a, b, np.less),
            lambda g, out, a, b: share_of_ties(g, b, a, np.less),
        ),
        clamp: (clamp_rule,),
        where: (None, lambda g, out, c, a, b: g * c, lambda g, out, c, a, b: g * ~c),
        cast: (lambda g, out, x, dtype: g.astype(x.dtype),),
        clone_op: (lambda g, out, x: g,),
    }
)

# %% [markdown]
# ## 3. Matrix products
#
# **Exercise 3 · medium · 25 minutes.** Fill in `matmul_rules`.

# %%
#| export
def as_matrices(g, a, b):
    """`g`, `a` and `b` of a product with every 1-D input written as the matrix it stands for."""
    if a.ndim == 1:
        a, g = a[None, :], g[..., None, :] if b.ndim > 1 else g[..., None]
    if b.ndim == 1:
        b, g = b[:, None], g[..., None]
    return g, a, b

# %% nbgrader={"grade_id": "matmul-rules", "solution": true}
#| export
def matmul_rules() -> tuple:
    """The two rules of `a @ b`: functions (g, out, a, b) giving the gradients of `a` and of `b`.

    Shapes: (m, k) @ (k, n) -> (m, n), with leading dimensions, and 1-D inputs (see `as_matrices`).
    Source: Giles (2008), An extended collection of matrix derivative results, section 2.2.2.
    """

    def for_a(g, out, a, b):
        g, a, b = as_matrices(g, a, b)
        return matmul_forward(g, b.swapaxes(-1, -2))

    def for_b(g, out, a, b):
        is_vector = b.ndim == 1
        g, a, b = as_matrices(g, a, b)
        if b.ndim == 2 and a.ndim > 2:  # one matrix for a whole stack: one product does the adding
            a, g = a.reshape(-1, a.shape[-1]), g.reshape(-1, g.shape[-1])
        gradient = a.swapaxes(-1, -2) @ g
        return gradient[..., 0] if is_vector else gradient

    return for_a, for_b

# %%
#| export
with suppress(NotImplementedError):
    RULES[matmul] = matmul_rules()

# %% [markdown]
# ## 4. Reductions and indexing

# %%
#| export
def keep_dims(g, x, dim):
    """`g`, the gradient of a reduction of `x` along `dim`, with the reduced dimensions as ones."""
    return g.reshape([1 if d in dims_of(x.ndim, dim) else n for d, n in enumerate(x.shape)])

# %% nbgrader={"grade_id": "reduction-rules", "solution": true}
#| export
def reduction_rules() -> dict:
    """The rules of sum, mean, indexing and gather: {op: (rule of input 0,)}.

    sum and mean take dim and keepdim; index takes key, as in x[key]; gather takes dim and index.
    A place of `x` that was used several times gets the sum of the gradients of its uses.
    """

    def sum_rule(g, out, x, dim=None, keepdim=False):
        return np.broadcast_to(keep_dims(g, x, dim), x.shape)

    def mean_rule(g, out, x, dim=None, keepdim=False):
        return np.broadcast_to(keep_dims(g, x, dim) * x.dtype.type(out.size / x.size), x.shape)

    def index_rule(g, out, x, key):
        gradient = np.zeros_like(x)
        np.add.at(gradient, key, g)
        return gradient

    def gather_rule(g, out, x, dim, index):
        gradient = np.zeros_like(x)
        places = list(np.indices(index.shape, sparse=True))
        places[dim] = index
        np.add.at(gradient, tuple(places), g)
        return gradient

    return {sum_op: (sum_rule,), mean_op: (mean_rule,), index_op: (index_rule,), gather: (gather_rule,)}

# %%
#| export
def amax_rule(g, out, x, dim=None, keepdim=False):
    """The gradient of the largest value; where several are equally large, shared evenly."""
    chosen = x == keep_dims(out, x, dim)
    ties = chosen.sum(axis=dims_of(x.ndim, dim), keepdims=True)
    return chosen * (keep_dims(g, x, dim) / ties.astype(g.dtype))


class EachInput:
    """The rules of an operation with any number of inputs: `part(i, g, out, *inputs, **params)`."""

    def __init__(self, part):
        self.part = part

    def __iter__(self):
        return (partial(self.part, i) for i in itertools.count())


def cat_part(i, g, out, *arrays, dim=0):
    """The piece of `g` where input `i` was put."""
    start = sum(array.shape[dim] for array in arrays[:i])
    key = [slice(None)] * g.ndim
    key[dim] = slice(start, start + arrays[i].shape[dim])
    return g[tuple(key)]


with suppress(NotImplementedError):
    RULES.update(reduction_rules())
RULES.update(
    {
        amax: (amax_rule,),
        reshape_op: (lambda g, out, x, shape: g.reshape(x.shape),),
        transpose_op: (lambda g, out, x, dim0, dim1: g.swapaxes(dim0, dim1),),
        permute_op: (lambda g, out, x, dims: g.transpose(np.argsort(dims_of(x.ndim, dims))),),
        expand: (lambda g, out, x, shape: g,),  # the caller undoes the broadcast
        cat_op: EachInput(cat_part),
    }
)

# %% [markdown]
# ## 5. The order of nodes
#
# **Exercise 5 · medium · 20 minutes.**

# %%
#| export
FREED = Receipt(0, None, (), {}, [], None)  # stands for a receipt that backward has used up

# %% nbgrader={"grade_id": "order", "solution": true}
#| export
def graph_order(y: Tensor) -> list:
    """The tensors with a receipt that `y` was made from, `y` among them, latest made first.

    Each stands there once, however many paths lead to it; leaves do not.
    """
    # Seven lines: no recursion, because a graph can be 100,000 deep.
    ### BEGIN SOLUTION
    nodes = [y] if y.origin is not None else []
    found = set(nodes)
    for node in nodes:  # the list grows while we walk along it
        for x in node.origin.inputs:
            if isinstance(x, Tensor) and x.origin is not None and x not in found:
                found.add(x)
                nodes.append(x)
    return sorted(nodes, key=lambda node: node.origin.serial, reverse=True)
    ### END SOLUTION

# %% [markdown]
# ## 6. Backward
#
# **Exercise 6 · hard · 30 minutes.**

# %%
#| export
def first_gradient(y: Tensor, gradient) -> np.ndarray:
    """What backward starts from: ones for a single value, else the `gradient` that is given.

    Raises: RuntimeError if `y` requires no gradients, or if it has several values and none is given.
    """
    if not y.requires_grad:
        raise RuntimeError("backward needs a tensor that was made from one with requires_grad=True")
    if gradient is None:
        if y.data.size != 1:
            raise RuntimeError(
                f"backward starts from one value, not from shape {y.shape}: "
                "call it on a loss such as y.sum(), or give it a gradient"
            )
        return np.ones_like(y.data)
    gradient = np.asarray(gradient.data if isinstance(gradient, Tensor) else gradient, y.dtype)
    if gradient.shape != y.shape:
        raise RuntimeError(f"the gradient has shape {gradient.shape}, the tensor {y.shape}")
    return gradient


def check_unchanged(node: Tensor) -> None:
    """Raises: RuntimeError if something that the rule reads was overwritten since `node` was made."""
    receipt = node.origin
    read = [x for x in receipt.inputs if isinstance(x, Tensor)] if "inputs" in receipt.op.saves else []
    for x in [*read, node] if "output" in receipt.op.saves else read:
        if x.stamp is not None and x.stamp[0] > receipt.serial:
            raise RuntimeError(
                f"the gradient of {receipt.op.name} needs a value of shape {x.shape} that was "
                "overwritten in place: make a new tensor instead, or change it after backward"
            )


def rules_of(node: Tensor):
    """The rules of the operation that made `node`.

    Raises: RuntimeError if an earlier backward has used up the receipt, if the operation has no
    rule, or if a value that a rule reads was overwritten.
    """
    receipt = node.origin
    if receipt is FREED:
        raise RuntimeError(
            "this part of the graph was used up by an earlier backward: run the forward pass again, "
            "or call the earlier one with retain_graph=True"
        )
    if receipt.op not in RULES:
        raise RuntimeError(f"there is no rule for {receipt.op.name} yet: is its exercise still to do?")
    if last_write[0] > receipt.serial:
        check_unchanged(node)
    return RULES[receipt.op]


def input_gradients(node: Tensor, g) -> list:
    """Pairs of an input of `node` that requires gradients and its gradient, by the rules of the op.

    Raises: RuntimeError, see `rules_of`.
    """
    rules, receipt = rules_of(node), node.origin
    saved, arrays, params = receipt.saved, receipt.arrays, receipt.params
    pairs = []
    for x, array, rule in zip(receipt.inputs, arrays, rules):
        if isinstance(x, Tensor) and x.requires_grad:
            if watchers:
                rule = partial(watched, "backward", receipt.op, rule)
            part = rule(g, saved, *arrays, **params) if params else rule(g, saved, *arrays)
            pairs.append((x, part if part.shape == array.shape else unbroadcast(part, array.shape)))
    return pairs


def deposit(x: Tensor, g) -> None:
    """Add `g` to `x.grad`, in memory of its own."""
    if x.grad is None:
        x.grad = Tensor(np.array(g, x.data.dtype))
    else:
        x.grad.data += g

# %% nbgrader={"grade_id": "backward", "solution": true}
#| export
def backward(y: Tensor, gradient=None, retain_graph: bool = False) -> None:
    """Add the gradient of `y` to `.grad` of every leaf that it was made from.

    gradient: where `y` has several values, the gradient with respect to each.
    retain_graph: keep the receipts, so that backward can run again.
    Raises: RuntimeError, see `first_gradient` and `sources`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html
    """
    ### BEGIN SOLUTION
    grads, owned = {y: first_gradient(y, gradient)}, set()
    for node in graph_order(y):
        g = grads.pop(node)
        for x, part in input_gradients(node, g):
            if x not in grads:
                grads[x] = part
            elif x in owned:
                grads[x] += part
            else:  # the first sum makes an array of our own; later ones are added in place
                grads[x] = grads[x] + part
                owned.add(x)
        if node.retains:
            deposit(node, g)
        if not retain_graph:
            node.origin = FREED
    for leaf, g in grads.items():
        deposit(leaf, g)
    ### END SOLUTION

# %% [markdown]
# ## 7. no_grad

# %% nbgrader={"grade_id": "no-grad", "solution": true}
#| export
@contextmanager
def no_grad():
    """Inside `with no_grad():`, or in a function decorated with it, operations leave no receipts.

    Afterwards `mode.recording` is as it was before, also after an error, also when nested.
    """
    ### BEGIN SOLUTION
    before, mode.recording = mode.recording, False
    try:
        yield
    finally:
        mode.recording = before
    ### END SOLUTION

# %%
#| export
@contextmanager
def enable_grad():
    """The opposite of `no_grad`: records again inside it."""
    before, mode.recording = mode.recording, True
    try:
        yield
    finally:
        mode.recording = before


def is_grad_enabled() -> bool:
    """Whether operations leave receipts in this thread."""
    return mode.recording

# %% [markdown]
# ## 8. gradcheck

# %% nbgrader={"grade_id": "gradcheck", "solution": true}
#| export
def numerical_gradient(f, x: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """The gradient of `f()` with respect to the float64 array `x`, by central differences.

    f: a function without arguments that reads `x` and returns a number. `x` is left as it was.
    Shapes: as `x`. The error is of the order eps**2.
    """
    ### BEGIN SOLUTION
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
    ### END SOLUTION

# %%
#| export
def gradcheck(func, *inputs, eps: float = 1e-6, atol: float = 1e-5, rtol: float = 1e-3) -> bool:
    """Compare backward's gradients of `func` with central differences, in float64.

    inputs: arrays or tensors, by themselves or as one tuple; integers and booleans are passed on
    as they are. The values of the result are weighed with random numbers and added up, so that no
    error hides behind a sum that is constant.
    Returns: True. Raises: AssertionError naming the input and the place that differs most.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
    """
    if len(inputs) == 1 and isinstance(inputs[0], (tuple, list)):
        inputs = inputs[0]
    tensors = [_leaf(x) for x in inputs]
    result = func(*tensors)
    weights = np.random.default_rng(0).uniform(0.5, 1.5, result.shape)
    backward((result * tensor(weights)).sum())

    def value():
        with no_grad():
            return float((func(*tensors).data * weights).sum())

    for i, x in enumerate(tensors):
        if x.requires_grad:
            numeric = numerical_gradient(value, x.data, eps)
            analytic = np.zeros_like(x.data) if x.grad is None else x.grad.data
            _compare(i, analytic, numeric, atol, rtol)
    return True


def _leaf(x) -> Tensor:
    """A leaf of its own memory: float64 with gradients for floats, the values as they are else."""
    array = np.array(x.data if isinstance(x, Tensor) else x)
    return tensor(array.astype(np.float64), requires_grad=True) if array.dtype.kind == "f" else tensor(array)


def _compare(i: int, analytic: np.ndarray, numeric: np.ndarray, atol: float, rtol: float) -> None:
    wrong = ~(np.abs(analytic - numeric) <= atol + rtol * np.abs(numeric))
    if wrong.any():
        place = np.unravel_index(np.argmax(np.where(wrong, np.abs(analytic - numeric), -1)), wrong.shape)
        place = tuple(int(n) for n in place)
        raise AssertionError(
            f"the gradient of input {i} differs at {place}: "
            f"backward gives {analytic[place]:.6g}, differences give {numeric[place]:.6g}"
        )

# %%
#| export
@contextmanager
def detect_anomaly():
    """Inside it, an operation whose result or gradient becomes NaN or infinite raises and is named.

    Source: https://docs.pytorch.org/docs/stable/autograd.html#anomaly-detection
    """

    def watch(phase, op, run, *args, **params):
        result = run(*args, **params)
        values = result[0] if type(result) is tuple else result
        if not np.isfinite(values).all():
            what = "the result" if phase == "forward" else "the gradient"
            raise RuntimeError(f"{what} of {op.name} is NaN or infinite, for inputs of shape ...")
        return result

    watchers.append(watch)
    try:
        yield
    finally:
        watchers.remove(watch)
