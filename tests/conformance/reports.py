"""Faults that others reported of such frameworks, in small, each with its right value.

`REPORTS` has a row for each: what it is, the call, the value it must give. `python -m
conformance.reports` (with `tests` on the path) runs them all and shows what they give now;
`test_reports.py` compares. F3 to F20 are the numbers of the public reports, P1 to P22 those of what
peers' test suites and scripts found. What concerns the tool and not the framework is tested in
`tests/tito/` and `tests/grading/`: F7 in test_export_rules.py, F18 in test_load.py and others.
"""

import sys
import time
import warnings
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np

import tinytorch as torch
from tinytorch import nn, optim
from tinytorch.nn import functional as F
from tinytorch.utils import data

schedules = optim.lr_scheduler


def raised(call: Callable[[], Any]) -> str:
    """The type and the words of the error that a call raises."""
    try:
        return f"no error, but {call()}"
    except Exception as error:  # noqa: BLE001 - it is the value
        return f"{type(error).__name__}: {error}"


def kind(call: Callable[[], Any]) -> str:
    """The type of the error that a call raises."""
    return raised(call).partition(":")[0]


def leaf(*values: Any) -> torch.Tensor:
    return torch.tensor([*values], requires_grad=True)


def index_that_changes() -> list:
    table, place, out = torch.arange(4.0).reshape(4, 1).requires_grad_(), torch.tensor([0]), 0
    for _ in range(3):
        out = out + table[place].sum()
        place += 1
    out.backward()
    return table.grad.tolist()


def frozen_in_between() -> list:
    judge, maker = nn.Linear(2, 1), nn.Linear(2, 2)
    for p in judge.parameters():
        p.requires_grad_(False)
    loss = judge(maker(torch.ones(1, 2))).sum()
    for p in judge.parameters():
        p.requires_grad_(True)
    loss.backward()
    x, c = leaf(2.0), torch.tensor([3.0])
    y = x * c
    c.requires_grad_(True)
    y.sum().backward()
    return [judge.weight.grad, maker.weight.grad is None, c.grad]


def copies_are_no_views() -> list:
    found = []
    for copied in (
        lambda x: x.T.flatten(),
        lambda x: x.T.reshape(6),
        lambda x: x[:, torch.tensor([0, 2])],
    ):
        w, x = torch.ones(2, 3).requires_grad_(), torch.ones(2, 3)
        z, y = (w * x).sum(), copied(x)
        y += 1
        z.backward()
        found.append(w.grad.tolist() == [[1.0] * 3] * 2)
    return found


def gradient(f: Callable, *values: float) -> list:
    x = leaf(*values)
    f(x).sum().backward()
    return x.grad.tolist()


def dead_feature() -> bool:
    x = torch.tensor([[1.0, 5.0], [2.0, 5.0]], requires_grad=True)
    ((x - x.mean(0)) / (x.std(0) + 1e-5)).sum().backward()
    return bool(x.grad.isfinite().all())


def resumed_rate(make: Callable) -> list:
    """The rate that the next step has, and that the schedule tells, after a resume."""

    def parts():
        sgd = optim.SGD([leaf(1.0)], lr=1.0)
        return sgd, make(sgd)

    sgd, schedule = parts()
    for _ in range(4):
        sgd.step()
        schedule.step()
    states, (sgd, schedule) = (sgd.state_dict(), schedule.state_dict()), parts()
    sgd.load_state_dict(states[0])
    schedule.load_state_dict(states[1])
    return [round(sgd.param_groups[0]["lr"], 6), round(schedule.get_last_lr()[0], 6)]


def group_added_later() -> list:
    sgd = optim.SGD([leaf(1.0)], lr=1.0)
    schedule = schedules.StepLR(sgd, 1, 0.5)
    sgd.add_param_group({"params": [leaf(1.0)], "lr": 0.2})
    sgd.step()
    schedule.step()
    return [group["lr"] for group in sgd.param_groups]


def made(name: str, *args: Any, **settings: Any) -> Any:
    return getattr(schedules, name)(optim.SGD([leaf(1.0)], lr=1.0, momentum=0.9), *args, **settings)


class Drawing(data.Dataset):
    """Examples that are drawn anew each time."""

    def __len__(self) -> int:
        return 8

    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.rand(1)


def seeded_runs(num_workers: int) -> bool:
    """Whether two runs of a loader, with dropout in the loop, give the same numbers."""
    runs = []
    for _ in range(2):
        torch.manual_seed(0)
        loader = data.DataLoader(Drawing(), 2, shuffle=True, num_workers=num_workers)
        runs.append([F.dropout(batch, 0.5).tolist() for batch in loader])
    return runs[0] == runs[1]


