"""What module 14 gives ready-made, in sections that profiling.py puts in place."""

# %% given: imports "what the module needs: Python's library, NumPy, tensors and the graph"
#| default_exp core.profiling
#| export
import enum
import json
import math
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tinytorch.core.autograd import FREED, graph_order
from tinytorch.core.layers import Module
from tinytorch.core.optimizers import Optimizer
from tinytorch.core.tensor import Tensor, op_hooks
from tinytorch.lib.layer_checks import check_switch

# %% given: notebook-imports "what only this notebook needs: figures, digits, checks and layers"
import itertools

import matplotlib.pyplot as plt

from tinytorch.core.autograd import backward, no_grad
from tinytorch.core.layers import GELU, Linear, ReLU, Sequential
from tinytorch.core.losses import cross_entropy
from tinytorch.core.optimizers import Adam
from tinytorch.core.tensor import Op, manual_seed, ones, randn, tensor
from tinytorch_data import digits
from tito.checks import close, equal, raises

# %% given: tests "for the tests: MISTAKES and what they give; ticking, called, Made, event"
MISTAKES = {  # what a misconception gives, by what was checked
    "self times": {
        "those are the totals: take away what the events inside took": [100, 40, 20, 10],
        "everything inside was taken away, not only what is directly inside": [30, 20, 20, 10],
        "only the first event inside was taken away": [60, 20, 20, 10],
    },
    "the trace's times": {
        "nanoseconds: a trace has microseconds": [2000, 3500],
        "milliseconds: a trace has microseconds": [0.002, 0.0035],
        "the end, not the duration": [2, 5.5],
    },
    "matmul": {
        "a multiplication and an addition are two": 60,
        "that is the size of the result": 12,
        "every value of the two inputs counted": 35,
    },
    "the backward pass": {
        "as much as forward: each input that wants a gradient costs a product": 6000,
        "the data wants no gradient, so its product is not made": 12000,
    },
    "the peak": {
        "that is what is left at the end": 80,
        "the largest single piece": 100,
    },
    "amdahl": {
        "the rest is missing: 1 - share stays as slow as it is": 20 / 6,
        "the share was divided, and the rest forgotten": 0.3,
        "that is the time that is left: its inverse is asked for": 0.7,
        "share and rest are the wrong way round": 1 / (0.6 + 0.4 / 2),
    },
}


def ticking(*times):
    """Times, one after the other: a clock is `ticking(10, 20).__next__`."""
    return iter(times)


def called(hook, run, *args, phase="forward", name="plus", **params):
    """What the gate does with a hook: call it around `run`, the rule of an operation."""
    return hook(phase, Op(name, run), run, *args, **params)


class Made:
    """A rule that raises an error."""

    def __init__(self, error):
        self.error = error

    def __call__(self, *args):
        raise self.error


def event(name, start, end, phase="forward", thread=1):
    """An event with times only."""
    return Event(name, phase, start, end, (), (), thread)


# %% given: event "Event: what is written down of a call; described: one from what a hook sees"
#| export
class Event(NamedTuple):
    """One call, as it was recorded.

    phase: "forward", "backward" (a rule) or "range" (see `record_function`). start, end: in ns, on
    the clock of `time.perf_counter_ns`. shapes: of the arguments. shape: of the result.
    """

    name: str
    phase: str
    start: int
    end: int
    shapes: tuple
    shape: tuple
    thread: int


def described(op, phase: str, start: int, end: int, args: tuple, result) -> Event:
    """The event of a call at the gate. Keeps no array alive: shapes only."""
    shapes = tuple([getattr(x, "shape", ()) for x in args])
    value = result[0] if type(result) is tuple else result  # a rule may return what it saves, too
    shape = getattr(value, "shape", ())
    return Event(op.name, phase, start, end, shapes, shape, threading.get_ident())


