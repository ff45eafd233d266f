# %% [markdown]
# # 08 · Normalization
#
# Fifty layers make each other's inputs. If each makes its output 10% smaller than its input, the
# last one sees $0.9^{50}$, half a percent, of what went in; at 10% larger, a hundredfold. The
# gradient takes the same way back. Module 03's initialisation holds the balance at the start; it
# cannot hold it while the weights move.
#
# Normalization does not hope for the right size, it makes it: subtract the mean, divide by the
# spread. At the end of this module you own PyTorch's `BatchNorm1d`, `LayerNorm`, `GroupNorm` and
# `RMSNorm`, each one fused operation, and a perceptron of fifty layers that learns to read.
#
# First see the trouble.

# %%
#| default_exp core.normalization

# %%
#| export
import math
from contextlib import suppress

import numpy as np

from tinytorch.core.autograd import VJPS
from tinytorch.core.layers import Module, Parameter
from tinytorch.core.tensor import Op, Tensor, ones, tensor, zeros

# %%
import itertools

import matplotlib.pyplot as plt

from tinytorch.core.autograd import no_grad
from tinytorch.core.layers import Identity, Linear, ReLU, Sequential, kaiming_normal_, relu
from tinytorch.core.losses import cross_entropy
from tinytorch.core.tensor import manual_seed, randn
from tinytorch_data import digits
from tito.checks import close, equal, true


# %%
def deep(depth, factor, norm=None, width=64):
    """Layers of `width` units: linear (weights scaled by `factor`), `norm` if given, ReLU."""
    manual_seed(0)
    parts = []
    for _ in range(depth):
        linear = Linear(width, width)
        kaiming_normal_(linear.weight, nonlinearity="relu")
        with no_grad():
            linear.weight *= factor
            linear.bias *= 0
        parts += [linear, *([norm(width)] if norm else []), ReLU()]
    return Sequential(*parts)


def spreads(model, x):
    """The standard deviation of what each ReLU of `model` hands on."""
    found = []
    with no_grad():
        for layer in model:
            x = layer(x)
            if isinstance(layer, ReLU):
                found.append(x.std().item())
    return found


# %%
manual_seed(1)
examples = randn(256, 64)
fig, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
for factor in (0.8, 1.0, 1.2):
    ax.semilogy(range(1, 51), spreads(deep(50, factor), examples), label=f"weights x {factor}")
ax.set(xlabel="layer", ylabel="spread of its output")
ax.legend()
plt.show()

# %% [markdown]
# Kaiming's weights keep the size, roughly. Made 20% smaller, they lose a factor of some two hundred
# thousand over fifty layers; made 20% larger, they gain one of some two thousand.
#
# ## 1. Mean 0, spread 1
#
# Take a group of $n$ values, and bring it to mean 0 and spread 1:
#
# $$\mu = \frac1n \sum_i x_i \qquad v = \frac1n \sum_i (x_i - \mu)^2 \qquad
# r = \frac{1}{\sqrt{v + \varepsilon}} \qquad \hat x_i = (x_i - \mu)\, r$$
#
# $\varepsilon$ keeps a group of equal values from dividing by 0. Which values form a group is all
# that tells the layers apart: **layer norm** takes the features of one example, **batch norm** one
# feature of all examples. On a table (examples, features) that is dim 1 or dim 0.
#
# Given: `average`. Of two arrays it averages the product, without making an array of it.


# %%
#| export
def total(dims: tuple, *arrays: np.ndarray) -> np.ndarray:
    """The sum of an array, or of the product of two, along `dims`, which stay with size 1."""
    shape = arrays[0].shape
    letters = "abcdefgh"[: len(shape)]
    kept = "".join(letter for d, letter in enumerate(letters) if d not in dims)
    sums = np.einsum(f"{','.join([letters] * len(arrays))}->{kept}", *arrays)
    return sums.reshape([1 if d in dims else n for d, n in enumerate(shape)])


def average(dims: tuple, *arrays: np.ndarray) -> np.ndarray:
    """`total`, divided by how many values went into each sum. dims: from 0 on, none negative."""
    return total(dims, *arrays) / max(math.prod(arrays[0].shape[d] for d in dims), 1)


# %% [markdown]
# **Exercise 1 · easy · 15 minutes.** Fill in `normalize`.
#
# <details><summary>it looks like: divided by n - 1</summary>
#
# `np.var` divides by $n$, as asked here; with `ddof=1`, and as `Tensor.var` does, by $n - 1$.
#
# </details>
#
# <details><summary>ValueError: operands could not be broadcast together</summary>
#
# NumPy drops the dimension that it averages over: say `keepdims=True`, or use `average`.
#
# </details>
#
# <details><summary>its dtype: expected float32, got float64</summary>
#
# A Python number does not widen an array, but a NumPy number such as `np.float64(eps)` does.
#
# </details>


# %% nbgrader={"grade_id": "normalize", "solution": true}
#| export
def normalize(x: np.ndarray, dims: tuple, eps: float) -> tuple:
    """(normed, mean, var, inverse): `x` brought to mean 0 and spread 1 along `dims`, and with what.

    var: the mean square of what is left after the mean (divided by n).
    inverse: 1 / sqrt(var + eps).
    Shapes: normed as x; the other three as x with size 1 at `dims`. The dtype stays, and so does x.
    Source: Ioffe and Szegedy (2015), Batch Normalization, algorithm 1, arXiv:1502.03167.
    """
    # Five or six lines. `average(dims, a, a)` is the mean square of a.
    ### BEGIN SOLUTION
    mean = average(dims, x)
    normed = x - mean
    var = average(dims, normed, normed)
    inverse = 1 / np.sqrt(var + eps)
    normed *= inverse  # in place: this array is ours
    return normed, mean, var, inverse
    ### END SOLUTION


# %% nbgrader={"grade_id": "normalize-test", "grade": true, "points": 2}
# Two rows of four values, with a large eps, so that its place shows.
x = np.array([[1.0, 3.0, 5.0, 7.0], [2.0, 2.0, 2.0, 2.0]])
normed, mean, var, inverse = normalize(x, (1,), 4.0)
wrong = {"that is the mean of each column": x.mean(0), "the dimension is gone: keep it": [4, 2]}
close(mean, [[4], [2]], "the mean of each row", suspects=wrong)
wrong = {"divided by n - 1": x.var(1, ddof=1, keepdims=True)}
wrong["the mean was not taken out first"] = (x * x).mean(1, keepdims=True)
wrong["the standard deviation, not its square"] = x.std(1, keepdims=True)
close(var, [[5], [0]], "the variance of each row", suspects=wrong)
wrong = {"eps is outside the root": 1 / (np.sqrt([[5], [0]]) + 4)}
wrong["that is the root: one divides by it"] = [[3], [2]]
wrong["eps is missing"] = [[5**-0.5], [np.inf]]
wrong["the root is missing"] = [[1 / 9], [1 / 4]]
close(inverse, [[1 / 3], [1 / 2]], "the inverse deviation of each row", suspects=wrong)
wrong = {"the mean was not taken out": x * inverse, "not divided": x - x.mean(1, keepdims=True)}
close(normed, [[-1, -1 / 3, 1 / 3, 1], [0] * 4], "the normalized rows", suspects=wrong)

