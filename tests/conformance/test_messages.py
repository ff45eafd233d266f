"""Every public name, given something wrong, says in words of its own what is wrong.

`right_arguments.py` has arguments that are right for each name; every one of them, and every other
parameter, is replaced by each of `WRONG` in turn. A call may well work (PyTorch decides that: see
`test_generated.py`), but what it raises must have been written by somebody for whoever made the
mistake: raised by a `raise` of our own, without the words of NumPy or of Python's insides.
"""

import inspect
import operator
import re
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from conformance.generated import RECIPES
from conformance.generated_more import MORE
from conformance.right_arguments import CALLED, MEMBERS, RIGHT, by_program
from conformance.test_covered import methods_of_tensor, public

import tinytorch as torch

PACKAGE = Path(torch.__file__).parent
RAW = re.compile(
    r"<lambda>|<locals>|<function|\bufunc|operand|\baxis\b|\baxes\b|numpy|broadcast together"
    r"|object has no attribute|object is not|cannot be interpreted|not supported between"
    r"|unsupported|must be real number|\bforward\(\)|_forward\b|tuple index|list index|NoneType' "
)
WRONG: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "a word": lambda: "a",
    "an object": object,
    "a list of a word": lambda: [1.0, "a"],
    "a dict": dict,
    "a fraction": lambda: 2.5,
    "a number below 0": lambda: -7,
    "a large number": lambda: 1000,
    "a truth": lambda: True,
    "a complex number": lambda: 1j,
    "a function": lambda: len,
    "an array": lambda: np.ones(3),
    "a tensor of four dimensions": lambda: torch.ones(2, 3, 4, 5),
    "a tensor of no dimension": lambda: torch.tensor(1.0),
    "a tensor of integers": lambda: torch.arange(7),
    "a tensor of booleans": lambda: torch.tensor([True, False]),
    "a tensor of nothing": lambda: torch.ones(0),
}
# {public name, or how it begins: why nothing wrong is tried}
EXCEPTIONS = {
    **dict.fromkeys(("Size", "dtype", "finfo", "iinfo"), "they are Python's and NumPy's own"),
    "autograd.Function": "there are no instances: script_cases.py has its error",
    "autograd.function.": "the same, and a decorator that changes nothing",
    "optim.lr_scheduler.LRScheduler": "a base class: it has no rate",
    "nn.utils.prune.global_unstructured": "by keywords: tests/16_compression has its errors",
    "nn.utils.prune.L1Unstructured": "the same",
    "compression.low_rank": "exercises on arrays, whose errors their docstrings name",
    "compression.distillation_loss": "the same",
    "compression.thinner": "the same",
    "profiler.ProfilerActivity": "it has members, and no calls",
    "cuda.": "they take anything, or ask for a GPU: script_cases.py has their errors",
}
# Methods of tensors of which nothing wrong is tried: attributes, what takes nothing, a GPU, and a
# stretch exercise.
UNTRIED = {"T", "mT", "is_cuda", "data_ptr", "share_memory_", "pin_memory", "half", "cuda"}
UNTRIED |= {"unfold"}
# The other operators return NotImplemented, and Python says that the types do not fit.
OPERATORS = ("getitem", "setitem")
# Parameters that only a line of the student's own looks at.
OWN = {("autograd.backward", "retain_graph"), ("nn.utils.clip_grad_norm_", "error_if_nonfinite")}


def named(name: str) -> Callable:
    return reduce(getattr, name.split("."), torch)


def right_of(name: str) -> Callable[[], tuple] | None:
    """The function that makes right arguments of a public name; None if there is none yet."""
    if name in RIGHT:
        return RIGHT[name]
    path, _, last = name.rpartition(".")
    form = {"": "torch", "nn.functional": "functional"}.get(path, path)
    if right := by_program(form, last):
        return right
    kinds = {parameter.kind for parameter in parameters_of(named(name))}
    takes_anything = kinds <= {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return tuple if takes_anything else None


def parameters_of(call: Callable) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(call).parameters.values())
    except ValueError:  # NumPy's and Python's own
        return []


def functions() -> list[str]:
    """The public names that can be called."""
    names = [name for name in public() if callable(named(name))]
    return [name for name in names if not name.startswith(tuple(EXCEPTIONS))]


