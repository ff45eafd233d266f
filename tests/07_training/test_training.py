"""The training loop at its boundaries: each point where training can go wrong, in numbers.

What breaks training rarely raises: it trains worse, or reports what is not so. So each test here
compares with a value worked out another way: by hand, in NumPy, or by a run done differently.
"""

import csv
import hashlib
import io
import itertools
import json
import math
import os
import random
import signal
import subprocess
import sys
import time
import weakref
from pathlib import Path

import numpy as np
import pytest

import tinytorch
from tinytorch import nn, optim, training
from tinytorch.core import training as core
from tinytorch.core.training import PlainProgress, accumulate, generators_of, training_step
from tinytorch.nn.utils import clip_grad_norm_, clip_grad_value_
from tinytorch.training import (
    Callback,
    Checkpoint,
    EarlyStopping,
    History,
    Trainer,
    load_checkpoint,
    save_checkpoint,
)
from tinytorch.utils.data import DataLoader, TensorDataset
from tinytorch_data import digits

mse, cross_entropy = nn.functional.mse_loss, nn.functional.cross_entropy


def tensor(values):
    return tinytorch.tensor(np.asarray(values, dtype=np.float64))


def network(*sizes, seed=0, p=0.0):
    """A float64 perceptron with dropout in a nested part."""
    tinytorch.manual_seed(seed)
    parts = []
    for n, m in itertools.pairwise(sizes):
        parts += [nn.Sequential(nn.Linear(n, m), nn.Dropout(p)), nn.Tanh()]
    return nn.Sequential(*parts[:-1]).double()


def problem(count=24, seed=0):
    """Inputs (count, 3) and targets (count, 2) in float64."""
    rng = np.random.default_rng(seed)
    return tensor(rng.normal(size=(count, 3))), tensor(rng.normal(size=(count, 2)))


def trainer_of(model, optimizer=None, loss_fn=mse, **settings):
    optimizer = optimizer or optim.SGD(model.parameters(), lr=0.1)
    return Trainer(model, optimizer, loss_fn, progress=False, **settings)


def weights(model):
    return np.concatenate([p.numpy().ravel() for p in model.parameters()]).copy()


class Recorder(Callback):
    """Keep what each step did, and what `look(trainer)` says after it."""

    def __init__(self, look=lambda trainer: None):
        self.look, self.steps, self.seen = look, [], []

    def on_step_end(self, trainer):
        self.steps.append(list(trainer.steps[-1]))
        self.seen.append(self.look(trainer))


# ---- orchestration ----


class Diary:
    """A note of every call that the trainer makes, in order.

    When gradients are cleared is not noted: many places are right, and a wrong one leaves traces in
    the gradients of the steps.
    """

    def __init__(self):
        self.lines = []
        diary = self.lines

        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.w = nn.Parameter([1.0])

            def forward(self, x):
                diary.append("forward")
                return x * self.w

        class Watched(optim.SGD):
            def step(self, closure=None):
                diary.append(
                    f"step with gradient {self.param_groups[0]['params'][0].grad.item():.3f}"
                )
                super().step(closure)

        def loss_fn(output, target):
            diary.append("loss")
            return mse(output, target)

        class Schedule(optim.lr_scheduler.StepLR):
            def step(self, epoch=None):
                diary.append("schedule")
                super().step(epoch)

        self.model, self.loss_fn = Model(), loss_fn
        self.optimizer = Watched(self.model.parameters(), lr=0.0)
        self.scheduler = Schedule(self.optimizer, 100)
        diary.clear()


@pytest.mark.parametrize("schedule_per", ["step", "epoch"])
def test_everything_happens_once_a_group_and_in_order(schedule_per):
    diary, one = Diary(), tinytorch.tensor([1.0])
    trainer = Trainer(
        diary.model, diary.optimizer, diary.loss_fn, diary.scheduler, schedule_per,
        max_grad_norm=0.5, accumulation_steps=2, progress=False,
    )  # fmt: skip
    trainer.fit([(one, one * 0)] * 3, 1)
    per_step = ["schedule"] if schedule_per == "step" else []
    group = [*["forward", "loss"] * 2, "step with gradient 0.500", *per_step]
    short = ["forward", "loss", "step with gradient 0.500", *per_step]
    assert diary.lines == group + short + (["schedule"] if schedule_per == "epoch" else [])


def test_a_run_equals_the_loop_by_hand():
    x, y = problem()
    batches = [(x[i : i + 5], y[i : i + 5]) for i in range(0, 24, 5)]
    by_trainer, by_hand = network(3, 4, 2), network(3, 4, 2)
    trainer_of(by_trainer, optim.SGD(by_trainer.parameters(), lr=0.1, momentum=0.9)).fit(batches, 3)
    sgd = optim.SGD(by_hand.parameters(), lr=0.1, momentum=0.9)
    for inputs, targets in batches * 3:
        sgd.zero_grad()
        mse(by_hand(inputs), targets).backward()
        sgd.step()
    np.testing.assert_allclose(weights(by_trainer), weights(by_hand), 1e-12, 1e-14)


def test_a_step_is_downhill_by_the_learning_rate_times_the_gradient():
    model, (x, y) = network(3, 2), problem()
    before = weights(model)
    look = Recorder(lambda t: np.concatenate([p.grad.numpy().ravel() for p in model.parameters()]))
    trainer_of(model, optim.SGD(model.parameters(), lr=0.25), callbacks=[look]).fit([(x, y)], 1)
    np.testing.assert_allclose(weights(model), before - 0.25 * look.seen[0], rtol=1e-12)


# ---- zero_grad ----


def test_gradients_do_not_leak_between_steps():
    model, (x, y) = network(3, 4, 2), problem()
    look = Recorder(lambda t: [p.grad.numpy().copy() for p in t.model.parameters()])
    trainer_of(model, optim.SGD(model.parameters(), lr=0.0), callbacks=[look]).fit([(x, y)] * 3, 2)
    assert len(look.seen) == 6
    for seen in look.seen[1:]:
        for first, later in zip(look.seen[0], seen, strict=True):
            np.testing.assert_array_equal(later, first)