# %% nbgrader={"grade_id": "normalize-hidden", "grade": true, "points": 3}
# Also graded: along the columns, several dimensions at once, values far from 0, float32, no rows,
# and x left as it was.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for shape, dims in (((5, 3), (0,)), ((2, 4, 3), (0, 2)), ((2, 4, 3), (2,)), ((3, 2, 5), (1, 2))):
    x = rng.normal(2.0, 3.0, size=shape)
    kept = x.copy()
    mean, var = x.mean(axis=dims, keepdims=True), x.var(axis=dims, keepdims=True)
    found, what = normalize(x, dims, 0.1), f"of {shape} along {dims}"
    wrong = {"divided by n - 1": x.var(axis=dims, ddof=1, keepdims=True)}
    close(found[1], mean, f"the mean {what}")
    close(found[2], var, f"the variance {what}", suspects=wrong)
    close(found[3], (var + 0.1) ** -0.5, f"the inverse deviation {what}")
    close(found[0], (x - mean) / np.sqrt(var + 0.1), f"the normalized values {what}")
    close(x, kept, "x after the call")
x = np.array([[10001.0, 10002.0, 10003.0]])
wrong = {"the mean of squares less the square of the mean: two large numbers": (x**2).mean()}
single = normalize(x.astype(np.float32), (1,), 0.0)
what = "the variance of 10001, 10002, 10003 in float32"
hint = "take the mean out before squaring: (x*x).mean() - mean**2 subtracts two large numbers"
close(single[2], [[2 / 3]], what, hint=hint, dtype="float32")
for part in single:
    equal(str(part.dtype), "float32", "the dtype of each of the four results")
equal(normalize(np.ones((0, 3)), (1,), 0.1)[0].shape, (0, 3), "the shape for no rows")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The way back
#
# Moving one $x_k$ moves the mean and the spread, and with them every value of the group. Two
# derivatives are all it takes. From $\partial\mu/\partial x_k = 1/n$ and
# $\partial v/\partial x_k = 2 (x_k - \mu)/n$:
#
# $$\frac{\partial \hat x_i}{\partial x_k} = r\,\Big(1_{i=k} - \frac1n - \frac{\hat x_i \hat x_k}{n}
# \Big) \qquad\Rightarrow\qquad
# \bar x_k = \sum_i g_i\,\frac{\partial \hat x_i}{\partial x_k}$$
#
# The sum is yours to carry out; there is no table of slopes in the result, only two averages.
# Leave them out, as if mean and spread were constants, and training pushes with full force in
# directions that the layer then takes out again.
#
# **Exercise 2 · hard · 25 minutes.** Fill in `normalize_rule`.
#
# <details><summary>it looks like: the mean and the spread were taken for constants</summary>
#
# $r g$ is the first of three terms. The second one sums $g_i/n$ over the group, the third one
# $g_i \hat x_i / n$; that is what `average` computes.
#
# </details>
#
# <details><summary>g after the call is wrong</summary>
#
# The array `g` may be the gradient of other operations, too. Begin with an array of your own.
#
# </details>


# %% nbgrader={"grade_id": "normalize-rule", "solution": true}
#| export
def normalize_rule(g: np.ndarray, normed: np.ndarray, inverse: np.ndarray, dims: tuple):
    """The gradient of x, if `g` is the gradient of `normed`, the first result of `normalize`.

    Shapes: g and normed as x, inverse with size 1 at `dims` -> as x. The dtype stays; no array
    that came in is changed.
    """
    # One line, or four that work in place.
    ### BEGIN SOLUTION
    part = normed * -average(dims, g, normed)
    part += g
    part -= average(dims, g)
    part *= inverse
    return part
    ### END SOLUTION


# %% nbgrader={"grade_id": "normalize-rule-test", "grade": true, "points": 3}
# The values 1, 3, 5, 7 with eps = 4, so that r = 1/3.
normed, inverse = np.array([[-1.0, -1 / 3, 1 / 3, 1.0]]), np.array([[1 / 3]])
g = np.array([[1.0, 0.0, 2.0, 5.0]])
wrong = {
    "the mean and the spread were taken for constants": g * inverse,
    "the spread was taken for a constant": (g - 2) * inverse,
    "the mean was taken for a constant": (g - normed * 7 / 6) * inverse,
    "the inverse deviation is missing": g - 2 - normed * 7 / 6,
    "sums in place of averages": (g - 8 - normed * 14 / 3) * inverse,
    "the third term was not multiplied by the value's own normed": (g - 2 - 7 / 6) * inverse,
}
expected = np.array([[1 / 6, -29 / 18, -7 / 18, 11 / 6]]) / 3
close(normalize_rule(g, normed, inverse, (1,)), expected, "the gradient of x", suspects=wrong)

# %% nbgrader={"grade_id": "normalize-rule-hidden", "grade": true, "points": 3}
# Also graded: against differences, along columns and several dimensions; float32; arrays left as
# they were.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)


def normed_of(x, dims):
    mean, var = x.mean(axis=dims, keepdims=True), x.var(axis=dims, keepdims=True)
    return (x - mean) / np.sqrt(var + 0.3), 1 / np.sqrt(var + 0.3)


for shape, dims in (((5, 3), (0,)), ((3, 5), (1,)), ((2, 3, 4), (0, 2)), ((2, 3, 4), (2,))):
    x, g = rng.normal(size=shape), rng.normal(size=shape)
    numeric = np.zeros(shape)
    for place in np.ndindex(shape):
        step = np.zeros(shape)
        step[place] = 1e-6
        ends = [(normed_of(x + side * step, dims)[0] * g).sum() for side in (1, -1)]
        numeric[place] = (ends[0] - ends[1]) / 2e-6
    normed, inverse = normed_of(x, dims)
    copies = g.copy(), normed.copy()
    wrong = {"the mean and the spread were taken for constants": g * inverse}
    what = f"the gradient of x of shape {shape}, normalized along {dims}"
    found = normalize_rule(g, normed, inverse, dims)
    close(found, numeric, what, suspects=wrong, rtol=1e-5, atol=1e-6)
    close(g, copies[0], "g after the call")
    close(normed, copies[1], "normed after the call")
