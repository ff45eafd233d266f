"""The profiler over training: it changes nothing, misses nothing, and counts what is known.

Losses, weights and random numbers with and without it are compared bit for bit; FLOPs and bytes
with closed forms; times with each other. `-k quick` is a smoke run.
"""

import itertools
import json

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn, optim
from tinytorch.core.tensor import op_hooks
from tinytorch.nn import functional as F
from tinytorch.profiler import count_flops, count_memory, profile, record_function
from tinytorch.training import Trainer
from tinytorch.utils.data import DataLoader, TensorDataset

SIZES = (64, 48, 32, 10)


def perceptron(sizes=SIZES, seed=0, p=0.2):
    torch.manual_seed(seed)
    layers = []
    for ins, outs in itertools.pairwise(sizes):
        layers += [nn.Linear(ins, outs), nn.ReLU(), nn.Dropout(p)]
    return nn.Sequential(*layers[:-2])


def data(count=64, seed=0):
    rng = np.random.default_rng(seed)
    x = torch.tensor(rng.normal(size=(count, SIZES[0])).astype(np.float32))
    return x, torch.tensor(rng.integers(0, SIZES[-1], count))


def trained(watch, accumulate=1, epochs=2):
    """(losses, weights, a random number drawn after), with a profile around it or not."""
    model = perceptron()
    loader = DataLoader(
        TensorDataset(*data()), batch_size=16, shuffle=True, generator=torch.Generator(3)
    )
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    trainer = Trainer(
        model, optimizer, F.cross_entropy, progress=False, accumulation_steps=accumulate
    )
    prof = profile(profile_memory=True)
    if watch:
        prof.start()
    history = trainer.fit(loader, epochs, val_loader=loader)
    trainer.evaluate(loader)
    if watch:
        prof.stop()
    weights = [p.numpy().copy() for p in model.parameters()]
    return history["loss"], weights, torch.rand(4).numpy(), prof


@pytest.mark.parametrize("accumulate", [1, 2])
def test_quick_training_is_the_same_bit_for_bit(accumulate):
    plain, watched = trained(False, accumulate), trained(True, accumulate)
    assert plain[0] == watched[0]
    for before, after in zip(plain[1], watched[1], strict=True):
        np.testing.assert_array_equal(before, after)
    np.testing.assert_array_equal(plain[2], watched[2])
    assert op_hooks == []


def test_quick_a_trainer_under_the_profiler_shows_its_operations():
    prof = trained(True)[3]
    rows = {row.key: row for row in prof.key_averages()}
    # 2 epochs of 4 batches, forward; as many each time for validation, and once for evaluate.
    assert rows["linear"].count == 3 * (2 * 4 + 2 * 4 + 4)
    assert rows["linear (backward)"].count == 2 * 4 * 8  # the data wants no gradient
    assert rows["cross_entropy (backward)"].count == 2 * 4
    assert prof.memory()[-1][1] <= max(held for _, held in prof.memory())


def test_quick_flops_are_those_of_the_closed_form():
    model, (x, target) = perceptron(p=0.0), data()
    products = [2 * 64 * a * b for a, b in itertools.pairwise(SIZES)]
    forward, backward = count_flops(lambda: F.cross_entropy(model(x), target))
    small = 64 * sum(SIZES[1:])  # a ReLU, a bias, a loss: one for each value
    assert sum(products) <= forward <= sum(products) + 2 * small
    assert (
        2 * sum(products) - products[0] <= backward <= 2 * sum(products) - products[0] + 3 * small
    )
    weights = sum(p.numel() for p in model.parameters())
    step = forward + backward + products[0]  # as if the data wanted a gradient, too
    assert step == pytest.approx(6 * weights * 64, rel=0.05)


def test_quick_the_pass_that_ran_is_the_pass_that_was_counted():
    model, (x, target) = perceptron(p=0.0), data()
    _, counted = count_flops(lambda: F.cross_entropy(model(x), target))
    loss = F.cross_entropy(model(x), target)
    with profile() as prof:
        loss.backward()
    ran = sum(row.flops for row in prof.key_averages())
    assert ran == pytest.approx(counted, rel=0.01)


