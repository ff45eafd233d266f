"""Module 06, optimizers: steps, groups, state, schedules, and what is refused."""

import inspect
import math
import re

import numpy as np
import pytest

import tinytorch
from tinytorch import nn, optim
from tinytorch.core import optimizers as o
from tinytorch.nn import functional as F
from tinytorch.optim import lr_scheduler

MAKERS = {
    "SGD": lambda params: optim.SGD(params, lr=0.05),
    "momentum": lambda params: optim.SGD(params, lr=0.05, momentum=0.9, nesterov=True),
    "Adam": lambda params: optim.Adam(params, lr=0.01),
    "AdamW": lambda params: optim.AdamW(params, lr=0.01),
}
makers = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def leaf(values, dtype="float64"):
    return tinytorch.tensor(np.asarray(values, dtype), requires_grad=True)


def with_gradient(values, gradient, dtype="float64"):
    x = leaf(values, dtype)
    x.grad = tinytorch.tensor(np.asarray(gradient, dtype))
    return x


def perceptron():
    tinytorch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))


def steps(model, optimizer, count, schedule=None):
    """The losses of `count` steps on a batch that stays."""
    rng, losses = np.random.default_rng(0), []
    x = tinytorch.tensor(rng.normal(size=(8, 3)).astype("float32"))
    y = tinytorch.tensor(rng.integers(0, 2, 8))
    for _ in range(count):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        if schedule:
            schedule.step()
        losses.append(loss.item())
    return losses


# Steps


@makers
def test_the_loss_falls_and_the_models_own_parameters_move(make):
    model = perceptron()
    arrays = [p.array for p in model.parameters()]
    losses = steps(model, make(model.parameters()), 30)
    assert losses[-1] < 0.85 * losses[0]
    assert all(p.array is array for p, array in zip(model.parameters(), arrays, strict=True))


@makers
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(), (1,), (0, 3), (2, 3, 4)])
def test_every_shape_and_dtype(make, shape, dtype):
    x = with_gradient(np.ones(shape), np.ones(shape), dtype)
    make([x]).step()
    assert (x.shape, x.dtype) == (shape, np.dtype(dtype))
    assert (x.array < 1).all()
    assert (x.grad.array == 1).all()


@makers
def test_blocks_change_nothing(make, monkeypatch):
    rng = np.random.default_rng(0)
    values, gradient = rng.normal(size=(2, 7, 11))
    found = []
    for size in (5, 77, 1000):
        monkeypatch.setattr(o, "BLOCK", size)
        x = with_gradient(values, gradient)
        optimizer = make([x])
        for _ in range(3):
            optimizer.step()
        found.append(x.numpy().copy())
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[1], found[2])


@makers
def test_arrays_in_another_order_of_memory(make, monkeypatch):
    monkeypatch.setattr(o, "BLOCK", 4)
    rng = np.random.default_rng(0)
    values, gradient = rng.normal(size=(2, 3, 5))
    plain, turned = with_gradient(values, gradient), leaf(values)
    turned.array = np.asfortranarray(turned.array)
    turned.grad = tinytorch.tensor(np.asfortranarray(gradient))
    for x in (plain, turned):
        optimizer = make([x])
        optimizer.step()
        optimizer.step()
    assert np.array_equal(plain.array, turned.array)
    assert not np.array_equal(plain.array, values)


def test_parameters_without_a_gradient_are_passed_over():
    used, unused = with_gradient([1.0], [1.0]), leaf([1.0])
    optimizer = optim.AdamW([used, unused], lr=0.1)
    optimizer.step()
    assert unused.tolist() == [1.0]
    assert list(optimizer.state) == [used]


def test_a_late_gradient_begins_at_step_one():
    early, late = with_gradient([1.0], [1.0]), leaf([1.0])
    optimizer = optim.Adam([early, late], lr=0.1)
    optimizer.step()
    late.grad = tinytorch.tensor(np.ones(1))
    optimizer.step()
    assert [optimizer.state[p]["step"] for p in (early, late)] == [2, 1]
    assert late.tolist() == pytest.approx([0.9])