def bias_of_many_rows() -> float:
    layer = nn.Linear(1, 1)
    (layer(torch.ones(262_144, 1)) * 0.1).sum().backward()
    return round(layer.bias.grad.item(), 1)


def tiny_spread(momentum: float | None) -> float:
    norm = nn.BatchNorm1d(1, momentum=momentum)
    norm(torch.tensor([[0.0], [1e-5], [2e-5]]))
    return float(f"{norm.running_var.item():.3g}")


def from_afar() -> list:
    norm = nn.BatchNorm1d(1, momentum=1.0)
    norm(torch.tensor([[1e8], [1.1e8]]))
    norm(torch.tensor([[1.0], [2.0]]))
    norm.eval()
    return [
        norm.running_mean.item(),
        *(round(v, 2) for v in norm(leaf(1.0, 2.0)[:, None]).flatten().tolist()),
    ]


def after_a_huge_gradient() -> float:
    x = leaf(1.0)
    adam = optim.Adam([x], lr=0.1)
    for size in (1e20, 1.0, 1.0):
        x.grad = torch.tensor([size])
        adam.step()
    return bool(np.isfinite(x.item()))


def recorded_in_a_generator() -> list:
    @torch.no_grad()
    def steps():
        yield torch.is_grad_enabled()
        yield torch.is_grad_enabled()

    return [*steps(), torch.is_grad_enabled()]


def no_grad_in_all_forms() -> list:
    @torch.no_grad
    def bare():
        return torch.is_grad_enabled()

    context, found = torch.no_grad(), [bare()]
    for _ in range(2):
        with context:
            found.append(torch.is_grad_enabled())

    @torch.set_grad_enabled(False)
    def switched():
        return torch.is_grad_enabled()

    return [*found, switched(), torch.is_grad_enabled()]


def growth_of_cat(n: int = 1500) -> bool:
    """Whether four times the inputs take less than ten times the time, at best of three."""

    def seconds(size: int) -> float:
        xs = [torch.ones(2).requires_grad_() for _ in range(size)]
        best = float("inf")
        for _ in range(3):
            y, begun = torch.cat(xs).sum(), time.perf_counter()
            y.backward()
            best = min(best, time.perf_counter() - begun)
        return best

    return seconds(4 * n) < 10 * seconds(n)


