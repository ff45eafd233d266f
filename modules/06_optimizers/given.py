"""What module 06 gives ready-made, in sections that optimizers.py puts in place."""

# %% given: imports "what the module needs: NumPy, recording on and off, writable arrays"
#| default_exp core.optimizers
#| export
import copy
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from tinytorch.core.autograd import enable_grad, no_grad
from tinytorch.core.tensor import Tensor, touch, writable
from tinytorch.lib.layer_checks import check_choice, check_switch
from tinytorch.lib.optimizers import amsgrad_update, names_apart
from tinytorch.lib.settings import check_dict, check_number, check_sequence


# %% given: notebook-imports "what only this notebook needs: figures, digits, checks and a network"
import itertools

import matplotlib.pyplot as plt

from tinytorch.core.dataloader import DataLoader, TensorDataset
from tinytorch.core.layers import Flatten, Linear, ReLU, Sequential
from tinytorch.core.losses import cross_entropy
from tinytorch.core.tensor import Generator, manual_seed, tensor
from tinytorch_data import digits
from tito.checks import close, equal, raises, true


# %% given: mistakes "MISTAKES: what known mistakes give, so that a failing test can name yours"
MISTAKES = {
    "sgd": {
        "p was not changed": [1, -2, 3],
        "that goes uphill": [1.05, -2.1, 3],
        "the learning rate was left out": [0.5, -1, 3],
    },
    "momentum": {
        "the past was overwritten by the gradient": [3, 0],
        "momentum is missing": [4, 2],
        "a mean, not PyTorch's sum": [1.2, 1.8],
    },
    "directions": {
        "the first gradient was dampened": [1.5, -3],
        "dampening was ignored": [7, -2],
        "nesterov was ignored, or took the buffer from before": [2, -4],
        "the buffer was not multiplied by momentum": [4, -8],
    },
    "adam": {
        "p was not changed": [1, -1, 2],
        "that goes uphill": [1.01, -1.01, 2.01],
        "the means were not corrected": [0.9683772, -0.9683772, 1.9683772],
        "only m was corrected": [0.6837723, -0.6837723, 1.6837723],
        "only v was corrected": [0.999, -0.999, 1.999],
    },
    "eps": {
        "eps was under the root": [0.6205267, 1.2828427, 1],
        "eps was added before the correction": [0.76, 1.1333333, 1],
        "eps was ignored": [0.6, 1.4, 1],
        "the learning rate was ignored": [0.9925, 1.005, 1],
        "the correction is that of the first step": [0.3377269, 1.4583005, 1],
        "the last gradient took the place of the mean": [0.8008135, 0.9056858, 1],
    },
    "betas": {
        "betas were ignored": [0.3, -0.1, 0],
        "betas were swapped": [0.75, -0.25, 0],
        "the corrected mean was kept": [3, -1, 0],
    },
    "settings": {
        "the defaults won": {"lr": 0.1, "weight_decay": 0.5, "betas": (0.9, 0.999), "eps": 1e-8},
        "the defaults are missing": {"lr": 0.01, "weight_decay": 0},
        "the default of weight_decay won": {
            "lr": 0.01,
            "weight_decay": 0.5,
            "betas": (0.9, 0.999),
            "eps": 1e-8,
        },
    },
    "coupled": {
        "half of the pull was added": [1.5, 2],
        "the pull was multiplied by the learning rate": [1.1, 2.8],
        "nothing was added": [1, 3],
    },
    "decoupled": {
        "the learning rate is missing": [1, -2],
        "the weights grew": [2.1, -4.2],
        "p was not changed": [2, -4],
    },
    "cosine": {
        "0 is the end": 0.0,
        "the half was forgotten": 0.8,
        "it begins a step later": 0.39021130325903075,
    },
    "sequence": {
        "the warm-up lasts a step too long": (0, 5),
        "the steps of the whole run were counted": (1, 5),
        "it starts from 1, not from 0": (1, 1),
    },
}


