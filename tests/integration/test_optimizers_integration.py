"""Optimizers on models, losses and loaders: who moves whose parameters, by how much, and when."""

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn, optim
from tinytorch.nn import functional as F
from tinytorch.optim import lr_scheduler
from tinytorch.utils.data import DataLoader, TensorDataset

SETTINGS = {
    "SGD": {"lr": 0.1, "momentum": 0.9, "dampening": 0.2, "weight_decay": 0.1},
    "nesterov": {"lr": 0.1, "momentum": 0.9, "nesterov": True},
    "Adam": {"lr": 0.02, "betas": (0.8, 0.95), "eps": 0.01, "weight_decay": 0.1},
    "AdamW": {"lr": 0.02, "weight_decay": 0.5},
}
kinds = pytest.mark.parametrize("name", SETTINGS)


def maker(name):
    return {"nesterov": optim.SGD}.get(name) or getattr(optim, name)


def expected_step(name, p, g, kept, t, lr):
    """One step by the formulas, in float64: the new weights. `kept` is the parameter's memory."""
    s = SETTINGS[name]
    decay = s.get("weight_decay", 0)
    g, p = (g, p * (1 - lr * decay)) if name == "AdamW" else (g + decay * p, p)
    if name in ("SGD", "nesterov"):
        late = g if t == 1 else s["momentum"] * kept["b"] + (1 - s.get("dampening", 0)) * g
        kept["b"] = late
        return p - lr * (g + s["momentum"] * late if name == "nesterov" else late)
    b1, b2 = s.get("betas", (0.9, 0.999))
    kept["m"] = b1 * kept.get("m", 0) + (1 - b1) * g
    kept["v"] = b2 * kept.get("v", 0) + (1 - b2) * g**2
    root = np.sqrt(kept["v"] / (1 - b2**t)) + s.get("eps", 1e-8)
    return p - lr * kept["m"] / (1 - b1**t) / root


def model_and_batch():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double()
    rng = np.random.default_rng(0)
    return model, torch.tensor(rng.normal(size=(6, 3))), torch.tensor(rng.integers(0, 2, 6))


@kinds
def test_a_model_follows_the_formulas_with_a_schedule_and_groups(name):
    model, x, y = model_and_batch()
    lr = SETTINGS[name]["lr"]
    params = list(model.parameters())
    groups = [{"params": params[:2]}, {"params": params[2:], "lr": lr / 2}]
    optimizer = maker(name)(groups, **SETTINGS[name])
    schedule = lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t))
    kept = [{} for _ in params]
    for t in range(1, 8):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        rates = [lr / t, lr / t, lr / 2 / t, lr / 2 / t]
        expected = [
            expected_step(name, p.array, p.grad.array, memory, t, rate)
            for p, memory, rate in zip(params, kept, rates, strict=True)
        ]
        optimizer.step()
        schedule.step()
        for p, right in zip(model.parameters(), expected, strict=True):
            np.testing.assert_allclose(p.array, right, 1e-12, 1e-12, err_msg=f"step {t}")


