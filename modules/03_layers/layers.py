# %% [markdown]
# # 03 · Layers and activations
#
# A model made of loose tensors works, as you saw at the end of module 02: a weight, a bias, and a
# line of code for each. A model with fifty layers has a hundred of them, and every one must be
# initialised, found, updated and saved. So a layer is an object that keeps its own tensors, and a
# model is an object that keeps layers. At the end of this module you own both: `nn.Module`,
# `nn.Linear`, the activations, dropout, the initialisation that lets deep models learn at all, and
# a **multilayer perceptron** (MLP) that reads handwritten digits.
#
# From now on an operation and its rule are written side by side. First the imports.

# %%
#| default_exp core.layers

# %%
#| export
import itertools
import math
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from tinytorch.core.autograd import VJPS, no_grad
from tinytorch.core.tensor import Op, Tensor, default_generator, empty, view_of

# %%
import time
from types import SimpleNamespace

import matplotlib.pyplot as plt

from tinytorch.core.tensor import manual_seed, tensor, op_hooks
from tinytorch_data import digits
from tito.checks import close, equal, raises, true

# %% [markdown]
# ## 1. A linear layer
#
# A **linear layer** (also *fully connected* or *dense*) of `out` units looks at `in` features and
# gives each unit a weight for every feature:
#
# $$y_{nj} = \sum_i x_{ni} W_{ji} + b_j \qquad\text{or}\qquad y = x W^\top + b$$
#
# The weight has the shape (out, in), one row a unit, as in PyTorch; therefore the transpose. You
# could write `x @ W.T + b` with tensors. That leaves three receipts and makes three arrays. Written
# as *one* operation it leaves one receipt, and adds the bias in place.
#
# The input may have any number of leading dimensions: (batch, in), or (batch, words, in). Given:
# `as_rows` makes one of them all, so that a single matrix product does the work.


# %%
#| export
def as_rows(x: np.ndarray) -> np.ndarray:
    """`x` (..., n) with all its leading dimensions made one: (rows, n). A 1-D `x` is one row."""
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


# %% [markdown]
# **Exercise 1 · easy · 10 minutes.** Fill in `linear_forward`.
#
# <details><summary>expected: ... shape (2, 3, 2), got: ... shape (6, 2)</summary>
#
# The result keeps the leading dimensions of `x`: reshape it to `(*x.shape[:-1], out)`.
#
# </details>
#
# <details><summary>wrong: x after the call</summary>
#
# `+=` is welcome on the product, which is yours. On `x` it would change what the caller holds.
#
# </details>


# %% nbgrader={"grade_id": "linear-forward", "solution": true}
#| export
def linear_forward(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    """`x @ weight.T + bias`, as `torch.nn.functional.linear`, in one matrix product.

    Shapes: x (..., in), weight (out, in), bias (out,) or None -> (..., out).
    Raises: ValueError "3 features, but the weight takes 4" with those numbers.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
    """
    # Five lines: the check; the product of `as_rows(x)`; the bias; the leading dimensions again.
    ### BEGIN SOLUTION
    if x.shape[-1] != weight.shape[1]:
        raise ValueError(f"{x.shape[-1]} features, but the weight takes {weight.shape[1]}")
    out = as_rows(x) @ weight.T  # (rows, in) @ (in, out)
    if bias is not None:
        out += bias
    return out.reshape(*x.shape[:-1], len(weight))
    ### END SOLUTION


# %% nbgrader={"grade_id": "linear-forward-test", "grade": true, "points": 2}
# Two rows of three features, two units; the same without a bias; sizes that do not fit.
x, bias = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]), np.array([10.0, 20.0])
weight = np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]])
wrong = {"the bias is missing": x @ weight.T, "the bias went in twice": x @ weight.T + 2 * bias}
out = linear_forward(x, weight, bias)
close(out, [[17, 18.5], [18, 21]], "linear_forward(x, weight, bias)", suspects=wrong)
close(linear_forward(x, weight), [[7, -1.5], [8, 1]], "linear_forward(x, weight), without a bias")
hint = "name both numbers, as the docstring says"
with raises(ValueError, r"2 features.*3", "the error for 2 features and a weight for 3", hint=hint):
    linear_forward(np.ones((5, 2)), weight, bias)

# %% nbgrader={"grade_id": "linear-forward-hidden", "grade": true, "points": 2}
# Also graded: leading dimensions, one row without any, square weights, no rows, float32.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
square, bias = rng.normal(size=(3, 3)), np.array([1.0, 2.0, 3.0])
for shape in ((3, 3), (3,), (2, 4, 3), (2, 1, 5, 3), (0, 3), (2, 0, 3)):
    x = rng.normal(size=shape)
    kept, expected = x.copy(), np.einsum("...i,ji->...j", x, square) + bias
    wrong = {"the weight was not transposed": np.einsum("...i,ij->...j", x, square) + bias}
    what = f"linear_forward of an input of shape {shape}"
    close(linear_forward(x, square, bias), expected, what, suspects=wrong)
    close(x, kept, "x after the call")
close(bias, [1, 2, 3], "the bias after the call")
with raises(ValueError, "2.*3", "the error for an input of shape (3, 2)"):
    linear_forward(np.ones((3, 2)), square, bias)
single = [np.ones(shape, np.float32) for shape in ((4, 2), (3, 2), (3,))]
close(linear_forward(*single), np.full((4, 3), 3.0), "the result in float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Now the rules. With $g = \bar y$, look where each value was used, as in module 02. $x_{ni}$ was
# used for every unit $j$, with weight $W_{ji}$. $W_{ji}$ was used in every row $n$, and so was
# $b_j$. What was used several times gets the sum:
#
# $$\bar x_{ni} = \sum_j g_{nj} W_{ji} \qquad \bar W_{ji} = \sum_n g_{nj} x_{ni}
# \qquad \bar b_j = \sum_n g_{nj}$$
#
# The first two are matrix products. You have to find out of what, and which one is transposed; the
# shapes help. That sum over $n$ is also why a layer does not care whether its rows come as one
# batch or in several: the gradients of the parts add up.
#
# **Exercise 2 · medium · 20 minutes.** Fill in `linear_rules`.
#
# <details><summary>expected: ... shape (2, 3), got: ... shape (3, 2)</summary>
#
# The gradient of the weight has the shape of the weight, (out, in). You have its transpose.
#
# </details>
#
# <details><summary>ValueError: matmul: ... has a mismatch in its core dimension</summary>
#
# Write the shapes under the product: a transpose is missing, or there is one too many. And with
# leading dimensions `g` and `x` are no matrices. `as_rows` makes them some; at the end, the
# gradient of `x` has to get the shape of `x` again.
#
# </details>


# %% nbgrader={"grade_id": "linear-rules", "solution": true}
#| export
def linear_rules() -> tuple:
    """The rules of `linear`: three functions (g, out, x, weight, bias=None).

    Shapes: g (..., out) -> (..., in) for x, (out, in) for weight, (out,) for bias.
    """
    # Three functions of one or two lines. `as_rows` makes matrices of g and x.
    ### BEGIN SOLUTION

    def for_x(g, out, x, weight, bias=None):
        return (as_rows(g) @ weight).reshape(x.shape)  # (rows, out) @ (out, in)

    def for_weight(g, out, x, weight, bias=None):
        return as_rows(g).T @ as_rows(x)  # (out, rows) @ (rows, in)

    def for_bias(g, out, x, weight, bias=None):
        g = as_rows(g)  # (rows, out)
        return np.ones(len(g), g.dtype) @ g  # faster than g.sum(axis=0)

    return for_x, for_weight, for_bias
    ### END SOLUTION


# %% nbgrader={"grade_id": "linear-rules-test", "grade": true, "points": 2}
# Two rows of three features and two units, worked out by hand.
for_x, for_weight, for_bias = linear_rules()
x, g = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]), np.array([[1.0, -1.0], [2.0, 0.5]])
weight, bias = np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]]), np.array([10.0, 20.0])
out = x @ weight.T + bias
expected = [[0.5, 1, 2], [2.25, -0.5, 4]]
wrong = {"g is transposed": g.T @ weight}
close(for_x(g, out, x, weight, bias), expected, "the gradient of x", suspects=wrong)
expected, hint = [[1, 0, 11], [-1, -2.5, -1]], "it has the shape of the weight, (out, in)"
wrong = {"the mean over the rows: their gradients add up": g.T @ x / 2, "transposed": x.T @ g}
wrong["g is not transposed"] = g @ x
what = "the gradient of the weight"
close(for_weight(g, out, x, weight, bias), expected, what, suspects=wrong, hint=hint)
wrong = {"the mean over the rows: their gradients add up": g.mean(0), "the other sum": g.sum(1)}
close(for_bias(g, out, x, weight, bias), [3, -0.5], "the gradient of the bias", suspects=wrong)