# %% given: valley "path: the places that an update visits; the figure of the valley"
def path(update, steps=40):
    """The places that `update(p, g, t)` visits on the valley."""
    p, slope = np.array([-9.0, 2.0]), np.array([1.0, 25.0])
    places = [p.copy()]
    for t in range(1, steps + 1):
        update(p, slope * p, t)
        places.append(p.copy())
    return np.array(places)


def draw_valley(paths):
    """Draw each way over the height lines of the valley."""
    x, y = np.meshgrid(np.linspace(-10, 4, 100), np.linspace(-3, 3, 100))
    fig, ax = plt.subplots(figsize=(7, 3), layout="constrained")
    ax.contour(x, y, (x**2 + 25 * y**2) / 2, levels=np.geomspace(0.5, 120, 9), cmap="Greys_r")
    for name, places in paths.items():
        ax.plot(*places.T, ".-", label=name)
    ax.set(xlabel="x", ylabel="y")
    fig.legend(loc="outside right upper")
    plt.show()


# %% given: optimizers "Optimizer, and from your parts SGD, Adam, AdamW"
#| export
BLOCK = 32768  # values: what one update reads and writes then stays in the cache of a core
SWITCHES = {"amsgrad", "centered", "maximize", "nesterov"}
NOT_BELOW_0 = ("lr", "momentum", "weight_decay", "eps", "alpha", "lr_decay")


def blocks(*arrays: np.ndarray) -> list:
    """The arrays, of one shape, in flat parts of BLOCK values that share their memory.

    Only the first may not be contiguous: then all come whole.
    """
    size = arrays[0].size
    if size <= BLOCK or not arrays[0].flags.c_contiguous:
        return [arrays]
    flat = [array.reshape(-1) for array in arrays]
    return [[array[i : i + BLOCK] for array in flat] for i in range(0, size, BLOCK)]


