"""Optimizers and schedules against PyTorch's: the same weights, the same steps, the same numbers.

A case makes an optimizer, and perhaps a schedule, of the framework given as `torch`; `run` takes
200 steps on a loss with many bends. What is in `ERRORS` must raise the same type of error. Run this
page with PyTorch installed to write `recorded_optim.json`: `make record`.
"""

import json
from functools import partial
from pathlib import Path

import numpy as np

RECORD = Path(__file__).with_name("recorded_optim.json")
SHAPES = ((3, 2), (2,), ())
STEPS = 200
KEPT = (0, 1, 2, 4, 9, 19, 49, 99, 199)  # the steps after which all weights are written down


def schedules(torch):
    return torch.optim.lr_scheduler


def grouped(params):
    """Two groups, the first with a rate of its own; the last parameter never has a gradient."""
    return [{"params": params[:2], "lr": 0.003}, {"params": params[2:]}]


def unlike(name, own, **settings):
    """Two groups; the first has settings of its own."""

    def make(torch, params):
        groups = [{"params": params[:2], **own}, {"params": params[2:]}]
        return getattr(torch.optim, name)(groups, **settings)

    return make


def optimizer(name, **settings):
    return lambda torch, params: getattr(torch.optim, name)(grouped(params), **settings)


def scheduled(name, *args, maker=None, **settings):
    maker = maker or optimizer("SGD", lr=0.05, momentum=0.9)

    def make(torch, params):
        made = maker(torch, params)
        return made, getattr(schedules(torch), name)(made, *args, **settings)

    return make


def warm_up(torch, params):
    made, lr = torch.optim.AdamW(grouped(params), lr=0.02), schedules(torch)
    parts = [lr.LinearLR(made, 0.1, 1.0, 20), lr.CosineAnnealingLR(made, 80), lr.StepLR(made, 30)]
    return made, lr.SequentialLR(made, parts, [20, 100])


CASES = {
    "SGD": optimizer("SGD", lr=0.1),
    "SGD, decay": optimizer("SGD", lr=0.01, weight_decay=0.3),
    "SGD, momentum": optimizer("SGD", lr=0.01, momentum=0.9),
    "SGD, dampening": optimizer("SGD", lr=0.01, momentum=0.9, dampening=0.3, weight_decay=0.1),
    "SGD, nesterov": optimizer("SGD", lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.05),
    "SGD, maximize": optimizer("SGD", lr=0.001, momentum=0.5, maximize=True, weight_decay=1.0),
    "Adam": optimizer("Adam", lr=0.01),
    "Adam, all settings": optimizer("Adam", lr=0.02, betas=(0.8, 0.95), eps=0.01, weight_decay=0.1),
    "AdamW": optimizer("AdamW"),
    "AdamW, all settings": optimizer("AdamW", lr=0.02, betas=(0.5, 0.9), eps=0.1, weight_decay=0.5),
    "AdamW, maximize": optimizer("AdamW", lr=0.001, maximize=True),
    "SGD, unlike groups": unlike(
        "SGD", {"lr": 0.02, "momentum": 0.5, "dampening": 0.2, "weight_decay": 0},
        lr=0.01, momentum=0.9, weight_decay=0.3, nesterov=False,
    ),
    "SGD, one group with nesterov": unlike("SGD", {"nesterov": True}, lr=0.01, momentum=0.8),
    "SGD, one group uphill": unlike(
        "SGD", {"maximize": True, "momentum": 0.0}, lr=1e-3, momentum=0.5
    ),
    "Adam, unlike groups": unlike(
        "Adam", {"betas": (0.8, 0.95), "eps": 0.01, "weight_decay": 0.2}, lr=0.02
    ),
    "AdamW, unlike groups": unlike(
        "AdamW", {"weight_decay": 0, "betas": (0.5, 0.9), "maximize": True}, lr=1e-3
    ),
    "StepLR": scheduled("StepLR", 30),
    "MultiStepLR": scheduled("MultiStepLR", [50, 20, 20, 90], gamma=0.3),
    "ExponentialLR": scheduled("ExponentialLR", 0.98),
    "CosineAnnealingLR": scheduled("CosineAnnealingLR", 60, 1e-4),
    "LinearLR": scheduled("LinearLR"),
    "LinearLR, all settings": scheduled("LinearLR", 0.1, 0.7, 40),
    "LambdaLR": scheduled("LambdaLR", lambda t: 0.95**t),
    "LambdaLR, a function a group": scheduled(
        "LambdaLR", [lambda t: 0.9**t, lambda t: 1 / (1 + t)]
    ),
    "SequentialLR": warm_up,
    "OneCycleLR": scheduled("OneCycleLR", 0.05, total_steps=200),
    "OneCycleLR, three phases": scheduled(
        "OneCycleLR", [0.05, 0.01], epochs=21, steps_per_epoch=10, three_phase=True,
        anneal_strategy="linear", pct_start=0.25, div_factor=10, maker=optimizer("Adam"),
    ),
}  # fmt: skip


