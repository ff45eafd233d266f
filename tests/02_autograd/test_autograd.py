"""Module 02, autograd: every rule against central differences, and what backward promises."""

import ast
import gc
import inspect
import threading
import time
import weakref
from contextlib import contextmanager

import matplotlib as mpl
import numpy as np
import pytest
from ops_table import TABLE, cases

from tinytorch.core import autograd as a
from tinytorch.core import tensor as t

mpl.use("Agg")

OPS = [op for op in vars(t).values() if isinstance(op, t.Op)]
CASES = list(cases())
LAYOUTS = [case for case in cases(("transposed", "strided", "reversed")) if any(case[2])]


def leaves(row, shapes, dtype="float64", layout="plain", wanted=None):
    """The inputs of a row as tensors in the layout asked for; those in `wanted` want gradients."""
    wanted = row.differentiable if wanted is None else wanted
    arrays = row.inputs(shapes, dtype, layout)
    return [t.from_numpy(x).requires_grad_(i in wanted) for i, x in enumerate(arrays)]


def weights_of(out):
    return np.random.default_rng(1).uniform(0.5, 1.5, out.shape).astype(out.dtype)


def gradients(tensors):
    return [None if x.grad is None else x.grad.array.copy() for x in tensors]


@contextmanager
def counting():
    """A list of the names of the operations whose rules run inside the block, one for each run."""
    names = []

    def hook(phase, op, run, *args, **params):
        names.extend([op.name] * (phase == "backward"))
        return run(*args, **params)

    t.op_hooks.append(hook)
    try:
        yield names
    finally:
        t.op_hooks.remove(hook)


def leaf(*values, dtype=np.float64):
    return t.tensor(np.array(values, dtype), requires_grad=True)


# Every rule


def test_every_operation_has_a_rule_and_a_row():
    assert {op.name for op in OPS} == {op.name for op in a.VJPS if op in OPS}
    assert {op.name for op in OPS} == {row.op.name for row in TABLE if row.op}


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_every_input_has_a_rule_of_its_own(op):
    """A rule too few would leave an input without gradient, silently."""
    row = next(row for row in TABLE if row.op is op)
    if isinstance(a.VJPS[op], a.AllInputs):
        return
    assert len(a.VJPS[op]) >= max(row.differentiable) + 1


@pytest.mark.parametrize(
    ("row", "shapes", "layout"), [pytest.param(*c[1:], id=c[0]) for c in CASES + LAYOUTS]
)
def test_gradient_is_that_of_central_differences(row, shapes, layout):
    tensors = leaves(row, shapes, layout=layout)
    out = row.call(*tensors)
    weights = weights_of(out)
    a.backward(out, weights)

    def value():
        with a.no_grad():
            return float((row.call(*tensors).array * weights).sum())

    for i, x in enumerate(tensors):
        if i in row.differentiable:
            numeric = a.numerical_gradient(value, x.array)
            np.testing.assert_allclose(x.grad.array, numeric, rtol=1e-6, atol=1e-6)
            assert x.grad.shape == x.shape
            assert x.grad.dtype == np.float64