class Optimizer:
    """The base of all optimizers: parameters in groups, with settings for each, and their state.

    params: tensors, or dicts with "params" and settings that differ from `defaults`; a tensor may
    come with its name, as in `named_parameters()`.
    A subclass defines `update(p, g, state, group)` on arrays.
    Source: https://docs.pytorch.org/docs/stable/optim.html#torch.optim.Optimizer
    """

    def __init__(self, params, defaults: dict):
        if isinstance(params, (Tensor, dict)) or not isinstance(params, Iterable):
            kind = type(params).__name__
            raise TypeError(f"an optimizer takes a list of tensors or of dicts, not one {kind}")
        check_dict("defaults", defaults)
        self.defaults, self.state, self.param_groups = defaults, defaultdict(dict), []
        groups = list(params)
        if not groups:
            raise ValueError("an optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def __repr__(self):
        lines = []
        for i, group in enumerate(self.param_groups):
            settings = [f"    {k}: {v}\n" for k, v in sorted(group.items()) if k != "params"]
            lines.append(f"Parameter Group {i}\n{''.join(settings)}")
        return f"{type(self).__name__} (\n{''.join(lines)})"

    def add_param_group(self, param_group: dict) -> None:
        """Add parameters with settings of their own: `{"params": ..., "lr": 0.01}`.

        Pairs of a name and a parameter, as of `named_parameters()`, give "param_names" as well.
        """
        check_dict("a parameter group", param_group, "params")
        param_group = names_apart(param_group, self.param_groups)
        taken = [p for other in self.param_groups for p in other["params"]]
        group = make_group(param_group, self.defaults, taken)
        self.check(group)
        self.param_groups.append(group)

    def check(self, group: dict) -> None:
        """Raises: TypeError if a setting of the group is no number; ValueError if out of range."""
        for name in NOT_BELOW_0:
            if name in group:
                check_number(name, group[name], 0)
        for name in SWITCHES & group.keys():
            check_switch("an optimizer", **{name: group[name]})

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients; without `set_to_none`, overwrite those there are by 0."""
        check_switch("zero_grad", set_to_none=set_to_none)
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none or p.grad is None:
                    p.grad = None
                else:
                    p.grad.array[...] = 0

    @no_grad()
    def step(self, closure=None):
        """Update every parameter that has a gradient. Returns what `closure`, if given, returns."""
        loss = None
        if not (closure is None or callable(closure)):
            kind = type(closure).__name__
            raise TypeError(f"step takes a function that computes the loss, or nothing, not {kind}")
        if closure is not None:
            with enable_grad():
                loss = closure()
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is inf, as in PyTorch
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        g = gradient_of(p)
                        g = -g if group.get("maximize") else g
                        self.update(writable(p), g, self.state[p], group)
                        touch(p)
        return loss

    def update(self, p: np.ndarray, g: np.ndarray, state: dict, group: dict) -> None:
        """Change the array `p` in place by its gradient `g`, of the same shape."""
        raise NotImplementedError(f"{type(self).__name__} does not define update(...)")

    def state_dict(self) -> dict:
        """The state and settings, with numbers, in the order of the groups, for the parameters.

        The tensors in it are those of the optimizer, not copies.
        """
        params = [p for group in self.param_groups for p in group["params"]]
        number = {id(p): i for i, p in enumerate(params)}
        groups = [
            {**group, "params": [number[id(p)] for p in group["params"]]}
            for group in self.param_groups
        ]
        state = {number[id(p)]: dict(values) for p, values in self.state.items() if values}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict) -> None:
        """Go on where the `state_dict` was taken: copies its state and settings.

        Raises: ValueError if its groups do not fit the optimizer's.
        """
        check_dict("the state_dict of an optimizer", state_dict, "state", "param_groups")
        saved = state_dict["param_groups"]
        check_dict("the state of a state_dict", state_dict["state"])
        check_sequence("param_groups", saved, of="dicts")
        for group in saved:
            check_dict("a group of the state_dict", group, "params")
        counts = [
            [len(group["params"]) for group in groups] for groups in (self.param_groups, saved)
        ]
        if counts[0] != counts[1]:
            raise ValueError(
                f"the state_dict has groups of {counts[1]} parameters, the optimizer of {counts[0]}"
            )
        state = defaultdict(dict)
        for group, old in zip(self.param_groups, saved, strict=True):
            for p, number in zip(group["params"], old["params"], strict=True):
                values = state_dict["state"].get(number, {})
                if values:
                    state[p] = {name: restored(name, value, p) for name, value in values.items()}
        self.state = state
        for group, old in zip(self.param_groups, saved, strict=True):
            settings = {name: value for name, value in old.items() if name != "params"}
            group.update(copy.deepcopy(settings))


def gradient_of(p: Tensor) -> np.ndarray:
    """The gradient's array. Raises: RuntimeError if it does not fit its parameter."""
    g = getattr(p.grad, "array", None)
    if g is None or g.shape != p.shape:
        came = type(p.grad).__name__ if g is None else f"one of shape {g.shape}"
        raise RuntimeError(f"the gradient of a parameter of shape {p.shape} is {came}")
    return g


def restored(name: str, value, p: Tensor):
    """A copy of a value of a state_dict: a tensor in the dtype of `p`, or a number."""
    if name == "step":
        return int(value.item() if hasattr(value, "item") else value)
    array = np.array(value.array if isinstance(value, Tensor) else value, p.dtype, order="C")
    if array.shape != p.shape:
        raise ValueError(f"{name} has shape {array.shape}, its parameter {p.shape}")
    return Tensor(array)


class SGD(Optimizer):
    """Gradient descent, with momentum (of Nesterov's kind if `nesterov`) and weight decay.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """

    def __init__(
        self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *,
        maximize=False,
    ):  # fmt: skip
        defaults = {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
            "nesterov": nesterov, "maximize": maximize,
        }  # fmt: skip
        super().__init__(params, defaults)

    def check(self, group):
        super().check(group)
        check_number("dampening", group["dampening"])
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ValueError("nesterov needs a momentum above 0 and no dampening")

    def update(self, p, g, state, group):
        lr, decay, momentum = float(group["lr"]), group["weight_decay"], group["momentum"]
        first = "momentum_buffer" not in state
        if momentum and first:
            state["momentum_buffer"] = Tensor(np.empty(p.shape, p.dtype))
        arrays = (p, g, state["momentum_buffer"].array) if momentum else (p, g)
        settings = first, momentum, group["dampening"], group["nesterov"]
        for weights, d, *buffer in blocks(*arrays):
            if decay:
                d = decayed(weights, d, lr, decay, False)
            if momentum:
                d = momentum_update(d, *buffer, *settings)
            sgd_update(weights, d, lr)


class Adam(Optimizer):
    """Adam: each weight's step is scaled by the recent size of its gradients.

    `weight_decay` is coupled: it goes into the gradient. `amsgrad` divides by the root of the
    largest mean of squares so far.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
    """

    decoupled = False

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *,
        maximize=False,
    ):  # fmt: skip
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay,
            "amsgrad": amsgrad, "maximize": maximize,
        }  # fmt: skip
        super().__init__(params, defaults)

    def check(self, group):
        super().check(group)
        check_sequence("betas", group["betas"], 2)
        for i, beta in enumerate(group["betas"]):
            check_number(f"betas[{i}]", beta, 0, below=1)

    def update(self, p, g, state, group):
        names = ["exp_avg", "exp_avg_sq"] + ["max_exp_avg_sq"] * bool(group["amsgrad"])
        state["step"] = state.get("step", 0) + 1
        for name in names:
            if name not in state:
                state[name] = Tensor(np.zeros(p.shape, p.dtype))
        lr, decay = float(group["lr"]), group["weight_decay"]
        settings = state["step"], lr, group["betas"], group["eps"]
        arrays = [p, g, *(state[name].array for name in names)]
        change = amsgrad_update if group["amsgrad"] else adam_update
        for weights, d, *kept in blocks(*arrays):
            if decay:
                d = decayed(weights, d, lr, decay, self.decoupled)
            change(weights, d, *kept, *settings)


