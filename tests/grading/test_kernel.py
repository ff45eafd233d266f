"""The isolated kernel and the runner, on code that is noisy, broken or hostile."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade

from tito.errors import Mistake
from tito.kernel import launch
from tito.kernel.run import Budget
from tito.kernel.sandbox import mounts

NOISE = """
import logging, os, sys, time, warnings
import numpy as np
os.write(2, b"low level"); time.sleep(0.5)  # a thread of the kernel reads it when it comes to that
np.log(np.zeros(1)); warnings.warn("careful"); logging.warning("logged")
print("to stderr", file=sys.stderr)
"""
# What a submission may do, by name: the cell, and the points it is worth.
CELLS = {
    "noise": (NOISE, 1),
    "lower": ("from tinytorch.core.pair import double; double(1)", 1),
    "own": ("import tinytorch.core.total", 0),
    "facade": ("import tinytorch.nn; tinytorch.nn.total", 0),
    "checks": ("from tito.checks import close", 1),
    "tool": ("import tito.catalog", 0),
    "surroundings": (
        "import json, os, sys; print(json.dumps([sys.path, os.getcwd(), dict(os.environ)]))",
        1,
    ),
    "beside": ("assert np.ones(2).sum() == 2 and 'numpy.py' not in os.listdir()", 1),
    "loop": ("while True: pass", 0),
    "exit": ("exit()", 0),
    "SystemExit": ("raise SystemExit(3)", 0),
    "input": ("input()", 0),
    "tagged": ("assert False", 0),
    "displayed": ("get_ipython().displayhook(1); assert False", 0),
    "value": ("0.5", 1),
    "hook": (
        "from IPython.display import clear_output\n"
        "get_ipython().events.register('post_run_cell', lambda result: clear_output())",
        1,
    ),
    "cleared": ("assert False", 0),
}


@pytest.fixture(scope="module")
def ran(run, tmp_path_factory):
    """The cells above, by name, run one after the other in one kernel."""
    folder = tmp_path_factory.mktemp("work") / "02_total"
    folder.mkdir()
    (folder / "numpy.py").write_text("raise SystemExit('shadowed')")

    def tag(notebook):
        notebook.cells[list(CELLS).index("tagged")].metadata.tags = ["skip-execution"]

    cells = run(*[source for source, _ in CELLS.values()], folder=folder, edit=tag)
    return dict(zip(CELLS, cells, strict=True))


def points(cells) -> list[float]:
    return [determine_grade(cell)[0] for cell in cells]


def error(cell):
    """The error output of a cell, to be asked for its `evalue`."""
    return next(out for out in cell.outputs if out.output_type == "error")


def printed(cell) -> str:
    return "".join(out.text for out in cell.outputs if out.output_type == "stream")


@pytest.mark.parametrize("name", CELLS)
def test_points(ran, name):
    """Each cell gets what it is worth, whatever the cells before it did."""
    assert points([ran[name]]) == [CELLS[name][1]]


def test_warnings_arrive_as_stdout(ran):
    """NumPy's warnings, `warnings`, logging, stderr and descriptor 2: nbgrader gives stderr 0."""
    assert {out.name for out in ran["noise"].outputs if out.output_type == "stream"} == {"stdout"}
    for word in ("divide by zero", "careful", "logged", "to stderr", "low level"):
        assert word in printed(ran["noise"])


def test_what_is_not_there_is_said(ran):
    """The module itself is missing, and the façade says where its names come from."""
    assert "tinytorch.core.total is built in module 02" in error(ran["own"]).evalue
    assert "nn.total is built in module 02" in error(ran["facade"]).evalue
    assert "No module named 'tito.catalog'" in error(ran["tool"]).evalue


def test_nothing_of_the_caller_is_passed_on(ran, built):
    """The path is the kernel's own, so are home and folder, and they are gone with it."""
    path, folder, environment = json.loads(printed(ran["surroundings"]))
    assert [Path(place).name for place in path] == ["tree", "library", "lib-dynload", "packages"]
    assert str(built.course.root) not in printed(ran["surroundings"])
    assert not any(name.startswith(("PYTHON", "VIRTUAL", "NBGRADER")) for name in environment)
    assert Path(environment["HOME"]).parent == Path(folder).parent
    assert environment["OMP_NUM_THREADS"] == "1"
    assert not Path(folder).exists()


def test_reasons_are_in_words(ran):
    """A loop, an exit and a question say what happened."""
    assert ran["loop"].outputs[-1].evalue == "stopped: the cell did not end within 3 s"
    assert error(ran["exit"]).evalue == "the cell called exit()"
    assert "input requests" in error(ran["input"]).evalue


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import os; os._exit(0)", "the kernel died in cell 2 (c1): it ended itself with status 0"),
        (
            "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
            "cell 2 (c1) did not stop, so the kernel was ended",
        ),
    ],
)
def test_cells_that_did_not_run_say_why(run, source, reason):
    """nbgrader gives full points to a graded cell without outputs."""
    cells = run("assert True", source, "assert True", budget=Budget(1, 20, 1))
    assert points(cells) == [1, 0, 0]
    assert (error(cells[2]).ename, error(cells[2]).evalue) == ("NotRun", reason)


