"""What module 04 gives ready-made, in sections that losses.py puts in place."""

# %% given: imports "what the module needs: NumPy, gradients, modules and tensors"
#| default_exp core.losses
#| export
import math
import warnings

import numpy as np

from tinytorch.core.autograd import VJPS
from tinytorch.core.layers import Module
from tinytorch.core.tensor import Op, Tensor, where


# %% given: notebook-imports "what only this notebook needs: figures, digits, checks and layers"
import time
import tracemalloc
from collections.abc import Callable, Iterator

import matplotlib.pyplot as plt

from tinytorch.core.autograd import no_grad
from tinytorch.core.layers import Linear, ReLU, Sequential, softmax
from tinytorch.core.tensor import manual_seed, tensor
from tinytorch_data import digits
from tito.checks import close, equal


# %% given: tests "for the tests: MISTAKES and the like, what known mistakes give; slopes"
MISTAKES = {
    "mean": {
        "not divided by n: each value is one of three": [-2, 6, 0],
        "the slope of d**2 is 2 d: the 2 is missing": [-1 / 3, 1, 0],
        "the sign is wrong: L falls when a comes closer to b": [2 / 3, -2, 0],
    },
    "sum": {"divided: a sum does not": [-2 / 3, 2, 0]},
    "infinite": {
        "a logarithm to base 10": 38.53,
        "a logarithm to base 2": 128.0,
        "swapped": 103.28,
    },
    "zero": {
        "that is `tiny`: there are smaller numbers above 0": 87.34,
        "`eps` was used, the gap above 1": 15.94,
        "the sign: the x of exp(-x) is asked for": -103.28,
    },
    "float32": {"that is float32, whatever was asked for": [88.72, 103.28]},
    "shares": {
        "divided by the number of rows, the ignored among them": [0.25, 0.25, 0, 0.25],
        "the ignored row was counted": [0.25] * 4,
        "not divided: these are the scales of a sum": [1, 1, 0, 1],
    },
    "counts": {
        "the scales of a sum were divided": [1 / 3, 1 / 3, 0, 1 / 3],
        "the call before has changed target": [1, 1, 1, 1],
    },
    "weighted": {
        "the weights were not used": [0.5, 0.5],
        "divided by the weight of all classes, not of the rows": [4 / 7, 1 / 7],
        "divided by the number of rows": [2, 0.5],
    },
    "exponentials": {
        "that is the sigmoid": [0.5, 0.8, 0.8, 0.2],
        "exp(abs(x)): the minus is missing": [1, 4, 4, 4],
        "exp(-x): abs is missing": [1, 0.25, 0.25, 4],
    },
}


def log_softmax_mistakes(z: np.ndarray, p: np.ndarray) -> dict:
    """For a row of logits whose probabilities are `p`."""
    return {
        "the softmax itself, without its logarithm": p,
        "the sign: logarithms of probabilities are negative": -np.log(p),
        "the logarithm of the sum is missing": np.log(p / p.max()),
        "the largest was taken out of the sum only": z + np.log(p.max()),
        "the logits themselves, less their sum": z - z.sum(),
    }


def overflow_mistakes() -> dict:
    """For a row of two logits of 1000."""
    first = "take out the largest logit first"
    return {
        f"exp of 1000 is infinite: {first}": [[-np.inf, -np.inf]],
        f"inf / inf, as exp of 1000 is infinite: {first}": [[np.nan, np.nan]],
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
        "the rows were averaged, but the loss of each is asked for": losses.mean(),
    }


def exponential_mistakes(p: np.ndarray, shift: float) -> dict:
    """For the exponentials of rows of logits log(p) + shift."""
    return {
        "these are the logits, less the largest": np.log(p / p.max(axis=1, keepdims=True)),
        "the softmax: divided by the sum already": p,
        "the largest logit of the row was not taken out": p * np.exp(shift),
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
        "divided by n: `g` does that already": g * (p - right) / len(p),
        "the exponentials were not divided by their sum": g * (4 * p - right),
    }


def smoothing_mistakes(right: np.ndarray) -> dict:
    """For a smoothing of 0.2 among four classes; `right` is 1 at the targets, else 0."""
    mistakes = {  # what the right class gets, and each other one
        "shared among the K - 1 other classes": (0.8, 0.2 / 3),
        "the right class got no share": (0.8, 0.05),
        "the right class is still 1: rows no longer add up to 1": (1.05, 0.05),
        "the smoothing is not shared among the classes": (1.0, 0.2),
        "eps and 1 - eps are swapped": (0.4, 0.2),
    }
    transposed = "transposed: a row for every class instead of a column"
    tables = {name: np.where(right, hit, miss) for name, (hit, miss) in mistakes.items()}
    return tables | {transposed: np.where(right, 0.85, 0.05).T}


