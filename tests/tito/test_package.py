"""PyTorch's paths on a package of which only some modules are exported, each in a fresh Python."""

import os
import shutil
import subprocess
import sys

import pytest

from tito import package as facades
from tito.catalog import CATALOG, Module, written

NAMES = {
    "": ("float=float32", "max=Linear.max"),
    "nn": ("Linear",),
    "nn.functional": ("relu",),
    "utils.data": ("Dataset",),
}
LAYERS = Module(3, "layers", "Layers", NAMES, imports=(1,))
LATER = Module(9, "later", "Later", {"nn": ("Later",), "nn.utils.soon": ("Soon",)}, planned=True)
NOT_EXPORTED = "nn.Linear is built in module 03, layers: finish it and run `tito export 03`"


def python(package, code: str) -> str:
    """Run `code` where `package` (its parent folder) is found; the last line of what went wrong."""
    environment = {**os.environ, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", "-c", code]  # -P: not the package in the current folder
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (not done.stderr)
    return done.stderr.strip().rpartition("\n")[2]


@pytest.fixture
def package(tmp_path):
    """A student's package before the first export, as the parent folder of `tinytorch`."""
    facades.write((LAYERS, LATER), tmp_path / "tinytorch")
    return tmp_path


def write_layers(package, text: str) -> None:
    (package / "tinytorch" / "core" / "layers.py").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "code",
    [
        "from tinytorch.nn import Linear",
        "import tinytorch.nn; tinytorch.nn.Linear",
        "import tinytorch as torch; torch.nn.Linear(2, 3)",
        "import tinytorch; hasattr(tinytorch.nn, 'Linear')",
    ],
)
def test_a_name_that_is_not_exported_yet_says_how_to_get_it(package, code):
    """Every way to ask gives the same sentence; a from-import would replace an AttributeError's."""
    assert python(package, code) == f"ImportError: {NOT_EXPORTED}"


def test_a_top_level_name_that_is_not_exported_yet_says_so_too(package):
    says = "ImportError: max is built in module 03, layers: finish it and run `tito export 03`"
    assert python(package, "from tinytorch import max") == says


@pytest.mark.parametrize(
    "code",
    [
        "from tinytorch.core.layers import Linear",
        "import tinytorch.core.layers",
        "from tinytorch.core import layers",
        "import importlib; importlib.import_module('tinytorch.core.layers')",
    ],
)
def test_a_core_module_that_is_not_exported_yet_says_so_too(package, code):
    """A notebook imports what the modules before it built by this name."""
    says = "is built in module 03, layers: finish it and run `tito export 03`"
    assert python(package, code) == f"ModuleNotFoundError: tinytorch.core.layers {says}"


def test_an_unknown_core_module_is_an_ordinary_mistake(package):
    code = "import importlib.util; assert importlib.util.find_spec('tinytorch.core.foo') is None"
    assert python(package, code) == ""
    says = "ModuleNotFoundError: No module named 'tinytorch.core.foo'"
    assert python(package, "import tinytorch.core.foo") == says


def test_a_module_that_is_not_written_is_not_said_to_be_there_to_finish(package):
    says = "ImportError: nn.Later is built in module 09, later, which is not written yet"
    assert python(package, "from tinytorch.nn import Later") == says


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("import tinytorch.nn.utils", "nn.utils"),
        ("import tinytorch as torch; torch.nn.utils", "nn.utils"),
        ("from tinytorch.nn import utils", "nn.utils"),
        ("import tinytorch.nn.utils.soon", "nn.utils"),
        ("from tinytorch.nn.utils.soon import Soon", "nn.utils"),
    ],
)
def test_a_path_of_which_nothing_is_written_has_no_file_and_says_so(package, code, path):
    assert not (package / "tinytorch" / "nn" / "utils").exists()
    says = f"tinytorch.{path} is built in module 09, later, which is not written yet"
    assert python(package, code) == f"ModuleNotFoundError: {says}"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import tinytorch; tinytorch.nn.Liner", "AttributeError: module 'tinytorch.nn' has no"),
        ("import tinytorch; tinytorch.foo", "AttributeError: module 'tinytorch' has no attribute"),
        ("from tinytorch.nn import Liner", "ImportError: cannot import name 'Liner' from"),
        ("import tinytorch.foo", "ModuleNotFoundError: No module named 'tinytorch.foo'"),
    ],
)
def test_an_unknown_name_is_an_ordinary_mistake(package, code, says):
    assert python(package, code).startswith(says)


def test_tools_that_look_around_find_nothing_odd(package):
    """inspect, doctest and pytest ask modules for names that nobody defined."""
    code = """
import inspect, doctest, tinytorch, tinytorch.nn
assert not hasattr(tinytorch, "__wrapped__") and not hasattr(tinytorch.nn, "pytest_plugins")
assert getattr(tinytorch.nn, "__test__", None) is None
assert [name for name, value in inspect.getmembers(tinytorch.nn)] == ["functional"]
assert inspect.unwrap(tinytorch) is tinytorch and inspect.getdoc(tinytorch.nn)
doctest.DocTestFinder().find(tinytorch)
"""
    assert python(package, code) == ""


def test_submodules_are_attributes_and_can_be_imported(package):
    """PyTorch's users write `torch.nn.functional` after `import torch`."""
    code = """
import tinytorch as torch
assert torch.nn.functional.__name__ == "tinytorch.nn.functional"
assert torch.utils.data.__name__ == "tinytorch.utils.data"
import tinytorch.nn.functional as F
from tinytorch.utils import data
from tinytorch import nn
assert F is nn.functional and data is torch.utils.data
"""
    assert python(package, code) == ""