@pytest.mark.parametrize(
    ("row", "shapes", "layout"), [pytest.param(*c[1:], id=c[0]) for c in CASES]
)
def test_gradients_of_float32_are_float32(row, shapes, layout):
    narrow, wide = leaves(row, shapes, "float32"), leaves(row, shapes, "float64")
    for tensors in (narrow, wide):
        out = row.call(*tensors)
        for x in tensors:
            if x.requires_grad:
                x.retain_grad()
        a.backward(out, weights_of(out))
    for x, exact in zip(narrow, wide, strict=True):
        if x.requires_grad:
            assert x.grad.dtype == np.float32
            np.testing.assert_allclose(x.grad.array, exact.grad.array, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("row", [r for r in TABLE if r.op], ids=lambda row: row.name)
def test_rules_hand_on_the_dtype_of_what_they_got(row):
    """A rule that widens to float64 makes everything behind it slow."""
    for shapes in row.shapes:
        tensors = leaves(row, shapes, "float32")
        out = row.call(*tensors)
        while out.grad_fn.op is not row.op:
            out = out.grad_fn.inputs[0]
        for x, part in a.input_gradients(out, weights_of(out)):
            assert part.dtype == x.dtype, shapes


RULES_OF_INPUTS = [  # the pieces that `cat` sends back are views, and cost nothing
    r for r in TABLE if r.op and len(r.shapes[0]) > 1 and not isinstance(a.VJPS[r.op], a.AllInputs)
]


@pytest.mark.parametrize("row", RULES_OF_INPUTS, ids=lambda row: row.name)
def test_an_input_that_wants_no_gradient_costs_none(row, monkeypatch):
    """Its rule is replaced by one that raises."""

    def bomb(*args, **params):
        raise AssertionError("this rule was not to be called")

    count = len(row.shapes[0])
    rules = a.VJPS[row.op]
    for wanted in row.differentiable:
        if wanted < count:
            only = [rule if i == wanted else bomb for i, rule in enumerate(rules)]
            monkeypatch.setitem(a.VJPS, row.op, only)
            tensors = leaves(row, row.shapes[0], wanted=(wanted,))
            out = row.call(*tensors)
            a.backward(out, weights_of(out))
            assert [x.grad is not None for x in tensors] == [i == wanted for i in range(count)]


def gradients_after(row, shapes, scramble):
    """The gradients of a row's inputs, computed after `scramble(inputs, out)` has overwritten."""
    tensors = leaves(row, shapes, "float32")
    out = row.call(*tensors)
    made = next(made for made in a.graph_order(out) if made.grad_fn.op is row.op)
    weights = weights_of(out)
    with np.errstate(all="ignore"):
        scramble(made.grad_fn.inputs, made)
        a.backward(out, weights)
    return gradients(tensors)


def spoil(x):
    """Overwrite a tensor behind the back of its version counter, where that is possible."""
    if isinstance(x, t.Tensor) and x.array.flags.writeable:
        x.array[...] = ~x.array if x.dtype == bool else np.nan


@pytest.mark.parametrize("row", [r for r in TABLE if r.op], ids=lambda row: row.name)
def test_what_an_op_does_not_save_its_rule_does_not_read(row):
    def scramble(inputs, out):
        for x in inputs if "inputs" not in row.op.saves else ():
            spoil(x)
        if "output" not in row.op.saves:
            shared = any(
                isinstance(x, t.Tensor) and np.shares_memory(x.array, out.array) for x in inputs
            )
            if not (shared and "inputs" in row.op.saves):
                spoil(out)

    for shapes in row.shapes:
        expected = gradients_after(row, shapes, lambda inputs, out: None)
        for got, want in zip(gradients_after(row, shapes, scramble), expected, strict=True):
            np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize(
    ("op", "kind"), [(op, kind) for op in OPS for kind in op.saves.split()], ids=str
)
def test_what_an_op_saves_its_rule_reads(op, kind):
    """Otherwise an update in place would be refused for no reason."""

    def scramble(inputs, out):
        for x in inputs if kind == "inputs" else (out,):
            spoil(x)

    differs = []
    for row in TABLE:
        for shapes in row.shapes if row.op is op else ():
            before = gradients_after(row, shapes, lambda inputs, out: None)
            after = gradients_after(row, shapes, scramble)
            differs += [not np.array_equal(x, y) for x, y in zip(before, after, strict=True)]
    assert any(differs)


def test_ties_and_corners_are_pytorchs():
    """Values recorded from PyTorch."""
    x = leaf(-1.0, 0.0, 2.0, 2.0)
    for name, out, expected in [
        ("abs", lambda: x.abs(), [-1, 0, 1, 1]),
        ("amax", lambda: x.amax(), [0, 0, 0.5, 0.5]),
        ("maximum", lambda: x.maximum(t.tensor(np.array([-1.0, 1, 2, 3]))), [0.5, 0, 0.5, 0]),
        ("minimum", lambda: x.minimum(t.tensor(np.array([-1.0, 1, 2, 3]))), [0.5, 1, 0.5, 1]),
        ("clamp", lambda: x.clamp(-1, 2), [1, 1, 1, 1]),
        ("pow", lambda: x**0, [0, 0, 0, 0]),
        ("square", lambda: x**2, [-2, 0, 4, 4]),
    ]:
        x.grad = None
        a.backward(out().sum())
        np.testing.assert_array_equal(x.grad.array, expected, err_msg=name)


@pytest.mark.parametrize(
    ("shape", "to"),
    [
        ((3,), (5, 3)),
        ((5, 1), (5, 3)),
        ((), (4, 2)),
        ((1,), (1,)),
        ((1, 1), (2, 3)),
        ((2, 1, 3), (4, 2, 5, 3)),
        ((1, 3), (0, 3)),
        ((0, 1), (0, 3)),
        ((), ()),
    ],
)
def test_unbroadcast_adds_up_every_use(shape, to):
    g = np.random.default_rng(0).normal(size=to)
    uses = np.broadcast_to(np.arange(int(np.prod(shape))).reshape(shape), to)
    expected = np.bincount(uses.ravel(), np.ravel(g), int(np.prod(shape))).reshape(shape)
    np.testing.assert_allclose(a.unbroadcast(np.asarray(g), shape), expected, rtol=1e-12)


# The walk


def test_a_chain_of_100_000_runs_forward_backward_and_is_freed():
    """No step may be recursive: neither backward nor Python's way of freeing."""
    for uses_backward in (True, False):
        x = y = leaf(1.0)
        for _ in range(100_000):
            y = -y
        gone = weakref.ref(y)
        if uses_backward:
            a.backward(y)
            assert x.grad.item() == 1.0
        del y
        assert gone() is None


def test_sixty_diamonds_take_four_rules_each():
    x = y = leaf(3.0)
    for _ in range(60):
        y = y * 0.5 + y * 0.5
    with counting() as calls:
        a.backward(y)
    assert len(calls) == 60 * 4
    assert x.grad.item() == 1.0


def test_order_is_latest_made_first_each_once_without_leaves():
    x = leaf(1.0, 2.0)
    hidden = x.sin()
    y = hidden * (hidden + x).exp() * hidden
    results = a.graph_order(y)
    serials = [out.grad_fn.serial for out in results]
    assert serials == sorted(set(serials), reverse=True)
    assert [out.grad_fn.op.name for out in results] == ["mul", "mul", "exp", "add", "sin"]
    assert a.graph_order(x) == []


@pytest.mark.parametrize("uses_backward", [True, False])
def test_a_graph_is_freed_without_the_garbage_collector(uses_backward):
    gc.collect()
    gc.disable()
    try:
        x = leaf(1.0, 2.0)
        hidden = (x * 2).exp()
        loss = (hidden * hidden + x).sum()
        seen = [weakref.ref(out) for out in a.graph_order(loss)]
        assert len(seen) == 5
        if uses_backward:
            a.backward(loss)
        del hidden, loss
        assert [ref() for ref in seen] == [None] * 5
    finally:
        gc.enable()


def test_backward_lets_go_of_the_receipts():
    x = leaf(1.0, 2.0)
    hidden = x * x
    receipt = (
        weakref.ref(hidden.grad_fn.arrays[0]) if hidden.grad_fn.arrays[0] is not x.array else None
    )
    loss = hidden.sum()
    a.backward(loss)
    assert hidden.grad_fn is loss.grad_fn is a.FREED
    assert repr(a.FREED) == "<FreedBackward0>"
    assert receipt is None or receipt() is None


# What a user sees


def test_a_second_backward_fails_and_says_why():
    x = leaf(1.0, 2.0)
    hidden = x.exp()
    loss = hidden.sum()
    a.backward(loss)
    for again in (loss, (hidden * 2).sum()):
        with pytest.raises(
            RuntimeError, match=r"used up by an earlier backward.*retain_graph=True"
        ):
            a.backward(again)
    np.testing.assert_allclose(x.grad.array, np.exp([1.0, 2.0]))


def test_retain_graph_lets_backward_run_again():
    x = leaf(3.0)
    y = x * x
    for times in (1, 2):
        a.backward(y, retain_graph=times < 2)
        assert x.grad.item() == 6.0 * times
    with pytest.raises(RuntimeError, match="used up"):
        a.backward(y)


def test_gradients_add_up_over_graphs_that_share_leaves():
    w, x = leaf(1.0, 2.0), leaf(5.0, 7.0)
    first, second = (w * x).sum(), (w * w).sum()
    a.backward(first)
    kept = w.grad
    a.backward(second)
    np.testing.assert_array_equal(w.grad.array, [5 + 2, 7 + 4])
    np.testing.assert_array_equal(x.grad.array, [1, 2])
    assert w.grad is kept


def test_a_leaf_is_its_own_gradient():
    x = leaf(2.0)
    a.backward(x)
    assert x.grad.item() == 1.0


def test_the_method_calls_the_function():
    x = leaf(2.0, 3.0)
    (x * x).backward(t.tensor([1.0, 10.0]))
    np.testing.assert_array_equal(x.grad.array, [4, 60])


@pytest.mark.parametrize(
    ("make", "gradient", "message"),
    [
        (lambda: t.tensor([1.0]).exp(), None, r"made from one with requires_grad=True"),
        (lambda: leaf(1.0, 2.0).exp(), None, r"one value, not from shape \(2,\)"),
        (lambda: leaf(1.0, 2.0).exp(), [1.0], r"gradient has shape \(1,\), the tensor \(2,\)"),
        (lambda: t.Op("cube root", np.cbrt)(leaf(8.0).sum()), None, "no rule for cube root"),
    ],
)
def test_backward_refuses_with_a_reason(make, gradient, message):
    with pytest.raises(RuntimeError, match=message):
        a.backward(make(), gradient)


def test_only_leaves_keep_a_gradient_unless_asked():
    x = leaf(1.0, 2.0)
    hidden, kept = x * 2, x * 3
    kept.retain_grad()
    loss = (hidden * kept).sum()
    loss.retain_grad()
    a.backward(loss)
    assert hidden.grad is None
    np.testing.assert_array_equal(kept.grad.array, [2, 4])
    np.testing.assert_array_equal(loss.grad.array, 1)
    np.testing.assert_array_equal(x.grad.array, [12, 24])


def test_detach_cuts_the_graph_and_shares_the_memory():
    x = leaf(3.0, 4.0)
    cut = (x * 2).detach()
    assert (cut.requires_grad, cut.is_leaf) == (False, True)
    a.backward((x * cut).sum())
    np.testing.assert_array_equal(x.grad.array, [6, 8])
    assert np.shares_memory(x.detach().array, x.array)


# Memory of gradients


def shared_rule():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    return (x + y), [x, y]


def used_twice():
    x = leaf(1.0, 2.0)
    return x + x, [x]


def used_three_times():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    return (x + y) + x + y + x, [x, y]


def reshaped():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    return x.reshape(1, 2).reshape(2) + y.clone(), [x, y]


def retained():
    x = leaf(1.0, 2.0)
    y = x + 1.0
    y.retain_grad()
    z = y + 1.0
    z.retain_grad()
    return z, [x, y, z]


@pytest.mark.parametrize("make", [shared_rule, used_twice, used_three_times, reshaped, retained])
def test_no_gradient_shares_memory_with_another_array(make):
    """Each is overwritten in turn; nothing else may change."""
    given = np.array([1.0, 10.0])
    out, tensors = make()
    a.backward(out, given)
    arrays = [given, out.array] + [x.grad.array for x in tensors] + [x.array for x in tensors]
    before = [array.copy() for array in arrays]
    for i in range(2, 2 + len(tensors)):
        arrays[i][...] = -1
        for j, array in enumerate(arrays):
            if j > i or j < 2:
                np.testing.assert_array_equal(array, before[j])


def test_the_gradient_of_a_sum_can_be_written_to():
    """A rule hands back a read-only view; what the user gets is an array."""
    x = leaf(1.0, 2.0)
    a.backward(x.sum())
    x.grad.array += 1
    np.testing.assert_array_equal(x.grad.array, [2, 2])


def test_gradients_on_the_way_are_not_changed_through_another_name():
    """The rule of add hands one array to both inputs, and one of them is used again later."""
    x, y = leaf(1.0), leaf(1.0)
    b, c = x * 1.0, y * 1.0
    a.backward((b + c) + b + b)
    assert (x.grad.item(), y.grad.item()) == (3.0, 1.0)


# In place


def test_weights_are_updated_under_no_grad():
    w = leaf(1.0, 2.0)
    memory = w.array
    for _ in range(3):
        w.grad = None
        a.backward((w * w).sum())
        with a.no_grad():
            w -= 0.25 * w.grad
    assert w.array is memory
    assert (w.requires_grad, w.is_leaf) == (True, True)
    np.testing.assert_allclose(w.array, [0.125, 0.25])


def test_weights_are_updated_through_data():
    """As scripts did it before there was no_grad, with the gradient cleared in place."""
    w = leaf(1.0, 2.0)
    memory, step = w.array, None
    for _ in range(3):
        a.backward((w * w).sum())
        w.data -= 0.25 * w.grad
        step = w.grad
        w.grad.data.zero_()
    assert w.array is memory
    assert step is w.grad
    np.testing.assert_allclose(w.array, [0.125, 0.25])


def test_backward_does_not_notice_what_is_written_through_data():
    """PyTorch neither: the version that backward compares is that of `detach()`, not of `data`."""
    w = leaf(1.0, 2.0)
    y = (w * w).sum()
    w.data.fill_(5.0)
    a.backward(y)
    np.testing.assert_array_equal(w.grad.array, [10, 10])
    y = (w * w).sum()
    w.detach().fill_(1.0)
    with pytest.raises(RuntimeError, match="overwritten in place"):
        a.backward(y)


def test_gradients_of_another_shape_than_their_tensor_are_refused():
    w = leaf(1.0, 2.0)
    y = (w * w).sum()
    w.data = t.ones(3)
    with pytest.raises(RuntimeError, match=r"gradient of shape \(2,\) came where \(3,\) .* x.data"):
        a.backward(y)
    assert w.grad is None
    a.backward((w * w).sum())
    w.data = t.ones(1)
    with pytest.raises(RuntimeError, match=r"gradient of shape \(1,\) came where \(3,\) .* x.data"):
        a.backward((w * w).sum())
    assert w.grad.tolist() == [2, 2, 2]


@pytest.mark.parametrize(
    ("compute", "expected"),
    [
        (lambda x: x + 1.0, [1, 1]),
        (lambda x: x.exp(), np.exp([1.0, 2.0])),
        (lambda x: x.sum(), [1, 1]),
        (lambda x: x.reshape(2, 1), [1, 1]),
    ],
)
def test_what_no_rule_reads_may_be_overwritten(compute, expected):
    x = leaf(1.0, 2.0)
    loss = compute(x).sum()
    with a.no_grad():
        x.fill_(9.0)
    a.backward(loss)
    np.testing.assert_allclose(x.grad.array, expected)


def overwrite_input(x):
    y = (x * x).sum()
    with a.no_grad():
        x[0] = 5.0
    return y


def overwrite_output(x):
    y = x.exp()
    loss = y.sum()
    with a.no_grad():
        y.mul_(2.0)
    return loss


def overwrite_through_a_view(x):
    with a.no_grad():
        view = x[1:]
    y = (x * x).sum()
    with a.no_grad():
        view += 1.0
    return y


def overwrite_through_detach(x):
    y = x.sin().sum()
    x.detach().zero_()
    return y


def overwrite_a_constant(x):
    c = t.tensor(np.array([2.0, 3.0]))
    y = (x * c).sum()
    c += 1.0
    return y


def overwrite_what_a_view_came_from(x):
    base = t.tensor(np.array([[1.0, 2.0], [3.0, 4.0]]))
    y = (x * base.T[0]).sum()
    base[0] = 0.0
    return y


@pytest.mark.parametrize(
    "compute",
    [
        overwrite_input,
        overwrite_output,
        overwrite_through_a_view,
        overwrite_through_detach,
        overwrite_a_constant,
        overwrite_what_a_view_came_from,
    ],
)
def test_backward_refuses_where_a_saved_value_was_overwritten(compute):
    x = leaf(1.0, 2.0)
    loss = compute(x)
    with pytest.raises(RuntimeError, match=r"needs a value of shape .* overwritten in place"):
        a.backward(loss)
    assert x.grad is None


def test_writing_before_the_forward_pass_harms_nothing():
    x = leaf(1.0, 2.0)
    with a.no_grad():
        x[0] = 5.0
    a.backward((x * x).sum())
    np.testing.assert_array_equal(x.grad.array, [10, 4])


# Recording


def test_no_grad_restores_after_an_error_and_nests():
    with pytest.raises(KeyError), a.no_grad():
        raise KeyError
    assert a.is_grad_enabled()
    with a.no_grad():
        with a.no_grad():
            assert not a.is_grad_enabled()
        assert not a.is_grad_enabled()
        with a.enable_grad():
            assert leaf(1.0).exp().requires_grad
        assert not leaf(1.0).exp().requires_grad
    assert a.is_grad_enabled()


@pytest.mark.parametrize(("decorator", "inside"), [(a.no_grad, False), (a.enable_grad, True)])
def test_no_grad_decorates(decorator, inside):
    @decorator()
    def recording(scale):
        """Its own docstring."""
        return (leaf(1.0) * scale).requires_grad

    with a.set_grad_enabled(not inside):
        assert [recording(2.0), recording(3.0)] == [inside, inside]
        assert a.is_grad_enabled() is not inside
    assert recording.__doc__ == "Its own docstring."


def test_set_grad_enabled_is_a_block_and_a_call():
    with a.set_grad_enabled(False):
        assert not a.is_grad_enabled()
        a.set_grad_enabled(True)
        assert a.is_grad_enabled()
    assert a.is_grad_enabled()
    with pytest.raises(ZeroDivisionError), a.set_grad_enabled(False):
        raise ZeroDivisionError
    assert a.is_grad_enabled()


def in_threads(*jobs):
    """Run the jobs at the same time and return their results in order."""
    results, barrier = [None] * len(jobs), threading.Barrier(len(jobs))

    def work(i):
        barrier.wait()
        results[i] = jobs[i]()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_no_grad_is_per_thread():
    inside, looked = threading.Event(), threading.Event()

    def switches():
        with a.no_grad():
            inside.set()
            assert looked.wait(10)
            return a.is_grad_enabled()

    def looks():
        assert inside.wait(10)
        found = a.is_grad_enabled(), leaf(1.0).exp().requires_grad
        looked.set()
        return found

    assert in_threads(switches, looks) == [False, (True, True)]


def test_two_threads_share_leaves_but_not_graphs():
    """Whole numbers, so that a lost update shows in the last digit."""
    w = t.tensor(np.ones(1000), requires_grad=True)

    def work(factor):
        own = leaf(*[0.0] * 1000)
        for _ in range(200):
            a.backward(((w + own) * factor).sum())
        return own.grad.array[0]

    assert in_threads(lambda: work(1.0), lambda: work(1000.0)) == [200.0, 200_000.0]
    np.testing.assert_array_equal(w.grad.array, 200.0 + 200_000.0)


# Anomalies

INF = float("inf")


def of(*values):
    return lambda: leaf(*values)


@pytest.mark.parametrize(
    ("make", "compute", "message"),
    [
        (of(1.0, 0.0), lambda x: x.log().exp().sum(), r"result of log became infinite.*\(2,\)"),
        (of(-1.0, 1.0), lambda x: (x.sqrt() * 0).sum(), "result of sqrt became NaN"),
        (of(1000.0), lambda x: x.exp() - x.exp(), "result of exp became infinite"),
        (of(0.0), lambda x: (x / x).sum(), r"result of div became NaN.*\(1,\) and \(1,\)"),
        (of(0.0), lambda x: a.backward(x.sqrt().sum()), "gradient of sqrt became infinite"),
        (of(0.0, 1.0), lambda x: a.backward((x**0.5).sum()), "gradient of pow became infinite"),
        (of(float("nan")), lambda x: (x * 2).exp(), "mul is NaN, which was already in its input 0"),
        (of(1.0), lambda x: x * INF, "mul is infinite, which was already in its input 1 of shape"),
        (of(-INF), lambda x: x - x, "result of sub became NaN"),
        (
            of(1.0),
            lambda x: a.backward(x + 1.0, np.array([np.nan])),
            "gradient of add is NaN, which was already in the gradient of its result",
        ),
    ],
)
def test_anomaly_mode_names_the_operation_where_it_began(make, compute, message):
    with pytest.raises(RuntimeError, match=message), a.detect_anomaly():
        compute(make())
    assert t.op_hooks == []


def test_anomaly_mode_lets_pass_what_is_finite_and_masks():
    x = leaf(1.0, 2.0, 3.0)
    mask = t.tensor([True, True, False])
    with a.detect_anomaly():
        scores = t.where(mask, x * 2.0, -INF)
        shares = (scores - scores.amax()).exp()
        a.backward((shares / shares.sum())[0])
    assert np.isfinite(x.grad.array).all()
    assert t.op_hooks == []


def test_anomaly_mode_looks_at_its_own_thread_only():
    inside, done = threading.Event(), threading.Event()

    def looks():
        with a.detect_anomaly():
            inside.set()
            assert done.wait(10)

    def divides():
        assert inside.wait(10)
        with np.errstate(all="ignore"):
            result = t.tensor([0.0]).log().item()
        done.set()
        return result

    assert in_threads(looks, divides)[1] == -INF


def test_anomaly_mode_changes_no_result():
    def run():
        x = leaf(0.3, -0.2)
        loss = ((x.exp() + 1.0).log() * x).sum()
        a.backward(loss)
        return loss.item(), *x.grad.tolist()

    with a.detect_anomaly():
        watched = run()
    assert watched == run()


# Checks and pictures


def test_gradcheck_passes_what_is_right():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(3, 2)), rng.normal(size=2)
    assert a.gradcheck(lambda x, y: (x * y).tanh(), x, y)
    assert a.gradcheck(lambda x, y: (x * y).tanh(), (t.tensor(x), t.tensor(y)))
    assert a.gradcheck(lambda x, i: x[i], x, np.array([0, 0, 2]))
    assert a.gradcheck(lambda x: x * 2, x.astype(np.float32))