def test_a_gradient_from_before_the_run_does_not_count():
    model, (x, y) = network(3, 2), problem()
    other = network(3, 2)
    for p in model.parameters():
        p.grad = tinytorch.full(p.shape, 100.0).double()
    trainer_of(model).fit([(x, y)], 1)
    trainer_of(other).fit([(x, y)], 1)
    np.testing.assert_array_equal(weights(model), weights(other))


# ---- convergence ----


def test_a_line_is_recovered():
    x = tinytorch.linspace(-1, 1, 64).reshape(64, 1)
    tinytorch.manual_seed(0)
    model = nn.Linear(1, 1)
    loader = DataLoader(TensorDataset(x, x * 2 + 1), 16, shuffle=True)
    trainer_of(model, optim.SGD(model.parameters(), lr=0.2)).fit(loader, 60)
    assert abs(model.weight.item() - 2) < 1e-3
    assert abs(model.bias.item() - 1) < 1e-3


def accuracy(output, target):
    return (output.argmax(dim=1) == target).float().mean()


def test_digits_are_learnt():
    data = digits()
    learn = TensorDataset(tinytorch.tensor(data.train_images), tinytorch.tensor(data.train_labels))
    test = TensorDataset(tinytorch.tensor(data.test_images), tinytorch.tensor(data.test_labels))
    tinytorch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    adam = optim.Adam(model.parameters(), lr=0.005)
    trainer = trainer_of(model, adam, cross_entropy, metrics={"accuracy": accuracy})
    history = trainer.fit(DataLoader(learn, 32, shuffle=True), 10)
    assert history["loss"] == sorted(history["loss"], reverse=True), "the loss falls every epoch"
    assert trainer.evaluate(DataLoader(test, 64))["accuracy"] > 0.95


def test_the_loss_falls_on_fixed_data():
    model, (x, y) = network(3, 8, 2), problem()
    losses = trainer_of(model).fit([(x, y)], 20)["loss"]
    assert all(later < earlier for earlier, later in itertools.pairwise(losses))


# ---- learning rate ----


@pytest.mark.parametrize(
    ("per", "rates"), [("step", [1, 2, 3, 4, 5, 6]), ("epoch", [1, 1, 1, 2, 2, 2])]
)
def test_the_rate_in_use_follows_the_formula(per, rates):
    model = nn.Linear(1, 1, bias=False).double()
    sgd = optim.SGD(model.parameters(), lr=0.5)
    schedule = optim.lr_scheduler.LambdaLR(sgd, lambda t: 1 / (t + 1))
    values = []
    look = Recorder(lambda t: values.append(weights(t.model)))
    batch = (tensor([[1.0]]), tensor([[0.0]]))
    trainer = trainer_of(
        model, sgd, lambda out, y: out.sum(), scheduler=schedule, schedule_per=per, callbacks=[look]
    )
    start = weights(model)
    history = trainer.fit([batch] * 3, 2)
    used = -np.diff(np.concatenate([start, *values]))  # the gradient is 1 at every step
    np.testing.assert_allclose(used, [0.5 / rate for rate in rates], rtol=1e-12)
    np.testing.assert_allclose([step[3] for step in look.steps], used, rtol=1e-9)
    np.testing.assert_allclose(history["lr"], [0.5 / rates[2], 0.5 / rates[5]])


# ---- clipping ----


def gradients(*arrays):
    parameters = [nn.Parameter(np.zeros_like(array)) for array in arrays]
    for p, array in zip(parameters, arrays, strict=True):
        p.grad = tinytorch.tensor(np.asarray(array, "float32"))
    return parameters


@pytest.mark.parametrize(
    ("norm_type", "norm"),
    [(2, 13.0), (2.0, 13.0), (1, 19.0), (math.inf, 12.0), (float("inf"), 12.0)],
)
def test_the_joint_norm_is_bounded_and_the_direction_kept(norm_type, norm):
    parameters = gradients([[3.0, 0.0], [4.0, 0.0]], [-12.0])
    returned = clip_grad_norm_(parameters, 1.3, norm_type=norm_type)
    assert isinstance(returned, tinytorch.Tensor)
    assert returned.item() == pytest.approx(norm)
    factor = 1.3 / norm
    np.testing.assert_allclose(
        parameters[0].grad.numpy(), np.array([[3, 0], [4, 0]]) * factor, 1e-5
    )
    np.testing.assert_allclose(parameters[1].grad.numpy(), [-12 * factor], 1e-5)


def test_a_short_gradient_is_left_alone_to_the_bit():
    parameters = gradients([0.1, 0.2], [0.3])
    assert clip_grad_norm_(parameters, 0.5).item() == pytest.approx(0.14**0.5)
    np.testing.assert_array_equal(parameters[0].grad.numpy(), np.array([0.1, 0.2], "float32"))


def test_clipping_passes_over_what_has_no_gradient():
    (p,) = gradients([3.0, 4.0])
    assert clip_grad_norm_([nn.Parameter([1.0]), p], 10.0).item() == 5.0
    assert clip_grad_norm_([nn.Parameter([1.0])], 10.0).item() == 0.0
    assert clip_grad_norm_(p, 1.0).item() == 5.0, "one tensor alone"
    assert clip_grad_norm_(iter([p]), 1.0).item() == pytest.approx(1.0), "an iterator"


def test_a_norm_that_is_not_finite_raises_if_asked_to():
    for bad in (math.inf, math.nan):
        (p,) = gradients([bad, 1.0])
        with pytest.raises(RuntimeError, match="non-finite"):
            clip_grad_norm_([p], 1.0, error_if_nonfinite=True)
        assert p.grad.numpy()[1] == 1.0
    with np.errstate(invalid="ignore"):
        assert math.isnan(clip_grad_norm_([p], 1.0).item())
    assert np.isnan(p.grad.numpy()).all(), "as in PyTorch, it spreads"


