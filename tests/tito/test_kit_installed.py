"""A kit, unpacked and installed in a Python that has never seen the course.

The environment holds what is installed here, by links, so that nothing is downloaded; the slow test
does the whole of it, with what requirements.txt says.
"""

import math
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest
from environments import UV, Installed, linked, unpacked

from benchmarks import first_exercise
from tito.authoring import kit
from tito.catalog import Module, find
from tito.course import Course, here

COURSE, TENSOR = here(), find("01")


def install(folder: Path, installer: list[str]) -> Installed:
    """A kit that holds the reference of module 01, beside links to all that it needs."""
    made = Installed(unpacked(folder, TENSOR), linked(folder / "venv"))
    command = [word.format(python=made.python) for word in installer]
    subprocess.run(
        [*command, "--no-deps", "--no-build-isolation", "-e", str(made.root)],
        check=True,
        env=made.environment,
        capture_output=True,
    )
    return made


INSTALLERS = {
    "pip": ["{python}", "-m", "pip", "install", "--no-index"],
    "uv": [UV, "pip", "install", "--offline", "--python", "{python}"],
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return install(tmp_path_factory.mktemp("pip"), INSTALLERS["pip"])


@pytest.fixture
def own(tmp_path) -> Path:
    """A folder of the student's own."""
    folder = tmp_path / "my work"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", INSTALLERS)
def test_an_editable_install_brings_the_kernel_and_the_command(tmp_path, name):
    made = install(tmp_path, INSTALLERS[name])
    kernels = tmp_path / "venv" / "share" / "jupyter" / "kernels"
    assert [path.name for path in kernels.iterdir()] == ["tinytorch"]
    listed = made.tito(tmp_path, "--help")
    for command in ("start", "check", "export", "submit", "unlock", "doctor"):
        assert f" {command} " in listed
    for command in ("build", "grade", "kit", "mutants", "demo"):
        assert f"│ {command} " not in listed
    made.tito(tmp_path, "grade", status=2)


def solve(root: Path, module: Module) -> None:
    """Put the reference into a student's notebook."""
    path = root / module.folder / f"{module.stem}.ipynb"
    source = nbformat.read(COURSE.source(module), as_version=4)
    notebook = nbformat.read(path, as_version=4)
    answers = {
        c.id: c.source for c in source.cells if c.metadata.get("nbgrader", {}).get("solution")
    }
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    nbformat.write(notebook, path)


def test_the_loop_in_the_folder_of_the_kit(installed):
    root = installed.root
    assert "made" in installed.tito(root, "start", "01")
    assert "0 passed" in installed.tito(root, "check", "01", status=1)
    solve(root, TENSOR)
    said = installed.tito(root / "01_tensor", "check", "01")
    assert re.search(r"\d passed │ 29/29", said)
    installed.tito(root, "export", "01")
    code = "import tinytorch; print(tinytorch.tensor(2.0).item(), tinytorch.__file__)"
    where = installed.run(installed.root.parent, "python", "-P", "-c", code)
    assert where.stdout == f"2.0 {root / 'tinytorch' / '__init__.py'}\n", where.stderr
    assert "submit/01_tensor__student-01__" in installed.tito(
        root, "submit", "01", "--student", "student-01"
    )
    (root / "tinytorch" / "core" / "tensor.py").unlink()


@pytest.mark.slow
def test_the_loop_in_a_folder_of_ones_own_leaves_the_kit_alone(installed, own):
    before = {p: p.read_bytes() for p in installed.root.rglob("*") if p.suffix in (".py", ".ipynb")}
    installed.tito(own, "start", "01")
    assert "not solved yet" in installed.tito(own, "export", "01")
    assert "is now" in installed.tito(own, "unlock", "01", "--yes")
    assert "ask your instructor" in installed.tito(own, "unlock", "02", "--yes", status=2)
    installed.tito(own, "start", "02")
    assert "0 passed" in installed.tito(own, "check", "02", status=1)
    after = {p: p.read_bytes() for p in installed.root.rglob("*") if p.suffix in (".py", ".ipynb")}
    assert after == before


def test_a_folder_made_inside_the_kit_is_a_workspace_and_its_parts_are_not(installed):
    for name in ("release", "tito/student", "tinytorch"):
        said = installed.tito(installed.root / name, "start", "01", status=2)
        assert f"go up to {installed.root}" in said


def test_a_newer_kit_unpacked_over_it_keeps_the_work(installed, own):
    root = unpacked(own, TENSOR)
    installed.tito(own / kit.TOP, "start", "01")
    work = [root / "01_tensor" / "tensor.ipynb", root / "tinytorch" / "core" / "tensor.py"]
    for path in (*work, root / ".tito" / "state.json"):
        path.write_text("mine")
    (own / "kit.zip").unlink()
    unpacked(own, TENSOR)
    assert [path.read_text() for path in work] == ["mine", "mine"]


def begin_to_export(installed: Installed, root: Path, modules: Iterable[Module]) -> None:
    """Every module started, solved and exported, in order, in an empty folder."""
    for module in modules:
        number = f"{module.number:02d}"
        installed.tito(root, "start", number)
        solve(root, module)
        assert "not solved" not in installed.tito(root, "export", number)


# An ordinary training loop, with what modules 01 and 02 build.
TRAIN = """
import numpy as np
import tinytorch as torch
from tinytorch_data import digits

data = digits()
images, new = (torch.tensor(x.reshape(-1, 64)) for x in (data.train_images, data.test_images))
wanted = torch.tensor(np.eye(10, dtype=np.float32)[data.train_labels])
weight, bias = (torch.zeros(*shape, requires_grad=True) for shape in ((64, 10), (10,)))
losses = []
for _ in range(200):
    logits = images @ weight + bias
    chances = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    loss = -(chances.log() * wanted).sum(dim=1).mean()
    loss.backward()
    with torch.no_grad():
        for parameter in (weight, bias):
            parameter -= parameter.grad
            parameter.grad = None
    losses.append(loss.item())
with torch.no_grad():
    right = (new @ weight + bias).argmax(dim=1).numpy() == data.test_labels
print(torch.__file__, losses[0], losses[-1], right.mean())
"""


def test_modules_01_and_02_of_ones_own_train_the_digits(installed, own):
    """From the kit alone: begun, solved, exported; the loss falls and new digits are read."""
    begin_to_export(installed, own, COURSE.modules[:2])
    exported = sorted(path.name for path in (own / "tinytorch" / "core").glob("[a-z]*.py"))
    assert exported == ["autograd.py", "tensor.py"]
    (own / "train.py").write_text(TRAIN, encoding="utf-8")
    done = installed.run(own, "python", "train.py")
    assert done.returncode == 0, done.stderr
    *place, first, last, share = done.stdout.split(" ")
    assert " ".join(place) == str(own / "tinytorch" / "__init__.py")
    assert float(first) == pytest.approx(math.log(10), rel=1e-5)  # ten digits, equally likely
    assert float(last) < 0.25
    assert float(share) >= 0.93


@pytest.mark.slow
def test_all_modules_of_ones_own_train_the_scenarios(installed, own):
    """Every scenario of the kit passes: each asserts its loss, gradients and accuracy."""
    begin_to_export(installed, own, COURSE.modules)
    said = installed.tito(own, "integrate")
    scenarios = [path.stem for path in Course(installed.root).scenario_notebooks.glob("*.ipynb")]
    assert len(scenarios) >= 3
    for name in scenarios:
        assert re.search(rf"{name} │ [\d ]+ │ passed", said), said
        assert f"see integrate/{name}.ipynb" in said


@pytest.mark.slow
def test_from_nothing_to_the_first_passing_exercise(tmp_path):
    """Everything installed as the README says, downloads included: under five minutes."""
    times = first_exercise.measure(tmp_path)
    assert sum(times.values()) < 300, times
    done = subprocess.run(
        [first_exercise.script(tmp_path, "tito"), "doctor"],
        cwd=tmp_path / kit.TOP,
        env=first_exercise.activated(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
