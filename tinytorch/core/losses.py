# generated from modules/04_losses/losses.py by `tito build`: edit that file

# %% auto #0
__all__ = ['mse_op', 'l1_op', 'log_softmax_op', 'nll_op', 'cross_entropy_op', 'bce_op', 'reduced', 'mse_forward', 'l1_forward',
           'error_rules', 'pair', 'mse_loss', 'l1_loss', 'exp_limits', 'log_softmax_forward', 'log_softmax',
           'target_scale', 'class_rows', 'counted_targets', 'row_sums', 'scaled', 'row_gradients', 'nll_forward',
           'nll_loss', 'indexed_loss', 'cross_entropy_forward', 'large_cross_entropy', 'class_rules', 'smoothed_losses',
           'smoothed', 'distributed', 'cross_entropy', 'bce_forward', 'bce_slope', 'bce_rule', 'bce_target_rule',
           'binary_cross_entropy_with_logits', 'Loss', 'MSELoss', 'L1Loss', 'NLLLoss', 'CrossEntropyLoss',
           'BCEWithLogitsLoss']

# %% #69b18d8f012a
import math
import warnings
from contextlib import suppress

import numpy as np

from .autograd import VJPS
from .layers import Module
from .tensor import Op, Tensor, tensor, where
from ..lib.activations import rules_by_rows, unshifted_losses, when_large
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
from ..lib.sums import sum_along

# %% #c0fa3b445da5
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

# %% #error-rules
def error_rules() -> dict:
    """The rules of the two errors: {op: (rule of a, rule of b)} for mse_op and l1_op.

    A rule is a function (g, difference, a, b, reduction="mean") of arrays. g: the gradient of the
    result. difference: a - b, which forward saved; a mean divides by `difference.size`, the number
    of all its values. Where the difference is 0, the slope of its absolute value counts as 0.
    A rule returns a gradient in the shape and dtype of `difference` (where a and b broadcast, the
    caller adds it up), and does not change any of the arrays.
    """

    def mse_rule(g, difference, a, b, reduction="mean"):
        if reduction == "mean":
            g = g / difference.size
        return 2 * g * difference

    def l1_rule(g, difference, a, b, reduction="mean"):
        if reduction == "mean":
            g = g / difference.size
        return g * np.sign(difference)

    def negative(rule):
        return lambda *args, **params: -rule(*args, **params)

    return {mse_op: (mse_rule, negative(mse_rule)), l1_op: (l1_rule, negative(l1_rule))}

# %% #43e90799026d
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

# %% #exp-limits
def exp_limits(dtype) -> tuple:
    """Two positive numbers: beyond the first exp(x) is infinite, beyond the second exp(-x) is 0.

    dtype: a float type of NumPy. `np.finfo(dtype)` knows its `max`, the largest number, and its
    `smallest_subnormal`, the smallest above 0 (`tiny` is larger: it still has all its digits).
    Both within 0.7: rounding moves the second by up to log(2), which you may ignore.
    """
    info = np.finfo(dtype)
    return math.log(info.max), -math.log(info.smallest_subnormal)

# %% #log-softmax
def log_softmax_forward(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """The logarithm of the softmax of `x` along `dim`, right to the last digits for any logits.

    A logit of minus infinity excludes its class, and stays minus infinity. `x` is not changed.
    Shapes: any, kept; so is the dtype. exp of the result adds up to 1 along `dim`.
    Source: Blanchard, Higham and Higham (2021), equation 1.5, doi:10.1093/imanum/draa038.
    """
    shifted = x - np.max(x, axis=dim, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))

# %% #88eeaddf48d5
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

# %% #target-scale
def target_scale(target, weight, ignore_index: int = -100, reduction: str = "mean"):
    """How much the loss of each row counts in the result.

    target: class indices, (n,); a row whose target is `ignore_index` counts 0. weight: how much
    each class counts, (classes,). For "mean", the scales are divided by their sum; if that is 0,
    they are all NaN (NumPy's `0 / 0` does that by itself, with a warning). `ignore_index` may be
    any integer, also a class. Shapes: (n,), in the dtype of `weight`. Neither array is changed.
    """
    counted = target != ignore_index
    scale = weight[np.where(counted, target, 0)] * counted  # (n,)
    return scale / scale.sum() if reduction == "mean" else scale

# %% #046b2d27323a
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

