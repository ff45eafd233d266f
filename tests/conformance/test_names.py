"""Every public name is itself: its own name, and a docstring of its own that tells what it takes.

help(), Shift-Tab in JupyterLab, repr() and tracebacks show these.
"""

import importlib
import inspect
import re
import traceback
from operator import attrgetter

import pytest

import tinytorch
from tinytorch.core.layers import Module
from tinytorch.core.tensor import Tensor
from tito.catalog import written

SHAPES = re.compile(r"[Ss]hape|\([mnNC](, |,\))")
# No array goes in or comes out.
SHAPELESS = {
    "manual_seed",
    "Generator",
    "no_grad",
    "enable_grad",
    "set_grad_enabled",
    "is_grad_enabled",
    "autograd.detect_anomaly",
    "autograd.draw_graph",
    "nn.Module",
    "nn.Sequential",
    "nn.ModuleList",
    "nn.init.calculate_gain",
    "utils.data.Dataset",
    "utils.data.Subset",
    "utils.data.random_split",
    "utils.data.DataLoader",
    "utils.data.Sampler",
    "utils.data.SequentialSampler",
    "utils.data.RandomSampler",
    "utils.data.BatchSampler",
    *(f"profiler.{name}" for name in ("profile", "record_function", "ProfilerActivity")),
    *(f"profiler.{name}" for name in ("count_flops", "count_memory")),
}
# PyTorch has nothing of the kind, so no page to point to.
OURS = {"autograd.draw_graph", "datasets.read_mnist"} | {
    f"profiler.count_{what}" for what in ("flops", "memory")
}
SHAPELESS_PATHS = ("optim", "training", "text")
OUR_PATHS = ("training", "transforms", "text", "quantization", "compression")
# Python calls these, nobody else; what they do is in the class's docstring or in Python's own.
OF_PYTHON = {"__init__", "__repr__", "__format__"}


def public():
    """(public name, the name it has in its module, what it is) of all that can be called.

    What has two paths, such as relu, comes once.
    """
    seen = set()
    for module in written():
        core = importlib.import_module(f"tinytorch.core.{module.stem}")
        for path, names in module.public.items():
            for name, home in names.items():
                thing = attrgetter(home)(core)
                if callable(thing) and id(thing) not in seen:
                    seen.add(id(thing))
                    full = f"{path}.{name}".lstrip(".")
                    yield pytest.param(full, home, thing, id=full)


def members(*classes):
    """(class, name, function) of all methods and properties that a class itself defines."""
    for cls in classes:
        for name, member in vars(cls).items():
            function = member.fget if isinstance(member, property) else member
            if inspect.isfunction(function):
                yield pytest.param(cls, name, function, id=f"{cls.__name__}.{name}")


PUBLIC = list(public())
CLASSES = {param.values[2] for param in PUBLIC if inspect.isclass(param.values[2])}
OTHERS = sorted(CLASSES - {Tensor, Module}, key=lambda cls: cls.__name__)


def docstring(thing) -> str:
    """The docstring of a function or class itself, not one that it inherits."""
    text = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    return inspect.cleandoc(text or "")


@pytest.mark.parametrize(("full", "home", "thing"), PUBLIC)
def test_public_names_are_their_own(full, home, thing):
    assert thing.__qualname__ == home
    assert thing.__name__ == home.rpartition(".")[2]
    assert thing.__module__.startswith(("tinytorch.core.", "tinytorch.lib."))


@pytest.mark.parametrize(("full", "home", "thing"), PUBLIC)
def test_public_docstrings_tell_shapes_and_source(full, home, thing):
    text, path = docstring(thing), full.split(".")[0]
    assert re.match(r".{9,}", text), "no docstring of its own"
    tells = bool(SHAPES.search(text))
    assert tells or full in SHAPELESS or path in SHAPELESS_PATHS, f"no shapes in {text!r}"
    assert "Source: " in text or full in OURS or path in OUR_PATHS, f"no source in {text!r}"


@pytest.mark.parametrize(("cls", "name", "function"), list(members(Tensor, Module)))
def test_members_are_their_own_and_documented(cls, name, function):
    assert function.__name__ == function.__code__.co_name == name
    assert function.__qualname__ == function.__code__.co_qualname == f"{cls.__name__}.{name}"
    assert name in OF_PYTHON or docstring(function).endswith((".", "html")), "no docstring"


@pytest.mark.parametrize(("cls", "name", "function"), list(members(*OTHERS)))
def test_members_of_other_classes_are_documented(cls, name, function):
    """`forward` and the like by the class that asks for them."""
    assert function.__name__ == name
    assert name.startswith("_") or inspect.getdoc(getattr(cls, name))


def test_slots_are_documented():
    for name in Tensor.__slots__:
        assert inspect.getdoc(getattr(Tensor, name)), name


def test_tracebacks_name_the_method():
    with pytest.raises(RuntimeError) as caught:
        tinytorch.ones(2).add(tinytorch.ones(3))
    names = [frame.name for frame in traceback.extract_tb(caught.tb)]
    assert names[1:] == ["add", "__call__"]


def test_help_is_that_of_the_name(capsys):
    help(tinytorch.exp)
    shown = capsys.readouterr().out
    assert shown.startswith("Help on function exp in module tinytorch.core.tensor:\n\nexp(self)\n")
    assert "generated/torch.exp.html" in shown
    assert repr(tinytorch.sin).startswith("<function Tensor.sin at ")
