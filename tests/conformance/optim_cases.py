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


def chained(torch, params):
    made, lr = torch.optim.SGD(grouped(params), lr=0.02, momentum=0.5), schedules(torch)
    parts = [lr.ConstantLR(made, 0.1, 20), lr.ExponentialLR(made, 0.99), lr.StepLR(made, 50)]
    return made, lr.ChainedScheduler(parts)


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
    "Adam, amsgrad": optimizer("Adam", lr=0.02, amsgrad=True, weight_decay=0.1),
    "AdamW, amsgrad": optimizer("AdamW", lr=0.02, betas=(0.5, 0.9), eps=0.01, amsgrad=True),
    "Adam, one group with amsgrad": unlike("Adam", {"amsgrad": True}, lr=0.01, betas=(0.8, 0.9)),
    "RMSprop": optimizer("RMSprop"),
    "RMSprop, all settings": optimizer(
        "RMSprop", lr=0.005, alpha=0.9, eps=0.01, weight_decay=0.1, momentum=0.5, centered=True
    ),
    "RMSprop, momentum": optimizer("RMSprop", lr=0.001, momentum=0.9, maximize=True),
    "RMSprop, unlike groups": unlike("RMSprop", {"momentum": 0, "alpha": 0.5}, momentum=0.5),
    "Adagrad": optimizer("Adagrad", lr=0.1),
    "Adagrad, all settings": optimizer(
        "Adagrad", lr=0.1, lr_decay=0.05, weight_decay=0.1, initial_accumulator_value=0.5, eps=0.01
    ),
    "Adagrad, unlike groups": unlike("Adagrad", {"lr_decay": 0.1, "eps": 0.5}, lr=0.1),
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
    "ConstantLR": scheduled("ConstantLR"),
    "ConstantLR, all settings": scheduled("ConstantLR", 0.5, 60),
    "PolynomialLR": scheduled("PolynomialLR"),
    "PolynomialLR, all settings": scheduled("PolynomialLR", 150, 2.5),
    "CosineAnnealingWarmRestarts": scheduled("CosineAnnealingWarmRestarts", 30),
    "CosineAnnealingWarmRestarts, all settings": scheduled(
        "CosineAnnealingWarmRestarts", 10, T_mult=2, eta_min=1e-4
    ),
    "ReduceLROnPlateau": scheduled("ReduceLROnPlateau", patience=3, factor=0.5),
    "ReduceLROnPlateau, all settings": scheduled(
        "ReduceLROnPlateau", "max", 0.7, 2, 1e-3, "abs", cooldown=4, min_lr=[1e-4, 1e-3], eps=1e-6
    ),
    "ChainedScheduler": chained,
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
        loss = sum((p * p * p.sin()).sum() for p in params[:-1])
        loss.backward()
        made.step()
        groups = made.param_groups
        momenta = [g["betas"][0] if "betas" in g else g.get("momentum", 0) for g in groups]
        rates.append([float(number) for number in (*(g["lr"] for g in groups), *momenta)])
        if schedule:
            on_plateau = isinstance(schedule, schedules(torch).ReduceLROnPlateau)
            schedule.step(*[loss.detach()] * on_plateau)
            assert list(schedule.get_last_lr()) == [group["lr"] for group in groups]
        if step in KEPT:
            flat = [np.asarray(p.detach()).reshape(-1) for p in params]
            weights.append(np.concatenate(flat).tolist())
    return {"weights": weights, "rates": rates}


def leaf(torch):
    return torch.tensor([1.0, 2.0], requires_grad=True)


def sgd(torch, **settings):
    return torch.optim.SGD([leaf(torch)], lr=0.1, **settings)


def stepped(made, schedule, count):
    """The rates of all groups at each of `count` steps."""
    rates = []
    for _ in range(count):
        rates.append([float(group["lr"]) for group in made.param_groups])
        made.step()
        schedule.step()
    return rates


# Schedules whose rates go on from what they are: {name: how it is made}.
GOING_ON = {
    "StepLR": lambda lr, made: lr.StepLR(made, 2, 0.5),
    "MultiStepLR": lambda lr, made: lr.MultiStepLR(made, [3, 5], 0.5),
    "ExponentialLR": lambda lr, made: lr.ExponentialLR(made, 0.5),
    "CosineAnnealingLR": lambda lr, made: lr.CosineAnnealingLR(made, 10, 0.02),
    "LinearLR": lambda lr, made: lr.LinearLR(made, 0.5, 1.0, 8),
    "ConstantLR": lambda lr, made: lr.ConstantLR(made, 0.5, 4),
    "PolynomialLR": lambda lr, made: lr.PolynomialLR(made, 6, 2.0),
    "SequentialLR": lambda lr, made: lr.SequentialLR(
        made, [lr.LinearLR(made, 0.5, 1.0, 2), lr.ExponentialLR(made, 0.5)], [2]
    ),
    "ChainedScheduler": lambda lr, made: lr.ChainedScheduler(
        [lr.ConstantLR(made, 0.5, 4), lr.ExponentialLR(made, 0.9)]
    ),
}


