"""The public API has PyTorch's paths and signatures, and ordinary training scripts run on it.

The names come from the catalog, so a new module is tested as soon as it is written. What PyTorch's
signatures are is recorded in `tests/conformance/recorded.json`; the scripts lie in
`tests/conformance/pytorch_scripts/`, and `make conformance` runs them on PyTorch as well.
"""

import importlib
import inspect
import json
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest
from conformance import scripts

import tinytorch
from tito.catalog import written

RECORD = Path(__file__).resolve().parents[1] / "conformance" / "recorded.json"
CALLS = json.loads(RECORD.read_text(encoding="utf-8"))["calls"]
NAMES = [
    (path, name, f"tinytorch.core.{module.stem}", home)
    for module in written()
    for path, names in module.public.items()
    for name, home in names.items()
]
# What PyTorch does not have there: docs/differences.md says why.
OUR_OWN = (
    *("datasets.", "transforms.", "training.", "text.", "autograd.draw_graph", "profiler.count_"),
    *("nn.SinusoidalPositions", "nn.LearnedPositions", "nn.RotaryPositions"),
    *("models.", "quantization.", "compression."),
)
# Called otherwise on purpose. `extend` has two names for its parameter in PyTorch itself.
OTHER_POSITIONS = {
    "autograd.backward",
    "nn.Sequential.extend",
    "optim.lr_scheduler.SequentialLR.step",
}
OTHER_DEFAULTS = {
    ("autograd.backward", "retain_graph"),  # None there means what False means
    ("nn.Parameter", "data"),
    ("nn.parameter.Parameter", "data"),
    ("nn.ModuleList", "modules"),
    ("nn.Softmax", "dim"),
    ("nn.functional.softmax", "dim"),
    ("nn.functional.log_softmax", "dim"),
}


def full_name(path: str, name: str) -> str:
    return f"{path}.{name}".lstrip(".")


def recorded_calls():
    """What is public here, and the methods of public classes, if PyTorch's call is recorded."""
    for path, name, *_ in NAMES:
        full = full_name(path, name)
        ours = attrgetter(full)(tinytorch)
        methods = inspect.getmembers(ours, inspect.isfunction) if inspect.isclass(ours) else []
        for found in (full, *(f"{full}.{method}" for method, _ in methods)):
            if found in CALLS and not found.endswith(".forward"):  # its input has many names
                yield found


def parameters_of(full: str) -> list[inspect.Parameter]:
    """Ours, but for the first one, which nobody names: `input` there is `x` or `self` here."""
    function = attrgetter(full)(tinytorch)
    skipped = 0 if inspect.isclass(function) else 1
    return list(inspect.signature(function).parameters.values())[skipped:]


calls = pytest.mark.parametrize("full", list(recorded_calls()))


@pytest.mark.parametrize(("path", "name", "core", "home"), NAMES)
def test_quick_every_name_is_at_pytorchs_path(path, name, core, home):
    """By import and by attributes, it is the very thing that the module exports."""
    place = importlib.import_module(f"tinytorch.{path}".rstrip("."))
    wanted = attrgetter(home)(importlib.import_module(core))
    assert getattr(place, name) is wanted
    assert attrgetter(full_name(path, name))(tinytorch) is wanted
    assert name in dir(place)


def test_quick_pytorch_has_every_name_that_is_not_our_own():
    signatures = json.loads(RECORD.read_text(encoding="utf-8"))["signatures"]
    names = [full_name(path, name) for path, name, *_ in NAMES]
    callables = [full for full in names if callable(attrgetter(full)(tinytorch))]
    unknown = [full for full in callables if full not in signatures]
    # What has no signature in PyTorch that could be recorded.
    quiet = {
        "log_softmax",
        "no_grad",
        "relu",
        "is_grad_enabled",
        "Tensor",
        "Generator",
        "default_generator",
        "profiler.ProfilerActivity",
        "nn.utils.prune.L1Unstructured",
        "nn.functional.scaled_dot_product_attention",
    }
    quiet |= {"utils.data.Dataset", "utils.data.Sampler"}
    quiet |= {"utils.data.dataset.Dataset", "utils.data.sampler.Sampler"}
    assert [full for full in unknown if not full.startswith(OUR_OWN) and full not in quiet] == []


@calls
def test_quick_arguments_by_position_mean_what_they_mean_in_pytorch(full):
    ours = [p.name for p in parameters_of(full) if p.kind is p.POSITIONAL_OR_KEYWORD]
    theirs = CALLS[full]["positional"]
    theirs = theirs if inspect.isclass(attrgetter(full)(tinytorch)) else theirs[1:]
    agree = ours == theirs[: len(ours)]
    assert agree == (full not in OTHER_POSITIONS), f"PyTorch takes {theirs}, we take {ours}"


@calls
def test_quick_defaults_are_pytorchs(full):
    theirs = CALLS[full]["defaults"]
    for p in parameters_of(full):
        if p.name in theirs:
            same = theirs[p.name] == repr(p.default)
            assert same == ((full, p.name) not in OTHER_DEFAULTS), (
                f"{p.name} is {p.default!r} here and {theirs[p.name]} in PyTorch"
            )


@pytest.mark.parametrize("name", scripts.SCRIPTS)
def test_ordinary_scripts_train(name):
    """Only the imports are changed; the scripts check themselves, too."""
    model, losses, goal = scripts.ordinary(name, ours=True)
    assert isinstance(model, tinytorch.nn.Module)
    assert np.mean(losses[-5:]) < goal < losses[0] / 2
    for key, parameter in model.named_parameters():
        assert parameter.grad is not None, f"no gradient reaches {key}"
        assert np.abs(parameter.grad.numpy()).max() > 0, f"the gradient of {key} is 0"


def test_the_scripts_are_ordinary():
    """They name PyTorch alone, in import lines that are replaced, and cover what there is."""
    texts = [
        (scripts.FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in scripts.SCRIPTS
    ]
    assert len(texts) >= 7
    assert not any("tinytorch" in text for text in texts)
    together = "\n".join(texts)
    for idiom in (
        "import torch.nn.functional as F", "from torch import nn, optim", "zero_grad", ".eval()",
        "clip_grad_norm_", "StepLR", "OneCycleLR", "momentum=", "load_state_dict", "Dropout",
        "register_buffer", "(Dataset)", "ACCUMULATION_STEPS", "BatchNorm1d", "DataLoader(",
    ):  # fmt: skip
        assert idiom in together
