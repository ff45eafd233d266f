"""`tito grade --integration`: a student's own modules together, and where their chain broke."""

import csv
import inspect

import nbformat
import pytest
from grading.test_feedback import Parsed, check_quiet
from rich.console import Console

from tito.errors import Mistake
from tito.failures import reason
from tito.grading import session
from tito.grading.engine import boundaries, integration
from tito.grading.engine.integration import exported
from tito.grading.engine.plan import Request

TESTS = {
    "test_pairs": '''
"""The boundary between pairs and totals."""

import numpy as np
import pytest
from integration.helpers.totals import total_of

import tinytorch
from tinytorch import nn


def test_quick_pairs_double():
    """A number is doubled."""
    assert tinytorch.double(np.array([3.0]))[0] == 6, "twice 3"


@pytest.mark.parametrize("x", [1.0, 3.0])
def test_quick_totals_are_of_pairs(x):
    assert nn.total(x) == total_of(x), f"the total of {x}"


def test_quick_fails_with_the_reference():
    assert nn.total(1.0) == 7


def test_slow():
    raise AssertionError("only quick tests are run")
''',
    "helpers/totals": "def total_of(x): return 2.5 * x",
}
BETWEEN = "between 01_pair and 02_total: totals are of pairs: "
RAISING = "def total(x): raise ValueError('<script>alert(1)</script>\\x1b')"
STUDENTS = {
    "crash": {"total": "#| export\nimport os\ndef total(x): os._exit(1)"},
    "hostile": {"total": f"#| export\n{RAISING}"},
    "reference": {},
    "squared": {"double": "#| export\ndef double(x): return x**2"},
    "syntax": {"total": "#| export\ndef total(:"},
}


@pytest.fixture(scope="module")
def room(built, tmp_path_factory):
    """A toy class with boundary tests, before it is graded."""
    room = built.copy(tmp_path_factory.mktemp("chains") / "course")
    folder = room.course.root / "tests" / "integration"
    (folder / "helpers").mkdir(parents=True)
    for name, text in TESTS.items():
        (folder / f"{name}.py").write_text(text)
    for student, answers in STUDENTS.items():
        for module in room.course.modules:
            room.submit(student, module, room.answers(module, **answers))
    room.submit("first-only", room.pair, room.answers(room.pair))
    room.submit("second-only", room.total, room.answers(room.total))
    return room


@pytest.fixture(scope="module")
def said(room):
    """What `tito grade --integration` prints."""
    console = Console(record=True, width=300)
    session.grade(room.course, Request(room.course.modules), console, integrate=True)
    return console.export_text()


@pytest.fixture(scope="module")
def chains(room, said):
    return {it.student: it for it in integration.load_chains(room.course)}


ENDS = {
    "exits": ("import os; os._exit(3)", "RuntimeError: the process of the tests ended itself with"),
    "killed": ("import os; os.kill(0, 9)", "was ended by the signal SIGKILL"),
    "endless": ("while True: pass", "the cell did not end within 3 s"),
    "silent": ("import os; os.closerange(3, 999)\n    while True: pass", "did not end within 3 s"),
    "leaves": ("import os, time\n    if os.fork() == 0: time.sleep(9)", "did not end within 3 s"),
    "well": ("pass", ""),
}


def test_a_test_that_ends_its_process_ends_no_other(run):
    """And what was told before arrives, however it ended."""
    tests = {f"test_{name}": f"def test_quick():\n    {ENDS[name][0]}" for name in ENDS}
    page = inspect.getsource(boundaries)
    laid, *done, left = run(
        f"{page}\nlay_out({{}}, {tests!r})",
        *(f"run_tests({name!r}, 'quick', 'M', False)" for name in tests),
        "os.waitpid(-1, os.WNOHANG)",
    )
    assert laid.outputs == []
    assert reason(left.outputs).line.startswith("ChildProcessError"), "a process was left"
    for cell, (_, words) in zip(done, ENDS.values(), strict=True):
        assert cell.outputs[0].text.startswith('M{"integration/test_')
        said = reason(cell.outputs).line
        assert words in said
        assert bool(words) == bool(said)


@pytest.mark.parametrize(
    ("student", "passed", "total", "broken"),
    [
        ("reference", 3, 3, ""),
        (
            "crash",
            1,
            3,
            f"{BETWEEN}RuntimeError: the process of the tests ended itself with status 1",
        ),
        ("hostile", 1, 3, f"{BETWEEN}ValueError: <script>"),
        ("squared", 0, 3, "in 01_pair: A number is doubled: AssertionError: twice 3"),
        ("syntax", 1, 3, f"{BETWEEN}an exported cell of 02_total is not Python"),
        ("first-only", 1, 1, ""),
        ("second-only", 0, 0, ""),
    ],
)
def test_passed_of_total_and_where_it_broke(chains, student, passed, total, broken):
    it = chains[student]
    assert (it.passed, it.total) == (passed, total), it
    assert broken in it.broken
    assert bool(it.broken) == (passed < total)


def test_it_is_told_everywhere_and_stays_apart_from_the_points(room, said, chains):
    with (room.course.root / "grades.csv").open(newline="") as file:
        rows = {
            (row["student"], row["module"], row["exercise"]): row for row in csv.DictReader(file)
        }
    assert rows["squared", "(integration)", "(total)"]["points"] == "0"
    assert "twice 3" in rows["squared", "(integration)", "(total)"]["reason"]
    assert rows["squared", "02_total", "total"]["points"] == "5.0", "no mistake is charged twice"
    assert "integration squared: 0 of 3: the chain broke in 01_pair" in said
    assert "\x1b" not in said
    report = Parsed((room.course.root / "report.html").read_text())
    assert "second-only 0 0 of 0 01_pair was not submitted" in report.text
    page = Parsed((room.course.root / "feedback" / "hostile" / "integration.html").read_text())
    check_quiet(page)
    assert "ValueError: <script>alert(1)</script>" in page.text


def test_no_directive_of_a_student_is_obeyed(room, tmp_path):
    """Only where cells go that are marked `#| export` alone is known beforehand."""
    evil = [
        f"#| export {tmp_path}/evil\nevil = 1",
        f"#| default_exp {tmp_path}/evil\n#| export\nkept = 1",
        "#|exporti\nhidden = 1\n#| export  \nkept_too = 1",
        "# | export\nspaced = 1",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in evil])
    text = exported(notebook, room.pair)
    assert "evil" not in text
    assert all(name in text for name in ("kept = 1", "kept_too", "spaced"))
    assert list(tmp_path.iterdir()) == []


def test_a_course_without_boundary_tests_is_the_users_mistake(classroom):
    with pytest.raises(Mistake, match="without --integration"):
        integration.integrate(classroom.course, ["student-01"])