def test_values_are_clipped_one_by_one():
    parameters = gradients([[-3.0, 0.25]], [2.0])
    kept = parameters[0].grad
    assert clip_grad_value_(parameters, 0.5) is None
    assert parameters[0].grad is kept
    np.testing.assert_array_equal(kept.numpy(), [[-0.5, 0.25]])
    clip_grad_value_(parameters[1], 0.25)
    np.testing.assert_array_equal(parameters[1].grad.numpy(), [0.25])


def test_a_clipped_step_has_the_length_of_the_limit():
    model, (x, y) = network(3, 8, 2), problem()
    before = weights(model)
    look = Recorder()
    sgd = optim.SGD(model.parameters(), lr=1.0)
    trainer_of(model, sgd, max_grad_norm=0.01, callbacks=[look]).fit([(x, y)], 1)
    assert np.linalg.norm(weights(model) - before) == pytest.approx(0.01, rel=1e-3)
    assert look.steps[0][2] > 0.1, "the norm before clipping is reported"


class LogOfWeight(nn.Module):
    """log(x w): NaN as soon as x w is negative."""

    def __init__(self):
        super().__init__()
        self.w = nn.Parameter([1.0])

    def forward(self, x):
        return (x * self.w).log()


@pytest.mark.parametrize(
    ("value", "words"),
    [(-1.0, "the result of log became NaN"), (0.0, "the result of log became infinite")],
)
def test_a_loss_that_is_not_finite_stops_before_the_weights(value, words):
    model = LogOfWeight()
    trainer = trainer_of(model, optim.Adam(model.parameters()), lambda out, y: out.mean())
    bad, good = [(tinytorch.tensor([x]), tinytorch.tensor([0.0])) for x in (value, 2.0)]
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=f"step 2: .*{words}"):
        trainer.fit([good, bad, good], 1)
    assert np.isfinite(model.w.numpy()).all()
    assert len(trainer.steps) == 1, "the step does not count"


def test_a_gradient_that_is_not_finite_stops_too():
    model = nn.Linear(1, 1).double()
    before = weights(model)
    trainer = trainer_of(model, loss_fn=lambda out, y: ((out - out.detach()) ** 2).sqrt().sum())
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="the gradient of sqrt"):
        trainer.fit([(tensor([[1.0]]), tensor([[1.0]]))], 1)
    np.testing.assert_array_equal(weights(model), before)


def test_the_search_draws_the_same_dropout():
    """The logarithm fails where dropout gave it a 0: the search must meet the same mask."""

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter([1.0])

        def forward(self, x):
            return nn.functional.dropout(x * self.w, 0.5, self.training).log()

    batch, messages = (tinytorch.tensor([2.0]), tinytorch.tensor([0.0])), []
    for seed in range(12):
        tinytorch.manual_seed(seed)
        with np.errstate(all="ignore"):
            try:
                trainer_of(Model(), loss_fn=lambda out, y: out.sum()).fit([batch], 1)
            except FloatingPointError as error:
                messages.append(str(error))
    assert 0 < len(messages) < 12
    assert all("the result of log became infinite" in message for message in messages)


def test_data_that_is_not_finite_is_named():
    model = network(3, 2)
    x, y = problem()
    x.numpy()[3, 1] = math.nan
    with pytest.raises(FloatingPointError, match="linear is NaN, which was already in its input 0"):
        trainer_of(model).fit([(x, y)], 1)


# ---- train and eval ----


def test_dropout_acts_in_training_and_nowhere_else():
    model, (x, y) = network(3, 8, 2, p=0.5), problem()
    trainer = trainer_of(model, optim.SGD(model.parameters(), lr=0.0))
    losses = trainer.fit([(x, y)], 3)["loss"]
    assert len(set(losses)) == 3, "another mask each time"
    first, second = trainer.evaluate([(x, y)]), trainer.evaluate([(x, y)])
    assert first == second
    model.eval()
    assert first["loss"] == pytest.approx(mse(model(x), y).item())


def test_every_module_has_its_mode_back():
    model, (x, y) = network(3, 8, 2, p=0.5), problem()
    model[0][1].eval()
    before = [module.training for module in model.modules()]
    assert len(set(before)) == 2
    trainer = trainer_of(model)
    trainer.evaluate([(x, y)])
    trainer.predict(x)
    assert [module.training for module in model.modules()] == before

    def broken():
        yield x, y
        raise LookupError("the disk is gone")

    for job in (trainer.evaluate, trainer.predict):
        with pytest.raises(LookupError):
            job(broken())
        assert [module.training for module in model.modules()] == before
        assert tinytorch.is_grad_enabled()


def test_training_goes_on_in_training_after_validation():
    model, (x, y) = network(3, 8, 2, p=0.5), problem()
    look = Recorder(lambda t: [module.training for module in t.model.modules()])
    trainer_of(model, callbacks=[look]).fit([(x, y)], 3, val_loader=[(x, y)])
    assert all(all(modes) for modes in look.seen)


def test_fit_puts_the_model_into_training():
    model, (x, y) = network(3, 8, 2, p=0.5), problem()
    look = Recorder(lambda t: [module.training for module in t.model.modules()])
    trainer_of(model.eval(), callbacks=[look]).fit([(x, y)], 1)
    assert all(look.seen[0])


def test_evaluate_records_no_graph_and_changes_nothing():
    model, (x, y) = network(3, 8, 2, p=0.5), problem()
    before, random_state = weights(model), tinytorch.default_generator.get_state()
    outputs = []

    def loss_fn(output, target):
        outputs.append(output)
        return mse(output, target)

    trainer = trainer_of(model, loss_fn=loss_fn)
    trainer.evaluate([(x, y)])
    assert not outputs[0].requires_grad
    assert all(p.grad is None for p in model.parameters())
    np.testing.assert_array_equal(weights(model), before)
    assert tinytorch.default_generator.get_state() == random_state


