# %% [markdown]
# # Where training goes wrong
#
# Most mistakes in a training loop raise no error: the model trains worse, or the numbers reported
# are not true. This notebook shows each of them at work. `tests/package/` holds broken
# variants of the package, and `tito mutants --package` proves that the tests catch every one of
# them; here, some of these variants run beside the package as it is. In every figure the solid blue
# line is right, and the dashed orange line has the mistake named above it. What the text says about
# a figure is asserted beside it.

# %%
import json
import math
import os
import tempfile
from contextlib import nullcontext, suppress
from pathlib import Path
from unittest.mock import patch

import matplotlib.pyplot as plt
import numpy as np
from conformance import training_cases
from integration.helpers.broken_package import beside, package, panels

import tinytorch as torch
from tinytorch import nn
from tinytorch.core import training
from tinytorch.nn import functional as F
from tinytorch.utils.data import DataLoader, TensorDataset
from tinytorch_data import digits

data = digits()
small = TensorDataset(torch.tensor(data.train_images[:360]), torch.tensor(data.train_labels[:360]))
held_out = [(torch.tensor(data.test_images), torch.tensor(data.test_labels))]
STEPS = 12  # batches of an epoch: eleven of 32 digits and one of 8


# %% [markdown]
# ## The experiment
#
# `make` builds a trainer from a package, which may be broken: always with the same seed, the same
# digits and the same small network. `follow` trains it, and records what `look(trainer)` returns
# after each step.


# %%
def network(pkg, norm=True, p=0.0):
    torch.manual_seed(0)
    middle = pkg.normalization.BatchNorm1d(32) if norm else nn.Identity()
    part = nn.Sequential(nn.Linear(64, 32), middle, nn.ReLU(), nn.Dropout(p))
    return nn.Sequential(nn.Flatten(), part, nn.Linear(32, 10))


def make(pkg, lr=0.1, momentum=0.0, schedule=None, callbacks=(), norm=True, p=0.0, **settings):
    model = network(pkg, norm, p)
    sgd = pkg.optimizers.SGD(model.parameters(), lr=lr, momentum=momentum)
    scheduler = schedule(pkg.optimizers, sgd) if schedule else None
    return pkg.training.Trainer(
        model, sgd, F.cross_entropy, scheduler, callbacks=callbacks, progress=False, **settings
    )


def loader():
    return DataLoader(small, 32, shuffle=True)


# %%
class Watch(training.Callback):
    """Keep what `look` says after each step."""

    def __init__(self, look):
        self.look, self.seen = look, []

    def on_step_end(self, trainer):
        self.seen.append(self.look(trainer))


def follow(look, name=None, epochs=3, batches=None, **settings):
    watch = Watch(look)
    trainer = make(package(name), callbacks=[watch], **settings)
    trainer.fit(batches or loader(), epochs)
    return watch.seen


def loss(trainer):
    return trainer.steps[-1][0]


def last(values):
    """The mean of the last epoch."""
    return np.mean(values[-STEPS:])


# %% [markdown]
# ## What right means
#
# With the same weights and the same batches, a training run must do what PyTorch's does. The upper
# row draws our losses over those that PyTorch gave in float64 for a perceptron on digits, with
# batch norm, clipped gradients and a schedule, trained by three optimizers. One curve hides the
# other. The lower row shows how far apart they are. In float64 they agree to nine digits or more
# for all 200 steps. In float32 they agree to five digits for the first 20 steps; then they drift
# apart, because each step amplifies the rounding errors of those before it.