class AdamW(Adam):
    """Adam with decoupled weight decay, which every weight feels alike.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html
    """

    decoupled = True

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, *,
        maximize=False,
    ):  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)


# %% given: schedules "LRScheduler and eight schedules, from StepLR to OneCycleLR"
#| export
def groups_of(optimizer: Optimizer) -> list:
    """The parameter groups. Raises: TypeError for what is no optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"a schedule takes an optimizer, not {type(optimizer).__name__}")
    return optimizer.param_groups


def for_each_group(name: str, value, count: int) -> list:
    """A number for each of `count` groups: the list that was given, or the same number for all.

    Raises: ValueError if the list has another length or a number is below 0.
    """
    values = list(value) if isinstance(value, (list, tuple)) else [value] * count
    if len(values) != count:
        raise ValueError(f"{len(values)} values of {name} for {count} parameter groups")
    for number in values:
        check_number(name, number, 0)
    return values


class LRScheduler:
    """The base of all schedules: after each `step`, every group of the optimizer has a new "lr".

    A subclass defines `rate(lr)`: the rate after `self.last_epoch` steps of a group that began with
    `lr`. Or it defines `get_lr()`: the rates of all groups, computed from `self.base_lrs`, the ones
    they began with (which the groups keep as "initial_lr").
    Source: https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
    """

    takes_new_groups = True  # those that the optimizer got after the schedule was made
    needs_metrics = False  # whether `step` asks for more than the number of steps

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1):
        groups = groups_of(optimizer)
        check_number("last_epoch", last_epoch, -1, whole=True)
        for i, group in enumerate(groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"group {i} has no 'initial_lr', which going on from last_epoch={last_epoch} "
                    "needs: load the optimizer's state_dict first"
                )
        self.optimizer, self.last_epoch = optimizer, last_epoch
        self.base_lrs = [group["initial_lr"] for group in groups]
        self.step()

    def rate(self, lr: float) -> float:
        """The rate after `self.last_epoch` steps of a group that began with `lr`."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_lr() or rate(lr)")

    def get_lr(self) -> list:
        """The rates after `self.last_epoch` steps, one for each group."""
        return [self.rate(lr) for lr in self.base_lrs]

    def get_last_lr(self) -> list:
        """The rates that the last `step` set, one for each group."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Go to the next rate, or to that of `epoch`."""
        if epoch is not None:
            check_number("epoch", epoch)
        self.add_new_groups()
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        self.set_rates(self.get_lr())

    def set_rates(self, rates: list) -> None:
        """Give each group its rate. Raises: ValueError if there are not as many."""
        groups = self.optimizer.param_groups
        if len(rates) != len(groups):
            kind = type(self).__name__
            raise ValueError(f"{kind} has {len(rates)} rates for {len(groups)} parameter groups")
        for group, lr in zip(groups, rates, strict=True):
            group["lr"] = lr
        self._last_lr = list(rates)

    def add_new_groups(self) -> None:
        """Take in groups that the optimizer got since: the schedule goes on from their rates.

        Raises: ValueError if the schedule was made for a fixed number of groups.
        """
        count, groups = len(self.base_lrs), self.optimizer.param_groups
        if len(groups) > count and not self.takes_new_groups:
            raise ValueError(
                f"{type(self).__name__} was made for {count} parameter groups, and there are "
                f"{len(groups)} now: make the schedule after add_param_group"
            )
        for group in groups[count:]:
            first = self.first_rate(group["lr"])
            group.setdefault("initial_lr", first)
            self.base_lrs = [*self.base_lrs, first]

    def first_rate(self, lr: float) -> float:
        """The rate from which the schedule has come to `lr` by now; `lr` if there is no such."""
        if type(self).rate is LRScheduler.rate:
            return lr
        rest = self.rate(0.0)  # a rate is a share of the first one and, perhaps, a rest
        share = self.rate(1.0) - rest
        return (lr - rest) / share if share else lr

    def state_dict(self) -> dict:
        """All that `load_state_dict` needs: numbers and lists, but not functions."""
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict) -> None:
        """Go on where the `state_dict` was taken: the optimizer has the rates of then at once."""
        check_dict("the state_dict of a schedule", state_dict)
        if "_last_lr" in state_dict:
            self.set_rates(state_dict["_last_lr"])
        vars(self).update(state_dict)


