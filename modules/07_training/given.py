"""What module 07 gives ready-made, in sections that training.py puts in place."""

# %% given: imports "what the module needs: Python's library, NumPy, tensors and gradients"
#| default_exp core.training
#| export
import csv
import math
import os
import sys
import time
import warnings
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from tinytorch.core.autograd import detect_anomaly, no_grad
from tinytorch.core.tensor import Generator, Tensor, cat, default_generator, tensor
from tinytorch.lib.archive import archive_of, write_archive
from tinytorch.lib.layer_checks import check_choice, tensors_of
from tinytorch.lib.patch import patch
from tinytorch.lib.progress import PlainProgress, length_of
from tinytorch.lib.settings import as_number, as_path, check_dict, check_kind, check_number


# %% given: notebook-imports "what only this notebook needs: figures, data, checks and a network"
import copy
import stat
import tempfile
import tracemalloc
import weakref
from functools import partial
from itertools import pairwise

import matplotlib.pyplot as plt

from tinytorch.core.autograd import is_grad_enabled
from tinytorch.core.dataloader import DataLoader, TensorDataset
from tinytorch.core.layers import Dropout, Flatten, Linear, Module, Parameter, ReLU, Sequential
from tinytorch.core.losses import cross_entropy, mse_loss
from tinytorch.core.optimizers import SGD, Adam, CosineAnnealingLR
from tinytorch.core.tensor import manual_seed
from tinytorch_data import digits, mnist
from tito.checks import close, equal, raises


# %% given: tests "for the tests: MISTAKES and what they give; Line, Watched, watched_disk and more"
MISTAKES = {
    "norm": {
        "the norm after clipping": 1.0,
        "the norms were added": 7.0,
        "no root": 25.0,
        "each gradient was clipped by itself": 4.0,
    },
    "clipped": {
        "each gradient was clipped by itself": [1.0, 0.0, 1.0],
        "the gradient as it was": [3.0, 0.0, 4.0],
    },
    "short": {"it was made longer": [6.0, 0.0, 8.0]},
    "norm types": {
        "the length, whatever norm_type is": 0.29**0.5,
        "the norms were joined by their length": 0.25**0.5,
        "the values were compared with their signs": 0.3,
    },
    "loss": {
        "the losses were added": 11.0,
        "every batch counts the same": 5.5,
        "the last loss": 9.0,
    },
    "gradient": {
        "the losses were added": [-50.0, -194 / 3],
        "every batch counts the same": [-25.0, -97 / 3],
        "only the last batch": [-10.5, -13.5],
        "only the first batch": [-6.0, -8.0],
    },
    "graphs": {"all of them": 4},
    "added to": {
        "the gradients from before are gone": [25.0, 6.0],
        "the gradients from before were scaled along": [50.0, 6.0],
    },
    "one step": {"no step was taken": [1.0, 0.0], "two steps were taken": [-0.6, -0.8]},
    "twice": {"the gradients of the first step are still there": [-0.6, -0.8]},
    "clipped step": {
        "clipped too late, or not at all": [-7.0, -4.0],
        "each gradient was clipped by itself": [0.5, -0.5],
    },
    "modes": {"all are in training": [True] * 5, "all are in evaluation": [False] * 5},
    "mean": {"every value counts the same": 13 / 3, "the last value": 10.0, "a sum": 232.0},
    "decisions": {
        "compared with the last value": [False] * 7,
        "one epoch too late": [False] * 6 + [True],
        "one epoch too early": [False] * 4 + [True] * 3,
    },
    "sync": {
        "the buffer was not flushed before it": {"run.npz": b"old", "run.npz.tmp": b""},
        "the old file was written over": {"run.npz": b"newer"},
    },
    "left": {
        "the temporary file was left behind": {"run.npz": b"old", "run.npz.tmp": b"lost"},
        "the old file was written over": {"run.npz": b"lost"},
    },
    "bytes": {
        "the biases were forgotten": (4 * (3 * 7400 + 2 * 3520), 4 * 4 * 7400),
        "numbers were counted, not bytes": (3 * 7510 + 2 * 3520, 4 * 7510),
        "each output was counted once": (4 * (3 * 7510 + 3520), 4 * 4 * 7510),
        "the input was counted": (4 * (3 * 7510 + 2 * 32 * 174), 4 * 4 * 7510),
        "the last layer's output was counted once": (4 * (3 * 7510 + 2 * 3520 - 320), 4 * 4 * 7510),
        "gradients were counted at the end of forward": (4 * (4 * 7510 + 2 * 3520), 4 * 4 * 7510),
    },
}
RENAMES = ("replace", "rename")
RISE = {"patience": 2, "min_delta": 0.5, "mode": "max"}


class Line(Module):
    """y = w x + b, to try a step on; it begins at w = 1 and b = 0."""

    def __init__(self):
        super().__init__()
        self.w, self.b = Parameter([1.0]), Parameter([0.0])

    def forward(self, x):
        return x * self.w + self.b

    def weights(self):
        """The pair (w, b), as numbers."""
        return [self.w.item(), self.b.item()]