def run(torch, case, dtype="float64", steps=STEPS):
    """The weights after the steps in KEPT, and each step's rates and momenta."""
    rng = np.random.default_rng(0)
    params = [
        torch.tensor(np.asarray(rng.normal(size=shape), dtype), requires_grad=True)
        for shape in (*SHAPES, (2,))
    ]
    made = CASES[case](torch, params)
    made, schedule = made if isinstance(made, tuple) else (made, None)
    assert isinstance(made, torch.optim.Optimizer)
    assert schedule is None or isinstance(schedule, schedules(torch).LRScheduler)
    weights, rates = [], []
    for step in range(steps):
        made.zero_grad()
        sum((p * p * p.sin()).sum() for p in params[:-1]).backward()
        made.step()
        groups = made.param_groups
        momenta = [g["betas"][0] if "betas" in g else g["momentum"] for g in groups]
        rates.append([float(number) for number in (*(g["lr"] for g in groups), *momenta)])
        if schedule:
            schedule.step()
            assert list(schedule.get_last_lr()) == [group["lr"] for group in groups]
        if step in KEPT:
            flat = [np.asarray(p.detach()).reshape(-1) for p in params]
            weights.append(np.concatenate(flat).tolist())
    return {"weights": weights, "rates": rates}


def leaf(torch):
    return torch.tensor([1.0, 2.0], requires_grad=True)


def sgd(torch, **settings):
    return torch.optim.SGD([leaf(torch)], lr=0.1, **settings)


def twice(torch):
    x = leaf(torch)
    torch.optim.SGD([{"params": [x]}, {"params": [x]}], lr=0.1)


def misfit(torch):
    other = torch.optim.SGD([leaf(torch), leaf(torch)], lr=0.1)
    sgd(torch).load_state_dict(other.state_dict())


def too_many_steps(torch):
    made = sgd(torch, momentum=0.9)
    schedule = schedules(torch).OneCycleLR(made, 0.1, total_steps=3)
    for _ in range(4):
        made.step()
        schedule.step()


def late(torch):
    return schedules(torch).StepLR(sgd(torch), 3, last_epoch=4)


def no_schedule(torch, *milestones):
    made = sgd(torch)
    return schedules(torch).SequentialLR(made, [schedules(torch).StepLR(made, 3)], list(milestones))


ERRORS = {
    "no parameters": lambda torch: torch.optim.SGD([], lr=0.1),
    "a tensor instead of a list": lambda torch: torch.optim.Adam(leaf(torch)),
    "a number as a parameter": lambda torch: torch.optim.Adam([7]),
    "a computed tensor": lambda torch: torch.optim.Adam([leaf(torch) * 2]),
    "a parameter in two groups": twice,
    "a group that is no dict": lambda torch: sgd(torch).add_param_group([leaf(torch)]),
    "lr below 0": lambda torch: torch.optim.SGD([leaf(torch)], lr=-0.1),
    "momentum below 0": lambda torch: sgd(torch, momentum=-1),
    "weight_decay below 0": lambda torch: torch.optim.AdamW([leaf(torch)], weight_decay=-1),
    "a beta of 1": lambda torch: torch.optim.Adam([leaf(torch)], betas=(0.9, 1.0)),
    "eps below 0": lambda torch: torch.optim.Adam([leaf(torch)], eps=-1.0),
    "nesterov without momentum": lambda torch: sgd(torch, nesterov=True),
    "nesterov with dampening": partial(sgd, momentum=0.9, dampening=0.1, nesterov=True),
    "a state of other groups": misfit,
    "a schedule of a model": lambda torch: schedules(torch).StepLR(leaf(torch), 3),
    "going on without a beginning": late,
    "a start_factor of 0": lambda torch: schedules(torch).LinearLR(sgd(torch), 0.0),
    "an end_factor of 2": lambda torch: schedules(torch).LinearLR(sgd(torch), 0.5, 2.0),
    "two functions for a group": lambda torch: schedules(torch).LambdaLR(sgd(torch), [abs, abs]),
    "a milestone too many": lambda torch: no_schedule(torch, 3),
    "OneCycleLR without a length": lambda torch: schedules(torch).OneCycleLR(sgd(torch), 0.1),
    "OneCycleLR, a step too many": too_many_steps,
}


def error_of(call, torch):
    """The names of the error's class and of its bases, nearest first."""
    try:
        call(torch)
    except Exception as error:  # noqa: BLE001 - which one it is, is what we ask
        return [cls.__name__ for cls in type(error).__mro__[:-2]]
    return []


def said_by(torch):
    return {
        "values": {name: run(torch, name) for name in CASES},
        "errors": {name: error_of(call, torch) for name, call in ERRORS.items()},
    }


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    RECORD.write_text(json.dumps(said_by(torch)) + "\n", encoding="utf-8")