class StepLR(LRScheduler):
    """The rate times `gamma` every `step_size` steps.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
    """

    def __init__(self, optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1):
        check_number("step_size", step_size, above=0)
        check_number("gamma", gamma)
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, lr):
        return lr * self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(LRScheduler):
    """The rate times `gamma` at each of `milestones`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
    """

    def __init__(self, optimizer, milestones, gamma: float = 0.1, last_epoch: int = -1):
        check_sequence("milestones", milestones)
        for milestone in milestones:
            check_number("a milestone", milestone)
        check_number("gamma", gamma)
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, lr):
        return lr * self.gamma ** bisect_right(self.milestones, self.last_epoch)


class ExponentialLR(LRScheduler):
    """The rate times `gamma` at each step.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
    """

    def __init__(self, optimizer, gamma: float, last_epoch: int = -1):
        check_number("gamma", gamma)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, lr):
        return lr * self.gamma**self.last_epoch


class CosineAnnealingLR(LRScheduler):
    """From the first rate to `eta_min` in `T_max` steps, along half a wave of the cosine.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
    """

    def __init__(self, optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1):
        check_number("T_max", T_max, above=0)
        check_number("eta_min", eta_min)
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, lr):
        return cosine_lr(self.last_epoch, lr, self.T_max, self.eta_min)


class LinearLR(LRScheduler):
    """The rate times a factor that goes straight from `start_factor` to `end_factor`: a warm-up.

    After `total_iters` steps, which may be 0, it is `end_factor`.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
    """

    def __init__(
        self, optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0,
        total_iters: int = 5, last_epoch: int = -1,
    ):  # fmt: skip
        check_number("start_factor", start_factor, at_most=1, above=0)
        check_number("end_factor", end_factor, 0, 1)
        check_number("total_iters", total_iters, 0)
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, lr):
        if self.last_epoch >= self.total_iters:
            return lr * self.end_factor
        way = self.last_epoch / self.total_iters
        return lr * (self.start_factor + (self.end_factor - self.start_factor) * way)


