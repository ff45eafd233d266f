"""Module 14, profiling: what is recorded, and that looking changes nothing."""

import gc
import json
import threading
import weakref

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn, profiler
from tinytorch.autograd import detect_anomaly
from tinytorch.core import profiling as ops
from tinytorch.core.tensor import op_hooks
from tinytorch.nn import functional as F
from tinytorch.profiler import ProfilerActivity, count_flops, profile, record_function


def event(name, start, end, phase="forward", thread=1, shapes=(), shape=()):
    return ops.Event(name, phase, start, end, shapes, shape, thread)


def perceptron():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(20, 12), nn.ReLU(), nn.Linear(12, 5))


def keys(prof):
    return {row.key: row.count for row in prof.key_averages()}


# ---- what is recorded ----


def test_operations_and_rules_are_counted():
    x = torch.ones(3, 4, requires_grad=True)
    with profile() as prof:
        (x * x).sum().backward()
    assert keys(prof) == {"mul": 1, "sum": 1, "mul (backward)": 2, "sum (backward)": 1}
    first, *_ = prof.events()
    assert first[:2] == ("mul", "forward")
    assert first.shapes == ((3, 4), (3, 4))
    assert first.shape == (3, 4)
    assert 0 <= first.start <= first.end


def test_nothing_is_recorded_outside():
    x = torch.ones(3)
    with profile() as prof:
        pass
    x.exp()
    with record_function("outside"):
        x.exp()
    assert prof.events() == []
    assert prof.key_averages() == []
    assert op_hooks == []


def test_an_error_ends_the_profile_and_what_came_before_stays():
    prof = profile()

    def failing():
        with prof:
            torch.ones(2).exp()
            with record_function("part"):
                torch.ones(2).add(torch.ones(3))

    with pytest.raises(RuntimeError, match="add got inputs"):
        failing()
    assert keys(prof) == {"exp": 1, "add": 1, "part": 1}
    assert op_hooks == []
    assert ops.profiles == []


def test_profiles_nest_and_each_has_its_own_events():
    with profile() as outer:
        torch.ones(2).exp()
        with profile() as inner, record_function("part"):
            torch.ones(2).log()
        torch.ones(2).sqrt()
    assert keys(inner) == {"log": 1, "part": 1}
    assert keys(outer) == {"exp": 1, "log": 1, "part": 1, "sqrt": 1}


def test_a_profile_goes_on_where_it_stopped_and_does_not_run_twice_at_once():
    prof = profile()
    for _ in range(2):
        with prof:
            torch.ones(2).exp()
            with pytest.raises(RuntimeError, match="running already"):
                prof.start()
    assert keys(prof) == {"exp": 2}
    with pytest.raises(RuntimeError, match="not running"):
        prof.stop()
    assert op_hooks == []


def test_profiles_that_are_stopped_in_another_order_leave_no_hook():
    first, second = profile(), profile()
    first.start()
    second.start()
    first.stop()
    torch.ones(2).exp()
    second.stop()
    assert op_hooks == []
    assert keys(first) == {}
    assert keys(second) == {"exp": 1}


def test_a_range_of_your_own_works_as_a_decorator_and_keeps_the_result():
    @record_function("mine")
    def double(x):
        return x * 2

    with profile() as prof:
        found = [double(torch.ones(2)).tolist() for _ in range(3)]
    assert found == [[2.0, 2.0]] * 3
    assert keys(prof) == {"mine": 3, "mul": 3}


def test_threads_are_told_apart():
    with profile() as prof:
        worker = threading.Thread(target=lambda: torch.ones(2).exp())
        worker.start()
        worker.join()
        torch.ones(2).log()
    threads = {each.name: each.thread for each in prof.events()}
    assert threads["log"] == threading.get_ident() != threads["exp"]


def test_it_works_beside_the_search_for_anomalies():
    with profile() as prof, detect_anomaly(), pytest.raises(RuntimeError, match="log"):
        (torch.ones(2) - 1).log()
    assert keys(prof) == {"sub": 1, "log": 1}


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"activities": [ProfilerActivity.CUDA]}, RuntimeError, "no GPU"),
        ({"activities": ["cpu"]}, RuntimeError, "no GPU, not 'cpu'"),
        ({"schedule": lambda step: 1}, NotImplementedError, "no schedule"),
    ],
)
def test_what_there_is_not_is_said(settings, error, words):
    with pytest.raises(error, match=words):
        profile(**settings)