class Counting(nn.Module):
    """Counts its inputs in a buffer while it trains, as batch norm keeps its statistics."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 2).double()
        self.register_buffer("seen", tinytorch.tensor([0.0]))

    def forward(self, x):
        if self.training:
            self.seen += len(x)
        return self.linear(x)


def test_statistics_move_in_training_only():
    model, (x, y) = nn.Sequential(Counting()), problem()
    trainer = trainer_of(model)
    trainer.fit([(x, y)], 1, val_loader=[(x, y)])
    trainer.evaluate([(x, y)])
    trainer.predict(x)
    assert model[0].seen.item() == 24


def test_predictions_come_in_order():
    model, (x, y) = network(3, 2, p=0.5), problem()
    trainer = trainer_of(model)
    wanted = trainer.predict(x).numpy()
    assert not trainer.predict(x).requires_grad
    for data in (TensorDataset(x), TensorDataset(x, y)):
        np.testing.assert_allclose(trainer.predict(DataLoader(data, 7)).numpy(), wanted)
    np.testing.assert_allclose(trainer.predict([x[:10], x[10:]]).numpy(), wanted)


# ---- accumulation ----


@pytest.mark.parametrize("k", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("size", [4, 5, 7])
def test_k_small_batches_are_one_large_one(k, size):
    """Also when the last group is short, and batches differ in size."""
    x, y = problem(31)
    small = [(x[i : i + size], y[i : i + size]) for i in range(0, 31, size)]
    large = [(x[i : i + k * size], y[i : i + k * size]) for i in range(0, 31, k * size)]
    one, two = network(3, 6, 2), network(3, 6, 2)
    adam, other = optim.Adam(one.parameters(), lr=0.01), optim.Adam(two.parameters(), lr=0.01)
    first = trainer_of(one, adam, accumulation_steps=k, max_grad_norm=0.3).fit(small, 3)
    second = trainer_of(two, other, max_grad_norm=0.3).fit(large, 3)
    np.testing.assert_allclose(weights(one), weights(two), rtol=1e-6, atol=1e-9)
    for name in ("loss", "grad_norm"):
        np.testing.assert_allclose(first[name], second[name], rtol=1e-6)


def test_batches_of_different_sizes_count_by_their_samples():
    x, y = problem(10)
    model, other = network(3, 2), network(3, 2)
    loss = accumulate(model, mse, [(x[:1], y[:1]), (x[1:4], y[1:4]), (x[4:], y[4:])])
    whole = mse(other(x), y)
    whole.backward()
    assert loss == pytest.approx(whole.item(), rel=1e-12)
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-9)


def test_one_graph_is_in_memory_at_a_time():
    model, (x, y), outputs, alive = network(3, 4, 2), problem(), [], []

    def watched(inputs):
        output = model(inputs)
        alive.append(sum(one() is not None for one in outputs))
        outputs.append(weakref.ref(output))
        return output

    accumulate(watched, mse, [(x, y)] * 4)
    assert alive == [0] * 4


def test_a_group_takes_one_step():
    model, (x, y) = network(3, 2), problem()
    look = Recorder()
    trainer_of(model, accumulation_steps=3, callbacks=[look]).fit([(x[:3], y[:3])] * 7, 1)
    assert [step[1] for step in look.steps] == [9, 9, 3]


# ---- history ----


def test_a_row_is_true():
    x, y = problem(10)
    model, other = network(3, 2), network(3, 2)
    batches = [(x[:7], y[:7]), (x[7:], y[7:])]
    sgd = optim.SGD(model.parameters(), lr=0.0)
    trainer = trainer_of(model, sgd, metrics={"largest": lambda out, y: out.max()})
    history = trainer.fit(batches, 2, val_loader=[(x[:2], y[:2]), (x[2:], y[2:])])
    loss = mse(other(x), y).item()
    assert history["epoch"] == [1, 2]
    np.testing.assert_allclose(history["loss"], loss, rtol=1e-12)
    np.testing.assert_allclose(history["val_loss"], loss, rtol=1e-12)
    parts = [other(x[:2]).max().item() * 2, other(x[2:]).max().item() * 8]
    np.testing.assert_allclose(history["val_largest"], sum(parts) / 10)
    assert all(seconds > 0 for seconds in history["seconds"])
    assert all(norm > 0 for norm in history["grad_norm"])


def test_the_history_goes_on_and_is_saved_as_a_table(tmp_path):
    model, (x, y) = network(3, 2), problem()
    trainer = trainer_of(model)
    trainer.fit([(x, y)], 2)
    history = trainer.fit([(x, y)], 3, val_loader=[(x, y)])
    assert trainer.fit([(x, y)], 3) is history, "three epochs are done: nothing is added"
    assert history["epoch"] == [1, 2, 3]
    assert history["val_loss"][:2] == [None, None]
    history.to_csv(tmp_path / "run.csv")
    with open(tmp_path / "run.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["loss"]) for row in rows] == history["loss"]
    assert rows[0]["val_loss"] == ""
    with pytest.raises(KeyError, match="no column 'accuracy': it has epoch, loss"):
        history["accuracy"]
    with pytest.raises(ValueError, match="empty"):
        History().plot()


def test_the_history_plots_itself():
    plt = pytest.importorskip("matplotlib.pyplot", reason="plots need matplotlib")
    plt.switch_backend("agg")
    row = {"epoch": 1, "loss": 2.0, "lr": 0.1, "grad_norm": 1.0, "seconds": 1.0}
    history = History([row, row | {"epoch": 2, "loss": 1.0, "val_loss": 3.0, "val_accuracy": 0.5}])
    axes = history.plot()
    assert [ax.get_ylabel() for ax in axes] == ["loss", "metrics", "learning rate", "gradient norm"]
    assert list(axes[0].lines[0].get_ydata()) == [2.0, 1.0]
    assert [line.get_label() for line in axes[0].lines] == ["loss", "val_loss"]
    plt.close("all")


def test_matplotlib_is_imported_by_plots_only():
    code = "import sys, tinytorch.core.training; assert 'matplotlib' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---- early stopping ----


@pytest.mark.parametrize(
    ("values", "settings", "stops_after"),
    [
        ([3, 2, 1, 1, 1], {"patience": 2}, 5),
        ([3, 2, 1, 0], {"patience": 1}, None),
        ([1, 2, 0.5, 2, 2], {"patience": 2}, 5),
        ([0.1, 0.2, 0.2], {"patience": 1, "mode": "max"}, 3),
        ([1.0, 0.95, 0.9], {"patience": 2, "min_delta": 0.2}, 3),
        ([4.0, 4.05, 4.1], {"patience": 2, "min_delta": 0.2, "mode": "max"}, 3),
        ([4.0, 3.9, 3.7, 3.7], {"patience": 2, "min_delta": 0.2}, None),
        ([0.0, 1.0], {"patience": 1}, 2),
        ([math.nan, math.nan], {"patience": 2}, 2),
    ],
)
def test_early_stopping(values, settings, stops_after):
    stopping = EarlyStopping(**settings)
    decisions = [stopping.update(value) for value in values]
    assert (decisions.index(True) + 1 if True in decisions else None) == stops_after


def test_early_stopping_watches_its_own_column():
    trainer, stopping = trainer_of(network(3, 2)), EarlyStopping("val_loss", patience=1)
    stopping.on_epoch_end(trainer, {"epoch": 1, "loss": 2.0, "val_loss": 2.0})
    assert not trainer.should_stop
    stopping.on_epoch_end(trainer, {"epoch": 2, "loss": 1.0, "val_loss": 3.0})
    assert trainer.should_stop


def test_early_stopping_ends_a_run():
    model, (x, y) = network(3, 2), problem()
    stopping = EarlyStopping("loss", patience=2)
    sgd = optim.SGD(model.parameters(), lr=0.0)
    trainer = trainer_of(model, sgd, callbacks=[stopping])
    assert len(trainer.fit([(x, y)], 9)) == 3
    assert len(trainer.fit([(x, y)], 9)) == 3
    with pytest.raises(KeyError, match="watches 'val_loss', but an epoch has epoch, loss"):
        trainer_of(network(3, 2), callbacks=[EarlyStopping()]).fit([(x, y)], 1)
    with pytest.raises(ValueError, match="mode is 'up': choose 'min' or 'max'"):
        EarlyStopping(mode="up")


# ---- checkpoints: the file ----

STATE = {
    "floats": [0.1, math.inf, -0.0, 1e-320],
    3: ("a tuple", None, True, {"": []}),
    "arrays": {"a": np.arange(6, dtype="int64").reshape(2, 3), "b": np.array([0.1], "float32")},
    "large": 2**127 + 1,
    (1, 2): "a key",
}


def test_a_state_comes_back_to_the_bit(tmp_path):
    save_checkpoint(tmp_path / "state.npz", STATE | {"tensor": tinytorch.tensor([1.5])})
    back = load_checkpoint(str(tmp_path / "state.npz"))
    found = back.pop("tensor")
    assert isinstance(found, tinytorch.Tensor)
    assert found.tolist() == [1.5]
    assert list(back) == list(STATE)
    for name, array in STATE["arrays"].items():
        assert back["arrays"][name].dtype == array.dtype
        np.testing.assert_array_equal(back["arrays"][name], array)
    assert repr(back) == repr(STATE)


def test_a_checkpoint_is_an_archive_without_pickle(tmp_path):
    save_checkpoint(tmp_path / "state.npz", STATE)
    with np.load(tmp_path / "state.npz", allow_pickle=False) as file:
        head = json.loads(file["json"].tobytes())
        assert all(file[name].dtype != object for name in file.files)
    assert (head["format"], head["version"]) == ("tinytorch checkpoint", 1)


@pytest.mark.parametrize("value", [object(), print, np.array([None]), {1, 2}, b"bytes"])
def test_what_cannot_be_kept_is_named_and_nothing_is_written(value, tmp_path):
    path = tmp_path / "state.npz"
    save_checkpoint(path, "old")
    with pytest.raises(TypeError, match=r"state\['a'\]\[1\], which is a"):
        save_checkpoint(path, {"a": [1, value]})
    assert load_checkpoint(path) == "old"


def archive(**arrays):
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def as_json(**head):
    return np.frombuffer(json.dumps(head).encode(), np.uint8)


def checkpoint(state):
    return archive(json=as_json(format="tinytorch checkpoint", version=1, state=state))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is damaged, or is no checkpoint"),
        (b"not a checkpoint at all", "is damaged, or is no checkpoint"),
        (archive(a=np.zeros(3)), "an archive, but no checkpoint of tinytorch"),
        (archive(json=as_json(format="something else", version=1)), "no checkpoint of tinytorch"),
        (archive(json=np.frombuffer(b"{", np.uint8)), "is damaged"),
        (archive(json=as_json(format="tinytorch checkpoint", version=2)), "reads up to version 1"),
        (archive(json=np.array([print], dtype=object)), "is damaged"),
        (archive(json=as_json(format="tinytorch checkpoint", state=1)), "of version None, this"),
        (archive(json=as_json(format="tinytorch checkpoint", version="1", state=1)), "version '1'"),
        (archive(json=as_json(format="tinytorch checkpoint", version=1)), "is damaged .KeyError"),
        (checkpoint(["array", "lost"]), "is damaged .KeyError: 'lost'"),
        (checkpoint(["list", 5]), "is damaged"),
        (checkpoint(["dict", [[["list", []], 1]]]), "is damaged"),
        (checkpoint([1, 2, 3]), "is damaged"),
        (checkpoint(["print", "x"]), "unknown kind 'print'"),
    ],
)  # fmt: skip
def test_other_files_are_refused_with_the_reason(content, words, tmp_path):
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words) as caught:
        load_checkpoint(path)
    assert "run.npz" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_is_said_to_be_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_checkpoint(tmp_path / "none.npz")


def test_damage_is_noticed_or_harmless(tmp_path):
    """Cut off anywhere, or with any byte changed: refused, or the same state."""
    path = tmp_path / "state.npz"
    save_checkpoint(path, {"a": np.arange(9), "b": 1.5})
    content = path.read_bytes()
    rng, refused = random.Random(0), 0
    damaged = [content[: rng.randrange(len(content))] for _ in range(40)]
    for _ in range(160):
        place = rng.randrange(len(content))
        damaged.append(content[:place] + bytes([content[place] ^ 0x15]) + content[place + 1 :])
    for one in damaged:
        path.write_bytes(one)
        try:
            state = load_checkpoint(path)
        except ValueError:
            refused += 1
        else:
            assert repr(state) == repr({"a": np.arange(9), "b": 1.5})
    assert refused >= 100


def test_an_archive_that_is_no_run_is_refused(tmp_path):
    save_checkpoint(tmp_path / "other.npz", {"weights": [1.0]})
    with pytest.raises(ValueError, match=r"other.npz holds no state of a Trainer"):
        trainer_of(network(3, 2)).load(tmp_path / "other.npz")


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    save_checkpoint(path, "old")

    def full(*args):
        raise OSError("the disk is full")

    for calls in (("fsync", "fdatasync"), ("replace", "rename")):
        with monkeypatch.context() as patch:
            for call in calls:
                patch.setattr(os, call, full, raising=False)
            with pytest.raises(OSError, match="the disk is full"):
                save_checkpoint(path, "new")
        assert load_checkpoint(path) == "old"
        assert os.listdir(tmp_path) == ["run.npz"]


WRITER = """
import sys, numpy as np
from tinytorch.training import save_checkpoint
path, count = sys.argv[1], 0
while True:
    count += 1
    save_checkpoint(path, {"count": count, "array": np.full(400_000, count)})
    print(count, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_kill_9_while_writing_leaves_a_whole_file(tmp_path):
    """A process that does nothing but write is killed at random moments."""
    path, rng = tmp_path / "run.npz", random.Random(0)
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        ) as process:
            written = int(process.stdout.readline())
            time.sleep(rng.uniform(0, 0.06))
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split()
        written = int(rest[-1]) if rest else written
        state = load_checkpoint(path)
        assert state["count"] >= written
        assert (state["array"] == state["count"]).all()


