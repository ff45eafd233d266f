# generated from modules/06_optimizers/optimizers.py by `tito build`: edit that file

# %% auto #0
__all__ = ['BLOCK', 'sgd_update', 'momentum_update', 'adam_update', 'decayed', 'make_group', 'blocks', 'check_range', 'Optimizer',
           'restored', 'SGD', 'Adam', 'AdamW', 'cosine_lr', 'sequence_place', 'LRScheduler', 'StepLR', 'MultiStepLR',
           'ExponentialLR', 'CosineAnnealingLR', 'LinearLR', 'LambdaLR', 'SequentialLR', 'OneCycleLR', 'training_bytes']

# %% #baccaa845ab0
import math
from bisect import bisect_right
from collections import defaultdict

import numpy as np

from .autograd import enable_grad, no_grad
from .tensor import Tensor, touch, writable

# %% #sgd-update
def sgd_update(p: np.ndarray, g: np.ndarray, lr: float) -> None:
    """One step of gradient descent: `p` moves against `g`, in its own memory.

    Shapes: p and g alike, any, even (); both float32 or both float64. `g` stays as it is.
    """
    p -= lr * g

# %% #momentum-update
def momentum_update(
    g: np.ndarray,
    buffer: np.ndarray,
    first: bool,
    momentum: float,
    dampening: float = 0.0,
    nesterov: bool = False,
) -> np.ndarray:
    """The direction of a step with momentum: it takes the place of `g` in `sgd_update`.

    buffer: the running sum of gradients, like `g` in shape and dtype; overwritten in place. The
    `first` time it holds nothing of use, and the values of `g` go into it, not dampened; later it
    becomes momentum * buffer + (1 - dampening) * g. The direction is the new buffer or, with
    `nesterov`, g + momentum * buffer, in the same dtype. `g` stays as it is.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html
    """
    if first:
        buffer[...] = g
    else:
        buffer *= momentum
        buffer += g if dampening == 0 else (1 - dampening) * g
    return g + momentum * buffer if nesterov else buffer