GROUPS = [
    ("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.3}, own)
    for own in (
        {"lr": 0.05},
        {"weight_decay": 0},
        {"momentum": 0.5},
        {"momentum": 0},
        {"dampening": 0.4},
        {"nesterov": True},
        {"maximize": True},
    )
] + [
    (name, {"lr": 0.1, "weight_decay": 0.3}, own)
    for name in ("Adam", "AdamW")
    for own in (
        {"lr": 0.05},
        {"weight_decay": 0},
        {"betas": (0.5, 0.8)},
        {"eps": 0.1},
        {"maximize": True},
    )
]


def three_steps(name, settings, *groups):
    """The weights of each of the groups, which begin alike, after three steps."""
    params = [torch.tensor([0.5, -2.0, 3.0], requires_grad=True) for _ in groups]
    dicts = [{"params": [p], **own} for p, own in zip(params, groups, strict=True)]
    optimizer = getattr(optim, name)(dicts, **settings)
    for _ in range(3):
        optimizer.zero_grad()
        sum((p * p * p.sin()).sum() for p in params).backward()
        optimizer.step()
    return [p.tolist() for p in params]


@pytest.mark.parametrize(("name", "settings", "own"), GROUPS)
def test_every_setting_of_a_group_is_its_own(name, settings, own):
    """Two groups move as they would in two optimizers, whichever of them comes first."""
    ((plain,), (other,)) = (three_steps(name, {**settings, **more}, {}) for more in ({}, own))
    assert plain != other
    assert three_steps(name, settings, {}, own) == [plain, other]
    assert three_steps(name, settings, own, {}) == [other, plain]


@kinds
def test_a_loaded_state_shares_no_memory(name):
    model, x, y = model_and_batch()
    first, second = (maker(name)(model.parameters(), **SETTINGS[name]) for _ in range(2))
    F.cross_entropy(model(x), y).backward()
    first.step()
    saved = first.state_dict()
    before = repr(saved)
    second.load_state_dict(saved)
    second.step()
    second.param_groups[0]["lr"] = 7.0
    assert repr(saved) == repr(first.state_dict()) == before


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_a_line_is_recovered(name):
    """y = 2 x + 1 to 1e-3, in batches from a loader."""
    torch.manual_seed(0)
    x = torch.linspace(-1, 1, 64).reshape(64, 1)
    loader = DataLoader(TensorDataset(x, 2 * x + 1), 16, shuffle=True)
    model = nn.Linear(1, 1)
    settings = {"lr": 0.05, "momentum": 0.9} if name == "SGD" else {"lr": 0.05}
    optimizer = getattr(optim, name)(model.parameters(), **settings)
    schedule = lr_scheduler.CosineAnnealingLR(optimizer, 60)
    for _ in range(60):
        for inputs, targets in loader:
            optimizer.zero_grad()
            F.mse_loss(model(inputs), targets).backward()
            optimizer.step()
        schedule.step()
    assert model.weight.item() == pytest.approx(2, abs=1e-3)
    assert model.bias.item() == pytest.approx(1, abs=1e-3)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0)


def test_zero_grad_reaches_every_group():
    model, x, y = model_and_batch()
    params = list(model.parameters())
    optimizer = optim.SGD([{"params": params[:1]}, {"params": params[1:]}])
    for set_to_none in (True, False):
        F.cross_entropy(model(x), y).backward()
        optimizer.zero_grad(set_to_none)
        left = [0.0 if p.grad is None else np.abs(p.grad.array).max() for p in params]
        assert left == [0.0] * 4


def test_frozen_layers_stay():
    model, x, y = model_and_batch()
    model[0].requires_grad_(False)
    before = [p.numpy().copy() for p in model.parameters()]
    optimizer = optim.AdamW(model.parameters(), lr=0.1)
    F.cross_entropy(model(x), y).backward()
    optimizer.step()
    moved = [
        not np.array_equal(p.array, b) for p, b in zip(model.parameters(), before, strict=True)
    ]
    assert moved == [False, False, True, True]


@kinds
def test_a_run_that_was_saved_goes_on_bit_for_bit(name):
    ends = []
    for stops in (8,), (3, 5):
        model, x, y = model_and_batch()
        state = None
        for count in stops:
            optimizer = maker(name)(model.parameters(), **SETTINGS[name])
            schedule = lr_scheduler.StepLR(optimizer, 2, 0.5)
            if state:
                optimizer.load_state_dict(state[0])
                schedule.load_state_dict(state[1])
            for _ in range(count):
                optimizer.zero_grad()
                F.cross_entropy(model(x), y).backward()
                optimizer.step()
                schedule.step()
            state = optimizer.state_dict(), schedule.state_dict()
        ends.append([p.numpy().copy() for p in model.parameters()])
    assert all(np.array_equal(a, b) for a, b in zip(*ends, strict=True))


def test_a_warm_up_hands_over_to_the_next_schedule():
    model, _, _ = model_and_batch()
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    parts = [
        lr_scheduler.LinearLR(optimizer, 0.25, 1.0, 3),
        lr_scheduler.ExponentialLR(optimizer, 0.5),
    ]
    schedule = lr_scheduler.SequentialLR(optimizer, parts, [3])
    rates = []
    for _ in range(6):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert rates == pytest.approx([0.25, 0.5, 0.75, 1, 0.5, 0.25])


def test_one_tensor_in_two_groups_is_refused():
    model, _, _ = model_and_batch()
    optimizer = optim.SGD(model[0].parameters())
    with pytest.raises(ValueError, match="more than one"):
        optimizer.add_param_group({"params": model.parameters()})


