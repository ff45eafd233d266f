"""Optimizers and schedules that scripts ask for and module 06 does not teach."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tinytorch.core.optimizers import (
    CombinedScheduler,
    LRScheduler,
    Optimizer,
    blocks,
    cosine_lr,
    decayed,
    for_each_group,
    groups_of,
    momentum_update,
)
from tinytorch.core.tensor import Tensor
from tinytorch.lib.settings import as_number, check_number

__all__ = [
    "Adagrad",
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingWarmRestarts",
    "PolynomialLR",
    "RMSprop",
    "ReduceLROnPlateau",
]


def kept(state: dict[str, Any], p: np.ndarray, start: dict[str, float]) -> list[np.ndarray]:
    """The arrays of `state` that `start` names, like `p`; the first time, of these numbers."""
    for name, value in start.items():
        if name not in state:
            state[name] = Tensor(np.full(p.shape, value, p.dtype))
    return [state[name].array for name in start]


class RMSprop(Optimizer):
    """Divides each gradient by the root of a running mean of its square.

    `centered`: by the root of the running variance. `momentum`: a buffer of the quotients.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html
    """

    def __init__(
        self, params: Any, lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
        weight_decay: float = 0, momentum: float = 0, centered: bool = False, *,
        maximize: bool = False,
    ):  # fmt: skip
        defaults = {
            "lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay,
            "momentum": momentum, "centered": centered, "maximize": maximize,
        }  # fmt: skip
        super().__init__(params, defaults)

    def update(
        self, p: np.ndarray, g: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        alpha, momentum, centered = group["alpha"], group["momentum"], group["centered"]
        lr, decay = float(group["lr"]), group["weight_decay"]
        state["step"] = state.get("step", 0) + 1
        names = (
            ["square_avg"] + ["momentum_buffer"] * (momentum > 0) + ["grad_avg"] * bool(centered)
        )
        arrays = kept(state, p, dict.fromkeys(names, 0.0))
        for weights, d, square, *rest in blocks(p, g, *arrays):
            if decay:
                d = decayed(weights, d, lr, decay, False)
            square *= alpha
            square += (1 - alpha) * d * d
            spread = square
            if centered:
                mean = rest[-1]
                mean *= alpha
                mean += (1 - alpha) * d
                spread = square - mean * mean
            d = d / (np.sqrt(spread) + group["eps"])
            if momentum > 0:
                d = momentum_update(d, rest[0], False, momentum)
            weights -= lr * d


class Adagrad(Optimizer):
    """Divides each gradient by the root of the sum of all its squares so far.

    The rate is lr / (1 + lr_decay * steps).
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html
    """

    def __init__(
        self, params: Any, lr: float = 1e-2, lr_decay: float = 0, weight_decay: float = 0,
        initial_accumulator_value: float = 0, eps: float = 1e-10, *, maximize: bool = False,
    ):  # fmt: skip
        check_number("initial_accumulator_value", initial_accumulator_value, 0)
        defaults = {
            "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value, "maximize": maximize,
        }  # fmt: skip
        super().__init__(params, defaults)

    def update(
        self, p: np.ndarray, g: np.ndarray, state: dict[str, Any], group: dict[str, Any]
    ) -> None:
        step = state["step"] = state.get("step", 0) + 1
        lr, decay = float(group["lr"]), group["weight_decay"]
        (total,) = kept(state, p, {"sum": group["initial_accumulator_value"]})
        for weights, d, squares in blocks(p, g, total):
            if decay:
                d = decayed(weights, d, lr, decay, False)
            squares += d * d
            weights -= (
                lr / (1 + (step - 1) * group["lr_decay"]) * d / (np.sqrt(squares) + group["eps"])
            )


class ConstantLR(LRScheduler):
    """The rate times `factor` for the first `total_iters` steps.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ConstantLR.html
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ):
        check_number("factor", factor, 0, 1)
        check_number("total_iters", total_iters, 0)
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, lr: float) -> float:
        return lr * self.factor if self.last_epoch < self.total_iters else lr


