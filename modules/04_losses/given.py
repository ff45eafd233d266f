"""What module 04 gives ready-made, in sections that losses.py puts in place."""

# %% given: imports "NumPy, modules 01 to 03, and checks of what a loss is called with"
#| default_exp core.losses
#| export
import math
import warnings
from contextlib import suppress

import numpy as np

from tinytorch.core.autograd import VJPS
from tinytorch.core.layers import Module
from tinytorch.core.tensor import Op, Tensor, tensor, where
from tinytorch.lib.activations import rules_by_rows, unshifted_losses, when_large
from tinytorch.lib.layer_checks import (
    check_dim,
    check_floats,
    check_number,
    check_tensors,
    check_whole,
)
from tinytorch.lib.loss_checks import (
    all_within,
    check_classes,
    check_distributions,
    check_fits,
    check_indices,
    check_reduction,
    check_same_shape,
    check_weight,
    classes_of,
    refuse_legacy,
)
from tinytorch.lib.sums import sum_along


# %% given: notebook-imports "what only this notebook needs: figures, digits, checks and layers"
import time
import tracemalloc
from collections.abc import Callable, Iterator

import matplotlib.pyplot as plt

from tinytorch.core.autograd import no_grad
from tinytorch.core.layers import Linear, ReLU, Sequential, softmax
from tinytorch.core.tensor import manual_seed
from tinytorch_data import digits
from tito.checks import close, equal, true


# %% given: tests "keeping and near, which the tests call; what known mistakes give"
MISTAKES = {
    "infinite": {
        "a logarithm to base 10": 38.53,
        "a logarithm to base 2": 128.0,
        "swapped": 103.28,
    },
    "zero": {
        "that is `tiny`: there are smaller numbers above 0": 87.34,
        "`eps` was used, the gap above 1": 15.94,
        "the sign: the x of exp(-x) is asked for": -103.28,
        "a logarithm to base 10": 44.85,
        "swapped": 88.72,
    },
    "float32": {"that is float32, whatever was asked for": [88.72, 103.28]},
    "shares": {
        "divided by the number of rows, the ignored among them": [0.25, 0.25, 0, 0.25],
        "the ignored row was counted": [0.25] * 4,
        "not divided: these are the scales of a sum": [1, 1, 0, 1],
    },
    "counts": {
        "divided, as only a mean is": [1 / 3, 1 / 3, 0, 1 / 3],
        "the ignored row was counted": [1, 1, 1, 1],
    },
    "weighted": {
        "the weights were not used": [1 / 3, 0, 1 / 3, 1 / 3],
        "divided by the weights of all classes, not of the rows": [4 / 7, 0, 2 / 7, 2 / 7],
        "divided by the number of rows": [1, 0, 0.5, 0.5],
        "divided by how many count, not by how much": [4 / 3, 0, 2 / 3, 2 / 3],
        "the ignored row counts in the divisor": [4 / 9, 0, 2 / 9, 2 / 9],
    },
    "negative": {
        "only negative targets were ignored, not ignore_index": [1 / 11, 4 / 11, 4 / 11, 2 / 11],
    },
    "exponentials": {
        "that is the sigmoid": [0.5, 0.8, 0.8, 0.2],
        "exp(abs(x)): the minus is missing": [1, 4, 4, 4],
        "exp(-x): abs is missing": [1, 0.25, 0.25, 4],
        "exp(x): the minus and abs are missing": [1, 4, 4, 0.25],
    },
}


def keeping(function, what: str, *inputs, **params):
    """What `function` returns for `inputs`, of which it must leave the arrays as they are."""
    copies = [x.copy() if isinstance(x, np.ndarray) else x for x in inputs]
    out = function(*copies, **params)
    for x, given in zip(copies, inputs, strict=True):
        if isinstance(x, np.ndarray):
            close(x, given, f"an array that came in, after the call: {what}", hint="make a new one")
    return out


def near(actual, expected, what: str, wrong: dict) -> None:
    """Pass if `actual` is within 0.7 of `expected`."""
    close(actual, expected, what, suspects=wrong, rtol=0, atol=0.7)


