# %% [markdown]
# # 04 · Losses
#
# A network gives numbers, the data says what they should have been. A **loss** turns the two into
# one number: how wrong. Everything a network learns, it learns from the gradient of that number.
#
# The formulas fit on a postcard. Typed in as they stand there, they work for weeks, and one day a
# logit has grown too large and the loss is `nan`. At the end of this module you own losses to which
# that does not happen: PyTorch's `mse_loss`, `nll_loss`, `cross_entropy` and
# `binary_cross_entropy_with_logits`, right for logits of 10,000 as for those of 1, and faster than
# the postcard. A network of your layers reads digits with them.

# %%
#| default_exp core.losses

# %%
#| export
import math
import warnings

import numpy as np

from tinytorch.core.autograd import VJPS
from tinytorch.core.layers import Module
from tinytorch.core.tensor import Op, Tensor, where

# %%
import time
import tracemalloc

import matplotlib.pyplot as plt

from tinytorch.core.autograd import no_grad
from tinytorch.core.layers import Linear, ReLU, Sequential, softmax
from tinytorch.core.tensor import manual_seed, tensor
from tinytorch_data import digits
from tito.checks import close, equal

# %% [markdown]
# ## 1. How far off is a number?
#
# Predict $a_i$ where the truth is $b_i$, and the squared error says how far off you are:
#
# $$L = \frac{1}{n} \sum_i (a_i - b_i)^2$$
#
# Every loss comes in three **reductions**: the `"mean"` over all values, which is what one trains
# with (the learning rate then does not depend on the batch size), their `"sum"`, and `"none"`, an
# array with the loss of each value. Given: the helpers that reduce, and the forward rule. It
# returns its result and what it saves for the backward pass, here the differences.


# %%
#| export
def reduced(losses, reduction: str):
    """`losses` as they are ("none"), added up ("sum") or averaged ("mean")."""
    if reduction == "none":
        return losses
    total = np.sum(losses)
    return total if reduction == "sum" else total / losses.size


def mse_forward(a, b, reduction="mean"):
    """The squared error of `a` against `b`, and their difference, saved for the rule."""
    difference = a - b
    return reduced(difference * difference, reduction), difference


# %% [markdown]
# You write the rule. $g$ is the gradient of the result: one number for a mean or a sum, an array
# for `"none"`, and $\bar a$ has the shape of the difference in each case.
#
# **Exercise 1 · easy · 15 minutes.** Fill in `mse_rule`.
#
# <details><summary>it looks like: not divided by n</summary>
#
# Each value enters the mean with the factor $1/n$, so it gets $1/n$ of $g$. In a sum and in
# `"none"` it enters with the factor 1.
#
# </details>


# %% nbgrader={"grade_id": "mse", "solution": true}
#| export
def mse_rule(g, difference, a, b, reduction="mean"):
    """The gradient of `a` in the squared error of `a` against `b`.

    g: the gradient of the result, one number or, for reduction "none", shaped as the result.
    difference: a - b, which forward saved; a mean runs over all `difference.size` values.
    Shapes: as `difference`. The dtype stays, and no array that came in is changed.
    """
    # Three lines.
    ### BEGIN SOLUTION
    if reduction == "mean":
        g = g / difference.size
    return 2 * g * difference
    ### END SOLUTION


# %% nbgrader={"grade_id": "mse-test", "grade": true, "points": 2}
# Three predictions, of which the last is right.
a, b = np.array([1.0, 4.0, 2.0]), np.array([2.0, 1.0, 2.0])
what = "the gradient of a in the mean of (a - b)**2"
wrong = {
    "not divided by n: each value is one of three": [-2, 6, 0],
    "the slope of d**2 is 2 d: the 2 is missing": [-1 / 3, 1, 0],
    "the sign is wrong: L falls when a comes closer to b": [2 / 3, -2, 0],
}
close(mse_rule(1.0, a - b, a, b, "mean"), [-2 / 3, 2, 0], what, suspects=wrong)
what = "the gradient of a in the sum of (a - b)**2"
wrong = {"divided: a sum does not": [-2 / 3, 2, 0]}
close(mse_rule(1.0, a - b, a, b, "sum"), [-2, 6, 0], what, suspects=wrong)

# %% nbgrader={"grade_id": "mse-hidden", "grade": true, "points": 3}
# Also graded: tables, reduction "none", a g that is not 1, float32, arrays left as they were.
### BEGIN HIDDEN TESTS
a = np.array([[1.0, 4.0, 2.0], [0.0, -1.0, 3.0]])
b = np.array([[2.0, 1.0, 2.0], [2.0, 0.0, 0.0]])
what, slope = "the gradient of a (2, 3) table in a mean", np.array([[-2.0, 6, 0], [-4, -2, 6]])
wrong = {"divided by the number of rows: n counts all values": slope / 2}
close(mse_rule(1.0, a - b, a, b, "mean"), slope / 6, what, suspects=wrong)
wrong = {"g is missing": slope / 6}
close(mse_rule(3.0, a - b, a, b, "mean"), slope / 2, "the same for g = 3", suspects=wrong)
g, difference = np.array([[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]]), a - b
wrong = {"g is missing": slope, 'divided: "none" does not': g * slope / 6}
close(mse_rule(g, difference, a, b, "none"), g * slope, 'the gradient for "none"', suspects=wrong)
close(difference, a - b, "the saved difference after the rule has run")
close(g[0], [1.0, 10.0, 100.0], "g after the rule has run")
small = np.array([1.0, 3.0], np.float32)
part = mse_rule(np.float32(1), small, small, 0 * small, "mean")
close(part, [1.0, 3.0], "the gradient in float32", dtype="float32")
### END HIDDEN TESTS

# %% [markdown]
# Given: the public function, and the absolute error beside it, whose slope is only a sign. An
# operation and its rules now stand side by side: `VJPS` is the table of module 02.