def with_a_group_later(name, torch):
    made = sgd(torch, momentum=0.9)
    schedule = GOING_ON[name](schedules(torch), made)
    rates = stepped(made, schedule, 2)
    made.add_param_group({"params": [leaf(torch)], "lr": 0.03})
    return rates + stepped(made, schedule, 6)


def resumed(name, torch):
    """The rates of a run that stops after three steps, and goes on in PyTorch's order of calls."""
    made = sgd(torch, momentum=0.9)
    schedule = GOING_ON[name](schedules(torch), made)
    rates = stepped(made, schedule, 3)
    states, made = (made.state_dict(), schedule.state_dict()), sgd(torch, momentum=0.9)
    made.load_state_dict(states[0])
    schedule = GOING_ON[name](schedules(torch), made)
    schedule.load_state_dict(states[1])
    return rates + stepped(made, schedule, 5)


def of_lists(torch):
    """OneCycleLR with lists for everything that takes them: rates and momenta."""
    made = torch.optim.SGD(
        [{"params": [leaf(torch)]}, {"params": [leaf(torch)]}], lr=0.1, momentum=0.5
    )
    schedule = schedules(torch).OneCycleLR(
        made, [0.1, 0.2], 8, base_momentum=[0.8, 0.7], max_momentum=[0.9, 0.95], three_phase=True
    )
    found = []
    for _ in range(8):
        found.append(
            [float(group[key]) for key in ("lr", "momentum") for group in made.param_groups]
        )
        made.step()
        schedule.step()
    return found


def fractions_of_epochs(torch):
    made = sgd(torch)
    schedule = schedules(torch).CosineAnnealingWarmRestarts(made, 3, 2, 0.01)
    rates = []
    for epoch in (0, 0.5, 2.75, 3, 3.5, 8.9, 9, 30.25):
        schedule.step(epoch)
        rates.append([float(group["lr"]) for group in made.param_groups])
    return rates


def extreme(name, numbers, torch, **settings):
    """The weights while the gradients in float32 are these, which overflow or vanish squared."""
    x, found = leaf(torch), []
    made = getattr(torch.optim, name)([x], lr=0.1, **settings)
    for number in numbers:
        x.grad = torch.tensor([number, -number / 2])
        made.step()
        found.append(x.tolist())
    return found


def with_names(torch):
    """The weights after three steps of an optimizer that was given names as well."""
    layer = torch.nn.Linear(2, 1)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.fill_(0.5)
    made = torch.optim.SGD(layer.named_parameters(), lr=0.1, momentum=0.9)
    assert made.param_groups[0]["param_names"] == ["weight", "bias"]
    assert made.state_dict()["param_groups"][0]["param_names"] == ["weight", "bias"]
    for _ in range(3):
        made.zero_grad()
        layer(torch.ones(4, 2)).sum().backward()
        made.step()
    return [p.detach().reshape(-1).tolist() for p in layer.parameters()]


HUGE, TINY = [1e20, 1.0, 1.0, -3.0], [1e-30, 1e-25, 1.0, 1e-30]
NUMBERS = {
    **{f"{name}, a group later": partial(with_a_group_later, name) for name in GOING_ON},
    **{
        f"{name}, resumed": partial(resumed, name)
        for name in ("StepLR", "MultiStepLR", "ExponentialLR", "CosineAnnealingLR")
    },
    "OneCycleLR of lists": of_lists,
    "CosineAnnealingWarmRestarts, fractions": fractions_of_epochs,
    **{
        f"{name}, {size} gradients": partial(extreme, name, gradients)
        for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad")
        for size, gradients in (("huge", HUGE), ("tiny", TINY))
    },
    "Adam with amsgrad, huge gradients": partial(extreme, "Adam", HUGE, amsgrad=True),
    "parameters with names": with_names,
    "Adam without memory": partial(extreme, "Adam", [1e8, 2.0, 1.0], betas=(0.0, 0.0)),
}


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


def plateau_in_a_sequence(torch):
    made, lr = sgd(torch), schedules(torch)
    lr.SequentialLR(made, [lr.ReduceLROnPlateau(made), lr.StepLR(made, 2)], [2])


def later(torch, make):
    made = sgd(torch, momentum=0.9)
    schedule = make(made)
    made.add_param_group({"params": [leaf(torch)], "lr": 0.3})
    made.step()
    schedule.step()


def one_cycle(torch, **settings):
    return schedules(torch).OneCycleLR(sgd(torch, momentum=0.9), 0.1, **settings)


