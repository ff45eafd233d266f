# %% [markdown]
# # 14 · Profiling
#
# Your framework trains models. Which line of it takes the time? Everybody has an answer, and almost
# everybody is wrong. So do not guess, measure: a **profiler** watches a program run and says what
# was called, how often, and how long it took. In this module you build one. It answers three
# questions: where does the time go, how much arithmetic is done, and what is the memory full of?
#
# Modules 15 to 18 make models smaller and faster. This one tells you where that is worth the
# effort.
#
# Before you go on, write down a guess. A perceptron of 784, 256, 128 and 10 units takes one
# training step on 128 images: how much of the time goes into matrix products, how much into
# everything else?

# %% given: imports
# %% given: notebook-imports
# %% given: tests

# %% [markdown]
# ## 1. A watch at the gate
#
# Every operation of yours passes one gate (module 01), and each rule of the backward pass is called
# in one place (module 02). Both look into the list `op_hooks`: a function in it, a **hook**, is
# called *instead of* the operation, as `hook(phase, op, run, *args, **params)`, and has to call
# `run(*args, **params)` itself. Around that call it can do what it likes, such as look at the
# clock.
#
# Given: `Event`, what is written down of a call, and `described`, which makes one.

# %% given: event

# %% [markdown]
# **Exercise 1 · medium · 20 minutes.** Fill in `timing_hook`. An operation that raises an error has
# taken time as well.


# %% nbgrader={"grade_id": "timing-hook", "solution": true}
#| export
def timing_hook(record, clock):
    """A hook for the gate that times each call and hands it to `record`.

    hook(phase, op, run, *args, **params): calls `run` once, with the same arguments, and returns
    what it returns. Then `record(op, phase, start, end, args, result)` is called once: `start` is
    what `clock()` says just before the call, `end` what it says just after. If `run` raises, the
    error passes on, and what is recorded has the result None.
    """
    # About nine lines: a function inside this one, which is returned; `try` and `finally`.
    ### BEGIN SOLUTION

    def hook(phase, op, run, *args, **params):
        result = None
        start = clock()
        try:
            result = run(*args, **params)
            return result
        finally:
            record(op, phase, start, clock(), args, result)

    return hook
    ### END SOLUTION


# %% nbgrader={"grade_id": "timing-hook-test", "grade": true, "points": 2}
# One call: what comes back, everything that is recorded, and when the clock was read.
seen, log, ticks = [], [], ticking(10, 25)
hook = timing_hook(lambda *what: seen.append(what), lambda: log.append("clock") or next(ticks))
result = called(hook, lambda a, b, scale: log.append("run") or (a + b) * scale, 2, 3, scale=10)
equal(result, 50, "what the hook returns", hint="return what `run` returned")
equal(log, ["clock", "run", "clock"], "the order of clock and run")
equal(len(seen), 1, "how many calls were recorded")
op, *rest = seen[0]
equal(op.name, "plus", "the name of the recorded operation")
equal(rest, ["forward", 10, 25, (2, 3), 50], "phase, start, end, arguments and result")

# %% nbgrader={"grade_id": "timing-hook-test-2", "grade": true, "points": 2}
# An error passes on and is recorded; a rule of the backward pass; two calls.
seen = []
hook = timing_hook(lambda *what: seen.append(what), ticking(10, 25, 40, 55).__next__)
with raises(ValueError, "no such shape", "the error of an operation that fails"):
    called(hook, Made(ValueError("no such shape")), 1.0)
equal(len(seen), 1, "how many calls were recorded after an error", hint="`finally` always runs")
equal(seen[0][1:], ("forward", 10, 25, (1.0,), None), "what is recorded of a call that failed")
called(hook, lambda g: g, 3.0, phase="backward")
equal(seen[1][1:], ("backward", 40, 55, (3.0,), 3.0), "what is recorded of a rule")

# %% nbgrader={"grade_id": "timing-hook-hidden", "grade": true, "points": 2}
# Also graded: 0, None or tuples as results, no arguments, calls inside calls, two hooks.
### BEGIN HIDDEN TESTS
for value in (0, None, (), (1, "kept"), [False]):
    seen = []
    hook = timing_hook(lambda *what, seen=seen: seen.append(what), ticking(1, 2).__next__)
    equal(called(hook, lambda value=value: value), value, f"the result {value!r}")
    equal(seen[0][1:], ("forward", 1, 2, (), value), f"what is recorded of the result {value!r}")