def test_pytorchs_arguments_are_taken():
    settings = {"record_shapes": True, "profile_memory": True, "with_flops": True}
    with profile(activities=[ProfilerActivity.CPU], **settings) as prof:
        torch.ones(2).exp()
    assert keys(prof) == {"exp": 1}


# ---- looking changes nothing ----


def test_arrays_are_not_kept_alive():
    gc.disable()
    try:
        with profile(profile_memory=True) as prof:
            x = torch.ones(1000).exp()
            alive = weakref.ref(x.array)
            del x
            assert alive() is None
        assert prof.memory()[-1][1] == 0
    finally:
        gc.enable()


def test_what_is_returned_is_what_the_operation_returned():
    x = torch.arange(6.0).reshape(2, 3)
    plain = x.transpose(0, 1)
    with profile(profile_memory=True):
        watched = x.transpose(0, 1)
    assert np.shares_memory(plain.array, watched.array)
    assert watched.array.strides == plain.array.strides


# ---- the table ----


def test_the_table_has_self_and_total_times_and_sorts():
    prof = profile()
    prof._events = [
        event("matmul", 1000, 5000, shapes=((10, 10), (10, 10)), shape=(10, 10)),
        event("step", 0, 10_000, "range"),
        event("step", 20_000, 21_000, "range"),
    ]
    step, product = prof.key_averages()
    assert step == ("step", 2, 11.0, 7.0, 0)
    assert product == ("matmul", 1, 4.0, 4.0, 2000)
    lines = prof.key_averages().table().splitlines()
    assert [line.split()[0] for line in lines] == ["name", "step", "matmul"]
    assert lines[1].split() == ["step", "2", "0.01", "63.6%", "0.01"]
    assert lines[2].split() == ["matmul", "1", "0.00", "36.4%", "0.00", "0.5"]
    by_flops = prof.key_averages().table(sort_by="flops", row_limit=1).splitlines()
    assert [line.split()[0] for line in by_flops] == ["name", "matmul"]
    with pytest.raises(ValueError, match=r"sort_by is one of count, .*, not 'time'"):
        prof.key_averages().table(sort_by="time")


def test_a_name_inside_itself_counts_once_in_the_total():
    events = [event("block", 10, 40, "range"), event("block", 0, 100, "range")]
    events += [event("block", 100, 130, "range"), event("block", 0, 50, "range", thread=2)]
    (row,) = ops.summary(events)
    assert (row.count, row.cpu_time_total, row.self_cpu_time_total) == (4, 0.18, 0.18)


def test_a_parent_takes_at_least_as_long_as_its_parts():
    model, x = perceptron(), torch.ones(10, 20)
    with profile() as prof:
        for _ in range(5):
            with record_function("step"):
                model(x).sum().backward()
    rows = {row.key: row for row in prof.key_averages()}
    parts = sum(row.self_cpu_time_total for row in rows.values())
    assert parts == pytest.approx(rows["step"].cpu_time_total)
    assert all(row.self_cpu_time_total >= 0 for row in rows.values())


# ---- the trace ----


def test_the_trace_is_a_file_that_json_reads(tmp_path):
    with profile() as prof, record_function("ünïcode"):
        torch.ones(2).exp()
    prof.export_chrome_trace(tmp_path / "trace.json")
    trace = json.loads((tmp_path / "trace.json").read_text("utf-8"))["traceEvents"]
    assert [each["name"] for each in trace] == ["ünïcode", "exp"]
    outer, inner = trace
    assert outer["ts"] == 0
    assert inner["ts"] + inner["dur"] <= outer["dur"]
    assert {each["ph"] for each in trace} == {"X"}


# ---- FLOPs ----


def test_both_passes_of_a_perceptron_are_counted():
    model, x = perceptron(), torch.ones(10, 20)
    forward = 2 * 10 * 20 * 12 + 120 + 2 * 10 * 12 * 5
    backward = 4800 + 120 + 120 + 2 * 1200 + 50
    assert count_flops(lambda: model(x)) == (forward, backward)
    with torch.no_grad():
        assert count_flops(lambda: model(x)) == (forward, 0)
    assert op_hooks == []


