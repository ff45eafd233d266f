"""`tito integrate`: scenario notebooks on the student's own package, in real kernels."""

import ast

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from student_work import RIGHT, run, solve

from tito import catalog
from tito.course import here
from tito.errors import Mistake
from tito.imports import builder, needed, uses
from tito.script import cells_of
from tito.student import export as exporting
from tito.student import integrate

DRAWS = "import matplotlib.pyplot as plt\nplt.plot([1, double(1)])\nplt.show()"


@pytest.fixture
def scenario(course):
    """Write a scenario notebook into the course."""

    def make(name, *sources):
        course.scenario_notebooks.mkdir(parents=True, exist_ok=True)
        path = course.scenario_notebooks / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
        return path

    return make


@pytest.fixture
def solved(space, pair, said):
    solve(space, pair, **RIGHT)
    exporting.export(space, pair, said.append)
    return space


def test_a_scenario_that_passes_leaves_its_figures(solved, scenario):
    path = scenario("flow", "from tinytorch import double", "assert double(2) == 4", DRAWS)
    result = integrate.integrate(solved, path)
    assert (result.state, result.sentence) == ("passed", "")
    assert [module.folder for module in result.modules] == ["01_pair"]
    [picture] = result.pictures
    assert picture == solved.root / "integrate" / "flow-1.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert nbformat.read(result.notebook, 4).cells[2].outputs
    assert not any(cell.outputs for cell in nbformat.read(path, 4).cells)


def test_a_scenario_that_fails_says_which_layer(solved, scenario):
    path = scenario(
        "flow",
        "from tinytorch import double",
        'assert double(2) == 5, "step 3: the gradient of 0.weight is zero"',
        'never_defined\nassert False, "not reached"',
        'assert double(2) == 6, "step 4: no gradient reaches 1.bias"',
    )
    result = integrate.integrate(solved, path)
    assert result.state == "failed"
    assert result.sentence.splitlines() == [
        "the gradient of 0.weight is zero, at step 3",
        "  no gradient reaches 1.bias, at step 4",
    ]


def test_an_error_in_the_students_code_is_placed(space, pair, said, scenario):
    solve(space, pair, double="return x.nix", halve="return x")
    exporting.export(space, pair, said.append)
    sentence = integrate.integrate(space, scenario("flow", "import tinytorch as t\nt.double(2)"))
    assert "AttributeError: 'int' object has no attribute 'nix'" in sentence.sentence
    assert "in your module 01_pair: tinytorch/core/pair.py, line" in sentence.sentence


def test_a_scenario_waits_for_what_is_not_exported(solved, scenario):
    result = integrate.integrate(solved, scenario("flow", "from tinytorch.nn import total"))
    assert (result.state, result.notebook) == ("not yet", None)
    assert result.sentence == "it needs 02_total: run `tito export 02`"
    result = integrate.integrate(solved, scenario("far", "from tinytorch import nn\nnn.Later"))
    assert result.sentence == "it needs 03_later, which is not written yet"


def test_the_kernel_of_a_scenario_may_die(solved, scenario):
    result = integrate.integrate(solved, scenario("flow", "import os\nos._exit(3)", "1"))
    assert result.state == "failed"
    assert "the kernel died while this cell ran" in result.sentence


def test_figures_of_an_earlier_run_go(solved, scenario):
    integrate.integrate(solved, scenario("flow", "from tinytorch import double", DRAWS))
    integrate.integrate(solved, scenario("flow", "1"))
    assert list((solved.root / "integrate").glob("*.png")) == []


def test_the_command(monkeypatch, capsys, course, solved, scenario):
    scenario("bad", "import tinytorch\nassert tinytorch.double(1) == 3, 'twice 1 is not 3'")
    scenario("good", "import tinytorch\nassert tinytorch.double(1) == 2")
    code, printed = run(monkeypatch, capsys, course, solved.root, "integrate")
    assert code == 1
    assert "│ bad │ 01 │ failed │ │ good │ 01 │ passed │" in printed
    assert "bad: twice 1 is not 3" in printed
    code, printed = run(monkeypatch, capsys, course, solved.root, "integrate", "good")
    assert code == 0
    assert "see integrate/good.ipynb" in printed
    code, printed = run(monkeypatch, capsys, course, solved.root, "integrate", "nix")
    assert code == 2
    assert "there is no scenario 'nix': choose one of bad, good" in printed


def test_no_scenarios_at_all(space):
    with pytest.raises(Mistake, match="there are no scenario notebooks in"):
        integrate.scenarios(space)


# what code uses


def test_the_courses_own_scenarios_need_what_they_say():
    course, found = here(), {}
    for path in course.scenario_notebooks.glob("*.ipynb"):
        cells = cells_of(nbformat.read(path, as_version=4))
        trees = [ast.parse(cell.source) for cell in cells if cell.kind == "code"]
        found[path.stem] = [module.number for module in needed(trees, course.catalog)]
    assert found["gradient_flow"] == [1, 2]
    assert found["integration_xor"] == found["integration_mnist"] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("code", "stem"),
    [
        ("import tinytorch as torch\ntorch.tensor(1)", "tensor"),
        ("import tinytorch.nn\ntinytorch.nn.functional.relu(x)", "layers"),
        ("from tinytorch.nn import functional as F\nF.cross_entropy", "losses"),
        ("from tinytorch import optim\noptim.lr_scheduler.StepLR", "optimizers"),
        ("from tinytorch.core import autograd", "autograd"),
        ("import tinytorch.core.training as t\nt.Trainer", "training"),
        ("from .autograd import backward", "autograd"),
        ("from ..nn import Linear", "layers"),
        ("from tinytorch.optim import *", None),
        ("import numpy.linalg as nn\nnn.Linear", None),
        ("f().tinytorch.nn.Linear", None),
        ("def f():\n    import tinytorch as t\n    return t.nn.BatchNorm1d", "normalization"),
    ],
)
def test_who_builds_a_name(code, stem):
    found = [builder(use.name, catalog.CATALOG) for use in uses(ast.parse(code))]
    assert {module.stem for module in found if module} == ({stem} if stem else set())