# ---- checkpoints: exact resume ----


class Killed(Exception):
    """The run is broken off here."""


class KillAfter(Callback):
    def __init__(self, steps):
        self.left = steps

    def on_step_end(self, trainer):
        self.left -= 1
        if self.left == 0:
            raise Killed


def run_parts(path, seed=0, steps=-1, per="step"):
    """A trainer with all that has a state, and its loaders: made the same at every start."""
    tinytorch.manual_seed(seed)
    model = network(3, 8, 2, seed=seed, p=0.3)
    adam = optim.Adam(model.parameters(), lr=0.05)
    schedule = optim.lr_scheduler.ExponentialLR(adam, 0.95)
    look = Recorder()
    trainer = trainer_of(
        model, adam, scheduler=schedule, schedule_per=per, max_grad_norm=0.5, accumulation_steps=2,
        callbacks=[Checkpoint(path, 1), EarlyStopping("loss", 9), look, KillAfter(steps)],
    )  # fmt: skip
    x, y = problem(29)
    own = tinytorch.Generator(7)
    loader = DataLoader(
        TensorDataset(x, y), 4, shuffle=True, generator=own if per == "step" else None
    )
    val_loader = DataLoader(TensorDataset(x, y), 10, shuffle=True)
    return trainer, loader, val_loader, look