class Watched(Module):
    """A model around another; `most` is how many of its outputs have been in memory at a time."""

    def __init__(self, function):
        super().__init__()
        self.function, self.most, self.results = function, 0, []

    def forward(self, *inputs):
        output = self.function(*inputs)
        self.most = max(self.most, 1 + sum(result() is not None for result in self.results))
        self.results.append(weakref.ref(output))
        return output


def log_loss(output, target):
    """The mean logarithm: NaN for a negative number, where its slope is finite."""
    return output.log().mean()


def steep_loss(output, target):
    """A loss of 1 with a gradient that is not a number: its slope is 0 times infinity."""
    return (output * 0).sqrt().sum() * 0 + 1.0


def modes_of(model):
    """Whether each module of a model is in training."""
    return [module.training for module in model.modules()]


def decided(values, **settings):
    """The decisions of EarlyStopping on some values, and its best value in the end."""
    stopping = EarlyStopping(**settings)
    return [stopping.update(value) for value in values], stopping.best


def remembered(line, sgd):
    """The weights of a Line, and the learning rates and momenta of an SGD."""
    momenta = [state["momentum_buffer"].item() for state in sgd.state_dict()["state"].values()]
    return [*line.weights(), *(group["lr"] for group in sgd.param_groups), *momenta]


def files_in(folder):
    """{name: content} of the files in a folder, as another program would read them."""
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


@contextmanager
def watched_disk(path, fail="", error=OSError):
    """Note which files there are when one is synced, and when one is renamed to `path`.

    Gives {"sync" or "rename": files_in(folder)}, in the order in which they come first; what
    follows the rename is not noted. fail: "sync" or "rename", which then raises `error`.
    """
    seen, kept = {}, {}

    def watch(name, kind):
        original = kept[name] = getattr(os, name)

        def call(*args, **options):
            if "rename" not in seen and (name in ("sync", *RENAMES) or is_file(args[0])):
                seen[kind] = files_in(path.parent)
                if kind == fail:
                    raise error(f"{kind}: the disk is full")
            return original(*args, **options)

        setattr(os, name, call)

    for kind, names in {"sync": ("fsync", "fdatasync", "sync"), "rename": RENAMES}.items():
        for name in filter(partial(hasattr, os), names):  # some systems lack fdatasync and sync
            watch(name, kind)
    try:
        yield seen
    finally:
        for name, original in kept.items():
            setattr(os, name, original)


def is_file(descriptor):
    """Whether what is synced is a file: some programs sync the folder as well."""
    number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
    return stat.S_ISREG(os.fstat(number).st_mode)


# %% given: gradients "to_clip: the gradients there are; clip_grad_value_: cuts each value"
#| export
def gradients_of(parameters) -> list:
    """The gradients of one parameter or of several; parameters without one are skipped."""
    return [p.grad for p in tensors_of(parameters) if p.grad is not None]


def to_clip(parameters, max_norm, norm_type) -> tuple[list, float, float]:
    """The gradients of `parameters`, and both numbers as floats; "inf" is a name for infinity."""
    norm_type = math.inf if isinstance(norm_type, str) and norm_type == "inf" else norm_type
    numbers = as_number("max_norm", max_norm), as_number("norm_type", norm_type)
    return gradients_of(parameters), *numbers


def clip_grad_value_(parameters, clip_value: float) -> None:
    """Cut every value of every gradient, of any shape, to -clip_value ... clip_value, in place.

    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_value_.html
    """
    limit = as_number("clip_value", clip_value)
    for g in gradients_of(parameters):
        g.copy_(g.clamp(-limit, limit))


# %% given: batches "parts_of, samples, batch_loss: what a batch holds, and its loss"
#| export
def parts_of(batch) -> tuple[list, Tensor]:
    """(inputs, targets) of a batch: its last part is the targets, the others go to the model."""
    if not isinstance(batch, (tuple, list)) or len(batch) < 2:
        raise TypeError(
            f"a Trainer wants batches of inputs and targets, not {type(batch).__name__}: "
            "use a DataLoader over TensorDataset(inputs, targets)"
        )
    *inputs, targets = batch
    return inputs, targets


def samples(batch) -> int:
    """How many examples a batch holds."""
    return len(parts_of(batch)[1])


def batch_loss(model, loss_fn, batch) -> Tensor:
    """The loss of a batch: one number, the mean over its samples."""
    inputs, targets = parts_of(batch)
    loss = loss_fn(model(*inputs), targets)
    if not isinstance(loss, Tensor) or loss.numel() != 1:
        what = f"shape {loss.shape}" if isinstance(loss, Tensor) else type(loss).__name__
        raise ValueError(f"loss_fn gave {what}: a Trainer wants the mean over the batch")
    return loss


# %% given: cliff "the figure: steps at a cliff in the loss, without clipping and with it"
class Power(Module):
    """x multiplied by one weight eleven times, as in a recurrent network of eleven steps."""

    def __init__(self):
        super().__init__()
        self.w = Parameter([1.35])

    def forward(self, x):
        for _ in range(11):
            x = x * self.w
        return x