@pytest.mark.parametrize(
    ("func", "message"),
    [
        (lambda x, y: x * x.detach() + y, r"gradient of input 0 differs at \(\d, \d\): backward"),
        (lambda x, y: x + y.exp().detach(), r"gradient of input 1 differs at \(\d,\)"),
        (lambda x, y: x - x.detach() + y, r"gradient of input 0"),
    ],
)
def test_gradcheck_finds_what_is_wrong(func, message):
    rng = np.random.default_rng(0)
    with pytest.raises(AssertionError, match=message):
        a.gradcheck(func, rng.normal(size=(3, 2)), rng.normal(size=2))


def test_gradcheck_is_not_fooled_by_a_constant_sum(monkeypatch):
    """The values of a softmax add up to 1: an unweighted sum would hide any error in its rule."""
    monkeypatch.setitem(a.VJPS, t.exp_op, (lambda g, out, x: g * out * 2,))

    def softmax(x):
        return x.exp() / x.exp().sum()

    with pytest.raises(AssertionError, match="input 0"):
        a.gradcheck(softmax, np.array([0.1, 0.5, -0.3]))


def test_gradcheck_leaves_its_inputs_alone():
    x = np.array([0.1, 0.7])
    given = t.tensor(x, requires_grad=True)
    a.gradcheck(lambda x: x.exp(), given)
    assert given.grad is None
    np.testing.assert_array_equal(x, [0.1, 0.7])