seen = []
hook = timing_hook(
    lambda op, phase, *times: seen.append((op.name, *times[:2])), ticking(1, 2, 3, 4).__next__
)
called(hook, lambda: called(hook, lambda: 5, name="inner"), name="outer")
equal(seen, [("inner", 2, 3), ("outer", 1, 4)], "a call inside a call")
for error in (KeyError("k"), ZeroDivisionError("z")):
    seen = []
    with raises(type(error), error.args[0], f"the error {type(error).__name__}"):
        called(
            timing_hook(lambda *what, seen=seen: seen.append(what), ticking(1, 2).__next__),
            Made(error),
        )
    equal(len(seen), 1, f"how many calls were recorded after a {type(error).__name__}")
### END HIDDEN TESTS

# %% [markdown]
# Hang it at the gate, and see a model pass by. There are more rules than operations: each input
# that wants a gradient has its own. And a rule has more shapes, since it gets the gradient and what
# was saved before the inputs.

# %% given: recording

# %%
seen = []
x, w = ones(3, 4), ones(4, 2, requires_grad=True)
with recording(timing_hook(lambda *what: seen.append(described(*what)), time.perf_counter_ns)):
    backward(((x @ w) * w.sum()).sum())
for e in seen:
    print(f"{e.phase:8} {e.name:7} {e.end - e.start:8,} ns  {e.shapes} -> {e.shape}")

# %% [markdown]
# ## 2. Self time and total time
#
# Events contain others: a training step contains the forward pass, which contains operations. If
# you add up all durations, you count the same nanosecond three times, and the sum is longer than
# the run. So a profiler keeps two numbers: **total time**, from start to end, and **self time**,
# the total less what the events *directly* inside took. Self times add up to what really passed.
# The self time of a whole step is what your operations did not take: Python itself.
#
# Events come in the order in which they *ended*, the inner ones first. Sorted by their start, the
# outer ones first, a **stack** tells who contains whom: an event that begins before the last one on
# the stack has ended is inside it.
#
# **Exercise 2 · medium · 25 minutes.** Fill in `self_times`.


# %% nbgrader={"grade_id": "self-times", "solution": true}
#| export
def self_times(events: list) -> list[int]:
    """The self time of each event in ns: its duration less those of the events directly inside.

    Events of one thread are inside one another or apart, never half and half; one that begins when
    another ends is not inside it. Those of other threads are never inside. The list is not changed;
    the result has its order.
    """
    # About ten lines: places sorted by thread, start and -end; durations; a stack of places.
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% nbgrader={"grade_id": "self-times-test", "grade": true, "points": 3}
# A step of 100 ns holds a (40 ns) and c (10 ns); a holds b (20 ns). They come as they ended.
step, a, b, c = event("step", 0, 100), event("a", 10, 50), event("b", 20, 40), event("c", 60, 70)
found = self_times([b, a, c, step])
in_order = [found[3], found[1], found[0], found[2]]
what = "the self times of step, a, b, c"
equal(in_order, [50, 20, 20, 10], what, suspects=MISTAKES["self times"])
equal(sum(found), 100, "the sum of the self times", hint="it is the time that really passed")

# %% nbgrader={"grade_id": "self-times-test-2", "grade": true, "points": 1}
# Neighbors that touch, two threads at once, no events.
touching = [event("first", 0, 10), event("second", 10, 30)]
equal(self_times(touching), [10, 20], "one begins when the other ends")
both = [event("here", 0, 50), event("there", 10, 20, thread=2)]
equal(
    self_times(both),
    [50, 10],
    "two threads at the same time",
    hint="nothing is inside another thread",
)
equal(self_times([]), [], "no events")

# %% nbgrader={"grade_id": "self-times-hidden", "grade": true, "points": 2}
# Also graded: events that begin together, many levels, several steps, threads that take turns.
### BEGIN HIDDEN TESTS
together = [event("inner", 5, 20), event("outer", 5, 30)]
equal(self_times(together), [15, 10], "two that begin at the same time")
deep = [event(str(k), k, 100 - k) for k in range(10)]
equal(self_times(deep), [2] * 9 + [82], "ten events, each inside the one before")
equal(self_times(deep[::-1]), [82] + [2] * 9, "the same, inner ones first")
steps = [event("step", 10 * k, 10 * k + 8) for k in range(3)]
parts = [event("op", 10 * k + j, 10 * k + j + 2) for k in range(3) for j in (1, 4)]
equal(self_times(parts + steps), [2] * 6 + [4] * 3, "three steps of two operations")
mixed = [event(f"{t}", 10 * t, 10 * t + 30, thread=t) for t in range(3)]
mixed += [event(f"in {t}", 10 * t + 5, 10 * t + 15, thread=t) for t in range(3)]
equal(self_times(mixed), [20] * 3 + [10] * 3, "three threads with an event inside each")
equal(self_times([event("", 3, 3), event("", 0, 9)]), [0, 9], "an event that took no time")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A picture of time
#
# A list of ten thousand events is best looked at. The **trace event format** is what Chrome and
# Perfetto (ui.perfetto.dev) draw: a list of dicts, one for each event, with these keys.
#
# | key | value |
# |---|---|
# | `name`, `cat` | the event's name, its phase |
# | `ph` | `"X"`, a complete event: it has a beginning and a duration |
# | `ts`, `dur` | beginning and duration in **microseconds** |
# | `pid`, `tid` | process and thread; 0 and the event's thread |
#
# **Exercise 3 · easy · 15 minutes.** Fill in `trace_events`.


