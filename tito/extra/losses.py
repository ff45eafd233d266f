"""Beside module 04: losses of probabilities, and one between the squared and the absolute error."""

from typing import Any

import numpy as np

from tinytorch.core.autograd import VJPS
from tinytorch.core.layers import Module
from tinytorch.core.losses import Loss, bce_slope, log_softmax, pair, reduced
from tinytorch.core.tensor import Op, Tensor
from tinytorch.lib.layer_checks import check_floats, check_number, check_switch, check_tensors
from tinytorch.lib.loss_checks import check_fits, check_reduction, check_same_shape


class LogSoftmax(Module):
    """`log_softmax` as a module. Shapes: any, kept.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
    """

    def __init__(self, dim: int):
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


def bce_of_forward(p: Any, t: Any, weight: Any, reduction: str) -> Any:
    """-t log(p) - (1 - t) log(1 - p), no logarithm below -100, as in PyTorch."""
    with np.errstate(divide="ignore"):
        yes, no = np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)
    losses = (t - 1) * no - t * yes
    return reduced(losses if weight is None else losses * weight, reduction)


def bce_of_rule(g: Any, out: Any, p: Any, t: Any, weight: Any, reduction: str) -> Any:
    slope = (p - t) / np.maximum(p * (1 - p), 1e-12)
    return bce_slope(g, p, weight, reduction) * slope


def bce_of_target_rule(g: Any, out: Any, p: Any, t: Any, weight: Any, reduction: str) -> Any:
    with np.errstate(divide="ignore"):
        return bce_slope(g, p, weight, reduction) * (np.log1p(-p) - np.log(p))


bce_of_op = Op("binary_cross_entropy", bce_of_forward, saves="inputs")
VJPS[bce_of_op] = (bce_of_rule, bce_of_target_rule)


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
    **legacy: Any,
) -> Tensor:
    """The binary cross-entropy of probabilities against targets from 0 to 1, of the same shape.

    `binary_cross_entropy_with_logits` of what comes before the sigmoid is more accurate.
    Raises: ValueError if the shapes differ, or for another reduction; RuntimeError for integers
    and for what is no probability.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
    """
    name = "binary_cross_entropy"
    check_reduction(reduction, **legacy)
    check_tensors(name, input=input, target=target, weight=weight)
    check_same_shape(name, input.shape, target.shape)
    check_floats(name, input=input, target=target)
    check_fits(name, input.shape, weight=weight)
    if input.array.size and not (input.array.min() >= 0 and input.array.max() <= 1):
        raise RuntimeError(f"{name}: the input holds probabilities, from 0 to 1: use a sigmoid")
    given = None if weight is None else weight.array
    return bce_of_op(input, target, weight=given, reduction=reduction)


class BCELoss(Loss):
    """`binary_cross_entropy` as a module. Shapes: input and target of one shape -> ().

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
    """

    def __init__(self, weight: Tensor | None = None, *, reduction: str = "mean"):
        super().__init__(reduction, weight=weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


def smooth_l1_forward(a: Any, b: Any, reduction: str, beta: float) -> tuple:
    """Squared within `beta`, absolute beyond; and the slope, saved for the rules."""
    difference = a - b
    size = np.abs(difference)
    slope = np.clip(difference / beta, -1, 1) if beta else np.sign(difference)
    losses = np.where(size < beta, 0.5 * size * slope * np.sign(difference), size - 0.5 * beta)
    return reduced(losses.astype(difference.dtype), reduction), slope


def smooth_l1_rule(g: Any, slope: Any, a: Any, b: Any, reduction: str, beta: float) -> Any:
    return (g / slope.size if reduction == "mean" else g) * slope


smooth_l1_op = Op("smooth_l1_loss", smooth_l1_forward)
VJPS[smooth_l1_op] = (smooth_l1_rule, lambda *args, **settings: -smooth_l1_rule(*args, **settings))


def smooth_l1_loss(
    input: Tensor, target: Tensor, *, reduction: str = "mean", beta: float = 1.0, **legacy: Any
) -> Tensor:
    """The absolute difference less beta / 2 where it is above `beta`, below half its square / beta.

    Shapes and errors: as `mse_loss`; RuntimeError for a `beta` below 0.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.smooth_l1_loss.html
    """
    check_reduction(reduction, **legacy)
    check_number("smooth_l1_loss", beta=beta)
    if beta < 0:
        raise RuntimeError(f"smooth_l1_loss: beta is {beta}, and cannot be below 0")
    return smooth_l1_op(*pair("smooth_l1_loss", input, target), reduction=reduction, beta=beta)


class SmoothL1Loss(Loss):
    """`smooth_l1_loss` as a module. Shapes: input and target of one shape -> ().

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0):
        super().__init__(reduction)
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


def kl_div_forward(x: Any, t: Any, log_target: bool) -> Any:
    """q (log q - x) for each value; q is `t`, or exp(t)."""
    if log_target:
        return np.exp(t) * (t - x)
    return np.where(t > 0, t * np.log(np.where(t > 0, t, 1)), 0) - t * x


def kl_div_target_rule(g: Any, out: Any, x: Any, t: Any, log_target: bool) -> Any:
    if log_target:
        return g * (out + np.exp(t))
    with np.errstate(divide="ignore", invalid="ignore"):
        return g * (np.log(t) + 1 - x)


kl_div_op = Op("kl_div", kl_div_forward, saves="inputs output")
VJPS[kl_div_op] = (
    lambda g, out, x, t, log_target: -g * (np.exp(t) if log_target else t),
    kl_div_target_rule,
)


def kl_div(
    input: Tensor,
    target: Tensor,
    *,
    reduction: str = "mean",
    log_target: bool = False,
    **legacy: Any,
) -> Tensor:
    """The Kullback-Leibler divergence of log-probabilities from the distribution `target`.

    reduction: also "batchmean", the sum divided by the first size, which is the divergence; "mean"
    divides by the number of values. log_target: `target` holds log-probabilities as well.
    Shapes: two that broadcast. Raises: as `mse_loss`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.kl_div.html
    """
    by_batch = isinstance(reduction, str) and reduction == "batchmean"
    check_reduction("sum" if by_batch else reduction, **legacy)
    check_switch("kl_div", log_target=log_target)
    check_tensors("kl_div", input=input, target=target)
    check_floats("kl_div", input=input, target=target)
    losses = kl_div_op(*pair("kl_div", input, target), log_target=bool(log_target))
    if reduction == "batchmean":
        return losses.sum() / (input.shape[0] if input.ndim else 1)
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


class KLDivLoss(Loss):
    """`kl_div` as a module. Shapes: input and target of one shape -> ().

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html
    """

    def __init__(self, *, reduction: str = "mean", log_target: bool = False):
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