def error_mistakes(right: np.ndarray, g, n: int) -> dict:
    """For a rule of the squared or the absolute error of `n` values that should give `right`."""
    return {
        "not divided by n": right * n,
        "divided, as only a mean is": right / n,
        "g is missing": right / g,
        "the sign is wrong": -right,
        "the slope of d**2 is 2 d: the 2 is missing": right / 2,
        "0 / 0, where the difference is 0": np.where(right == 0, np.nan, right),
        "the slope of abs(d) at 0 counts as 0": np.where(right == 0, np.abs(right).max(), right),
    }


def log_softmax_mistakes(z: np.ndarray, p: np.ndarray) -> dict:
    """For rows of logits whose probabilities are `p`."""
    return {
        "the softmax itself, without its logarithm": p,
        "the sign: logarithms of probabilities are negative": -np.log(p),
        "the logarithm of the sum is missing": np.log(p / p.max(axis=1, keepdims=True)),
        "the largest was taken out of the sum only": z + np.log(p.max(axis=1, keepdims=True)),
        "the logits themselves, less their sum": z - z.sum(axis=1, keepdims=True),
        "the sum was taken off, not its logarithm": np.log(p / p.max(1)[:, None])
        - 1 / p.max(1)[:, None],
        "along the last dimension, whatever dim is": z - np.logaddexp.reduce(z, 1, keepdims=True),
    }


def overflow_mistakes() -> dict:
    """For the log-softmax of two logits of 1,000."""
    return {
        "exp of 1000 is infinite: take out the largest logit first": [[-np.inf, -np.inf]],
        "inf / inf, as exp of 1000 is infinite: take out the largest first": [[np.nan, np.nan]],
    }


def far_mistakes(z: np.ndarray) -> dict:
    """For the log-softmax of two rows of logits, 10,000, -10,000 and 0, and -10,000 three times."""
    even, infinite = [-np.log(3)] * 3, [-np.inf] * 2
    again = "the largest was added again before subtracting: 10,001.0986 keeps few digits of 1.0986"
    return {
        "the logarithm of a probability that became 0": [[0, *infinite], even],
        "the largest of all rows was taken out, not of each": [[0, -2e4, -1e4], [np.inf] * 3],
        "a small number was added inside the logarithm": [[0, -27.631, -27.631], even],
        again: z - np.logaddexp.reduce(z, axis=1, keepdims=True),
    }


def cross_entropy_mistakes(p: np.ndarray, target: np.ndarray, shift: float) -> dict:
    """For the losses of rows of logits log(p) + shift."""
    picked, largest = p[np.arange(len(p)), target], p.max(axis=1)
    losses = -np.log(picked)
    return {
        "the sign is wrong: losses are positive": -losses,
        "the logit was picked before the largest was taken out": losses - shift - np.log(largest),
        "the first row's target for every row": -np.log(p[:, target[0]]),
        "the softmax was taken twice": np.log(np.exp(p).sum(axis=1)) - picked,
        "the picked logit is missing": -np.log(largest),
        "the exponential was picked, not the logit": -np.log(largest) - picked / largest,
        "whole columns were picked, not one number in each row": -np.log(p[:, target]),
        "the rows were averaged, but the loss of each is asked for": losses.mean(),
    }


def far_loss_mistakes() -> dict:
    """For the losses of logits of 10,000 and -10,000: 0, log 3, log 3 and 20,000."""
    even = np.log(3)
    wrong = {f"exp overflowed, then {bad}": [bad, np.inf, even, np.inf] for bad in (np.inf, np.nan)}
    return wrong | {
        "the logarithm of a probability that became 0": [0, even, even, np.inf],
        "the largest of the whole batch was taken out": [0, np.inf, np.inf, 2e4],
    }


def exponential_mistakes(p: np.ndarray, shift: float) -> dict:
    """For the exponentials of rows of logits log(p) + shift."""
    return {
        "these are the logits, less the largest": np.log(p / p.max(axis=1, keepdims=True)),
        "the softmax: divided by the sum already": p,
        "the largest logit of the row was not taken out": p * np.exp(shift),
        "the largest of the whole batch was taken out, not of each row": p / p.max(),
    }


def log_softmax_rule_mistakes(g: np.ndarray, p: np.ndarray) -> dict:
    """For the rule of log_softmax, of probabilities `p` in rows."""
    return {
        "g was not summed: each result contains every logit": g - p * g,
        "that is the rule of softmax": p * (g - np.sum(g * p, axis=1, keepdims=True)),
        "`out` is the logarithm of the softmax": g - np.log(p) * g.sum(axis=1, keepdims=True),
        "the sum is missing: each logit is in all results": g,
        "one sum of g for the whole table, not one for each row": g - p * g.sum(),
        "g is missing in the first term": 1 - p * g.sum(axis=1, keepdims=True),
    }