# %% nbgrader={"grade_id": "linear-rules-hidden", "grade": true, "points": 3}
# Also graded: leading dimensions, one row without any, square weights, no rows, no bias, float32.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
weight, bias = rng.normal(size=(3, 3)), rng.normal(size=3)
for shape in ((4, 3), (3,), (2, 4, 3), (2, 1, 5, 3), (0, 3)):
    x, g = rng.normal(size=shape), rng.normal(size=shape)
    inputs = [g, g, x, weight] if len(shape) == 1 else [g, g, x, weight, bias]
    parts = [rule(*inputs) for rule in linear_rules()]
    wrong = {"the weight is transposed": np.einsum("...j,ij->...i", g, weight)}
    what = f"the gradient of x of shape {shape}"
    close(parts[0], np.einsum("...j,ji->...i", g, weight), what, suspects=wrong)
    expected = g.reshape(-1, 3).T @ x.reshape(-1, 3)
    wrong = {"g and x are swapped": expected.T}
    close(parts[1], expected, f"the gradient of the weight for x of shape {shape}", suspects=wrong)
    expected = g.reshape(-1, 3).sum(axis=0)
    close(parts[2], expected, f"the gradient of the bias for x of shape {shape}")
single = [np.ones(shape, np.float32) for shape in ((4, 3), (4, 3), (4, 2), (3, 2), (3,))]
for rule, value, shape in zip(linear_rules(), (3, 4, 4), ((4, 2), (3, 2), (3,)), strict=True):
    close(rule(*single), np.full(shape, value), "a gradient in float32", dtype="float32")
close(single[0], np.ones((4, 3)), "g after the rules have run")
### END HIDDEN TESTS

# %% [markdown]
# Operation, rules and function together. `saves="inputs"` says which values the rules read, so that
# overwriting one before `backward` is noticed. As long as your rules are missing, a backward pass
# through `linear` says so.


# %%
#| export
linear_op = Op("linear", linear_forward, saves="inputs")
with suppress(NotImplementedError):
    VJPS[linear_op] = linear_rules()


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`input @ weight.T + bias`. Shapes: (..., in), (out, in), (out,) -> (..., out).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
    """
    return linear_op(input, weight) if bias is None else linear_op(input, weight, bias)


# %%
# One operation against three: forward and backward of 64 rows of 256 features.
def milliseconds(function, times=20):
    """The best of several calls: whatever else the computer did only adds to the others."""
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

# %% [markdown]
# ## 2. Activations
#
# Two linear layers after one another are a single linear layer: $(x W_1^\top) W_2^\top = x (W_2
# W_1)^\top$. What makes depth worth anything is a bend between them, a **nonlinearity** or
# **activation function**, applied to each value by itself. The oldest one squeezes every number
# into a chance between 0 and 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x}$$
#
# Both forms are the same number; neither is a program. For $x = -1000$ the first one computes
# $e^{1000}$, which overflows; for $x = 1000$ the second one divides infinity by infinity, and one
# NaN is enough to make a whole model NaN. Never take `exp` of anything above 0.
#
# **Exercise 3 · easy · 15 minutes.** Fill in `sigmoid_forward`.
#
# <details><summary>FloatingPointError: overflow encountered in exp</summary>
#
# `np.where(x >= 0, f(x), h(x))` computes *both* for *all* x before it chooses. Make the argument of
# `exp` harmless first: `-np.abs(x)` and `np.minimum(x, 0)` are never above 0.
#
# </details>
#
# <details><summary>wrong: sigmoid(-40), expected 4.2e-18, got 0</summary>
#
# $1 - \sigma(40)$ is 0 in floating-point numbers: 1 swallows what is so small. Compute the small
# number itself, $e^x / (1 + e^x)$.
#
# </details>


# %% nbgrader={"grade_id": "sigmoid", "solution": true}
#| export
def sigmoid_forward(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), for any x: never NaN, no overflow on the way.

    Shapes: any, kept; so is the dtype. Right to the last digits also where the result is tiny.
    """
    # One or two lines.
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    return np.maximum(e, x >= 0) / (1 + e)  # above 0 the numerator is 1, below it e
    ### END SOLUTION


# %% nbgrader={"grade_id": "sigmoid-test", "grade": true, "points": 2}
# Well-known values, and both ends.
x = np.array([0.0, 1.0, -1.0, 4.0])
wrong = {"that is sigmoid(-x)": 1 / (1 + np.exp(x)), "that is tanh": np.tanh(x)}
close(sigmoid_forward(x), [0.5, 0.7310586, 0.2689414, 0.9820138], "sigmoid", suspects=wrong)
with np.errstate(over="raise"):
    ends = sigmoid_forward(np.array([-1000.0, 1000.0]))
close(ends, [0, 1], "sigmoid of -1000 and 1000", hint="exp of a large number must not happen")

# %% nbgrader={"grade_id": "sigmoid-hidden", "grade": true, "points": 3}
# Also graded: tiny results to the last digits, float32 and its ends, shapes, x left as it was.
### BEGIN HIDDEN TESTS
for value in (-40.0, -100.0, -700.0, 3.0, 40.0):
    expected, wrong = math.exp(value) / (1 + math.exp(value)), {}
    if value < 0:
        wrong["1 minus a number that is almost 1: nothing is left of a tiny result"] = [0.0]
    out, what = sigmoid_forward(np.array([value])), f"sigmoid({value:g})"
    close(out, [expected], what, suspects=wrong, rtol=1e-12, atol=0)
x = np.array([[-1e4, -100.0, -88.0], [88.0, 100.0, 1e4]], np.float32)
with np.errstate(over="raise"):
    out = sigmoid_forward(x)
close(out, [[0, 0, 0], [1, 1, 1]], "sigmoid of large float32 numbers", dtype="float32")
close(sigmoid_forward(np.float32([-20.0])), [2.0611537e-09], "sigmoid(-20)", atol=0)
close(x[1], [88, 100, 1e4], "x after the call")
close(sigmoid_forward(np.array(0.0)), 0.5, "sigmoid of a 0-d array")
equal(np.shape(sigmoid_forward(np.ones((2, 0, 3)))), (2, 0, 3), "the shape for (2, 0, 3)")
### END HIDDEN TESTS

# %% [markdown]
# Given: four more. **ReLU** cuts off what is below 0 and costs next to nothing. **Leaky ReLU** lets
# a little through, so that no unit can fall silent for good. **SiLU**, $x\,\sigma(x)$, is smooth.
# And **softmax** turns a row of scores into chances that add up to 1; you wrote its core in module
# 02.


# %% tags=["given"]
#| export
def relu_forward(x):
    return np.maximum(x, 0)


def leaky_relu_forward(x, negative_slope=0.01):
    return (np.maximum if negative_slope <= 1 else np.minimum)(x, negative_slope * x)


def silu_forward(x):
    """x * sigmoid(x), and the sigmoid, which the rule wants saved."""
    s = sigmoid_forward(x)
    return x * s, s


def softmax_forward(x, dim):
    """exp(x) / sum of exp(x) along `dim`; the largest value is taken out first."""
    out = np.exp(x - np.max(x, axis=dim, keepdims=True, initial=-np.inf))
    out /= np.sum(out, axis=dim, keepdims=True)
    return out


relu_op = Op("relu", relu_forward, saves="output")
leaky_relu_op = Op("leaky_relu", leaky_relu_forward, saves="inputs")
sigmoid_op = Op("sigmoid", sigmoid_forward, saves="output")
silu_op = Op("silu", silu_forward, saves="inputs")
softmax_op = Op("softmax", softmax_forward, saves="output")