# %% nbgrader={"grade_id": "trace-events", "solution": true}
#| export
def trace_events(events: list) -> list[dict]:
    """The events in the trace event format, sorted by their beginning: dicts with seven keys.

    ts and dur are in microseconds, with fractions; ts counts from the first event's beginning.
    Source: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
    """
    # About ten lines.
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% nbgrader={"grade_id": "trace-events-test", "grade": true, "points": 3}
# An operation that begins 2,000 ns after a range and takes 3,500 ns.
events = [event("relu", 7000, 10500, thread=4), event("step", 5000, 12000, "range", thread=4)]
trace = trace_events(events)
equal([e["name"] for e in trace], ["step", "relu"], "the names, in order of their beginning")
relu = trace[-1]
what = "beginning and duration in microseconds"
close([relu["ts"], relu["dur"]], [2.0, 3.5], what, suspects=MISTAKES["the trace's times"])
equal(sorted(relu), ["cat", "dur", "name", "ph", "pid", "tid", "ts"], "the keys of a dict")
others = {key: relu[key] for key in ("cat", "ph", "pid", "tid")}
equal(others, {"cat": "forward", "ph": "X", "pid": 0, "tid": 4}, "cat, ph, pid and tid")

# %% nbgrader={"grade_id": "trace-events-hidden", "grade": true, "points": 1}
# Also graded: other events, none at all; a list that stays as it was; text that JSON takes.
### BEGIN HIDDEN TESTS
equal(trace_events([]), [], "no events")
events = [event(f"e{k}", 100 * k, 100 * k + 50, phase="backward", thread=k % 2) for k in (3, 1, 2)]
trace = trace_events(events)
equal([e.name for e in events], ["e3", "e1", "e2"], "the list after the call")
close([e["ts"] for e in trace], [0.0, 0.1, 0.2], "the beginnings of three events")
close([e["dur"] for e in trace], [0.05] * 3, "the durations of three events")
equal(
    [(e["tid"], e["cat"]) for e in trace],
    [(1, "backward"), (0, "backward"), (1, "backward")],
    "threads",
)
equal(json.loads(json.dumps(trace)), trace, "what JSON makes of the trace")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Counting the work
#
# Time depends on the machine. Work does not: a **FLOP** is one floating-point operation, an
# addition or a multiplication. Every value of a matrix product $(m, k)\,(k, n)$ takes $k$
# multiplications and as many additions, so the product takes $2mnk$ FLOPs. Some papers count a
# multiplication with its addition as *one* (a **multiply-add**, MAC), and their figures are half as
# large: always ask which.
#
# Everything else is small. We count one FLOP per value, also for an exponential, although that
# takes the machine some ten instructions. What only moves or names values takes none.
#
# **Exercise 4 · medium · 20 minutes.** Fill in `op_flops`. Shapes are all you need. A matrix
# product and a linear layer sum over the last dimension of the first input, a convolution over
# everything that its filter covers; a bias is where the sum begins.

# %% given: kinds