def nll_rule_mistakes(right: np.ndarray, scale: np.ndarray) -> dict:
    """For the rule of nll_loss, for a g that is one number, where it should give `right`."""
    return {
        "the sign is wrong": -right,
        "whole columns, not one value in each row": np.zeros_like(right) + right.sum(axis=0),
        "the scale of the rows is missing: row_gradients(g, scale, n) applies it": right / scale,
    }


def gradient_mistakes(g: np.ndarray, p: np.ndarray, right: np.ndarray) -> dict:
    """For the gradient of logits, from exponentials of 4 p; `right` is 1 at the targets, else 0."""
    return {
        "the sign is wrong: it is softmax minus target": g * (right - p),
        "the target was added": g * (p + right),
        "the targets are missing: this is the softmax, times g": g * p,
        "1 was taken off in whole columns": g * (p - right.max(axis=0)),
        "1 was taken off everywhere": g * (p - 1),
        "1 was taken off after multiplying by g": g * p - right,
        "g was taken off before multiplying by g": p - g * right,
        "divided by n: the scale does that already": g * (p - right) / len(p),
        "the exponentials were not divided by their sum": g * (4 * p - right),
        "g is missing": p - right,
    }


def smoothing_mistakes(right: np.ndarray, log_p: np.ndarray) -> dict:
    """For a smoothing of 0.2 among four classes; `right` is 1 at the targets, else 0."""
    mistakes = {  # what the right class gets, and each other one
        "the targets were not smoothed": (1.0, 0.0),
        "shared among the K - 1 other classes": (0.8, 0.2 / 3),
        "the right class got no share of the even distribution": (0.8, 0.05),
        "the right class is still 1: rows no longer add up to 1": (1.05, 0.05),
        "the smoothing is not shared among the classes": (1.0, 0.2),
        "eps and 1 - eps are swapped": (0.4, 0.2),
    }
    tables = {name: np.where(right, hit, miss) for name, (hit, miss) in mistakes.items()}
    wrong = {name: -(q * log_p).sum(axis=1) for name, q in tables.items()}
    q = np.where(right, 0.85, 0.05)
    wrong["the sign is wrong: losses are positive"] = (q * log_p).sum(axis=1)
    wrong["averaged over the classes: they are added up"] = -(q * log_p).mean(axis=1)
    wrong["added up over the rows, not over the classes"] = -(q * log_p).sum(axis=0)
    return wrong


def bce_mistakes(losses: np.ndarray, t: np.ndarray) -> dict:
    """For the right losses of the answers `t`, 1 for yes and 0 for no."""
    other = -np.log(1 - np.exp(-losses))  # the losses of the other answer
    return {
        "the sign is wrong: losses are positive": -losses,
        "the targets are swapped: t is 1 for yes": other,
        "the term of the answer no is missing": t * losses,
        "the term of the answer yes is missing": (1 - t) * losses,
        "both terms were counted in full, whatever t is": losses + other,
        "averaged, but the loss of each is asked for": losses.mean(),
        "the large part, max(z, 0) or max(-z, 0), is missing": np.minimum(losses, other),
    }


def pos_weight_mistakes(losses: np.ndarray, t: np.ndarray) -> dict:
    """For a pos_weight of 3, from the losses without one."""
    return {
        "pos_weight counts for the answer no": losses * np.where(t, 1, 3),
        "pos_weight counts for both answers": losses * 3,
        "pos_weight was not used": losses,
    }


# %% given: errors "reduced; mse_op and l1_op: squared and absolute errors, and what they save"
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


def l1_forward(a, b, reduction="mean"):
    """The absolute error of `a` against `b`, and their difference, saved for the rule."""
    difference = a - b
    return reduced(np.abs(difference), reduction), difference


mse_op, l1_op = Op("mse_loss", mse_forward), Op("l1_loss", l1_forward)


# %% given: mse "mse_loss and l1_loss, made of your rules"
#| export
with suppress(NotImplementedError):
    VJPS.update(error_rules())


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


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", **legacy) -> Tensor:
    """The squared differences, averaged over all values, added up, or as they are ("none").

    Raises: ValueError for another reduction; RuntimeError where the shapes do not broadcast.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.mse_loss.html
    """
    check_reduction(reduction, **legacy)
    return mse_op(*pair("mse_loss", input, target), reduction=reduction)