# %% tags=["given"]
#| export
def check_reduction(reduction: str) -> None:
    """Raises: ValueError for anything but "mean", "sum" and "none"."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction is {reduction!r}: choose 'mean', 'sum' or 'none'")


def check_tensors(name: str, **tensors) -> None:
    """Raises: TypeError naming the argument that is no tensor; None is let pass."""
    for key, x in tensors.items():
        if not isinstance(x, Tensor) and x is not None:
            raise TypeError(f"{name}: {key} is a Tensor, not {type(x).__name__}: use tensor(...)")


def check_floats(name: str, **tensors) -> None:
    """Raises: RuntimeError naming the argument that holds integers or booleans."""
    for key, x in tensors.items():
        if x.array.dtype.kind != "f":
            raise RuntimeError(f"{name}: {key} holds {x.dtype}, not floats: use {key}.float()")


def pair(name: str, input: Tensor, target: Tensor) -> tuple:
    """Both with a dtype that floats have. Warns where the shapes differ, as PyTorch does.

    Raises: TypeError, RuntimeError for what is no tensor, or if none of them holds floats.
    """
    check_tensors(name, input=input, target=target)
    if not input.is_floating_point():
        check_floats(name, target=target)
        input = input.to(target.dtype)
    if not target.is_floating_point():
        target = target.to(input.dtype)
    if input.array.shape != target.array.shape:
        text = f"{name}: the input has shape {input.shape}, the target {target.shape}: they are "
        warnings.warn(text + "broadcast, which is rarely what you want", stacklevel=3)
    return input, target


def l1_forward(a, b, reduction="mean"):
    difference = a - b
    return reduced(np.abs(difference), reduction), difference


def l1_rule(g, difference, a, b, reduction="mean"):
    """The slope of |d| is its sign, taken as 0 at 0."""
    return (g / difference.size if reduction == "mean" else g) * np.sign(difference)


mse_op, l1_op = Op("mse_loss", mse_forward), Op("l1_loss", l1_forward)
VJPS[mse_op] = (mse_rule, lambda *args, **params: -mse_rule(*args, **params))
VJPS[l1_op] = (l1_rule, lambda *args, **params: -l1_rule(*args, **params))


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """The squared differences, averaged over all values, added up, or as they are ("none").

    Raises: ValueError for another reduction; RuntimeError where the shapes do not broadcast.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
    """
    check_reduction(reduction)
    return mse_op(*pair("mse_loss", input, target), reduction=reduction)


def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """The absolute differences, averaged over all values, added up, or as they are ("none").

    Shapes and errors: as `mse_loss`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
    """
    check_reduction(reduction)
    return l1_op(*pair("l1_loss", input, target), reduction=reduction)


# %% [markdown]
# What is the best single guess for the five numbers 1, 2, 2.5, 3 and 9? That depends on the loss.
# The squared error is smallest at their mean, which the 9 has pulled to 3.5: its pull grows with
# the distance. To the absolute error a far value pulls no harder than a near one, so the smallest
# loss is at the median, 2.5. Below, both slopes: they pass through 0 at the best guess.

# %%
numbers, guesses = tensor([1.0, 2.0, 2.5, 3.0, 9.0]), np.linspace(0, 9, 181)
fig, (upper, lower) = plt.subplots(2, 1, figsize=(5, 4), sharex=True, layout="constrained")
for loss_function, best in ((mse_loss, 3.5), (l1_loss, 2.5)):
    curve = []
    for guess in guesses:
        x = tensor(guess, requires_grad=True)
        loss = loss_function(x.expand(5), numbers)
        loss.backward()
        curve.append((loss.item(), x.grad.item()))
    (line,) = upper.plot(guesses, np.array(curve)[:, 0], label=loss_function.__name__)
    lower.plot(guesses, np.array(curve)[:, 1])
    upper.axvline(best, color=line.get_color(), linestyle=":")
    lower.axvline(best, color=line.get_color(), linestyle=":")
upper.plot(numbers.numpy(), np.zeros(5), "o", color="gray", label="the numbers")
upper.set(ylabel="loss")
upper.legend()
lower.axhline(0, color="gray", linewidth=0.8)
lower.set(xlabel="guess", ylabel="slope")
plt.show()

# %% [markdown]
# ## 2. Where the exponential ends: predict, then measure
#
# A classifier gives a number $z_j$ for every class $j$, a **logit**: larger means likelier. The
# softmax makes probabilities of them, and the loss is small where the right class $t$ has a large
# one:
#
# $$p_j = \frac{e^{z_j}}{\sum_k e^{z_k}} \qquad L = -\log p_t$$
#
# That is the postcard. But a float32 ends at $3.4 \cdot 10^{38}$; beyond lies `inf`, and
# `inf / inf` is `nan`. At the other end, below $1.4 \cdot 10^{-45}$, lies 0, whose logarithm is
# minus infinity. Exponentials get there quickly: how quickly?
#
# **Exercise 2 · easy · 10 minutes.** Fill in `exp_limits`. Guess before you calculate: up to which
# logit does the postcard work in float32: 40, 90, 1,000, 10,000?
#
# <details><summary>it looks like: a logarithm to base 10</summary>
#
# `math.log` is the logarithm to base $e$, which undoes `exp`.
#
# </details>


# %% nbgrader={"grade_id": "exp-limits", "solution": true}
#| export
def exp_limits(dtype) -> tuple:
    """Two positive numbers: beyond the first exp(x) is infinite, beyond the second exp(-x) is 0.

    dtype: a float type of NumPy. `np.finfo(dtype)` knows its `max`, the largest number, and its
    `smallest_subnormal`, the smallest above 0 (`tiny` is larger: it still has all its digits).
    Rounding moves the second by up to log(2); that is ignored.
    """
    # Two lines.
    ### BEGIN SOLUTION
    info = np.finfo(dtype)
    return math.log(info.max), -math.log(info.smallest_subnormal)
    ### END SOLUTION


# %% nbgrader={"grade_id": "exp-limits-test", "grade": true, "points": 2}
# float32, the numbers that networks are made of. Anything within 0.7 counts.
above, below = exp_limits(np.float32)
wrong = {"a logarithm to base 10": 38.53, "a logarithm to base 2": 128.0, "swapped": 103.28}
close(above, 88.72, "the x beyond which exp(x) is infinite", suspects=wrong, rtol=0, atol=0.7)
wrong = {
    "that is `tiny`: there are smaller numbers above 0": 87.34,
    "`eps` was used, the gap above 1": 15.94,
}
wrong["the sign: the x of exp(-x) is asked for"] = -103.28
close(below, 103.28, "the x beyond which exp(-x) is 0", suspects=wrong, rtol=0, atol=0.7)

# %% nbgrader={"grade_id": "exp-limits-hidden", "grade": true, "points": 3}
# Also graded: float16 and float64.
### BEGIN HIDDEN TESTS
for dtype, limits in ((np.float16, (11.09, 16.64)), (np.float64, (709.78, 744.44))):
    wrong = {"that is float32, whatever was asked for": [88.72, 103.28]}
    name = np.dtype(dtype).name
    close(exp_limits(dtype), limits, f"exp_limits of {name}", suspects=wrong, rtol=0, atol=0.7)
### END HIDDEN TESTS

# %% [markdown]
# Now measure. The postcard's loss of a wrong answer: the right class has the logit 0, another one
# has $z$, and the true loss is $\log(1 + e^z)$, which is almost $z$. Each curve breaks off where
# your prediction, the dotted line, says. float16 does not get past 11, and the classifier at the
# end of this module has logits of 30.


# %%
def postcard(z, t):
    """-log softmax(z)[t], as the formula stands."""
    with np.errstate(all="ignore"):
        e = np.exp(z)
        return -np.log(e / e.sum(axis=-1, keepdims=True))[..., t]


# %%
fig, ax = plt.subplots(figsize=(5.5, 3), layout="constrained")
for dtype, color, width in (("float32", "C0", 2), ("float16", "C1", 5)):
    wrong_logit = np.arange(0, 120, 0.5, dtype=dtype)
    measured = postcard(np.stack([0 * wrong_logit, wrong_logit], axis=1), 0)
    ax.plot(wrong_logit, measured, color=color, linewidth=width, label=dtype, zorder=-width)
    ax.axvline(exp_limits(dtype)[0], color=color, linestyle=":")
    last = wrong_logit[np.isfinite(measured)][-1]
    print(f"{dtype}: the last finite loss is at {last}, predicted {exp_limits(dtype)[0]:.2f}")
ax.plot([0, 115], [0, 115], color="gray", linestyle="--", zorder=-9, label="the true loss")
ax.set(xlabel="logit of the wrong class", ylabel="loss")
ax.legend()
plt.show()

# %% [markdown]
# ## 3. Logarithms of probabilities
#
# Adding the same number to all logits changes no probability: $e^{z - m} = e^z e^{-m}$, and the
# factor cancels. So take out the largest, $m = \max_k z_k$. Then no exponential exceeds 1, and the
# sum is at least 1, since the largest logit contributes $e^0$. And never go to the probability
# only to take its logarithm: a quotient of exponentials has a simple one.
#
# $$\log p_j = (z_j - m) - \log \sum_k e^{z_k - m}$$
#
# Where $p_j$ would be 0, $\log p_j$ is just some number like $-10{,}000$.
#
# **Exercise 3 · medium · 15 minutes.** Fill in `log_softmax_forward`.
#
# <details><summary>it looks like: the logarithm of a probability that became 0</summary>
#
# `np.log(softmax)` is what to avoid. Subtract the logarithm of the sum instead of dividing by it.
#
# </details>
#
# <details><summary>ValueError: operands could not be broadcast together</summary>
#
# Keep the reduced dimension, with `keepdims=True`: the largest logit and the sum of each row.
#
# </details>


# %% nbgrader={"grade_id": "log-softmax", "solution": true}
#| export
def log_softmax_forward(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """The logarithm of the softmax of `x` along `dim`, right for logits of any size.

    Shapes: any, kept; so is the dtype. exp of the result adds up to 1 along `dim`.
    Source: Blanchard, Higham and Higham (2021), Accurately computing the log-sum-exp and softmax
    functions, equation 1.5, doi:10.1093/imanum/draa038.
    """
    # Two or three lines.
    ### BEGIN SOLUTION
    shifted = x - np.max(x, axis=dim, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
    ### END SOLUTION


# %% nbgrader={"grade_id": "log-softmax-test", "grade": true, "points": 2}
# A row with the probabilities 0.2, 0.3 and 0.5, one far too large for exp, and two rows at once.
z = np.log(np.array([[0.2, 0.3, 0.5]])) + 4.0
wrong = {
    "the softmax itself, without its logarithm": [[0.2, 0.3, 0.5]],
    "the sign: logarithms of probabilities are negative": -np.log([[0.2, 0.3, 0.5]]),
    "the logarithm of the sum is missing": np.log([[0.4, 0.6, 1.0]]),
    "the largest was taken out of the sum only": z - np.log(2.0),
    "the logits themselves, less their sum": z - z.sum(),
}
what = "log_softmax_forward of a row of probabilities 0.2, 0.3, 0.5"
close(log_softmax_forward(z), np.log([[0.2, 0.3, 0.5]]), what, suspects=wrong)
what = "log_softmax_forward([[1000, 1000]])"
wrong = {
    "exp of 1000 is infinite: take out the largest logit first": [[-np.inf, -np.inf]],
    "inf / inf, as exp of 1000 is infinite: take out the largest logit first": [[np.nan, np.nan]],
}
large = np.array([[1000.0, 1000.0]])
close(log_softmax_forward(large), np.log([[0.5, 0.5]]), what, suspects=wrong)
p = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]])
close(log_softmax_forward(np.log(p * [[50], [0.001]])), np.log(p), "log_softmax of two rows")

# %% nbgrader={"grade_id": "log-softmax-hidden", "grade": true, "points": 3}
# Also graded: logits of 10,000 and -10,000 side by side and in different rows, other dims,
# float32, an excluded class (a logit of minus infinity), the input left as it was.
### BEGIN HIDDEN TESTS
z = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [1.0, 1.0, 1.0]], np.float32)
expected = [[0, -2e4, -1e4], [-np.log(3)] * 3, [-np.log(3)] * 3]
wrong = {
    "the logarithm of a probability that became 0": [[0, -np.inf, -np.inf], *expected[1:]],
    "the largest of all rows was taken out, not of each": [expected[0], [np.inf] * 3, [np.inf] * 3],
    "a small number was added inside the logarithm": [[0, -27.631, -27.631], *expected[1:]],
}
again = "the largest was added again before subtracting, and 10,001.0986 keeps few digits of 1.0986"
wrong[again] = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
hint = "subtract the logarithm of the sum; do not take the logarithm of a quotient"
what = "log_softmax_forward of logits of 10,000 and -10,000"
close(log_softmax_forward(z), expected, what, suspects=wrong, hint=hint, dtype="float32")
close(z[0], [1e4, -1e4, 0.0], "the input after log_softmax_forward has run")
cube = np.log(np.arange(1.0, 13.0)).reshape(2, 3, 2)
for dim in (0, 1, 2, -2):
    expected = cube - np.log(np.exp(cube).sum(axis=dim, keepdims=True))
    what = f"log_softmax_forward of a (2, 3, 2) along dim {dim}"
    last = cube - np.log(np.exp(cube).sum(axis=-1, keepdims=True))
    wrong = {"along the last dimension, whatever dim is": last}
    close(log_softmax_forward(cube, dim), expected, what, suspects=wrong)
masked = np.array([[0.0, -np.inf, 0.0]])
expected = [[-np.log(2), -np.inf, -np.log(2)]]
close(log_softmax_forward(masked), expected, "log_softmax_forward with an excluded class")
### END HIDDEN TESTS

# %% [markdown]
# Your function against the postcard, in float32. The exact losses for $t = 0$ are 0, 100, 20,000,
# $\log 2$ and $2 \cdot 10^{-9}$. (The last is 0 next to 20. The postcard calls it `-0`, which is
# $-\log 1$: where you see that in a log, somebody took the logarithm of a softmax.)

# %%
print(f"{'logits':>20} {'postcard':>10} {'yours':>10}")
for row in ([200.0, 0.0], [0.0, 100.0], [-1e4, 1e4], [-1e4, -1e4], [20.0, 0.0]):
    z = np.array(row, np.float32)
    print(f"{row!s:>20} {postcard(z, 0):10.4g} {0 - log_softmax_forward(z)[0]:10.4g}")

# %% [markdown]
# Given: the public function and its rule. Every $\log p_j$ contains every $z_i$ through the sum,
# whose logarithm has the slope $p_i$:
#
# $$\bar z_i = g_i - p_i \sum_j g_j$$


# %% tags=["given"]
#| export
def log_softmax_rule(g, out, x, dim=-1):
    p = np.exp(out)
    p *= np.sum(g, axis=dim, keepdims=True)  # in place: large arrays cost time to make
    return np.subtract(g, p, out=p)


log_softmax_op = Op("log_softmax", log_softmax_forward, saves="output")
VJPS[log_softmax_op] = (log_softmax_rule,)


def log_softmax(input: Tensor, dim: int) -> Tensor:
    """The logarithm of the softmax of `input`, of any shape, along `dim`; stable for any logits.

    Raises: TypeError for what is no tensor, RuntimeError for integers, IndexError for a wrong dim.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
    """
    check_tensors("log_softmax", input=input)
    check_floats("log_softmax", input=input)
    if not -input.ndim <= dim < input.ndim:
        low, high = -input.ndim, input.ndim - 1
        raise IndexError(f"log_softmax: dim {dim} is out of range: choose one from {low} to {high}")
    return log_softmax_op(input, dim=dim)


# %% [markdown]
# ## 4. Which answers count
#
# A batch of $n$ rows of logits comes with $n$ class indices $t_i$, and each row has its loss $L_i$.
# But not all rows count the same. Sentences of different lengths are padded at the end, and the
# padding has no right answer: such a row carries the target `ignore_index`, and counts 0. And where
# one class is rare, its rows can count more: `weight` has a number for each class. A mean of rows
# that count differently divides by how much they count together:
#
# $$L = \sum_i s_i L_i \qquad s_i = \frac{w_{t_i}}{\sum_j w_{t_j}}$$
#
# For `"sum"` and `"none"`, $s_i$ is just $w_{t_i}$. Dividing by $n$ is the classic mistake: a batch
# with much padding would then train with a smaller learning rate, and nobody would notice.
#
# **Exercise 4 · medium · 20 minutes.** Fill in `target_scale`.
#
# <details><summary>IndexError: index -100 is out of bounds for axis 0 with size 3</summary>
#
# An ignored target is no class. Look up another class for it, such as 0, and then make its scale 0.
#
# </details>
#
# <details><summary>it looks like: divided by the number of rows</summary>
#
# The scales of a mean add up to 1, whatever is ignored and however the classes are weighted.
#
# </details>


# %% nbgrader={"grade_id": "target-scale", "solution": true}
#| export
def target_scale(target, weight, ignore_index: int = -100, reduction: str = "mean"):
    """How much the loss of each row counts in the result.

    target: class indices, (n,); a row whose target is `ignore_index` counts 0. weight: how much
    each class counts, (classes,). For "mean" the scales are divided by their sum; if that is 0,
    they are all NaN, and so is the loss (NumPy's `0 / 0` does that by itself, with a warning).
    Shapes: (n,), the dtype of `weight`. `ignore_index` may be any integer, a class as well. No
    array that came in is changed.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    counted = target != ignore_index
    scale = weight[np.where(counted, target, 0)] * counted  # (n,)
    return scale / scale.sum() if reduction == "mean" else scale
    ### END SOLUTION


# %% nbgrader={"grade_id": "target-scale-test", "grade": true, "points": 2}
# Four rows, of which one is ignored; then classes that count 1, 2 and 4.
target, even = np.array([2, 0, -100, 1]), np.ones(3)
wrong = {
    "divided by the number of rows, the ignored among them": [0.25, 0.25, 0, 0.25],
    "the ignored row was counted": [0.25] * 4,
    "not divided: these are the scales of a sum": [1, 1, 0, 1],
}
what = "target_scale([2, 0, -100, 1], [1, 1, 1])"
close(target_scale(target, even), [1 / 3, 1 / 3, 0, 1 / 3], what, suspects=wrong)
wrong = {"the scales of a sum were divided": [1 / 3, 1 / 3, 0, 1 / 3]}
wrong["the call before has changed target"] = [1, 1, 1, 1]
what = 'target_scale([2, 0, -100, 1], [1, 1, 1], reduction="sum")'
close(target_scale(target, even, reduction="sum"), [1, 1, 0, 1], what, suspects=wrong)
wrong = {
    "the weights were not used": [0.5, 0.5],
    "divided by the weight of all classes, not of the rows": [4 / 7, 1 / 7],
    "divided by the number of rows": [2, 0.5],
}
weight = np.array([1.0, 2.0, 4.0])
what = "target_scale([2, 0], [1, 2, 4])"
close(target_scale(np.array([2, 0]), weight), [0.8, 0.2], what, suspects=wrong)

# %% nbgrader={"grade_id": "target-scale-hidden", "grade": true, "points": 3}
# Also graded: "none", a class that is ignored, weights and ignored rows together, float32,
# nothing left that counts, no rows, arrays left as they were.
### BEGIN HIDDEN TESTS
target, weight = np.array([2, -100, 1, 1]), np.array([1.0, 2.0, 4.0], np.float32)
what = "target_scale([2, -100, 1, 1], [1, 2, 4])"
wrong = {"divided by how many count, not by how much": [4 / 3, 0, 2 / 3, 2 / 3]}
wrong["the ignored row counts in the divisor"] = [4 / 9, 0, 2 / 9, 2 / 9]
close(target_scale(target, weight), [0.5, 0, 0.25, 0.25], what, suspects=wrong, dtype="float32")
close(target, [2, -100, 1, 1], "the targets after target_scale has run")
close(weight, [1, 2, 4], "the weights after target_scale has run")
for reduction in ("sum", "none"):
    part = target_scale(target, weight, -100, reduction)
    wrong = {f"divided, as only a mean is, not {reduction!r}": [0.5, 0, 0.25, 0.25]}
    close(part, [4, 0, 2, 2], f"target_scale with {reduction!r}", suspects=wrong)
part = target_scale(np.array([0, 2, 2, 1]), np.ones(3), ignore_index=2)
wrong = {"only negative targets were ignored, not ignore_index": [0.25] * 4}
close(part, [0.5, 0, 0, 0.5], "target_scale([0, 2, 2, 1], ignore_index=2)", suspects=wrong)
part = target_scale(np.array([0, -1]), np.ones(3), ignore_index=-1, reduction="sum")
close(part, [1, 0], "target_scale([0, -1], ignore_index=-1)")
with np.errstate(all="ignore"):
    part = target_scale(np.array([-100, -100]), np.ones(3))
    close(part, [np.nan, np.nan], "target_scale where all is ignored")
    close(target_scale(np.array([], int), np.ones(3)), [], "target_scale of no rows")
### END HIDDEN TESTS

# %% [markdown]
# Given: `nll_loss` (negative log-likelihood), which takes logarithms of probabilities, picks the
# one of the right class in each row, and scales. Around it: the checks, and the step from batches
# of any shape, (n, classes, d1, ...) with targets (n, d1, ...), to plain rows. An index that is no
# class is an error that names it: NumPy would take -1 for the last class without a word.


# %% tags=["given"]
#| export
def class_rows(input: Tensor) -> Tensor:
    """(n, classes, d1, ...) as (n * d1 * ..., classes), and (classes,) as one row."""
    if input.ndim == 2:
        return input
    if input.ndim == 1:
        return input.reshape(1, -1)
    return input.permute(0, *range(2, input.ndim), 1).reshape(-1, input.shape[1])  # (rows, classes)


def classes_of(name: str, input: Tensor) -> int:
    """The number of classes. Raises: RuntimeError for a single number."""
    if not input.array.ndim:
        raise RuntimeError(
            f"{name}: the input is a single number: there must be one for each class"
        )
    return input.array.shape[min(input.array.ndim - 1, 1)]


def check_indices(name: str, input: Tensor, target: Tensor) -> None:
    """Raises: RuntimeError for targets that are no integers or do not have the shape of the input
    without its classes; ValueError if the numbers of rows differ."""
    if target.array.dtype.char not in "lqB":  # int64 and uint8, as PyTorch
        raise RuntimeError(
            f"{name}: targets of {target.dtype} and shape {target.shape} for an input of shape "
            f"{input.shape}: class indices are int64 (use target.long())"
        )
    wanted = input.shape[:1] + input.shape[2:] if input.ndim > 1 else ()
    if target.shape == wanted or (input.ndim == 1 and target.shape == (1,)):
        return
    error = ValueError if target.shape[:1] != wanted[:1] else RuntimeError
    raise error(
        f"{name}: an input of shape {input.shape} needs class indices of shape {wanted}, "
        f"not {target.shape}"
    )


def check_weight(name: str, weight: Tensor | None, classes: int) -> None:
    """Raises: RuntimeError if there is not one weight a class."""
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(f"{name}: {classes} classes, but the weight has shape {weight.shape}")


def all_within(target, classes: int) -> bool:
    """Whether all of them lie from 0 up to, not including, `classes`."""
    # Read as unsigned numbers, negative ones are huge: one look at the largest finds all misfits.
    return int(np.max(target.view(np.uint64))) < classes


def counted_targets(name: str, target, classes: int, weight, dtype, ignore_index, reduction):
    """The target of each row, ignored ones replaced by class 0, and how much each row counts.

    The scale is a plain number where all rows count the same, else what `target_scale` says.
    Raises: IndexError naming the first index that is neither a class nor ignored.
    """
    target = np.array(target.reshape(-1), np.int64)  # a copy: the rule reads it, maybe much later
    if not target.size:
        return target, math.nan if reduction == "mean" else 1.0
    is_class = 0 <= ignore_index < classes
    if weight is None and not is_class and all_within(target, classes):
        return target, 1 / target.size if reduction == "mean" else 1.0
    counted = target != ignore_index
    misfits = counted & ((target < 0) | (target >= classes))
    if misfits.any():
        raise IndexError(
            f"{name}: target {target[misfits][0]} is no class: "
            f"there are {classes}, from 0 to {classes - 1}"
        )
    weights = np.ones(classes, dtype) if weight is None else weight.array.astype(dtype)
    with np.errstate(invalid="ignore"):  # where nothing counts, the mean is NaN
        scale = target_scale(target, weights, ignore_index, reduction)
    return np.where(counted, target, 0), scale


def scaled(losses, scale, reduction: str):
    """The losses of the rows times their scales, added up unless the reduction is "none"."""
    if type(scale) is not float:  # a row that counts 0 counts 0 even if its loss is infinite
        losses = np.where(scale == 0, 0, losses)
    elif reduction != "none":
        return np.sum(losses) * scale
    return losses * scale if reduction == "none" else np.sum(losses * scale)


def row_gradients(g, scale, n: int):
    """The gradient of the loss of each row, (n,); 0 where no row counts."""
    g = g * (scale if type(scale) is float else np.nan_to_num(scale))
    return g if np.ndim(g) else np.full(n, g)


# %% tags=["given"]
#| export
def nll_forward(x, target, scale, reduction):
    return scaled(-x[np.arange(len(x)), target], scale, reduction)


def nll_rule(g, out, x, target, scale, reduction):
    gradient = np.zeros_like(x)
    # (n,) into (n, classes)
    gradient[np.arange(len(x)), target] = -row_gradients(g, scale, len(x))
    return gradient


nll_op = Op("nll_loss", nll_forward)
VJPS[nll_op] = (nll_rule,)


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """The negative log-likelihood: -input[i, target[i]], as a mean over the rows that count.

    Shapes: log-probabilities (n, classes, ...) and class indices (n, ...); or (classes,) and ().
    With "none" the result has the shape of `target`, else it is one number.
    Raises: as `cross_entropy`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
    """
    return indexed_loss("nll_loss", nll_op, input, target, weight, ignore_index, reduction)


def indexed_loss(name, op, input, target, weight, ignore_index, reduction) -> Tensor:
    """What `nll_loss` and `cross_entropy` of class indices share: checks, rows, scales, shape."""
    check_reduction(reduction)
    check_tensors(name, input=input, target=target, weight=weight)
    check_floats(name, input=input)
    classes = classes_of(name, input)
    check_indices(name, input, target)
    check_weight(name, weight, classes)
    rows = class_rows(input)
    indices, scale = counted_targets(
        name, target.array, classes, weight, rows.array.dtype, ignore_index, reduction
    )
    out = op(rows, target=indices, scale=scale, reduction=reduction)
    return out.reshape(target.shape) if reduction == "none" and input.ndim != 2 else out


# %% [markdown]
# ## 5. Cross-entropy in one go
#
# `nll_loss(log_softmax(z), t)` is right and stable. It is also wasteful: of the $n \times K$
# logarithms that `log_softmax` writes into memory, $n$ are used. Only the right class needs one:
#
# $$L_i = \log \sum_k e^{z_{ik} - m_i} - (z_{i t_i} - m_i)$$
#
# So cross-entropy is an operation of its own. Its forward rule goes over the logits once, and saves
# for the backward pass what it computes on the way: the exponentials $e^{z_{ik} - m_i}$. Divided by
# the sums of their rows they are the softmax, but that can wait. Given: `row_sums`, which is
# `np.sum(x, axis=1)`, three times faster on large arrays.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `cross_entropy_rows`. To pick one number in each
# row, index with two arrays: `x[np.arange(n), target]`.
#
# <details><summary>expected: shape (3,), got: shape (3, 3)</summary>
#
# `x[:, target]` picks whole columns, three in every row. Name the rows as well.
#
# </details>
#
# <details><summary>it looks like: the logit was picked before the largest was taken out</summary>
#
# The logarithm is that of a sum of $e^{z - m}$. Then the picked logit must be $z_t - m$, too.
#
# </details>


# %% tags=["given"]
#| export
def row_sums(x: np.ndarray) -> np.ndarray:
    """The sum of each row, by a product with ones. Shapes: (n, classes) -> (n,)."""
    return x @ np.ones(x.shape[1], x.dtype)


# %% nbgrader={"grade_id": "cross-entropy", "solution": true}
#| export
def cross_entropy_rows(x: np.ndarray, target: np.ndarray) -> tuple:
    """The cross-entropy of each row of logits against its class, and the exponentials.

    Shapes: x (n, classes), target int64 (n,) -> losses (n,), exponentials (n, classes), those of
    the logits less the largest of their row. The dtype of `x` stays, and `x` is not changed.
    """
    # Four lines; an array of your own can be changed in place: `np.exp(e, out=e)`.
    ### BEGIN SOLUTION
    e = x - np.max(x, axis=1, keepdims=True)  # (n, classes)
    picked = e[np.arange(len(x)), target]  # (n,)
    np.exp(e, out=e)
    return np.log(row_sums(e)) - picked, e
    ### END SOLUTION


# %% nbgrader={"grade_id": "cross-entropy-test", "grade": true, "points": 2}
# Three rows with known probabilities.
p = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1]])
losses, e = cross_entropy_rows(np.log(p) + 3.0, np.array([2, 0, 0]))
wrong = {
    "the sign is wrong: losses are positive": np.log([0.5, 0.7, 0.1]),
    "the logit was picked before the largest was taken out": -np.log(p[[0, 1, 2], [2, 0, 0]])
    - 3.0
    - np.log(p.max(axis=1)),
    "the first row's target for every row": -np.log([0.5, 0.1, 0.1]),
    "the softmax was taken twice": np.log(np.exp(p).sum(1)) - [0.5, 0.7, 0.1],
    "the picked logit is missing": -np.log([0.5, 0.7, 0.8]),
    "the rows were averaged, but the loss of each is asked for": -np.log([0.5, 0.7, 0.1]).mean(),
}
what = "the losses of rows with p = 0.5, 0.7 and 0.1"
close(losses, -np.log([0.5, 0.7, 0.1]), what, suspects=wrong, rtol=1e-4)
largest = p.max(axis=1, keepdims=True)
wrong = {
    "these are the logits, less the largest": np.log(p / largest),
    "the softmax: divided by the sum already": p,
    "the largest logit of the row was not taken out": p * np.exp(3.0),
}
close(e, p / largest, "the exponentials of the three rows", suspects=wrong)