def bce_mistakes(losses: np.ndarray, t: np.ndarray) -> dict:
    """For the right losses of the answers `t`, 1 for yes and 0 for no."""
    other = -np.log(1 - np.exp(-losses))  # the losses of the other answer
    return {
        "the sign is wrong: losses are positive": -losses,
        "the targets are swapped: t is 1 for yes": other,
        "the term of the answer no is missing": t * losses,
        "the term of the answer yes is missing": (1 - t) * losses,
        "both terms were counted in full, whatever t is": losses + other,
    }


def pos_weight_mistakes(losses: np.ndarray, t: np.ndarray) -> dict:
    """For a pos_weight of 3, from the losses without one."""
    return {
        "pos_weight counts for the answer no": losses * np.where(t, 1, 3),
        "pos_weight counts for both answers": losses * 3,
        "pos_weight was not used": losses,
    }


def slopes(function: Callable, x: np.ndarray) -> np.ndarray:
    """The slope of `function`, a number, at each value of `x`, by central differences."""
    found = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-5
        found[place] = (function(x + step) - function(x - step)) / 2e-5
    return found


# %% given: reduced "reduced: as they are, added up or averaged; mse_forward, and what it saves"
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


# %% given: mse "mse_loss, l1_loss, and the checks that all losses share"
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


# %% given: postcard "postcard: -log softmax(z)[t], as the formula stands; the figure of its end"
def postcard(z: np.ndarray, t: int) -> np.ndarray:
    """-log softmax(z)[t], as the formula stands."""
    with np.errstate(all="ignore"):
        e = np.exp(z)
        return -np.log(e / e.sum(axis=-1, keepdims=True))[..., t]


def postcard_losses(dtype: str) -> tuple:
    """Logits of a wrong class, and the postcard's losses where the right one has the logit 0."""
    wrong_logit = np.arange(0, 120, 0.5, dtype=dtype)
    return wrong_logit, postcard(np.stack([0 * wrong_logit, wrong_logit], axis=1), 0)


def draw_limits(curves: dict) -> None:
    """Draw each dtype's losses over the logits, and dotted the end that `exp_limits` predicts."""
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


# %% given: log-softmax "log_softmax and its rule"
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


# %% given: rows "class_rows, counted_targets, scaled: which rows there are, and which count"
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


# %% given: nll "nll_loss, its rule, and what it will share with cross_entropy"
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


# %% given: row-sums "row_sums: the sum of each row, by a product with ones"
#| export
def row_sums(x: np.ndarray) -> np.ndarray:
    """The sum of each row, by a product with ones. Shapes: (n, classes) -> (n,)."""
    return x @ np.ones(x.shape[1], x.dtype)


# %% given: apart "the figure: the loss of an answer between two classes"
apart = np.linspace(-8, 8, 161)
pairs = np.stack([apart, 0 * apart], axis=1)
fig, ax = plt.subplots(figsize=(5, 2.8), layout="constrained")
for t, name in enumerate(("the first class is right", "the second class is right")):
    ax.plot(apart, cross_entropy_rows(pairs, np.full(161, t))[0], label=name)
ax.plot(0, np.log(2), "o", color="gray", label="undecided: log 2")
ax.set(xlabel="logit of the first class, less that of the second", ylabel="cross-entropy")
ax.legend()
plt.show()


# %% given: half-trained "half_trained: logits and targets of eight rows; draw_gradient: the figure"
def half_trained() -> tuple:
    """Logits (8, 10) and targets (8,): the first rows are right and sure, the last are wrong."""
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


# %% given: cross-entropy-op "cross_entropy_op: the operation, made of your two functions"
#| export
def cross_entropy_forward(x, target, scale, reduction):
    losses, e = cross_entropy_rows(x, target)
    return scaled(losses, scale, reduction), e


def cross_entropy_rule(g, e, x, target, scale, reduction):
    return cross_entropy_gradient(row_gradients(g, scale, len(x)), e, target)


cross_entropy_op = Op("cross_entropy", cross_entropy_forward)
VJPS[cross_entropy_op] = (cross_entropy_rule,)


# %% given: ways "by_postcard, by_two, by_one: three ways to one loss; cost: what one takes"
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


# %% given: cross-entropy "cross_entropy: of class indices, smoothed or not, and of distributions"
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


# %% given: smoothing "the figure: the loss of two classes, with and without smoothing"
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


# %% given: worst "draw_worst: the confusion matrix, and the eight new digits with the largest loss"
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
    """Draw the confusion matrix and the worst digits, by the loss, guess and certainty of each."""
    fig = plt.figure(figsize=(8.5, 3.4), layout="constrained")
    left, right = fig.subfigures(1, 2, width_ratios=(1, 1.4))
    draw_confusion(left.subplots(), guesses)
    for ax, i in zip(right.subplots(2, 4).flat, each.argsort()[::-1], strict=False):
        ax.imshow(data.test_images[i], cmap="gray_r")
        text = f"{guesses[i]} ({sure[i]:.0%})? it is {data.test_labels[i]}\nloss {each[i]:.1f}"
        ax.set(xticks=[], yticks=[])
        ax.set_title(text, fontsize=8)
    plt.show()