def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", **legacy) -> Tensor:
    """The absolute differences, averaged over all values, added up, or as they are ("none").

    Shapes and errors: as `mse_loss`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.l1_loss.html
    """
    check_reduction(reduction, **legacy)
    return l1_op(*pair("l1_loss", input, target), reduction=reduction)


# %% given: best-guess "the figure: the loss of one guess for five numbers, and its slope"
numbers, guesses = tensor([1.0, 2.0, 2.5, 3.0, 9.0]), np.linspace(0, 9, 181)
fig, (upper, lower) = plt.subplots(2, 1, figsize=(5, 4), sharex=True, layout="constrained")
for loss_function, best in ((mse_loss, 3.5), (l1_loss, 2.5)):
    curve = []
    for guess in guesses:
        x = tensor(guess, requires_grad=True)
        loss = loss_function(x.expand(5), numbers)
        loss.backward()
        curve.append((loss.item(), x.grad.item()))
    assert abs(guesses[np.argmin(curve, axis=0)[0]] - best) < 0.03, "the best guess"
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


# %% given: postcard "the figure: where the postcard ends, measured, and your prediction"
def postcard_losses(dtype: str) -> tuple:
    """Logits of a wrong class, and the postcard's losses where the right one has the logit 0."""
    wrong_logit = np.arange(0, 120, 0.5, dtype=dtype)
    return wrong_logit, postcard(np.stack([0 * wrong_logit, wrong_logit], axis=1), 0)


def draw_limits(curves: dict) -> None:
    """Draw each dtype's losses over the logits; dotted, the end that `exp_limits` predicts."""
    styles = {"float32": ("C0", 2), "float16": ("C1", 5)}
    _, ax = plt.subplots(figsize=(5.5, 3), layout="constrained")
    for dtype, (wrong_logit, measured) in curves.items():
        color, width = styles[dtype]
        ax.plot(wrong_logit, measured, color=color, linewidth=width, label=dtype, zorder=-width)
        ax.axvline(exp_limits(dtype)[0], color=color, linestyle=":")
    ax.plot([0, 115], [0, 115], color="gray", linestyle="--", zorder=-9, label="the true loss")
    ax.set(xlabel="logit of the wrong class", ylabel="loss")
    ax.legend()
    plt.show()


curves = {dtype: postcard_losses(dtype) for dtype in ("float32", "float16")}
for dtype, (wrong_logit, measured) in curves.items():
    last, predicted = wrong_logit[np.isfinite(measured)][-1], exp_limits(dtype)[0]
    print(f"{dtype}: the last finite loss is at {last}, predicted {predicted:.2f}")
    assert abs(last - predicted) < 1, f"{dtype}: measured {last}, predicted {predicted:.2f}"
draw_limits(curves)


# %% given: beside "the table: the postcard's losses and yours, for five rows of logits"
print(f"{'logits':>20} {'postcard':>10} {'yours':>10}")
for row in ([200.0, 0.0], [0.0, 100.0], [-1e4, 1e4], [-1e4, -1e4], [20.0, 0.0]):
    z = np.array(row, np.float32)
    print(f"{row!s:>20} {postcard(z, 0):10.4g} {0 - log_softmax_forward(z)[0]:10.4g}")


# %% given: log-softmax "log_softmax_op and log_softmax: any dim of a tensor"
#| export
log_softmax_op = Op("log_softmax", log_softmax_forward, saves="output")


def log_softmax(input: Tensor, dim: int, *, dtype=None) -> Tensor:
    """The logarithm of the softmax of `input`, of any shape, along `dim`; stable for any logits.

    dtype: turn the values into it first.
    Raises: TypeError for what is no tensor, RuntimeError for integers, IndexError for a wrong dim.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html
    """
    check_tensors("log_softmax", input=input)
    check_dim("log_softmax", input.ndim, dim)
    input = input if dtype is None else input.to(dtype)
    check_floats("log_softmax", input=input)
    if not input.ndim:  # as a row of one number
        return log_softmax_op(input.reshape(1), dim=0).reshape(())
    if not input.shape[dim]:  # nothing has no largest value
        return input.clone()
    return log_softmax_op(input, dim=dim)