def walked(limit, steps=60):
    """The weights and the losses of some steps from the top of the wall."""
    power, batch = Power(), [(tensor([1.0]), tensor([2.0]))]
    sgd, weights, losses = SGD(power.parameters(), lr=1e-4), [], []
    for _ in range(steps):
        weights.append(power.w.item())
        losses.append(training_step(power, sgd, mse_loss, batch, limit)[0])
    return np.array(weights), np.array(losses)


walks = {limit: walked(limit) for limit in (None, 100.0)}
_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
w = np.linspace(0.1, 1.37, 400)
left.plot(w, (w**11 - 2) ** 2, color="gray")
for (limit, (weights, losses)), style in zip(walks.items(), ("o--", "."), strict=True):
    (curve,) = left.plot(weights, losses, style, label=f"max_grad_norm={limit}")
    right.semilogy(losses, color=curve.get_color(), label=f"max_grad_norm={limit}")
left.set(xlabel="weight", ylabel="loss")
right.set(xlabel="step", ylabel="loss")
left.legend()
plt.show()
assert walks[None][1][-1] > 1 > 0.001 > walks[100.0][1][-1], "clipping made no difference"


# %% given: history "History and Callback: a row for each epoch, and what a trainer calls"
#| export
class History:
    """One row per epoch: a dict of epoch, loss, validation, learning rate and more.

    `history["loss"]` is a column, with None where an epoch has no such value.
    """

    def __init__(self, rows=()):
        check_kind("rows", rows, "a list of dicts", "__iter__")
        for row in rows:
            check_dict("a row", row)
        self.rows = [dict(row) for row in rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> list:
        if name not in self.columns:
            known = ", ".join(self.columns) or "none yet"
            raise KeyError(f"the history has no column {name!r}: it has {known}")
        return [row.get(name) for row in self.rows]

    @property
    def columns(self) -> list[str]:
        """The names of all columns, in the order in which they came."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def to_csv(self, path) -> None:
        """Save as a table that a spreadsheet can read: a line of names, then one per epoch."""
        with as_path("path", path).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self.columns)
            writer.writeheader()
            writer.writerows(self.rows)

    def plot(self, axes=None):
        """Draw losses, metrics, learning rate and gradient norm over the epochs; needs matplotlib.

        Returns: the axes, one for each of the four that there is something to draw for.
        """
        try:
            import matplotlib.pyplot as plt
        except ImportError:
            raise ImportError("History.plot needs matplotlib: pip install matplotlib") from None
        panels = self.panels()
        if axes is None:
            size = (3.2 * len(panels), 2.6)
            axes = plt.subplots(1, len(panels), figsize=size, layout="constrained", squeeze=False)
            axes = axes[1][0]
        for ax, (title, names) in zip(axes, panels.items(), strict=True):
            for name in names:
                values = [math.nan if value is None else value for value in self[name]]
                ax.plot(self["epoch"], values, marker=".", label=name)
            ax.set(xlabel="epoch", ylabel=title)
            ax.xaxis.get_major_locator().set_params(integer=True)
            ax.legend(fontsize="small")
        return axes

    def panels(self) -> dict[str, list[str]]:
        """{what an axis shows: the columns in it}."""
        if not self.rows:
            raise ValueError("the history is empty: call fit first")
        alone = {"lr": "learning rate", "grad_norm": "gradient norm"}
        names = [name for name in self.columns if name not in ("epoch", "seconds")]
        losses = [name for name in names if name.endswith("loss")]
        metrics = [name for name in names if name not in losses and name not in alone]
        panels = {"loss": losses} | ({"metrics": metrics} if metrics else {})
        return panels | {title: [name] for name, title in alone.items() if name in names}


class Callback:
    """What a Trainer calls while it trains; a subclass overrides what it needs."""

    def on_step_end(self, trainer) -> None:
        """Called after each update; `trainer.steps[-1]` says how it went."""

    def on_epoch_end(self, trainer, row: dict) -> None:
        """Called after each epoch with its row of the history."""

    def state_dict(self) -> dict:
        """What a checkpoint must hold for this callback to go on exactly."""
        return {}

    def load_state_dict(self, state: dict) -> None:
        """Take what `state_dict` gave."""


# %% given: early-stopping "EarlyStopping: when it asks `update`, and what a checkpoint keeps of it"
#| export
class EarlyStopping(Callback):
    """Stop when a column of the history has not become better for `patience` epochs in a row.

    mode: "min" if smaller is better, as for losses, "max" if larger is, as for accuracy.
    min_delta: better means better than the best one by *more* than this.
    """

    def __init__(self, monitor="val_loss", patience=3, min_delta=0.0, mode="min"):
        check_choice("EarlyStopping", "mode", mode, "min", "max")
        check_number("patience", patience)
        check_number("min_delta", min_delta)
        self.monitor, self.patience, self.min_delta = monitor, patience, min_delta
        self.mode, self.best, self.waited = mode, None, 0

    def on_epoch_end(self, trainer, row: dict) -> None:
        if self.monitor not in row:
            known = ", ".join(row)
            raise KeyError(f"EarlyStopping watches {self.monitor!r}, but an epoch has {known}")
        if self.update(row[self.monitor]):
            trainer.should_stop = True

    def state_dict(self) -> dict:
        return {"best": self.best, "waited": self.waited}

    def load_state_dict(self, state: dict) -> None:
        self.best, self.waited = state["best"], state["waited"]


# %% given: checkpoints "save_checkpoint and load_checkpoint: a nested state as arrays and JSON"
#| export
FORMAT, VERSION = "tinytorch checkpoint", 1


def pack(value, arrays: dict, place: str = "state"):
    """`value` as JSON; the arrays in it go to `arrays`, and their names into the JSON.

    JSON has neither tuples nor keys that are numbers, so every container is a pair of its kind and
    its contents.
    Raises: TypeError naming the place of a value that cannot be kept.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value.item() if isinstance(value, np.generic) else value
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return value.item()
    if isinstance(value, dict):
        pairs = [
            [pack(key, arrays, f"{place}, key"), pack(item, arrays, f"{place}[{key!r}]")]
            for key, item in value.items()
        ]
        return ["dict", pairs]
    if isinstance(value, (list, tuple)):
        items = [pack(item, arrays, f"{place}[{i}]") for i, item in enumerate(value)]
        return ["tuple" if isinstance(value, tuple) else "list", items]
    array = value.array if isinstance(value, Tensor) else value
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biuf":
        hint = "its state_dict()" if hasattr(value, "state_dict") else "numbers, text, lists, dicts"
        raise TypeError(
            f"a checkpoint cannot hold {place}, which is a {type(value).__name__}: save {hint}"
        )
    name = f"array{len(arrays)}"
    arrays[name] = array
    if array is value:
        return ["array", name]
    return ["leaf" if value.requires_grad else "tensor", name]


def unpack(value, arrays):
    """What `pack` was given."""
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind == "dict":
        return {unpack(key, arrays): unpack(item, arrays) for key, item in content}
    if kind in ("tuple", "list"):
        items = [unpack(item, arrays) for item in content]
        return tuple(items) if kind == "tuple" else items
    if kind not in ("tensor", "leaf", "array"):
        raise ValueError(f"it holds something of the unknown kind {kind!r}")
    if kind == "array":
        return arrays[content]
    return Tensor(arrays[content]).requires_grad_(kind == "leaf")


def save_checkpoint(path, state) -> None:
    """Save nested dicts, lists and tuples of tensors, arrays, numbers and strings, atomically."""
    arrays, path = {}, as_path("path", path)
    head = {"format": FORMAT, "version": VERSION, "state": pack(state, arrays)}
    write_atomically(path, write_archive(head, arrays))


def load_checkpoint(path):
    """The state that `save_checkpoint` saved at `path`, equal to the bit; no code in it is run.

    Raises: ValueError naming the file, if it is damaged, of another kind, or of a newer version.
    """
    return state_of(as_path("path", path).read_bytes(), path)


def state_of(content: bytes, path):
    """The state in the bytes of a checkpoint, see `load_checkpoint`; errors name `path`."""
    head, arrays = archive_of(content, path)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise ValueError(f"{path} is an archive, but no checkpoint of tinytorch")
    version = head.get("version")
    if version != VERSION:
        raise ValueError(
            f"{path} is a checkpoint of version {version!r}, this tinytorch reads up to "
            f"version {VERSION}: update tinytorch"
        )
    try:
        return unpack(head["state"], arrays)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged ({type(error).__name__}: {error})") from None


LOADER_PARTS = ("dataset", "collate_fn", "batch_sampler", "sampler")


def generators_of(*loaders) -> list:
    """The sources of random numbers a run draws from: the default one, and those in the loaders.

    They are looked for among the attributes of a loader, its dataset, samplers and collate_fn.
    """
    found, parts = {default_generator: None}, list(loaders)
    for part in parts:
        for name, value in getattr(part, "__dict__", {}).items():
            if isinstance(value, Generator):
                found[value] = None
            elif name in LOADER_PARTS and not any(value is part for part in parts):
                parts.append(value)
    return list(found)


# %% given: checkpoint-shown "a state of all kinds of values goes to the disk and back"
state = {"weights": tensor([1.0, 2.0]), 0: (0.9, None, [np.arange(3)]), "rate": 0.1}
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "state.npz"
    save_checkpoint(path, state)
    print(load_checkpoint(path))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    try:
        load_checkpoint(path)
    except ValueError as error:
        print("A byte changed on the way is noticed:", str(error).partition("state.npz ")[2])


# %% given: trainer "Trainer: fit, evaluate, predict, save, load; progress bars; Checkpoint"
#| export
def progress_bar(total, desc: str, shown: bool, done: int = 0):
    """A bar with update, set_postfix_str and close: tqdm's where it is installed."""
    if not shown:
        bar = PlainProgress(total, desc)
    else:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            bar = PlainProgress(total, desc, sys.stdout)
        else:
            with warnings.catch_warnings():  # about widgets that are not installed
                warnings.simplefilter("ignore")
                return tqdm(total=total, desc=desc, initial=done, file=sys.stdout)
    bar.count = done
    return bar


def first_bad_operation(model, loss_fn, batches: list) -> str:
    """Which operation made the first NaN or infinity: the batches run again, and are watched."""
    model.zero_grad()
    try:
        with detect_anomaly():
            accumulate(model, loss_fn, batches)
    except RuntimeError as error:
        return str(error)
    finally:
        model.zero_grad()
    return "every operation was finite by itself: their sum was too large"


class Trainer:
    """Trains a model: epochs of steps, each from `accumulation_steps` batches.

    loss_fn(output, target): the mean loss of a batch. scheduler: stepped after every epoch or every
    step, as `schedule_per` says; ReduceLROnPlateau gets val_loss, or the loss where there is none.
    max_grad_norm: clips the joint norm of all gradients.
    metrics: {name: function(output, target) -> mean over the batch}, for evaluation.
    callbacks: called after each step and epoch; see Callback. progress: show a bar each epoch.
    """

    def __init__(
        self,
        model,
        optimizer,
        loss_fn,
        scheduler=None,
        schedule_per: str = "epoch",
        max_grad_norm: float | None = None,
        accumulation_steps: int = 1,
        callbacks=(),
        *,
        metrics=None,
        progress: bool = True,
    ):
        check_kind("model", model, "a Module", "train", "parameters")
        check_kind("optimizer", optimizer, "an Optimizer", "param_groups", "step")
        check_kind("loss_fn", loss_fn, "a function of output and target", "__call__")
        if scheduler is not None:
            check_kind("scheduler", scheduler, "a scheduler or None", "step")
        check_kind("callbacks", callbacks, "a list of Callbacks", "__iter__")
        for one in (callbacks := list(callbacks)):
            check_kind("callbacks", one, "a list of Callbacks", "on_step_end", "on_epoch_end")
        check_dict("metrics", {} if metrics is None else metrics)
        check_choice("Trainer", "schedule_per", schedule_per, "epoch", "step")
        if type(accumulation_steps) is not int or accumulation_steps < 1:
            raise ValueError(
                f"accumulation_steps is a positive whole number, not {accumulation_steps!r}"
            )
        if max_grad_norm is not None:
            check_number("max_grad_norm", max_grad_norm, at_least=0)
        self.model, self.optimizer, self.loss_fn = model, optimizer, loss_fn
        self.scheduler, self.schedule_per = scheduler, schedule_per
        self.max_grad_norm, self.accumulation_steps = max_grad_norm, accumulation_steps
        # A checkpoint must hold what the other callbacks have decided, so it comes last.
        self.callbacks = sorted(callbacks, key=lambda one: isinstance(one, Checkpoint))
        self.metrics, self.progress = dict(metrics or {}), progress
        self.history, self.epoch, self.should_stop = History(), 0, False
        self.steps = []  # of this epoch, one a step: loss, samples, gradient norm, learning rate
        self.position, self.seconds = 0, 0.0  # batches and seconds of this epoch
        self.generators, self._start, self._now = generators_of(), None, None

    @property
    def lr(self) -> float:
        """The learning rate of the optimizer's first group."""
        return self.optimizer.param_groups[0]["lr"]

    def fit(self, loader, epochs: int, val_loader=None) -> History:
        """Train until `epochs` epochs are done, counted from the start of the run.

        Each epoch begins by putting the whole model into training.
        loader: gives batches of inputs and targets, and a new order each time it is looped over.
        val_loader: evaluated after each epoch; its values are in the history as val_loss and so on.
        Raises: FloatingPointError naming the first operation, where a loss or gradient is NaN or
        infinite; weights and buffers are then those before that step.
        """
        check_number("epochs", epochs, at_least=0)
        for one in (loader, [] if val_loader is None else val_loader):
            check_kind("loader", one, "something to loop over, such as a DataLoader", "__iter__")
        self.generators = generators_of(loader, val_loader)
        while self.epoch < epochs and not self.should_stop:
            self.model.train()
            batches = self._begin_epoch(loader)
            name = f"epoch {self.epoch + 1}/{epochs}"
            bar = progress_bar(length_of(loader), name, self.progress, self.position)
            try:
                self._train_epoch(batches, bar)
                row = self._end_epoch(val_loader)
                bar.set_postfix_str(shown_row(row))
            finally:
                bar.close()
            for callback in self.callbacks:
                callback.on_epoch_end(self, row)
        return self.history

    def _begin_epoch(self, loader):
        """The batches of this epoch that are still to come."""
        now = self._now or self._random_state()
        self._now = None
        if self.position == 0:
            self._set_random_state(now)
            self._start = now
            return iter(loader)
        self._set_random_state(self._start)
        batches = iter(loader)
        passed = sum(1 for _ in islice(batches, self.position))
        if passed < self.position:
            raise ValueError(
                f"the run stopped after {self.position} batches of an epoch, but the loader gives "
                f"only {passed}: resume with the loader it was started with"
            )
        self._set_random_state(now)
        return batches

    def _train_epoch(self, batches, bar) -> None:
        begun = time.perf_counter() - self.seconds
        while group := list(islice(batches, self.accumulation_steps)):
            self._train_step(group)
            self.position += len(group)
            self.seconds = time.perf_counter() - begun
            bar.set_postfix_str(f"loss {self.steps[-1][0]:.4g}", refresh=False)
            bar.update(len(group))
            for callback in self.callbacks:
                callback.on_step_end(self)
        if not self.steps:
            raise ValueError("the loader gave no batches: is the dataset empty, or drop_last set?")

    def _train_step(self, group: list) -> None:
        lr, random = self.lr, default_generator.get_state()
        buffers = [(buffer, buffer.numpy().copy()) for buffer in self.model.buffers()]
        try:
            loss, norm = training_step(
                self.model, self.optimizer, self.loss_fn, group, self.max_grad_norm
            )
        except FloatingPointError as error:
            default_generator.set_state(random)  # the same dropout again
            reason = first_bad_operation(self.model, self.loss_fn, group)
            with no_grad():  # running statistics are poisoned by a NaN, too
                for buffer, kept in buffers:
                    buffer.copy_(kept)
            where = f"epoch {self.epoch + 1}, step {len(self.steps) + 1}"
            raise FloatingPointError(f"{where}: {error}; {reason}") from None
        self.steps.append([loss, sum(samples(batch) for batch in group), norm, lr])
        self._schedule("step", loss)

    def _schedule(self, per: str, metric: float) -> None:
        """Step the scheduler, if now is the time; one that asks for a metric gets it."""
        if self.scheduler is not None and self.schedule_per == per:
            needs = getattr(self.scheduler, "needs_metrics", False)
            self.scheduler.step(*[metric] * needs)

    def _end_epoch(self, val_loader) -> dict:
        """Close the epoch: its row, the schedule, and everything ready for the next one."""
        losses, counts, norms, rates = zip(*self.steps, strict=True)
        row = {"epoch": self.epoch + 1, "loss": weighted_mean(losses, counts)}
        if val_loader is not None:
            row |= {f"val_{name}": value for name, value in self.evaluate(val_loader).items()}
        row |= {"lr": rates[-1], "grad_norm": sum(norms) / len(norms), "seconds": self.seconds}
        self._schedule("epoch", row.get("val_loss", row["loss"]))
        self.history.rows.append(row)
        self.epoch, self.position, self.seconds, self.steps = self.epoch + 1, 0, 0.0, []
        return row

    def evaluate(self, loader) -> dict:
        """{"loss": mean over all samples, and each metric}; nothing about the model changes."""
        check_kind("loader", loader, "something to loop over, such as a DataLoader", "__iter__")
        values, counts = [], []
        with evaluating(self.model):
            for batch in loader:
                inputs, targets = parts_of(batch)
                output = self.model(*inputs)
                measures = [self.loss_fn, *self.metrics.values()]
                values.append([as_float(measure(output, targets)) for measure in measures])
                counts.append(samples(batch))
        if not values:
            raise ValueError("the loader gave no batches to evaluate")
        columns = zip(*values, strict=True)
        names = ["loss", *self.metrics]
        return {
            name: weighted_mean(column, counts) for name, column in zip(names, columns, strict=True)
        }

    def predict(self, inputs) -> Tensor:
        """The outputs for a tensor, or for all batches of a loader, in order."""
        with evaluating(self.model):
            if isinstance(inputs, Tensor):
                return self.model(inputs)
            check_kind("inputs", inputs, "a tensor, or a loader of batches", "__iter__")
            outputs = []
            for batch in inputs:
                check_kind("a batch", batch, "a tensor, or a list of them", "__len__")
                alone = isinstance(batch, Tensor) or len(batch) == 1
                given = [batch] if isinstance(batch, Tensor) else batch
                outputs.append(self.model(*(given if alone else parts_of(given)[0])))
            if not outputs:
                raise ValueError("the loader gave no batches to predict")
            return cat(outputs)

    # Checkpoints.
    def _random_state(self) -> list:
        return [generator.get_state() for generator in self.generators]

    def _set_random_state(self, states: list) -> None:
        if len(states) != len(self.generators):
            raise ValueError(
                f"the checkpoint holds {len(states)} random states, but {len(self.generators)} "
                "generators are in use: resume with the loaders the run was started with"
            )
        for generator, state in zip(self.generators, states, strict=True):
            generator.set_state(state)

    def state_dict(self) -> dict:
        """Everything a run needs to go on from here as if it had not stopped."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": None if self.scheduler is None else self.scheduler.state_dict(),
            "callbacks": [callback.state_dict() for callback in self.callbacks],
            "history": self.history.rows,
            "epoch": self.epoch,
            "should_stop": self.should_stop,
            "position": self.position,
            "steps": self.steps,
            "seconds": self.seconds,
            "random_now": self._now or self._random_state(),
            "random_at_epoch_start": self._start,
        }

    def load_state_dict(self, state: dict) -> None:
        """Take over what `state_dict` gave; `fit` goes on from there.

        Raises: ValueError if the run had a scheduler or callbacks that this trainer has not.
        """
        check_dict("the state of a Trainer", state, *self.state_dict())
        if (state["scheduler"] is None) != (self.scheduler is None):
            here, there = ("a", "none") if self.scheduler is not None else ("no", "one")
            raise ValueError(f"this trainer has {here} scheduler, the checkpoint has {there}")
        if len(state["callbacks"]) != len(self.callbacks):
            raise ValueError(
                f"the checkpoint is of a trainer with {len(state['callbacks'])} callbacks, this "
                f"one has {len(self.callbacks)}: make it as the first one was made"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state["scheduler"])
        for callback, kept in zip(self.callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(kept)
        self.history = History(state["history"])
        self.epoch, self.should_stop = state["epoch"], state["should_stop"]
        self.position, self.seconds = state["position"], state["seconds"]
        self.steps = [list(step) for step in state["steps"]]
        self._now, self._start = state["random_now"], state["random_at_epoch_start"]

    def save(self, path) -> None:
        """Write a checkpoint; see save_checkpoint."""
        save_checkpoint(path, self.state_dict())

    def load(self, path) -> None:
        """Go on from a checkpoint: then call `fit` as at the start of the run."""
        try:
            self.load_state_dict(load_checkpoint(path))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path} holds no state of a Trainer ({error!r})") from None


def as_float(value) -> float:
    """A number out of a tensor, an array or a number."""
    return float(value.item() if hasattr(value, "item") else value)


def shown_row(row: dict) -> str:
    """The loss and what was measured in validation, for the bar."""
    names = [name for name in row if name == "loss" or name.startswith("val_")]
    return ", ".join(f"{name} {row[name]:.4g}" for name in names)


class Checkpoint(Callback):
    """Save the run to `path` after each epoch and, if given, every `every_steps` steps of it."""

    def __init__(self, path, every_steps: int | None = None):
        self.path, self.every_steps = path, every_steps

    def on_step_end(self, trainer) -> None:
        if self.every_steps and len(trainer.steps) % self.every_steps == 0:
            trainer.save(self.path)

    def on_epoch_end(self, trainer, row: dict) -> None:
        trainer.save(self.path)


# %% given: overfitting "overfitted: a run on a hundred digits; digit_loader, draw_stopped"
digit_images, digit_labels, _, _ = digits()


def digit_loader(images, labels, batch_size):
    """Batches of digits, shuffled; the order is the same in every run."""
    data = TensorDataset(tensor(images), tensor(labels))
    return DataLoader(data, batch_size, shuffle=True, generator=Generator(0))


def overfitted(stopping):
    """The history of up to 200 epochs on a hundred digits, with the callback `stopping`."""
    manual_seed(0)
    model = Sequential(Flatten(), Linear(64, 64), ReLU(), Linear(64, 10))
    adam = Adam(model.parameters(), lr=0.01)
    trainer = Trainer(model, adam, cross_entropy, callbacks=[stopping], progress=False)
    loader = digit_loader(digit_images[:100], digit_labels[:100], 20)
    return trainer.fit(loader, 200, digit_loader(digit_images[-360:], digit_labels[-360:], 360))


def draw_stopped(history):
    """Draw both losses over the epochs, and the best epoch; the run must end ten after that."""
    best = history["val_loss"].index(min(history["val_loss"])) + 1
    print(f"stopped after {len(history)} of 200 epochs; the best one was number {best}")
    assert len(history) == best + 10, "the run did not end ten epochs after its best one"
    _, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
    ax.plot(history["epoch"], history["loss"], label="training")
    ax.plot(history["epoch"], history["val_loss"], label="validation")
    ax.axvline(best, color="gray", linestyle="--", label="best epoch")
    ax.set(xlabel="epoch", ylabel="loss")
    ax.legend()
    plt.show()


# %% given: resuming "in_one_go, broken_off_and_resumed: two runs that must agree; draw_resumed"
class Stop(Callback):
    """Stop the run after some steps, as a power cut would."""

    def __init__(self, after):
        self.after = after

    def on_step_end(self, trainer):
        self.after -= 1
        if self.after == 0:
            raise KeyboardInterrupt


class Curve(Callback):
    """Keep the loss of every step."""

    def __init__(self):
        self.losses = []

    def on_step_end(self, trainer):
        self.losses.append(trainer.steps[-1][0])


def digit_trainer(seed, *callbacks):
    """A small network with dropout, a schedule, and a loader that shuffles."""
    manual_seed(seed)
    model = Sequential(Flatten(), Linear(64, 32), ReLU(), Dropout(0.2), Linear(32, 10))
    adam = Adam(model.parameters(), lr=0.01)
    schedule = CosineAnnealingLR(adam, T_max=60)
    trainer = Trainer(
        model, adam, cross_entropy, schedule, "step", callbacks=callbacks, progress=False
    )
    data = TensorDataset(tensor(digit_images[:640]), tensor(digit_labels[:640]))
    return trainer, DataLoader(data, batch_size=32, shuffle=True)


def in_one_go():
    """The losses of a run of three epochs that nothing breaks off, and its weights in the end."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Curve()
        trainer, loader = digit_trainer(0, whole, Stop(-1), Checkpoint(f"{folder}/a.npz"))
        trainer.fit(loader, 3)
    return whole.losses, trainer.model.state_dict()


def broken_off_and_resumed():
    """The same for a run broken off after 33 steps; a fresh one takes over from its file."""
    part, rest = Curve(), Curve()
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/b.npz"
        trainer, loader = digit_trainer(0, part, Stop(33), Checkpoint(path, every_steps=4))
        try:
            trainer.fit(loader, 3)
        except KeyboardInterrupt:
            print(f"broken off after {len(part.losses)} steps")
        trainer, loader = digit_trainer(1, rest, Stop(-1), Checkpoint(path))
        trainer.load(path)
        trainer.fit(loader, 3)
    return rest.losses, trainer.model.state_dict()


def draw_resumed(whole, rest):
    """Draw the losses of the run in one go and, on top of them, of the one that was resumed."""
    _, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
    ax.plot(whole, label="in one go")
    ax.plot(range(60 - len(rest), 60), rest, "k:", label="resumed from the file")
    ax.set(xlabel="step", ylabel="loss of the batch")
    ax.legend()
    plt.show()


# %% given: measuring "measured: the bytes in use at both moments, and their figure"
def measured(sizes, batch):
    """What `tracemalloc` counts at both moments of a second step with Adam."""
    x, y = tensor(np.zeros((batch, sizes[0]), "float32")), tensor(np.zeros(batch, "int64"))
    tracemalloc.start()
    try:
        model = Sequential(
            Linear(*sizes[:2]), ReLU(), Linear(*sizes[1:3]), ReLU(), Linear(*sizes[2:])
        )
        adam = Adam(model.parameters())
        training_step(model, adam, cross_entropy, [(x, y)])
        adam.zero_grad()
        loss = cross_entropy(model(x), y)
        forward = tracemalloc.get_traced_memory()[0]
        loss.backward()
        return forward, tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def draw_memory(predict, sizes, batches):
    """Draw the bytes at both moments over the batch: lines predicted, points measured."""
    found = np.array([measured(sizes, batch) for batch in batches])
    predicted = np.array([predict(sizes, batch, 2) for batch in batches])
    assert np.allclose(found, predicted, rtol=0.1), found / predicted
    _, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
    for i, name in enumerate(("end of forward", "end of backward")):
        (line,) = ax.plot(batches, predicted[:, i] / 1e6, label=f"{name}, predicted")
        ax.plot(batches, found[:, i] / 1e6, "o", color=line.get_color(), label="measured")
    ax.set(xlabel="batch", ylabel="megabytes", ylim=(0, None), xscale="log")
    ax.legend(fontsize="small")
    plt.show()


# %% given: put-to-use "LayerNorms, a callback; accuracy, a metric; MNIST in three loaders"
class LayerNorms(Callback):
    """Keep the norm of each weight's gradient after each step."""

    def __init__(self):
        self.norms = {}

    def on_step_end(self, trainer):
        for name, p in trainer.model.named_parameters():
            if name.endswith("weight"):
                self.norms.setdefault(name, []).append(np.linalg.norm(p.grad.numpy()))


def accuracy(output, target):
    """The share of images that are recognised."""
    return (output.argmax(dim=1) == target).float().mean()


train_images, train_labels, test_images, test_labels = mnist()
images, labels = tensor(train_images), tensor(train_labels)
learn = DataLoader(TensorDataset(images[:7200], labels[:7200]), 64, True, generator=Generator(0))
aside = DataLoader(TensorDataset(images[7200:], labels[7200:]), 400)
test = DataLoader(TensorDataset(tensor(test_images), tensor(test_labels)), 500)


# %% given: layer-norms "the figure: the gradient of each layer, step by step"
fig, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
for name, values in norms.norms.items():
    ax.semilogy(np.convolve(values, np.ones(15) / 15, "valid"), label=name)
ax.set(xlabel="step", ylabel="norm, mean of 15 steps")
ax.legend(title="weights of layer")
plt.show()


# %% given: range-test-figure "draw_range_test: a range test on digits, and the loss over the rate"
def draw_range_test(test):
    """Draw the losses of a range test of 120 steps over their rates, and their mean of seven."""
    manual_seed(0)
    model = Sequential(Flatten(), Linear(64, 64), ReLU(), Linear(64, 10))
    loader, sgd = digit_loader(digit_images, digit_labels, 32), SGD(model.parameters(), lr=0.1)
    batches = [batch for _ in range(3) for batch in loader][:120]
    rates, losses = np.array(test(model, sgd, cross_entropy, batches)).T
    assert 0.1 < rates[losses.argmin()] < 3, "the loss is lowest elsewhere"
    _, ax = plt.subplots(figsize=(6, 2.6), layout="constrained")
    ax.semilogx(rates, losses, ".", alpha=0.4, label="a step")
    ax.semilogx(rates[3:-3], np.convolve(losses, np.ones(7) / 7, "valid"), label="mean of 7")
    ax.set(xlabel="learning rate", ylabel="loss of the batch", ylim=(0, 6))
    ax.legend()
    plt.show()