class LambdaLR(LRScheduler):
    """The first rate times `lr_lambda(steps)`; one function, or a list with one for each group.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html
    """

    takes_new_groups = False

    def __init__(self, optimizer, lr_lambda, last_epoch: int = -1):
        count, several = len(groups_of(optimizer)), isinstance(lr_lambda, (list, tuple))
        self.lr_lambdas = list(lr_lambda) if several else [lr_lambda] * count
        if len(self.lr_lambdas) != count:
            raise ValueError(f"{len(self.lr_lambdas)} functions for {count} parameter groups")
        for function in self.lr_lambdas:
            if not callable(function):
                kind = type(function).__name__
                raise TypeError(f"lr_lambda is a function of the number of steps, not {kind}")
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        pairs = zip(self.base_lrs, self.lr_lambdas, strict=True)
        return [lr * factor(self.last_epoch) for lr, factor in pairs]

    def state_dict(self):
        return {name: value for name, value in super().state_dict().items() if name != "lr_lambdas"}


class CombinedScheduler(LRScheduler):
    """A schedule that consists of others, all of one optimizer: the base of SequentialLR."""

    def combine(self, schedulers: list, optimizer: Optimizer | None) -> None:
        """Take the parts.

        Raises: TypeError for what is no schedule; ValueError for none, for one of another
        optimizer, or for one that needs a metric.
        """
        kind = type(self).__name__
        check_sequence("schedulers", schedulers, of="schedules")
        if len(schedulers) == 0:
            raise ValueError(f"{kind} got no schedules")
        whose = getattr(schedulers[0], "optimizer", None) if optimizer is None else optimizer
        for scheduler in schedulers:
            if not isinstance(scheduler, LRScheduler):
                raise TypeError(f"{kind} takes schedules, not {type(scheduler).__name__}")
            if scheduler.needs_metrics:
                needy = type(scheduler).__name__
                raise ValueError(f"{kind} takes schedules that count steps: {needy} needs a metric")
            if scheduler.optimizer is not whose:
                raise ValueError(f"all schedules of a {kind} must belong to its optimizer")
        self._schedulers = list(schedulers)

    def state_dict(self):
        states = [scheduler.state_dict() for scheduler in self._schedulers]
        return {**super().state_dict(), "_schedulers": states}

    def load_state_dict(self, state_dict):
        what = f"the state_dict of a {type(self).__name__}"
        check_dict(what, state_dict, "_schedulers")
        check_sequence(f"_schedulers in {what}", state_dict["_schedulers"], len(self._schedulers))
        for scheduler, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)
        own = {name: value for name, value in state_dict.items() if name != "_schedulers"}
        super().load_state_dict(own)


class SequentialLR(CombinedScheduler):
    """One schedule after another: schedule i takes over, from its beginning, at milestones[i - 1].

    Raises: ValueError if the schedules do not share the optimizer or do not fit the milestones.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
    """

    def __init__(self, optimizer, schedulers: list, milestones: list, last_epoch: int = -1):
        groups_of(optimizer)
        self.combine(schedulers, optimizer)
        check_sequence("milestones", milestones)
        if len(schedulers) != len(milestones) + 1:
            raise ValueError(
                f"{len(schedulers)} schedules need {len(schedulers) - 1} milestones, "
                f"not {len(milestones)}"
            )
        for milestone in milestones:
            check_number("a milestone", milestone)
        if list(milestones) != sorted(milestones):
            raise ValueError(f"milestones={milestones}: each must be at least the one before")
        self._milestones = list(milestones)
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        which, steps = sequence_place(self.last_epoch, self._milestones)
        scheduler = self._schedulers[which]
        scheduler.step(steps)
        return scheduler.get_last_lr()