# %% nbgrader={"grade_id": "cross-entropy-hidden", "grade": true, "points": 3}
# Also graded: logits of 10,000 and -10,000 in one batch, float32, a single class, no rows,
# the input left as it was.
### BEGIN HIDDEN TESTS
x = np.array([[1e4, 0, -1e4], [-1e4, -1e4, -1e4], [5, 5, 5], [-1e4, 1e4, 0]], np.float32)
losses, e = cross_entropy_rows(x, np.array([0, 1, 2, 0]))
expected = np.array([0, np.log(3), np.log(3), 2e4])
wrong = {"the logarithm of a probability that became 0": [0, np.log(3), np.log(3), np.inf]}
infinite = [np.inf, -np.inf, np.log(3), np.inf]
wrong["exp of a large logit is infinite: take out the largest of the row"] = infinite
wrong["the largest of the whole batch was taken out, not of each row"] = [0, -np.inf, -np.inf, 2e4]
what = "the losses for logits of 10,000 and -10,000"
close(losses, expected, what, suspects=wrong, dtype="float32")
expected = [[1, 0, 0], [1, 1, 1], [1, 1, 1], [0, 1, 0]]
close(e, expected, "the exponentials for logits of 10,000 and -10,000", dtype="float32")
close(x[0], [1e4, 0, -1e4], "the logits after the losses were computed", hint="make a new array")
losses, e = cross_entropy_rows(np.array([[7.0], [-7.0]]), np.array([0, 0]))
close(losses, [0, 0], "the losses where there is one class only")
losses, e = cross_entropy_rows(np.zeros((0, 3)), np.array([], int))
equal((losses.shape, e.shape), ((0,), (0, 3)), "the shapes for no rows")
### END HIDDEN TESTS