def labels(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def test_draw_graph_shows_shapes_values_operations_and_gradients():
    w, x = leaf(0.5, -1.0), t.tensor(np.zeros((2, 3)))
    y = (w.reshape(2, 1) * x * 3.0).sum()
    before = labels(a.draw_graph(y))
    assert sum("shape (2, 3)" in text for text in before) == 3
    assert any("[ 0.5, -1. ]" in text for text in before)
    assert {"reshape", "mul", "mul 3", "sum"} <= set(before)
    assert not any("grad" in text for text in before)
    a.backward(y, retain_graph=True)
    assert sum("grad [0., 0.]" in text for text in labels(a.draw_graph(y))) == 1
    a.backward(y)
    with pytest.raises(RuntimeError, match=r"used up this graph: draw it before.*retain_graph"):
        a.draw_graph(y)
    mpl.pyplot.close("all")


def test_draw_graph_gives_every_tensor_a_place_of_its_own():
    x = y = leaf(1.0)
    for _ in range(4):
        y = y.sin() * y + x
    axes = a.draw_graph(y)
    places = [text.get_position() for text in axes.texts if "shape" in text.get_text()]
    assert len(places) == len(set(places)) == 13
    _, given = mpl.pyplot.subplots()
    assert a.draw_graph(x, given) is given
    mpl.pyplot.close("all")


def test_draw_graph_names_the_boxes_it_is_told_to():
    x = leaf(1.0)
    shown = labels(a.draw_graph(x.sin(), names={x: "input"}))
    assert [text for text in shown if text.startswith("input: shape (1,)")] != []
    assert len([text for text in shown if text.startswith("shape (1,)")]) == 1
    mpl.pyplot.close("all")


def test_draw_graph_says_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ModuleNotFoundError, match="pip install matplotlib"):
        a.draw_graph(leaf(1.0))