# %% #adam-update
def adam_update(
    p: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    step: int,
    lr: float,
    betas: tuple = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    """One step of Adam: overwrites `p`, `m` and `v` in place; `g` stays as it is.

    m, v: the running means of gradients and of their squares, zeros before the first step; they
    are kept without bias correction. step: the number of this step, 1 for the first.
    Shapes: p, g, m and v alike, any; all of one dtype, which they keep.
    Source: Kingma and Ba (2015), algorithm 1, arXiv:1412.6980.
    """
    # m += (1 - betas[0]) * (g - m), and so on, in one scratch array: a quarter faster.
    scratch = np.empty_like(p)
    np.subtract(g, m, out=scratch)
    scratch *= 1 - betas[0]
    m += scratch
    np.multiply(g, g, out=scratch)
    scratch -= v
    scratch *= 1 - betas[1]
    v += scratch
    root = math.sqrt(1 - betas[1] ** step)
    np.sqrt(v, out=scratch)
    scratch += eps * root  # root / (sqrt(v) + eps * root) is 1 / (sqrt(v) / root + eps)
    np.divide(m, scratch, out=scratch)
    scratch *= lr * root / (1 - betas[0] ** step)
    p -= scratch

# %% #decay
def decayed(
    p: np.ndarray, g: np.ndarray, lr: float, weight_decay: float, decoupled: bool
) -> np.ndarray:
    """Apply weight decay: returns the gradient for the step that follows.

    Coupled (SGD, Adam): the gradient of g's loss plus weight_decay / 2 * sum(p**2), in the dtype of
    `g`; `p` stays as it is.
    Decoupled (AdamW): `p` loses the share lr * weight_decay of itself, in place; returns `g`.
    In both cases `g` stays as it is.
    Source: Loshchilov and Hutter (2019), algorithm 2, arXiv:1711.05101.
    """
    if decoupled:
        p *= 1 - lr * weight_decay
        return g
    return g + weight_decay * p

# %% #param-groups
def make_group(group: dict, defaults: dict, taken: list) -> dict:
    """A complete parameter group: `group` with "params" as a list and the defaults filled in.

    group: "params", one tensor or anything that yields tensors, and the settings that differ from
    `defaults`. The result is a new dict that holds the very same tensors, not copies.
    taken: the tensors that other groups hold already. All three arguments stay as they are.
    Raises: ValueError mentioning "empty" if there are no parameters, "leaf" for a tensor that was
    computed (`is_leaf`), "more than one" if one is in `taken` or comes twice; TypeError naming the
    type of a parameter that is not a tensor.
    """
    params = group["params"]
    params = [params] if isinstance(params, Tensor) else list(params)
    if not params:
        raise ValueError("an optimizer got an empty parameter list")
    seen = {id(p) for p in taken}
    for p in params:
        if not isinstance(p, Tensor):
            raise TypeError(f"an optimizer takes tensors, not {type(p).__name__}")
        if not p.is_leaf:
            raise ValueError("an optimizer takes leaf tensors, not one that was computed")
        if id(p) in seen:
            raise ValueError(f"a parameter of shape {p.shape} is in more than one group, or twice")
        seen.add(id(p))
    return {**defaults, **group, "params": params}

# %% #116df6059108
BLOCK = 32768  # values: what one update reads and writes then fits into the cache of a core


def blocks(*arrays: np.ndarray):
    """The arrays, of one shape, in flat parts of BLOCK values that share their memory.

    Only the first may not be contiguous: then all come whole.
    """
    size = arrays[0].size
    if size <= BLOCK or not arrays[0].flags.c_contiguous:
        yield arrays
        return
    flat = [array.reshape(-1) for array in arrays]
    for start in range(0, size, BLOCK):
        yield [array[start : start + BLOCK] for array in flat]


def check_range(name: str, value: float, below: float = math.inf) -> None:
    """Raises: ValueError if `value` is no number from 0 up to, but not including, `below`."""
    if not 0 <= value < below:
        limit = "" if below == math.inf else f" and below {below:g}"
        raise ValueError(f"{name}={value}: it must be at least 0{limit}")


class Optimizer:
    """The base of all optimizers: parameters in groups, with settings for each, and their state.

    params: tensors, or dicts with "params" and settings that differ from `defaults`.
    A subclass defines `update(p, g, state, group)` on arrays.
    Source: https://docs.pytorch.org/docs/stable/optim.html#torch.optim.Optimizer
    """

    def __init__(self, params, defaults: dict):
        if isinstance(params, (Tensor, dict)):
            kind = type(params).__name__
            raise TypeError(f"an optimizer takes a list of tensors or of dicts, not one {kind}")
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
        """Add parameters with settings of their own: `{"params": ..., "lr": 0.01}`."""
        if not isinstance(param_group, dict):
            raise TypeError(f"a parameter group is a dict, not {type(param_group).__name__}")
        taken = [p for other in self.param_groups for p in other["params"]]
        group = make_group(param_group, self.defaults, taken)
        self.check(group)
        self.param_groups.append(group)

    def check(self, group: dict) -> None:
        """Raises: ValueError if a setting of the group is out of range."""
        check_range("lr", group["lr"])
        check_range("weight_decay", group["weight_decay"])

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients; without `set_to_none`, overwrite those there are by 0."""
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
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    g = -p.grad.array if group["maximize"] else p.grad.array
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
        saved = state_dict["param_groups"]
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
            group.update({name: value for name, value in old.items() if name != "params"})


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
        check_range("momentum", group["momentum"])
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

    `weight_decay` is coupled: it goes into the gradient.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
    """

    decoupled = False

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, *, maximize=False
    ):
        defaults = {
            "lr": lr, "betas": tuple(betas), "eps": eps, "weight_decay": weight_decay,
            "maximize": maximize,
        }  # fmt: skip
        super().__init__(params, defaults)

    def check(self, group):
        super().check(group)
        check_range("eps", group["eps"])
        for i, beta in enumerate(group["betas"]):
            check_range(f"betas[{i}]", beta, below=1)

    def update(self, p, g, state, group):
        if not state:
            means = (Tensor(np.zeros(p.shape, p.dtype)) for _ in range(2))
            state["step"], (state["exp_avg"], state["exp_avg_sq"]) = 0, means
        state["step"] += 1
        lr, decay = float(group["lr"]), group["weight_decay"]
        settings = state["step"], lr, group["betas"], group["eps"]
        arrays = p, g, state["exp_avg"].array, state["exp_avg_sq"].array
        for weights, d, m, v in blocks(*arrays):
            if decay:
                d = decayed(weights, d, lr, decay, self.decoupled)
            adam_update(weights, d, m, v, *settings)