# %% given: rows "nll_loss; scaled, row_gradients and row_sums, which you will call"
#| export
def class_rows(input: Tensor) -> Tensor:
    """(n, classes, d1, ...) as (n * d1 * ..., classes), and (classes,) as one row."""
    if input.ndim == 2:
        return input
    if input.ndim == 1:
        return input.reshape(1, -1)
    return input.permute(0, *range(2, input.ndim), 1).reshape(-1, input.shape[1])  # (rows, classes)


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
    check_classes(name, target, counted, classes)
    weights = np.ones(classes, dtype) if weight is None else weight.array.astype(dtype)
    with np.errstate(invalid="ignore"):  # where nothing counts, the mean is NaN
        scale = target_scale(target, weights, ignore_index, reduction)
    return np.where(counted, target, 0), scale


def row_sums(x: np.ndarray) -> np.ndarray:
    """The sum of each row, by products with ones. Shapes: (n, classes) -> (n,)."""
    return sum_along(x, 1)[:, 0]


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


def nll_forward(x, target, scale, reduction):
    """Minus the log-probability of the right class in each row, (n, classes) -> (n,), scaled."""
    return scaled(-x[np.arange(len(x)), target], scale, reduction)


nll_op = Op("nll_loss", nll_forward)


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    **legacy,
) -> Tensor:
    """The negative log-likelihood: -input[i, target[i]], as a mean over the rows that count.

    Shapes: log-probabilities (n, classes, ...) and class indices (n, ...); or (classes,) and ().
    With "none" the result has the shape of `target`, else it is one number.
    Raises: as `cross_entropy`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.nll_loss.html
    """
    check_reduction(reduction, **legacy)
    return indexed_loss("nll_loss", nll_op, input, target, weight, ignore_index, reduction)


def indexed_loss(name, op, input, target, weight, ignore_index, reduction) -> Tensor:
    """What `nll_loss` and `cross_entropy` of class indices share: checks, rows, scales, shape."""
    check_whole(name, ignore_index=ignore_index)
    check_tensors(name, input=input, target=target, weight=weight)
    check_floats(name, input=input)
    classes = classes_of(name, input.shape)
    check_indices(name, input.shape, target.array)
    check_weight(name, weight, classes)
    rows = class_rows(input)
    indices, scale = counted_targets(
        name, target.array, classes, weight, rows.array.dtype, ignore_index, reduction
    )
    out = op(rows, target=indices, scale=scale, reduction=reduction)
    return out.reshape(target.shape) if reduction == "none" and input.ndim != 2 else out


# %% given: half-trained "the figure: softmax, target and gradient of eight rows"
def half_trained() -> tuple:
    """Logits (8, 10) and targets (8,): the first rows are right and confident, the last wrong."""
    rng = np.random.default_rng(1)
    target = rng.integers(0, 10, 8)
    logits = rng.normal(size=(8, 10))
    logits[np.arange(8), target] += np.array([6, 6, 3, 3, 1, 1, -1, -2])
    return logits, target


def draw_gradient(probabilities: np.ndarray, gradient: np.ndarray) -> None:
    """Draw both, and between them the target, their difference, as tables of rows and classes."""
    fig, panels = plt.subplots(1, 3, figsize=(8.5, 2.7), layout="constrained", sharey=True)
    tables = {"softmax": probabilities, "target": probabilities - gradient, "gradient": gradient}
    for ax, (title, table) in zip(panels, tables.items(), strict=True):
        image = ax.imshow(table, cmap="RdBu_r", vmin=-1, vmax=1)
        ax.set(title=title, xlabel="class", xticks=range(10))
    panels[0].set(ylabel="row")
    fig.colorbar(image, ax=panels)
    plt.show()


logits, target = half_trained()
e = cross_entropy_forward(logits, target, 1.0, "none")[1]
gradient = class_rules()[cross_entropy_op][0](np.ones(8), e, logits, target, 1.0, "none")
draw_gradient(e / row_sums(e)[:, None], gradient)


# %% given: cross-entropy-op "cross_entropy_op: your forward rule, and one for large arrays"
#| export
def large_cross_entropy(x, target, scale, reduction):
    """The same in fewer passes over memory, where the largest logit need not be subtracted."""
    found = unshifted_losses(x, target)
    if found is None:
        return cross_entropy_forward(x, target, scale, reduction)
    losses, e = found
    return scaled(losses, scale, reduction), e