# %% nbgrader={"grade_id": "op-flops", "solution": true}
#| export
def op_flops(name: str, shapes: tuple, shape: tuple) -> int:
    """The FLOPs of an operation for inputs of these `shapes` and a result of this `shape`.

    matmul (..., m, k) @ (..., k, n) and linear (..., k) with a weight (n, k) and perhaps a bias:
    2k for each value of the result.
    convolution of (n, c, h, w), weight (out, c / groups, kh, kw): 2 * kh * kw * c / groups each.
    Those in ATTENTION, of q (..., t, d), k (..., s, d), v (..., s, e), see `attention_shapes`: two
    products, (t, d) @ (d, s) and (t, s) @ (s, e), for everything in front; masks save nothing.
    Those in VIEWS: 0. Those in REDUCTIONS: the size of the first input. Others: that of the result.
    """
    # About ten lines. `math.prod(shape)` is the number of values, also for the shape ().
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% nbgrader={"grade_id": "op-flops-test", "grade": true, "points": 2}
# A product of (3, 5) and (5, 4); a linear layer, with and without a bias; what is cheap.
found = op_flops("matmul", ((3, 5), (5, 4)), (3, 4))
equal(found, 120, "the FLOPs of (3, 5) @ (5, 4)", suspects=MISTAKES["matmul"])
layer = ((10, 6), (3, 6), (3,))
equal(op_flops("linear", layer, (10, 3)), 360, "those of Linear(6, 3) on ten rows")
equal(op_flops("linear", layer[:2], (10, 3)), 360, "those of the same without a bias")
equal(op_flops("gelu", ((8, 7),), (8, 7)), 56, "those of GELU on (8, 7)")
equal(
    op_flops("add", ((8, 1), (7,)), (8, 7)),
    56,
    "those of a sum of (8, 1) and (7,)",
    hint="by the result",
)
equal(op_flops("sum", ((8, 7),), ()), 56, "those of the sum of 56 values", hint="by the input")
equal(op_flops("transpose", ((8, 7),), (7, 8)), 0, "those of a transpose")

# %% nbgrader={"grade_id": "op-flops-test-2", "grade": true, "points": 2}
# Stacks of matrices, a convolution with groups, attention with more keys than queries.
stack = op_flops("matmul", ((2, 1, 3, 5), (4, 5, 6)), (2, 4, 3, 6))
equal(stack, 1440, "the FLOPs of a stack (2, 1, 3, 5) @ (4, 5, 6)")
images = op_flops("convolution", ((2, 4, 8, 8), (6, 2, 3, 3), (6,)), (2, 6, 8, 8))
equal(images, 27648, "those of a convolution, 4 to 6 channels in two groups, 3 x 3")
shapes = ((2, 4, 5, 8), (2, 4, 7, 8), (2, 4, 7, 6))
heads = op_flops("scaled_dot_product_attention", shapes, (2, 4, 5, 6))
wrong = {"one of the two products is missing": 4480, "as many keys as queries": 5600}
equal(
    heads,
    7840,
    "those of attention, q (2, 4, 5, 8), k (2, 4, 7, 8), v (2, 4, 7, 6)",
    suspects=wrong,
)

# %% nbgrader={"grade_id": "op-flops-hidden", "grade": true, "points": 2}
# Also graded: vectors, empty inputs, sequences into a linear layer, every kind of operation.
### BEGIN HIDDEN TESTS
equal(op_flops("matmul", ((5,), (5,)), ()), 10, "the FLOPs of a product of two vectors")
equal(op_flops("matmul", ((0, 5), (5, 4)), (0, 4)), 0, "those of no rows")
equal(op_flops("linear", ((2, 7, 6), (3, 6), (3,)), (2, 7, 3)), 504, "those of Linear on sequences")
equal(
    op_flops("convolution", ((1, 3, 28, 28), (16, 3, 5, 5)), (1, 16, 24, 24)),
    1382400,
    "a convolution",
)
equal(op_flops("mean", ((4, 5, 6),), (4, 6)), 120, "those of a mean")
for name in sorted(VIEWS):
    equal(op_flops(name, ((4, 5),), (5, 4)), 0, f"those of {name}")
for name in ("relu", "softmax", "layer_norm", "mul", "something_new"):
    equal(op_flops(name, ((4, 5),), (4, 5)), 20, f"those of {name}")
### END HIDDEN TESTS

# %% [markdown]
# And the way back? A product $y = xw$ has two rules, $g\,w^T$ and $x^T g$, and both are products of
# the size of the first one. So the backward pass of a network takes about *twice* the work of the
# forward pass, a training step three times. A little less, since nobody asks for the gradient of
# the data. The receipts know: `node.wanted` says which inputs wanted one.
#
# **Exercise 5 · medium · 20 minutes.** Fill in `backward_flops`. `graph_order(out)` (module 02)
# lists the results behind `out`; `result.grad_fn` has `op.name`, `arrays` (the inputs as NumPy saw
# them: arrays or numbers) and `wanted`.


# %% nbgrader={"grade_id": "backward-flops", "solution": true}
#| export
def backward_flops(out: Tensor) -> int:
    """The FLOPs of a backward pass from `out`, counted from the nodes behind it. Runs nothing.

    Those in PRODUCTS: as many as forward for each of the first two inputs that wanted a gradient; a
    bias that wanted one: one for each value of the result.
    Those in ATTENTION: four products of the size of the two forward, if any input wanted one.
    Every other operation: as many as forward, for each input that wanted a gradient.
    """
    # About ten lines. `np.shape(array)` takes numbers, too.
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% nbgrader={"grade_id": "backward-flops-test", "grade": true, "points": 2}
# Two linear layers without bias, 20 to 12 to 5, on ten rows: 4,800 and 1,200 FLOPs forward.
rows = ones(10, 20)
net = Sequential(Linear(20, 12, bias=False), Linear(12, 5, bias=False))
found = backward_flops(net(rows))
equal(found, 7200, "the FLOPs of the backward pass", suspects=MISTAKES["the backward pass"])