class AdamW(Adam):
    """Adam with decoupled weight decay, which every weight feels alike.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html
    """

    decoupled = True

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, *, maximize=False
    ):
        super().__init__(params, lr, betas, eps, weight_decay, maximize=maximize)

# %% #cosine
def cosine_lr(t: int, base_lr: float, t_max: int, eta_min: float = 0.0) -> float:
    """The learning rate after `t` steps of cosine annealing, as `CosineAnnealingLR`.

    `base_lr` at t = 0, `eta_min` at t = t_max, halfway between at t_max / 2; from there up again,
    as the cosine goes.
    Source: Loshchilov and Hutter (2017), equation 5, arXiv:1608.03983.
    """
    return eta_min + (base_lr - eta_min) * (1 + math.cos(math.pi * t / t_max)) / 2

# %% #sequence
def sequence_place(t: int, milestones: list) -> tuple:
    """(which schedule is active after `t` steps, how many steps it has made itself).

    milestones: when schedules 1, 2, ... take over, in ascending order; schedule 0 begins at 0. At
    its milestone a schedule is active and has made 0 steps. `milestones` stays as it is.
    """
    i = bisect_right(milestones, t)
    return i, t - ([0, *milestones])[i]

# %% #bec300c0eedf
class LRScheduler:
    """The base of all schedules: after each `step`, every group of the optimizer has a new "lr".

    A subclass defines `get_lr()`: the rates of the groups after `self.last_epoch` steps, computed
    from `self.base_lrs`, the ones they began with (which the groups keep as "initial_lr").
    Source: https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1):
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"a schedule takes an optimizer, not {type(optimizer).__name__}")
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(f"group {i} has no 'initial_lr', which going on from a step needs")
        self.optimizer, self.last_epoch = optimizer, last_epoch
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.step()

    def get_lr(self) -> list:
        """The rates after `self.last_epoch` steps, one for each group."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_lr()")

    def get_last_lr(self) -> list:
        """The rates that the last `step` set, one for each group."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Go to the next rate, or to that of `epoch`."""
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        rates = self.get_lr()
        for group, lr in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = lr
        self._last_lr = list(rates)

    def state_dict(self) -> dict:
        """All that `load_state_dict` needs: numbers and lists, but not functions."""
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict) -> None:
        """Go on where the `state_dict` was taken."""
        vars(self).update(state_dict)