# %%
recorded = json.loads(training_cases.RECORD.read_text(encoding="utf-8"))["cases"]
fig, (above, below) = plt.subplots(
    2, 3, figsize=(10.3, 5.6), layout="constrained", facecolor="white", sharex=True, sharey="row"
)
steps = range(1, training_cases.STEPS + 1)
for ax, apart, optimizer in zip(above, below, training_cases.OPTIMIZERS, strict=True):
    case = f"{optimizer}, clipped, batch norm"
    theirs = np.array(recorded[case]["losses"])
    ax.plot(steps, theirs, "C0-", linewidth=3, alpha=0.4, label="PyTorch")
    for dtype, color, places, bound in ("float32", "C1", 20, 1e-5), ("float64", "C2", 200, 1e-9):
        ours = np.array(training_cases.run(torch, case, dtype)["losses"])
        error = np.abs(ours - theirs) / theirs
        assert error[:places].max() < bound, (case, dtype)
        ax.plot(steps, ours, f"{color}--", linewidth=1, label=f"ours, {dtype}")
        apart.plot(steps, np.maximum(error, 1e-17), color, linewidth=1)
        apart.hlines(bound, 1, places, color, linestyles="dotted")
    ax.set_title(case, fontsize=9)
    apart.set(yscale="log", xlabel="step")