# Imports


def test_the_only_import_that_looks_up_is_in_tensor_backward():
    tree = ast.parse(inspect.getsource(t))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import)]
    upward = [
        node
        for node in imports
        if "autograd" in ast.unparse(node) or "tinytorch.core" in ast.unparse(node)
    ]
    method = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.name == "backward"
        and any(inside in upward for inside in ast.walk(node))
    )
    assert len(upward) == 1
    assert upward[0] in ast.walk(method)
    assert [alias.name for alias in upward[0].names] == ["backward"]


# What a receipt holds: copies of what the operation was told, and who wanted a gradient.


def _moving_index():
    x, at = t.tensor([[1.0], [2.0], [3.0], [4.0]], requires_grad=True), t.tensor([0])
    total = 0
    for _ in range(3):
        total = total + x[at].sum()
        at += 1
    total.backward()
    return x.grad, [[1], [1], [1], [0]]


def _moving_number():
    x, at = t.tensor([1.0, 2.0], requires_grad=True), t.tensor(0)
    y = x[at] * 1.0
    at += 1
    y.backward()
    return x.grad, [1, 0]


def _changed_mask():
    x, mask = t.tensor([1.0, 2.0], requires_grad=True), np.array([True, False])
    y = x[mask].sum()
    mask[:] = True
    y.backward()
    return x.grad, [1, 0]


