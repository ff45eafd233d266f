# generated from modules/07_training/training.py by `tito build`: edit that file

# %% auto #0
__all__ = ['FORMAT', 'VERSION', 'LOADER_PARTS', 'gradients_of', 'to_clip', 'clip_grad_value_', 'clip_grad_norm_', 'parts_of',
           'samples', 'batch_loss', 'accumulate', 'training_step', 'evaluating', 'weighted_mean', 'History', 'Callback',
           'EarlyStopping', 'write_atomically', 'pack', 'unpack', 'save_checkpoint', 'load_checkpoint', 'state_of',
           'generators_of', 'progress_bar', 'first_bad_operation', 'Trainer', 'as_float', 'shown_row', 'Checkpoint']

# %% #1ed1134b5e14
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

from .autograd import detect_anomaly, no_grad
from .tensor import Generator, Tensor, cat, default_generator, tensor
from ..lib.archive import archive_of, write_archive
from ..lib.layer_checks import check_choice, tensors_of
from ..lib.patch import patch
from ..lib.progress import PlainProgress, length_of
from ..lib.settings import as_number, as_path, check_dict, check_kind, check_number

# %% #1ec449db1a54
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

# %% #clip-norm
def clip_grad_norm_(
    parameters, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> Tensor:
    """Scale all gradients in place so that their joint norm is at most `max_norm`.

    parameters: one tensor or several (also a generator of them), of any shapes.
    norm_type: 2 for the length, `math.inf` for the largest absolute value, or the p of a p-norm.
    Returns: the norm before clipping, as a Tensor of shape (); 0 if there are no gradients.
    Raises: RuntimeError mentioning "non-finite" if `error_if_nonfinite` and the norm is NaN or
    infinite; the gradients are then left as they were.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.clip_grad_norm_.html
    """
    gradients, max_norm, norm_type = to_clip(parameters, max_norm, norm_type)
    if not gradients:
        return tensor(0.0)
    norms = [np.linalg.norm(g.numpy().ravel(), norm_type) for g in gradients]
    total = np.linalg.norm(norms, norm_type)
    if error_if_nonfinite and not np.isfinite(total):
        raise RuntimeError(f"the norm of the gradients is non-finite: {total}")
    factor = max_norm / (total + 1e-6)
    if not factor >= 1:  # a NaN too: as in PyTorch, it spreads to all gradients
        for g in gradients:
            g *= float(factor)
    return tensor(total)

# %% #b4c1914f00e6
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

# %% #accumulate
def accumulate(model, loss_fn, batches: list) -> float:
    """Add the gradients of the mean loss over all samples of `batches` to the parameters' `.grad`.

    One batch at a time: its graph is gone before the graph of the next one is built. Gradients that
    are there already stay and are added to.
    Returns: the mean loss over all samples, as a Python float.
    """
    count = sum(samples(batch) for batch in batches)
    total = 0.0
    for batch in batches:
        share = batch_loss(model, loss_fn, batch) * (samples(batch) / count)
        share.backward()
        total += share.item()
    return total

# %% #training-step
def training_step(model, optimizer, loss_fn, batches, max_grad_norm=None) -> tuple[float, float]:
    """One update of the weights from the mean loss over all samples of `batches`.

    max_grad_norm: clip the gradients of all `model.parameters()` to this joint norm; None: do not.
    Returns: (loss, norm), both floats; the norm is the one before clipping.
    Raises: FloatingPointError naming the value that is NaN or infinite, if the loss or the norm is;
    the weights and the optimizer's state are then as they were.
    """
    limit = math.inf if max_grad_norm is None else max_grad_norm
    optimizer.zero_grad()
    loss = accumulate(model, loss_fn, batches)
    norm = clip_grad_norm_(model.parameters(), limit).item()
    if not (math.isfinite(loss) and math.isfinite(norm)):
        raise FloatingPointError(f"the loss is {loss}, the norm of its gradient {norm}")
    optimizer.step()
    return loss, norm

# %% #evaluating
@contextmanager
def evaluating(model):
    """Inside `with evaluating(model):` all its modules are in evaluation, and nothing is recorded.

    Afterwards, also after an error, each module has the mode it had before, whatever it was, and
    gradients are recorded or not as before. The error itself is not swallowed.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with no_grad():
            yield model
    finally:
        for module, mode in modes:
            module.training = mode

# %% #weighted-mean
def weighted_mean(values: list, counts: list) -> float:
    """The mean of `values`, each of which counts as many times as `counts` says.

    Returns: a Python float; NaN if the counts add up to 0.
    Raises: ValueError if there are not as many values as counts.
    """
    pairs = list(zip(values, counts, strict=True))
    count = sum(counts)
    return math.fsum(value * n for value, n in pairs) / count if count else math.nan

# %% #1a8320f2e227
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

# %% #ef4f185e2c36
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

# %% #early-stopping
@patch
def update(self: EarlyStopping, value: float) -> bool:
    """Take the value of one more epoch; True if there was none better for `patience` in a row.

    Better than the best value means smaller with mode "min" and larger with mode "max", by *more*
    than `self.min_delta`. The first value that is not NaN is always better; a NaN never is.
    `self.best` is the value of the last epoch that was better, None before the first, and
    `self.waited` the number of epochs since.
    """
    gain = -math.inf if math.isnan(value) else math.inf
    if self.best is not None and not math.isnan(value):
        gain = self.best - value if self.mode == "min" else value - self.best
    if gain > self.min_delta:
        self.best, self.waited = value, 0
    else:
        self.waited += 1
    return self.waited >= self.patience

# %% #atomic-write
def write_atomically(path, content: bytes) -> None:
    """Write `content` to the file at `path` so that no crash can leave a part of it there.

    It goes to `path` with ".tmp" appended first. Until all of it is on the disk, what is at `path`
    stays untouched. If an error comes on the way, whatever it is, the ".tmp" file is removed and
    the error is raised.
    """
    path = Path(path)
    temporary = path.with_name(path.name + ".tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)

# %% #098132fd4983
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

# %% #2669d1588123
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