single = [np.ones(shape, np.float32) for shape in ((2, 3), (2, 3), (2, 1))]
close(normalize_rule(*single, (1,)), -np.ones((2, 3)), "the gradient, float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Look at the gradient it gives: it adds up to 0 in each group, since adding a constant to all
# values changes nothing downstream; and it has no part along $\hat x$ (but for $\varepsilon$),
# since making all values larger changes nothing either. Normalization takes away two directions,
# and the gradient knows.
#
# ## 3. A scale and a shift of its own
#
# Mean 0 and spread 1 are a good beginning, but a layer may need others. So each feature gets a
# weight $\gamma$ and a bias $\beta$ that it learns, $y = \gamma \hat x + \beta$. In a table
# (rows, features) or (batch, channels, length) they run along dim 1, the same for all the rest.
# What was used several times gets the sum, as always.
#
# Given: `along_dim_1` gives a weight the shape in which it meets such a table.


# %%
#| export
def along_dim_1(weight: np.ndarray, ndim: int) -> np.ndarray:
    """`weight` (c,) as (c,) for a table of two dimensions, and as (c, 1) for one of three."""
    return weight.reshape(-1, *[1] * (ndim - 2))


# %% [markdown]
# **Exercise 3 · medium · 20 minutes.** Fill in `affine_rules`.
#
# <details><summary>expected: ... shape (3,), got: ... shape (1, 3)</summary>
#
# `total` keeps the dimensions it sums over, with size 1. The gradient of a weight (c,) is (c,).
#
# </details>


# %% nbgrader={"grade_id": "affine-rules", "solution": true}
#| export
def affine_rules() -> tuple:
    """Three rules of y = normed * weight + bias, for normed, weight and bias: (g, normed, weight).

    Shapes: g and normed (n, c) or (n, c, l), weight (c,) -> (n, c) or (n, c, l); (c,); (c,).
    The dtypes stay; no array that came in is changed.
    """
    # Three functions of a line each, and perhaps one that names the dimensions other than 1.
    ### BEGIN SOLUTION

    def others(g):
        return tuple(d for d in range(g.ndim) if d != 1)

    def for_normed(g, normed, weight):
        return g * along_dim_1(weight, g.ndim)

    def for_weight(g, normed, weight):
        return total(others(g), g, normed).reshape(-1)

    def for_bias(g, normed, weight):
        return total(others(g), g).reshape(-1)

    return for_normed, for_weight, for_bias
    ### END SOLUTION


# %% nbgrader={"grade_id": "affine-rules-test", "grade": true, "points": 2}
# Two rows of three features.
for_normed, for_weight, for_bias = affine_rules()
g, normed = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 4.0]]), np.array([[1.0, 0, -1], [-2, 3, 1]])
weight = np.array([10.0, 2.0, -1.0])
wrong = {
    "the weight is missing: the chain rule multiplies by it": g,
    "multiplied by normed": g * normed,
}
expected = [[10, 4, -3], [5, -2, -4]]
close(for_normed(g, normed, weight), expected, "the gradient of normed", suspects=wrong)
wrong = {"g was summed, without normed": g.sum(0), "averaged, not added up": (g * normed).mean(0)}
wrong["summed over the features, not over the rows"] = (g * normed).sum(1)
close(for_weight(g, normed, weight), [0, -3, 1], "the gradient of the weight", suspects=wrong)
wrong = {"averaged, not added up": g.mean(0), "the wrong sum": g.sum(1)}
close(for_bias(g, normed, weight), [1.5, 1, 7], "the gradient of the bias", suspects=wrong)

# %% nbgrader={"grade_id": "affine-rules-hidden", "grade": true, "points": 3}
# Also graded: (batch, channels, length), as many rows as features, no rows, float32, arrays left
# as they were.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
for shape in ((3, 3), (2, 3, 4), (4, 3, 3), (1, 3, 1), (0, 3)):
    g, normed, weight = rng.normal(size=shape), rng.normal(size=shape), rng.normal(size=3)
    copies = g.copy(), normed.copy(), weight.copy()
    stretched = weight.reshape(3, 1) if len(shape) == 3 else weight
    dims = tuple(d for d in range(len(shape)) if d != 1)
    found = [rule(g, normed, weight) for rule in affine_rules()]
    wrong = {"the weight ran along the last dimension": g * weight} if shape[-1] == 3 else {}
    close(found[0], g * stretched, f"the gradient of normed of shape {shape}", suspects=wrong)
    close(found[1], (g * normed).sum(axis=dims), f"the gradient of the weight, {shape}")
    close(found[2], g.sum(axis=dims), f"the gradient of the bias, {shape}")
    for array, kept, name in zip((g, normed, weight), copies, ("g", "normed", "w"), strict=True):
        close(array, kept, f"{name} after the rules have run")
