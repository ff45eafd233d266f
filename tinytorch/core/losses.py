# generated from modules/04_losses/losses.py by `tito build`: edit that file

# %% auto #0
__all__ = ['mse_op', 'l1_op', 'log_softmax_op', 'nll_op', 'cross_entropy_op', 'bce_op', 'reduced', 'mse_forward', 'mse_rule',
           'check_reduction', 'check_tensors', 'check_floats', 'pair', 'l1_forward', 'l1_rule', 'mse_loss', 'l1_loss',
           'exp_limits', 'log_softmax_forward', 'log_softmax_rule', 'log_softmax', 'target_scale', 'class_rows',
           'classes_of', 'check_indices', 'check_weight', 'all_within', 'counted_targets', 'scaled', 'row_gradients',
           'nll_forward', 'nll_rule', 'nll_loss', 'indexed_loss', 'row_sums', 'cross_entropy_rows',
           'cross_entropy_gradient', 'cross_entropy_forward', 'cross_entropy_rule', 'soft_targets', 'soft_losses',
           'smoothed', 'distributed', 'cross_entropy', 'bce_losses', 'bce_forward', 'bce_slope', 'bce_rule',
           'bce_target_rule', 'binary_cross_entropy_with_logits', 'Loss', 'MSELoss', 'L1Loss', 'NLLLoss',
           'CrossEntropyLoss', 'BCEWithLogitsLoss']

# %% #4f944f88a4d3
import math
import warnings

import numpy as np

from .autograd import VJPS
from .layers import Module
from .tensor import Op, Tensor, where

# %% #f8abf047b33f
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

# %% #mse
def mse_rule(g, difference, a, b, reduction="mean"):
    """The gradient of `a` in the squared error of `a` against `b`.

    g: the gradient of the result, one number or, for reduction "none", shaped as the result.
    difference: a - b, which forward saved; a mean runs over all `difference.size` values.
    Shapes: as `difference`. The dtype stays, and no array that came in is changed.
    """
    if reduction == "mean":
        g = g / difference.size
    return 2 * g * difference

# %% #520fcdda65da
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

# %% #exp-limits
def exp_limits(dtype) -> tuple:
    """Two positive numbers: beyond the first exp(x) is infinite, beyond the second exp(-x) is 0.

    dtype: a float type of NumPy. `np.finfo(dtype)` knows its `max`, the largest number, and its
    `smallest_subnormal`, the smallest above 0 (`tiny` is larger: it still has all its digits).
    Rounding moves the second by up to log(2); that is ignored.
    """
    info = np.finfo(dtype)
    return math.log(info.max), -math.log(info.smallest_subnormal)

# %% #log-softmax
def log_softmax_forward(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """The logarithm of the softmax of `x` along `dim`, right for logits of any size.

    Shapes: any, kept; so is the dtype. exp of the result adds up to 1 along `dim`.
    Source: Blanchard, Higham and Higham (2021), Accurately computing the log-sum-exp and softmax
    functions, equation 1.5, doi:10.1093/imanum/draa038.
    """
    shifted = x - np.max(x, axis=dim, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))

# %% #f74595f7f266
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

# %% #target-scale
def target_scale(target, weight, ignore_index: int = -100, reduction: str = "mean"):
    """How much the loss of each row counts in the result.

    target: class indices, (n,); a row whose target is `ignore_index` counts 0. weight: how much
    each class counts, (classes,). For "mean" the scales are divided by their sum; if that is 0,
    they are all NaN, and so is the loss (NumPy's `0 / 0` does that by itself, with a warning).
    Shapes: (n,), the dtype of `weight`. `ignore_index` may be any integer, a class as well. No
    array that came in is changed.
    """
    counted = target != ignore_index
    scale = weight[np.where(counted, target, 0)] * counted  # (n,)
    return scale / scale.sum() if reduction == "mean" else scale

# %% #9f0028a82f9d
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

# %% #12f01a702a73
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

# %% #ef01ae73d0ce
def row_sums(x: np.ndarray) -> np.ndarray:
    """The sum of each row, by a product with ones. Shapes: (n, classes) -> (n,)."""
    return x @ np.ones(x.shape[1], x.dtype)

# %% #cross-entropy
def cross_entropy_rows(x: np.ndarray, target: np.ndarray) -> tuple:
    """The cross-entropy of each row of logits against its class, and the exponentials.

    Shapes: x (n, classes), target int64 (n,) -> losses (n,), exponentials (n, classes), those of
    the logits less the largest of their row. The dtype of `x` stays, and `x` is not changed.
    """
    e = x - np.max(x, axis=1, keepdims=True)  # (n, classes)
    picked = e[np.arange(len(x)), target]  # (n,)
    np.exp(e, out=e)
    return np.log(row_sums(e)) - picked, e

# %% #cross-entropy-gradient
def cross_entropy_gradient(g: np.ndarray, e: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The gradient of the logits, from the gradient `g` of the loss of each row.

    e: the exponentials that `cross_entropy_rows` saved; divided by their row sums, the softmax.
    Shapes: g (n,), e (n, classes), target int64 (n,) -> (n, classes), a new array; the dtype of
    `e` stays, and no array that came in is changed.
    """
    gradient = e * (g / row_sums(e))[:, None]  # (n, classes) * (n, 1)
    gradient[np.arange(len(g)), target] -= g
    return gradient

# %% #ac563b59a87f
def cross_entropy_forward(x, target, scale, reduction):
    losses, e = cross_entropy_rows(x, target)
    return scaled(losses, scale, reduction), e


def cross_entropy_rule(g, e, x, target, scale, reduction):
    return cross_entropy_gradient(row_gradients(g, scale, len(x)), e, target)


cross_entropy_op = Op("cross_entropy", cross_entropy_forward)
VJPS[cross_entropy_op] = (cross_entropy_rule,)

# %% #label-smoothing
def soft_targets(target: np.ndarray, classes: int, label_smoothing: float) -> np.ndarray:
    """The distribution that each class index stands for: one-hot, mixed with the even one.

    Shapes: int64 (n,) -> float64 (n, classes). Each row adds up to 1.
    Source: Szegedy et al. (2016), Rethinking the Inception architecture, section 7,
    arXiv:1512.00567.
    """
    q = np.full((len(target), classes), label_smoothing / classes)  # (n, classes)
    q[np.arange(len(target)), target] += 1 - label_smoothing
    return q

# %% #8cc52d1654d3
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

# %% #bce
def bce_losses(x: np.ndarray, t: np.ndarray, pos_weight=1.0) -> tuple:
    """The binary cross-entropy of each logit in `x` against its target, and exp(-abs(x)).

    t: targets from 0 to 1. pos_weight: what the answer yes counts, a number or an array that
    broadcasts. Right for logits of any size; the dtype of `x` stays; no array is changed.
    Shapes: losses and exponentials as `x`. The rule below needs the exponentials.
    """
    e = np.exp(-np.abs(x))
    rest = np.log1p(e)
    yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest
    return pos_weight * t * yes + (1 - t) * no, e

# %% #d4c2ddd12701
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

# %% #da9c300eeed9
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