# %% given: recording "recording: a hook at the gate inside a block"
@contextmanager
def recording(hook):
    """`hook` hangs at the gate inside the block."""
    op_hooks.append(hook)
    try:
        yield
    finally:
        op_hooks.remove(hook)


# %% given: profile "profile, record_function, and the table: PyTorch's profiler, from your parts"
#| export
class Row(NamedTuple):
    """One line of the table: `key` is the operation, times are in microseconds, as in PyTorch."""

    key: str
    count: int
    cpu_time_total: float
    self_cpu_time_total: float
    flops: int


class Table(list):
    """The rows of a profile, a list with a method."""

    def table(self, sort_by: str = "self_cpu_time_total", row_limit: int = 20) -> str:
        """The rows as text, largest first: name, calls, self and total time, share, GFLOP/s.

        sort_by: "self_cpu_time_total", "cpu_time_total", "count" or "flops".
        Raises: ValueError for another one.
        """
        if sort_by not in Row._fields[1:]:
            known = ", ".join(Row._fields[1:])
            raise ValueError(f"table: sort_by is one of {known}, not {sort_by!r}")
        ordered = sorted(self, key=lambda row: -getattr(row, sort_by))
        whole = sum(row.self_cpu_time_total for row in self) or 1.0
        lines = [
            f"{'name':28} {'calls':>7} {'self ms':>9} {'share':>6} {'total ms':>9} {'GFLOP/s':>8}"
        ]
        for row in ordered[:row_limit]:
            own = row.self_cpu_time_total
            rate = f"{row.flops / (own * 1000):8.1f}" if row.flops and own else ""
            lines.append(
                f"{row.key:28} {row.count:7} {own / 1000:9.2f} {own / whole:6.1%} "
                f"{row.cpu_time_total / 1000:9.2f} {rate}".rstrip()
            )
        return "\n".join(lines)


def key_of(event: Event) -> str:
    """The name under which an event is counted: those of the backward pass stand for themselves."""
    return f"{event.name} (backward)" if event.phase == "backward" else event.name


def outermost(events: list) -> list[bool]:
    """For each event, whether no event around it, in its thread, has the same key."""
    found, inside = [True] * len(events), {}
    for i in sorted(range(len(events)), key=lambda i: (events[i].start, -events[i].end)):
        place = events[i].thread, key_of(events[i])
        found[i] = events[i].start >= inside.get(place, -1)
        if found[i]:
            inside[place] = events[i].end
    return found


def flops_of(event: Event) -> int:
    """The FLOPs of an event, a rule's as `backward_flops` counts them."""
    if event.phase == "range":
        return 0
    if event.phase == "forward":
        name = event.name.removeprefix("quantized_")  # integers are counted like floats
        return op_flops(name, event.shapes, event.shape)
    g, inputs = event.shapes[0], event.shapes[2:]  # a rule gets g, saved, *inputs
    if event.name in PRODUCTS and len(event.shape) == 1 < len(inputs[1]):
        return math.prod(g)  # of a bias: a sum over everything else
    return op_flops(event.name, inputs, g) * (2 if event.name in ATTENTION else 1)


def summary(events: list) -> Table:
    """A row for each key. Times of one key inside another count once in its total."""
    sums: dict[str, list] = {}
    for event, own, whole in zip(events, self_times(events), outermost(events), strict=True):
        row = sums.setdefault(key_of(event), [0, 0, 0, 0])
        row[0] += 1
        row[1] += (event.end - event.start) * whole
        row[2] += own
        row[3] += flops_of(event)
    rows = [Row(k, n, total / 1e3, own / 1e3, work) for k, (n, total, own, work) in sums.items()]
    return Table(sorted(rows, key=lambda row: -row.self_cpu_time_total))


def is_array(x) -> bool:
    """Whether `x` is an array, and no number."""
    return isinstance(x, np.ndarray)