def test_phases_add_up_to_the_time_that_passed():
    torch.manual_seed(0)
    model = perceptron((256, 512, 512, 10), p=0.0)
    optimizer = optim.SGD(model.parameters(), lr=0.01)
    x, target = torch.randn(256, 256), torch.tensor(np.arange(256) % 10)
    with profile() as prof, record_function("all"):
        for _ in range(10):
            with record_function("data"):
                batch = x[torch.randperm(256)]
            with record_function("forward"):
                loss = F.cross_entropy(model(batch), target)
            with record_function("backward"):
                optimizer.zero_grad()
                loss.backward()
            with record_function("update"):
                optimizer.step()
    rows = {row.key: row for row in prof.key_averages()}
    phases = sum(rows[name].cpu_time_total for name in ("data", "forward", "backward", "update"))
    assert 0.95 <= phases / rows["all"].cpu_time_total <= 1.0
    own = sum(row.self_cpu_time_total for row in rows.values())
    assert own == pytest.approx(rows["all"].cpu_time_total)
    assert rows["linear"].self_cpu_time_total <= rows["forward"].cpu_time_total


def test_quick_an_inner_profile_does_not_end_the_outer_one():
    model, (x, target) = perceptron(p=0.0), data()
    with profile() as outer:
        with profile() as inner:
            loss = F.cross_entropy(model(x), target)
        loss.backward()
    rows = {row.key for row in outer.key_averages()}
    assert {"linear", "linear (backward)"} <= rows
    assert "linear (backward)" not in {row.key for row in inner.key_averages()}


def test_quick_an_error_in_training_leaves_nothing_behind():
    model, (x, _), outer = perceptron(), data(), profile()

    def failing():
        with outer:
            model(x)
            with profile(), record_function("bad"):
                model(x.reshape(-1, 32))

    with pytest.raises(RuntimeError, match=r"[Ll]inear"):
        failing()
    assert op_hooks == []
    assert {"linear", "bad"} <= {row.key for row in outer.key_averages()}
    with profile() as prof:
        model(x)
    assert [row.count for row in prof.key_averages() if row.key == "linear"] == [3]


def test_quick_memory_of_a_step_is_where_it_should_be():
    model, (x, target) = perceptron(p=0.0), data()
    optimizer = optim.Adam(model.parameters())
    loss = F.cross_entropy(model(x), target)
    found = count_memory(model, optimizer, loss)
    weights = 4 * sum(p.numel() for p in model.parameters())
    hidden = 4 * 64 * (SIZES[1] + SIZES[2])
    assert found["parameters"] == weights
    assert found["gradients"] == found["optimizer"] == 0
    # The data, the results of the layers and of the ReLUs, and what the loss keeps.
    assert hidden + x.array.nbytes <= found["saved"] <= 2 * hidden + x.array.nbytes + 4 * 64 * 30
    loss.backward()
    optimizer.step()
    after = count_memory(model, optimizer)
    assert (after["gradients"], after["optimizer"]) == (weights, 2 * weights)


def test_quick_the_peak_is_at_the_turn_and_falls_with_accumulation():
    def peak(parts):
        model, (x, target) = perceptron((64, 64, 64, 10), p=0.0), data(256)
        size = 256 // parts
        with profile(profile_memory=True) as prof:
            for i in range(parts):
                rows = slice(i * size, (i + 1) * size)
                (F.cross_entropy(model(x[rows]), target[rows]) / parts).backward()
        line = [held for _, held in prof.memory()]
        assert line[-1] < max(line) / 2
        return max(line)

    whole, parts = peak(1), peak(4)
    assert whole >= 2 * 256 * 64 * 4
    assert parts < 0.5 * whole


def test_quick_the_trace_of_a_step_nests(tmp_path):
    model, (x, target) = perceptron(), data()
    with profile() as prof:
        for _ in range(2):
            with record_function("step"):
                F.cross_entropy(model(x), target).backward()
    prof.export_chrome_trace(tmp_path / "trace.json")
    trace = json.loads((tmp_path / "trace.json").read_text("utf-8"))["traceEvents"]
    steps = [each for each in trace if each["name"] == "step"]
    assert len(steps) == 2
    assert [each["ts"] for each in trace] == sorted(each["ts"] for each in trace)
    for each in trace:
        inside = [
            s
            for s in steps
            if s["ts"] <= each["ts"] and each["ts"] + each["dur"] <= s["ts"] + s["dur"] + 1e-3
        ]
        assert len(inside) == 1
    assert {each["cat"] for each in trace} == {"forward", "backward", "range"}
