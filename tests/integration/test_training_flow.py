"""Trainer over everything below it, normalization too: each point where training goes wrong.

What tests/07_training proves with perceptrons is not proved again. Batch norm adds what makes a
loop hard to get right: a state that forward passes move, two ways to compute, and a gradient that
joins the samples of a batch. So each test compares with a value found another way: in NumPy, by
differences, or by a run done differently. `-k quick` is a smoke run.
"""

import itertools
import math
from contextlib import nullcontext

import numpy as np
import pytest

import tinytorch
from tinytorch import nn, optim
from tinytorch.core.training import accumulate
from tinytorch.nn import functional as F
from tinytorch.optim import lr_scheduler
from tinytorch.training import Callback, Checkpoint, EarlyStopping, Trainer
from tinytorch.utils.data import (
    DataLoader,
    IterableDataset,
    RandomSampler,
    Sampler,
    Subset,
    TensorDataset,
)
from tinytorch_data import digits

WIDTH = 8
NORMS = {
    "batch": lambda: nn.BatchNorm1d(WIDTH, eps=0.05),
    "layer": lambda: nn.LayerNorm(WIDTH, eps=0.05),
    "group": lambda: nn.GroupNorm(2, WIDTH, eps=0.05),
    "rms": lambda: nn.RMSNorm(WIDTH, eps=0.05),
}
each_norm = pytest.mark.parametrize("norm", NORMS)
BY_SAMPLE = ("layer", "group", "rms")  # norms in which the samples of a batch do not meet


def tensor(values):
    return tinytorch.tensor(np.asarray(values, np.float64))


def problem(count=24, seed=0):
    """Inputs (count, 6) far from mean 0 and spread 1, and targets (count, 2), in float64."""
    rng = np.random.default_rng(seed)
    return tensor(rng.normal(1.0, 0.5, size=(count, 6))), tensor(rng.normal(size=(count, 2)))


def network(norm="batch", seed=0, p=0.0):
    """Linear, norm, tanh and dropout in a part of its own, then Linear; in float64."""
    tinytorch.manual_seed(seed)
    part = nn.Sequential(nn.Linear(6, WIDTH), NORMS[norm](), nn.Tanh(), nn.Dropout(p))
    return nn.Sequential(part, nn.Linear(WIDTH, 2)).double()


def trainer_of(model, optimizer=None, loss_fn=F.mse_loss, **settings):
    optimizer = optimizer or optim.SGD(model.parameters(), lr=0.1)
    return Trainer(model, optimizer, loss_fn, progress=False, **settings)


def cut(x, y, size):
    return [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]


def state(model):
    """Copies of all parameters and buffers."""
    return {name: value.numpy().copy() for name, value in model.state_dict().items()}


def same(found, wanted, exact=True, what=""):
    assert list(found) == list(wanted)
    for name, value in wanted.items():
        if exact:
            assert found[name].dtype == value.dtype, f"{what}{name}"
            np.testing.assert_array_equal(found[name], value, err_msg=f"{what}{name}")
        else:
            np.testing.assert_allclose(found[name], value, 1e-9, 1e-12, err_msg=f"{what}{name}")


class After(Callback):
    """Call `look(trainer)` after each step, and keep what it gives."""

    def __init__(self, look=lambda trainer: None):
        self.look, self.seen, self.steps = look, [], []

    def on_step_end(self, trainer):
        self.steps.append(list(trainer.steps[-1]))
        self.seen.append(self.look(trainer))


# Orchestration: the whole step, in NumPy


def step_by_hand(values, x, y, late, lr, limit):
    """One clipped step with momentum 0.9 of `network("batch")`, in NumPy; (loss, norm) before it.

    values: the state, changed in place. late: the buffers of momentum, by name.
    """
    names = ("0.0.weight", "0.0.bias", "0.1.weight", "0.1.bias", "1.weight", "1.bias")
    w1, b1, gamma, beta, w2, b2 = (values[name] for name in names)
    h = x @ w1.T + b1
    mean, var = h.mean(0), h.var(0)
    r = 1 / np.sqrt(var + 0.05)
    hat = (h - mean) * r
    a = np.tanh(gamma * hat + beta)
    error = a @ w2.T + b2 - y
    d_out = 2 * error / error.size
    d_z = d_out @ w2 * (1 - a**2)
    d_hat = d_z * gamma
    d_h = r * (d_hat - d_hat.mean(0) - hat * (d_hat * hat).mean(0))
    gradients = {
        "0.0.weight": d_h.T @ x, "0.0.bias": d_h.sum(0), "0.1.weight": (d_z * hat).sum(0),
        "0.1.bias": d_z.sum(0), "1.weight": d_out.T @ a, "1.bias": d_out.sum(0),
    }  # fmt: skip
    norm = math.sqrt(sum((g**2).sum() for g in gradients.values()))
    for name, g in gradients.items():
        late[name] = 0.9 * late.get(name, 0) + g * min(1, limit / (norm + 1e-6))
        values[name] -= lr * late[name]
    values["0.1.running_mean"] += 0.1 * (mean - values["0.1.running_mean"])
    values["0.1.running_var"] += 0.1 * (var * len(x) / (len(x) - 1) - values["0.1.running_var"])
    values["0.1.num_batches_tracked"] += 1
    return (error**2).mean(), norm