# %% nbgrader={"grade_id": "backward-flops-test-2", "grade": true, "points": 2}
# Biases; data that wants a gradient; an activation; a weight used twice; frozen weights; a leaf.
rows, net = ones(10, 20), Sequential(Linear(20, 12), ReLU(), Linear(12, 5))
wrong = {"a bias was counted as a product": 13320, "the biases are missing": 7320}
equal(backward_flops(net(rows)), 7490, "those of two layers with biases and a ReLU", suspects=wrong)
asked = ones(10, 20, requires_grad=True)
equal(backward_flops(net(asked)), 12290, "those of the same, if the data wants a gradient")
w = ones(4, 4, requires_grad=True)
equal(
    backward_flops((w @ w) * 2.0),
    272,
    "those of w @ w * 2, w (4, 4)",
    hint="numbers want no gradient",
)
net[0].weight.requires_grad = net[0].bias.requires_grad = False
equal(backward_flops(net(rows)), 1250, "those of the two layers if the first one is frozen")
equal(backward_flops(w), 0, "those of a leaf")

# %% nbgrader={"grade_id": "backward-flops-hidden", "grade": true, "points": 2}
# Also graded: a diamond, reductions and views, attention and convolution by name.
### BEGIN HIDDEN TESTS
x = ones(3, 4, requires_grad=True)
a = x.exp()
equal(backward_flops(a * a + a), 12 + 24 + 24, "those of a diamond: each node once")
equal(backward_flops(x.reshape(4, 3).transpose(0, 1).sum()), 12, "those of views and a sum")
pair = Op("linear", lambda x, w, b: x @ w.T + b)(x, ones(2, 4), ones(2, requires_grad=True))
equal(backward_flops(pair), 48 + 6, "those of a layer whose weight is frozen")
q, k, v = ones(2, 5, 8, requires_grad=True), ones(2, 7, 8), ones(2, 7, 6)
out = Op("scaled_dot_product_attention", lambda q, k, v: np.ones((2, 5, 6)))(q, k, v)
equal(backward_flops(out), 2 * 2 * 2 * 5 * 7 * 14, "those of attention")
images, kernel = ones(1, 2, 4, 4), ones(3, 2, 3, 3, requires_grad=True)
out = Op("convolution", lambda x, w: np.ones((1, 3, 2, 2)))(images, kernel)
equal(backward_flops(out), 2 * 12 * 18, "those of a convolution of data")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. What the memory is full of
#
# Four things fill the memory in training: the **parameters**, their **gradients**, the
# **optimizer's state** (Adam's two averages), and the **activations** that the graph keeps for the
# backward pass. Two traps wait for whoever counts. A **view** has no memory of its own, so three
# views of one array are not three arrays. And a small view keeps *all* of the large array alive: a
# slice of ten values may hold a gigabyte. NumPy tells: `view.base` is the array that a view looks
# into, and None for an array with its own memory.
#
# **Exercise 6 · medium · 15 minutes.** Fill in `held_bytes`.


# %% nbgrader={"grade_id": "held-bytes", "solution": true}
#| export
def held_bytes(arrays) -> int:
    """The bytes of memory that these arrays keep alive, each memory once.

    A view stands for the whole array that it looks into; a view of a view for the same one.
    `base` may also be something that is not an array, such as bytes: then the array itself counts.
    arrays: a list, or anything else that can be gone through once.
    """
    # About five lines. Two arrays with equal values are two: tell arrays apart by `id`.
    ### BEGIN SOLUTION
    owners = {}
    for array in arrays:
        while isinstance(array.base, np.ndarray):
            array = array.base
        owners[id(array)] = array  # kept, so that no other array gets its id
    return sum(owner.nbytes for owner in owners.values())
    ### END SOLUTION


# %% nbgrader={"grade_id": "held-bytes-test", "grade": true, "points": 3}
# Views of an array of 400 bytes; the array twice; two arrays with equal values.
large = np.zeros(100, np.float32)
parts = [large[:10], large[20:30], large]
wrong = {"every view counted: they share one memory": 480}
equal(held_bytes(parts), 400, "the bytes of an array and two slices", suspects=wrong)
wrong = {"a view keeps all of its memory alive": 40, "the view and its base were added up": 440}
equal(held_bytes([large[:10]]), 400, "the bytes that a slice of ten values holds", suspects=wrong)
equal(held_bytes([large, large]), 400, "the bytes of one array, listed twice")
equal(held_bytes([large, large.copy()]), 800, "the bytes of two arrays with equal values")
whole = large.reshape(10, 10)
equal(held_bytes([whole[2:].T, whole[0], large]), 400, "the bytes of views of views")