# %% [markdown]
# Their slopes, with $s = \sigma(x)$; at 0, ReLU and leaky ReLU take the slope from the left:
#
# | | $y$ | $dy/dx$ |
# |---|---|---|
# | ReLU | $\max(x, 0)$ | 1 where $x > 0$, else 0 |
# | leaky ReLU | $x$ where $x > 0$, else $ax$ | 1 where $x > 0$, else $a$ |
# | sigmoid | $s$ | $s\,(1 - s)$ |
# | SiLU | $x s$ | $s + x s (1 - s)$, by the product rule |
#
# Softmax is different: every $y_i$ depends on every $x_k$ of its row, since all share the sum below
# the line. Its slopes are a table, $\partial y_i/\partial x_k = y_i\,(1_{i=k} - y_k)$. Put that
# into the chain rule $\bar x_k = \sum_i g_i\,\partial y_i/\partial x_k$, and the table is gone:
#
# $$\bar x_k = y_k\,\Big(g_k - \sum_i g_i y_i\Big)$$
#
# **Exercise 4 · medium · 25 minutes.** Fill in `activation_rules`. Where the slope can be written
# with the result, use it: nothing is computed twice.
#
# <details><summary>TypeError: ... got an unexpected keyword argument 'negative_slope'</summary>
#
# A rule gets the parameters of its operation, too: `negative_slope` for leaky ReLU (0.01 if none is
# given) and `dim` for softmax.
#
# </details>
#
# <details><summary>its dtype: expected float32, got float64</summary>
#
# `np.where(x > 0, 1, 0.01)` is a float64 array whatever x is, and widens all that it meets. Choose
# between `g` and `0.01 * g` instead, or multiply `g` by the booleans.
#
# </details>


# %% nbgrader={"grade_id": "activation-rules", "solution": true}
#| export
def activation_rules() -> dict:
    """{op: (rule,)} for relu_op, leaky_relu_op, sigmoid_op, silu_op and softmax_op.

    Rules are functions (g, out, x) of arrays, with `negative_slope=0.01` after them for leaky ReLU
    and `dim` for softmax. For SiLU, which saves it, `out` is sigmoid(x). A rule returns the
    gradient of x, in its shape and dtype, and changes none of the arrays.
    """
    # Two functions of a line each, and a dict of five lines.
    ### BEGIN SOLUTION

    def leaky_relu_rule(g, out, x, negative_slope=0.01):
        return g * (x > 0) + negative_slope * g * (x <= 0)

    def softmax_rule(g, out, x, dim):
        return out * (g - np.sum(g * out, axis=dim, keepdims=True))

    return {
        relu_op: (lambda g, out, x: g * (out > 0),),
        leaky_relu_op: (leaky_relu_rule,),
        sigmoid_op: (lambda g, out, x: g * out * (1 - out),),
        silu_op: (lambda g, s, x: g * s * (1 + x * (1 - s)),),
        softmax_op: (softmax_rule,),
    }
    ### END SOLUTION


# %% nbgrader={"grade_id": "activation-rules-test", "grade": true, "points": 3}
# ReLU, sigmoid, and softmax of two rows.
rules = activation_rules()
names = ["leaky_relu", "relu", "sigmoid", "silu", "softmax"]
equal(sorted(op.name for op in rules), names, "the list of operations that have rules")
x, g = np.array([-2.0, 0.5, 3.0]), np.array([10.0, 20.0, -30.0])
wrong = {"g is missing: the chain rule multiplies by it": x > 0, "the wrong side": g * (x < 0)}
part = rules[relu_op][0](g, np.maximum(x, 0), x)
close(part, [0, 20, -30], "the gradient of relu", suspects=wrong)
s = 1 / (1 + np.exp(-x))
wrong = {"g is missing": s * (1 - s), "made from x: `out` is the sigmoid": g * x * (1 - x)}
wrong["the factor 1 - s is missing"] = g * s
part = rules[sigmoid_op][0](g, s, x)
close(part, g * np.exp(-x) / (1 + np.exp(-x)) ** 2, "the gradient of sigmoid", suspects=wrong)
y, g = np.array([[0.2, 0.3, 0.5], [0.5, 0.25, 0.25]]), np.array([[10, 20, -30], [4, -4, 8.0]])
wrong = {"only the diagonal, y (1 - y): each y depends on all of the row": g * y * (1 - y)}
wrong["g was summed, not g * y"] = y * (g - g.sum(1, keepdims=True))
wrong["one sum for the whole table, not one a row"] = y * (g - (g * y).sum())
part = rules[softmax_op][0](g, y, np.log(y), dim=1)
expected = [[3.4, 8.1, -11.5], [0.5, -1.75, 1.25]]
close(part, expected, "the gradient of softmax", suspects=wrong)

# %% nbgrader={"grade_id": "activation-rules-hidden", "grade": true, "points": 3}
# Also graded: leaky ReLU with its own slope and at 0, SiLU, softmax along other dimensions,
# float32, arrays left as they were.
### BEGIN HIDDEN TESTS
rules = activation_rules()
x, g = np.array([-2.0, 0.0, 0.5, 3.0]), np.array([10.0, 7.0, 20.0, -30.0])
close(rules[relu_op][0](g, np.maximum(x, 0), x), [0, 0, 20, -30], "the gradient of relu at 0")
for slope in (0.2, -0.5, 3.0):
    part = rules[leaky_relu_op][0](g, np.where(x > 0, x, slope * x), x, negative_slope=slope)
    expected, what = [10 * slope, 7 * slope, 20, -30], f"the gradient of leaky_relu, slope {slope}"
    wrong = {"the slope was taken to be 0.01": [0.1, 0.07, 20, -30]}
    wrong["the sign of the result was taken for that of x"] = g * np.where(x < 0, 1, slope)
    close(part, expected, what, suspects=wrong)
part = rules[leaky_relu_op][0](g, np.where(x > 0, x, 0.01 * x), x)
close(part, [0.1, 0.07, 20, -30], "the gradient of leaky_relu, no slope given")
s = 1 / (1 + np.exp(-x))
expected = g * (np.exp(x) * (1 + x + np.exp(x))) / (1 + np.exp(x)) ** 2
wrong = {
    "the second term of the product rule is missing": g * s,
    "g is missing": s + x * s * (1 - s),
}
wrong["the first term is missing"] = g * x * s * (1 - s)
close(rules[silu_op][0](g, s, x), expected, "the gradient of silu", suspects=wrong)
rng = np.random.default_rng(3)
for dim in (0, 1, -1):
    x, g = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
    y = np.exp(x) / np.exp(x).sum(axis=dim, keepdims=True)
    rows, seeds = (np.moveaxis(array, dim, -1) for array in (y, g))
    slopes = rows[..., None] * (np.eye(rows.shape[-1]) - rows[..., None, :])
    expected = np.moveaxis(np.einsum("...i,...ik->...k", seeds, slopes), -1, dim)
    close(rules[softmax_op][0](g, y, x, dim=dim), expected, f"the gradient of softmax, dim={dim}")
x, g = np.array([[-1.0, 0.25]], np.float32), np.array([[1.0, 2.0]], np.float32)
for op, params in ((relu_op, {}), (leaky_relu_op, {}), (sigmoid_op, {}), (softmax_op, {"dim": 1})):
    out = np.full_like(x, 0.5)
    part = rules[op][0](g, out, x, **params)
    what = f"(shape, dtype) of the gradient of {op.name}"
    equal((np.shape(part), str(part.dtype)), ((1, 2), "float32"), what)
    close(out, [[0.5, 0.5]], f"the result after the rule of {op.name}")
close(g, [[1, 2]], "g after all the rules have run")
close(x, [[-1, 0.25]], "x after all the rules have run")
### END HIDDEN TESTS

# %% [markdown]
# Given: **GELU**, $x\,\Phi(x)$, what today's language models use. $\Phi(x)$ is the chance that a
# normal random number is below $x$. NumPy has no error function to compute it with, so one is here,
# by a polynomial, next to the cheaper form by `tanh`. Then the functions of `nn.functional`.


# %% tags=["given"]
#| export
with suppress(NotImplementedError):
    VJPS.update(activation_rules())