def test_each_parameter_has_a_state_of_its_own():
    a, b = with_gradient([1.0], [1.0]), with_gradient([1.0], [-2.0])
    optimizer = optim.Adam([a, b])
    optimizer.step()
    assert [optimizer.state[p]["exp_avg"].item() for p in (a, b)] == pytest.approx([0.1, -0.2])


def test_sgd_keeps_nothing_without_momentum():
    x = with_gradient([1.0], [1.0])
    optimizer = optim.SGD([x], lr=0.1)
    optimizer.step()
    assert optimizer.state_dict()["state"] == {}


def test_a_step_leaves_no_receipts_and_is_noticed_by_backward():
    x = leaf([1.0, 2.0])
    loss = (x * x).sum()
    loss.backward(retain_graph=True)
    optim.SGD([x], lr=0.1).step()
    assert x.is_leaf
    with pytest.raises(RuntimeError, match=r"overwritten|in place|changed"):
        loss.backward()


def test_a_closure_is_called_with_gradients_on():
    x = leaf([3.0])
    optimizer = optim.SGD([x], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (x * x).sum()
        loss.backward()
        return loss

    with tinytorch.no_grad():
        assert optimizer.step(closure).item() == 9.0
    assert x.tolist() == pytest.approx([2.4])


BY_HAND = {
    "dampening": (lambda x: optim.SGD([x], 1.0, momentum=0.5, dampening=0.25), [-1, -3]),
    "nesterov": (lambda x: optim.SGD([x], 1.0, momentum=0.5, nesterov=True), [-1.5, -4.75]),
    "decay": (lambda x: optim.SGD([x], 1.0, weight_decay=0.5), [-1, -2.5]),
    "eps": (lambda x: optim.Adam([x], 1.0, (0.5, 0.75), eps=1.0), [-0.5, -1.1295226]),
}


@pytest.mark.parametrize(("make", "expected"), BY_HAND.values(), ids=BY_HAND)
def test_two_steps_by_hand(make, expected):
    """From 0, with the gradients 1 and 2."""
    x, found = leaf([0.0]), []
    optimizer = make(x)
    for gradient in (1.0, 2.0):
        x.grad = tinytorch.tensor(np.full(1, gradient))
        optimizer.step()
        found.append(x.item())
    assert found == pytest.approx(expected)


def test_zero_grad_reaches_every_group():
    params = [with_gradient([1.0], [5.0]) for _ in range(3)]
    optimizer = optim.SGD([{"params": [p]} for p in params])
    optimizer.zero_grad(set_to_none=False)
    assert [p.grad.tolist() for p in params] == [[0.0]] * 3
    optimizer.zero_grad()
    assert [p.grad for p in params] == [None] * 3


def test_zero_grad():
    x = with_gradient([1.0], [5.0])
    optimizer = optim.SGD([x], lr=0.1)
    optimizer.zero_grad(set_to_none=False)
    assert x.grad.tolist() == [0.0]
    optimizer.zero_grad()
    assert x.grad is None


def test_decay_and_adam_are_told_apart():
    """With a constant gradient, coupled decay vanishes in Adam's quotient; AdamW's does not."""
    coupled, decoupled = with_gradient([1.0], [1.0]), with_gradient([1.0], [1.0])
    optim.Adam([coupled], lr=0.1, weight_decay=0.5).step()
    optim.AdamW([decoupled], lr=0.1, weight_decay=0.5).step()
    assert coupled.item() == pytest.approx(0.9)
    assert decoupled.item() == pytest.approx(0.95 - 0.1)


# Groups


def test_groups_keep_their_settings():
    a, b = with_gradient([1.0], [1.0]), with_gradient([1.0], [1.0])
    optimizer = optim.SGD([{"params": [a]}, {"params": b, "lr": 0.5}], lr=0.1)
    optimizer.step()
    assert [a.item(), b.item()] == pytest.approx([0.9, 0.5])
    c = with_gradient([1.0], [1.0])
    optimizer.add_param_group({"params": [c], "lr": 0.25})
    optimizer.step()
    assert c.item() == 0.75
    assert "lr: 0.25" in repr(optimizer)


REFUSED = {
    "an empty list": (lambda: optim.SGD([]), ValueError, "empty"),
    "a used-up generator": (lambda: optim.SGD(iter(())), ValueError, "empty"),
    "an empty group": (lambda: optim.SGD([{"params": []}]), ValueError, "empty"),
    "a tensor": (lambda: optim.Adam(leaf([1.0])), TypeError, "list.*Tensor"),
    "a dict": (lambda: optim.Adam({"params": [leaf([1.0])]}), TypeError, "list.*dict"),
    "a string": (lambda: optim.Adam("ab"), TypeError, "str"),
    "a negative lr": (lambda: optim.SGD([leaf([1.0])], lr=-0.1), ValueError, "lr=-0.1"),
    "an lr that is NaN": (lambda: optim.SGD([leaf([1.0])], lr=math.nan), ValueError, "lr=nan"),
    "a negative lr in a group": (
        lambda: optim.Adam([{"params": [leaf([1.0])], "lr": -1}]), ValueError, "lr=-1",
    ),
    "a beta of 1": (lambda: optim.Adam([leaf([1.0])], betas=(1.0, 0.9)), ValueError, r"betas\[0\]"),
    "a negative eps": (lambda: optim.AdamW([leaf([1.0])], eps=-1), ValueError, "eps"),
    "nesterov alone": (lambda: optim.SGD([leaf([1.0])], nesterov=True), ValueError, "momentum"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_mistakes_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_refused_group_leaves_the_optimizer_as_it_was():
    x = leaf([1.0])
    optimizer = optim.SGD([x], lr=0.1)
    with pytest.raises(ValueError, match="more than one"):
        optimizer.add_param_group({"params": [x]})
    with pytest.raises(ValueError, match="lr"):
        optimizer.add_param_group({"params": [leaf([2.0])], "lr": -1})
    with pytest.raises(TypeError, match="dict"):
        optimizer.add_param_group([leaf([2.0])])
    assert len(optimizer.param_groups) == 1


# State


@makers
def test_a_run_goes_on_exactly(make):
    """Ten steps at once, and five steps, a new optimizer and schedule, five steps: bit for bit."""
    runs = []
    for stops in (10,), (5, 5):
        model = perceptron()
        optimizer = make(model.parameters())
        schedule = lr_scheduler.CosineAnnealingLR(optimizer, 10)
        for count in stops:
            saved = optimizer.state_dict(), schedule.state_dict()
            optimizer = make(model.parameters())
            schedule = lr_scheduler.CosineAnnealingLR(optimizer, 10)
            optimizer.load_state_dict(saved[0])
            schedule.load_state_dict(saved[1])
            steps(model, optimizer, count, schedule)
        runs.append([p.numpy().copy() for p in model.parameters()])
    assert all(np.array_equal(a, b) for a, b in zip(*runs, strict=True))


def test_the_state_dict_is_numbered_over_all_groups():
    params = [with_gradient([float(i)], [1.0]) for i in range(3)]
    optimizer = optim.Adam([{"params": params[:1]}, {"params": params[1:], "lr": 0.5}])
    optimizer.step()
    state = optimizer.state_dict()
    assert [group["params"] for group in state["param_groups"]] == [[0], [1, 2]]
    assert state["param_groups"][1]["lr"] == 0.5
    assert list(state["state"]) == [0, 1, 2]
    assert set(state["state"][0]) == {"step", "exp_avg", "exp_avg_sq"}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_loaded_is_copied_and_takes_the_dtype_of_the_parameter(dtype):
    old, new = with_gradient([1.0], [1.0]), with_gradient([1.0], [1.0], dtype)
    first, second = optim.Adam([old]), optim.Adam([new])
    first.step()
    second.load_state_dict(first.state_dict())
    mean = second.state[new]["exp_avg"]
    assert mean.dtype == np.dtype(dtype)
    first.step()
    assert mean.item() == pytest.approx(0.1)
    assert second.param_groups[0]["params"][0] is new


def test_a_state_that_does_not_fit_changes_nothing():
    optimizer = optim.Adam([with_gradient([1.0, 2.0], [1.0, 1.0])], lr=0.5)
    optimizer.step()
    before = repr(optimizer.state_dict())
    other = optim.Adam([with_gradient([1.0], [1.0])])
    other.step()
    with pytest.raises(ValueError, match=r"exp_avg has shape \(1,\)"):
        optimizer.load_state_dict(other.state_dict())
    two = optim.Adam([leaf([1.0]), leaf([1.0])])
    with pytest.raises(ValueError, match=r"\[2\].*\[1\]"):
        optimizer.load_state_dict(two.state_dict())
    assert repr(optimizer.state_dict()) == before


# Schedules

SCHEDULES = {
    "StepLR": (lambda made: lr_scheduler.StepLR(made, 2, 0.5), [1, 1, 0.5, 0.5, 0.25, 0.25]),
    "MultiStepLR": (
        lambda made: lr_scheduler.MultiStepLR(made, [3, 1, 3], 0.1), [1, 0.1, 0.1, 0.001, 0.001],
    ),
    "ExponentialLR": (lambda made: lr_scheduler.ExponentialLR(made, 0.5), [1, 0.5, 0.25, 0.125]),
    "CosineAnnealingLR": (
        lambda made: lr_scheduler.CosineAnnealingLR(made, 2, 0.2), [1, 0.6, 0.2, 0.6, 1],
    ),
    "LinearLR": (
        lambda made: lr_scheduler.LinearLR(made, 0.2, 1.0, 4), [0.2, 0.4, 0.6, 0.8, 1, 1],
    ),
    "LambdaLR": (lambda made: lr_scheduler.LambdaLR(made, lambda t: 0.3**t), [1, 0.3, 0.09]),
    "SequentialLR": (
        lambda made: lr_scheduler.SequentialLR(
            made,
            [lr_scheduler.LinearLR(made, 0.5, 1.0, 2), lr_scheduler.ExponentialLR(made, 0.1)],
            [2],
        ),
        [0.5, 0.75, 1, 0.1, 0.01],
    ),
    "OneCycleLR": (
        lambda made: lr_scheduler.OneCycleLR(
            made, 2.0, 6, pct_start=0.5, anneal_strategy="linear", div_factor=2, final_div_factor=10
        ),
        [1, 1.5, 2, 1.3666667, 0.7333333, 0.1],
    ),
}  # fmt: skip
schedules = pytest.mark.parametrize(("make", "expected"), SCHEDULES.values(), ids=SCHEDULES)


def sgd(lr=1.0):
    return optim.SGD([leaf([0.0])], lr=lr, momentum=0.9)


@schedules
def test_schedules_set_the_rate_of_the_optimizer(make, expected):
    optimizer = sgd()
    schedule, found = make(optimizer), []
    for _ in expected:
        found.append(optimizer.param_groups[0]["lr"])
        assert schedule.get_last_lr() == found[-1:]
        schedule.step()
    assert found == pytest.approx(expected)


@schedules
def test_schedules_go_on_where_they_stopped(make, expected):
    optimizer = sgd()
    schedule = make(optimizer)
    for _ in range(2):
        schedule.step()
    saved = optimizer.state_dict(), schedule.state_dict()
    optimizer = sgd()
    schedule = make(optimizer)
    optimizer.load_state_dict(saved[0])
    schedule.load_state_dict(saved[1])
    assert optimizer.param_groups[0]["lr"] == pytest.approx(expected[2])
    if len(expected) > 3:
        schedule.step()
        assert optimizer.param_groups[0]["lr"] == pytest.approx(expected[3])


def test_the_rate_is_the_one_the_step_uses():
    x = with_gradient([0.0], [1.0])
    optimizer = optim.SGD([x], lr=1.0)
    schedule = lr_scheduler.ExponentialLR(optimizer, 0.5)
    for expected in (-1.0, -1.5, -1.75):
        optimizer.step()
        schedule.step()
        assert x.item() == expected


def test_groups_keep_their_proportion():
    optimizer = optim.SGD([{"params": leaf([0.0]), "lr": 0.1}, {"params": leaf([0.0])}], lr=1.0)
    schedule = lr_scheduler.ExponentialLR(optimizer, 0.5)
    schedule.step()
    assert schedule.get_last_lr() == pytest.approx([0.05, 0.5])


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_one_cycle_moves_the_momentum_the_other_way(kind):
    settings = {"momentum": 0.9} if kind is optim.SGD else {}
    optimizer = kind([leaf([0.0])], lr=1.0, **settings)
    schedule = lr_scheduler.OneCycleLR(optimizer, 1.0, 10)
    found = []
    for _ in range(10):
        group = optimizer.param_groups[0]
        found.append(group["momentum"] if kind is optim.SGD else group["betas"][0])
        schedule.step()
    assert found[0] == found[-1] == pytest.approx(0.95)
    assert min(found) == pytest.approx(0.85)


def test_a_schedule_of_ones_own():
    class Halving(lr_scheduler.LRScheduler):
        def get_lr(self):
            return [lr / 2**self.last_epoch for lr in self.base_lrs]

    schedule = Halving(sgd())
    schedule.step()
    assert schedule.get_last_lr() == [0.5]


def test_what_schedules_refuse():
    with pytest.raises(TypeError, match="optimizer"):
        lr_scheduler.StepLR(leaf([1.0]), 3)
    with pytest.raises(NotImplementedError, match="get_lr"):
        lr_scheduler.LRScheduler(sgd())
    made = sgd()
    del made.param_groups[0]["momentum"]
    with pytest.raises(ValueError, match="momentum or betas"):
        lr_scheduler.OneCycleLR(made, 0.1, 3)
    with pytest.raises(ValueError, match="its optimizer"):
        lr_scheduler.SequentialLR(sgd(), [lr_scheduler.StepLR(sgd(), 1)], [])


def test_training_bytes_is_what_an_optimizer_keeps():
    for kind, momentum in ((optim.SGD, 0), (optim.SGD, 0.9), (optim.Adam, 0), (optim.AdamW, 0)):
        x = with_gradient(np.ones(100), np.ones(100))
        optimizer = kind([x], momentum=momentum) if kind is optim.SGD else kind([x])
        optimizer.step()
        kept = [v.nbytes for v in optimizer.state[x].values() if isinstance(v, tinytorch.Tensor)]
        assert o.training_bytes(100, kind.__name__, momentum, 8) == (sum(kept), 1600 + sum(kept))


# Wrong arguments

WRONG = [
    None,
    "a",
    b"a",
    -1,
    0,
    2.5,
    math.nan,
    math.inf,
    [],
    ["a"],
    (1, 2, 3),
    {},
    {"a": 1},
    object(),
]
# What Python or NumPy says of itself, to someone who knows the code.
RAW = (
    r"unsupported operand|not supported between|is not iterable|object has no attribute|<lambda>|"
    r"<locals>|division by zero|has no len|not subscriptable|could not convert|must be real number|"
    r"zip\(\)|indices must be|not callable|out of range|expected str|float\(\) argument|unhashable"
)
GOOD = {
    "params": lambda: [with_gradient([1.0, 2.0], [1.0, -1.0])],
    "defaults": lambda: {"lr": 0.1},
    "step_size": lambda: 2,
    "milestones": lambda: [2],
    "gamma": lambda: 0.5,
    "T_max": lambda: 4,
    "T_0": lambda: 2,
    "lr_lambda": lambda: lambda t: 0.5,
    "max_lr": lambda: 0.1,
    "total_steps": lambda: 9,
}
OPTIMIZERS = {name: getattr(optim, name) for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad")}
KINDS = [
    getattr(lr_scheduler, name)
    for name in dir(lr_scheduler)
    if name.endswith(("LR", "Scheduler", "Restarts", "Plateau")) and name != "LRScheduler"
]


def parameters(kind):
    """The names of what a class takes, and what it takes if nothing is said."""
    signature = inspect.signature(kind).parameters.values()
    return [(p.name, p.default) for p in signature]


def arguments(kind):
    """Good arguments for all that has no default, all for one optimizer."""
    made = sgd()
    good = {
        **GOOD,
        "optimizer": lambda: made,
        "schedulers": lambda: (
            [lr_scheduler.StepLR(made, 2)] * (kind is lr_scheduler.ChainedScheduler)
            or [lr_scheduler.StepLR(made, 2), lr_scheduler.StepLR(made, 3)]
        ),
    }
    needed = [name for name, default in parameters(kind) if default is inspect.Parameter.empty]
    needed += ["total_steps"] * (kind is lr_scheduler.OneCycleLR)
    return {name: good[name]() for name in needed}


def in_words(call, name):
    """What the call gives; None if it raises an error that is in words, not in Python's own."""
    try:
        return call()
    except (TypeError, ValueError, KeyError, RuntimeError) as error:
        said = str(error)
    assert not re.search(RAW, said), f"{name}: {said}"
    assert len(said) > 15, f"{name}: {said}"
    return None


@pytest.mark.parametrize("kind", [optim.Optimizer, *OPTIMIZERS.values(), *KINDS])
def test_wrong_arguments_are_answered_in_words(kind):
    """At once, or not at all: what was accepted can be used."""
    for name, _ in parameters(kind):
        for wrong in WRONG:
            given = {**arguments(kind), name: wrong}
            made = in_words(lambda given=given: kind(**given), f"{kind.__name__}({name}={wrong!r})")
            if isinstance(made, lr_scheduler.ReduceLROnPlateau):
                made.step(1.0)
            elif made is not None and kind is not optim.Optimizer:
                made.step()


@pytest.mark.parametrize("kind", [*OPTIMIZERS.values(), *KINDS])
@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:12])
def test_wrong_states_and_steps_are_answered_in_words(kind, wrong):
    made = kind(**arguments(kind))
    what = f"{kind.__name__}, {wrong!r}"
    in_words(lambda: made.load_state_dict(wrong), what)
    made = kind(**arguments(kind))
    in_words(lambda: made.step(wrong), what)
    if isinstance(made, optim.Optimizer):
        in_words(lambda: made.add_param_group(wrong), what)
        in_words(lambda: made.load_state_dict({"state": {}, "param_groups": wrong}), what)
        in_words(lambda: made.load_state_dict({"state": wrong, "param_groups": []}), what)


def test_phases_of_no_length():
    """A warm-up of 0 steps is over at once; OneCycleLR may begin at its top."""
    schedule = lr_scheduler.LinearLR(sgd(), 0.1, 0.8, total_iters=0)
    assert schedule.get_last_lr() == [0.8]
    for settings in ({"total_steps": 10, "pct_start": 0.1}, {"total_steps": 2, "pct_start": 0.5}):
        schedule = lr_scheduler.OneCycleLR(sgd(), 0.4, **settings)
        assert schedule.get_last_lr() == [0.4]


def test_an_optimizer_of_ones_own_needs_no_settings_but_its_own():
    class Signs(optim.Optimizer):
        def __init__(self, params, rate):
            super().__init__(params, {"rate": rate})

        def update(self, p, g, state, group):
            p -= group["rate"] * np.sign(g)

    x = with_gradient([1.0, 2.0], [5.0, -0.1])
    Signs([x], 0.5).step()
    assert x.tolist() == [0.5, 2.5]