# %% nbgrader={"grade_id": "held-bytes-hidden", "grade": true, "points": 1}
# Also graded: no arrays, other dtypes, arrays on foreign memory, a generator.
### BEGIN HIDDEN TESTS
equal(held_bytes([]), 0, "the bytes of no arrays")
equal(held_bytes(np.zeros(n) for n in (1, 2, 3)), 48, "the bytes of three float64 arrays")
foreign = np.frombuffer(b"12345678", np.uint8)
equal(held_bytes([foreign, foreign[2:]]), 8, "the bytes of an array that looks into bytes")
stack = np.zeros((4, 5, 6), np.int16)
equal(
    held_bytes([stack[i].T[j] for i in range(4) for j in range(6)]), 240, "24 slices of one stack"
)
equal(held_bytes([np.broadcast_to(np.ones(1), (50, 50))]), 8, "the bytes of a broadcast 1")
### END HIDDEN TESTS

# %% [markdown]
# The sum of everything ever made is not what you need to know, nor what is left at the end. What
# must fit into the machine is the **peak memory**: the most that is held at any one time. A
# profiler writes down each piece of memory when it comes (+) and when it goes (-); the rest is a
# running sum.
#
# **Exercise 7 · easy · 15 minutes.** Fill in `memory_line`.


# %% nbgrader={"grade_id": "memory-line", "solution": true}
#| export
def memory_line(changes: list) -> tuple[list, int]:
    """(line, peak): the bytes held after each change, and the most that were held at one time.

    changes: pairs (time, bytes), positive where memory came, negative where it went, in any order;
    those of one time in the order given. line: pairs (time, bytes held from then on), by time.
    peak is 0 if nothing ever came. The list is not changed.
    """
    # About six lines.
    ### BEGIN SOLUTION
    line, held, peak = [], 0, 0
    for when, size in sorted(changes, key=lambda change: change[0]):
        held += size
        line.append((when, held))
        peak = max(peak, held)
    return line, peak
    ### END SOLUTION


# %% nbgrader={"grade_id": "memory-line-test", "grade": true, "points": 3}
# Three pieces of 100, 60 and 80 bytes; the first two go again.
changes = [(1, 100), (2, 60), (3, -100), (4, 80), (5, -60)]
line, peak = memory_line(changes)
equal(line, [(1, 100), (2, 160), (3, 60), (4, 140), (5, 80)], "the bytes held after each change")
equal(peak, 160, "the peak", suspects=MISTAKES["the peak"])
late = [(3, -100), (1, 100), (5, -60), (2, 60), (4, 80)]
equal(memory_line(late), (line, 160), "line and peak of changes that come in another order")
equal(late[0], (3, -100), "the first of the changes after the call", hint="sort a copy")

# %% nbgrader={"grade_id": "memory-line-hidden", "grade": true, "points": 1}
# Also graded: nothing, a single piece, two changes at one time, a peak at the end.
### BEGIN HIDDEN TESTS
equal(memory_line([]), ([], 0), "line and peak of nothing")
equal(memory_line([(7, 5)]), ([(7, 5)], 5), "line and peak of one piece")
moved = [(1, 50), (2, -50), (2, 80), (3, -80)]
equal(memory_line(moved), ([(1, 50), (2, 0), (2, 80), (3, 0)], 80), "one goes, then one comes")
moved = [(1, 50), (2, 80), (2, -50), (3, -80)]
equal(memory_line(moved)[1], 130, "the peak where one comes, then one goes")
growing = [(k, 10) for k in range(6)]
equal(memory_line(growing)[1], 60, "the peak at the end")
equal(memory_line([(1, -30), (2, 10)])[1], 0, "the peak if more went than came")
### END HIDDEN TESTS

# %% [markdown]
# Given: your parts, joined to PyTorch's profiler. `profile()` hangs your hook at the gate inside a
# `with` block; `key_averages().table()` lists operations by self time, with their rate in GFLOP/s
# (billions of FLOPs a second); `record_function(name)` is a range of your own. `count_flops` and
# `count_memory` count a step.

# %% given: profile
# %% given: counting
# %% given: step

# %%
model, optimizer, images, labels = perceptron()
step = training_step(model, optimizer, images, labels)
step()  # once without looking: first calls are slower, since memory and caches are cold
with profile(profile_memory=True) as prof:
    for _ in range(20):
        step()