# exp(z**2) * erfc(z) = t * P(2t - 1) with t = 3 / (3 + z), for z >= 0: P in Chebyshev polynomials,
# fitted to erfc for this course. All 22 are right to 2e-15, the first 11 to float32.
ERFC = [
    0.4711460746602907,
    0.3771589496915657,
    0.11803603344749534,
    0.02836234669969507,
    0.004871757757605472,
    0.0004598523878765199,
    -2.1430222381081824e-05,
    -1.3014473699199689e-05,
    -8.809283581586377e-07,
    2.7464800488555e-07,
    4.4159919098784255e-08,
    -6.39840837723921e-09,
    -1.6768357810689477e-09,
    1.9473345616963997e-10,
    6.247421417194444e-11,
    -8.124668930284747e-12,
    -2.330462046647298e-12,
    4.1901614500407665e-13,
    8.18540225551358e-14,
    -2.3419697175324535e-14,
    -2.3113665886274733e-15,
    1.2943940355272807e-15,
]
ERFC_POWERS = {
    np.dtype("float32"): np.polynomial.chebyshev.cheb2poly(ERFC[:11]).tolist()[::-1],
    np.dtype("float64"): np.polynomial.chebyshev.cheb2poly(ERFC).tolist()[::-1],
}


def erfc_scaled(z: np.ndarray) -> np.ndarray:
    """exp(z**2) * erfc(z) for z >= 0, by a polynomial in 3 / (3 + z)."""
    first, *others, last = ERFC_POWERS[z.dtype]
    t = 3 / (3 + z)
    y = 2 * t - 1
    total = first * y
    for power in others:
        total += power
        total *= y
    total += last
    return total * t


def gelu_forward(x, approximate="none"):
    """x * Phi(x), and its slope, which the rule wants saved."""
    if x.dtype.kind != "f":
        x = x.astype(np.float32)
    if approximate == "none":
        return gelu_exact(x)
    if approximate != "tanh":
        raise ValueError(f"approximate is 'none' or 'tanh', not {approximate!r}")
    square = x * x
    t = np.tanh(0.7978845608028654 * x * (1 + 0.044715 * square))  # sqrt(2 / pi)
    half = 0.5 * (1 + t)
    slope = half + 0.3989422804014327 * x * (1 - t * t) * (1 + 0.134145 * square)
    return x * half, slope


def gelu_exact(x):
    """The normal tail beyond |x| is computed, which is right to the last digits on both sides."""
    size = np.minimum(np.abs(x), 40)  # beyond it the tail is 0; infinity times 0 would be NaN
    bell = np.exp(-0.5 * size * size)
    tail = 0.5 * bell * erfc_scaled(size * 0.7071067811865476)
    above = (x > 0).astype(x.dtype)
    edge = 0.3989422804014327 * size * bell - tail  # 1 / sqrt(2 pi)
    return np.maximum(x, 0) - size * tail, above + edge * (2 * above - 1)


gelu_op = Op("gelu", gelu_forward)
VJPS[gelu_op] = (lambda g, slope, x, approximate="none": g * slope,)


def relu(input: Tensor) -> Tensor:
    """The larger of `input` and 0. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html
    """
    return relu_op(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """`input` where it is above 0, `negative_slope * input` elsewhere. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html
    """
    return leaky_relu_op(input, negative_slope=negative_slope)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + exp(-input)). Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.sigmoid.html
    """
    return sigmoid_op(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.tanh.html
    """
    return input.tanh()


def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """`input` times the normal distribution function; approximate: "none" or "tanh".

    Shapes: any, kept.
    Source: Hendrycks and Gimpel (2016), arXiv:1606.08415.
    """
    return gelu_op(input, approximate=approximate)


def silu(input: Tensor) -> Tensor:
    """input * sigmoid(input). Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.silu.html
    """
    return silu_op(input)


def softmax(input: Tensor, dim: int) -> Tensor:
    """Positive numbers that add up to 1 along `dim`, in the proportions of exp(input).

    Shapes: any, kept. Raises: RuntimeError for integers, IndexError for a dim that is not there.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
    """
    return softmax_op(input, dim=dim)


# %%
# Each activation (line) and its derivative (dashed), which `backward` computes with your rules.
shown = {"relu": relu, "leaky_relu": leaky_relu, "sigmoid": sigmoid}
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

# %% [markdown]
# Six panels. The slope of ReLU jumps from 0 to 1. That of the sigmoid is a hill which is nowhere
# above 1/4, and almost 0 beyond 4 on either side: a gradient that passes ten sigmoids is at most
# $4^{-10}$, a millionth. This **vanishing gradient** is why deep networks stopped using them. The
# slopes of SiLU and GELU go a little below 0, and a little above 1.
#
# ## 3. Dropout
#
# In training, **dropout** puts a zero in place of each value with chance $p$, anew at every call.
# No unit can rely on one other unit being there, which works against learning by heart, or
# **overfitting**. Whatever does that is called **regularization**. The values that are left are
# divided by $1 - p$, so that the sum that the next layer sees is the same on average. Then nothing
# has to be done when the model is used: dropout is simply off.
#
# **Exercise 5 · easy · 15 minutes.** Fill in `dropout`.
#
# <details><summary>wrong: a value of 1 that is left, for p = 0.25, got 1.0</summary>
#
# A quarter was dropped and the rest stayed as it was: the mean fell to 0.75. Divide by the chance
# to stay.
#
# </details>
#
# <details><summary>RuntimeError: backward needs a tensor that was made from one with ...</summary>
#
# `Tensor(input.array * mask)` is a new tensor that knows nothing of `input`. Make a tensor of the
# mask, and multiply the two tensors.
#
# </details>