def test_what_is_exported_is_found_and_listed(package):
    """Also under the names of built-in functions, which the package itself must go on using."""
    write_layers(package, "class Linear: max = 'm'\ndef relu(x): return x\nfloat32 = 'f'\n")
    code = """
import builtins, tinytorch as torch
assert dir(torch) == ["core", "float", "max", "nn", "utils"]
assert dir(torch.nn) == ["Linear", "functional"]
assert torch.float == "f" and torch.max == "m" and max is builtins.max
assert torch.nn.Linear is torch.nn.Linear is torch.core.layers.Linear
from tinytorch.nn.functional import *
assert relu(1) == 1
from tinytorch import *
assert max == "m"
"""
    assert python(package, code) == ""


def test_a_star_import_of_what_is_not_exported_yet_gives_nothing(package):
    code = "from tinytorch.nn import *\nassert 'Linear' not in globals()"
    assert python(package, code) == ""


def test_an_export_is_seen_without_a_new_start(package):
    """A student exports from one notebook while another one is open."""
    code = f"""
import pathlib, tinytorch as torch
try:
    torch.nn.Linear
except ImportError:
    pathlib.Path({str(package)!r}, "tinytorch/core/layers.py").write_text("class Linear: pass")
assert torch.nn.Linear.__module__ == "tinytorch.core.layers" and dir(torch.nn)[0] == "Linear"
"""
    assert python(package, code) == ""


@pytest.mark.parametrize(
    "ask", ["from tinytorch.nn import Linear", "import tinytorch; tinytorch.nn.Linear"]
)
@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("import nunpy", "ModuleNotFoundError: No module named 'nunpy'"),
        (
            "import math\nmath.squirt",
            "ImportError: tinytorch/core/layers.py does not run: module 'math'",
        ),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def f(:", "SyntaxError: invalid syntax"),
    ],
)
def test_a_broken_module_shows_its_own_mistake(package, ask, broken, says):
    """Never `not built yet`: the student has built it."""
    write_layers(package, broken)
    assert python(package, ask).startswith(says)


def test_a_name_that_an_export_lacks_says_how_to_add_it(package):
    write_layers(package, "def relu(x): return x")
    assert python(package, "from tinytorch.nn import Linear") == (
        "ImportError: nn.Linear is built in module 03, layers, but tinytorch/core/layers.py does "
        "not define Linear: define it in a cell that begins with `#| export` and run "
        "`tito export 03`"
    )


def test_the_facades_need_only_the_standard_library(package):
    """NumPy is loaded by what the student builds; the tool need not be installed at all."""
    code = """
import sys, tinytorch.nn.functional, tinytorch.utils.data
foreign = {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names
assert not {"tito", "numpy", "rich"} & foreign, foreign
"""
    assert python(package, code) == ""


def test_every_path_of_the_course_can_be_imported(tmp_path):
    facades.write(CATALOG, tmp_path / "tinytorch")
    paths = sorted({path for module in written() for path in module.exports if path})
    lines = [f"import tinytorch.{path}" for path in paths]
    lines += [f"assert torch.{path}.__name__ == 'tinytorch.{path}'" for path in paths]
    assert python(tmp_path, "\n".join(["import tinytorch as torch", *lines])) == ""
    assert (tmp_path / "tinytorch/nn/utils/__init__.py").is_file()


def test_every_name_of_the_course_says_where_it_comes_from(tmp_path):
    facades.write(CATALOG, tmp_path / "tinytorch")
    asked = [
        (f"tinytorch.{path}".rstrip("."), name, f"module {module.number:02d}, {module.stem}")
        for module in CATALOG
        for path, names in module.public.items()
        for name in names
    ]
    code = f"""
import importlib
for path, name, home in {asked!r}:
    try:
        getattr(importlib.import_module(path), name)
    except ImportError as error:
        assert home in str(error), (path, name, error)
    else:
        raise AssertionError((path, name))
"""
    assert len(asked) > 100
    assert python(tmp_path, code) == ""


def test_the_version_is_that_of_pyproject(package):
    code = f"import tinytorch; assert tinytorch.__version__ == {facades.version()!r}"
    assert python(package, code) == ""


def test_the_files_say_whom_they_are_for(package, built_toy):
    """A student has no `tito build`, and nothing to edit there; an author has another file."""
    for name, text in facades.files((LAYERS, LATER)).items():
        assert (package / "tinytorch" / name).read_text(encoding="utf-8") == text
        assert text.startswith("# part of the course, written anew by `tito start`")
        assert "tito build" not in text
    ours = (built_toy.package / "_lazy.py").read_text(encoding="utf-8")
    assert ours.startswith("# generated from tito/lazy.py by `tito build`: edit that file\n")


def test_the_files_are_the_same_at_every_writing(package, tmp_path):
    facades.write((LAYERS, LATER), tmp_path / "again")
    for path in (tmp_path / "again").rglob("*.py"):
        other = package / "tinytorch" / path.relative_to(tmp_path / "again")
        assert path.read_bytes() == other.read_bytes()
    assert (tmp_path / "again" / "core" / "__init__.py").is_file()


def test_the_built_toy_works_from_a_folder_of_its_own(built_toy, tmp_path):
    """With NumPy and the package, and without the course around it."""
    shutil.copytree(built_toy.package, tmp_path / "tinytorch")
    code = """
import tinytorch as torch
assert torch.double(2) == 4 and torch.nn.total(2.0) == 5.0
from tinytorch import Pair
assert Pair(4).high == 8
"""
    assert python(tmp_path, code) == ""