# %% [markdown]
# The loss of an answer between two classes, as its logits move apart. Sure and right costs almost
# nothing, undecided costs $\log 2$, and sure and wrong costs as much as one was sure: the curve
# becomes a straight line of slope 1. So a mistake pulls with a force that does not fade with its
# size, and does not explode either.

# %%
apart = np.linspace(-8, 8, 161)
pairs = np.stack([apart, 0 * apart], axis=1)
fig, ax = plt.subplots(figsize=(5, 2.8), layout="constrained")
for t, name in enumerate(("the first class is right", "the second class is right")):
    ax.plot(apart, cross_entropy_rows(pairs, np.full(161, t))[0], label=name)
ax.plot(0, np.log(2), "o", color="gray", label="undecided: log 2")
ax.set(xlabel="logit of the first class, less that of the second", ylabel="cross-entropy")
ax.legend()
plt.show()

# %% [markdown]
# ## 6. The most beautiful gradient there is
#
# Differentiate $L = \log \sum_k e^{z_k} - z_t$. The first term gives the softmax, the second gives
# 1 at the right class:
#
# $$\frac{\partial L}{\partial z_j} = p_j - [j = t]$$
#
# Probability minus truth. No exponential, no logarithm, nothing that can overflow: each logit is
# pushed down by the probability it has, and the right one is pulled up by the probability it lacks.
# What forward saved are the exponentials $e_j$, with $p_j = e_j / \sum_k e_k$. Passes over a large
# array are what costs time here, so fold $g$ into the quotient, a column of one value a row:
#
# $$\bar z_j = e_j \cdot \Big(g \Big/ \sum_k e_k\Big) - g\, [j = t]$$
#
# **Exercise 6 · medium · 15 minutes.** Fill in `cross_entropy_gradient`. Here $g$ holds one number
# for each row, already scaled (for a mean, by $1/n$).
#
# <details><summary>wrong: the saved exponentials after the rule has run</summary>
#
# `e[...] -= 1` writes into what forward saved; a second backward (`retain_graph=True`) would start
# from wrong numbers. Make the product first: that is a new array.
#
# </details>