# %% nbgrader={"grade_id": "dropout", "solution": true}
#| export
def dropout(input: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Zeros in place of values, each by itself with chance `p`, and the others divided by 1 - p.

    With p = 1 all are zeros, not NaN. Shape and dtype stay. Not training: `input` itself. Random
    numbers come from `default_generator.rng`.
    Raises: ValueError if p is not between 0 and 1.
    Source: Srivastava et al. (2014), Journal of Machine Learning Research 15, 1929-1958.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout takes a p between 0 and 1, not {p}")
    # Five lines.
    ### BEGIN SOLUTION
    if not training or p == 0:
        return input
    kept = default_generator.rng.random(input.shape, np.float32) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return input * Tensor(np.multiply(kept, scale, dtype=input.dtype))
    ### END SOLUTION


# %% nbgrader={"grade_id": "dropout-test", "grade": true, "points": 2}
# Ten thousand ones with p = 0.25: how many are dropped, what the others become, eval mode.
manual_seed(0)
x = tensor(np.ones((100, 100), "float32"), requires_grad=True)
dropout(x, 0.5).sum().backward()
out = dropout(x, 0.25).numpy()
wrong = {"p was taken for the chance to be kept": 0.75}
what = "the share of zeros for p = 0.25"
close((out == 0).mean(), 0.25, what, atol=0.03, suspects=wrong)
wrong = {"the values that are left were not divided by 1 - p": 1.0, "divided by p": 4.0}
close(out.max(), 4 / 3, "a value of 1 that is left, for p = 0.25", suspects=wrong)
true(
    dropout(x, 0.25, training=False) is x,
    "dropout when not training",
    expected="the input itself",
    got="something else",
)

# %% nbgrader={"grade_id": "dropout-hidden", "grade": true, "points": 3}
# Also graded: the gradient, p = 0 and p = 1, the seed, each value by itself, float64.
### BEGIN HIDDEN TESTS
manual_seed(1)
x = tensor(np.arange(1.0, 401.0).reshape(20, 20), requires_grad=True)
out = dropout(x, 0.5)
out.sum().backward()
got = np.zeros_like(x.array) if x.grad is None else x.grad.numpy()
close(got, out.numpy() / x.numpy(), "the gradient: 2 where a value is left, else 0")
equal(str(out.dtype), "float64", "the dtype of dropout of a float64 tensor")
kept = out.numpy() != 0
true(
    all(0 < line.sum() < 20 for line in (*kept, *kept.T)),
    "dropping each value by itself",
    expected="zeros and other values in every row and every column",
)
close(dropout(x, 0.0), x.numpy(), "dropout with p = 0")
close(dropout(x, 1.0), np.zeros((20, 20)), "dropout with p = 1", hint="do not divide by 0")
first, second = dropout(x, 0.5).numpy(), dropout(x, 0.5).numpy()
true(
    bool((first != second).any()),
    "the second of two calls",
    expected="other zeros than in the first",
    got="the same zeros",
)
manual_seed(7)
first = dropout(x, 0.5).numpy()
manual_seed(7)
close(dropout(x, 0.5), first, "dropout after the same manual_seed")
close(x, np.arange(1.0, 401.0).reshape(20, 20), "the input after dropout")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Modules
#
# A `Module` keeps three dicts: `_parameters` (tensors it learns), `_buffers` (its **buffers**:
# tensors it only keeps, such as running means) and `_modules` (the modules it is made of, its
# *children*).
# Assigning does the sorting: after `self.first = Linear(64, 32)` the layer stands in
# `_modules["first"]`, because the class below looks at every assignment. So a model is a tree, and
# whatever wants all its parameters, an optimizer, a file, you with `named_parameters`, walks along
# it:
#
# | the model's | holds | named |
# |---|---|---|
# | `_parameters` | `scale` | `scale` |
# | `_modules["first"]._parameters` | `weight`, `bias` | `first.weight`, `first.bias` |
# | `_modules["block"]._modules["0"]._parameters` | `weight` | `block.0.weight` |
#
# One tensor can hang in two places: language models use the same matrix to read words and to write
# them. It is one parameter. If it came twice, it would be updated twice, and counted twice.
#
# **Exercise 6 · medium · 25 minutes.** Fill in `named_members`. It is a generator: `yield` hands
# out one pair, `yield from` all those of another generator.
#
# <details><summary>RuntimeError: the truth of 4 values is ambiguous</summary>
#
# `member in a_list` compares with `==`, and tensors compare value by value. A *set* asks which
# object it is, and that is what you want to know.
#
# </details>
#
# <details><summary>a shared weight comes twice</summary>
#
# Every call that makes a `seen` of its own forgets what the others have met. Hand it on when you go
# down to a child.
#
# </details>


# %% nbgrader={"grade_id": "named-members", "solution": true}
#| export
def named_members(module, kind: str, prefix: str = "", seen: set | None = None):
    """Yield (dotted name, tensor) for all parameters or buffers in `module` and its children.

    kind: "_parameters" or "_buffers". First the module's own, in the order of registration, then
    those of its children, with the child's name and a dot in front. `prefix` goes in front of every
    name as it stands, its dot included. One that is None is passed over, and one that is found
    again under another name (a shared weight) is not repeated.
    """
    # Eight lines: own members, then recursion into `module._modules`; `seen` goes along.
    ### BEGIN SOLUTION
    seen = set() if seen is None else seen
    for name, member in getattr(module, kind).items():
        if member is not None and member not in seen:
            seen.add(member)
            yield prefix + name, member
    for name, child in module._modules.items():
        if child is not None:
            yield from named_members(child, kind, f"{prefix}{name}.", seen)
    ### END SOLUTION


# %% nbgrader={"grade_id": "named-members-test", "grade": true, "points": 2}
# A module with two children; one parameter is shared, one is switched off.
weight, bias, scale = (tensor(np.ones(n)) for n in (4, 2, 1))
first = SimpleNamespace(_parameters={"weight": weight, "bias": bias}, _modules={})
last = SimpleNamespace(_parameters={"weight": weight, "bias": None}, _modules={})
children = {"first": first, "last": last}
model = SimpleNamespace(_parameters={"scale": scale}, _modules=children)
pairs = list(named_members(model, "_parameters"))
names = ["scale", "first.weight", "first.bias"]
suspects = {
    "a shared weight comes twice": [*names, "last.weight"],
    "the child's name in front is missing": ["scale", "weight", "bias"],
    "the children's members are missing": ["scale"],
    "the children's members came first": [*names[1:], "scale"],
}
equal([name for name, _ in pairs], names, "the list of parameter names", suspects=suspects)
what = "the second half of each pair"
true(all(a is b for (_, a), b in zip(pairs, (scale, weight, bias), strict=True)), what)

# %% nbgrader={"grade_id": "named-members-hidden", "grade": true, "points": 3}
# Also graded: three levels, buffers, a shared child, a child that is None, a prefix, a second call,
# sharing across branches, equal values that are not shared.
### BEGIN HIDDEN TESTS
one, other, mean = (tensor(np.ones(2)) for _ in range(3))
leaf = SimpleNamespace(_parameters={"weight": one}, _buffers={"mean": mean}, _modules={})
block = SimpleNamespace(
    _parameters={"off": None}, _buffers={}, _modules={"0": leaf, "1": None, "2": leaf}
)
tail = SimpleNamespace(_parameters={"w": other, "again": one}, _buffers={"m": mean}, _modules={})
model = SimpleNamespace(_parameters={}, _buffers={}, _modules={"block": block, "tail": tail})
names, wrong = ["block.0.weight", "tail.w"], {}
wrong["equal values were taken for the same tensor"] = ["block.0.weight"]
wrong["a weight was shared across branches, and came twice"] = [*names, "tail.again"]
wrong["the names in between are missing"] = ["0.weight", "tail.w"]
what = "the list of names, three levels deep"
for _ in range(2):
    found = [name for name, _ in named_members(model, "_parameters")]
    equal(found, names, what, suspects=wrong)
    what = "the list of names in a second call"
found = [name for name, _ in named_members(model, "_buffers")]
equal(found, ["block.0.mean"], "the list of buffer names")
found = [name for name, _ in named_members(model, "_parameters", prefix="net.")]
equal(found, ["net.block.0.weight", "net.tail.w"], "the list of names with the prefix 'net.'")
found = [name for name, _ in named_members(model, "_parameters", seen={one})]
equal(found, ["tail.w"], "the list of names where the first weight was seen before")
### END HIDDEN TESTS

# %% [markdown]
# Given: `Parameter` and `Module`, with PyTorch's names. It is long, because it takes care of what
# can go wrong: a layer assigned before `super().__init__()`, a file with the wrong shapes. Your
# walk is in the middle of it.


# %% tags=["given"]
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
            super().__init__(np.array(data, np.float32))
        self.requires_grad_(requires_grad)

    def __repr__(self):
        return f"Parameter containing:\n{super().__repr__()}"


KINDS = ("_parameters", "_buffers", "_modules")


class Incompatible(NamedTuple):
    """What `load_state_dict(..., strict=False)` could not use, or did not find."""

    missing_keys: list
    unexpected_keys: list


class Module:
    """The base of all layers and models: it keeps account of what is assigned to its attributes.

    A subclass calls `super().__init__()` first, assigns parameters and other modules as ordinary
    attributes, and defines `forward`. Calling the module calls `forward`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
    """

    training = True

    def __init__(self):
        self.__dict__.update({kind: {} for kind in KINDS}, training=True, _not_saved=set())

    def forward(self, *args, **kwargs):
        """What a call of the module does: every subclass defines it, and tells the shapes."""
        raise NotImplementedError(f"{type(self).__name__} has no forward: define it in the class")

    def __call__(self, *args, **kwargs):
        """`forward` on the same arguments."""
        return self.forward(*args, **kwargs)

    # Registration: what is assigned goes to the place for its kind.
    def __setattr__(self, name, value):
        """Keep parameters, modules and buffers where they are found; all else as usual."""
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
        """Register under one kind, and let go of what had the name before."""
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
        """All names, those of parameters, buffers and modules among them."""
        return [*super().__dir__(), *(name for kind in KINDS for name in self.__dict__[kind])]

    def _register(self, kind: str, name: str, value, wanted: type) -> None:
        """Take `value`. Raises: TypeError if it is no `wanted`, KeyError if the name is taken."""
        if value is not None and not isinstance(value, wanted):
            raise TypeError(
                f"{name!r} must be a {wanted.__name__} or None, not {type(value).__name__}"
            )
        if hasattr(self, name) and name not in self.__dict__[kind]:
            raise KeyError(f"{type(self).__name__} already has an attribute {name!r}")
        self._take(kind, name, value)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """`self.name = param`; with None, a parameter that is not there, as a bias switched off."""
        self._register("_parameters", name, param, Parameter)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """A tensor that belongs to the state but is not learned; saved unless not `persistent`."""
        self._register("_buffers", name, tensor, Tensor)
        if persistent:
            self._not_saved.discard(name)
        else:
            self._not_saved.add(name)

    def add_module(self, name: str, module: "Module | None") -> None:
        """`self.name = module`, for names that are no Python ones."""
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
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    # State.
    def state_dict(self, *, prefix: str = "") -> dict:
        """{name: tensor} of all parameters and buffers, in the memory of the module: no copies.

        A shared tensor stands under each of its names, as in PyTorch.
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
        if not hasattr(state_dict, "keys"):
            raise TypeError(f"load_state_dict takes a dict, not {type(state_dict).__name__}")
        state = self._state()
        missing = [name for name in state if name not in state_dict]
        unexpected = [name for name in state_dict if name not in state]
        given = {name: _numbers(state_dict[name]) for name in state if name in state_dict}
        problems = [
            f"{name} has shape {state[name].shape} here, but {getattr(array, 'shape', array)} came"
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
        """Training or, with False, use: Dropout acts only in training."""
        if not isinstance(mode, bool):
            raise ValueError(f"train takes True or False, not {mode!r}")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Switch to use: Dropout and batch norm act otherwise than in training."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> "Module":
        """Ask for the gradients of all parameters, or no longer: a layer that is frozen."""
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

    def to(self, dtype) -> "Module":
        """Turn all floating-point parameters and buffers into `dtype`; "cpu" changes nothing."""
        for member in (*self.parameters(), *self.buffers()):
            if member.is_floating_point():
                member.array = member.detach().to(dtype).array
                member.grad = None if member.grad is None else member.grad.to(dtype)
        return self

    def float(self) -> "Module":
        """All floating-point parameters and buffers in float32."""
        return self.to(np.float32)

    def double(self) -> "Module":
        """All floating-point parameters and buffers in float64."""
        return self.to(np.float64)

    # Text.
    def extra_repr(self) -> str:
        """What stands between the parentheses of a layer: a subclass says it."""
        return ""

    def __repr__(self):
        name, extra = type(self).__name__, self.extra_repr()
        if not self._modules:
            return f"{name}({extra})"
        body = "\n".join([extra] * bool(extra) + self._child_lines()).replace("\n", "\n  ")
        return f"{name}(\n  {body}\n)"

    def _child_lines(self) -> list:
        """What `repr` shows of the modules below, one a line."""
        return [f"({key}): {child!r}" for key, child in self._modules.items()]


def _numbers(value):
    """The array in a tensor, an array or a list of numbers; what it is instead, in words."""
    array = value.array if isinstance(value, Tensor) else np.asarray(value)
    return array if array.dtype.kind in "biuf" else f"a {type(value).__name__}"


# %% [markdown]
# A model of your own: assign in `__init__`, compute in `forward`, call the model like a function.
# Here is the smallest one there is, a learned scale, used twice within another model. `state_dict`
# is what goes into a file; loading one that does not fit says what is wrong, and changes nothing.


# %%
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

# %% [markdown]
# ## 5. Where to start: initialisation
#
# Weights start at random, for if all were equal, all units of a layer would learn the same. But how
# large? A unit adds up $n$ products, $y = \sum_i w_i x_i$. Square it and take the mean over random
# weights that are independent, with mean 0 and standard deviation $\sigma_w$: of the products
# $w_i w_k$, all but the squares have mean 0, and the squares have $\sigma_w^2$. What is left is
#
# $$\overline{y^2} = \sum_{i,k} \overline{w_i w_k}\, x_i x_k = \sigma_w^2 \sum_i x_i^2
# = n\,\sigma_w^2\;\overline{x^2}$$
#
# Every layer multiplies the signal by $\sqrt{n}\,\sigma_w$. Fifty layers do it fifty times, and
# $1.5^{50}$ is 600 million: so it has to be 1, and $\sigma_w = 1/\sqrt{n}$. ReLU throws away half
# of the squares, which a *gain* of $\sqrt{2}$ makes up for: Kaiming He's start. Backward the same
# happens to the gradients, only that $n$ is then how many units an input feeds. Both cannot
# be had at once, so Xavier Glorot took the mean of the two numbers, which are called **fans**
# (**fan-in** and **fan-out**):
#
# $$\sigma_w = \frac{\text{gain}}{\sqrt{n}}, \qquad
# n = n_\text{in},\; n_\text{out}\;\text{or}\;\tfrac12 (n_\text{in} + n_\text{out})$$
#
# **Exercise 7 · medium · 20 minutes.** Fill in `weight_std`.
#
# <details><summary>wrong: weight_std((32, 64)), it looks like: the fans are swapped</summary>
#
# The weight is (out, in): what one unit looks at is the *second* size.
#
# </details>
#
# <details><summary>wrong: weight_std((8, 4, 3, 3))</summary>
#
# Each unit of a 3 x 3 convolution looks at 9 places in each of 4 channels: 36 inputs.
#
# </details>


# %% nbgrader={"grade_id": "weight-std", "solution": true}
#| export
def weight_std(shape: tuple, mode: str = "fan_in", gain: float = 1.0) -> float:
    """The standard deviation of weights with which a layer keeps the size of its signal.

    It is gain / sqrt(n). n is the number of inputs of one output (mode "fan_in"), the number of
    outputs that one input goes to ("fan_out"), or the mean of both ("average").
    shape: (out, in), or (out, in, height, width) for a convolution: then every in and out counts
    height * width times.
    Raises: ValueError that shows a shape of fewer than 2 dimensions, or the unknown mode.
    """
    # Seven lines.
    ### BEGIN SOLUTION
    if len(shape) < 2:
        raise ValueError(f"fans need a weight of at least 2 dimensions, not of shape {shape}")
    window = math.prod(shape[2:])
    fans = {"fan_in": shape[1] * window, "fan_out": shape[0] * window}
    fans["average"] = (fans["fan_in"] + fans["fan_out"]) / 2
    if mode not in fans:
        raise ValueError(f"mode is one of {', '.join(fans)}, not {mode!r}")
    return gain / math.sqrt(fans[mode])
    ### END SOLUTION


# %% nbgrader={"grade_id": "weight-std-test", "grade": true, "points": 2}
# A layer from 64 features to 32 units, in the three modes, with a gain.
wrong = {"the fans are swapped: the weight is (out, in)": 32**-0.5, "the root is missing": 1 / 64}
close(weight_std((32, 64)), 0.125, "weight_std((32, 64))", suspects=wrong)
close(weight_std((32, 64), "fan_out"), 32**-0.5, "weight_std((32, 64), 'fan_out')")
wrong = {"the sum of the fans, not their mean": 96**-0.5}
close(weight_std((32, 64), "average"), 48**-0.5, "weight_std((32, 64), 'average')", suspects=wrong)
wrong = {"the gain was ignored": 0.125, "the gain was put under the root": (2 / 64) ** 0.5}
close(weight_std((32, 64), gain=2.0), 0.25, "weight_std((32, 64), gain=2.0)", suspects=wrong)

# %% nbgrader={"grade_id": "weight-std-hidden", "grade": true, "points": 3}
# Also graded: convolutions, a weight that is not a matrix, an unknown mode, and whether a signal
# really keeps its size.
### BEGIN HIDDEN TESTS
wrong = {"the window of 3 x 3 was not counted": 0.5, "only one of its sides was": 12**-0.5}
close(weight_std((8, 4, 3, 3)), 1 / 6, "weight_std((8, 4, 3, 3))", suspects=wrong)
out = weight_std((8, 4, 3, 5), "fan_out", 3.0)
close(out, 3 / 120**0.5, "weight_std((8, 4, 3, 5), 'fan_out', gain=3)")
close(weight_std((8, 4, 3), "average"), 18**-0.5, "weight_std((8, 4, 3), 'average')")
for shape in ((5,), ()):
    with raises(ValueError, r"\(5,\)" if shape else r"\(\)", f"the error for the shape {shape}"):
        weight_std(shape)
with raises(ValueError, "fan_inn", "the error for the mode 'fan_inn'"):
    weight_std((2, 3), "fan_inn")
rng = np.random.default_rng(5)
x = rng.normal(size=(100, 200))
for _ in range(10):
    x = np.maximum(x @ rng.normal(0.0, weight_std((200, 200), gain=2**0.5), (200, 200)), 0)
size = (x**2).mean() ** 0.5
true(0.6 < size < 1.6, "a signal's size after ten ReLU layers", expected="near 1", got=str(size))
### END HIDDEN TESTS

# %% [markdown]
# Given: `nn.init`, by your `weight_std`. A uniform distribution from $-b$ to $b$ has the standard
# deviation $b/\sqrt3$; this is where the roots of 3 come from.


# %% tags=["given"]
#| export
def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights must be larger because an activation makes its input smaller.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.calculate_gain
    """
    if nonlinearity == "leaky_relu":
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
    rng = (generator or default_generator).rng
    with no_grad():
        return tensor.copy_(rng.random(tensor.shape, tensor.dtype) * (b - a) + a)


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator=None) -> Tensor:
    """Fill with normal random numbers; the shape stays.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.normal_
    """
    rng = (generator or default_generator).rng
    with no_grad():
        return tensor.copy_(rng.standard_normal(tensor.shape, tensor.dtype) * std + mean)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator=None) -> Tensor:
    """Uniform numbers for a weight of shape (out, in, ...), by the mean of both fans.

    Glorot and Bengio (2010). Raises: ValueError for fewer than 2 dimensions.
    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.xavier_uniform_
    """
    bound = math.sqrt(3) * weight_std(tensor.shape, "average", gain)
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator=None) -> Tensor:
    """As `xavier_uniform_`, which tells the shape, but normal numbers.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.xavier_normal_
    """
    return normal_(tensor, 0.0, weight_std(tensor.shape, "average", gain), generator)


def kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is fan_in or fan_out, not {mode!r}")
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
    """As `kaiming_uniform_`, which tells the shape and the arguments, but normal numbers.

    Source: https://docs.pytorch.org/docs/stable/nn.init.html#torch.nn.init.kaiming_normal_
    """
    return normal_(tensor, 0.0, kaiming_std(tensor, a, mode, nonlinearity), generator)


# %% [markdown]
# **Predict, then measure.** Thirty layers of 256 units with ReLU, five ways to start. By the
# formula above, each layer multiplies the signal by $\sigma_w\sqrt{256/2}$. Which of these survive
# thirty layers, and which dies or explodes first? Say it before you run the cell.
#
# | | $\sigma_w$ |
# |---|---|
# | small | 0.01 |
# | PyTorch's Linear: uniform up to $1/\sqrt{256}$ | 0.036 |
# | Xavier | 0.0625 |
# | Kaiming | 0.088 |
# | large | 0.15 |

# %%
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
    weights = [start(Parameter(np.empty((width, width)))) for _ in range(depth)]
    signal = tensor(np.random.default_rng(0).normal(size=(64, width)).astype("float32"))
    sizes = []
    for weight in weights:
        signal = relu(linear(signal, weight))
        sizes.append(np.mean(signal.numpy().astype(float) ** 2) ** 0.5)
    signal.mean().backward()
    slope = weights[0].numpy().std() * (width / 2) ** 0.5
    layers = np.arange(1, depth + 1)
    (line,) = left.semilogy(layers, slope**layers, lw=1)
    left.semilogy(layers, sizes, ".", color=line.get_color(), label=name)
    norms = [np.linalg.norm(weight.grad.numpy().astype(float)) for weight in weights]
    right.semilogy(layers, norms, color=line.get_color())