print(prof.key_averages().table(row_limit=12))
prof.export_chrome_trace("trace.json")

# %% [markdown]
# There is your answer to the question at the beginning: look at `linear` and `linear (backward)`.
# What the ranges `forward` and `backward` keep as self time is Python: calling layers, walking
# along the graph. All of `update` is self time, and not little, although there is not one matrix
# product in it: the optimizer works on arrays directly, and nothing in it passes the gate.
#
# One step as a lane chart: ranges above, the operations inside them below. The file `trace.json`
# holds all twenty steps: drag it into ui.perfetto.dev.

# %% given: lanes

# %% [markdown]
# Now the memory of one step, as a line. Predict before you run it: where is the peak? And if the
# same 128 images come in four parts of 32, whose gradients add up (**gradient accumulation**,
# module 07): by which factor does the peak fall, and why not by four?

# %% given: saw-tooth

# %%
whole, parts = memory_of(1), memory_of(4)
draw_memory(whole, parts)
print(f"peak: {whole[1] / 1e6:.2f} MB in one go, {parts[1] / 1e6:.2f} MB in four parts")
print("bytes of a step:", count_memory(model, optimizer, cross_entropy(model(images), labels)))

# %% [markdown]
# The line climbs in the forward pass, as each layer leaves its result for later, and falls in the
# backward pass, as one receipt after another is used up: a saw-tooth, with the peak at the turn. In
# four parts the results are a quarter as large. What does not shrink are the gradients of the
# parameters, which are as large for one image as for a thousand.
#
# The line of bytes is that of the perceptron. Adam's state takes twice as many as the parameters:
# two averages for each.
#
# ## 6. What would it bring?
#
# Say that matrix products take 60% of a step, and you make them twice as fast. The rest does not
# get faster: of 100 ms, 40 stay, and 60 become 30, so the step is $100/70 = 1.43$ times as fast,
# not twice. If the products took *no* time, it would be 2.5 times as fast, and no effort in the
# world brings more. That is **Amdahl's law**.
#
# **Exercise 8 · easy · 10 minutes.** Fill in `amdahl`. What is it for an infinite factor?


# %% nbgrader={"grade_id": "amdahl", "solution": true}
#| export
def amdahl(share: float, factor: float) -> float:
    """How many times as fast the whole gets if a `share` of its time gets `factor` times as fast.

    share: from 0 to 1. factor: above 0; math.inf for a part that takes no time any more.
    Raises: ValueError that names the value if one is out of range, or is not a number (nan).
    Source: Amdahl (1967), Validity of the single processor approach, AFIPS 30, pages 483-485.
    """
    # Five lines.
    ### BEGIN SOLUTION
    if not 0 <= share <= 1:
        raise ValueError(f"amdahl: share must be from 0 to 1, not {share}")
    if not factor > 0:
        raise ValueError(f"amdahl: factor must be above 0, not {factor}")
    left = 1 - share + share / factor
    return 1 / left if left else math.inf
    ### END SOLUTION


# %% nbgrader={"grade_id": "amdahl-test", "grade": true, "points": 2}
# 60% twice as fast; for nothing; nothing faster; everything faster; slower.
close(amdahl(0.6, 2), 1 / 0.7, "amdahl(0.6, 2)", suspects=MISTAKES["amdahl"])
close(amdahl(0.6, math.inf), 2.5, "amdahl(0.6, infinite)", hint="share / math.inf is 0")
equal(amdahl(1.0, math.inf), math.inf, "amdahl(1, infinite): no time is left")
close(amdahl(0.0, 8), 1.0, "amdahl(0, 8): nothing gets faster")
close(amdahl(1.0, 8), 8.0, "amdahl(1, 8): everything does")
close(amdahl(0.5, 0.5), 2 / 3, "amdahl(0.5, 0.5): half of it gets slower")

# %% nbgrader={"grade_id": "amdahl-test-2", "grade": true, "points": 1}
# Values out of range are named.
for share, factor, value in ((1.2, 2, "1.2"), (-0.1, 2, "-0.1"), (0.5, 0, "0"), (0.5, -3, "-3")):
    with raises(ValueError, value, f"the error of amdahl({share}, {factor})"):
        amdahl(share, factor)

# %% nbgrader={"grade_id": "amdahl-hidden", "grade": true, "points": 1}
# Also graded: other numbers, both ends, everything for nothing, not a number.
### BEGIN HIDDEN TESTS
for share, factor in ((0.9, 10), (0.05, 100), (0.75, 3), (0.3, 0.1)):
    close(amdahl(share, factor), 1 / (1 - share + share / factor), f"amdahl({share}, {factor})")