single = [np.ones(shape, np.float32) for shape in ((4, 3), (4, 3), (3,))]
for rule, expected in zip(affine_rules(), (np.ones((4, 3)), [4] * 3, [4] * 3), strict=True):
    close(rule(*single), expected, "a gradient in float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Given: your parts, joined to one operation. `view` is the shape in which the groups lie along
# `dims`; `table` the one in which the weight runs along dim 1. What the backward pass needs is
# saved: the normalized values and the inverse deviations, no more. Batch norm, which comes next,
# hands in `running`.


# %% tags=["given"]
#| export
def norm_forward(x, weight=None, bias=None, *, view, dims, table, eps, running=()):
    """normalize, times the weight, plus the bias; and what the rules read.

    running: (mean, var, momentum) to be updated by the statistics of `x`, or nothing.
    """
    normed, mean, var, inverse = normalize(x.reshape(view), dims, eps)
    if running and x.size:
        count = math.prod(view[d] for d in dims)
        update_running(*running[:2], mean.reshape(-1), var.reshape(-1), count, running[2])
    out = normed = normed.reshape(table)
    if weight is not None:
        out = normed * along_dim_1(weight, len(table))
    if bias is not None:
        out += along_dim_1(bias, len(table))
    return out.reshape(x.shape), (normed, inverse)


def norm_rules() -> tuple:
    """The rules of `norm_forward`, made of yours."""
    for_normed, for_weight, for_bias = affine_rules()

    def rule_x(g, saved, x, weight=None, bias=None, *, view, dims, table, **_):
        normed, inverse = saved
        if weight is not None:
            g = for_normed(g.reshape(table), normed, weight)
        part = normalize_rule(g.reshape(view), normed.reshape(view), inverse, dims)
        return part.reshape(x.shape)

    def rule_weight(g, saved, x, weight, bias=None, *, table, **_):
        return for_weight(g.reshape(table), saved[0], weight).reshape(weight.shape)

    def rule_bias(g, saved, x, weight, bias, *, table, **_):
        return for_bias(g.reshape(table), saved[0], weight).reshape(bias.shape)

    return rule_x, rule_weight, rule_bias


layer_norm_op, batch_norm_op, group_norm_op = (
    Op(name, norm_forward, saves="inputs output")
    for name in ("layer_norm", "batch_norm", "group_norm")
)
with suppress(NotImplementedError):
    VJPS.update(dict.fromkeys((layer_norm_op, batch_norm_op, group_norm_op), norm_rules()))


def affine(x: Tensor, weight, bias) -> tuple:
    """The inputs of an operation: `x` and what there is of weight and bias."""
    if bias is None:
        return (x,) if weight is None else (x, weight)
    return x, ones(*bias.shape, dtype=bias.dtype) if weight is None else weight, bias


def check_floats(name: str, x) -> None:
    """Raises: TypeError for what is no tensor; RuntimeError for integers."""
    if not isinstance(x, Tensor):
        raise TypeError(f"{name} takes a Tensor, not {type(x).__name__}: use tensor(...)")
    if not x.is_floating_point():
        raise RuntimeError(f"{name} takes floats, not {x.dtype}: use .float()")


def rows_of(name: str, x: Tensor, normalized_shape, **parameters) -> tuple:
    """(rows, features) of an input whose last dimensions are `normalized_shape`.

    Raises: TypeError for a shape that is no tuple; RuntimeError where shapes do not fit.
    """
    check_floats(name, x)
    if isinstance(normalized_shape, int):
        raise TypeError(f"{name}: normalized_shape is a tuple, as ({normalized_shape},)")
    shape = tuple(normalized_shape)
    if not shape or x.shape[-len(shape) :] != shape:
        wanted = f"its last dimensions must be {shape}" if shape else "give at least one dimension"
        raise RuntimeError(f"{name} over {shape} got an input of shape {x.shape}: {wanted}")
    for key, parameter in parameters.items():
        if parameter is not None and parameter.shape != shape:
            raise RuntimeError(f"{name} over {shape} got a {key} of shape {parameter.shape}")
    return math.prod(x.shape[: -len(shape)]), math.prod(shape)


def layer_norm(
    input: Tensor, normalized_shape: tuple, weight=None, bias=None, eps: float = 1e-5
) -> Tensor:
    """Each example brought to mean 0 and spread 1 over its last dimensions, `normalized_shape`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
    """
    table = rows_of("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    inputs = affine(input, weight, bias)
    return layer_norm_op(*inputs, view=table, dims=(1,), table=table, eps=eps)


# %%
def norm_gap():
    """The gradients of layer norm against the same written with tensors."""
    manual_seed(0)
    x, w = randn(6, 5, requires_grad=True), randn(5, requires_grad=True)
    seed, b = randn(6, 5), tensor(np.zeros(5, "float32"), requires_grad=True)
    found = []
    centred = x - x.mean(1, keepdim=True)
    spread = ((centred**2).mean(1, keepdim=True) + 1e-5).sqrt()
    for y in (layer_norm(x, (5,), w, b), centred / spread * w + b):
        x.grad = w.grad = b.grad = None
        y.backward(seed)
        found.append((y.numpy(), x.grad.numpy(), w.grad.numpy(), b.grad.numpy()))
    return [float(np.abs(ours - theirs).max()) for ours, theirs in zip(*found, strict=True)]


print("largest differences of result and gradients:", norm_gap())

# %% [markdown]
# ## 4. Batch norm, which remembers
#
# Batch norm compares an example with the others of its batch. When the model is used, there may be
# no others. So in training it keeps running statistics, and uses them afterwards:
#
# $$\text{running} \leftarrow (1 - m)\,\text{running} + m\,\text{batch}$$
#
# with a momentum $m$ of 0.1: a batch ten steps back counts a third of the newest. (That is the
# other way round than the momentum of an optimizer; PyTorch means the share of the *new*.) And a
# subtlety: the variance of a sample of $n$, divided by $n$, is too small on average by the factor
# $(n - 1)/n$, because the mean was fitted to the sample. The batch is normalized with that one;
# what is remembered, to stand for all data, is corrected.
#
# **Exercise 4 · medium · 15 minutes.** Fill in `update_running`.
#
# <details><summary>it looks like: nothing happened</summary>
#
# `running_mean = ...` gives a local name to a new array. The array itself changes with `+=`, `*=`
# or `running_mean[:] = ...`.
#
# </details>


# %% nbgrader={"grade_id": "running", "solution": true}
#| export
def update_running(running_mean, running_var, mean, var, count: int, momentum: float) -> None:
    """Move the running statistics by `momentum` towards those of a batch, in place.

    mean, var: of the batch, var divided by `count`, the number of values that went into each.
    running_var moves towards the variance divided by `count - 1`. All arrays have the shape (c,).
    """
    # Two to four lines.
    ### BEGIN SOLUTION
    running_mean += momentum * (mean - running_mean)
    running_var += momentum * (var * (count / max(count - 1, 1)) - running_var)
    ### END SOLUTION


# %% nbgrader={"grade_id": "running-test", "grade": true, "points": 2}
# Two channels, a batch of five, a momentum of a quarter.
means, variances = np.array([0.0, 8.0]), np.array([2.0, 6.0])
mean, var = np.array([4.0, 0.0]), np.array([4.0, 8.0])
update_running(means, variances, mean, var, 5, 0.25)
wrong = {"the wrong way round: m is the share of the new": [3, 2], "nothing happened": [0, 8]}
wrong["added without taking away: the old keeps the share 1 - m"] = [1, 8]
close(means, [1, 6], "the running mean", suspects=wrong)
wrong = {"the variance was not corrected: times count / (count - 1)": [2.5, 6.5]}
wrong["corrected the wrong way: count / (count - 1) is above 1"] = [2.3, 6.1]
wrong["the wrong way round: m is the share of the new"] = [4.25, 9]
wrong["divided once more: var times count is the sum of squares"] = [1.75, 5]
wrong["nothing happened"] = [2, 6]
close(variances, [2.75, 7], "the running variance", suspects=wrong)

# %% nbgrader={"grade_id": "running-hidden", "grade": true, "points": 3}
# Also graded: another momentum, 1 and 0, float32, the batch's statistics left as they were.
### BEGIN HIDDEN TESTS
for momentum in (0.1, 1.0, 0.0):
    for dtype in ("float64", "float32"):
        means, variances = np.array([2.0, -1.0], dtype), np.array([1.0, 3.0], dtype)
        mean, var = np.array([1.0, 5.0], dtype), np.array([2.0, 6.0], dtype)
        update_running(means, variances, mean, var, 3, momentum)
        expected = (1 - momentum) * np.array([2.0, -1.0]) + momentum * np.array([1.0, 5.0])
        what = f"the running mean, momentum {momentum}, {dtype}"
        close(means, expected, what, dtype=dtype)
        expected = (1 - momentum) * np.array([1.0, 3.0]) + momentum * np.array([3.0, 9.0])
        what = f"the running variance, momentum {momentum}, {dtype}"
        close(variances, expected, what, dtype=dtype)
        close([mean, var], [[1, 5], [2, 6]], "the statistics of the batch after the call")
### END HIDDEN TESTS

# %% [markdown]
# After training, mean $m$ and variance $v$ are constants, and all of batch norm is one
# multiplication and one addition a value:
#
# $$y = \gamma\,\frac{x - m}{\sqrt{v + \varepsilon}} + \beta = \text{scale} \cdot x + \text{shift}$$
#
# A linear layer before it can even take them into its weights; then the layer costs nothing.
#
# **Exercise 5 · easy · 10 minutes.** Fill in `fold`.
#
# <details><summary>TypeError: unsupported operand type(s)</summary>
#
# A norm with `affine=False` has neither weight nor bias, and one with `bias=False` has no bias. Ask
# for each by itself: `if weight is not None`.
#
# </details>


# %% nbgrader={"grade_id": "fold", "solution": true}
#| export
def fold(mean, var, eps: float, weight=None, bias=None) -> tuple:
    """(scale, shift) such that scale * x + shift is batch norm by fixed statistics.

    Shapes: all (c,). weight None stands for ones, bias None for zeros. No array is changed.
    """
    # Five lines.
    ### BEGIN SOLUTION
    scale = 1 / np.sqrt(var + eps)
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale
    return scale, shift if bias is None else shift + bias
    ### END SOLUTION


# %% nbgrader={"grade_id": "fold-test", "grade": true, "points": 2}
# Two channels with means 1 and -2, variances 5 and 0, and a large eps: deviations of 3 and 2.
mean, var = np.array([1.0, -2.0]), np.array([5.0, 0.0])
scale, shift = fold(mean, var, 4.0, np.array([6.0, 1.0]), np.array([10.0, 20.0]))
wrong = {"the weight is missing": [1 / 3, 1 / 2]}
wrong["eps is outside the root"] = [6 / (5**0.5 + 4), 1 / 4]
close(scale, [2, 0.5], "the scale", suspects=wrong)
wrong = {"the bias is missing": [-2, 1], "the mean was added, not taken away": [12, 19]}
wrong["the mean was neither divided nor weighted"] = [9, 22]
close(shift, [8, 21], "the shift", suspects=wrong)
scale, shift = fold(mean, var, 4.0)
close(scale, [1 / 3, 1 / 2], "the scale without weight and bias")
close(shift, [-1 / 3, 1], "the shift without weight and bias")

# %% nbgrader={"grade_id": "fold-hidden", "grade": true, "points": 3}
# Also graded: without weight, without bias, float32, arrays left as they were.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(3)
mean, var, weight, bias = rng.normal(size=3), rng.uniform(0.5, 2, 3), *rng.normal(size=(2, 3))
kept = [array.copy() for array in (mean, var, weight, bias)]
x = rng.normal(size=(5, 3))
for w, b in itertools.product((None, weight), (None, bias)):
    scale, shift = fold(mean, var, 0.1, w, b)
    expected = (x - mean) / np.sqrt(var + 0.1) * (1 if w is None else w) + (0 if b is None else b)
    given = f"{'no' if w is None else 'a'} weight and {'no' if b is None else 'a'} bias"
    close(scale * x + shift, expected, f"scale * x + shift with {given}")
    close([mean, var, weight, bias], kept, "the arrays after the call")
single = [np.ones(2, np.float32) for _ in range(4)]
for part in fold(single[0], single[1], 3.0, *single[2:]):
    close(part, [0.5, 0.5], "scale and shift of ones, eps 3", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Given: the operation for afterwards, and `batch_norm`, which chooses.


# %% tags=["given"]
#| export
def fixed_forward(x, weight=None, bias=None, *, mean, var, table, eps):
    """Batch norm by fixed statistics, and what the rules read: both folded forms."""
    scale, shift = (along_dim_1(p, len(table)) for p in fold(mean, var, eps, weight, bias))
    out = x.reshape(table) * scale
    out += shift
    return out.reshape(x.shape), (scale, *fold(mean, var, eps))


def fixed_rule(g, saved, x, weight=None, bias=None, *, table, **_):
    return (g.reshape(table) * saved[0]).reshape(x.shape)


def fixed_rule_weight(g, saved, x, weight, bias=None, *, table, **_):
    scale, shift = (along_dim_1(part, len(table)) for part in saved[1:])
    dims = tuple(d for d in range(len(table)) if d != 1)
    return total(dims, g.reshape(table), x.reshape(table) * scale + shift).reshape(-1)


def fixed_rule_bias(g, saved, x, weight, bias, *, table, **_):
    return total(tuple(d for d in range(len(table)) if d != 1), g.reshape(table)).reshape(-1)


fixed_norm_op = Op("batch_norm_eval", fixed_forward, saves="inputs")
VJPS[fixed_norm_op] = (fixed_rule, fixed_rule_weight, fixed_rule_bias)


def channels_table(shape: tuple) -> tuple:
    """(n, c) as it is; (n, c, ...) as (n, c, product of the rest)."""
    return shape if len(shape) == 2 else (*shape[:2], math.prod(shape[2:]))


def check_channels(name: str, count: int, **tensors) -> None:
    """Raises: RuntimeError naming what does not have one value a channel."""
    for key, x in tensors.items():
        if x is not None and x.shape != (count,):
            raise RuntimeError(
                f"{name}: the input has {count} channels, but {key} has shape {x.shape}"
            )


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel (dim 1) brought to mean 0 and spread 1 over everything else.

    training: by the statistics of the batch, and the running ones, if given, are updated in place;
    otherwise by the running ones.
    Raises: ValueError for a batch with a single value a channel in training.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
    """
    check_floats("batch_norm", input)
    if input.ndim < 2:
        raise ValueError(f"batch_norm takes (n, c) or (n, c, ...), not the shape {input.shape}")
    table = channels_table(input.shape)
    seen = {"running_mean": running_mean, "running_var": running_var}
    check_channels("batch_norm", table[1], **seen, weight=weight, bias=bias)
    inputs, settings = affine(input, weight, bias), {"table": table, "eps": eps}
    if not training:
        if running_mean is None or running_var is None:
            raise RuntimeError("batch_norm needs running_mean and running_var, or training=True")
        return fixed_norm_op(*inputs, mean=running_mean.array, var=running_var.array, **settings)
    if math.prod(table) == table[1]:
        raise ValueError(
            f"batch_norm in training needs more than one value a channel, not {input.shape}: take "
            "a larger batch, or call eval()"
        )
    if running_mean is not None and running_var is not None:
        settings["running"] = (running_mean.array, running_var.array, momentum)
    dims = (0,) if len(table) == 2 else (0, 2)
    return batch_norm_op(*inputs, view=table, dims=dims, **settings)


# %% [markdown]
# What running statistics look like: batches of 32 digits, one pixel. Every dot is the mean of a
# batch, the lines are what is remembered of them. Momentum 0.1 is there within some thirty steps
# and keeps wavering; 0.01 is calm, and late.

# %%
images = digits().train_images.reshape(-1, 64)
batches = np.random.default_rng(0).choice(images[:, 20], (150, 32))
fig, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
ax.plot(batches.mean(1), ".", color="gray", label="batch")
for momentum in (0.1, 0.01):
    mean, var, line = np.zeros(1), np.ones(1), []
    for batch in batches:
        update_running(mean, var, batch.mean(keepdims=True), batch.var(keepdims=True), 32, momentum)
        line.append(mean[0])
    ax.plot(line, label=f"momentum {momentum}")
ax.axhline(images[:, 20].mean(), color="black", linestyle=":", label="all digits")
ax.set(xlabel="step", ylabel="mean of pixel 20")
ax.legend(ncols=2)
plt.show()

# %% [markdown]
# ## 5. Less, and in groups
#
# Large language models leave the mean alone. **RMS norm** divides by the root of the mean square:
#
# $$r = \frac{1}{\sqrt{\frac1n \sum_i x_i^2 + \varepsilon}} \qquad \hat x_i = x_i\, r$$
#
# Fewer passes over the memory, and no worse results. Its gradient is the one you know, less the
# term of the mean.
#
# **Exercise 6 · medium · 20 minutes.** Fill in `rms_parts`.
#
# <details><summary>it looks like: the mean's term of the layer norm rule</summary>
#
# No mean was taken out going forward, so there is nothing to take out going back.
#
# </details>


# %% nbgrader={"grade_id": "rms-parts", "solution": true}
#| export
def rms_parts() -> tuple:
    """The forward pass of RMS norm over the columns of a table, and its rule: two functions.

    forward(x, eps) -> (normed, inverse), inverse = 1 / sqrt(mean of x squared, plus eps).
    rule(g, normed, inverse) -> the gradient of x, if g is that of normed.
    Shapes: x, g and normed (rows, n), inverse (rows, 1). The dtype stays, and no array is changed.
    Source: Zhang and Sennrich (2019), Root Mean Square Layer Normalization, arXiv:1910.07467.
    """
    # Two functions of two to four lines. `average((1,), a, b)` is the mean of each row of a * b.
    ### BEGIN SOLUTION

    def forward(x, eps):
        inverse = 1 / np.sqrt(average((1,), x, x) + eps)
        return x * inverse, inverse

    def rule(g, normed, inverse):
        part = normed * -average((1,), g, normed)
        part += g
        part *= inverse
        return part

    return forward, rule
    ### END SOLUTION


# %% nbgrader={"grade_id": "rms-parts-test", "grade": true, "points": 2}
# One row with a mean square of 5, and eps = 4, so that r = 1/3.
forward, rule = rms_parts()
x, g = np.array([[1.0, 3.0, -1.0, 3.0]]), np.array([[3.0, 0.0, -6.0, 9.0]])
normed, inverse = forward(x, 4.0)
wrong = {"the mean was taken out: RMS norm leaves it": [[1 / 6.75**0.5]]}
wrong["eps is outside the root"] = [[1 / (5**0.5 + 4)]]
wrong["eps is missing"] = [[1 / 5**0.5]]
wrong["the sum of the squares, not their mean"] = [[1 / 24**0.5]]
close(inverse, [[1 / 3]], "the inverse of the root mean square", suspects=wrong)
close(normed, x / 3, "the normalized row", suspects={"the mean was taken out": (x - 1.5) / 3})
part = rule(g, x / 3, np.array([[1 / 3]]))
wrong = {"the root was taken for a constant": g / 3, "the inverse is missing": g - x}
wrong["the mean's term of the layer norm rule"] = (g - 1.5 - x) / 3
close(part, (g - x) / 3, "the gradient of x", suspects=wrong)

# %% nbgrader={"grade_id": "rms-parts-hidden", "grade": true, "points": 3}
# Also graded: several rows, against differences; rows of zeros; float32; arrays left as they were.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
x, g = rng.normal(1.0, 2.0, (3, 5)), rng.normal(size=(3, 5))
copies = x.copy(), g.copy()
forward, rule = rms_parts()
normed, inverse = forward(x, 0.2)
roots = np.sqrt((x * x).mean(1, keepdims=True) + 0.2)
close(normed, x / roots, "three normalized rows")
close(inverse, 1 / roots, "the inverse of three rows")
saved, numeric = normed.copy(), np.zeros(x.shape)
for place in np.ndindex(x.shape):
    ends = []
    for side in (1e-6, -1e-6):
        moved = x.copy()
        moved[place] += side
        ends.append((g * moved / np.sqrt((moved**2).mean(1, keepdims=True) + 0.2)).sum())
    numeric[place] = (ends[0] - ends[1]) / 2e-6
close(rule(g, normed, inverse), numeric, "the gradient of three rows", rtol=1e-5, atol=1e-6)
close([x, g, normed], [*copies, saved], "x, g and normed after the calls")
close(forward(np.zeros((2, 3)), 0.25)[1], [[2], [2]], "the inverse of rows of zeros")
single = np.ones((2, 3), np.float32)
normed, inverse = forward(single, 0.0)
close(normed, single, "the normalized rows, float32", dtype="float32")
close(rule(single, normed, inverse), 0 * single, "the gradient, float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# **Group norm** stands between layer norm and batch norm: the channels of one example, in
# `num_groups` groups of neighbours. It needs no batch, and yet tells groups apart. No new
# arithmetic: the right reshape, then `normalize` along the last dimension.
#
# **Exercise 7 · easy · 10 minutes.** Fill in `group_view`.
#
# <details><summary>values to unpack</summary>
#
# After the channels there may be no dimension, one or several: `n, channels, *rest = shape` takes
# them all. The product of none, `math.prod([])`, is 1.
#
# </details>


# %% nbgrader={"grade_id": "group-view", "solution": true}
#| export
def group_view(shape: tuple, num_groups: int) -> tuple:
    """The shape (examples, groups, values of a group) of an input (n, c, ...).

    group_view((8, 6, 10), 2) -> (8, 2, 30). c // num_groups neighbouring channels form a group.
    Raises: RuntimeError "6 channels do not divide into 4 groups" with those numbers.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    n, channels, *rest = shape
    if channels % num_groups:
        raise RuntimeError(f"{channels} channels do not divide into {num_groups} groups")
    return n, num_groups, channels // num_groups * math.prod(rest)
    ### END SOLUTION


# %% nbgrader={"grade_id": "group-view-test", "grade": true, "points": 2}
# Six channels of ten values; a table without a length.
wrong = {"channels a group, not groups": (8, 3, 20), "the length is missing": (8, 2, 3)}
wrong["every group got the values of all channels"] = (8, 2, 60)
equal(group_view((8, 6, 10), 2), (8, 2, 30), "the view of (8, 6, 10) in 2 groups", suspects=wrong)
equal(group_view((5, 6), 3), (5, 3, 2), "the view of (5, 6) in 3 groups")
whole = all(type(size) is int for size in group_view((8, 6, 10), 2))
true(whole, "the type of the sizes", expected="Python integers", hint="divide with //")

# %% nbgrader={"grade_id": "group-view-hidden", "grade": true, "points": 2}
# Also graded: images, one group, as many groups as channels, no examples, groups that do not fit.
### BEGIN HIDDEN TESTS
for shape, groups, expected in (
    ((2, 4, 3, 5), 2, (2, 2, 30)),
    ((2, 4, 3), 1, (2, 1, 12)),
    ((2, 4, 3), 4, (2, 4, 3)),
    ((0, 4, 3), 2, (0, 2, 6)),
    ((7, 4), 4, (7, 4, 1)),
):
    equal(group_view(shape, groups), expected, f"the view of {shape} in {groups} groups")
for channels, groups in ((6, 4), (3, 2), (2, 3)):
    message = ""
    try:
        group_view((4, channels, 12), groups)
    except RuntimeError as error:
        message = str(error)
    wanted = f"{channels} channels do not divide into {groups} groups"
    equal(message, wanted, f"the error for {channels} channels in {groups} groups")
### END HIDDEN TESTS

# %% [markdown]
# Given: both functions, and the four layers, with PyTorch's names. The running statistics are
# **buffers** (module 03): part of the state, saved with the weights, but not learned.


# %% tags=["given"]
#| export
def rms_forward(x, weight=None, *, table, eps):
    """RMS norm times the weight, and what the rules read."""
    normed, inverse = rms_parts()[0](x.reshape(table), eps)
    out = normed if weight is None else normed * weight.reshape(-1)
    return out.reshape(x.shape), (normed, inverse)


def rms_rule(g, saved, x, weight=None, *, table, **_):
    g = g.reshape(table) if weight is None else g.reshape(table) * weight.reshape(-1)
    return rms_parts()[1](g, *saved).reshape(x.shape)


def rms_rule_weight(g, saved, x, weight, *, table, **_):
    return total((0,), g.reshape(table), saved[0]).reshape(weight.shape)


rms_norm_op = Op("rms_norm", rms_forward, saves="inputs output")
VJPS[rms_norm_op] = (rms_rule, rms_rule_weight)


def rms_norm(input: Tensor, normalized_shape: tuple, weight=None, eps: float | None = None):
    """Each example divided by the root of its mean square over its last dimensions.

    eps: None stands for the machine epsilon of the input's dtype.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.rms_norm.html
    """
    table = rows_of("rms_norm", input, normalized_shape, weight=weight)
    eps = float(np.finfo(input.dtype).eps) if eps is None else eps
    return rms_norm_op(*affine(input, weight, None), table=table, eps=eps)


def group_norm(input: Tensor, num_groups: int, weight=None, bias=None, eps: float = 1e-5) -> Tensor:
    """The channels (dim 1) of each example, in groups, brought to mean 0 and spread 1.

    Raises: RuntimeError where the channels do not divide, or weight and bias do not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html
    """
    check_floats("group_norm", input)
    if input.ndim < 2:
        raise RuntimeError(f"group_norm takes (n, c) or (n, c, ...), not the shape {input.shape}")
    table, view = channels_table(input.shape), group_view(input.shape, num_groups)
    check_channels("group_norm", table[1], weight=weight, bias=bias)
    if view[0] * view[2] == 1:
        raise ValueError(f"group_norm needs more than one value a group, not {input.shape}")
    inputs = affine(input, weight, bias)
    return group_norm_op(*inputs, view=view, dims=(2,), table=table, eps=eps)


def register_affine(module: Module, shape: tuple, weight: bool, bias: bool) -> None:
    """Parameters `weight`, of ones, and `bias`, of zeros, or None for what there is not."""
    module.register_parameter("weight", Parameter(ones(*shape)) if weight else None)
    module.register_parameter("bias", Parameter(zeros(*shape)) if weight and bias else None)


class _BatchNorm(Module):
    """What batch norm of any number of dimensions has in common; `_dims` are those allowed."""

    _dims = ()

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
    ):
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        register_affine(self, (num_features,), affine, bias)
        tracked = track_running_stats
        self.register_buffer("running_mean", zeros(num_features) if tracked else None)
        self.register_buffer("running_var", ones(num_features) if tracked else None)
        self.register_buffer("num_batches_tracked", tensor(0) if tracked else None)

    def reset_running_stats(self) -> None:
        if self.track_running_stats:
            self.running_mean.array[...], self.running_var.array[...] = 0, 1
            self.num_batches_tracked.array[...] = 0

    def forward(self, input: Tensor) -> Tensor:
        self._check(input)
        momentum = self.momentum
        use_batch = self.training or self.running_mean is None
        if self.training and self.running_mean is not None and input.numel() > self.num_features:
            self.num_batches_tracked.array += 1
        if momentum is None:  # the mean of all batches so far
            count = 0 if self.num_batches_tracked is None else self.num_batches_tracked.item()
            momentum = 1 / max(count, 1)
        running = (self.running_mean, self.running_var)
        return batch_norm(
            input, *running, self.weight, self.bias, use_batch, momentum, eps=self.eps
        )

    def _check(self, input) -> None:
        name = f"{type(self).__name__}({self.num_features})"
        check_floats(name, input)
        if input.ndim not in self._dims:
            allowed = " or ".join(f"{n}-D" for n in self._dims)
            raise ValueError(f"{name} takes a {allowed} input, not one of shape {input.shape}")
        if input.shape[1] != self.num_features:
            raise RuntimeError(
                f"{name} got an input of shape {input.shape}: its dimension 1 must be "
                f"{self.num_features}"
            )

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(_BatchNorm):
    """Batch norm of (n, c) or (n, c, l), channel by channel.

    In training by the batch's statistics, after `eval()` by `running_mean` and `running_var`. With
    momentum None these are the mean over all batches seen.
    """

    _dims = (2, 3)


class LayerNorm(Module):
    """Each example normalized over its last dimensions, an int or a tuple of sizes."""

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True):
        super().__init__()
        shape = normalized_shape
        self.normalized_shape = (shape,) if isinstance(shape, int) else tuple(shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        register_affine(self, self.normalized_shape, elementwise_affine, bias)

    def forward(self, input: Tensor) -> Tensor:
        return layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Each example divided by its root mean square; eps None: the dtype's machine epsilon."""

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True):
        super().__init__()
        shape = normalized_shape
        self.normalized_shape = (shape,) if isinstance(shape, int) else tuple(shape)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        weight = Parameter(ones(*self.normalized_shape)) if elementwise_affine else None
        self.register_parameter("weight", weight)

    def forward(self, input: Tensor) -> Tensor:
        return rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        shown = f"{self.normalized_shape}, eps={self.eps}"
        return f"{shown}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """The channels of each example normalized in `num_groups` groups."""

    def __init__(
        self, num_groups: int, num_channels: int, eps=1e-5, affine=True, *, bias: bool = True
    ):
        super().__init__()
        if num_channels % num_groups:
            raise ValueError(f"{num_channels} channels do not divide into {num_groups} groups")
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        register_affine(self, (num_channels,), affine, bias)

    def forward(self, input: Tensor) -> Tensor:
        if isinstance(input, Tensor) and input.shape[1:2] != (self.num_channels,):
            raise RuntimeError(
                f"GroupNorm({self.num_groups}, {self.num_channels}) got an input of shape "
                f"{input.shape}: its dimension 1 must be {self.num_channels}"
            )
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


# %%
manual_seed(0)
norm = BatchNorm1d(3)
print(norm, "\nstate:", *norm.state_dict())
norm(randn(64, 3) * 2 + 5)
print("after one batch:", norm.running_mean.numpy(), norm.running_var.numpy())
print("one example, after eval():", norm.eval()(tensor([[5.0, 5.0, 5.0]])).numpy())
try:
    norm.train()(tensor([[5.0, 5.0, 5.0]]))
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# ## 6. What is kept for the way back
#
# Until `backward`, receipts hold arrays. Written with tensors, layer norm without weight and bias
# is `d = x - x.mean(1, True)`, `v = (d**2).mean(1, True)`, `d / (v + eps).sqrt()`: seven
# operations, each leaving a result. Fused it is one, which keeps `normed` and `inverse`.
#
# **Exercise 8 · easy · 15 minutes.** Fill in `kept_bytes`. Guess first: how many times less does
# the fused one keep?
#
# <details><summary>it looks like: one of the small ones is missing</summary>
#
# The mean, the variance, the variance plus eps, and its root: four columns of one value a row.
#
# </details>


# %% nbgrader={"grade_id": "kept-bytes", "solution": true}
#| export
def kept_bytes(rows: int, features: int) -> tuple:
    """(fused, composed): bytes that layer norm of a float32 table keeps until `backward`.

    Counted is each array once that a receipt holds, but not the input. Fused: what `norm_forward`
    saves. Composed: the results of the seven operations named above, the last one's too.
    """
    # Three lines: the bytes of a table, the bytes of a column, both sums.
    ### BEGIN SOLUTION
    table, column = 4 * rows * features, 4 * rows
    return table + column, 3 * table + 4 * column
    ### END SOLUTION


# %% nbgrader={"grade_id": "kept-bytes-test", "grade": true, "points": 2}
# Ten rows of a hundred features: a table of 4,000 bytes, columns of 40.
fused, composed = kept_bytes(10, 100)
wrong = {
    "numbers, not bytes": 1010,
    "the inverse is missing": 4000,
    "eight bytes a number, as in float64": 8080,
}
equal(fused, 4040, "the bytes that the fused operation keeps", suspects=wrong)
wrong = {
    "numbers, not bytes": 3040,
    "one of the small ones is missing": 12120,
    "the small ones are missing": 12000,
    "the last operation's result is missing": 8160,
    "the input was counted": 16160,
    "all seven results were counted as tables, but four are columns": 28000,
}
equal(composed, 12160, "the bytes that the composed operations keep", suspects=wrong)

# %% nbgrader={"grade_id": "kept-bytes-hidden", "grade": true, "points": 3}
# Also graded: other sizes, one of them a single row.
### BEGIN HIDDEN TESTS
for rows, features in ((1024, 768), (1, 5), (7, 1)):
    expected = (4 * rows * (features + 1), 4 * rows * (3 * features + 4))
    equal(kept_bytes(rows, features), expected, f"kept_bytes({rows}, {features})")
### END HIDDEN TESTS


# %%
def arrays_kept(y, but):
    """The bytes of all arrays that the receipts behind `y` hold, each once, but for `but`."""
    found, results = {}, [y]
    while results:
        node = results.pop().grad_fn
        if node is not None:
            saved = node.saved if isinstance(node.saved, tuple) else (node.saved,)
            results += [x for x in node.inputs if isinstance(x, type(y))]
            for array in (*saved, *node.arrays):
                if isinstance(array, np.ndarray):
                    memory = array if array.base is None else array.base
                    found[id(memory)] = memory.nbytes
    found.pop(id(but), None)
    return sum(found.values())


sizes, measured = (64, 256, 1024), []
for features in sizes:
    x = tensor(np.ones((100, features), "float32"), requires_grad=True)
    d = x - x.mean(1, True)
    v = (d**2).mean(1, True)
    kept = [arrays_kept(y, x.array) for y in (layer_norm(x, (features,)), d / (v + 1e-5).sqrt())]
    measured.append(kept)
    print(f"100 x {features}: predicted {kept_bytes(100, features)}, measured {tuple(kept)}")
fig, ax = plt.subplots(figsize=(5, 2.6), layout="constrained")
ax.plot(sizes, np.array(measured) / 1e6, "o-", label=["fused", "composed"])
ax.set(xlabel="features of 100 rows", ylabel="megabytes kept")
ax.legend()
plt.show()

# %% [markdown]
# A third. And each array not kept is an array not written: the fused layer is faster, too.
#
# ## 7. Put to use: fifty layers
#
# The trouble from the beginning, with a layer of yours between linear and ReLU: whatever the
# weights are multiplied with, the spread stays where it is.

# %%
fig, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
for norm, style in ((None, "-"), (BatchNorm1d, "--"), (LayerNorm, ":")):
    for i, factor in enumerate((0.8, 1.0, 1.2)):
        label = norm.__name__ if norm else "no norm"
        spread = spreads(deep(50, factor, norm), examples)
        ax.semilogy(range(1, 51), spread, style, color=f"C{i}", label=f"{label}, x {factor}")
ax.set(xlabel="layer", ylabel="spread of its output")
fig.legend(loc="outside right center", fontsize="small")
plt.show()

# %% [markdown]
# Does it learn now? Perceptrons of 10 to 50 layers of 32 units, PyTorch's usual weights, 100 steps
# on the digits. In one half of them each layer also adds its input to its output, a **shortcut**:
# $x + \text{relu}(\text{norm}(\text{linear}(x)))$. One more norm stands before the last layer.


# %%
class Block(Module):
    """Linear, norm, ReLU; with a shortcut, the input is added."""

    def __init__(self, width, norm, shortcut):
        super().__init__()
        self.linear, self.shortcut = Linear(width, width), shortcut
        self.norm = norm(width) if norm else Identity()

    def forward(self, x):
        y = relu(self.norm(self.linear(x)))
        return x + y if self.shortcut else y


def perceptron(depth, norm, shortcut, width=32):
    manual_seed(0)
    blocks = [Block(width, norm, shortcut) for _ in range(depth - 2)]
    last = [norm(width)] if norm else []
    return Sequential(Linear(64, width), *blocks, *last, Linear(width, 10))


data = digits()
pixels, answers = data.train_images.reshape(-1, 64), data.train_labels


def train(model, steps=100, rate=0.1):
    """Losses of all steps, and the gradient norm of each weight matrix at the first one."""
    rng, losses, first = np.random.default_rng(0), [], []
    for _ in range(steps):
        chosen = rng.choice(len(pixels), 128, replace=False)
        loss = cross_entropy(model(tensor(pixels[chosen])), tensor(answers[chosen]))
        model.zero_grad()
        loss.backward()
        losses.append(loss.item())
        if not first:
            first = [np.linalg.norm(p.grad.numpy()) for p in model.parameters() if p.ndim == 2]
        with no_grad():
            for parameter in model.parameters():
                parameter -= rate * parameter.grad
    return losses, first


def accuracy(model):
    with no_grad():
        guesses = model.eval()(tensor(data.test_images.reshape(-1, 64))).argmax(1).numpy()
    return float((guesses == data.test_labels).mean())


# %%
runs = {}
for shortcut, norm, depth in itertools.product(
    (False, True), (None, BatchNorm1d, LayerNorm), (10, 20, 50)
):
    model = perceptron(depth, norm, shortcut)
    with np.errstate(all="ignore"):  # those that fail overflow
        losses, first = train(model)
        name = f"{norm.__name__ if norm else 'no norm'}{', shortcuts' if shortcut else ''}"
        runs[name, depth] = losses, first, accuracy(model)
print(f"{'digits read after 100 steps':27}  10 layers  20 layers  50 layers")
for name in dict.fromkeys(name for name, _ in runs):
    print(f"{name:27}", *(f"{runs[name, depth][2]:10.1%}" for depth in (10, 20, 50)))
assert runs["BatchNorm1d, shortcuts", 50][2] > 0.93, "fifty layers should read 93% of new digits"
assert runs["no norm, shortcuts", 50][2] < 0.3, "without normalization they should not"

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3), layout="constrained")
for (name, depth), (losses, first, _) in runs.items():
    if depth == 50:
        style = "--" if "shortcuts" in name else "-"
        left.plot(losses, style, label=name)
        right.semilogy(range(1, 51), first, style)
left.set(xlabel="step", ylabel="loss, 50 layers", ylim=(0, 3))
right.set(xlabel="layer", ylabel="norm of its gradient, step 1")
fig.legend(loc="outside lower center", ncols=3)
plt.show()

# %% [markdown]
# Read the right figure from its end: the gradient starts at layer 50 and goes to the left.
#
# - Without normalization it fades to $10^{-20}$ on the way: the first layers learn nothing.
# - Shortcuts alone let the activations grow, and the gradients are ten thousand times too large:
#   the first loss is far above the left figure, the next ones are NaN, and no curve is there.
# - Batch norm alone keeps the forward pass in order, but the gradient grows on its way back, by a
#   factor that 10 or 20 layers bear, and 50 do not.
# - Layer norm alone has level gradients, and does not learn either: each ReLU makes the examples a
#   little more alike, and after fifty of them little tells a 3 from an 8.
# - A norm and a shortcut together: level gradients, examples that stay apart, and fifty layers that
#   learn. Nearly every deep network since 2015 has this pair, and you will meet it again in the
#   transformer of module 13.
#
# ## Reflection
#
# After `eval()`, a model with batch norm gives other losses on the training data than in training,
# a model with layer norm does not. Why? And which of the two would you take for a model that gets
# one example at a time, which for batches of thousands, and what would you watch in each case?

# %% [markdown]
# *Your answer here.*