def test_a_notebook_has_limits_of_its_own(run):
    """Output is cut by bytes, in one line or without end; slow cells are cut off together."""
    sources = ["print('x' * 10**7)", "while True: print('y')", "print('z')"]
    sources += ["import time; time.sleep(1.9)"] * 3
    cells = run(*sources, budget=Budget(2, 5, 1, output=1000))
    assert points(cells)[:3] == [1, 0, 1]
    assert max(len(printed(cell)) for cell in cells) < 1200
    assert "left out" in printed(cells[0])
    assert printed(cells[2]) == "z\n"
    assert points(cells)[-1] == 0
    assert error(cells[-1]).evalue == "the notebook did not end within 5 s"


def test_a_folder_of_another_name_is_refused(run):
    """The module is told from the folder: a guess would show too much or too little."""
    with pytest.raises(Mistake, match="no module is called 'homework'"):
        run("1", folder="homework")


def test_the_students_kernel_finds_the_workspace(run_as_student, tmp_path):
    """The nearest folder with `.tito/` gives `tinytorch`; warnings cost nothing there either."""
    (tmp_path / ".tito").mkdir()
    (tmp_path / "02_total").mkdir()
    (tmp_path / "tinytorch" / "core").mkdir(parents=True)
    (tmp_path / "tinytorch" / "__init__.py").write_text("whose = 'mine'")
    cells = run_as_student(
        "import tinytorch; assert tinytorch.whose == 'mine'",
        "import tinytorch.core.total",
        "import warnings; warnings.warn('careful')",
        folder=tmp_path / "02_total",
    )
    assert points(cells) == [1, 0, 1]
    assert launch.workspace(tmp_path / "02_total") == tmp_path


def test_the_students_side_imports_nothing_of_the_jail():
    """It is for Linux, and in no kit: a student's kernel and commands run on any system."""
    script = (
        "import pkgutil, sys, tito.cli, tito.student\n"
        "from tito.kernel import launch, probe, run\n"
        "launch.application()\n"
        "for found in pkgutil.walk_packages(tito.student.__path__, 'tito.student.'):\n"
        "    __import__(found.name)\n"
        "print(*[name for name in sys.modules if name.startswith('tito.kernel.')])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    imported = {f"{name.removeprefix('tito.kernel.')}.py" for name in done.stdout.split()}
    assert {"launch.py", "run.py"} <= imported <= {"launch.py", "run.py", "probe.py"}


def test_links_leave_out_what_leads_to_the_course(tmp_path):
    """No course, no `.pth`, no import hook of an editable install, also not compiled."""
    place = tmp_path / "site-packages"
    (place / "__pycache__").mkdir(parents=True)
    names = ["numpy", "six.py", "tinytorch", "tito", "tinytorch-0.1.0.dist-info", "a.pth"]
    names += ["__editable___tinytorch_0_1_0_finder.py", "_editable_impl_tinytorch.pth"]
    names += ["__pycache__/six.pyc", "__pycache__/__editable___tinytorch_0_1_0_finder.pyc"]
    for name in names:
        (place / name).touch()
    links = tmp_path / "links"
    links.mkdir()
    mounts.mirror([place], links)
    found = sorted(path.relative_to(links).as_posix() for path in links.rglob("*"))
    assert found == ["__pycache__", "__pycache__/six.pyc", "numpy", "six.py"]


SHARED = "def check(actual, expected):\n    close(actual, expected, 'the answer')"
GRADED = "from tito.checks import close\n" + "check(1.0, 2.0)"


def _shared(text: str):
    """Puts a cell in front that is nbgrader's read-only cell: what graded cells share."""
    metadata = {"nbgrader": {"grade_id": "tests", "locked": True, "grade": False}}
    cell = nbformat.v4.new_code_cell(text, metadata=metadata)
    return lambda notebook: notebook.cells.insert(0, cell)


@pytest.mark.parametrize(
    "forged",
    [
        "check = lambda *values: None",
        "check.__code__ = (lambda actual, expected: None).__code__",
        "del check",
    ],
)
def test_what_graded_cells_share_is_defined_again_before_each(run, forged):
    """A helper of the tests that a submission makes harmless would pass whatever is wrong."""

    def edit(notebook):
        _shared(SHARED)(notebook)
        notebook.cells.insert(1, nbformat.v4.new_code_cell(forged))

    *_, graded = run(GRADED, edit=edit)
    assert [out.ename for out in graded.outputs] == ["AssertionError"]
    assert graded.outputs[0].evalue.startswith("wrong: the answer")
    assert graded.execution_count == 3


def test_tests_whose_shared_code_fails_do_not_run(run):
    """Else they would call what code of the submission has left in its place."""
    *_, graded = run("passed = True", edit=_shared("check = name_that_is_gone"))
    told = "what the tests share could not be defined: NameError"
    assert [(out.ename, out.evalue[: len(told)]) for out in graded.outputs] == [("NotRun", told)]
