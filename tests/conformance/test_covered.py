"""Every public name has a case: what no table compares with PyTorch might be anything.

The tables run on our framework as it is, and what they ask it for is noted.
"""

from types import ModuleType
from typing import Any

import pytest
from conformance import cases, data_cases, optim_cases, plain_cases, vision_cases
from conformance.generated import RECIPES
from conformance.generated_more import MORE

import tinytorch
from tito.catalog import written

OURS = "PyTorch has nothing of the kind"
# {public name, or a path and a dot: why there is nothing to compare}
EXCEPTIONS = {
    "datasets.": OURS,
    "models.": f"{OURS}; test_gpt.py compares with a GPT that is written in PyTorch",
    "text.": "PyTorch has nothing of the kind; test_tokens.py has tiktoken's ids",
    "training.": OURS,
    "transforms.": "PyTorch has no transforms; torchvision's are other ones",
    "autograd.draw_graph": OURS,
    **{f"nn.{kind}Positions": OURS for kind in ("Sinusoidal", "Learned", "Rotary")},
    "profiler.count_": OURS,
    "quantization.": "PyTorch's is deprecated; its fake_quantize functions have cases",
    "compression.": OURS,
    **{
        f"cuda.{name}": "it needs a GPU: ERRORS of script_cases.py has its error"
        for name in ("current_device", "get_device_", "set_device", "synchronize")
    },
    "autograd.detect_anomaly": "PyTorch's finds other anomalies: docs/differences.md says which",
}


class Watched:
    """A framework that notes in `asked` which of its public names it is asked for."""

    def __init__(self, module: ModuleType, asked: set[str], path: str = ""):
        self.module, self.asked, self.path = module, asked, path

    def __getattr__(self, name: str) -> Any:
        value, full = getattr(self.module, name), f"{self.path}{name}"
        self.asked.add(full)
        return Watched(value, self.asked, f"{full}.") if isinstance(value, ModuleType) else value


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """The public names that some case uses, or some recipe of the generated calls."""
    names: set[str] = set()
    torch = Watched(tinytorch, names)
    for case in (*cases.CASES, *vision_cases.CASES):
        cases.run(torch, case, cases.inputs(case, case.shapes[0], "float64"))
    for name in optim_cases.CASES:
        optim_cases.run(torch, name, steps=1)
    for call in (*data_cases.CASES.values(), *plain_cases.CASES.values()):
        call(torch)
    forms = {"torch": "", "functional": "nn.functional."}
    recipes = (recipe.partition(".") for recipe in (*RECIPES, *MORE))
    return names | {forms[form] + name for form, _, name in recipes if form in forms}


def public() -> dict[str, str]:
    """{public name: what it is, as "stem.name" or "extra.stem.name"}; two may be one thing."""
    return {
        f"{path}.{name}".lstrip("."): home
        for module in written()
        for path, names in module.homes.items()
        for name, home in names.items()
    }


def without_case(asked: set[str]) -> list[str]:
    """The public names that no case uses, under no name, and that are no exception."""
    compared = {home for name, home in public().items() if name in asked}
    return [
        name
        for name, home in public().items()
        if home not in compared and not name.startswith(tuple(EXCEPTIONS))
    ]


def test_every_public_name_has_a_case(asked):
    assert without_case(asked) == [], "add a case to one of the tables, then run `make record`"


def test_a_name_without_a_case_is_told(asked):
    assert without_case(asked - {"tanh", "optim.Adam"}) == ["tanh", "optim.Adam"]


def test_no_exception_is_out_of_date(asked):
    for exception in EXCEPTIONS:
        names = [name for name in public() if name.startswith(exception)]
        assert names, f"nothing is called {exception}"
        assert not asked.intersection(names), f"{exception} has a case by now"


# {method of Tensor: why no call of it is generated}
UNGENERATED = {
    "unfold": "it is a stretch exercise; tests/01_tensor has its answers",
    "T": "cases.py has its case",
    "mT": "cases.py has its case",
    "register_hook": "script_cases.py has its case",
    "device": "script_cases.py has its case",
    "is_cuda": "script_cases.py has its case",
    "half": "there is no float16: docs/differences.md",
    "pin_memory": "PyTorch raises without a GPU: docs/differences.md",
    "share_memory_": "threads share all memory: it is the tensor itself",
    "data_ptr": "an address is another one each time",
    "new": "deprecated in PyTorch, which says so: new_tensor and new_empty are called",
}


def ungenerated(methods: set[str]) -> set[str]:
    """The methods of Tensor that `generated.py` does not call, and that are no exception."""
    return {name for name in methods if f"method.{name}" not in {**RECIPES, **MORE}} - set(
        UNGENERATED
    )


def methods_of_tensor() -> set[str]:
    return {name for name in dir(tinytorch.Tensor) if name[0] != "_"} - {
        name for name, value in vars(tinytorch.Tensor).items() if not callable(value)
    }


def test_every_method_of_a_tensor_is_called_by_program():
    assert ungenerated(methods_of_tensor()) == set(), "add a recipe to generated.py"


def test_a_method_that_is_not_called_is_told():
    assert ungenerated({"sum", "frobnicate"}) == {"frobnicate"}


def test_every_function_on_tensors_is_called_by_program_or_has_a_case(asked):
    known = {name for name in public() if f"torch.{name}" in {**RECIPES, **MORE}} | asked
    names = [name for name in public() if "." not in name and callable(getattr(tinytorch, name))]
    assert [name for name in names if name not in known] == []