def outcome(trainer):
    """Everything a run leaves, seconds aside."""
    state = trainer.state_dict()
    rows = [{k: v for k, v in row.items() if k != "seconds"} for row in trainer.history.rows]
    arrays = {}
    rest = {k: v for k, v in state.items() if k not in ("history", "seconds", "callbacks")}
    text = repr(core.pack([rest, rows, state["callbacks"][1]], arrays))
    return text, [array.copy() for array in arrays.values()]


def same(one, two):
    assert one[0] == two[0]
    for a, b in zip(one[1], two[1], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("per", ["step", "epoch"])
@pytest.mark.parametrize("steps", [1, 3, 4, 5, 8, 11])
def test_a_run_that_is_broken_off_goes_on_exactly(per, steps, tmp_path):
    """Four groups an epoch, three epochs: in the first, at an epoch's end, in the next ones."""
    path = tmp_path / "run.npz"
    trainer, loader, val_loader, whole = run_parts(tmp_path / "whole.npz", per=per)
    trainer.fit(loader, 3, val_loader)
    wanted = outcome(trainer)
    trainer, loader, val_loader, first = run_parts(path, steps=steps, per=per)
    with pytest.raises(Killed):
        trainer.fit(loader, 3, val_loader)
    # KillAfter comes before Checkpoint, so the file is one step behind, as after a real crash.
    if not path.exists():
        assert steps == 1
        return
    trainer, loader, val_loader, rest = run_parts(path, seed=5, per=per)
    trainer.load(path)
    trainer.fit(loader, 3, val_loader)
    same(outcome(trainer), wanted)
    assert trainer.history["epoch"] == [1, 2, 3]
    assert first.steps[: steps - 1] + rest.steps == whole.steps


def test_a_trainer_goes_on_after_an_interruption_in_the_same_process(tmp_path):
    trainer, loader, val_loader, _ = run_parts(tmp_path / "whole.npz")
    trainer.fit(loader, 2, val_loader)
    wanted = outcome(trainer)
    trainer, loader, val_loader, _ = run_parts(tmp_path / "run.npz", steps=2)
    with pytest.raises(Killed):
        trainer.fit(loader, 2, val_loader)
    trainer.fit(loader, 2, val_loader)
    same(outcome(trainer), wanted)


def test_a_checkpoint_takes_the_place_of_what_a_trainer_did_before(tmp_path):
    trainer, loader, val_loader, _ = run_parts(tmp_path / "run.npz")
    trainer.fit(loader, 2, val_loader)
    wanted = outcome(trainer)
    trainer, loader, val_loader, _ = run_parts(tmp_path / "other.npz", seed=3)
    trainer.fit(loader, 1, val_loader)
    trainer.load(tmp_path / "run.npz")
    assert trainer.history["epoch"] == [1, 2]
    same(outcome(trainer), wanted)


def test_resuming_a_finished_run_adds_nothing(tmp_path):
    trainer, loader, val_loader, _ = run_parts(tmp_path / "run.npz")
    trainer.fit(loader, 2, val_loader)
    wanted = outcome(trainer)
    trainer, loader, val_loader, _ = run_parts(tmp_path / "run.npz", seed=3)
    trainer.load(tmp_path / "run.npz")
    assert trainer.fit(loader, 2, val_loader)["epoch"] == [1, 2]
    assert outcome(trainer)[0].count("'epoch'") == wanted[0].count("'epoch'")
    np.testing.assert_array_equal(outcome(trainer)[1][0], wanted[1][0])


def run(path, resume, steps):
    """A run of three epochs in a process of its own; returns what it leaves, as a digest."""
    trainer, loader, val_loader, _ = run_parts(path, seed=9 if resume else 0)
    trainer.callbacks[-2].left = steps
    if resume:
        trainer.load(path)
    try:
        trainer.fit(loader, 3, val_loader)
    except Killed:
        os.kill(os.getpid(), signal.SIGKILL)
    text, arrays = outcome(trainer)
    digest = hashlib.sha256(text.encode())
    for array in arrays:
        digest.update(array.tobytes())
    return digest.hexdigest()


def run_in_a_process(path, resume=False, steps=-1):
    code = f"import test_training as t; print(t.run({str(path)!r}, {resume}, {steps}))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_a_process_killed_at_a_random_step_and_resumed_ends_alike(tmp_path):
    """Killed with kill -9 twice, at steps drawn at random, and resumed in new processes."""
    whole = run_in_a_process(tmp_path / "whole.npz")
    assert whole.returncode == 0, whole.stderr
    path, rng = tmp_path / "run.npz", random.Random()
    first, second = rng.randrange(2, 6), rng.randrange(2, 5)
    assert run_in_a_process(path, steps=first).returncode == -signal.SIGKILL
    assert run_in_a_process(path, resume=True, steps=second).returncode == -signal.SIGKILL
    last = run_in_a_process(path, resume=True)
    assert last.stdout == whole.stdout, f"killed after {first} and {second} steps: {last.stderr}"


def of_plateau(patience=0, **settings):
    """A trainer whose schedule watches a metric, and whose rate is too high to get any better."""
    model = network(3, 2)
    sgd = optim.SGD(model.parameters(), lr=100.0)
    schedule = optim.lr_scheduler.ReduceLROnPlateau(sgd, factor=0.5, patience=patience)
    return trainer_of(model, sgd, scheduler=schedule, **settings), schedule


@pytest.mark.parametrize("per", ["epoch", "step"])
def test_a_plateau_gets_the_validation_loss_or_else_the_loss(per, monkeypatch):
    x, y = problem()
    for val_loader in (None, [(x, y * 2)]):
        trainer, schedule = of_plateau(schedule_per=per)
        seen = []
        monkeypatch.setattr(schedule, "step", seen.append)
        history = trainer.fit([(x, y)], 2, val_loader)
        wanted = history["loss" if per == "step" or val_loader is None else "val_loss"]
        assert seen == wanted


def test_a_plateau_goes_on_where_it_was(tmp_path):
    x, y = problem()
    trainer, _ = of_plateau(patience=1)
    whole = trainer.fit([(x, y)], 7, [(x, y)])["lr"]
    assert whole == [100, 100, 100, 50, 50, 25, 25]
    trainer, _ = of_plateau(patience=1)
    trainer.fit([(x, y)], 4, [(x, y)])
    trainer.save(tmp_path / "run.npz")
    resumed, schedule = of_plateau(patience=1)
    resumed.load(tmp_path / "run.npz")
    assert (schedule.num_bad_epochs, resumed.lr) == (1, 50.0)
    assert resumed.fit([(x, y)], 7, [(x, y)])["lr"] == whole


def test_a_schedule_and_an_optimizer_go_on_where_they_were(tmp_path):
    x, y = problem()

    def make():
        model = network(3, 2)
        adam = optim.Adam(model.parameters(), lr=0.1)
        return trainer_of(model, adam, scheduler=optim.lr_scheduler.StepLR(adam, 2, 0.5))

    trainer = make()
    trainer.fit([(x, y)], 3)
    trainer.save(tmp_path / "run.npz")
    resumed = make()
    resumed.load(tmp_path / "run.npz")
    assert resumed.lr == trainer.lr == 0.05
    assert resumed.fit([(x, y)], 5)["lr"] == [0.1, 0.1, 0.05, 0.05, 0.025]
    state = resumed.optimizer.state_dict()["state"]
    assert state[0]["step"] == 5
    trainer.fit([(x, y)], 5)
    np.testing.assert_array_equal(weights(resumed.model), weights(trainer.model))


def test_early_stopping_goes_on_where_it_was(tmp_path):
    """Two epochs without progress, a restart, and the third one ends the run."""
    x, y = problem()

    def make():
        model = network(3, 2)
        sgd = optim.SGD(model.parameters(), lr=0.0)
        return trainer_of(model, sgd, callbacks=[EarlyStopping("loss", patience=3)])

    trainer, resumed, done = make(), make(), make()
    trainer.fit([(x, y)], 3)
    trainer.save(tmp_path / "run.npz")
    resumed.load(tmp_path / "run.npz")
    assert len(resumed.fit([(x, y)], 9)) == 4
    resumed.save(tmp_path / "run.npz")
    done.load(tmp_path / "run.npz")
    assert len(done.fit([(x, y)], 9)) == 4, "a run that was stopped stays so"


def test_the_order_of_shuffled_data_goes_on(tmp_path):
    """The batches after resuming are those that were still to come."""
    data = TensorDataset(tinytorch.arange(20).reshape(20, 1).double(), tinytorch.arange(20))
    orders = {}
    for name, steps in (("whole", -1), ("first", 3), ("rest", -1)):
        tinytorch.manual_seed(len(name))
        model, seen = nn.Linear(1, 1).double(), []

        def loss_fn(output, target, seen=seen):
            seen.append(target.tolist())
            return output.mean()

        path = tmp_path / ("whole.npz" if name == "whole" else "run.npz")
        kill = KillAfter(steps)
        trainer = trainer_of(model, loss_fn=loss_fn, callbacks=[Checkpoint(path, 1)])
        trainer.callbacks.append(kill)
        if name == "rest":
            trainer.load(path)
        try:
            trainer.fit(DataLoader(data, 4, shuffle=True), 2)
        except Killed:
            assert name == "first"
        orders[name] = seen
    assert orders["first"] == orders["whole"][:3]
    assert orders["rest"] == orders["whole"][3:]


def test_a_checkpoint_that_does_not_fit_is_refused(tmp_path):
    trainer, loader, val_loader, _ = run_parts(tmp_path / "run.npz")
    trainer.fit(loader, 1, val_loader)
    state = trainer.state_dict()
    with pytest.raises(ValueError, match="has no scheduler, the checkpoint has one"):
        trainer_of(network(3, 8, 2)).load_state_dict(state)
    model = network(3, 8, 2)
    sgd = optim.SGD(model.parameters(), lr=0.1)
    schedule = optim.lr_scheduler.StepLR(sgd, 1)
    with pytest.raises(ValueError, match="4 callbacks, this one has 0"):
        trainer_of(model, sgd, scheduler=schedule).load_state_dict(state)
    other, *_ = run_parts(tmp_path / "run.npz")
    other.load(tmp_path / "run.npz")
    x, y = problem(29)
    with pytest.raises(ValueError, match="2 random states, but 1 generators are in use"):
        other.fit(DataLoader(TensorDataset(x, y), 4), 3)


def test_a_loader_too_short_to_go_on_is_named(tmp_path):
    trainer, loader, val_loader, _ = run_parts(tmp_path / "run.npz", steps=3, per="epoch")
    with pytest.raises(Killed):
        trainer.fit(loader, 1, val_loader)
    trainer, *_ = run_parts(tmp_path / "run.npz", per="epoch")
    trainer.load(tmp_path / "run.npz")
    with pytest.raises(
        ValueError, match="after 4 batches of an epoch, but the loader gives only 1"
    ):
        trainer.fit([problem()], 3)


def test_generators_are_found_where_loaders_keep_them():
    one, two = tinytorch.Generator(1), tinytorch.Generator(2)
    data = TensorDataset(*problem())
    loader = DataLoader(data, 4, shuffle=True, generator=one)
    other = DataLoader(data, 4, sampler=tinytorch.utils.data.RandomSampler(data, generator=two))
    assert generators_of(loader, other, None, loader) == [tinytorch.default_generator, one, two]


# ---- progress and settings ----


class Screen(io.StringIO):
    def __init__(self, is_terminal):
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self):
        return self.is_terminal