def _changed_gather():
    x, at = t.tensor([[1.0, 2.0]], requires_grad=True), t.tensor([[0]])
    y = x.gather(1, at).sum()
    at.fill_(1)
    y.backward()
    return x.grad, [[1, 0]]


def _changed_dims():
    x, dims = t.tensor(np.ones((2, 3, 2)), requires_grad=True), [0, 1]
    y = x.sum(dims) * t.tensor([1.0, 10.0])
    dims[:] = [1, 2]
    y.sum().backward()
    return x.grad, np.broadcast_to([1.0, 10.0], (2, 3, 2))


def _changed_array():
    x, factor = t.tensor([1.0, 2.0], requires_grad=True), np.array([3.0, 4.0])
    y = (x * factor).sum()
    factor[:] = 0
    y.backward()
    return x.grad, [3, 4]


def _changed_indices_of_max():
    x = t.tensor([[1.0, 2.0]], requires_grad=True)
    values, indices = x.max(1)
    indices.zero_()
    values.sum().backward()
    return x.grad, [[0, 1]]


def _wanted_later():
    x, c = t.tensor([1.0], requires_grad=True), t.tensor([2.0])
    y = x * c
    c.requires_grad_(True)
    y.sum().backward()
    assert c.grad is None
    return x.grad, [2]