above[0].set_ylabel("loss")
below[0].set_ylabel("relative difference")
fig.legend(*above[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
fig.suptitle("The losses of PyTorch and ours; dotted, what is allowed", fontsize=11)
plt.show()


# %% [markdown]
# ## The order of a step
#
# Without the step, the loss stays where it began. If the step is taken twice, the loss looks
# *better* at this small learning rate, but this is not the learning rate that was asked for. If the
# loss is measured after the step, it looks better too, because it is the loss on a batch that was
# learned a moment ago. The last two cannot be told from a correct run by a single curve.


# %%
def curve(name):
    return follow(loss, name, lr=0.05, momentum=0.9)


pairs = beside(curve, "07_no_step", "07_two_steps", "07_loss_of_the_next_weights")
right, (_, stays), (_, twice), (_, after) = curve(None), *pairs.values()
assert last(right) < 0.5
assert last(stays) > 2.2
assert last(twice) < last(right)
assert all(b < a for a, b in zip(right[:STEPS], after[:STEPS], strict=True))
panels("Orchestration: the loss of each step", pairs, {"ylabel": "loss", "ylim": (0, 3)})


# %% [markdown]
# ## Gradients that are not cleared
#
# If the gradients of all steps add up, the steps grow longer and longer: the loss falls *faster* at
# first, then swings up beyond where it began. If they are cleared too late, between `backward` and
# the step, nothing moves at all. If they are cleared for one parameter only, the others still run
# away.


# %%
def curve(name):
    return follow(loss, name, lr=0.4)


pairs = beside(
    curve,
    "07_gradients_never_cleared",
    "07_cleared_between_backward_and_step",
    "07_only_some_cleared",
)
right, (_, never), (_, late), (_, some) = curve(None), *pairs.values()
assert last(right) < 0.6
for swings in (never, some):
    assert np.mean(swings[:STEPS]) < np.mean(right[:STEPS]), "faster in the first epoch"
    assert max(swings[STEPS:]) > 2 * max(right[STEPS:])  # 2.6 to 19 over six orders of batches
assert last(late) > 2.2
panels("Clearing gradients: the loss of each step", pairs, {"ylabel": "loss", "ylim": (0, 6)})


# %% [markdown]
# ## A line that is not found
#
# The line $y = 2x + 1$, learned from 64 points. The learning rate begins too high, and each step
# multiplies it by 0.9. The figure shows how far the weight and the bias are from 2 and 1. In a
# correct run the error stays high until the rate is low enough, then falls to almost nothing.
# Uphill, it only grows. It also grows if the optimizer keeps its first learning rate, whatever the
# schedule says. And an optimizer that holds copies of the parameters does not move the model at
# all.


# %%
def curve(name):
    pkg, errors = package(name), []
    x = torch.linspace(-1, 1, 64).reshape(64, 1)
    torch.manual_seed(0)
    line = nn.Linear(1, 1)
    sgd = pkg.optimizers.SGD(line.parameters(), lr=1.2)
    falling = pkg.optimizers.ExponentialLR(sgd, 0.9)
    for _ in range(40):
        line.zero_grad()
        F.mse_loss(line(x), 2 * x + 1).backward()
        sgd.step()
        falling.step()
        errors.append(abs(line.weight.item() - 2) + abs(line.bias.item() - 1))
    return errors


pairs = beside(curve, "06_step_uphill", "06_learning_rate_ignored", "06_parameters_copied")
right, (_, uphill), (_, ignored), (_, copied) = curve(None), *pairs.values()
assert right[-1] < 1e-3, "recovered to a thousandth"
assert min(uphill[-1], ignored[-1]) > 100
assert len(set(copied)) == 1
how = {"ylabel": "error", "yscale": "log", "ylim": (1e-6, 1e6)}
panels("Convergence: how far from y = 2x + 1", pairs, how)


# %% [markdown]
# ## A schedule that is not followed
#
# The learning rate of the optimizer at each step: a warm-up over 8 steps, then a cosine. If the
# rate is computed but not applied, the optimizer keeps the rate it started with. If the schedule is
# off by one, the whole curve shifts one step to the left. In the third panel the rate should be
# halved after each epoch, and is halved after each step. In the last panel a run is interrupted
# after 17 steps and resumed, and its next step has the rate of the start.


# %%
def warm_up_then_cosine(optim, sgd):
    parts = optim.LinearLR(sgd, 0.125, 1.0, 8), optim.CosineAnnealingLR(sgd, 28)
    return optim.SequentialLR(sgd, list(parts), [8])


def rate(trainer):
    return trainer.steps[-1][3]


def formula(t):
    return 0.2 * (1 + 7 * t / 8) / 8 if t < 8 else 0.1 * (1 + math.cos(math.pi * (t - 8) / 28))


def curve(name):
    return follow(rate, name, lr=0.2, schedule=warm_up_then_cosine, schedule_per="step")


class Killed(Exception):
    """The run is broken off here."""


class SaveThenKill(training.Checkpoint):
    """Save after every step, and break the run off after some of them."""

    def __init__(self, path, steps):
        super().__init__(path, 1)
        self.steps = steps

    def on_step_end(self, trainer):
        trainer.save(self.path)
        self.steps -= 1
        if self.steps == 0:
            raise Killed


def resumed(look, name, kill_after=17, **settings):
    """What `look` says in a run broken off after some steps and resumed in a fresh trainer."""
    seen = []
    with tempfile.TemporaryDirectory() as folder:
        for part, left in enumerate((kill_after, -1)):
            watch, path = Watch(look), f"{folder}/run.npz"
            callbacks = [watch, SaveThenKill(path, left)]
            trainer = make(package(name), callbacks=callbacks, **settings)
            if part:
                with torch.no_grad():
                    for p in trainer.model.parameters():
                        p *= 0.9  # fresh weights, not those of the first part
                torch.manual_seed(99)
                trainer.load(path)
            with suppress(Killed):
                trainer.fit(loader(), 3, held_out)
            seen += watch.seen
    return seen


# %%
pairs = beside(curve, "06_rate_computed_not_applied", "06_schedule_off_by_one")
wanted = [formula(t) for t in range(3 * STEPS)]
assert np.allclose(curve(None), wanted)


def curve(name):
    return follow(rate, name, lr=0.2, schedule=lambda optim, sgd: optim.StepLR(sgd, 1, 0.5))


pairs |= beside(curve, "07_schedule_per_swapped")


def curve(name):
    settings = {"schedule": warm_up_then_cosine, "schedule_per": "step"}
    return resumed(rate, name, lr=0.2, **settings)


assert np.allclose(curve(None), wanted), "resumed, it is the same curve"
pairs |= beside(curve, "07_rate_reset_on_resume")
(_, level), (_, early), (stairs, falling), (_, reset) = pairs.values()
assert len(set(level)) == 1
assert np.allclose(early[:-1], wanted[1:])
assert np.allclose(stairs, np.repeat([0.2, 0.1, 0.05], STEPS))
assert falling[11] < 0.001
assert np.flatnonzero(~np.isclose(reset, wanted)).tolist() == [17], "the first step after resuming"
panels("Schedules: the learning rate of each step", pairs, {"ylabel": "learning rate"})


# %% [markdown]
# ## Clipping
#
# Every third batch is ten times as bright as the others, and has a long gradient. The figure shows
# how far the weights move in a step, divided by the learning rate: with a limit of 0.5, never
# farther than that. If each tensor is clipped by itself, six short gradients together are longer
# than the limit. If clipping comes after the step, or before there is a gradient, the long
# gradients pass unchanged. In the last panel, batch 8 holds a NaN. The correct run ends there, with
# its weights unharmed and a message that says where the NaN was first met: in the images. The
# broken run goes on, and not a single weight remains a number.


# %%
def some_bright():
    torch.manual_seed(0)
    return [(x * 10 if i % 3 == 2 else x, y) for i, (x, y) in enumerate(loader())]


def flat(trainer):
    return np.concatenate([p.numpy().ravel() for p in trainer.model.parameters()])


def curve(name):
    places = follow(flat, name, 2, some_bright(), max_grad_norm=0.5, norm=False)
    start = np.concatenate([p.numpy().ravel() for p in network(package(), False).parameters()])
    return [np.linalg.norm(b - a) / 0.1 for a, b in zip([start, *places], places, strict=False)]


names = "07_clipped_per_tensor", "07_clipped_after_the_step", "07_clipped_before_backward"
pairs = beside(curve, *names)
assert np.isclose(max(curve(None)), 0.5, rtol=1e-3)
assert all(max(wrong) > 0.6 for _, wrong in pairs.values())


# %%
def spoilt():
    batches = some_bright()
    batches[7][0][0] = math.nan
    return batches


def curve(name):
    watch = Watch(lambda t: np.isfinite(flat(t)).mean())
    trainer = make(package(name), callbacks=[watch], norm=False)
    message = ""
    try:
        with np.errstate(all="ignore"):
            trainer.fit(spoilt(), 1)
    except FloatingPointError as error:
        message = str(error)
    assert name or "step 8: the loss is nan" in message
    assert name or "NaN, which was already in its input 0 of shape (32, 8, 8)" in message
    assert np.isfinite(flat(trainer)).all() == (name is None)
    return watch.seen


pairs |= beside(curve, "07_nan_trained_on")
right, wrong = list(pairs.values())[-1]
assert right == [1.0] * 7
assert wrong == [1.0] * 7 + [0.0] * 5
how = {"ylabel": "length / learning rate", "yscale": "log", "ylim": (0.2, 20)}
title = "Clipping: the length of each step, and what a NaN does"
panels(title, pairs, how, how, how, {"ylabel": "share of finite weights"})


# %% [markdown]
# ## Training and evaluation
#
# Each run is also evaluated in the middle of every epoch, after step 6. The first panel shows the
# share of modules in training mode at each step: if the modes are not restored, dropout and batch
# norm stay off until the epoch ends. The second shows the loss on held-out digits: if only the
# outermost module switches modes, dropout acts on what is being measured. (In the first epochs the
# running statistics still lag behind, and the broken run even looks better.) The next two show how
# far an evaluation moves the running mean: if at all, held-out data takes part in training. The
# last panel shows the loss on the same digits in batches of 1 to 60: it is always the same, unless
# the statistics are those of the batch.


# %%
class Modes(training.Callback):
    """The share of modules in training, and how far evaluations move the running mean."""

    def __init__(self):
        self.shares, self.moves = [], []

    def on_step_end(self, trainer):
        modes = [module.training for module in trainer.model.modules()]
        self.shares.append(sum(modes) / len(modes))
        if len(trainer.steps) == 6:
            statistics = trainer.model[1][1].running_mean
            before = statistics.numpy().copy()
            trainer.evaluate(held_out)
            self.moves.append(np.abs(statistics.numpy() - before).max())


def measured(name, epochs=6):
    modes = Modes()
    trainer = make(package(name), p=0.5, callbacks=[modes])
    history = trainer.fit(loader(), epochs, val_loader=held_out)
    return {"shares": modes.shares, "moves": modes.moves, "loss": history["val_loss"]}


def kinds(what):
    return lambda name: measured(name)[what]


# %%
pairs = beside(kinds("shares"), "07_mode_not_restored")
right, wrong = next(iter(pairs.values()))
assert set(right) == {1.0}
assert wrong[:STEPS] == [1.0] * 6 + [0.0] * 6

# %%
pairs |= beside(kinds("loss"), "07_only_top_level_switched")
right, wrong = list(pairs.values())[-1]
assert right[-1] < wrong[-1]

# %%
names = "07_statistics_move_in_evaluation", "08_statistics_updated_in_eval"
pairs |= beside(kinds("moves"), *names)
for right, wrong in list(pairs.values())[-2:]:
    assert set(right) == {0.0}
    assert min(wrong) > 0.001


# %%
def curve(name):
    trainer = make(package(name))
    trainer.fit(loader(), 3)
    images, labels = (part[:60] for part in held_out[0])
    return [
        trainer.evaluate(DataLoader(TensorDataset(images, labels), size))["loss"]
        for size in range(1, 61)
    ]


pairs |= beside(curve, "08_batch_statistics_in_eval")
right, wrong = list(pairs.values())[-1]
assert np.ptp(right) < 1e-6
assert np.ptp(wrong) > 0.1
panels(
    "Evaluation: modes, losses, statistics",
    pairs,
    {"ylabel": "share of modules in training"},
    {"ylabel": "loss on digits held out", "xlabel": "epoch"},
    {"ylabel": "change of the running mean", "xlabel": "epoch"},
    {"ylabel": "change of the running mean", "xlabel": "epoch"},
    {"ylabel": "loss on 60 digits", "xlabel": "size of their batches"},
)


# %% [markdown]
# ## Resuming
#
# A run with momentum, dropout and shuffled data is interrupted after step 17 of 36, in the middle
# of its second epoch, and resumed from its checkpoint in a new trainer. The correct curve equals,
# bit for bit, that of a run that was never interrupted. So do the others up to step 17; then the
# weights are lost, or the momentum, or some digits are seen twice, or dropout drops other values.


# %%
def curve(name):
    return resumed(loss, name, momentum=0.9, p=0.3)


whole = follow(loss, momentum=0.9, p=0.3)
assert curve(None) == whole, "bit for bit"
names = "07_weights_lost", "07_optimizer_lost", "07_order_lost", "07_random_state_lost"
pairs = beside(curve, *names)
for right, wrong in pairs.values():
    assert wrong[:17] == whole[:17]
    assert wrong != right


# %% [markdown]
# Batch norm keeps its running statistics in buffers, and a checkpoint of the parameters alone loses
# them. The training loss hardly shows this, but the loss on held-out digits does.


# %%
def curve(name):
    return resumed(lambda t: t.evaluate(held_out)["loss"], name, kill_after=30)


pairs |= beside(curve, "07_buffers_lost")
right, wrong = list(pairs.values())[-1]
assert right == follow(lambda t: t.evaluate(held_out)["loss"])
assert wrong[30] > 1.2 * right[30]


# %% [markdown]
# Each epoch writes a checkpoint, and the power fails during the fourth write. What can be read from
# the file afterwards? If the write is atomic, the file still holds epoch 3. If the file is
# overwritten in place, half of it is left and the run is lost, which the figure shows as epoch 0.
# (It has six panels: four with the training loss, one with the loss on held-out digits, one with
# what the file holds.)


# %%
def half(path, content):
    with open(path, "wb") as file:
        file.write(content[: len(content) // 2])
    raise OSError("the power fails")


def power_fails(name):
    """The last step of a write does not happen, or half of it where a file is written over."""
    if name:
        return patch.object(Path, "write_bytes", half)
    return patch.object(os, "replace", side_effect=OSError("the power fails"))


def curve(name):
    pkg, readable = package(name), []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.npz"
        for epoch in range(1, 5):
            with power_fails(name) if epoch == 4 else nullcontext(), suppress(OSError):
                pkg.training.save_checkpoint(path, {"epoch": epoch})
            readable.append(0)
            with suppress(ValueError):
                readable[-1] = training.load_checkpoint(path)["epoch"]
    return readable


pairs |= beside(curve, "07_write_not_atomic")
assert list(pairs.values())[-1] == ([1, 2, 3, 3], [1, 2, 3, 0])
held = {"ylabel": "loss on digits held out"}, {"ylabel": "epoch in the file", "xlabel": "epoch"}
panels("Checkpoints: runs resumed", pairs, *[{"ylabel": "loss"}] * 4, *held)


# %% [markdown]
# ## Accumulation
#
# Groups of 5 batches of 32 must train like batches of 160. The last group of an epoch has two
# batches, of 32 and 8. The figure shows the distance between the weights and those trained on the
# large batches, at the end of each epoch. In a correct run, it is rounding error. (There is no
# batch norm here, because it would normalize each small batch by itself.)


# %%
def cut(size):
    return DataLoader(small, size)


class Epochs(training.Callback):
    """The weights at the end of each epoch."""

    def __init__(self):
        self.seen = []

    def on_epoch_end(self, trainer, row):
        self.seen.append(flat(trainer))


def at_epochs(name, size, k):
    epochs = Epochs()
    trainer = make(package(name), norm=False, callbacks=[epochs], accumulation_steps=k)
    trainer.fit(cut(size), 8)
    return np.array(epochs.seen)


large = at_epochs(None, 160, 1)


def curve(name):
    return np.linalg.norm(at_epochs(name, 32, 5) - large, axis=1)


names = (
    "07_losses_added",
    "07_stepped_for_each_batch",
    "07_leftover_group_dropped",
    "07_leftover_group_divided_by_k",
    "07_batches_count_alike",
)
pairs = beside(curve, *names)
assert curve(None).max() < 1e-5
assert all(wrong.min() > 1e-3 for _, wrong in pairs.values())
how = {"ylabel": "distance", "xlabel": "epoch", "yscale": "log", "ylim": (1e-8, 10)}
panels("Accumulation: distance from large batches", pairs, how)


# %% [markdown]
# ## History
#
# The loss of an epoch is the mean over its digits. The last batch, of 8 digits, says little about
# the whole epoch. The mean over batches gives these 8 digits the weight of 32; they are far
# brighter than the others here, so that it shows. After a resume, the history has one row per
# epoch; if its last row is written twice, the curve gains an epoch that never happened.


# %%
def bright_end():
    torch.manual_seed(0)
    return [(x * 8 if len(y) == 8 else x, y) for x, y in loader()]


class Losses(training.Callback):
    """The mean loss over the digits of each epoch, from its steps."""

    def __init__(self):
        self.steps, self.means = [], []

    def on_step_end(self, trainer):
        self.steps.append(trainer.steps[-1][:2])

    def on_epoch_end(self, trainer, row):
        losses, counts = zip(*self.steps, strict=True)
        self.means.append(np.average(losses, weights=counts))
        self.steps = []


def curve(name):
    losses = Losses()
    trainer = make(package(name), norm=False, callbacks=[losses])
    found = trainer.fit(bright_end(), 8)["loss"]
    assert name or np.allclose(found, losses.means)
    return found


pairs = beside(curve, "07_last_batch_for_the_epoch", "07_history_unweighted")


def curve(name):
    pkg = package(name)
    state = make(pkg)
    state.fit(loader(), 4)
    rest = make(pkg)
    rest.load_state_dict(state.state_dict())
    return rest.fit(loader(), 8)["loss"]


pairs |= beside(curve, "07_rows_doubled")
assert [len(values) for values in list(pairs.values())[-1]] == [8, 9]
panels("History: the loss of each epoch", pairs, {"ylabel": "loss", "xlabel": "row"})