class OneCycleLR(LRScheduler):
    """Up to `max_lr` in the first `pct_start` of all steps, then down to almost nothing.

    It begins at max_lr / div_factor and ends at that / final_div_factor. With `cycle_momentum` the
    momentum (of Adam: betas[0]) goes the opposite way, between max_momentum and base_momentum.
    max_lr and the momenta: a number, or a list with one for each group.
    Raises: ValueError after more than `total_steps` (or epochs * steps_per_epoch) steps.
    Source: Smith and Topin (2017), arXiv:1708.07120.
    """

    takes_new_groups = False

    def __init__(
        self, optimizer, max_lr, total_steps: int | None = None, epochs: int | None = None,
        steps_per_epoch: int | None = None, pct_start: float = 0.3, anneal_strategy: str = "cos",
        cycle_momentum: bool = True, base_momentum: float = 0.85, max_momentum: float = 0.95,
        div_factor: float = 25.0, final_div_factor: float = 1e4, three_phase: bool = False,
        last_epoch: int = -1,
    ):  # fmt: skip
        groups = groups_of(optimizer)
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
        if total_steps is None:
            check_number("epochs", epochs, 1, whole=True)
            check_number("steps_per_epoch", steps_per_epoch, 1, whole=True)
            total_steps = epochs * steps_per_epoch
        check_number("total_steps", total_steps, 1, whole=True)
        check_number("pct_start", pct_start, 0, 1)
        check_number("div_factor", div_factor, above=0)
        check_number("final_div_factor", final_div_factor, above=0)
        check_choice("OneCycleLR", "anneal_strategy", anneal_strategy, "cos", "linear")
        check_number("last_epoch", last_epoch, -1, whole=True)
        check_switch("OneCycleLR", cycle_momentum=cycle_momentum, three_phase=three_phase)
        self.total_steps, count = total_steps, len(groups)
        self.max_lrs = for_each_group("max_lr", max_lr, count)
        high = for_each_group("max_momentum", max_momentum, count)
        low = for_each_group("base_momentum", base_momentum, count)
        if cycle_momentum and not {"momentum", "betas"} & set(groups[0]):
            raise ValueError(
                "cycle_momentum needs an optimizer with momentum or betas: say cycle_momentum=False"
            )
        self.anneal_strategy, self.cycle_momentum = anneal_strategy, cycle_momentum
        self.final_div_factor = final_div_factor
        ends = [pct_start * self.total_steps - 1, self.total_steps - 1]
        if three_phase:
            ends.insert(1, 2 * ends[0])
        self.ends, self.momenta = ends, list(zip(high, low, strict=True))
        if last_epoch == -1:
            for group, top in zip(groups, self.max_lrs, strict=True):
                group["initial_lr"] = top / div_factor
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        if self.last_epoch > self.total_steps:
            raise ValueError(f"OneCycleLR was made for {self.total_steps} steps: this is one more")
        return [
            self.between((first, top, first, first / self.final_div_factor))
            for first, top in zip(self.base_lrs, self.max_lrs, strict=True)
        ]

    def between(self, corners: tuple) -> float:
        """Where the way from corner to corner is now. Two phases leave out the third corner."""
        corners = corners if len(self.ends) == 3 else (*corners[:2], corners[3])
        begin = 0
        for i, end in enumerate(self.ends):
            if self.last_epoch <= end or i == len(self.ends) - 1:
                # A phase of no length is over at once.
                way = (self.last_epoch - begin) / (end - begin) if end != begin else 1.0
                break
            begin = end
        if self.anneal_strategy == "cos":
            way = (1 - math.cos(math.pi * way)) / 2
        return corners[i] + (corners[i + 1] - corners[i]) * way

    def set_rates(self, rates: list) -> None:
        """Give each group its rate and, with `cycle_momentum`, its momentum or betas[0]."""
        super().set_rates(rates)
        if self.cycle_momentum:
            groups = self.optimizer.param_groups
            for group, (high, low) in zip(groups, self.momenta, strict=True):
                momentum = self.between((high, low, high, high))
                if "betas" in group:
                    group["betas"] = (momentum, *group["betas"][1:])
                else:
                    group["momentum"] = momentum

    def load_state_dict(self, state_dict):
        super().load_state_dict(state_dict)
        self.set_rates(self._last_lr)  # the momenta are those of the step that was loaded


