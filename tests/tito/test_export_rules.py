"""What `tito export` refuses to import, and what it keeps of what it replaces."""

import pytest
from student_work import RIGHT, edit, run, solve

from tito import terminal
from tito.errors import Mistake
from tito.notebooks import release_cells
from tito.student import export as exporting
from tito.student import lab, workspace


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("from tinytorch.core.total import total", "tinytorch.core.total.total comes later"),
        (
            "from tinytorch.nn import total",
            "tinytorch.nn.total comes later, in module 02_total",
        ),
        ("import tinytorch; tinytorch.nn.total", "comes later, in module 02_total"),
        ("from tinytorch import nn; nn.Later", "comes later, in module 03_later"),
        ("from tinytorch import Pair", "tinytorch.Pair is what this notebook makes itself"),
        ("from tinytorch.core import pair", "is what this notebook makes itself"),
        ("from .total import total", "comes later, in module 02_total"),
        ("import scipy.linalg", "scipy is not part of NumPy or of Python, and exported code needs"),
        ("from torch import nn", "torch is not part of NumPy"),
        ("from tito.checks import close", "tito is not part of NumPy"),
        ("import helper", "helper is not part of NumPy"),
    ],
)
def test_export_refuses_what_is_not_theirs_with_cell_and_line(space, pair, said, line, reason):
    solve(space, pair, double=f"{line}\n    return 2 * x", halve="return x / 2")
    with pytest.raises(Mistake) as mistake:
        exporting.export(space, pair, said.append)
    place = rf"cell 6 (double) of 01_pair/pair.ipynb, line 5: {line}: "
    assert mistake.value.args[0].startswith(place)
    assert reason in mistake.value.args[0]
    assert not space.exported(pair).exists()


@pytest.mark.parametrize(
    "line", ["import math", "import numpy.linalg as la; la.norm", "from os import path"]
)
def test_export_takes_numpy_and_the_standard_library(space, pair, said, line):
    solve(space, pair, double=f"{line}\n    return 2 * x", halve="return x / 2")
    assert exporting.export(space, pair, said.append).is_file()


def test_cells_that_are_not_exported_may_import_anything(space, pair, said):
    solve(space, pair, **RIGHT)
    edit(space, pair, lambda cells: cells[3].update(source="import matplotlib, scipy"))
    assert exporting.export(space, pair, said.append).is_file()


def test_what_the_release_imports_is_no_mistake(course, space, pair, said):
    path = course.release(pair)
    path.write_text(path.read_text().replace("import numpy as np", "import numpy as np, colorsys2"))
    released = release_cells(course, pair)
    exporting.refuse_imports(space, pair, released, released)


def test_an_earlier_module_may_be_used(course, space, pair, total, said):
    workspace.start(course, total, space.root, said.append)
    solve(space, pair, **RIGHT)
    exporting.export(space, pair, said.append)
    answer = "from tinytorch import double\n    return pair.low + double(x)"
    solve(space, total, total=answer)
    assert exporting.export(space, total, said.append).is_file()


def test_the_last_ten_exports_are_kept(space, pair, said, monkeypatch):
    monkeypatch.setattr(exporting, "KEPT", 2)
    for number in range(4):
        edit(
            space, pair, lambda cells, n=number: cells["double"].update(source=f"#| export\nn={n}")
        )
        exporting.export(space, pair, said.append)
        exporting.export(space, pair, said.append)  # the same again keeps nothing
    kept = sorted((space.marker / "exports").iterdir())
    assert [f"n={n}" in path.read_text() for n, path in zip((1, 2), kept, strict=True)] == [
        True
    ] * 2
    assert not (space.marker / "backups").exists()


# JupyterLab


@pytest.fixture
def servers(monkeypatch):
    """What JupyterLabs are said to run."""
    found = []
    monkeypatch.setattr("jupyter_server.serverapp.list_running_servers", lambda: iter(found))
    return found


def test_a_jupyterlab_that_runs_is_found(space, pair, servers, tmp_path):
    notebook = space.notebook(pair)
    assert lab.running(notebook) is None
    servers.append({"root_dir": str(tmp_path / "elsewhere"), "url": "http://localhost:1/"})
    servers.append({"root_dir": str(space.root / "02_total"), "url": "http://localhost:2/"})
    assert lab.running(notebook) is None
    servers.append({"root_dir": str(space.root), "url": "http://localhost:3/", "token": "t"})
    assert lab.running(notebook) == "http://localhost:3/lab/tree/01_pair/pair.ipynb?token=t"


def test_start_opens_nothing_without_a_terminal(monkeypatch, capsys, course, tmp_path):
    monkeypatch.setattr(lab, "open_lab", lambda *places: pytest.fail("it opened JupyterLab"))
    for options in ([], ["--no-lab"]):
        code, printed = run(
            monkeypatch, capsys, course, tmp_path, "start", "01", "--in", "w", *options
        )
        assert code == 0
        assert "next: run `tito lab` in" in printed


@pytest.mark.parametrize("runs", [True, False])
def test_start_on_a_terminal(monkeypatch, capsys, course, tmp_path, servers, runs):
    opened = []
    monkeypatch.setattr(lab, "open_lab", lambda *places: opened.append(places))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    root = tmp_path / "w"
    servers += [{"root_dir": str(root), "url": "http://localhost:3/"}] * runs
    code, printed = run(monkeypatch, capsys, course, tmp_path, "start", "01", "--in", "w")
    assert code == 0
    assert opened == ([] if runs else [(root, root / "01_pair" / "pair.ipynb", False)])
    assert ("open http://localhost:3/lab/tree/01_pair/pair.ipynb" in printed) == runs


def test_lab_says_that_it_makes_a_workspace(monkeypatch, capsys, course, tmp_path):
    """Of a slip in the folder's name nobody would hear else."""
    for said in (True, False):
        _, printed = run(monkeypatch, capsys, course, tmp_path, "lab", "--in", "new")
        assert (f"{tmp_path / 'new'} is the folder of your work now" in printed) == said


class Ended:
    """A JupyterLab that ends at once."""

    def __init__(self, command, **options):
        self.started.append(command)

    def wait(self):
        return 0


def test_root_is_told_how_jupyterlab_runs(monkeypatch, tmp_path):
    monkeypatch.setattr(Ended, "started", [], raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(lab.subprocess, "Popen", Ended)
    with pytest.raises(Mistake, match="say `tito lab --allow-root`"):
        lab.open_lab(tmp_path, tmp_path / "a.ipynb")
    lab.open_lab(tmp_path, tmp_path / "a.ipynb", allow_root=True)
    assert [command[-1] for command in Ended.started] == ["--allow-root"]


def test_modules_complete():
    assert ("03_layers", "Layers and activations") in terminal.completions("0")
    assert [name for name, _ in terminal.completions("opt")] == ["optimizers"]
    assert terminal.completions("nix") == []