left.set(xlabel="layer", ylabel="size of the signal", ylim=(1e-32, 1e10))
right.set(xlabel="layer", ylabel="norm of the weight's gradient", ylim=(1e-32, 1e10))
fig.legend(loc="outside right upper")
plt.show()

# %% [markdown]
# On the left, lines are predicted and dots measured: they agree. Only Kaiming stays level. Xavier,
# made without ReLU in mind, loses a factor of $\sqrt2$ a layer, 30,000 in all; the small start
# loses a factor of nine. PyTorch's own is too small for deep networks of ReLU: there one uses
# `kaiming_normal_`, or the normalisation of module 08. On the right, the gradients of all thirty
# weights: level in each network, since a weight's gradient is the signal below it times the
# gradient above it, and what the one lost the other has still to lose. With the small start they
# are below $10^{-20}$: nothing would be learned, in any layer. The large start has the opposite
# trouble, **exploding gradients**.
#
# ## 6. The layers
#
# Given: everything becomes a `Module`. `Linear` has PyTorch's layout and start. `Sequential` calls
# its modules one after another; `ModuleList` only keeps them, so that their parameters are found.


# %% tags=["given"]
#| export
class Linear(Module):
    """A matrix product and a bias: `input @ weight.T + bias`.

    Shapes: (..., in_features) -> (..., out_features). Learns `weight` (out, in) and `bias` (out,),
    both drawn uniformly from -1/sqrt(in) to 1/sqrt(in).
    Raises: RuntimeError that shows the shape of an input that does not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(empty(out_features, in_features))
        self.register_parameter("bias", Parameter(empty(out_features)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        bound = 1 / math.sqrt(self.in_features) if self.in_features else 0.0
        for parameter in self._parameters.values():
            if parameter is not None:
                uniform_(parameter, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        if isinstance(input, Tensor) and input.shape[-1:] != (self.in_features,):
            raise RuntimeError(
                f"Linear({self.in_features} -> {self.out_features}) got an input of shape "
                f"{input.shape}: its last dimension must be {self.in_features}"
            )
        return linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        sizes = f"in_features={self.in_features}, out_features={self.out_features}"
        return f"{sizes}, bias={self.bias is not None}"


class ReLU(Module):
    """The larger of each value and 0. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
    """

    def forward(self, input: Tensor) -> Tensor:
        return relu(input)


class LeakyReLU(Module):
    """Each value above 0, and `negative_slope` times those below. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
    """

    def __init__(self, negative_slope: float = 0.01):
        super().__init__()
        self.negative_slope = negative_slope

    def forward(self, input: Tensor) -> Tensor:
        return leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


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

    def forward(self, input: Tensor) -> Tensor:
        return silu(input)


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

    def __init__(self, p: float = 0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout takes a p between 0 and 1, not {p}")
        self.p = p

    def forward(self, input: Tensor) -> Tensor:
        return dropout(input, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace=False"


class Flatten(Module):
    """Dimensions `start_dim` to `end_dim` made one. Shapes: (batch, 8, 8) -> (batch, 64).

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1):
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Tensor) -> Tensor:
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Identity(Module):
    """Hands its input on, whatever it was made with. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Identity.html
    """

    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, input: Tensor) -> Tensor:
        return input