class StepLR(LRScheduler):
    """The rate times `gamma` every `step_size` steps.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.StepLR.html
    """

    def __init__(self, optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1):
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        factor = self.gamma ** (self.last_epoch // self.step_size)
        return [lr * factor for lr in self.base_lrs]


class MultiStepLR(LRScheduler):
    """The rate times `gamma` at each of `milestones`.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.MultiStepLR.html
    """

    def __init__(self, optimizer, milestones, gamma: float = 0.1, last_epoch: int = -1):
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        factor = self.gamma ** bisect_right(self.milestones, self.last_epoch)
        return [lr * factor for lr in self.base_lrs]


class ExponentialLR(LRScheduler):
    """The rate times `gamma` at each step.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.ExponentialLR.html
    """

    def __init__(self, optimizer, gamma: float, last_epoch: int = -1):
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        return [lr * self.gamma**self.last_epoch for lr in self.base_lrs]


class CosineAnnealingLR(LRScheduler):
    """From the first rate to `eta_min` in `T_max` steps, along half a wave of the cosine.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CosineAnnealingLR.html
    """

    def __init__(self, optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1):
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        return [cosine_lr(self.last_epoch, lr, self.T_max, self.eta_min) for lr in self.base_lrs]


class LinearLR(LRScheduler):
    """The rate times a factor that goes straight from `start_factor` to `end_factor`: a warm-up.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LinearLR.html
    """

    def __init__(
        self, optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0,
        total_iters: int = 5, last_epoch: int = -1,
    ):  # fmt: skip
        if not 0 < start_factor <= 1:
            raise ValueError(f"start_factor={start_factor}: it must be above 0 and at most 1")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"end_factor={end_factor}: it must be from 0 to 1")
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        way = min(self.last_epoch, self.total_iters) / self.total_iters
        factor = self.start_factor + (self.end_factor - self.start_factor) * way
        return [lr * factor for lr in self.base_lrs]


class LambdaLR(LRScheduler):
    """The first rate times `lr_lambda(steps)`; one function, or a list with one for each group.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.LambdaLR.html
    """

    def __init__(self, optimizer, lr_lambda, last_epoch: int = -1):
        count = len(optimizer.param_groups)
        self.lr_lambdas = list(lr_lambda) if isinstance(lr_lambda, (list, tuple)) else [lr_lambda]
        if not isinstance(lr_lambda, (list, tuple)):
            self.lr_lambdas *= count
        if len(self.lr_lambdas) != count:
            raise ValueError(f"{len(self.lr_lambdas)} functions for {count} parameter groups")
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        pairs = zip(self.base_lrs, self.lr_lambdas, strict=True)
        return [lr * factor(self.last_epoch) for lr, factor in pairs]

    def state_dict(self):
        return {name: value for name, value in super().state_dict().items() if name != "lr_lambdas"}


class SequentialLR(LRScheduler):
    """One schedule after another: schedule i takes over, from its beginning, at milestones[i - 1].

    Raises: ValueError if the schedules do not share the optimizer or do not fit the milestones.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.SequentialLR.html
    """

    def __init__(self, optimizer, schedulers: list, milestones: list, last_epoch: int = -1):
        if not schedulers:
            raise ValueError("SequentialLR got no schedules")
        if len(schedulers) != len(milestones) + 1:
            raise ValueError(
                f"{len(schedulers)} schedules need {len(schedulers) - 1} milestones, "
                f"not {len(milestones)}"
            )
        if any(scheduler.optimizer is not optimizer for scheduler in schedulers):
            raise ValueError("all schedules of a SequentialLR must belong to its optimizer")
        self._schedulers, self._milestones = list(schedulers), list(milestones)
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        which, steps = sequence_place(self.last_epoch, self._milestones)
        scheduler = self._schedulers[which]
        scheduler.step(steps)
        return scheduler.get_last_lr()

    def state_dict(self):
        states = [scheduler.state_dict() for scheduler in self._schedulers]
        return {**super().state_dict(), "_schedulers": states}

    def load_state_dict(self, state_dict):
        own = {name: value for name, value in state_dict.items() if name != "_schedulers"}
        super().load_state_dict(own)
        for scheduler, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)