# %% nbgrader={"grade_id": "cross-entropy-gradient", "solution": true}
#| export
def cross_entropy_gradient(g: np.ndarray, e: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The gradient of the logits, from the gradient `g` of the loss of each row.

    e: the exponentials that `cross_entropy_rows` saved; divided by their row sums, the softmax.
    Shapes: g (n,), e (n, classes), target int64 (n,) -> (n, classes), a new array; the dtype of
    `e` stays, and no array that came in is changed.
    """
    # Three lines.
    ### BEGIN SOLUTION
    gradient = e * (g / row_sums(e))[:, None]  # (n, classes) * (n, 1)
    gradient[np.arange(len(g)), target] -= g
    return gradient
    ### END SOLUTION


# %% nbgrader={"grade_id": "cross-entropy-gradient-test", "grade": true, "points": 2}
# Two rows with g of 2 and 0.5, and exponentials that are four times the softmax.
p, target = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]]), np.array([2, 1])
g, right = np.array([[2.0], [0.5]]), np.array([[0, 0, 1], [0, 1, 0]])
expected = g * (p - right)
wrong = {
    "the sign is wrong: it is softmax minus target": -expected,
    "the target was added": g * (p + right),
    "the targets are missing: this is the softmax, times g": g * p,
    "1 was taken off in whole columns": g * (p - [0, 1, 1]),
    "1 was taken off everywhere": g * (p - 1),
    "1 was taken off after multiplying by g": g * p - right,
    "divided by n: `g` does that already": expected / 2,
    "the exponentials were not divided by their sum": g * (4 * p - right),
}
what = "the gradient of the logits, for g = [2, 0.5]"
close(cross_entropy_gradient(g[:, 0], 4 * p, target), expected, what, suspects=wrong)

# %% nbgrader={"grade_id": "cross-entropy-gradient-hidden", "grade": true, "points": 3}
# Also graded: a g of 0, float32, agreement with central differences, the saved exponentials left
# as they were.
### BEGIN HIDDEN TESTS
p = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1], [0.1, 0.8, 0.1]], np.float32)
g, target = np.array([0.5, 10.0, 0.0], np.float32), np.array([2, 1, 1])
e = p * np.array([[1], [4], [2]], np.float32)
part = cross_entropy_gradient(g, e, target)
wrong = {
    "g is missing": [[0.2, 0.3, -0.5], [0.7, -0.8, 0.1], [0.1, -0.2, 0.1]],
    "g belongs to the target as well: g * (p - 1)": [[0.1, 0.15, -0.75], [7, 1, 1], [0, -1, 0]],
    "g belongs to the softmax as well: g * (p - 1)": [[0.2, 0.3, 0], [0.7, -9.8, 0.1], p[2]],
}
expected = [[0.1, 0.15, -0.25], [7, -8, 1], [0, 0, 0]]
what = "the gradient for g = [0.5, 10, 0]"
close(part, expected, what, suspects=wrong, dtype="float32", atol=1e-6)
close(e[1], [2.8, 0.8, 0.4], "the saved exponentials after the rule has run")
close(g, [0.5, 10.0, 0.0], "g after the rule has run")
x, target = np.array([[0.3, -1.0, 0.5], [2.0, 0.1, -0.4]]), np.array([1, 0])
g = np.array([2.0, -3.0])
numeric = np.zeros_like(x)
for place in np.ndindex(x.shape):
    for step in (1e-5, -1e-5):
        z = x.copy()
        z[place] += step
        rows = np.log(np.exp(z).sum(axis=1)) - z[np.arange(2), target]
        numeric[place] += (g * rows).sum() / (2 * step)
part = cross_entropy_gradient(g, np.exp(x), target)
close(part, numeric, "the gradient against central differences", rtol=1e-4, atol=1e-7)
### END HIDDEN TESTS

# %% [markdown]
# As a picture, for eight rows of a half-trained classifier: softmax, target, and their difference,
# which is the gradient. Blue is pulled up, red is pushed down. In the first rows the classifier is
# right and sure, and there is nothing left to learn; in the last it is wrong.

# %%
rng = np.random.default_rng(1)
target = rng.integers(0, 10, 8)
logits = rng.normal(size=(8, 10))
logits[np.arange(8), target] += np.array([6, 6, 3, 3, 1, 1, -1, -2])
e = cross_entropy_rows(logits, target)[1]
probabilities = e / row_sums(e)[:, None]
gradient = cross_entropy_gradient(np.ones(8), e, target)
fig, panels = plt.subplots(1, 3, figsize=(8.5, 2.7), layout="constrained", sharey=True)
tables = {"softmax": probabilities, "target": probabilities - gradient, "gradient": gradient}
for ax, (title, table) in zip(panels, tables.items(), strict=True):
    image = ax.imshow(table, cmap="RdBu_r", vmin=-1, vmax=1)
    ax.set(title=title, xlabel="class", xticks=range(10))
panels[0].set(ylabel="row")
fig.colorbar(image, ax=panels)
plt.show()

# %% [markdown]
# Given: the operation, made of your two functions.


# %% tags=["given"]
#| export
def cross_entropy_forward(x, target, scale, reduction):
    losses, e = cross_entropy_rows(x, target)
    return scaled(losses, scale, reduction), e


def cross_entropy_rule(g, e, x, target, scale, reduction):
    return cross_entropy_gradient(row_gradients(g, scale, len(x)), e, target)


cross_entropy_op = Op("cross_entropy", cross_entropy_forward)
VJPS[cross_entropy_op] = (cross_entropy_rule,)

# %% [markdown]
# Was it worth it? Three ways to the same loss and gradient for 1,024 rows of 1,000 classes: the
# postcard written with tensors, two operations, and one. Each array of this size takes 4.1 MB.
# On the left the most memory in use at one time, on the right the time. The one operation needs
# less than a third of the postcard's memory and less than half of its time.


# %%
def by_postcard(z, t):
    e = z.exp()
    return -(e / e.sum(dim=1, keepdim=True)).log().gather(1, tensor(t[:, None])).mean()


def by_two(z, t):
    return nll_loss(log_softmax(z, 1), tensor(t))


def by_one(z, t):
    return cross_entropy_op(z, target=t, scale=1 / len(t), reduction="mean")


def cost(way, z, t):
    """Seconds, the shortest of seven runs, and the most bytes in use, of forward and backward."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        way(z, t).backward()
        times.append(time.perf_counter() - start)
        z.grad = None
    tracemalloc.start()
    way(z, t).backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    z.grad = None
    return min(times), peak


# %%
z = tensor(rng.normal(size=(1024, 1000)).astype("float32"), requires_grad=True)
t = rng.integers(0, 1000, 1024)
ways = {"postcard": by_postcard, "log_softmax\nand nll_loss": by_two, "cross_entropy": by_one}
seconds, peaks = zip(*[cost(way, z, t) for way in ways.values()], strict=True)
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.2), layout="constrained", sharey=True)
left.barh(list(ways), np.array(peaks) / 1e6)
left.set(xlabel="megabytes at the peak")
left.invert_yaxis()
right.barh(list(ways), np.array(seconds) * 1e3, color="C1")
right.set(xlabel="milliseconds")
plt.show()