def test_progress_is_one_line_in_a_file_and_rewritten_in_a_terminal():
    for is_terminal in (False, True):
        screen = Screen(is_terminal)
        bar = PlainProgress(3, "epoch 1/2", screen)
        for _ in range(3):
            bar.update(1)
        bar.set_postfix_str("loss 0.5")
        bar.close()
        text = screen.getvalue()
        assert text.endswith("epoch 1/2 [3/3] loss 0.5\n")
        assert text.startswith("\r") == is_terminal
        assert text.count("\n") == 1


def test_a_run_shows_its_epochs(capsys):
    model, (x, y) = network(3, 2), problem()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    Trainer(model, sgd, mse).fit([(x, y)], 2, val_loader=[(x, y)])
    shown = capsys.readouterr()
    assert "epoch 2/2" in shown.out
    assert "val_loss" in shown.out
    assert shown.err == ""
    trainer_of(model, sgd).fit([(x, y)], 2)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"schedule_per": "batch"}, "schedule_per is 'batch': choose 'epoch' or 'step'"),
        ({"accumulation_steps": 0}, "accumulation_steps is a positive whole number, not 0"),
        ({"accumulation_steps": 1.5}, "accumulation_steps is a positive whole number, not 1.5"),
        ({"max_grad_norm": -1}, "max_grad_norm=-1: it must be a number of at least 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        trainer_of(network(3, 2), **settings)


def test_what_a_loader_or_a_loss_gives_wrong_is_said():
    model, (x, y) = network(3, 2), problem()
    with pytest.raises(ValueError, match="gave no batches"):
        trainer_of(model).fit([], 1)
    with pytest.raises(ValueError, match="no batches to evaluate"):
        trainer_of(model).evaluate([])
    with pytest.raises(TypeError, match="batches of inputs and targets, not Tensor"):
        trainer_of(model).evaluate([x])
    with pytest.raises(ValueError, match=r"loss_fn gave shape \(24, 2\)"):
        trainer_of(model, loss_fn=lambda out, y: (out - y) ** 2).fit([(x, y)], 1)


def test_a_model_may_take_several_inputs():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(3, 2).double()

        def forward(self, a, b):
            return self.linear(a) + b

    x, y = problem()
    loader = DataLoader(TensorDataset(x, y, y), 5)
    trainer = trainer_of(Two())
    assert trainer.fit(loader, 3)["loss"][-1] < 1
    assert trainer.predict(loader).shape == (24, 2)


def test_a_step_returns_its_loss_and_norm():
    model, (x, y) = network(3, 2), problem()
    loss, norm = training_step(model, optim.SGD(model.parameters(), lr=0.1), mse, [(x, y)])
    flat = np.concatenate([p.grad.numpy().ravel() for p in model.parameters()])
    assert norm == pytest.approx(np.linalg.norm(flat))
    assert loss == pytest.approx(mse(network(3, 2)(x), y).item())


def test_the_public_names_are_there():
    assert training.Trainer is core.Trainer
    assert nn.utils.clip_grad_norm_ is core.clip_grad_norm_