def some_names(torch):
    layer = torch.nn.Linear(2, 1)
    torch.optim.SGD([("weight", layer.weight), layer.bias])


def a_group_without_names(torch):
    made = torch.optim.SGD(torch.nn.Linear(2, 1).named_parameters())
    made.add_param_group({"params": [leaf(torch)]})


ERRORS = {
    "names for some parameters": some_names,
    "a group without names": a_group_without_names,
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
    "no list of parameters": lambda torch: torch.optim.SGD(5),
    "a string as the rate": lambda torch: torch.optim.SGD([leaf(torch)], lr="a"),
    "None as the momentum": lambda torch: sgd(torch, momentum=None),
    "strings as betas": lambda torch: torch.optim.Adam([leaf(torch)], betas="ab"),
    "one number as betas": lambda torch: torch.optim.Adam([leaf(torch)], betas=0.9),
    "a group without parameters": lambda torch: torch.optim.SGD([{"lr": 0.1}]),
    "a tensor among groups": lambda torch: torch.optim.SGD(
        [{"params": [leaf(torch)]}, leaf(torch)]
    ),
    "a state without groups": lambda torch: sgd(torch).load_state_dict({}),
    "a state that is a list": lambda torch: sgd(torch).load_state_dict([1]),
    "alpha below 0": lambda torch: torch.optim.RMSprop([leaf(torch)], alpha=-1),
    "lr_decay below 0": lambda torch: torch.optim.Adagrad([leaf(torch)], lr_decay=-1),
    "an accumulator below 0": lambda torch: torch.optim.Adagrad(
        [leaf(torch)], initial_accumulator_value=-1
    ),
    "milestones that are no list": lambda torch: schedules(torch).MultiStepLR(sgd(torch), 3),
    "a number as a function": lambda torch: schedules(torch).LambdaLR(sgd(torch), 3),
    "a factor of 2": lambda torch: schedules(torch).ConstantLR(sgd(torch), 2.0),
    "T_0 of 0": lambda torch: schedules(torch).CosineAnnealingWarmRestarts(sgd(torch), 0),
    "T_0 of 2.5": lambda torch: schedules(torch).CosineAnnealingWarmRestarts(sgd(torch), 2.5),
    "T_mult of 0": lambda torch: schedules(torch).CosineAnnealingWarmRestarts(sgd(torch), 2, 0),
    "an unknown mode": lambda torch: schedules(torch).ReduceLROnPlateau(sgd(torch), "least"),
    "an unknown threshold mode": lambda torch: schedules(torch).ReduceLROnPlateau(
        sgd(torch), threshold_mode="x"
    ),
    "a factor of 1": lambda torch: schedules(torch).ReduceLROnPlateau(sgd(torch), factor=1.0),
    "two min_lr for a group": lambda torch: schedules(torch).ReduceLROnPlateau(
        sgd(torch), min_lr=[0, 1]
    ),
    "a plateau of a model": lambda torch: schedules(torch).ReduceLROnPlateau(leaf(torch)),
    "a plateau in a sequence": plateau_in_a_sequence,
    "no schedules in a chain": lambda torch: schedules(torch).ChainedScheduler([]),
    "schedules of two optimizers": lambda torch: schedules(torch).ChainedScheduler(
        [schedules(torch).StepLR(sgd(torch), 2) for _ in range(2)]
    ),
    "a number in a sequence": lambda torch: schedules(torch).SequentialLR(sgd(torch), [3], []),
    "a function, and a group later": lambda torch: later(
        torch, lambda made: schedules(torch).LambdaLR(made, lambda t: 0.5)
    ),
    "pct_start of 1.5": lambda torch: one_cycle(torch, total_steps=10, pct_start=1.5),
    "total_steps of 0": lambda torch: one_cycle(torch, total_steps=0),
    "total_steps of -3": lambda torch: one_cycle(torch, total_steps=-3),
    "total_steps of 10.0": lambda torch: one_cycle(torch, total_steps=10.0),
    "a string as total_steps": lambda torch: one_cycle(torch, total_steps="a"),
    "no epochs": lambda torch: one_cycle(torch, epochs=0, steps_per_epoch=3),
    "an unknown anneal_strategy": lambda torch: one_cycle(
        torch, total_steps=5, anneal_strategy="x"
    ),
    "two max_lr for a group": lambda torch: schedules(torch).OneCycleLR(
        sgd(torch), [0.1, 0.2], total_steps=5
    ),
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
        "numbers": {name: call(torch) for name, call in NUMBERS.items()},
        "errors": {name: error_of(call, torch) for name, call in ERRORS.items()},
    }


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    RECORD.write_text(json.dumps(said_by(torch)) + "\n", encoding="utf-8")