# %% [markdown]
# ## 7. Do not be too sure
#
# The loss of a right answer falls to 0 only where its logit is infinitely larger than the others,
# so a network that has learned everything still inflates its logits. **Label smoothing** asks for
# less: the target is no longer 1 for the right class and 0 for the others, but a mixture with the
# even distribution over all $K$ classes,
#
# $$q_j = (1 - \epsilon)\,[j = t] + \frac{\epsilon}{K}$$
#
# and the loss compares two distributions, which is what *cross-entropy* means: $L = -\sum_j q_j
# \log p_j$. It is smallest where $p = q$, at logits of finite size.
#
# **Exercise 7 · easy · 15 minutes.** Fill in `soft_targets`.
#
# <details><summary>it looks like: shared among the K - 1 other classes</summary>
#
# The even distribution gives the right class its share too: it gets $1 - \epsilon + \epsilon / K$.
#
# </details>


# %% nbgrader={"grade_id": "label-smoothing", "solution": true}
#| export
def soft_targets(target: np.ndarray, classes: int, label_smoothing: float) -> np.ndarray:
    """The distribution that each class index stands for: one-hot, mixed with the even one.

    Shapes: int64 (n,) -> float64 (n, classes). Each row adds up to 1.
    Source: Szegedy et al. (2016), Rethinking the Inception architecture, section 7,
    arXiv:1512.00567.
    """
    # Two or three lines.
    ### BEGIN SOLUTION
    q = np.full((len(target), classes), label_smoothing / classes)  # (n, classes)
    q[np.arange(len(target)), target] += 1 - label_smoothing
    return q
    ### END SOLUTION


# %% nbgrader={"grade_id": "label-smoothing-test", "grade": true, "points": 2}
# Two targets among four classes, with a smoothing of 0.2.
part = soft_targets(np.array([3, 0]), 4, 0.2)
expected = np.array([[0.05, 0.05, 0.05, 0.85], [0.85, 0.05, 0.05, 0.05]])
mistakes = {
    "shared among the K - 1 other classes": (0.8, 0.2 / 3),
    "the right class got no share": (0.8, 0.05),
    "the right class is still 1: rows no longer add up to 1": (1.05, 0.05),
    "the smoothing is not shared among the classes": (1.0, 0.2),
    "eps and 1 - eps are swapped": (0.4, 0.2),
}
right = np.array([[0, 0, 0, 1], [1, 0, 0, 0]])
wrong = {name: np.where(right, hit, miss) for name, (hit, miss) in mistakes.items()}
wrong["transposed: a row for every class instead of a column"] = expected.T
close(part, expected, "soft_targets([3, 0], 4, 0.2)", suspects=wrong)

# %% nbgrader={"grade_id": "label-smoothing-hidden", "grade": true, "points": 3}
# Also graded: no smoothing, nothing but smoothing, as many rows as classes, classes that no target
# names.
### BEGIN HIDDEN TESTS
target = np.array([1, 2, 1])
one_hot = [[0.0, 1, 0], [0, 0, 1], [0, 1, 0]]
wrong = {"transposed: a row for every class instead of a column": np.transpose(one_hot)}
close(soft_targets(target, 3, 0.0), one_hot, "soft_targets([1, 2, 1], 3, 0)", suspects=wrong)
what = "soft_targets([1, 2, 1], 3, 1), nothing but smoothing"
close(soft_targets(target, 3, 1.0), np.full((3, 3), 1 / 3), what)
expected = 0.9 * np.array(one_hot) + 0.1 / 3
close(soft_targets(target, 3, 0.1), expected, "soft_targets([1, 2, 1], 3, 0.1)")
close(soft_targets(np.array([0, 0]), 1, 0.3), [[1.0], [1.0]], "soft_targets where K = 1")
part = soft_targets(np.array([1, 0]), 5, 0.5)
expected = [[0.1, 0.6, 0.1, 0.1, 0.1], [0.6, 0.1, 0.1, 0.1, 0.1]]
hint = "there may be more classes than the targets name"
close(part, expected, "soft_targets([1, 0], 5, 0.5)", hint=hint)
### END HIDDEN TESTS

# %% [markdown]
# Given: `cross_entropy` as PyTorch has it. Class indices take the fast way of sections 5 and 6.
# Smoothed targets, and targets that are distributions themselves (floats of the shape of the
# logits), go through `log_softmax`.


# %% tags=["given"]
#| export
def soft_losses(rows: Tensor, q: Tensor, weight: Tensor | None) -> Tensor:
    """-sum of q_j w_j log p_j in each row. Shapes: (n, classes) twice, (classes,) -> (n,)."""
    return -(log_softmax(rows, 1) * (q if weight is None else q * weight)).sum(dim=1)


def smoothed(rows: Tensor, target, weight, ignore_index, reduction, label_smoothing) -> Tensor:
    """The cross-entropy of rows of logits and class indices, smoothed by your `soft_targets`."""
    classes, dtype = rows.shape[1], rows.dtype
    indices, scale = counted_targets(
        "cross_entropy", target, classes, weight, dtype, ignore_index, "sum"
    )
    q = Tensor(soft_targets(indices, classes, label_smoothing).astype(dtype))
    counted = Tensor(target.reshape(-1) != ignore_index)
    losses = where(counted, soft_losses(rows, q, weight), 0.0)
    if reduction != "mean":
        return losses if reduction == "none" else losses.sum()
    count = len(indices) * 1.0 if type(scale) is float else float(scale.sum())
    if not count:  # the mean of nothing is NaN, and has no gradient
        return losses.sum() * 0.0 + math.nan
    return losses.sum() / count


