"""`tito doctor` in this environment, and in ones damaged in one place each."""

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tito.course import here
from tito.student import doctor, workspace

COURSE = here()
INSTALL = "run the install line"


@pytest.fixture
def space(built_toy, tmp_path):
    return workspace.start(built_toy, built_toy.catalog[0], tmp_path / "work", lambda line: None)


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Folders that Jupyter looks into first: (data, configuration)."""
    data, config = tmp_path / "data", tmp_path / "config"
    monkeypatch.setenv("JUPYTER_PATH", str(data))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(config))
    return data, config


def install_kernel(monkeypatch, data, argv):
    """Make the kernel that is looked at another one."""
    monkeypatch.setattr(doctor, "KERNEL", "tinytorch-odd")
    put(
        data / "kernels" / "tinytorch-odd" / "kernel.json",
        {"argv": argv, "display_name": "odd", "language": "python"},
    )


def put(path, value):
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def run(folder, **changes):
    """`tito doctor` in a folder, in this environment, activated."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [sys.executable, "-P", "-m", "tito", "doctor"],
        cwd=folder,
        env=os.environ | {"PATH": path, "COLUMNS": "200"} | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_all_is_well_it_says_so(space):
    done = run(space.root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fix" not in done.stdout
    assert f"a notebook here imports {space.package}" in done.stdout
    assert f"`tinytorch` runs {sys.executable}" in done.stdout
    assert "1 thread in a notebook" in done.stdout


def test_before_anything_was_begun_nothing_is_wrong(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "none here yet: `tito start 01` makes one" in done.stdout


def test_what_must_be_mended_ends_in_status_1(space, tmp_path):
    done = run(space.root, PATH="/nowhere")
    assert done.returncode == 1
    assert f"fix: activate the environment {sys.prefix}" in done.stdout


def test_packages(monkeypatch):
    assert doctor.packages(INSTALL).cure == ""
    asked = ["numpy>=99", "no-such-package>=1; extra == 'student'", "other; extra == 'dev'"]
    monkeypatch.setattr(metadata, "requires", lambda name: asked)
    finding = doctor.packages(INSTALL)
    assert finding.cure == INSTALL
    numpy = metadata.version("numpy")
    assert finding.found == f"numpy is {numpy}, not >=99; no-such-package is not installed"
    assert doctor.missing(Requirement(f"numpy=={numpy}")) == ""


def test_python_too_old(monkeypatch):
    assert doctor.python().cure == ""
    monkeypatch.setattr(sys, "version_info", (3, 9, 1, "final", 0))
    assert doctor.python().cure == "make the environment anew with Python >=3.11"


def test_no_kernel(space, monkeypatch):
    monkeypatch.setattr(doctor, "KERNEL", "tinytorch-nowhere")
    [finding] = doctor.kernel(space.root, space, INSTALL)
    assert (finding.what, finding.cure) == ("kernel", INSTALL)
    assert finding.found == "`tinytorch-nowhere` is not installed"


@pytest.mark.parametrize(
    ("argv", "found"),
    [
        (["/nowhere/python", "-f", "{connection_file}"], "does not start"),
        (["python", "-c", "", "{connection_file}"], "does not start"),
    ],
)
def test_a_kernel_that_does_not_start(space, environment, monkeypatch, argv, found):
    install_kernel(monkeypatch, environment[0], argv)
    [finding] = doctor.kernel(space.root, space, INSTALL)
    assert (found in finding.found, finding.cure) == (True, INSTALL)


def test_a_kernel_of_another_python(space, environment, monkeypatch, tmp_path):
    """A link to this Python, with its packages: it runs, and is another one by its name."""
    other = tmp_path / "bin" / "python"
    other.parent.mkdir()
    other.symlink_to(Path(sys.executable).resolve())
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    install_kernel(
        monkeypatch,
        environment[0],
        [str(other), "-P", "-m", "tito.kernel.launch", "-f", "{connection_file}"],
    )
    finding = doctor.kernel(space.root, space, INSTALL)[0]
    assert finding.found == f"`tinytorch-odd` runs {other}"
    assert finding.cure.startswith("it is not the Python of this environment")


def test_a_kernel_that_imports_another_tinytorch(space, environment, monkeypatch):
    """IPython's own kernel does not know the workspace: it finds the installed package."""
    install_kernel(
        monkeypatch,
        environment[0],
        ["python", "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    )
    finding = doctor.kernel(space.root, space, INSTALL)[2]
    assert finding.what == "tinytorch"
    assert finding.cure.endswith(f"hides your own in {space.package}")


@pytest.mark.parametrize("name", ["random.py", "numpy/__init__.py"])
def test_a_file_that_hides_what_everything_needs(space, name):
    (space.root / name).parent.mkdir(exist_ok=True)
    (space.root / name).write_text("")
    [finding] = doctor.kernel(space.root, space, INSTALL)
    assert str(space.root / name.partition("/")[0]) in finding.found
    assert finding.cure.startswith("give it another name")


@pytest.mark.parametrize(
    ("blas", "slow"), [("scipy-openblas", False), ("none", True), (None, True)]
)
def test_numpy_without_a_fast_blas(blas, slow):
    assert bool(doctor.numpy_blas(blas, "1", INSTALL).cure) == slow


@pytest.mark.parametrize("off", ["@jupyter/nbgrader", "@jupyter/nbgrader:validate-assignment"])
def test_an_extension_that_is_off_in_the_page(environment, off):
    assert [finding.cure for finding in doctor.buttons(COURSE)] == ["", ""]
    put(environment[1] / "labconfig" / "page_config.json", {"disabledExtensions": {off: True}})
    validate = doctor.buttons(COURSE)[0]
    assert validate.cure == f"run `jupyter labextension enable {off}`"


def test_an_extension_that_is_off_in_the_server(environment):
    module = "nbgrader.server_extensions.assignment_list"
    settings = {"ServerApp": {"jpserver_extensions": {module: False}}}
    put(environment[1] / "jupyter_server_config.d" / "odd.json", settings)
    validate, listing = doctor.buttons(COURSE)
    assert validate.cure == ""
    assert listing.cure == f"run `jupyter server extension enable --sys-prefix {module}`"


def test_assignment_list_matters_only_where_there_is_an_exchange(environment, course):
    names = ["the Validate button", "Assignment List"]
    assert [finding.what for finding in doctor.buttons(course)] == names
    (course.root / "nbgrader_config.py").unlink()
    assert [finding.what for finding in doctor.buttons(course)] == names[:1]


def test_an_extension_that_is_missing():
    finding = doctor.button("validate_assignment", False, set(), {})
    assert finding.cure.startswith("run `python -m pip install --force-reinstall")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc, where not even root may write")
def test_a_workspace_that_cannot_be_written(space):
    assert doctor.workspace(space).cure == ""
    finding = doctor.workspace(workspace.Workspace(Path("/proc"), space.course))
    assert finding.cure.startswith("make the folder writable")


def test_a_full_disk(monkeypatch, tmp_path):
    assert doctor.disk(tmp_path).cure == ""
    monkeypatch.setattr(doctor, "LEAST_SPACE", 10**21)
    assert doctor.disk(tmp_path).cure == "free 1e+12 GB"


def test_markup_in_a_path_is_shown_as_it_is():
    from rich.console import Console

    console = Console(width=100)
    with console.capture() as shown:
        console.print(doctor.table([doctor.Finding("disk", "/tmp/[red]x[/]")]))
    assert "/tmp/[red]x[/]" in shown.get()