class OneCycleLR(LRScheduler):
    """Up to `max_lr` in the first `pct_start` of all steps, then down to almost nothing.

    It begins at max_lr / div_factor and ends at that / final_div_factor. With `cycle_momentum` the
    momentum (of Adam: betas[0]) goes the opposite way, between max_momentum and base_momentum.
    Raises: ValueError after more than `total_steps` (or epochs * steps_per_epoch) steps.
    Source: Smith and Topin (2017), arXiv:1708.07120.
    """

    def __init__(
        self, optimizer, max_lr, total_steps: int | None = None, epochs: int | None = None,
        steps_per_epoch: int | None = None, pct_start: float = 0.3, anneal_strategy: str = "cos",
        cycle_momentum: bool = True, base_momentum: float = 0.85, max_momentum: float = 0.95,
        div_factor: float = 25.0, final_div_factor: float = 1e4, three_phase: bool = False,
        last_epoch: int = -1,
    ):  # fmt: skip
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy={anneal_strategy!r}: choose 'cos' or 'linear'")
        self.total_steps = total_steps or epochs * steps_per_epoch
        groups = optimizer.param_groups
        self.max_lrs = list(max_lr) if isinstance(max_lr, (list, tuple)) else [max_lr] * len(groups)
        if len(self.max_lrs) != len(groups):
            raise ValueError(f"{len(self.max_lrs)} values of max_lr for {len(groups)} groups")
        if cycle_momentum and not {"momentum", "betas"} & set(groups[0]):
            raise ValueError("cycle_momentum needs an optimizer with momentum or betas")
        self.anneal_strategy, self.cycle_momentum = anneal_strategy, cycle_momentum
        self.final_div_factor = final_div_factor
        ends = [pct_start * self.total_steps - 1, self.total_steps - 1]
        if three_phase:
            ends.insert(1, 2 * ends[0])
        self.ends, self.momenta = ends, (max_momentum, base_momentum)
        if last_epoch == -1:
            for group, top in zip(groups, self.max_lrs, strict=True):
                group["initial_lr"] = top / div_factor
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        if self.last_epoch > self.total_steps:
            raise ValueError(f"OneCycleLR was made for {self.total_steps} steps: this is one more")
        rates = [
            self.between((first, top, first, first / self.final_div_factor))
            for first, top in zip(self.base_lrs, self.max_lrs, strict=True)
        ]
        if self.cycle_momentum:
            high, low = self.momenta
            self.set_momentum(self.between((high, low, high, high)))
        return rates

    def between(self, corners: tuple) -> float:
        """Where the way from corner to corner is now. Two phases leave out the third corner."""
        corners = corners if len(self.ends) == 3 else (*corners[:2], corners[3])
        begin = 0
        for i, end in enumerate(self.ends):
            if self.last_epoch <= end or i == len(self.ends) - 1:
                way = (self.last_epoch - begin) / (end - begin)
                break
            begin = end
        if self.anneal_strategy == "cos":
            way = (1 - math.cos(math.pi * way)) / 2
        return corners[i] + (corners[i + 1] - corners[i]) * way

    def set_momentum(self, momentum: float) -> None:
        """Give every group of the optimizer this momentum, or this betas[0]."""
        for group in self.optimizer.param_groups:
            if "betas" in group:
                group["betas"] = (momentum, *group["betas"][1:])
            else:
                group["momentum"] = momentum

# %% #state-bytes
def training_bytes(
    parameters: int, optimizer: str, momentum: float = 0.0, itemsize: int = 4
) -> tuple:
    """(bytes of the optimizer's state, bytes of parameters, gradients and state together).

    parameters: how many numbers the model learns, each of `itemsize` bytes.
    optimizer: "SGD", with `momentum`, "Adam" or "AdamW".
    Raises: ValueError naming any other optimizer.
    """
    kept = {"SGD": int(momentum != 0), "Adam": 2, "AdamW": 2}
    if optimizer not in kept:
        raise ValueError(f"{optimizer!r} is not known here: choose SGD, Adam or AdamW")
    each = parameters * itemsize
    return kept[optimizer] * each, (2 + kept[optimizer]) * each
