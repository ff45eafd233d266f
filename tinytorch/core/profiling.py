# generated from modules/14_profiling/profiling.py by `tito build`: edit that file

# %% auto #0
__all__ = ['VIEWS', 'REDUCTIONS', 'PRODUCTS', 'ATTENTION', 'profiles', 'Event', 'described', 'timing_hook', 'self_times',
           'trace_events', 'attention_shapes', 'op_flops', 'backward_flops', 'held_bytes', 'memory_line', 'Row',
           'Table', 'key_of', 'outermost', 'flops_of', 'summary', 'is_array', 'owner', 'Allocations',
           'ProfilerActivity', 'profile', 'record_function', 'count_flops', 'saved_arrays', 'count_memory', 'amdahl']

# %% #b81515dc75fd
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

from .autograd import FREED, graph_order
from .layers import Module
from .optimizers import Optimizer
from .tensor import Tensor, op_hooks
from ..lib.layer_checks import check_switch

# %% #9b0b36aece1c
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

# %% #timing-hook
def timing_hook(record, clock):
    """A hook for the gate that times each call and hands it to `record`.

    hook(phase, op, run, *args, **params): calls `run` once, with the same arguments, and returns
    what it returns. Then `record(op, phase, start, end, args, result)` is called once: `start` is
    what `clock()` says just before the call, `end` what it says just after. If `run` raises, the
    error passes on, and what is recorded has the result None.
    """

    def hook(phase, op, run, *args, **params):
        result = None
        start = clock()
        try:
            result = run(*args, **params)
            return result
        finally:
            record(op, phase, start, clock(), args, result)

    return hook

# %% #self-times
def self_times(events: list) -> list[int]:
    """The self time of each event in ns: its duration less those of the events directly inside.

    Events of one thread are inside one another or apart, never half and half; one that begins when
    another ends is not inside it. Those of other threads are never inside. The list is not changed;
    the result has its order.
    """
    own = [event.end - event.start for event in events]
    places = range(len(events))
    stack: list[int] = []
    for i in sorted(places, key=lambda i: (events[i].thread, events[i].start, -events[i].end)):
        event = events[i]
        while stack and not (
            events[stack[-1]].thread == event.thread and event.start < events[stack[-1]].end
        ):
            stack.pop()
        if stack:
            own[stack[-1]] -= event.end - event.start
        stack.append(i)
    return own

# %% #trace-events
def trace_events(events: list) -> list[dict]:
    """The events in the trace event format, sorted by their beginning: dicts with seven keys.

    ts and dur are in microseconds, with fractions; ts counts from the first event's beginning.
    Source: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
    """
    first = min((event.start for event in events), default=0)
    return [
        {
            "name": event.name,
            "cat": event.phase,
            "ph": "X",
            "ts": (event.start - first) / 1000,
            "dur": (event.end - event.start) / 1000,
            "pid": 0,
            "tid": event.thread,
        }
        for event in sorted(events, key=lambda event: event.start)
    ]

# %% #6853fc0d7d63
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

# %% #op-flops
def op_flops(name: str, shapes: tuple, shape: tuple) -> int:
    """The FLOPs of an operation for inputs of these `shapes` and a result of this `shape`.

    matmul (..., m, k) @ (..., k, n) and linear (..., k) with a weight (n, k) and perhaps a bias:
    2k for each value of the result.
    convolution of (n, c, h, w), weight (out, c / groups, kh, kw): 2 * kh * kw * c / groups each.
    Those in ATTENTION, of q (..., t, d), k (..., s, d), v (..., s, e), see `attention_shapes`: two
    products, (t, d) @ (d, s) and (t, s) @ (s, e), for everything in front; masks save nothing.
    Those in VIEWS: 0. Those in REDUCTIONS: the size of the first input. Others: that of the result.
    """
    if name in VIEWS:
        return 0
    if name in REDUCTIONS:
        return math.prod(shapes[0])
    values = math.prod(shape)
    if name in ("matmul", "linear"):
        return 2 * values * shapes[0][-1]
    if name == "convolution":
        return 2 * values * math.prod(shapes[1][1:])
    if name in ATTENTION:
        q, k, v = attention_shapes(shapes)
        return 2 * math.prod(q[:-1]) * k[-2] * (q[-1] + v[-1])
    return values

# %% #backward-flops
def backward_flops(out: Tensor) -> int:
    """The FLOPs of a backward pass from `out`, counted from the nodes behind it. Runs nothing.

    Those in PRODUCTS: as many as forward for each of the first two inputs that wanted a gradient; a
    bias that wanted one: one for each value of the result.
    Those in ATTENTION: four products of the size of the two forward, if any input wanted one.
    Every other operation: as many as forward, for each input that wanted a gradient.
    """
    total = 0
    for result in graph_order(out):
        node = result.grad_fn
        name, wanted = node.op.name, node.wanted
        forward = op_flops(name, tuple(np.shape(array) for array in node.arrays), result.shape)
        if name in ATTENTION:
            total += 2 * forward * any(wanted)
        elif name in PRODUCTS:
            total += forward * sum(wanted[:2]) + math.prod(result.shape) * sum(wanted[2:])
        else:
            total += forward * sum(wanted)
    return total

# %% #held-bytes
def held_bytes(arrays) -> int:
    """The bytes of memory that these arrays keep alive, each memory once.

    A view stands for the whole array that it looks into; a view of a view for the same one.
    `base` may also be something that is not an array, such as bytes: then the array itself counts.
    arrays: a list, or anything else that can be gone through once.
    """
    owners = {}
    for array in arrays:
        while isinstance(array.base, np.ndarray):
            array = array.base
        owners[id(array)] = array  # kept, so that no other array gets its id
    return sum(owner.nbytes for owner in owners.values())

# %% #memory-line
def memory_line(changes: list) -> tuple[list, int]:
    """(line, peak): the bytes held after each change, and the most that were held at one time.

    changes: pairs (time, bytes), positive where memory came, negative where it went, in any order;
    those of one time in the order given. line: pairs (time, bytes held from then on), by time.
    peak is 0 if nothing ever came. The list is not changed.
    """
    line, held, peak = [], 0, 0
    for when, size in sorted(changes, key=lambda change: change[0]):
        held += size
        line.append((when, held))
        peak = max(peak, held)
    return line, peak

# %% #1265a2e5b1b0
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

# %% #b2c42fdb8ff6
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

# %% #amdahl
def amdahl(share: float, factor: float) -> float:
    """How many times as fast the whole gets if a `share` of its time gets `factor` times as fast.

    share: from 0 to 1. factor: above 0; math.inf for a part that takes no time any more.
    Raises: ValueError that names the value if one is out of range, or is not a number (nan).
    Source: Amdahl (1967), Validity of the single processor approach, AFIPS 30, pages 483-485.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"amdahl: share must be from 0 to 1, not {share}")
    if not factor > 0:
        raise ValueError(f"amdahl: factor must be above 0, not {factor}")
    left = 1 - share + share / factor
    return 1 / left if left else math.inf