# %% given: rates "the figure: the learning rate over 100 steps, for five schedules"
def rates(make, steps=100):
    """The learning rate that the optimizer has at each step."""
    optimizer = SGD([tensor([0.0])], lr=1.0, momentum=0.9)
    scheduler, seen = make(optimizer), []
    for _ in range(steps):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


def warm_up_then_cosine(optimizer):
    parts = [LinearLR(optimizer, 0.05, total_iters=20), CosineAnnealingLR(optimizer, 80)]
    return SequentialLR(optimizer, parts, milestones=[20])


fig, ax = plt.subplots(figsize=(7, 2.8), layout="constrained")
ax.plot(rates(lambda o: StepLR(o, 25, gamma=0.5)), label="StepLR")
ax.plot(rates(lambda o: ExponentialLR(o, 0.97)), label="ExponentialLR")
ax.plot(rates(lambda o: CosineAnnealingLR(o, 100)), label="CosineAnnealingLR")
ax.plot(rates(warm_up_then_cosine), label="LinearLR, then cosine")
ax.plot(rates(lambda o: OneCycleLR(o, 1.0, total_steps=100)), "--", label="OneCycleLR")
ax.set(xlabel="step", ylabel="learning rate")
fig.legend(loc="outside right upper")
plt.show()


# %% given: remembered "perceptron; the figure: the bytes that each optimizer keeps"
def perceptron(*sizes):
    """Linear layers with ReLU between them."""
    pairs = itertools.pairwise(sizes)
    layers = [part for n, m in pairs for part in (Linear(n, m), ReLU())]
    return Sequential(Flatten(), *layers[:-1])


kinds = {
    "SGD": (SGD, {}), "SGD, momentum": (SGD, {"momentum": 0.9}), "Adam": (Adam, {}),
    "AdamW": (AdamW, {}),
}  # fmt: skip
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for i, (name, (kind, settings)) in enumerate(kinds.items()):
    model = perceptron(784, 256, 128, 10)
    optimizer = kind(model.parameters(), lr=0.01, **settings)
    model(tensor(np.ones((2, 784), "float32"))).sum().backward()
    optimizer.step()
    values = [value for state in optimizer.state.values() for value in state.values()]
    found = [
        sum(p.nbytes for p in model.parameters()),
        sum(p.grad.nbytes for p in model.parameters()),
        sum(value.nbytes for value in values if isinstance(value, Tensor)),
    ]
    predicted = training_bytes(found[0] // 4, kind.__name__, settings.get("momentum", 0))
    assert (found[2], sum(found)) == predicted, f"{name}: {found} bytes, predicted {predicted}"
    for j, (size, label) in enumerate(
        zip(found, ("parameters", "gradients", "state"), strict=True)
    ):
        ax.bar(i, size / 1e6, bottom=sum(found[:j]) / 1e6, color=f"C{j}", label=label)
    ax.hlines(predicted[1] / 1e6, i - 0.45, i + 0.45, color="k")
ax.set(ylabel="MB", xticks=range(4), xticklabels=[name.replace(", ", ",\n") for name in kinds])
fig.legend(*(part[:3] for part in ax.get_legend_handles_labels()), loc="outside right upper")
plt.show()


# %% given: runs "the figure: loss and length of the gradient for each optimizer"
def draw_runs(runs):
    """Draw loss and length of the gradient of each run, with what it reads in the end."""
    fig, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
    for name, (losses, norms, share) in runs.items():
        for ax, values in zip(axes, (losses, norms), strict=True):
            smooth = np.convolve(values, np.ones(20) / 20, "valid")
            ax.semilogy(smooth, label=f"{name}: {share:.1%}")
    axes[0].set(xlabel="step", ylabel="loss (mean of 20 steps)")
    axes[1].set(xlabel="step", ylabel="norm of the gradient")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    plt.show()