def distributed(input, target, weight, ignore_index, reduction, label_smoothing) -> Tensor:
    """The cross-entropy of rows of logits and targets that are distributions.

    Raises: RuntimeError for targets that are no floats, or an `ignore_index` that could be a class.
    """
    if target.array.dtype.kind != "f":
        raise RuntimeError(
            f"cross_entropy: targets of the input's shape {input.shape} are probabilities, so "
            f"floats, not {target.dtype}; class indices have the shape without the classes"
        )
    if ignore_index >= 0:
        raise RuntimeError("cross_entropy: ignore_index is for class indices, not probabilities")
    rows, q = class_rows(input), class_rows(target)
    if label_smoothing:
        q = q * (1 - label_smoothing) + label_smoothing / rows.shape[1]
    losses = soft_losses(rows, q, weight)
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """The cross-entropy of logits against class indices or class probabilities.

    Shapes: logits (n, classes, ...) and indices (n, ...), or probabilities (n, classes, ...); or
    (classes,) without a batch. With "none" one loss a row: (n, ...). weight: (classes,).
    ignore_index: rows with this target count nothing and get no gradient. A mean over indices
    divides by the weights of the targets that count, a mean over probabilities by the rows.
    Raises: IndexError for an index that is no class, naming it; RuntimeError or ValueError for
    shapes and dtypes that do not fit; ValueError for another reduction.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
    """
    name = "cross_entropy"
    check_tensors(name, input=input, target=target, weight=weight)
    is_soft = target.array.shape == input.array.shape
    if not is_soft and not label_smoothing:
        return indexed_loss(name, cross_entropy_op, input, target, weight, ignore_index, reduction)
    check_reduction(reduction)
    check_floats(name, input=input)
    check_weight(name, weight, classes_of(name, input))
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"{name}: label_smoothing is {label_smoothing}, not between 0 and 1")
    if is_soft:
        losses = distributed(input, target, weight, ignore_index, reduction, label_smoothing)
        shape = input.shape[:1] + input.shape[2:] if input.ndim > 1 else ()
    else:
        check_indices(name, input, target)
        rows, indices = class_rows(input), target.array.reshape(-1)
        losses = smoothed(rows, indices, weight, ignore_index, reduction, label_smoothing)
        shape = target.shape
    return losses.reshape(shape) if reduction == "none" else losses


# %% [markdown]
# What smoothing changes: two classes, the loss against the distance of their logits. Without it the
# curve falls for ever; with it, it has a lowest point, where $p = q$. Beyond that, more certainty
# costs.

# %%
fig, ax = plt.subplots(figsize=(5, 2.8), layout="constrained")
for smoothing in (0.0, 0.1, 0.3):
    target, logits = tensor(np.zeros(161, int)), tensor(pairs)
    curve = cross_entropy(logits, target, reduction="none", label_smoothing=smoothing).numpy()
    ax.plot(apart, curve, label=f"label_smoothing={smoothing}")
    if smoothing:
        ax.plot(apart[curve.argmin()], curve.min(), "o", color="gray")
ax.set(xlabel="logit of the right class, less that of the other", ylabel="loss", ylim=(0, 4))
ax.legend()
plt.show()

# %% [markdown]
# ## 8. Yes or no
#
# A photograph may show a dog *and* a cat. Then every class is a question of its own, answered by
# one logit $z$ through the sigmoid $\sigma(z) = 1 / (1 + e^{-z})$, with a target $t$ of 1 or 0 (or
# any number between). Where yes is rare, `pos_weight` makes it count $w$ times:
#
# $$L = -w\, t \log \sigma(z) - (1 - t) \log (1 - \sigma(z))$$
#
# The same trap: $\sigma(200)$ is exactly 1 in float32, and $\log(1 - 1)$ is minus infinity. Both
# logarithms are one function, the *softplus*, and with the large part taken out it never overflows:
#
# $$-\log \sigma(z) = s(-z), \quad -\log(1 - \sigma(z)) = s(z), \qquad
# s(z) = \log(1 + e^z) = \max(z, 0) + \log(1 + e^{-|z|})$$
#
# **Exercise 8 · medium · 25 minutes.** Fill in `bce_losses`.
#
# <details><summary>RuntimeWarning: overflow encountered in exp</summary>
#
# Only ever take the exponential of a number that is not positive: $-|z|$.
#
# </details>
#
# <details><summary>it looks like: pos_weight counts for the answer no</summary>
#
# It multiplies the term with $t$, and only that.
#
# </details>


# %% nbgrader={"grade_id": "bce", "solution": true}
#| export
def bce_losses(x: np.ndarray, t: np.ndarray, pos_weight=1.0) -> tuple:
    """The binary cross-entropy of each logit in `x` against its target, and exp(-abs(x)).

    t: targets from 0 to 1. pos_weight: what the answer yes counts, a number or an array that
    broadcasts. Right for logits of any size; the dtype of `x` stays; no array is changed.
    Shapes: losses and exponentials as `x`. The rule below needs the exponentials.
    """
    # Three to five lines. `np.log1p(e)` is log(1 + e), also where 1 + e would round to 1.
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(x))
    rest = np.log1p(e)
    yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest
    return pos_weight * t * yes + (1 - t) * no, e
    ### END SOLUTION


# %% nbgrader={"grade_id": "bce-test", "grade": true, "points": 2}
# The probabilities 0.5, 0.8, 0.8 and 0.2, for the answers yes, yes, no and yes.
x, t = np.log(np.array([1.0, 4.0, 4.0, 0.25])), np.array([1.0, 1.0, 0.0, 1.0])
losses, e = bce_losses(x, t)
expected = -np.log([0.5, 0.8, 0.2, 0.2])
wrong = {
    "the sign is wrong: losses are positive": -expected,
    "the targets are swapped: t is 1 for yes": -np.log([0.5, 0.2, 0.8, 0.8]),
    "the term of the answer no is missing": [expected[0], expected[1], 0, expected[3]],
    "the term of the answer yes is missing": [0, 0, expected[2], 0],
    "both terms were counted in full, whatever t is": -np.log([0.25, 0.16, 0.16, 0.16]),
}
close(losses, expected, "the list of losses of these four", suspects=wrong)
wrong = {
    "that is the sigmoid": [0.5, 0.8, 0.8, 0.2],
    "exp(abs(x)): the minus is missing": [1, 4, 4, 4],
}
wrong["exp(-x): abs is missing"] = [1, 0.25, 0.25, 4]
close(e, [1, 0.25, 0.25, 0.25], "exp(-abs(x))", suspects=wrong)
losses, e = bce_losses(x, t, pos_weight=3.0)
wrong = {
    "pos_weight counts for the answer no": expected * [1, 1, 3, 1],
    "pos_weight counts for both answers": expected * 3,
    "pos_weight was not used": expected,
}
close(losses, expected * [3, 3, 1, 3], "the list of losses with pos_weight=3", suspects=wrong)

# %% nbgrader={"grade_id": "bce-hidden", "grade": true, "points": 3}
# Also graded: logits of 10,000 and -10,000, targets between 0 and 1, a pos_weight a column,
# float32, arrays left as they were.
### BEGIN HIDDEN TESTS
x = np.array([[1e4, 1e4], [-1e4, -1e4], [0, -200]], np.float32)
t = np.array([[1, 0], [1, 0], [0.25, 0.5]], np.float32)
expected = np.array([[0, 1e4], [1e4, 0], [np.log(2), 100]])
losses, e = bce_losses(x, t)
infinite = [[np.nan, np.inf], [np.inf, np.nan], [np.log(2), np.inf]]
wrong = {"exp overflowed, or the sigmoid became 0 or 1: take the large part out": infinite}
what, hint = "the losses for logits of 10,000 and -10,000", "max(z, 0) + log(1 + exp(-abs(z)))"
close(losses, expected, what, suspects=wrong, hint=hint, dtype="float32")
close(e, [[0, 0], [0, 0], [1, 0]], "exp(-abs(x))", dtype="float32")
losses, e = bce_losses(x, t, pos_weight=np.array([2.0, 8.0], np.float32))
expected = [[0, 1e4], [2e4, 0], [1.25 * np.log(2), 800]]
wrong = {"pos_weight counts for the answer no": [[0, 8e4], [1e4, 0], [1.75 * np.log(2), 100]]}
what = "the losses with a pos_weight for each column"
close(losses, expected, what, suspects=wrong, dtype="float32")
close(x[0], [1e4, 1e4], "the logits after the losses were computed")
close(t[2], [0.25, 0.5], "the targets after the losses were computed")
z = np.linspace(-20.0, 20.0, 41)
p = 1 / (1 + np.exp(-z))
expected = -1.5 * 0.3 * np.log(p) - 0.7 * np.log(1 / (1 + np.exp(z)))
losses, e = bce_losses(z, np.full(41, 0.3), 1.5)
close(losses, expected, "the losses for t = 0.3 and pos_weight=1.5")
### END HIDDEN TESTS

# %% [markdown]
# Given: the rule (with $w = 1$ it is again probability minus truth, $\sigma(z) - t$), and the
# public function.


# %% tags=["given"]
#| export
def bce_forward(x, t, weight, pos_weight, reduction):
    losses, e = bce_losses(x, t, pos_weight)
    losses = losses if weight is None else losses * weight
    if losses.shape != x.shape:
        raise ValueError(f"weight and pos_weight must fit the input, they make it {losses.shape}")
    return reduced(losses, reduction), e


def bce_slope(g, losses_like, weight, reduction):
    """The gradient of each loss."""
    g = g / losses_like.size if reduction == "mean" else g
    return g if weight is None else g * weight