def stopped_early() -> str:
    class Ending(data.Dataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            raise StopIteration

    return raised(lambda: list(data.DataLoader(Ending())))


def manual_steps() -> list:
    """Everybody's manual step, twice: `w.data -= lr * w.grad`, and `w.data += ...`."""
    w = leaf(1.0, 2.0)
    for sign in (1, -1):
        w.grad = None
        (w * w).sum().backward()
        if sign > 0:
            w.data -= 0.1 * w.grad
        else:
            w.data += -0.1 * w.grad
    return [type(w.data).__name__, [round(v, 3) for v in w.tolist()]]


def weight_set_by_data() -> list:
    layer = nn.Linear(2, 1, bias=False)
    layer.weight.data = torch.ones(1, 2)
    layer(torch.ones(3, 2)).sum().backward()
    return [layer.weight.tolist(), layer.weight.grad.tolist()]


def accuracy_by_data() -> int:
    out, y = torch.tensor([[0.1, 0.9], [0.8, 0.2]], requires_grad=True), torch.tensor([1, 0])
    return (out.data.max(1)[1] == y).sum().item()


class Money:
    """What a tensor does not know how to add."""

    def __radd__(self, other: Any) -> str:
        return "asked"


def untracked() -> list:
    norm = nn.BatchNorm1d(1)
    norm.track_running_stats = False
    norm(torch.tensor([[1.0], [5.0]]))
    return [norm.num_batches_tracked.item(), norm.running_mean.tolist()]


def grown_dataset() -> int:
    items = [1, 2]
    loader = data.DataLoader(items, shuffle=True)
    items += [3, 4]
    return len(list(loader))


def after_an_error(num_workers: int) -> list:
    class Broken(data.Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            if index == 1:
                raise ValueError("broken")
            return index

    batches, found = iter(data.DataLoader(Broken(), num_workers=num_workers)), []
    for _ in count():
        try:
            found.append(next(batches).item())
        except ValueError:
            found.append("error")
        except StopIteration:
            return found


def collected() -> list:
    names = data.default_collate([np.str_("a"), np.str_("b")])
    return [names, kind(lambda: data.default_collate([np.array(["a"]), np.array(["b"])]))]


def of_bytes(f: Callable) -> list:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return f(torch.tensor([1, 2, 250], dtype=torch.uint8)).tolist()


MANY = torch.full((1_000_000, 4), 0.1)
# {the report: (what is called, what it must give)}
REPORTS: dict[str, tuple[Callable[[], Any], Any]] = {
    "F3 an index that changes before backward": (
        index_that_changes,
        [[1.0], [1.0], [1.0], [0.0]],
    ),
    "F4 frozen while forward ran": (frozen_in_between, [None, False, None]),
    "F5 copies count as views": (copies_are_no_views, [True] * 3),
    "F6 relu, then sqrt": (lambda: gradient(lambda x: F.relu(x).sqrt(), -1.0, 4.0), [0, 0.25]),
    "F6 clamp, then sqrt": (
        lambda: gradient(lambda x: x.clamp(min=0).sqrt(), -1.0, 4.0),
        [0, 0.25],
    ),
    "F6 clamp, then a power": (
        lambda: gradient(lambda x: x.clamp(min=0) ** 0.5, -1, 4.0),
        [0, 0.25],
    ),
    "F6 a dead feature": (dead_feature, True),
    "F9 StepLR resumed": (lambda: resumed_rate(lambda o: schedules.StepLR(o, 2, 0.5)), [0.25] * 2),
    "F9 ExponentialLR resumed": (
        lambda: resumed_rate(lambda o: schedules.ExponentialLR(o, 0.5)),
        [0.0625] * 2,
    ),
    "F9 CosineAnnealingLR resumed": (
        lambda: resumed_rate(lambda o: schedules.CosineAnnealingLR(o, 10)),
        [0.654508] * 2,
    ),
    "F9 a group added later": (group_added_later, [0.5, 0.1]),
    "F9 LinearLR of no steps": (lambda: made("LinearLR", total_iters=0).get_last_lr(), [1.0]),
    "F9 CosineAnnealingLR of no steps": (
        lambda: raised(lambda: made("CosineAnnealingLR", 0)),
        "ValueError: T_max=0: it must be a number above 0",
    ),
    "F9 StepLR of no steps": (lambda: kind(lambda: made("StepLR", 0)), "ValueError"),
    "F9 OneCycleLR, pct_start 1.5": (
        lambda: kind(lambda: made("OneCycleLR", 0.1, 10, pct_start=1.5)),
        "ValueError",
    ),
    "F9 OneCycleLR of no steps": (
        lambda: [kind(lambda n=n: made("OneCycleLR", 0.1, n)) for n in (0, -3)],
        ["ValueError"] * 2,
    ),
    "F9 OneCycleLR of no epochs": (
        lambda: kind(lambda: made("OneCycleLR", 0.1, epochs=0, steps_per_epoch=5)),
        "ValueError",
    ),
    "F9 OneCycleLR, 10 percent of 10": (
        lambda: made("OneCycleLR", 0.1, 10, pct_start=0.1).get_last_lr(),
        [0.1],
    ),
    "F9 OneCycleLR, lists of momenta": (
        lambda: made("OneCycleLR", 0.1, 10, base_momentum=[0.8], max_momentum=[0.9]).momenta,
        [(0.9, 0.8)],
    ),
    "F10 seeded runs repeat, without workers and with": (
        lambda: [seeded_runs(n) for n in (0, 1, 2)],
        [True] * 3,
    ),
    "F11 the mean of a million rows": (
        lambda: [round(v, 6) for v in MANY.mean(0).tolist()],
        [0.1] * 4,
    ),
    "F11 the sum of a million rows": (
        lambda: [round(v) for v in MANY.sum(0).tolist()],
        [100000] * 4,
    ),
    "F11 60,000 rows of 0.3": (
        lambda: round(torch.full((60_000, 2), 0.3).mean(0)[0].item(), 6),
        0.3,
    ),
    "F11 the variance of a million rows": (
        lambda: round((MANY + torch.tensor([0.0, 1, 2, 3])).var(0).sum().item(), 6),
        0.0,
    ),
    "F12 BatchNorm1d, a tiny spread": (lambda: [tiny_spread(m) for m in (None, 1.0)], [1e-10] * 2),
    "F12 BatchNorm1d, far away before": (from_afar, [1.5, -0.71, 0.71]),
    "F12 Adam after a gradient of 1e20": (after_a_huge_gradient, True),
    "F13 collate of NumPy's strings": (collected, [["a", "b"], "TypeError"]),
    "F14 no_grad on a generator": (recorded_in_a_generator, [False, False, True]),
    "F14 no_grad bare, twice, as a switch": (no_grad_in_all_forms, [False] * 4 + [True]),
    "F15 uint8 + 300": (lambda: of_bytes(lambda x: x + 300), [45, 46, 38]),
    "F15 uint8 - 300": (lambda: of_bytes(lambda x: x - 300), [213, 214, 206]),
    "F15 uint8 * -1": (lambda: of_bytes(lambda x: x * -1), [255, 254, 6]),
    "F15 -mask, mask - mask": (
        lambda: [
            kind(lambda f=f: f(torch.tensor([True]))) for f in (lambda m: -m, lambda m: m - m)
        ],
        ["RuntimeError"] * 2,
    ),
    "F15 gather of -1": (
        lambda: kind(lambda: torch.ones(2, 2).gather(1, torch.tensor([[0], [-1]]))),
        "RuntimeError",
    ),
    "F15 gather of fewer dimensions": (
        lambda: kind(lambda: torch.ones(2, 3).gather(0, torch.tensor([1]))),
        "RuntimeError",
    ),
    "F15 gather along a dim that is not there": (
        lambda: kind(lambda: torch.ones(2).gather(3, torch.tensor([0]))),
        "IndexError",
    ),
    "F15 a mask of uint8": (
        lambda: torch.tensor([10, 20, 30])[torch.tensor([1, 0, 1], dtype=torch.uint8)].tolist(),
        [10, 30],
    ),
    "F15 types of errors": (
        lambda: [
            kind(call)
            for call in (
                lambda: torch.zeros(-1),
                lambda: torch.arange(0, 5, 0),
                lambda: torch.arange(0, 5, -1),
                lambda: torch.randint(0, (2,)),
            )
        ],
        ["RuntimeError"] * 4,
    ),
    "F16 cat's backward is linear": (growth_of_cat, True),
    "F18 twenty fractions of 0.05": (
        lambda: [len(part) for part in data.random_split(list(range(40)), [0.05] * 20)],
        [2] * 20,
    ),
    "F18 StopIteration in a dataset": (
        stopped_early,
        "RuntimeError: StopIteration was raised while batch 1 was made",
    ),
    "F20 cat with an empty tensor": (
        lambda: torch.cat([torch.tensor([]), torch.ones(1, 2)]).tolist(),
        [[1.0, 1.0]],
    ),
    "F20 var(unbiased=False), sum(axis=0)": (
        lambda: [
            torch.tensor([1.0, 3.0]).var(unbiased=False).item(),
            torch.ones(2, 2).sum(axis=0).tolist(),
        ],
        [1.0, [2.0, 2.0]],
    ),
    "F20 torch.max(x, y), t(), //, %": (
        lambda: [
            torch.max(torch.tensor([1, 5]), torch.tensor([3, 4])).tolist(),
            torch.ones(2, 3).t().shape,
            (torch.tensor([7, -7]) // 2).tolist(),
            (torch.tensor([7, -7]) % 4).tolist(),
        ],
        [[3, 5], (3, 2), [3, -4], [3, 1]],
    ),
    "F20 clip_grad_norm_ of type inf": (
        lambda: nn.utils.clip_grad_norm_([leaf(1.0)], 1.0, norm_type="inf").item(),
        0.0,
    ),
    "F20 log_softmax, a generator, a seed below 0": (
        lambda: [
            [round(v, 3) for v in torch.log_softmax(torch.zeros(2), 0).tolist()],
            torch.Generator(device="cpu").manual_seed(1).initial_seed(),
            torch.manual_seed(-1).initial_seed(),
        ],
        [[-0.693, -0.693], 1, 2**64 - 1],
    ),
    "P1 w.data -= lr * w.grad": (manual_steps, ["Tensor", [0.64, 1.28]]),
    "P2 weight.data = tensor": (weight_set_by_data, [[[1.0, 1.0]], [[3.0, 3.0]]]),
    "P3 out.data.max(1)[1]": (accuracy_by_data, 2),
    "P4 std where there is no spread": (
        lambda: gradient(lambda x: x.std(), 2.0, 2.0, 2.0),
        [0.0, 0.0, 0.0],
    ),
    "P5 std(False), var(True)": (
        lambda: [
            round(torch.tensor([1.0, 2.0, 4.0]).std(False).item(), 4),
            round(torch.tensor([[1.0, 2.0], [3.0, 9.0]]).var(True).item(), 3),
        ],
        [1.2472, 12.917],
    ),
    "P6 Tensor(2, 3), Tensor([1, 2])": (
        lambda: [
            torch.Tensor(2, 3).shape,
            torch.Tensor(2, 3).requires_grad,
            str(torch.Tensor([1, 2]).dtype),
        ],
        [(2, 3), False, "float32"],
    ),
    "P7 sigmoid of bytes and booleans": (
        lambda: [
            [round(v, 3) for v in torch.sigmoid(torch.tensor([1, 5], dtype=torch.uint8)).tolist()],
            [round(v, 3) for v in torch.sigmoid(torch.tensor([True])).tolist()],
        ],
        [[0.731, 0.993], [0.731]],
    ),
    "P9 .grad of another shape or type": (
        lambda: [
            kind(lambda g=g: setattr(torch.ones(2, 3).requires_grad_(), "grad", g))
            for g in (torch.ones(3), np.ones((2, 3)), 0, torch.ones(2, 3).double())
        ],
        ["RuntimeError", "TypeError", "TypeError", "RuntimeError"],
    ),
    "P10 requires_grad of whole numbers": (
        lambda: kind(lambda: setattr(torch.tensor([1]), "requires_grad", True)),
        "RuntimeError",
    ),
    "P11 an operand that knows how to add": (lambda: torch.ones(1) + Money(), "asked"),
    "P15 layer_norm of a million features": (
        lambda: round(F.layer_norm(torch.arange(1e6), (1_000_000,)).std().item(), 5),
        1.0,
    ),
    "P16 track_running_stats switched off": (untracked, [0, [0.0]]),
    "P17 a dataset that grew": (grown_dataset, 4),
    "P18 the loop goes on after an error": (
        lambda: [after_an_error(n) for n in (0, 1)],
        [[0, "error", 2, 3]] * 2,
    ),
    "P19 a list of NumPy's numbers": (
        lambda: [str(torch.tensor([x]).dtype) for x in (np.float64(1), np.ones(2))],
        ["float64", "float64"],
    ),
    "P20 transpose and gather of a single number": (
        lambda: [
            gradient(lambda x: x[0].transpose(0, 0), 2.0),
            torch.tensor(5.0).gather(0, torch.tensor(0)).item(),
        ],
        [[1.0], 5.0],
    ),
    "P21 calculate_gain('leaky_relu', True)": (
        lambda: kind(lambda: nn.init.calculate_gain("leaky_relu", True)),
        "ValueError",
    ),
    "P22 tensor % array": (
        lambda: type(torch.tensor([7]) % np.array([4])).__name__,
        "Tensor",
    ),
    "C any and all of uint8, of several dims": (
        lambda: [
            str(torch.ones(2, dtype=torch.uint8).any().dtype),
            torch.ones(2, 2, 2).all(dim=[0, 1]).tolist(),
        ],
        ["uint8", [True, True]],
    ),
    "C F.linear with one row of weights": (
        lambda: F.linear(torch.ones(2, 3), torch.ones(3)).tolist(),
        [3.0, 3.0],
    ),
    "C the batch size of a made loader": (
        lambda: kind(lambda: setattr(data.DataLoader([1]), "batch_size", 2)),
        "ValueError",
    ),
    "words: softmax of whole numbers": (
        lambda: raised(lambda: F.softmax(torch.tensor([1, 2]), dim=0)),
        "RuntimeError: softmax: input holds int64, not floats: use input.float()",
    ),
    "words: stack of two shapes": (
        lambda: raised(lambda: torch.stack([torch.ones(2), torch.ones(3)])),
        "RuntimeError: stack got inputs of shape (2,) and (3,): all must have the same shape",
    ),
    "words: amin of nothing": (
        lambda: raised(lambda: torch.ones(0).amin()),
        "RuntimeError: amin got inputs of shape (0,): there is no smallest of no values",
    ),
    "words: a word in a tensor": (
        lambda: raised(lambda: "a" in torch.ones(1)),
        "RuntimeError: a tensor holds numbers, so no str",
    ),
    "words: x.cuda()": (
        lambda: kind(lambda: torch.ones(1).cuda()),
        "AssertionError",
    ),
}


if __name__ == "__main__":
    for name, (call, right) in REPORTS.items():
        value = call()
        sys.stdout.write(f"{'' if value == right else 'WRONG '}{name}: {value}\n")