class Numbered(Module):
    """Modules under the names "0", "1", ...: what Sequential and ModuleList have in common."""

    def __len__(self):
        return len(self._modules)

    def __iter__(self):
        return iter(self._modules.values())

    def _name(self, index: int) -> str:
        if not -len(self) <= index < len(self):
            raise IndexError(f"there is no module {index}: {type(self).__name__} has {len(self)}")
        return list(self._modules)[index]

    def __getitem__(self, index):
        if isinstance(index, slice):
            return self._sliced(list(self._modules.items())[index])
        return self._modules[self._name(index)]

    def __setitem__(self, index: int, module: Module):
        setattr(self, self._name(index), module)

    def __delitem__(self, index):
        children = list(self)
        del children[index]
        self._number(children)

    def _number(self, modules) -> None:
        self.__dict__["_modules"] = {str(i): module for i, module in enumerate(modules)}

    def append(self, module: Module):
        """Put `module` behind the last one; returns self."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules):
        """Put `modules` behind the last one; returns self."""
        for module in modules:
            self.append(module)
        return self


class Sequential(Numbered):
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


class ModuleList(Numbered):
    """A list of modules whose parameters are found. It has no forward of its own.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
    """

    def __init__(self, modules=()):
        super().__init__()
        self.extend(modules)

    def _sliced(self, items):
        return ModuleList(child for _, child in items)

    def insert(self, index: int, module: Module) -> None:
        """Put `module` before the one at `index`."""
        children = list(self)
        children.insert(index, module)
        self._number(children)

    def _child_lines(self) -> list:
        """Equal neighbours in one line, as in PyTorch."""
        lines = []
        for text, run in itertools.groupby(enumerate(self), key=lambda pair: repr(pair[1])):
            places = [i for i, _ in run]
            first, last, count = places[0], places[-1], len(places)
            label = f"({first}-{last}): {count} x" if count > 1 else f"({first}):"
            lines.append(f"{label} {text}")
        return lines


# %%
manual_seed(0)
model = Sequential(Flatten(), Linear(64, 32), ReLU(), Dropout(0.1), Linear(32, 10))
print(model)
print(sum(parameter.numel() for parameter in model.parameters()), "parameters")
print("after eval(), Dropout hands on its input:", model.eval()[3](tensor([1.0, 2.0])))
try:
    model[1](tensor(np.ones((5, 8), "float32")))
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# ## 7. What a step costs
#
# Before you train anything for a week, you work out what it takes. A perceptron with `sizes` (64,
# 32, 10) is `Linear(64, 32)`, an activation, `Linear(32, 10)`. For one step on a batch of rows:
#
# - **parameters**: the weights and biases of all layers;
# - **bytes**: parameters and their gradients, four bytes a number;
# - **multiplications** in matrix products: forward, each row takes in x out of them in each layer.
#   Backward there are two products of the same size, one for the gradient of the weight and one for
#   the gradient of the input. But whose gradient does nobody want?
#
# **Exercise 8 · medium · 15 minutes.** Fill in `perceptron_cost`. First guess: 256 rows through
# (784, 256, 128, 10), handwritten digits of the usual size. A million multiplications? A billion?
#
# <details><summary>it looks like: the images' own gradient was counted</summary>
#
# The first layer's input is data. It does not require gradients, so its rule is never called: this
# is what "an input that needs no gradient costs none" buys.
#
# </details>


# %% nbgrader={"grade_id": "perceptron-cost", "solution": true}
#| export
def perceptron_cost(sizes: tuple, batch: int) -> tuple:
    """(parameters, bytes, multiplications) of one training step of a perceptron of linear layers.

    sizes: of the input, of each hidden layer, of the output; every layer has a bias.
    bytes: of all parameters and all their gradients, in float32.
    multiplications: those of the matrix products of `batch` rows, forward and backward. The
    gradient of the first layer's input is not computed. Biases and activations do not count.
    """
    # Four or five lines. `itertools.pairwise(sizes)` gives the (in, out) of each layer.
    ### BEGIN SOLUTION
    layers = list(itertools.pairwise(sizes))
    parameters = sum(n * m + m for n, m in layers)
    products = [batch * n * m for n, m in layers]
    return parameters, 8 * parameters, 3 * sum(products) - products[0]
    ### END SOLUTION


# %% nbgrader={"grade_id": "perceptron-cost-test", "grade": true, "points": 2}
# Small enough to count by hand: 2 rows through Linear(3, 4) and Linear(4, 5).
parameters, size, products = perceptron_cost((3, 4, 5), 2)
wrong = {"the biases are missing": 32, "that is one bias a layer": 34}
equal(parameters, 41, "the number of parameters of (3, 4, 5)", suspects=wrong)
wrong = {"the gradients were not counted": 164, "these are numbers, not bytes": 82}
equal(size, 328, "the number of bytes of parameters and gradients", suspects=wrong)
wrong = {
    "only the forward pass was counted": 64,
    "the images' own gradient was counted": 192,
    "backward only one product a layer was counted": 128,
    "the gradient of the first weight was not counted": 144,
    "for one row, not for two": 84,
}
equal(products, 168, "the number of multiplications in a step with 2 rows", suspects=wrong)

# %% nbgrader={"grade_id": "perceptron-cost-hidden", "grade": true, "points": 3}
# Also graded: your guess, a single layer, a deep one.
### BEGIN HIDDEN TESTS
expected = (235146, 1881168, 128909312)
equal(perceptron_cost((784, 256, 128, 10), 256), expected, "the cost of (784, 256, 128, 10)")
equal(perceptron_cost((64, 10), 32), (650, 5200, 40960), "the cost of a single layer")
equal(perceptron_cost((10,) * 10 + (9, 3), 1)[0], 1119, "the number of parameters, 11 layers")
equal(perceptron_cost((10,) * 11, 7), (1100, 8800, 20300), "the cost of ten layers, 7 rows")
### END HIDDEN TESTS

# %% [markdown]
# Now measure. The gate lets hooks look on (module 01), so a few lines can count what really
# happened: every product with a weight of shape (out, in) takes rows x in x out multiplications.
# Each dot of the figure is a perceptron: what you predicted, and how long its step takes.


# %%
def step_of(sizes, batch):
    """A function that runs one forward and backward pass of a perceptron."""
    layers = [Linear(n, m) for n, m in itertools.pairwise(sizes)]
    joined = [part for layer in layers for part in (layer, ReLU())][:-1]
    model, rows = Sequential(*joined), tensor(np.ones((batch, sizes[0]), "float32"))
    return lambda: model(rows).sum().backward()


def multiplications(step):
    """What `step` multiplies in the matrix products of `linear`, counted by a hook."""
    count = 0

    def hook(phase, op, run, *args, **params):
        nonlocal count
        result = run(*args, **params)
        if op is linear_op and np.ndim(result) == 2:  # the bias's gradient is 1-D, and no product
            x, weight = args[:2] if phase == "forward" else args[2:4]
            count += len(x) * weight.size
        return result

    op_hooks.append(hook)
    try:
        step()
    finally:
        op_hooks.remove(hook)
    return count


# %%
costs, times = [], []
for sizes in ((64, 32, 10), (64, 128, 10), (256, 128, 10), (784, 64, 10), (784, 256, 128, 10)):
    predicted = perceptron_cost(sizes, 256)[2]
    step = step_of(sizes, 256)
    assert multiplications(step) == predicted, f"prediction and count differ for {sizes}"
    costs.append(predicted)
    times.append(milliseconds(step))
    print(f"{sizes!s:22} {predicted / 1e6:6.1f} million multiplications, {times[-1]:6.2f} ms")
fig, ax = plt.subplots(figsize=(5, 3), layout="constrained")
ax.loglog(costs, times, "o-")
ax.set(xlabel="multiplications of a step", ylabel="milliseconds")
plt.show()

# %% [markdown]
# The counts agree exactly. The times rise with them, at first more slowly: in a small perceptron
# the work around the products takes its share, in a large one the products are all there is.
#
# ## 8. Put to use: a perceptron learns to read
#
# The classifier of module 02 was one linear layer. Now two of them with a ReLU in between, written
# with your layers, and a loss made of tensors: the mean of $-\log p$ of the right digit. Module 04
# builds proper losses, module 06 proper optimizers; until then, by hand.

# %%
images, labels, test_images, test_labels = digits()
data, answers = tensor(images), tensor(labels[:, None])
manual_seed(0)
model = Sequential(Flatten(), Linear(64, 64), ReLU(), Dropout(0.1), Linear(64, 10))
losses, norms = [], []
for _ in range(200):
    chances = softmax(model(data), dim=1)
    loss = -chances.gather(1, answers).log().mean()
    model.zero_grad()
    loss.backward()
    with no_grad():
        for parameter in model.parameters():
            parameter -= 0.5 * parameter.grad
    losses.append(loss.item())
    norms.append([np.linalg.norm(p.grad.numpy()) for p in model.parameters()])

with no_grad():
    guesses = model.eval()(tensor(test_images)).argmax(dim=1).numpy()
accuracy = float((guesses == test_labels).mean())
print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}; {accuracy:.1%} of {len(guesses)} new digits")
assert accuracy >= 0.95, "the perceptron should read at least 95% of digits it has never seen"

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.6), layout="constrained")
left.semilogy(losses)
left.set(xlabel="step", ylabel="loss")
right.semilogy(norms, label=[name for name, _ in model.named_parameters()])
right.set(xlabel="step", ylabel="norm of the gradient")
fig.legend(loc="outside right upper")
plt.show()

# %% [markdown]
# The loss falls smoothly, and more digits are read than by a single layer. On the right, the norm
# of the gradient of each parameter, named by your walk. After a short rise those of the weights
# fall; those of the biases fall and level off; none is ever zero, so every layer learns. They are
# ragged because dropout makes every step a little different.
#
# ## Reflection
#
# Replace the ReLU by a Sigmoid, and the two layers by six. What do you expect the gradient norms of
# the first layer to do, and what in this notebook tells you so? Which two changes would you try?

# %% [markdown]
# *Your answer here.*