def test_the_profile_counts_what_the_receipts_say():
    """The backward pass as it ran, and as it was counted before it ran."""
    model, x = perceptron(), torch.ones(10, 20)
    out = model(x)
    counted = ops.backward_flops(out)
    with profile() as prof:
        out.backward(torch.ones(10, 5))
    assert sum(row.flops for row in prof.key_averages()) == counted


def test_frozen_layers_cost_no_backward():
    model, x = perceptron(), torch.ones(10, 20)
    for p in model.parameters():
        p.requires_grad = False
    assert count_flops(lambda: model(x))[1] == 0


# ---- memory ----


def test_the_line_of_memory_rises_and_falls():
    with profile(profile_memory=True) as prof:
        a = torch.ones(1000).exp()
        b = a.exp()
        view = b.reshape(10, 100)
        del a, b
        assert prof.memory()[-1][1] == 4000
        del view
    assert [held for _, held in prof.memory()] == [4000, 8000, 4000, 0]
    times = [when for when, _ in prof.memory()]
    assert times == sorted(times)


def test_memory_that_was_not_recorded_is_not_made_up():
    with profile() as prof:
        torch.ones(2).exp()
    with pytest.raises(RuntimeError, match="profile_memory=True"):
        prof.memory()


def test_what_a_rule_saves_is_memory_too():
    with profile(profile_memory=True) as prof:
        out = F.gelu(torch.ones(1000, requires_grad=True))
    assert prof.memory()[-1][1] == 4000 + out.grad_fn.saved.nbytes


def test_the_four_parts_of_the_memory_of_a_step():
    model, x = perceptron(), torch.ones(10, 20)
    weights = 4 * (20 * 12 + 12 + 12 * 5 + 5)
    assert profiler.count_memory(model)["gradients"] == 0
    optimizer = torch.optim.Adam(model.parameters())
    loss = model(x).sum()
    saved = profiler.count_memory(model, optimizer, loss)["saved"]
    assert saved >= x.array.nbytes + 4 * 10 * (12 + 12)
    loss.backward()
    optimizer.step()
    found = profiler.count_memory(model, optimizer)
    assert found == {
        "parameters": weights,
        "gradients": weights,
        "optimizer": 2 * weights,
        "saved": 0,
    }


def test_a_tied_weight_is_one_memory():
    model = perceptron()
    model.again = model[0]
    assert profiler.count_memory(model)["parameters"] == 4 * (20 * 12 + 12 + 12 * 5 + 5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: count_flops(3), "calls a function, not int"),
        (lambda: count_flops(lambda: None), "returned NoneType, not a tensor"),
        (lambda: profiler.count_memory(None), "takes a module, not NoneType"),
        (lambda: profiler.count_memory(perceptron(), 0.1), "takes an optimizer, not float"),
        (lambda: profiler.count_memory(perceptron(), None, [1]), "takes a tensor, not list"),
        (lambda: record_function(3).__enter__(), "takes a name, a string, not int"),
    ],
)
def test_what_is_counted_is_checked(call, words):
    with pytest.raises(TypeError, match=words):
        call()


def test_a_graph_that_is_used_up_is_not_counted():
    loss = perceptron()(torch.ones(10, 20)).sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="used up"):
        profiler.count_memory(perceptron(), None, loss)


# ---- Amdahl ----


@pytest.mark.parametrize(
    ("share", "factor", "faster"), [(0.6, 2, 1 / 0.7), (0.6, np.inf, 2.5), (1.0, np.inf, np.inf)]
)
def test_amdahls_law(share, factor, faster):
    assert ops.amdahl(share, factor) == pytest.approx(faster)


@pytest.mark.parametrize(("share", "factor"), [(1.1, 2), (-1, 2), (0.5, 0), (np.nan, 1)])
def test_shares_and_factors_out_of_range(share, factor):
    with pytest.raises(ValueError, match=r"amdahl: (share|factor) must be"):
        ops.amdahl(share, factor)