def owner(array: np.ndarray) -> np.ndarray:
    """The array whose memory `array` looks into, which may be itself."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


class Allocations:
    """The memory of what operations return: when it came, when it went.

    changes: (time in ns, bytes) for each, negative when the last array that holds it is gone. A
    view has the memory of another array, which is there already.
    """

    def __init__(self):
        self.changes: list = []
        self.held: dict = {}  # {id of an array with its own memory: a weak reference to it}

    def saw(self, result, now: int, given: set) -> None:
        """Write down the memory of `result`, an array or a tuple or list of such.

        given: the identities of the arrays that own the memory of the arguments: a view of one of
        these is nothing new.
        """
        if type(result) in (tuple, list):
            for part in result:
                self.saw(part, now, given)
        if not is_array(result):
            return
        array = owner(result)
        size, key = array.nbytes, id(array)
        if key in self.held or key in given:
            return

        def gone(_):
            self.changes.append((time.perf_counter_ns(), -size))
            self.held.pop(key, None)

        self.changes.append((now, size))
        self.held[key] = weakref.ref(array, gone)


profiles: list = []  # those that are running, outermost first


class ProfilerActivity(enum.Enum):
    """What a profile can watch: there is only the CPU here.

    Source: https://docs.pytorch.org/docs/stable/profiler.html
    """

    CPU = 0
    CUDA = 2


class profile:
    """What happens at the gate inside a `with` block: calls, times, shapes, memory.

    `with profile() as prof: ...`, then `print(prof.key_averages().table())`. It changes no result
    and keeps no array alive. Profiles may be nested, and one may be used again: it goes on.
    activities: a list of ProfilerActivity, which may hold nothing but CPU. record_shapes,
    with_flops: taken and not needed, since shapes and FLOPs are always there. profile_memory: write
    down allocations, too (`memory()`).
    Raises: RuntimeError if it is running already, and for a GPU; NotImplementedError for PyTorch's
    `schedule`.
    Source: https://docs.pytorch.org/docs/stable/profiler.html
    """

    def __init__(
        self,
        *,
        activities=None,
        schedule=None,
        record_shapes: bool = False,
        profile_memory: bool = False,
        with_flops: bool = False,
    ):
        listed = activities if isinstance(activities, (list, tuple, set)) else [activities]
        for activity in [] if activities is None else listed:
            if activity is not ProfilerActivity.CPU:
                raise RuntimeError(
                    "profile: activities may list ProfilerActivity.CPU and nothing else, since "
                    f"there is no GPU, not {str(activity)[:80]!r}"
                )
        if schedule is not None:
            raise NotImplementedError("profile has no schedule: start and stop it where you like")
        self._events: list = []
        check_switch("profile", profile_memory=profile_memory)
        self.allocations = Allocations() if profile_memory else None
        self._hook = timing_hook(self._record, time.perf_counter_ns)

    def _record(self, op, phase, start, end, args, result) -> None:
        self._events.append(described(op, phase, start, end, args, result))
        if self.allocations is not None:
            self.allocations.saw(result, end, {id(owner(x)) for x in args if is_array(x)})

    def start(self) -> None:
        """Begin to record."""
        if self in profiles:
            raise RuntimeError("this profile is running already: make another one to nest them")
        profiles.append(self)
        op_hooks.append(self._hook)

    def stop(self) -> None:
        """Record no more. What was recorded stays."""
        if self not in profiles:
            raise RuntimeError("this profile is not running: start it first")
        profiles.remove(self)
        op_hooks.remove(self._hook)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error) -> None:
        self.stop()

    def events(self) -> list:
        """Everything recorded, in the order in which it ended."""
        return list(self._events)

    def key_averages(self) -> Table:
        """A row for each operation, the one with the most self time first."""
        return summary(self._events)

    def memory(self) -> list:
        """(time in ns, bytes held then) after each change, by what operations returned.

        Raises: RuntimeError unless it was made with profile_memory=True.
        """
        if self.allocations is None:
            raise RuntimeError("memory was not recorded: use profile(profile_memory=True)")
        return memory_line(self.allocations.changes)[0]

    def export_chrome_trace(self, path) -> None:
        """Write a trace that Perfetto (ui.perfetto.dev) and Chrome's about:tracing open."""
        Path(path).write_text(json.dumps({"traceEvents": trace_events(self._events)}), "utf-8")