def test_quick_a_run_with_batch_norm_is_the_one_worked_out_in_numpy():
    """Weights, statistics, losses, norms and rates, with momentum, clipping and a schedule."""
    (x, y), model, look = problem(), network(), After(lambda t: state(t.model))
    values, late = state(model), {}
    sgd = optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    schedule = lr_scheduler.ExponentialLR(sgd, 0.8)
    trainer = trainer_of(
        model, sgd, scheduler=schedule, schedule_per="step", max_grad_norm=0.4, callbacks=[look]
    )
    batches = cut(x, y, 7)
    history = trainer.fit(batches, 3)
    losses = []
    for t, (inputs, targets) in enumerate(batches * 3):
        rate = 0.5 * 0.8**t
        loss, norm = step_by_hand(values, inputs.numpy(), targets.numpy(), late, rate, 0.4)
        np.testing.assert_allclose(look.steps[t], [loss, len(inputs), norm, rate], 1e-9)
        same(look.seen[t], values, exact=False, what=f"after step {t + 1}: ")
        losses.append(loss)
    sizes = [7, 7, 7, 3]
    np.testing.assert_allclose(history["loss"], np.reshape(losses, (3, 4)) @ sizes / 24, 1e-9)


def outputs(values, norm, x, training=False):
    """What `network(norm)` with the state `values` gives for `x`, in NumPy."""
    h = x @ values["0.0.weight"].T + values["0.0.bias"]
    if norm == "batch" and training:
        mean, var = h.mean(0), h.var(0)
    elif norm == "batch":
        mean, var = values["0.1.running_mean"], values["0.1.running_var"]
    elif norm == "group":
        parts = h.reshape(-1, 2, WIDTH // 2)
        mean, var = (np.repeat(m, WIDTH // 2, axis=1) for m in (parts.mean(2), parts.var(2)))
    elif norm == "layer":
        mean, var = h.mean(1, keepdims=True), h.var(1, keepdims=True)
    else:
        mean, var = 0.0, (h**2).mean(1, keepdims=True)
    normed = (h - mean) / np.sqrt(var + 0.05)
    a = np.tanh(normed * values["0.1.weight"] + values.get("0.1.bias", 0.0))
    return a @ values["1.weight"].T + values["1.bias"]


@each_norm
def test_quick_a_step_goes_down_the_slope_that_differences_measure(norm):
    """(Weights before - after) / lr is the slope of the loss, written in NumPy, at every entry."""
    (x, y), model = problem(9), network(norm)
    with tinytorch.no_grad():
        for p in model.parameters():
            p += 0.2 * tinytorch.randn(*p.shape).double()
    values = state(model)
    names = [name for name, _ in model.named_parameters()]
    trainer_of(model, optim.SGD(model.parameters(), lr=0.25)).fit([(x, y)], 1)
    for name in names:
        moved, flat = values[name] - model.state_dict()[name].numpy(), values[name].reshape(-1)
        slopes = []
        for place, kept in enumerate(flat.copy()):
            ends = []
            for flat[place] in (kept + 1e-6, kept - 1e-6):
                ends.append(((outputs(values, norm, x.numpy(), True) - y.numpy()) ** 2).mean())
            flat[place] = kept
            slopes.append((ends[0] - ends[1]) / 2e-6)
        np.testing.assert_allclose(moved.ravel() / 0.25, slopes, 1e-5, 1e-8, err_msg=name)


def test_quick_each_batch_is_passed_forward_once():
    """Batch norm counts its batches: one an update, k in a group, none for measuring."""
    x, y = problem()
    for k in (1, 2, 3):
        model = network(p=0.2)
        trainer = trainer_of(model, accumulation_steps=k, metrics={"mse": F.mse_loss})
        trainer.fit(cut(x, y, 5), 2, val_loader=cut(x, y, 9))
        assert model[0][1].num_batches_tracked.item() == 10


def test_quick_statistics_of_sequences_without_momentum_are_means_over_all_batches():
    """Each batch counts the same, each variance is over n - 1, n with the length of a sequence."""
    rng = np.random.default_rng(3)
    x, y = tensor(rng.normal(2.0, 3.0, size=(10, 2, 3))), tensor(rng.normal(size=(10, 1)))
    norm = nn.BatchNorm1d(2, momentum=None)
    model = nn.Sequential(norm, nn.Flatten(), nn.Linear(6, 1)).double()
    trainer_of(model).fit(cut(x, y, 4), 1, val_loader=[(x, y)])
    parts = [part.numpy().transpose(1, 0, 2).reshape(2, -1) for part, _ in cut(x, y, 4)]
    for found, wanted in (
        (norm.running_mean, [part.mean(1) for part in parts]),
        (norm.running_var, [part.var(1, ddof=1) for part in parts]),
    ):
        np.testing.assert_allclose(found.numpy(), np.mean(wanted, axis=0), 1e-9)


@pytest.mark.parametrize("count", [2, 3])
def test_quick_the_variance_of_a_small_batch_is_corrected(count):
    """Divided by n - 1: for a batch of two that is twice the variance that normalizes it."""
    x, _ = problem(count)
    norm = nn.BatchNorm1d(6).double()
    norm(x)
    expected = 0.9 + 0.1 * x.numpy().var(0, ddof=1)
    np.testing.assert_allclose(norm.running_var.numpy(), expected, 1e-9)


def test_quick_with_momentum_1_a_huge_batch_leaves_no_trace():
    norm = nn.BatchNorm1d(1, momentum=1.0)
    norm(tinytorch.tensor([[1e8], [1e8], [1.00000008e8]]))
    norm(tinytorch.tensor([[1.0], [2.0]]))
    assert [norm.running_mean.item(), norm.running_var.item()] == [1.5, 0.5]


# Zero: gradients do not leak


@each_norm
def test_quick_gradients_of_norms_do_not_leak(norm):
    """At a learning rate of 0, every step has the same gradient; what was there before is gone."""
    (x, y), model = problem(), network(norm)
    for p in model.parameters():
        p.grad = tinytorch.full(p.shape, 9.0).double()
    look = After(lambda t: {n: p.grad.numpy().copy() for n, p in t.model.named_parameters()})
    frozen = optim.SGD(model.parameters(), lr=0.0)
    trainer_of(model, frozen, callbacks=[look]).fit([(x, y)] * 2, 2, val_loader=[(x, y)])
    assert len(look.seen) == 4
    for seen in look.seen[1:]:
        same(seen, look.seen[0])
    twin = network(norm)
    F.mse_loss(twin(x), y).backward()
    same(look.seen[0], {n: p.grad.numpy() for n, p in twin.named_parameters()}, exact=False)


class Scaled(nn.Module):
    """A loss with a parameter of its own, which the optimizer has and the model has not."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(np.array([0.5]))

    def forward(self, output, target):
        return F.mse_loss(output * self.scale, target)


def test_quick_a_loss_may_learn_too():
    (x, y), model, loss_fn = problem(), network(), Scaled().double()
    twin, other = network(), Scaled().double()
    sgd = optim.SGD([*model.parameters(), *loss_fn.parameters()], lr=0.1)
    trainer_of(model, sgd, loss_fn).fit([(x, y)], 4)
    for _ in range(4):
        twin.zero_grad()
        other.zero_grad()
        other(twin(x), y).backward()
        with tinytorch.no_grad():
            for p in [*twin.parameters(), *other.parameters()]:
                p -= 0.1 * p.grad
    same(state(model), state(twin), exact=False)
    assert loss_fn.scale.item() == pytest.approx(other.scale.item(), rel=1e-9)


# Convergence


def test_quick_a_line_is_recovered_through_batch_norm():
    """y = 2x + 1 to 1e-3, with the running statistics in place of those of the batch."""
    tinytorch.manual_seed(0)
    x = tinytorch.linspace(-3, 5, 4096).reshape(-1, 1)
    model = nn.Sequential(nn.BatchNorm1d(1), nn.Linear(1, 1))
    trainer = trainer_of(model, optim.SGD(model.parameters(), lr=0.05))
    trainer.fit([(x, 2 * x + 1)], 150)
    at = trainer.predict(tinytorch.tensor([[0.0], [1.0]])).numpy().ravel()
    assert at == pytest.approx([1, 3], abs=1e-3)


@each_norm
def test_quick_the_loss_falls_on_fixed_data(norm):
    losses = trainer_of(network(norm)).fit([problem()], 25)["loss"]
    assert all(later < earlier for earlier, later in itertools.pairwise(losses))


def accuracy(output, target):
    return (output.argmax(dim=1) == target).float().mean()


def read_digits(norm, epochs=8, **settings):
    """(trainer, loaders) for a perceptron with a norm on the 8x8 digits; not trained yet."""
    data = digits()
    learn = TensorDataset(tinytorch.tensor(data.train_images), tinytorch.tensor(data.train_labels))
    test = TensorDataset(tinytorch.tensor(data.test_images), tinytorch.tensor(data.test_labels))
    tinytorch.manual_seed(0)
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(64, 32), nn.Sequential(norm, nn.ReLU()), nn.Linear(32, 10)
    )
    adam = optim.Adam(model.parameters(), lr=0.01)
    schedule = lr_scheduler.OneCycleLR(adam, 0.01, total_steps=epochs * 45)
    trainer = trainer_of(
        model, adam, F.cross_entropy, scheduler=schedule, schedule_per="step", max_grad_norm=5.0,
        metrics={"accuracy": accuracy}, **settings,
    )  # fmt: skip
    return trainer, DataLoader(learn, 32, shuffle=True), DataLoader(test, 50)


@pytest.mark.parametrize(
    "norm",
    [lambda: nn.BatchNorm1d(32), lambda: nn.LayerNorm(32), lambda: nn.GroupNorm(4, 32),
     lambda: nn.RMSNorm(32)],
    ids=NORMS,
)  # fmt: skip
def test_digits_are_learnt(norm):
    trainer, learn, test = read_digits(norm())
    assert len(learn) == 45
    history = trainer.fit(learn, 8, val_loader=test)
    assert history["loss"][-1] < history["loss"][0] / 10
    assert history["val_accuracy"][-1] > 0.95


class Shortcut(nn.Module):
    """The input, plus what a linear layer and ReLU make of it."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(32, 32)

    def forward(self, x):
        return x + F.relu(self.linear(x))


def test_fifty_layers_that_explode_are_stopped_and_the_place_is_named():
    """Shortcuts and no norm: the loss grows without bound, and the weights stay finite."""
    data = digits()
    images, labels = data.train_images[:512].reshape(-1, 64), data.train_labels[:512]
    tinytorch.manual_seed(0)
    model = nn.Sequential(nn.Linear(64, 32), *[Shortcut() for _ in range(48)], nn.Linear(32, 10))
    trainer = trainer_of(model, loss_fn=F.cross_entropy)
    batches = cut(tinytorch.tensor(images), tinytorch.tensor(labels), 128)
    words = r"epoch \d, step \d+: the loss is .*; the (result|gradient) of \w+ (became|is) "
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=words):
        trainer.fit(batches, 9)
    assert all(np.isfinite(value).all() for value in state(model).values())


# Learning rate: every schedule, through a checkpoint

SCHEDULES = {
    "StepLR": lambda o: lr_scheduler.StepLR(o, 2, 0.5),
    "MultiStepLR": lambda o: lr_scheduler.MultiStepLR(o, [1, 4], 0.1),
    "ExponentialLR": lambda o: lr_scheduler.ExponentialLR(o, 0.9),
    "CosineAnnealingLR": lambda o: lr_scheduler.CosineAnnealingLR(o, 9),
    "LinearLR": lambda o: lr_scheduler.LinearLR(o, 0.2, 1.0, 5),
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + t)),
    "SequentialLR": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o, 0.25, 1.0, 3), lr_scheduler.CosineAnnealingLR(o, 6)], [3]
    ),
    "OneCycleLR": lambda o: lr_scheduler.OneCycleLR(o, 0.5, total_steps=10, cycle_momentum=False),
}
FORMULAS = {
    "StepLR": lambda t: 0.2 * 0.5 ** (t // 2),
    "MultiStepLR": lambda t: 0.2 * 0.1 ** sum(t >= m for m in (1, 4)),
    "ExponentialLR": lambda t: 0.2 * 0.9**t,
    "CosineAnnealingLR": lambda t: 0.1 * (1 + math.cos(math.pi * t / 9)),
    "LinearLR": lambda t: 0.2 * (0.2 + 0.8 * min(t, 5) / 5),
    "LambdaLR": lambda t: 0.2 / (1 + t),
    "SequentialLR": lambda t: 0.2 * (0.25 + 0.25 * t) if t < 3
    else 0.1 * (1 + math.cos(math.pi * (t - 3) / 6)),
    "OneCycleLR": lambda t: between(0.02, 0.5, t / 2) if t < 2 else between(0.5, 2e-6, (t - 2) / 7),
}  # fmt: skip


def between(start, end, share):
    """On the half cosine from `start` to `end`."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


@pytest.mark.parametrize("per", ["step", "epoch"])
@pytest.mark.parametrize("name", SCHEDULES)
def test_quick_the_rate_follows_the_formula_through_a_checkpoint(name, per, tmp_path):
    """The rate by which weights move, of nine steps or epochs, broken off after a part of them."""
    x, y = problem()
    batches, ends = ([(x, y)] * 3, (1, 3)) if per == "step" else ([(x, y)], (4, 9))
    rates = []
    for part, end in enumerate(ends):
        model = network("layer")
        sgd = optim.SGD(model.parameters(), lr=0.2)
        bias = After(lambda t: t.model[1].bias.numpy()[0])
        trainer = trainer_of(
            model, sgd, lambda out, y: out.sum() / len(out), scheduler=SCHEDULES[name](sgd),
            schedule_per=per, callbacks=[bias],
        )  # fmt: skip
        if part:
            trainer.load(tmp_path / "run.npz")
        start = model[1].bias.numpy()[0]
        trainer.fit(batches, end)
        trainer.save(tmp_path / "run.npz")
        rates.extend(-np.diff([start, *bias.seen]))  # its gradient is 1 at every step
    np.testing.assert_allclose(rates, [FORMULAS[name](t) for t in range(9)], 1e-9, 1e-12)


# Clipping, and what is not finite


@each_norm
def test_quick_weights_and_biases_of_norms_count_in_the_joint_norm(norm):
    (x, y), model, twin = problem(), network(norm), network(norm)
    F.mse_loss(twin(x), y).backward()
    whole = np.concatenate([p.grad.numpy().ravel() for p in twin.parameters()])
    before = np.concatenate([p.numpy().ravel() for p in model.parameters()])
    sgd, look = optim.SGD(model.parameters(), lr=1.0), After()
    trainer_of(model, sgd, max_grad_norm=0.01, callbacks=[look]).fit([(x, y)], 1)
    moved = before - np.concatenate([p.numpy().ravel() for p in model.parameters()])
    assert look.steps[0][2] == pytest.approx(np.linalg.norm(whole)), "the norm before clipping"
    np.testing.assert_allclose(moved, whole * 0.01 / np.linalg.norm(whole), 1e-4, 1e-12)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda x: x[0].fill_(math.nan), "linear is NaN, which was already in its input 0"),
        (lambda x: x.fill_(0.0), "the result of batch_norm became NaN"),
    ],
    ids=["NaN", "rows alike"],
)
def test_quick_a_bad_batch_poisons_neither_weights_nor_statistics(spoil, words):
    """The message names the first operation; the run can go on without that batch."""
    (x, y), model, twin = problem(), network(p=0.3), network(p=0.3)
    for linear, norm, *_ in (model[0], twin[0]):
        norm.eps = 0.0
        linear.bias.requires_grad_(False).fill_(0.0)  # rows of 0 stay 0: no rounding in their mean
    bad = x.clone()
    spoil(bad)
    trainer = trainer_of(model, optim.Adam(model.parameters(), lr=0.01))
    tinytorch.manual_seed(5)
    trainer_of(twin, optim.Adam(twin.parameters(), lr=0.01)).fit([(x, y)], 1)
    tinytorch.manual_seed(5)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=f"step 2: .*{words}"):
        trainer.fit([(x, y), (bad, y)], 1)
    same(state(model), state(twin))
    assert trainer.evaluate([(x, y)]) == trainer_of(twin).evaluate([(x, y)])


# Train and eval


@each_norm
def test_quick_a_trained_model_predicts_by_the_formula_for_batches_of_any_size(norm):
    """Also alone: a prediction does not depend on what else is in the batch."""
    (x, y), model = problem(), network(norm, p=0.3)
    trainer = trainer_of(model, optim.Adam(model.parameters(), lr=0.02))
    trainer.fit(cut(x, y, 7), 10)
    wanted = outputs(state(model), norm, x.numpy())
    loss = ((wanted - y.numpy()) ** 2).mean()
    for size in (1, 5, 24):
        found = trainer.predict(cut(x, y, size)).numpy()
        np.testing.assert_allclose(found, wanted, 1e-9, err_msg=f"batches of {size}")
        assert trainer.evaluate(cut(x, y, size))["loss"] == pytest.approx(loss, rel=1e-9)


def test_quick_evaluation_moves_nothing():
    """No statistics, no gradients, no random numbers, no graph, and every mode as it was."""
    (x, y), model, given = problem(), network(p=0.3), []
    trainer = trainer_of(
        model, metrics={"kept": lambda out, y: given.append(out) or F.mse_loss(out, y)}
    )
    trainer.fit(cut(x, y, 7), 2)
    model[0][1].eval()
    model.zero_grad()
    before, random = state(model), tinytorch.default_generator.get_state()
    modes = [module.training for module in model.modules()]
    trainer.evaluate(cut(x, y, 5))
    trainer.predict(x)
    same(state(model), before)
    assert [module.training for module in model.modules()] == modes
    assert tinytorch.default_generator.get_state() == random
    assert all(p.grad is None for p in model.parameters())
    assert all(out.grad_fn is None and not out.requires_grad for out in given)
    assert len(given) == 5


class Peek(Callback):
    """Evaluate and predict in the middle of an epoch, sometimes with an error on the way."""

    def __init__(self, x, y):
        self.x, self.y, self.errors = x, y, 0

    def on_step_end(self, trainer):
        trainer.evaluate([(self.x, self.y)])
        trainer.predict(self.x)

        def broken():
            yield self.x, self.y
            raise LookupError("the disk is gone")

        try:
            trainer.evaluate(broken())
        except LookupError:
            self.errors += 1


def test_quick_looking_in_the_middle_of_an_epoch_changes_nothing():
    """Even when it raises: the next step trains with dropout and statistics as if nobody looked."""
    ends = []
    for peek in ([], [Peek(*problem(seed=1))]):
        model = network(p=0.3)
        tinytorch.manual_seed(3)
        trainer = trainer_of(model, callbacks=peek)
        trainer.fit(cut(*problem(), 7), 3)
        ends.append((state(model), trainer.history["loss"]))
    assert peek[0].errors == 12
    same(ends[1][0], ends[0][0])
    assert ends[1][1] == ends[0][1]


def test_quick_an_evaluation_inside_another_ends_for_itself():
    """A metric that predicts: afterwards the outer evaluation still evaluates, graph-free."""
    (x, y), model, seen = problem(), network(p=0.5), []

    def nested(output, target):
        trainer.predict(x)
        seen.append((any(m.training for m in model.modules()), tinytorch.is_grad_enabled()))
        return F.mse_loss(output, target)

    trainer = trainer_of(model, metrics={"nested": nested})
    trainer.fit([(x, y)], 1)
    wanted = outputs(state(model), "batch", x.numpy())
    result = trainer.evaluate(cut(x, y, 8))
    assert seen == [(False, False)] * 3
    assert result["loss"] == pytest.approx(((wanted - y.numpy()) ** 2).mean(), rel=1e-9)
    assert result["nested"] == result["loss"]
    assert all(module.training for module in model.modules())
    assert tinytorch.is_grad_enabled()


def test_quick_a_batch_of_one_cannot_train_batch_norm_but_can_be_evaluated():
    (x, y), model = problem(), network()
    trainer = trainer_of(model)
    before = state(model)
    with pytest.raises(ValueError, match="more than one value per channel"):
        trainer.fit([(x[:1], y[:1])], 1)
    same(state(model), before)
    assert math.isfinite(trainer.evaluate([(x[:1], y[:1])])["loss"])


# Checkpoints


class Killed(Exception):
    """The run is broken off here."""


class KillAfter(Callback):
    def __init__(self, steps):
        self.left = steps

    def on_step_end(self, trainer):
        self.left -= 1
        if self.left == 0:
            raise Killed


class SaveThenKill(Checkpoint):
    """A checkpoint after every step; that of the last one is written, too."""

    def __init__(self, path, steps):
        super().__init__(path, 1)
        self.left = steps

    def on_step_end(self, trainer):
        super().on_step_end(trainer)
        self.left -= 1
        if self.left == 0:
            raise Killed


def run_parts(path, momentum, seed=0, steps=-1):
    """Everything that has a state: batch norm, dropout, momentum, schedule, order, patience."""
    norm = nn.BatchNorm1d(WIDTH, momentum=momentum)
    tinytorch.manual_seed(seed)
    model = nn.Sequential(
        nn.Sequential(nn.Linear(6, WIDTH), norm, nn.Tanh(), nn.Dropout(0.3)), nn.Linear(WIDTH, 2)
    )
    sgd = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    trainer = trainer_of(
        model, sgd, scheduler=lr_scheduler.CosineAnnealingLR(sgd, 12), schedule_per="step",
        max_grad_norm=0.5, accumulation_steps=2,
        callbacks=[SaveThenKill(path, steps), EarlyStopping("val_loss", 9)],
    )  # fmt: skip
    x, y = problem(30)
    data = TensorDataset(x.float(), y.float())
    return trainer, DataLoader(data, 4, shuffle=True), DataLoader(data, 7)


def rows(trainer):
    return [{k: v for k, v in row.items() if k != "seconds"} for row in trainer.history.rows]


def buffers_of_momentum(trainer):
    kept = trainer.optimizer.state_dict()["state"]
    return {number: values["momentum_buffer"].numpy().copy() for number, values in kept.items()}


@pytest.mark.parametrize(
    ("momentum", "places"),
    [(0.1, range(1, 13)), (None, (4, 7))],
    ids=["momentum", "mean of all"],
)
def test_quick_a_run_killed_after_any_step_ends_bit_for_bit_alike(momentum, places, tmp_path):
    """Four groups an epoch, three epochs, broken off after each of the twelve steps."""
    trainer, loader, val_loader = run_parts(tmp_path / "whole.npz", momentum)
    trainer.fit(loader, 3, val_loader)
    wanted = state(trainer.model), rows(trainer), buffers_of_momentum(trainer)
    assert wanted[0]["0.1.num_batches_tracked"] == 24
    for steps in places:
        path = tmp_path / f"{steps}.npz"
        first, *loaders = run_parts(path, momentum, steps=steps)
        with pytest.raises(Killed):
            first.fit(loaders[0], 3, loaders[1])
        rest, *loaders = run_parts(path, momentum, seed=9)
        rest.load(path)
        assert rest.epoch == (steps - 1) // 4
        rest.fit(loaders[0], 3, loaders[1])
        same(state(rest.model), wanted[0], what=f"killed after {steps}: ")
        same(buffers_of_momentum(rest), wanted[2])
        assert rows(rest) == wanted[1]


def test_quick_a_checkpoint_of_a_trained_model_evaluates_alike_elsewhere(tmp_path):
    trainer, loader, val_loader = run_parts(tmp_path / "run.npz", 0.1)
    trainer.fit(loader, 2, val_loader)
    other, *_ = run_parts(tmp_path / "run.npz", 0.1, seed=4)
    assert other.evaluate(val_loader) != trainer.evaluate(val_loader)
    other.load(tmp_path / "run.npz")
    assert other.evaluate(val_loader) == trainer.evaluate(val_loader)
    assert trainer.history["val_loss"][-1] == trainer.evaluate(val_loader)["loss"]
    without = nn.Sequential(nn.Sequential(nn.Linear(6, WIDTH), nn.Tanh()), nn.Linear(WIDTH, 2))
    sgd = optim.SGD(without.parameters(), lr=0.1)
    plain = trainer_of(
        without, sgd, scheduler=lr_scheduler.CosineAnnealingLR(sgd, 12), callbacks=[Callback()] * 2
    )
    with pytest.raises(RuntimeError, match=r"unexpected: 0\.1\.weight.*0\.1\.running_mean"):
        plain.load(tmp_path / "run.npz")


def test_a_run_over_digits_is_broken_off_and_resumed(tmp_path):
    """Real data, Adam and one cycle, twice broken off in the middle of an epoch."""
    trainer, learn, test = read_digits(nn.BatchNorm1d(32), 3)
    trainer.fit(learn, 3, test)
    wanted = state(trainer.model), rows(trainer)
    path = tmp_path / "run.npz"
    for part, steps in enumerate((20, 60, -1)):
        callbacks = [Checkpoint(path, 1), KillAfter(steps)]
        trainer, learn, test = read_digits(nn.BatchNorm1d(32), 3, callbacks=callbacks)
        if part:
            tinytorch.manual_seed(part)
            trainer.load(path)
        try:
            trainer.fit(learn, 3, test)
        except Killed:
            assert steps > 0
    same(state(trainer.model), wanted[0])
    assert rows(trainer) == wanted[1]


class Noisy(TensorDataset):
    """Digits with noise of their own each time they are shown, drawn where they are loaded."""

    def __init__(self, generator=None):
        super().__init__(*(tinytorch.tensor(array[:100]) for array in digits()[:2]))
        self.generator = generator

    def __getitem__(self, index):
        image, label = super().__getitem__(index)
        return image + 0.1 * tinytorch.randn(*image.shape, generator=self.generator), label


class NoisyBatches(Noisy):
    """The same, a batch at a time."""

    def __getitems__(self, indices):
        images, labels = TensorDataset.__getitem__(self, indices)
        noise = tinytorch.randn(*images.shape, generator=self.generator)
        return list(zip(images + 0.1 * noise, labels, strict=True))


class NoisyStream(IterableDataset):
    """Noisy digits in the order of a buffer of thirty, from which they are drawn."""

    def __iter__(self):
        digits, buffer = Noisy(), []
        for i in range(100):
            buffer.append(digits[i])
            if len(buffer) == 30:
                yield buffer.pop(int(tinytorch.randint(0, 30, (1,)).item()))
        yield from buffer


class Lazily(Sampler):
    """Draws each index when it is asked for, from a generator that only it knows."""

    def __init__(self, generator=None):
        self.source = generator

    def __iter__(self):
        for _ in range(100):
            yield int(tinytorch.randint(0, 100, (1,), generator=self.source).item())


# Each makes a loader anew, as the script that resumes does.
LOADERS = {
    "default generator": lambda **more: DataLoader(Noisy(), 32, shuffle=True, **more),
    "whole batches": lambda **more: DataLoader(NoisyBatches(), 32, shuffle=True, **more),
    "generator of the dataset": lambda **more: DataLoader(
        Noisy(tinytorch.Generator(1)), 32, shuffle=True, **more
    ),
    "generator in a subset": lambda **more: DataLoader(
        Subset(Noisy(tinytorch.Generator(1)), range(4, 100)), 32, shuffle=True, **more
    ),
    "one generator for all": lambda **more: DataLoader(
        Noisy(one := tinytorch.Generator(1)), 32, shuffle=True, generator=one, **more
    ),
    "more indices than examples": lambda **more: DataLoader(
        Noisy(), 32, sampler=RandomSampler(range(40), num_samples=100), **more
    ),
    "a lazy sampler": lambda **more: DataLoader(Noisy(), 32, sampler=Lazily(), **more),
    "a lazy sampler with a generator": lambda **more: DataLoader(
        Noisy(), 32, sampler=Lazily(tinytorch.Generator(2)), **more
    ),
    "a stream": lambda **more: DataLoader(NoisyStream(), 32, **more),
}


def noisy_run(path, make, workers, seed=0, steps=-1):
    """Two epochs with dropout over digits that a loader draws, killed after some steps."""
    tinytorch.manual_seed(seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.BatchNorm1d(10), nn.Dropout(0.2))
    trainer = trainer_of(
        model,
        optim.Adam(model.parameters()),
        F.cross_entropy,
        callbacks=[SaveThenKill(path, steps)],
    )
    if seed:
        trainer.load(path)
    with pytest.raises(Killed) if steps > 0 else nullcontext():
        trainer.fit(make(num_workers=workers), 2, make(num_workers=workers))
    return trainer


@pytest.mark.parametrize("kind", LOADERS)
@pytest.mark.parametrize("workers", [0, 3])
def test_quick_a_run_over_data_that_is_drawn_repeats_and_resumes(kind, workers, tmp_path):
    """Bit for bit, whatever the threads had loaded ahead, with another number of them too."""
    path, make = tmp_path / "run.npz", LOADERS[kind]
    whole = noisy_run(path, make, workers)
    again = noisy_run(path, make, 2)
    assert rows(again) == rows(whole)
    same(state(again.model), state(whole.model))
    for steps in (2, 4, 5):
        noisy_run(path, make, workers, steps=steps)
        rest = noisy_run(path, make, workers, seed=5)
        assert rows(rest) == rows(whole), f"killed after {steps}"
        same(state(rest.model), state(whole.model), what=f"killed after {steps}: ")


# Accumulation


@pytest.mark.parametrize("k", [2, 3, 5])
@pytest.mark.parametrize("norm", BY_SAMPLE)
def test_quick_k_small_batches_are_one_large_one(norm, k):
    """Where samples do not meet in a norm; 24 in batches of 5, so that the last one is short."""
    (x, y), ends = problem(), []
    for size, steps in ((5, k), (5 * k, 1)):
        model = network(norm)
        adam = optim.Adam(model.parameters(), lr=0.02)
        history = trainer_of(model, adam, accumulation_steps=steps, max_grad_norm=0.3).fit(
            cut(x, y, size), 4
        )
        ends.append((state(model), history["loss"]))
    for name, value in ends[1][0].items():
        np.testing.assert_allclose(ends[0][0][name], value, 1e-6, 1e-9, err_msg=name)
    np.testing.assert_allclose(ends[0][1], ends[1][1], 1e-6)


def test_quick_batch_norm_normalizes_each_small_batch_by_itself():
    """What no accumulation can undo: gradients are the weighted sum of those of the parts."""
    (x, y), model, twin = problem(), network(), network()
    parts = [(x[:9], y[:9]), (x[9:20], y[9:20]), (x[20:], y[20:])]
    accumulate(model, F.mse_loss, parts)
    wanted = {name: 0.0 for name, _ in twin.named_parameters()}
    for inputs, targets in parts:
        twin.zero_grad()
        F.mse_loss(twin(inputs), targets).backward()
        for name, p in twin.named_parameters():
            wanted[name] = wanted[name] + p.grad.numpy() * len(inputs) / 24
    same({n: p.grad.numpy() for n, p in model.named_parameters()}, wanted, exact=False)
    same(state(model), state(twin))
    whole = network()
    F.mse_loss(whole(x), y).backward()
    assert not np.allclose(whole[1].weight.grad.numpy(), model[1].weight.grad.numpy(), rtol=1e-3)


# History


def test_quick_a_row_is_true_with_batch_norm(tmp_path):
    """loss is that of the batches as they came, val_loss that of the statistics at that time."""
    (x, y), model, kept = problem(), network(), []
    val_x, val_y = problem(10, seed=2)

    class Keep(Callback):
        def on_epoch_end(self, trainer, row):
            found = outputs(state(model), "batch", val_x.numpy())
            kept.append(((found - val_y.numpy()) ** 2).mean())

    look = After()
    trainer = trainer_of(model, callbacks=[look, Keep()])
    history = trainer.fit(cut(x, y, 7), 3, val_loader=cut(val_x, val_y, 4))
    assert history["epoch"] == [1, 2, 3]
    losses = np.reshape([step[0] for step in look.steps], (3, 4))
    np.testing.assert_allclose(history["loss"], losses @ [7, 7, 7, 3] / 24, 1e-12)
    np.testing.assert_allclose(history["val_loss"], kept, 1e-9)
    norms = np.reshape([step[2] for step in look.steps], (3, 4))
    np.testing.assert_allclose(history["grad_norm"], norms.mean(1), 1e-12)