SCHEDULES = {
    "StepLR": lambda o: lr_scheduler.StepLR(o, 2, 0.5),
    "MultiStepLR": lambda o: lr_scheduler.MultiStepLR(o, [1, 4], 0.3),
    "ExponentialLR": lambda o: lr_scheduler.ExponentialLR(o, 0.8),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, 7, 0.01),
    "LinearLR": lambda o: lr_scheduler.LinearLR(o, 0.2, 1.0, 5),
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(o, lambda t: 0.9**t),
    "ConstantLR": lambda o: lr_scheduler.ConstantLR(o, 0.5, 4),
    "PolynomialLR": lambda o: lr_scheduler.PolynomialLR(o, 9, 2.0),
    "CosineAnnealingWarmRestarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2, 2),
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(o, 0.5, total_steps=10),
    "SequentialLR": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o, 0.2, 1.0, 4), lr_scheduler.ExponentialLR(o, 0.8)], [4]
    ),
    "ChainedScheduler": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(o, 0.5, 4), lr_scheduler.ExponentialLR(o, 0.8)]
    ),
    "ReduceLROnPlateau": lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=1, cooldown=1),
}


def settings_of(optimizer):
    """What a schedule may change: the rate and the momentum of each group."""
    return [(group["lr"], group["momentum"]) for group in optimizer.param_groups]


def steps_of(optimizer, schedule, count):
    """The settings at each of `count` steps; a plateau's metric stays the same."""
    found = []
    for _ in range(count):
        found.append(settings_of(optimizer))
        optimizer.step()
        schedule.step(*[1.0] * isinstance(schedule, lr_scheduler.ReduceLROnPlateau))
    return found


ORDERS = ("optimizer, make, schedule", "make, optimizer, schedule", "make, schedule, optimizer")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_goes_on_in_every_order_of_calls(name, order):
    """The settings of the very next step are right, and all those after it."""

    def made():
        groups = [{"params": torch.zeros(1, requires_grad=True), "lr": lr} for lr in (0.1, 0.4)]
        return optim.SGD(groups, momentum=0.9)

    optimizer = made()
    schedule = SCHEDULES[name](optimizer)
    whole = steps_of(optimizer, schedule, 9)
    optimizer = made()
    schedule = SCHEDULES[name](optimizer)
    before = steps_of(optimizer, schedule, 3)
    states, optimizer = (optimizer.state_dict(), schedule.state_dict()), made()
    for call in order.split(", "):
        if call == "make":
            schedule = SCHEDULES[name](optimizer)
        elif call == "schedule":
            schedule.load_state_dict(states[1])
        else:
            optimizer.load_state_dict(states[0])
    np.testing.assert_allclose(before + steps_of(optimizer, schedule, 6), whole, 1e-12)
    assert schedule.get_last_lr() == [group["lr"] for group in optimizer.param_groups]


@pytest.mark.parametrize("name", ["StepLR", "ExponentialLR", "CosineAnnealingLR", "LinearLR"])
def test_a_group_that_joins_later_goes_on_from_its_own_rate(name):
    """Its rate changes from then on as that of a group that has the same rate."""
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4, momentum=0.9)
    schedule = SCHEDULES[name](optimizer)
    steps_of(optimizer, schedule, 3)
    now = optimizer.param_groups[0]["lr"]
    optimizer.add_param_group({"params": [torch.zeros(2, requires_grad=True)], "lr": now})
    rates = [[lr for lr, _ in groups] for groups in steps_of(optimizer, schedule, 4)]
    np.testing.assert_allclose(rates, [[first, first] for first, _ in rates], 1e-12)
    assert rates[0][1] == now != rates[-1][1]


def test_a_huge_gradient_leaves_no_nan():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.Adam([x], lr=0.1)
    for gradient in (1e25, 1.0, -2.0):
        x.grad = torch.tensor([gradient, 1.0])
        optimizer.step()
        assert not np.isnan(x.numpy()).any()


def test_a_gradient_of_another_shape_is_refused():
    x = torch.ones(2, 3, requires_grad=True)
    (x * 2).sum().backward()
    x.grad.array = np.ones(3, np.float32)
    with pytest.raises(RuntimeError, match=r"shape \(2, 3\) is one of shape \(3,\)"):
        optim.SGD([x]).step()
    assert (x.numpy() == 1).all()