class PolynomialLR(LRScheduler):
    """The rate times (1 - share of `total_iters` steps made) ** `power`: 0 in the end.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.PolynomialLR.html
    """

    def __init__(
        self,
        optimizer: Optimizer,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
    ):
        check_number("total_iters", total_iters, above=0)
        check_number("power", power, 0)
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def rate(self, lr: float) -> float:
        return lr * (1 - min(self.last_epoch / self.total_iters, 1)) ** self.power


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a wave of the cosine after the other, from the first rate to `eta_min` each.

    The first takes `T_0` steps, each other `T_mult` times as many as the one before. `step` takes a
    fraction of an epoch too.
    Source: Loshchilov and Hutter (2017), arXiv:1608.03983.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ):
        check_number("T_0", T_0, 1, whole=True)
        check_number("T_mult", T_mult, 1, whole=True)
        check_number("eta_min", eta_min)
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        super().__init__(optimizer, last_epoch)

    def step(self, epoch: float | None = None) -> None:
        """Go one step on, or to `epoch`, which may be a fraction."""
        if epoch is not None:
            check_number("epoch", epoch, 0)
        super().step(epoch)

    def rate(self, lr: float) -> float:
        self.T_cur, self.T_i = self.last_epoch, self.T_0
        if self.T_mult == 1:
            self.T_cur %= self.T_0
        while self.T_cur >= self.T_i:
            self.T_cur -= self.T_i
            self.T_i *= self.T_mult
        return cosine_lr(self.T_cur, lr, self.T_i, self.eta_min)


class ChainedScheduler(CombinedScheduler):
    """Several schedules at once: each changes the rate that the one before has made.

    They must be schedules that compute a rate from the first one: not one whose rates do not depend
    on it, such as OneCycleLR.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ChainedScheduler.html
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None):
        self.combine(schedulers, optimizer)
        for scheduler in schedulers:
            if type(scheduler).rate is LRScheduler.rate:
                kind = type(scheduler).__name__
                raise ValueError(
                    f"ChainedScheduler cannot chain {kind}, which has rates of its own"
                )
        super().__init__(schedulers[0].optimizer, schedulers[0].last_epoch - 1)

    def rate(self, lr: float) -> float:
        for scheduler in self._schedulers:
            scheduler.last_epoch = self.last_epoch
            lr = scheduler.rate(lr)
        return lr


class ReduceLROnPlateau(LRScheduler):
    """The rate times `factor` when a metric has not become better for more than `patience` steps.

    mode: "min" or "max", which of two metrics is the better one. threshold: by how much it must be
    better, as a share ("rel") or a difference ("abs"). cooldown: for how many steps nothing counts
    after a reduction. min_lr: a number, or a list with one for each group. eps: smaller reductions
    are not made.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ReduceLROnPlateau.html
    """

    needs_metrics = True

    def __init__(
        self, optimizer: Optimizer, mode: str = "min", factor: float = 0.1, patience: int = 10,
        threshold: float = 1e-4, threshold_mode: str = "rel", cooldown: int = 0,
        min_lr: float | list[float] = 0, eps: float = 1e-8,
    ):  # fmt: skip
        groups = groups_of(optimizer)
        for name, value, choices in (
            ("mode", mode, ("min", "max")),
            ("threshold_mode", threshold_mode, ("rel", "abs")),
        ):
            if not isinstance(value, str) or value not in choices:
                raise ValueError(f"{name}={value!r}: choose {' or '.join(map(repr, choices))}")
        check_number("factor", factor, 0, below=1)
        for name, value in (
            ("patience", patience), ("threshold", threshold), ("cooldown", cooldown), ("eps", eps),
        ):  # fmt: skip
            check_number(name, value, 0)
        self.min_lrs = for_each_group("min_lr", min_lr, len(groups))
        self.default_min_lr = None if isinstance(min_lr, list | tuple) else min_lr
        self.optimizer, self.mode, self.factor, self.patience = optimizer, mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.eps = cooldown, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.cooldown_counter = self.num_bad_epochs = self.last_epoch = 0
        self._last_lr = [group["lr"] for group in groups]

    def step(self, metrics: float, epoch: int | None = None) -> None:
        """Take the metric of another step into account."""
        current = as_number("metrics", metrics)
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if self.is_better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def is_better(self, metric: float) -> bool:
        """Whether the metric beats the best one so far by the threshold."""
        sign = 1 if self.mode == "max" else -1
        if self.threshold_mode == "rel":
            return sign * metric > sign * self.best * (1 + sign * self.threshold)
        return sign * metric > sign * self.best + self.threshold

    def reduce(self) -> None:
        """Multiply the rates; groups that the optimizer got since have the same min_lr."""
        groups = self.optimizer.param_groups
        if len(groups) != len(self.min_lrs):
            if self.default_min_lr is None:
                raise RuntimeError(
                    f"{len(self.min_lrs)} values of min_lr for {len(groups)} parameter groups: "
                    "set .min_lrs after add_param_group"
                )
            self.min_lrs = [self.default_min_lr] * len(groups)
        for group, least in zip(groups, self.min_lrs, strict=True):
            lr = max(float(group["lr"]) * self.factor, least)
            if float(group["lr"]) - lr > self.eps:
                group["lr"] = lr