cross_entropy_op = Op("cross_entropy", when_large(cross_entropy_forward, large_cross_entropy))


# %% given: class-vjps "your three rules, put into the table VJPS"
#| export
with suppress(NotImplementedError):
    VJPS.update(rules_by_rows(class_rules()))


# %% given: ways "the figure: memory and time of by_postcard, by_two and by_one"
def by_postcard(z: Tensor, t: np.ndarray) -> Tensor:
    e = z.exp()
    return -(e / e.sum(dim=1, keepdim=True)).log().gather(1, tensor(t[:, None])).mean()


def by_two(z: Tensor, t: np.ndarray) -> Tensor:
    return nll_loss(log_softmax(z, 1), tensor(t))


def by_one(z: Tensor, t: np.ndarray) -> Tensor:
    return cross_entropy_op(z, target=t, scale=1 / len(t), reduction="mean")


def cost(way: Callable, z: Tensor, t: np.ndarray) -> tuple:
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


def thousand_classes() -> tuple:
    """1,024 rows of 1,000 logits in float32, and a target for each."""
    rng = np.random.default_rng(1)
    z = tensor(rng.normal(size=(1024, 1000)).astype("float32"), requires_grad=True)
    return z, rng.integers(0, 1000, 1024)


def draw_costs(costs: dict) -> None:
    """Draw the memory and the time of each way, by its name."""
    seconds, peaks = zip(*costs.values(), strict=True)
    _, (left, right) = plt.subplots(1, 2, figsize=(8, 2.2), layout="constrained", sharey=True)
    left.barh(list(costs), np.array(peaks) / 1e6)
    left.set(xlabel="megabytes at the peak")
    left.invert_yaxis()
    right.barh(list(costs), np.array(seconds) * 1e3, color="C1")
    right.set(xlabel="milliseconds")
    plt.show()


ways = {"postcard": by_postcard, "log_softmax\nand nll_loss": by_two, "cross_entropy": by_one}
z, t = thousand_classes()
costs = {name: cost(way, z, t) for name, way in ways.items()}
assert costs["cross_entropy"][1] < 0.36 * costs["postcard"][1], "a third of the postcard's memory"
draw_costs(costs)


# %% given: cross-entropy "cross_entropy: of class indices, smoothed or not, and of distributions"
#| export
def smoothed(rows: Tensor, target, weight, ignore_index, reduction, label_smoothing) -> Tensor:
    """The cross-entropy of rows of logits and class indices, by your `smoothed_losses`."""
    name, classes = "cross_entropy", rows.shape[1]
    indices, scale = counted_targets(name, target, classes, weight, rows.dtype, ignore_index, "sum")
    counted = Tensor(target.reshape(-1) != ignore_index)
    losses = where(counted, smoothed_losses(rows, indices, label_smoothing, weight), 0.0)
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
    check_distributions("cross_entropy", input.shape, target.array, ignore_index)
    rows, q = class_rows(input), class_rows(target)
    if label_smoothing:
        q = q * (1 - label_smoothing) + label_smoothing / rows.shape[1]
    losses = -(log_softmax(rows, 1) * (q if weight is None else q * weight)).sum(dim=1)
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
    **legacy,
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
    check_reduction(reduction, **legacy)
    check_number(name, label_smoothing=label_smoothing, ignore_index=ignore_index)
    check_tensors(name, input=input, target=target, weight=weight)
    is_soft = target.array.shape == input.array.shape
    if not is_soft and not label_smoothing:
        return indexed_loss(name, cross_entropy_op, input, target, weight, ignore_index, reduction)
    check_floats(name, input=input)
    check_weight(name, weight, classes_of(name, input.shape))
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"{name}: label_smoothing is {label_smoothing}, not between 0 and 1")
    if is_soft:
        losses = distributed(input, target, weight, ignore_index, reduction, label_smoothing)
        shape = input.shape[:1] + input.shape[2:] if input.ndim > 1 else ()
    else:
        check_indices(name, input.shape, target.array)
        rows, indices = class_rows(input), target.array.reshape(-1)
        losses = smoothed(rows, indices, weight, ignore_index, reduction, label_smoothing)
        shape = target.shape
    return losses.reshape(shape) if reduction == "none" else losses