close(amdahl(0.0, math.inf), 1.0, "amdahl(0, infinite)")
for share, factor in ((math.nan, 2), (0.5, math.nan)):
    with raises(ValueError, "nan", f"the error of amdahl({share}, {factor})"):
        amdahl(share, factor)
### END HIDDEN TESTS

# %% [markdown]
# Is it true? A hook can also *not* call the operation. `stubbed` hands out zeros of the right shape
# for the linear layers, which makes every result nonsense and the products free: a limit that no
# faster product can pass, measured. Expect it near what the law says, not equal: under the profiler
# a step takes a little longer than without.

# %% given: stubs

# %%
share, seconds, without = measured_limit(step)
limit, measured = amdahl(share, math.inf), seconds / without
print(f"linear layers take {share:.0%} of a step: without them {limit:.2f} times as fast")
print(f"measured: {1e3 * seconds:.2f} ms with, {1e3 * without:.2f} ms without: {measured:.2f}")

# %% [markdown]
# ## 7. Put to use: find the slow one
#
# Somebody hands you a classifier of handwritten digits, and it is slow. It is right: the loss
# falls, and it reads as many digits as it should. Train it under the profiler and find out which of
# its five layers is to blame, before you read the code of the next cell.

# %% given: slow

# %%
classifier = slow_classifier()
losses, accuracy, prof = trained(classifier)
print(f"loss {losses[0]:.2f} -> {losses[-1]:.2f}, {accuracy:.1%} of the test digits read")
print(prof.key_averages().table(row_limit=8))
assert losses[-1] < losses[0] / 2, "the loss should fall"
draw_training(classifier, losses, prof)

# %% [markdown]
# On the left the loss falls, and in the middle every layer gets its gradient: nothing is wrong with
# the model. On the right is the self time by operation, and most of it goes into operations that
# have no place in a network of linear layers. The table names the operation; the shapes of its
# slowest call name the layer: three dimensions, where a batch of digits has two.

# %%
worst = max(prof.events(), key=lambda e: (e.end - e.start) * (e.phase != "range"))
print("the slowest single call:", worst.name, worst.phase, worst.shapes)

# %% [markdown]
# Now read the `forward` of that layer: `self.linear(x)` computes the same. How many times as fast
# could training be at most, by exercise 8? Then measure: in a cell of your own, set `Mixing.forward
# = lambda self, x: self.linear(x)`, and run the training again.
#
# ## 8. For those who want more
#
# **Stretch 1 · hard · 30 minutes.** A **flame graph** shows at one glance which path through a
# program takes the time. The tools that draw it read *folded stacks*: one line per path, names
# joined by semicolons from the outside in, then the self time. Fill in `folded`.


# %% nbgrader={"grade_id": "folded", "solution": true}
def folded(events: list) -> dict[str, int]:
    """{"step;forward;linear": self time in ns}: a sum for each path, from the outside in.

    Threads are kept apart when looking who is inside, and added up in the result.
    Source: https://www.brendangregg.com/FlameGraphs/cpuflamegraphs.html
    """
    # About twelve lines: the stack of exercise 2, with names.
    ### BEGIN SOLUTION
    sums: dict[str, int] = {}
    own, stack = self_times(events), []
    places = range(len(events))
    for i in sorted(places, key=lambda i: (events[i].thread, events[i].start, -events[i].end)):
        event = events[i]
        while stack and not (stack[-1].thread == event.thread and event.start < stack[-1].end):
            stack.pop()
        stack.append(event)
        path = ";".join(each.name for each in stack)
        sums[path] = sums.get(path, 0) + own[i]
    return sums
    ### END SOLUTION


# %% nbgrader={"grade_id": "folded-test", "grade": true, "points": 0}
# Two steps of two operations, one of them inside another; the sums of equal paths.
events = []
for start in (0, 100):
    events += [event("b", start + 20, start + 40), event("a", start + 10, start + 50)]
    events += [event("c", start + 60, start + 70), event("step", start, start + 100)]
expected = {"step": 100, "step;a": 40, "step;a;b": 40, "step;c": 20}
equal(folded(events), expected, "the self time of each path of two steps")
equal(folded([]), {}, "the paths of no events")
both = [event("here", 0, 50), event("there", 10, 20, thread=2)]
equal(folded(both), {"here": 50, "there": 10}, "the paths of two threads")

# %% [markdown]
# ## Reflection
#
# A profiler takes time itself: every event costs a microsecond or two, and is part of what the next
# outer event took. For which programs does that matter, and how would you find out how much? And
# which of your guesses from the beginning was furthest from what you measured?

# %% [markdown]
# *Your answer here.*