@contextmanager
def record_function(name: str):
    """A range with a name of your own, such as "forward", for the profiles that are running.

    Raises: TypeError if the name is not a string.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.autograd.profiler.record_function.html
    """
    if not isinstance(name, str):
        raise TypeError(f"record_function takes a name, a string, not {type(name).__name__}")
    watching, start = list(profiles), time.perf_counter_ns()
    try:
        yield
    finally:
        range_ = Event(name, "range", start, time.perf_counter_ns(), (), (), threading.get_ident())
        for each in watching:
            each._events.append(range_)


# %% given: kinds "VIEWS, REDUCTIONS, PRODUCTS, ATTENTION: names by kind; attention_shapes"
#| export
VIEWS = {"index", "reshape", "transpose", "permute", "expand"}
VIEWS |= {"cat", "stack", "gather", "cast", "clone", "embedding", "constant_pad_nd"}
REDUCTIONS = {"sum", "mean", "amax", "amin"}
PRODUCTS = {"matmul", "linear", "convolution"}
ATTENTION = {"scaled_dot_product_attention", "packed_attention"}


def attention_shapes(shapes: tuple) -> tuple:
    """The shapes of q, k and v, which may come as one tensor (..., t, 3d)."""
    if len(shapes) > 2:
        return shapes[:3]
    (*front, size) = shapes[0]
    return ((*front, size // 3),) * 3


# %% given: counting "count_flops: both passes of a call; count_memory: whose bytes there are"
#| export
def count_flops(call: Callable[[], Tensor]) -> tuple[int, int]:
    """(forward, backward): the FLOPs of `call()`, and of a backward pass from what it returns.

    The second is 0 if the result wants no gradient; no backward pass is made.
    Raises: TypeError if `call` is not a function, or does not return a tensor of any shape.
    """
    if not callable(call):
        raise TypeError(f"count_flops calls a function, not {type(call).__name__}")
    with profile() as prof:
        out = call()
    if not isinstance(out, Tensor):
        raise TypeError(f"count_flops: the call returned {type(out).__name__}, not a tensor")
    forward = sum(flops_of(event) for event in prof.events())
    return forward, backward_flops(out) if out.requires_grad else 0


def saved_arrays(out: Tensor) -> list:
    """The arrays that the nodes behind `out` keep for the backward pass."""
    found: list = []

    def gather(value):
        if isinstance(value, np.ndarray):
            found.append(value)
        elif isinstance(value, (tuple, list)):
            for part in value:
                gather(part)

    if out.grad_fn is FREED:
        raise RuntimeError("backward has used up this graph: count before it")
    for result in graph_order(out):
        gather([result.grad_fn.saved, result.grad_fn.arrays])
    return found


def count_memory(
    model: Module, optimizer: Optimizer | None = None, loss: Tensor | None = None
) -> dict[str, int]:
    """Bytes of a training step: parameters, gradients, optimizer (its state), saved.

    saved: what the graph behind `loss`, of any shape, keeps beyond the parameters; data is part of
    it. Raises: TypeError for anything else, RuntimeError if backward has used up the graph.
    """
    kinds = (
        (model, Module, "a module"),
        (optimizer, Optimizer, "an optimizer"),
        (loss, Tensor, "a tensor"),
    )
    for given, kind, what in kinds:
        if not isinstance(given, kind) and (given is not None or kind is Module):
            raise TypeError(f"count_memory takes {what}, not {type(given).__name__}")
    parameters = [p.array for p in model.parameters()]
    gradients = [p.grad.array for p in model.parameters() if p.grad is not None]
    state = [] if optimizer is None else list(optimizer.state.values())
    arrays = [getattr(v, "array", v) for each in state for v in each.values()]
    saved = [] if loss is None else saved_arrays(loss)
    own = held_bytes(parameters)
    return {
        "parameters": own,
        "gradients": held_bytes(gradients),
        "optimizer": held_bytes([a for a in arrays if isinstance(a, np.ndarray) and a.ndim]),
        "saved": held_bytes([*parameters, *saved]) - own,
    }


# %% given: step "perceptron: a model to look at; training_step: what to look at"
def perceptron():
    """(model, optimizer, images, labels): 784-256-128-10 units and 128 random images."""
    manual_seed(0)
    layers = Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10)
    model = Sequential(*layers)
    labels = tensor(np.arange(128) % 10)
    return model, Adam(model.parameters(), lr=1e-3), randn(128, 784), labels


def training_step(model, optimizer, images, labels, parts=1):
    """A training step as a function; the images come in `parts`, whose gradients add up."""
    size = len(images) // parts

    def step():
        with record_function("step"):
            optimizer.zero_grad()
            for first in range(0, len(images), size):
                rows = slice(first, first + size)
                with record_function("forward"):
                    loss = cross_entropy(model(images[rows]), labels[rows]) / parts
                with record_function("backward"):
                    backward(loss)
            with record_function("update"):
                optimizer.step()

    return step


# %% given: lanes "the figure: one step as lanes, ranges above and operations below"
def depths(events):
    """[(depth, event)]: how many events each one is inside, outermost first."""
    found, stack = [], []
    for e in sorted(events, key=lambda e: (e.start, -e.end)):
        while stack and stack[-1].end <= e.start:
            stack.pop()
        found.append((len(stack), e))
        stack.append(e)
    return found


def draw_lanes(events):
    """Draw the events of the last range called "step"."""
    step = [e for e in events if e.name == "step"][-1]
    inside = [e for e in events if step.start <= e.start and e.end <= step.end]
    names = list(dict.fromkeys(e.name for e in sorted(inside, key=lambda e: e.end - e.start)))[::-1]
    colors = dict(zip(names, itertools.cycle(plt.get_cmap("tab20").colors), strict=False))
    _, ax = plt.subplots(figsize=(7.5, 2.4), layout="constrained")
    for depth, e in depths(inside):
        begin, length = (e.start - step.start) / 1e6, (e.end - e.start) / 1e6
        ax.barh(-depth, length, left=begin, height=0.9, color=colors[e.name], edgecolor="white")
        if length > (step.end - step.start) / 2e7:
            ax.text(begin + length / 2, -depth, e.name, ha="center", va="center", fontsize=8)
    ax.set(xlabel="ms since the step began", yticks=[0, -1, -2])
    ax.set_yticklabels(["step", "phases", "operations"])
    plt.show()


draw_lanes(prof.events())


# %% given: saw-tooth "memory_of: a step of eight layers on 1,024 rows, in parts; draw_memory"
def memory_of(parts):
    """(line, peak) of the memory that the operations of one step return, for rows in `parts`."""
    manual_seed(0)
    blocks = [block for _ in range(8) for block in (Linear(128, 128), GELU())]
    model = Sequential(*blocks, Linear(128, 10))
    optimizer = Adam(model.parameters(), lr=1e-3)
    labels = tensor(np.arange(1024) % 10)
    step = training_step(model, optimizer, randn(1024, 128), labels, parts)
    step()
    with profile(profile_memory=True) as prof:
        step()
    return memory_line(prof.allocations.changes)


def draw_memory(*found):
    """The lines of memory over time, in one go and in parts."""
    _, axes = plt.subplots(1, len(found), figsize=(7.5, 2.4), sharey=True, layout="constrained")
    titles = "all rows at once", "in four parts"
    for ax, (line, peak), title in zip(axes, found, titles, strict=True):
        times, held = np.array(line).T
        ax.step((times - times[0]) / 1e6, held / 1e6, where="post")
        top = held.argmax()
        ax.plot((times[top] - times[0]) / 1e6, peak / 1e6, "ro")
        ax.set(title=f"{title}: peak {peak / 1e6:.1f} MB", xlabel="ms")
    axes[0].set_ylabel("MB held")
    plt.show()


# %% given: stubs "stubbed: a hook that hands out zeros; measured_limit: a step with and without"
def stubbed(*names):
    """A hook: after the first call, operations of these names get zeros instead of being run."""
    zeros = {}

    def hook(phase, op, run, *args, **params):
        if op.name not in names:
            return run(*args, **params)
        key = phase, run, tuple(np.shape(x) for x in args)
        if key not in zeros:
            zeros[key] = np.zeros_like(run(*args, **params))
        return zeros[key]

    return hook


def seconds_of(step):
    """The seconds that `step` takes of this thread: other programs do not count."""
    begun = time.thread_time()
    step()
    return time.thread_time() - begun


def linear_share(step):
    """The share of the linear layers in the self time of one step."""
    with profile() as prof:
        step()
    rows = prof.key_averages()
    own = sum(row.self_cpu_time_total for row in rows if row.key.startswith("linear"))
    return own / sum(row.self_cpu_time_total for row in rows)


def measured_limit(step, times=30):
    """(share of the linear layers, seconds of a step, seconds if these layers cost nothing).

    Medians of steps of each kind, in turn, so that a slow moment of the machine hits all alike.
    """
    found, without = [], stubbed("linear")
    for _ in range(times):
        found.append([linear_share(step), seconds_of(step)])
        with recording(without):
            found[-1].append(seconds_of(step))
    return tuple(float(x) for x in np.median(found, axis=0))


# %% given: slow "slow_classifier, trained, draw_training: the model and its training"
class Mixing(Module):
    """Mixes the features: every output is a weighted sum of all inputs."""

    def __init__(self, width):
        super().__init__()
        self.linear = Linear(width, width, bias=False)

    def forward(self, x):
        weight = self.linear.weight.transpose(0, 1)
        return (x.unsqueeze(2) * weight).sum(1)


def slow_classifier():
    """Five layers, one of which is to blame."""
    manual_seed(0)
    return Sequential(Linear(64, 96), ReLU(), Mixing(96), ReLU(), Linear(96, 10))


def trained(model, steps=120, size=64):
    """(losses, share of the test digits read, the profile): the digits, learned by Adam."""
    data, optimizer = digits(), Adam(model.parameters(), lr=3e-3)
    rows, order = data.train_images.reshape(-1, 64), np.random.default_rng(0)
    losses = []
    with profile() as prof:
        for _ in range(steps):
            picked = order.choice(len(rows), size, replace=False)
            optimizer.zero_grad()
            loss = cross_entropy(model(tensor(rows[picked])), tensor(data.train_labels[picked]))
            backward(loss)
            optimizer.step()
            losses.append(loss.item())
    with no_grad():
        guesses = model(tensor(data.test_images.reshape(-1, 64))).argmax(dim=1).numpy()
    return losses, float((guesses == data.test_labels).mean()), prof


def draw_training(model, losses, prof):
    """The loss, the norm of each weight's gradient in the last step, self times by operation."""
    _, (left, middle, right) = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
    left.plot(losses)
    left.set(xlabel="step", ylabel="loss", ylim=(0, None))
    norms = {n: np.linalg.norm(p.grad.numpy()) for n, p in model.named_parameters() if p.ndim > 1}
    middle.bar(range(len(norms)), norms.values())
    middle.set_xticks(range(len(norms)), norms, rotation=20, fontsize=8)
    middle.set(ylabel="norm of the gradient")
    rows = prof.key_averages()[:6][::-1]
    right.barh([row.key for row in rows], [row.self_cpu_time_total / 1e6 for row in rows])
    right.set(xlabel="self time, s")
    plt.show()