def _wanted_before_but_not_now():
    x, c = t.tensor([1.0], requires_grad=True), t.tensor([2.0], requires_grad=True)
    y = x * c
    c.requires_grad_(False)
    y.sum().backward()
    assert c.grad is None
    return x.grad, [2]


def _wanted_in_one_of_two_graphs():
    w = t.tensor([2.0], requires_grad=True)
    x = t.tensor([3.0], requires_grad=True)
    first = x * w
    w.requires_grad_(False)
    second = x * w
    w.requires_grad_(True)
    (first + second).sum().backward()
    assert x.grad.tolist() == [4.0]
    return w.grad, [3]


@pytest.mark.parametrize(
    "program",
    [
        _moving_index,
        _moving_number,
        _changed_mask,
        _changed_gather,
        _changed_dims,
        _changed_array,
        _changed_indices_of_max,
        _wanted_later,
        _wanted_before_but_not_now,
        _wanted_in_one_of_two_graphs,
    ],
)
def test_gradients_are_those_of_the_forward_pass(program):
    gradient, expected = program()
    np.testing.assert_array_equal(gradient.array, expected)


COPIES = {
    "flatten": lambda x: x.T.flatten(),
    "reshape": lambda x: x.T.reshape(6),
    "fancy": lambda x: x[:, t.tensor([0, 2])],
    "mask": lambda x: x[x > 0],
    "squeezed": lambda x: x.T.reshape(1, 6).squeeze(0),
}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_overwriting_a_copy_is_no_overwriting(copied):
    w, x = t.tensor(np.ones((2, 3)), requires_grad=True), t.tensor(np.ones((2, 3)))
    z = (w * x).sum()
    y = copied(x)
    y += 1
    z.backward()
    assert w.grad.tolist() == [[1, 1, 1], [1, 1, 1]]


