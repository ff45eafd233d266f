"""A kit, unpacked and installed in a Python that has never seen the course.

The environment holds what is installed here, by links, so that nothing is downloaded; the slow test
does the whole of it, with what requirements.txt says.
"""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from environments import linked

from benchmarks import first_exercise
from tito.authoring import kit
from tito.catalog import find
from tito.course import here

COURSE, TENSOR, AUTOGRAD = here(), find("01"), find("02")
BIN = Path(sys.executable).parent
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")


def unpacked(folder: Path) -> Path:
    with zipfile.ZipFile(kit.make(COURSE, (TENSOR,), folder / "kit.zip", print)) as file:
        file.extractall(folder)
    return folder / kit.TOP


class Installed:
    """A kit and the environment in which it is installed."""

    def __init__(self, folder: Path, installer: list[str]):
        self.root = unpacked(folder)
        self.python = linked(folder / "venv")
        command = [word.format(python=self.python) for word in installer]
        subprocess.run(
            [*command, "--no-deps", "--no-build-isolation", "-e", str(self.root)],
            check=True,
            env=self.environment,
            capture_output=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        path = f"{Path(self.python).parent}{os.pathsep}{os.environ['PATH']}"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))}
        return clean | NO_NETWORK | {"PATH": path}

    def run(self, folder: Path, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command,
            cwd=folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def tito(self, folder: Path, *arguments: str, status: int = 0) -> str:
        done = self.run(folder, "tito", *arguments)
        said = " ".join((done.stdout + done.stderr).split())
        assert done.returncode == status, said
        assert "Traceback" not in said
        return said


INSTALLERS = {
    "pip": ["{python}", "-m", "pip", "install", "--no-index"],
    "uv": [str(BIN / "uv"), "pip", "install", "--offline", "--python", "{python}"],
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return Installed(tmp_path_factory.mktemp("pip"), INSTALLERS["pip"])


@pytest.fixture
def own(tmp_path) -> Path:
    """A folder of the student's own."""
    folder = tmp_path / "my work"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", INSTALLERS)
def test_an_editable_install_brings_the_kernel_and_the_command(tmp_path, name):
    made = Installed(tmp_path, INSTALLERS[name])
    kernels = tmp_path / "venv" / "share" / "jupyter" / "kernels"
    assert [path.name for path in kernels.iterdir()] == ["tinytorch"]
    listed = made.tito(tmp_path, "--help")
    for command in ("start", "check", "export", "submit", "unlock", "doctor"):
        assert f" {command} " in listed
    for command in ("build", "grade", "kit", "mutants", "demo"):
        assert f"│ {command} " not in listed
    made.tito(tmp_path, "grade", status=2)


def solve(path: Path) -> None:
    """Put the reference into a notebook of module 01."""
    source = nbformat.read(COURSE.source(TENSOR), as_version=4)
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
    solve(root / "01_tensor" / "tensor.ipynb")
    said = installed.tito(root / "01_tensor", "check", "01")
    assert re.search(r"8 passed │ 17/17", said)
    installed.tito(root, "export", "01")
    code = "import tinytorch; print(tinytorch.tensor(2.0).item(), tinytorch.__file__)"
    where = installed.run(installed.root.parent, "python", "-P", "-c", code)
    assert where.stdout == f"2.0 {root / 'tinytorch' / '__init__.py'}\n", where.stderr
    assert "submit/01_tensor__student-01__" in installed.tito(
        root, "submit", "01", "--student", "student-01"
    )
    (root / "tinytorch" / "core" / "tensor.py").unlink()


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
    root = unpacked(own)
    installed.tito(own / kit.TOP, "start", "01")
    work = [root / "01_tensor" / "tensor.ipynb", root / "tinytorch" / "core" / "tensor.py"]
    for path in (*work, root / ".tito" / "state.json"):
        path.write_text("mine")
    (own / "kit.zip").unlink()
    unpacked(own)
    assert [path.read_text() for path in work] == ["mine", "mine"]


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