# %% given: smoothing "the figure: the loss of two classes, with and without smoothing"
apart = np.linspace(-8, 8, 161)
pairs = np.stack([apart, 0 * apart], axis=1)
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


# %% given: bce "binary_cross_entropy_with_logits and its rules"
#| export
def bce_slope(g, losses_like, weight, reduction):
    """The gradient of the loss of each value, from that of the result."""
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
    **legacy,
) -> Tensor:
    """The binary cross-entropy of logits against targets from 0 to 1, of the same shape.

    weight: how much each loss counts. pos_weight: how much a yes counts. Both broadcast to the
    input. A mean divides by the number of values, whatever the weights.
    Raises: ValueError if the shapes differ, or for another reduction; RuntimeError for integers,
    and for weights that do not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
    """
    name = "binary_cross_entropy_with_logits"
    check_reduction(reduction, **legacy)
    check_tensors(name, input=input, target=target, weight=weight, pos_weight=pos_weight)
    check_same_shape(name, input.shape, target.shape)
    check_floats(name, input=input, target=target)
    check_fits(name, input.shape, weight=weight, pos_weight=pos_weight)
    return bce_op(
        input,
        target,
        weight=None if weight is None else weight.array,
        pos_weight=1.0 if pos_weight is None else pos_weight.array,
        reduction=reduction,
    )


# %% given: bce-curves "the figure: the loss of the answers yes and no, and its slope"
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


# %% given: classes "MSELoss, L1Loss, NLLLoss, CrossEntropyLoss, BCEWithLogitsLoss: as modules"
#| export
class Loss(Module):
    """What the classes below share: a reduction, and buffers for weights."""

    def __new__(cls, *args, **settings):
        refuse_legacy(cls.__name__, settings)
        return super().__new__(cls)

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


# %% given: reading "images, labels, new_images, new_labels; shuffled, answers, gradient_norms"
data = digits()
images, labels = tensor(data.train_images.reshape(-1, 64)), tensor(data.train_labels)
new_images, new_labels = tensor(data.test_images.reshape(-1, 64)), tensor(data.test_labels)


def shuffled(count: int, size: int, rng: np.random.Generator) -> Iterator[Tensor]:
    """The numbers from 0 to count - 1 in a random order, in batches of `size`."""
    order = rng.permutation(count)
    for start in range(0, count, size):
        yield tensor(order[start : start + size])


def answers(model: Module) -> Tensor:
    """The logits of all new digits, without a graph."""
    with no_grad():
        return model(new_images)


def gradient_norms(model: Module) -> list:
    """The norm of the gradient of each layer's weight."""
    return [np.linalg.norm(model[i].weight.grad.numpy()) for i in (0, 2, 4)]


# %% given: learning "the figure: the loss step by step, and the gradient of each layer"
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


# %% given: worst "the figure: the confusion matrix, and the digits with the largest loss"
def draw_confusion(ax, guesses: np.ndarray) -> None:
    """Draw how many digits of each kind were taken for which."""
    confusion = np.zeros((10, 10), int)
    np.add.at(confusion, (data.test_labels, guesses), 1)
    ax.imshow(np.sqrt(confusion), cmap="Blues")
    for (i, j), count in np.ndenumerate(confusion):
        if count:
            ax.text(j, i, count, ha="center", va="center", color="white" if count > 9 else "black")
    ax.set(xlabel="guess", ylabel="digit", xticks=range(10), yticks=range(10))


def draw_worst(each: np.ndarray, guesses: np.ndarray, sure: np.ndarray) -> None:
    """Draw the confusion matrix and the worst digits, by their losses, guesses and confidence."""
    fig = plt.figure(figsize=(8.5, 3.4), layout="constrained")
    left, right = fig.subfigures(1, 2, width_ratios=(1, 1.4))
    draw_confusion(left.subplots(), guesses)
    for ax, i in zip(right.subplots(2, 4).flat, each.argsort()[::-1], strict=False):
        ax.imshow(data.test_images[i], cmap="gray_r")
        text = f"{guesses[i]} ({sure[i]:.0%})? it is {data.test_labels[i]}\nloss {each[i]:.1f}"
        ax.set(xticks=[], yticks=[])
        ax.set_title(text, fontsize=8)
    plt.show()


logits = answers(model)
each = cross_entropy(logits, new_labels, reduction="none").numpy()
draw_worst(each, guesses, softmax(logits, dim=1).numpy().max(axis=1))