MASKED = {  # functions of two values whose slope is infinite where the mask is 0, and their slopes
    "clamp": (lambda x: x.clamp(min=0).sqrt(), [0, 0.25]),
    "clamp to both": (lambda x: x.clamp(0, 9) ** 0.5, [0, 0.25]),
    "maximum": (lambda x: x.maximum(t.tensor([0.0, 0.0])).sqrt(), [0, 0.25]),
    "minimum": (lambda x: (-x).minimum(t.tensor([0.0, 0.0])).neg().sqrt(), [0, 0.25]),
    "where": (lambda x: t.where(x > 0, x, 0.0).sqrt(), [0, 0.25]),
    "where, 0-d": (lambda x: t.where(t.tensor(True), x, x * 2.0).neg(), [-1, -1]),
    "where, turned": (lambda x: t.where(x <= 0, 0.0, x).sqrt(), [0, 0.25]),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the slopes that must not come through
@pytest.mark.parametrize(("function", "slopes"), MASKED.values(), ids=MASKED)
def test_no_gradient_comes_from_what_a_mask_leaves_out(function, slopes):
    x = t.tensor([-1.0, 4.0], requires_grad=True)
    function(x).sum().backward()
    np.testing.assert_allclose(x.grad.array, slopes)


def test_a_constant_column_has_a_finite_gradient():
    x = t.tensor([[1.0, 2.0], [3.0, 2.0], [5.0, 2.0]], requires_grad=True)
    ((x - x.mean(0)) / (x.std(0) + 1e-5)).sum().backward()
    assert np.isfinite(x.grad.array).all()
    x = t.tensor([2.0, 2.0, 2.0], requires_grad=True)
    x.std().backward()
    assert x.grad.tolist() == [0, 0, 0]


@pytest.mark.parametrize("join", [t.cat, t.stack])
def test_joining_many_costs_in_proportion(join):
    """Twice as many inputs take about twice as long, not four times."""

    def steps(count):
        xs = [t.tensor([1.0], requires_grad=True) for _ in range(count)]
        y = join(xs).sum()
        begun = time.process_time()
        y.backward()
        return time.process_time() - begun

    few, many = (min(steps(count) for _ in range(3)) for count in (1_000, 8_000))
    assert many < 24 * few


@a.no_grad
def _bare():
    return a.is_grad_enabled()


@a.no_grad()
def _generator():
    answer = yield a.is_grad_enabled()
    yield answer, a.is_grad_enabled()


def test_no_grad_decorates_in_every_form():
    assert not _bare()
    steps = _generator()
    assert next(steps) is False
    assert a.is_grad_enabled()
    assert steps.send("sent") == ("sent", False)


def test_one_no_grad_serves_twice_and_inside_itself():
    context = a.no_grad()
    for _ in range(2):
        with context, context:
            assert not a.is_grad_enabled()
        assert a.is_grad_enabled()


def test_set_grad_enabled_decorates():
    decorated = a.set_grad_enabled(False)(a.is_grad_enabled)
    assert a.is_grad_enabled()
    assert not decorated()
    assert a.is_grad_enabled()


def test_activations_are_freed_on_the_way_back():
    """Halfway back only the first half of a chain's results is still there."""
    x = t.ones(1000, requires_grad=True)
    alive, counts, y = [], [], x

    def hook(phase, op, run, *args, **params):
        if phase == "backward":
            counts.append(sum(ref() is not None for ref in alive))
        return run(*args, **params)

    for _ in range(20):
        y = y.tanh()
        alive.append(weakref.ref(y.array))
    y = y.sum()
    t.op_hooks.append(hook)
    try:
        y.backward()
    finally:
        t.op_hooks.remove(hook)
    assert counts[0] == 20
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] <= 3