def calls() -> Iterator:
    """(name, what is called, the function that makes its right arguments, from which one on)."""
    seen = set()
    for name in functions():
        right = right_of(name)
        if right is not None and (public()[name] not in seen or name in RIGHT):
            seen.add(public()[name])
            yield name, named(name), right, 0
    for name, right in CALLED.items():
        yield f"nn.{name}()", lambda module, *args: module(*args), right, 1
    for name, right in MEMBERS.items():
        yield name, named(name), right, 1
    for name in sorted(methods_of_tensor()):
        right = by_program("method", name)
        if right is not None and f"Tensor.{name}" not in MEMBERS:
            yield f"Tensor.{name}", getattr(torch.Tensor, name), right, 1
    for recipe in (*RECIPES, *MORE):
        form, _, name = recipe.partition(".")
        if form == "operator" and name in OPERATORS:
            yield f"operator.{name}", getattr(operator, name), by_program(form, name), 1


def places(call: Callable, args: tuple, first: int) -> Iterator[int | str]:
    """What to replace: arguments by their place, and the parameters they leave out by name."""
    yield from range(first, len(args))
    by_name = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    taken = 0
    for parameter in parameters_of(call):
        by_place = parameter.kind in (inspect.Parameter.POSITIONAL_ONLY, by_name[0])
        taken += by_place
        if parameter.kind in by_name and (not by_place or taken > len(args)):
            yield parameter.name


def with_wrong(args: tuple, place: int | str, wrong: object) -> tuple[list, dict]:
    """The arguments, by place and by name, with a wrong one at `place`."""
    if isinstance(place, str):
        return list(args), {place: wrong}
    return [*args[:place], wrong, *args[place + 1 :]], {}


def complaint(call: Callable, args: list, kwargs: dict | None = None) -> str:
    """What is raw about the error of a call, "" if nothing."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            call(*args, **(kwargs or {}))
    except Exception as error:  # noqa: BLE001 - any error may come, and its words are read
        frame = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error}"
        if found := RAW.search(str(error)):
            return f"{told} (the words {found[0]!r})"
        is_ours = Path(frame.filename).is_relative_to(PACKAGE) and "raise" in (frame.line or "")
        if not is_ours and not isinstance(error, OSError):
            return f"{told} (raised by {frame.line!r} in {frame.name})"
    finally:
        torch.set_grad_enabled(True)
    return ""


@pytest.mark.parametrize(
    ("name", "call", "right", "first"), [pytest.param(*c, id=c[0]) for c in calls()]
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_errors_are_in_words(name, call, right, first, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a word may be a path to write to
    call(*right())
    found = []
    for place in places(call, right(), first):
        for what, wrong in WRONG.items():
            args, kwargs = with_wrong(right(), place, wrong())
            called = isinstance(place, int) and isinstance(right()[place], types.FunctionType)
            if (what == "a function" and called) or (name, place) in OWN:
                continue  # what it does is the caller's own
            if told := complaint(call, args, kwargs):
                found.append(f"{what} as argument {place}: {told}")
    assert not found, f"{len(found)} raw messages:\n" + "\n".join(found[:40])


def test_every_public_name_has_arguments():
    have = {public()[name] for name in functions() if right_of(name) is not None}
    left = [name for name in functions() if public()[name] not in have]
    row = f'"{left[0]}": lambda: (x(), 1),' if left else ""
    assert left == [], f"add right arguments to RIGHT in right_arguments.py: a row such as {row}"


def test_every_layer_is_called_with_wrong_arguments():
    layers = [named(name) for name in functions() if name.startswith("nn.")]
    module = torch.nn.Module
    layers = [one for one in layers if isinstance(one, type) and issubclass(one, module)]
    layers = [one for one in layers if one.forward is not module.forward]
    left = [one.__name__ for one in layers if one.__name__ not in CALLED]
    row = f'"{left[0]}": lambda: (nn.{left[0]}(...), x()),' if left else ""
    assert left == [], f"add the layer and its input to CALLED: a row such as {row}"


def test_every_method_of_a_tensor_has_arguments():
    tried = {name.rpartition(".")[2] for name, *_ in calls()}
    assert methods_of_tensor() - UNTRIED - tried == set(), "add a recipe to generated.py"


def test_raw_messages_are_found():
    assert "has no attribute" in complaint(lambda x: x.shape, [1])
    assert "operand" in complaint(np.add, [np.ones(2), np.ones(3)])
    assert complaint(torch.nn.functional.relu, [[1.0]]) == ""