def bce_rule(g, e, x, t, weight, pos_weight, reduction):
    p = np.maximum(e, x >= 0) / (1 + e)  # sigmoid(x): 1 / (1 + e) or e / (1 + e)
    slope = p - t if type(pos_weight) is float else (1 - t) * p - pos_weight * t * (1 - p)
    return bce_slope(g, x, weight, reduction) * slope


def bce_target_rule(g, e, x, t, weight, pos_weight, reduction):
    rest = np.log1p(e)
    slope = pos_weight * (np.maximum(-x, 0) + rest) - np.maximum(x, 0) - rest
    return bce_slope(g, x, weight, reduction) * slope


bce_op = Op("binary_cross_entropy_with_logits", bce_forward, saves="inputs")
VJPS[bce_op] = (bce_rule, bce_target_rule)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """The binary cross-entropy of logits against targets from 0 to 1, of the same shape.

    weight: what each loss counts. pos_weight: what the answer yes counts. Both broadcast to the
    input. A mean divides by the number of values, whatever the weights.
    Raises: ValueError if the shapes differ, or for another reduction; RuntimeError for integers,
    and for weights that do not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """
    name = "binary_cross_entropy_with_logits"
    check_reduction(reduction)
    check_tensors(name, input=input, target=target, weight=weight, pos_weight=pos_weight)
    if input.array.shape != target.array.shape:
        text = f"the input has shape {input.shape}, the target {target.shape}: make them the same"
        raise ValueError(f"{name}: {text}")
    check_floats(name, input=input, target=target)
    return bce_op(
        input,
        target,
        weight=None if weight is None else weight.array,
        pos_weight=1.0 if pos_weight is None else pos_weight.array,
        reduction=reduction,
    )


# %%
# The loss of the answers yes and no against the logit, and its slope by backward.
logits = tensor(np.linspace(-6.0, 6.0, 121), requires_grad=True)
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained")
for answer, pos_weight in ((1.0, 1.0), (1.0, 3.0), (0.0, 1.0)):
    target = tensor(np.full(121, answer))
    loss = binary_cross_entropy_with_logits(
        logits, target, reduction="none", pos_weight=tensor(pos_weight, dtype=np.float64)
    )
    logits.grad = None
    loss.sum().backward()
    name = f"yes, pos_weight={pos_weight:g}" if answer else "no"
    left.plot(logits.numpy(), loss.numpy(), label=name)
    right.plot(logits.numpy(), logits.grad.numpy())
left.set(xlabel="logit", ylabel="loss")
right.set(xlabel="logit", ylabel="slope")
left.legend()
plt.show()

# %% [markdown]
# Each curve on the left is flat on the side of the right answer and straight on the other. On the
# right their slopes: never beyond $-w$ and 1. With $w = 3$, a missed yes pulls three times as hard.
#
# Given last: the classes, modules that remember their settings and call the functions. A `weight`
# is a buffer, so it is saved with the `state_dict`.


# %% tags=["given"]
#| export
class Loss(Module):
    """What the classes below share: a reduction, and where they take weights, buffers."""

    def __init__(self, reduction: str = "mean", **weights):
        super().__init__()
        self.reduction = reduction
        for name, weight in weights.items():
            self.register_buffer(name, weight)


class MSELoss(Loss):
    """`mse_loss` as a module. Shapes: input and target of one shape -> ().

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
    """

    def __init__(self, *, reduction: str = "mean"):
        super().__init__(reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return mse_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """`l1_loss` as a module. Shapes: input and target of one shape -> ().

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
    """

    def __init__(self, *, reduction: str = "mean"):
        super().__init__(reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return l1_loss(input, target, reduction=self.reduction)


class NLLLoss(Loss):
    """`nll_loss` as a module. Shapes: (N, C), (N,) -> ().

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html
    """

    def __init__(
        self, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean"
    ):
        super().__init__(reduction, weight=weight)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return nll_loss(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
        )


class CrossEntropyLoss(Loss):
    """`cross_entropy` as a module. Shapes: (N, C), (N,) or (N, C) -> ().

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ):
        super().__init__(reduction, weight=weight)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class BCEWithLogitsLoss(Loss):
    """`binary_cross_entropy_with_logits` as a module.

    Shapes: input and target of one shape -> ().
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        *,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ):
        super().__init__(reduction, weight=weight, pos_weight=pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


# %% [markdown]
# ## 9. Put to use: a network reads digits
#
# Your layers from module 03, your loss, and a training loop written by hand: for each batch the
# loss, `backward`, and a step against the gradient. An untrained network gives all ten classes
# about the same probability, so its loss should start near $\log 10 = 2.30$. A first loss far from
# the logarithm of the number of classes is the quickest sign that something is wrong.

# %%
data = digits()
images, labels = tensor(data.train_images.reshape(-1, 64)), tensor(data.train_labels)
new_images, new_labels = tensor(data.test_images.reshape(-1, 64)), tensor(data.test_labels)
manual_seed(4)
model = Sequential(Linear(64, 64), ReLU(), Linear(64, 32), ReLU(), Linear(32, 10))
criterion, rng = CrossEntropyLoss(), np.random.default_rng(4)
with no_grad():
    losses, new_losses = [], [criterion(model(new_images), new_labels).item()]
print(f"before training: loss {new_losses[0]:.3f}, log 10 = {math.log(10):.3f}")
assert abs(new_losses[0] - math.log(10)) < 0.2

norms = []
for _epoch in range(30):
    order = rng.permutation(len(labels))
    for start in range(0, len(order), 32):
        batch = tensor(order[start : start + 32])
        loss = criterion(model(images[batch]), labels[batch])
        model.zero_grad()
        loss.backward()
        with no_grad():
            for parameter in model.parameters():
                parameter -= 0.3 * parameter.grad
        losses.append(loss.item())
        norms.append([np.linalg.norm(model[i].weight.grad.numpy()) for i in (0, 2, 4)])
    with no_grad():
        new_losses.append(criterion(model(new_images), new_labels).item())

with no_grad():
    logits = model(new_images)
guesses = logits.argmax(dim=1).numpy()
accuracy = float((guesses == data.test_labels).mean())
print(f"after: {new_losses[-1]:.3f}, {accuracy:.1%} of {len(guesses)} new digits are right")
assert accuracy >= 0.95, "the network should read at least 95% of digits it has never seen"

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained")
left.semilogy(losses, color="C0", alpha=0.4, label="batches")
left.semilogy(np.arange(31) * len(losses) / 30, new_losses, "C1", label="new digits")
left.set(xlabel="step", ylabel="loss")
left.legend()
smooth = np.array(norms[: len(norms) // 45 * 45]).reshape(-1, 45, 3).mean(axis=1)
right.semilogy(np.arange(len(smooth)) * 45, smooth, label=["layer 1", "layer 2", "layer 3"])
right.set(xlabel="step", ylabel="norm of the gradient")
right.legend()
plt.show()

# %% [markdown]
# The loss of the batches falls for ever; the loss of new digits stops falling, because what is left
# are digits that the network is sure of and has wrong. After a rise at the
# start the gradients fall with the loss, in all three layers alike: none has vanished.
#
# `reduction="none"` finds the worst: the eight new digits with the largest loss, each with what the
# network took it for, how sure it was, and what it is.

# %%
each = cross_entropy(logits, new_labels, reduction="none").numpy()
sure = softmax(logits, dim=1).numpy().max(axis=1)
confusion = np.zeros((10, 10), int)
np.add.at(confusion, (data.test_labels, guesses), 1)
fig = plt.figure(figsize=(8.5, 3.4), layout="constrained")
left, right = fig.subfigures(1, 2, width_ratios=(1, 1.4))
ax = left.subplots()
ax.imshow(np.sqrt(confusion), cmap="Blues")
for (i, j), count in np.ndenumerate(confusion):
    if count:
        ax.text(j, i, count, ha="center", va="center", color="white" if count > 9 else "black")
ax.set(xlabel="guess", ylabel="digit", xticks=range(10), yticks=range(10))
for ax, i in zip(right.subplots(2, 4).flat, each.argsort()[::-1], strict=False):
    ax.imshow(data.test_images[i], cmap="gray_r")
    text = f"{guesses[i]} ({sure[i]:.0%})? it is {data.test_labels[i]}\nloss {each[i]:.1f}"
    ax.set(xticks=[], yticks=[])
    ax.set_title(text, fontsize=8)
plt.show()

# %% [markdown]
# Left, the confusion matrix: what the digits of each row were taken for. Nearly all of them stand
# on the diagonal.
#
# ## Reflection
#
# The squared error could train a classifier, too: against targets of 0 and 1, on the softmax. Think
# of an answer that is sure and wrong, $p_t \approx 0$. How large is the gradient of the logits
# under cross-entropy, and how large under the squared error of the softmax, which has the factor
# $p_j (1 - p_j)$ in it? What does that mean for learning from the worst mistakes? Answer in two or
# three sentences.

# %% [markdown]
# *Your answer here.*