# %% #cross-entropy
def cross_entropy_forward(x: np.ndarray, target: np.ndarray, scale, reduction: str) -> tuple:
    """The cross-entropy of rows of logits against their classes, and the exponentials.

    Shapes: x (n, classes), target int64 (n,); scale, how much each row counts, one number or (n,).
    Returns what `scaled` makes of the losses, (n,) for "none", else one number; and exp of the
    logits less the largest of their row, (n, classes). Right for logits of any size.
    The dtype of `x` stays, and no array that came in is changed.
    """
    e = x - np.max(x, axis=1, keepdims=True)  # (n, classes)
    picked = e[np.arange(len(x)), target]  # (n,)
    np.exp(e, out=e)
    losses = np.log(row_sums(e)) - picked
    return scaled(losses, scale, reduction), e

# %% #df0fcfe38b57
def large_cross_entropy(x, target, scale, reduction):
    """The same in fewer passes over memory, where the largest logit need not be subtracted."""
    found = unshifted_losses(x, target)
    if found is None:
        return cross_entropy_forward(x, target, scale, reduction)
    losses, e = found
    return scaled(losses, scale, reduction), e


cross_entropy_op = Op("cross_entropy", when_large(cross_entropy_forward, large_cross_entropy))

# %% #class-rules
def class_rules() -> dict:
    """{op: (rule of the logits,)} for log_softmax_op, nll_op and cross_entropy_op.

    log_softmax_op: a function (g, out, x, dim=-1); `out` is the result, `g` has its shape.
    nll_op: (g, out, x, target, scale, reduction); x (n, classes) holds logarithms.
    cross_entropy_op: (g, e, x, target, scale, reduction); forward saved the exponentials `e`.
    A rule returns the gradient of x, a new array in its shape and dtype, and does not change any of
    the arrays: a second backward reads them again.
    """

    def log_softmax_rule(g, out, x, dim=-1):
        p = np.exp(out)
        p *= np.sum(g, axis=dim, keepdims=True)  # in place: large arrays cost time to make
        return np.subtract(g, p, out=p)

    def nll_rule(g, out, x, target, scale, reduction):
        gradient = np.zeros_like(x)  # (n, classes)
        gradient[np.arange(len(x)), target] = -row_gradients(g, scale, len(x))
        return gradient

    def cross_entropy_rule(g, e, x, target, scale, reduction):
        g = row_gradients(g, scale, len(x))  # (n,)
        gradient = e * (g / row_sums(e))[:, None]  # (n, classes) * (n, 1)
        gradient[np.arange(len(x)), target] -= g
        return gradient

    return {
        log_softmax_op: (log_softmax_rule,),
        nll_op: (nll_rule,),
        cross_entropy_op: (cross_entropy_rule,),
    }

# %% #793c2e6b9b4b
with suppress(NotImplementedError):
    VJPS.update(rules_by_rows(class_rules()))

# %% #label-smoothing
def smoothed_losses(rows: Tensor, target: np.ndarray, label_smoothing: float, weight=None):
    """The cross-entropy of each row of logits against its smoothed target, as a Tensor.

    Shapes: rows (n, classes), target int64 (n,), weight None or a Tensor (classes,) -> (n,).
    Dtype and precision are those of `rows`, for logits of any size. Gradients flow back to `rows`.
    Source: Szegedy et al. (2016), section 7, arXiv:1512.00567.
    """
    classes = rows.shape[1]
    q = np.full(rows.shape, label_smoothing / classes, rows.dtype)  # (n, classes)
    q[np.arange(len(target)), target] += 1 - label_smoothing
    q = tensor(q) if weight is None else tensor(q) * weight
    return -(log_softmax(rows, 1) * q).sum(dim=1)

# %% #c06176ba8539
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

# %% #bce
def bce_forward(x, t, weight, pos_weight, reduction) -> tuple:
    """The binary cross-entropy of logits `x` against targets `t` from 0 to 1, and exp(-abs(x)).

    pos_weight: how much the answer yes counts. weight: how much each loss counts, or None. Both are
    numbers or arrays that broadcast to `x`. `reduced` makes the result: a mean divides by the
    number of values, whatever the weights. Right for logits of any size; small losses do not become
    0: a correct yes costs exp(-20) for a logit of 20. The dtype of `x` stays; no array is changed.
    """
    e = np.exp(-np.abs(x))
    rest = np.log1p(e)
    yes, no = np.maximum(-x, 0) + rest, np.maximum(x, 0) + rest
    losses = pos_weight * t * yes + (1 - t) * no
    if weight is not None:
        losses = losses * weight
    return reduced(losses, reduction), e

# %% #cfe366719309
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

# %% #9a48c1c13d73
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
