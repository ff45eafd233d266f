"""A class is graded: honest work, broken files, crashes, loops and cheats.

The whole class is graded once with `tito grade`'s own function, and part of it again with plain
`nbgrader autograde`, which must come to the same marks cell by cell.
"""

import copy
import csv
import html
import json
import re
import shutil

import nbformat
import pytest
from grading import attack
from nbgrader.utils import determine_grade
from rich.console import Console

from tito.errors import Mistake
from tito.grading import session
from tito.grading.engine.plan import Request, grade
from tito.grading.engine.score import Mark
from tito.grading.results import spreadsheets
from tito.grading.results.result import Result

CHEATS = ("import_the_answer", "import_inside", "search_the_path")  # of attacks/
NOISY = """
import logging, sys, warnings
from IPython.display import HTML, display
def double(x):
    display(HTML("<script>alert(1)</script>"))
    display({"image/png": "\\"><script>alert(1)</script>"}, raw=True)
    print("half a character: \\ud83d")
    np.log(np.zeros(1)); warnings.warn("careful"); print("stderr", file=sys.stderr)
    return 2 * x
"""
VALUE = """
def double(x):
    get_ipython().displayhook(3)
"""
# Other text in cells of the reference: {student: {grade_id: source}}.
ANSWERS = {
    "crash": {"halve": "import os\ndef halve(x): os._exit(1)"},
    "deaf": {
        "double": "import signal\ndef double(x):\n"
        "    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True: pass"
    },
    "noisy": {"double": NOISY},
    "reference": {},
    "squared": {"double": "def double(x): return x**2"},
    "value": {"double": VALUE},
}
# What each gets for `double` and `halve`, 5 points each, and a word of the reason.
EXPECTED = {
    "blank": (0, 0, "not solved yet"),
    "broken": (0, 0, "not a notebook"),
    "crash": (5, 0, "the kernel died"),
    "deaf": (0, 0, "did not end"),
    "duplicate": (5, 5, ""),
    "elsewhere": (0, 0, "no pair.ipynb"),
    "metadata": (2, 5, "squared"),
    "missing": (2, 5, "squared"),
    "noisy": (5, 5, ""),
    "reference": (5, 5, ""),
    "squared": (2, 5, "squared"),
    "value": (0, 5, "None"),
}
# Those that plain nbgrader grades too: it gives no marks at all where there is no notebook.
AGREEING = ("broken", "crash", "deaf", "duplicate", "metadata", "value")


def _submit(room) -> None:
    """Everybody in ANSWERS, and those whose files are odd."""
    for student, sources in ANSWERS.items():
        notebook = room.answers(room.pair, **sources)
        notebook.cells.append(
            nbformat.v4.new_markdown_cell("<script>alert(1)</script>\n\n**bold**")
        )
        room.submit(student, room.pair, notebook)
    room.submit("blank", room.pair, room.course.release(room.pair).read_text())
    room.submit("broken", room.pair, '{"cells": [')
    elsewhere = room.course.root / "submitted" / "elsewhere" / "01_pair"
    elsewhere.mkdir(parents=True)
    (elsewhere / "notes.txt").write_text("my notebook is on my other computer")
    duplicate = room.source(room.pair)
    duplicate.cells.insert(0, copy.deepcopy(_cell(duplicate, "double")))
    duplicate.cells[0].id = "a-copy"
    room.submit("duplicate", room.pair, duplicate)
    wrong = {"double": ANSWERS["squared"]["double"]}
    missing = room.answers(room.pair, **wrong)
    missing.cells.remove(_cell(missing, "double-hidden"))
    missing.cells.append(nbformat.v4.new_code_cell("'half a character: \ud83d'"))
    room.submit("missing", room.pair, json.dumps(missing))
    (room.course.root / "submitted/missing/01_pair/timestamp.txt").write_text("yesterday")
    metadata = room.answers(room.pair, **wrong)
    _cell(metadata, "double-hidden").metadata.update(tags=["skip-execution"])
    _cell(metadata, "double-hidden").metadata.nbgrader.update(grade=False, points=100)
    _cell(metadata, "double-hidden").source = "pass"
    room.submit("metadata", room.pair, metadata)


def _cell(notebook, grade_id):
    return next(
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


@pytest.fixture(scope="module")
def room(built, tmp_path_factory):
    """The class, before it is graded."""
    room = built.copy(tmp_path_factory.mktemp("class") / "course")
    _submit(room)
    return room


@pytest.fixture(scope="module")
def results(room) -> dict[str, Result]:
    """The class, graded: {student: result}."""
    return {result.student: result for result in grade(room.course, Request([room.pair]))}


def _page(room, student: str) -> str:
    return (room.course.root / "feedback" / student / "01_pair" / "pair.html").read_text()


def test_everybody_is_graded(results):
    """Nobody's submission stops the others."""
    assert sorted(results) == sorted(EXPECTED)
    assert [result.problem for result in results.values() if result.problem] == []


@pytest.mark.parametrize("student", EXPECTED)
def test_marks_and_reasons(results, student):
    """Points by exercise, and the reason in words where some are lost."""
    double, halve, word = EXPECTED[student]
    marks = results[student].marks
    assert [mark.points for mark in marks] == [double, halve]
    assert word in " ".join(mark.reason for mark in marks)
    assert all(bool(mark.reason) == (mark.points < 5) for mark in marks)


def test_what_was_mended_is_noted(results, room):
    """A cell that stands twice or is missing is named, in the report and on the student's page."""
    assert results["duplicate"].notes == [
        "the cell double stands more than once: the last one counts"
    ]
    assert "double-hidden was missing" in results["missing"].notes[0]
    assert "stands more than once" in _page(room, "duplicate")


@pytest.mark.parametrize("name", CHEATS)
def test_cheats_would_earn_full_points_where_the_answer_can_be_imported(
    room, run_notebook_as_student, name
):
    """What earns nothing in test_attacks passes every graded cell beside the whole package."""
    cells = next(each for each in attack.every() if each.name == name).sources()
    done = run_notebook_as_student(room.answers(room.pair, **cells), room.course.root)
    graded = [cell for cell in done.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert [determine_grade(cell) for cell in graded] == [(2, 2), (3, 3), (2, 2), (3, 3)]


def test_nbgrader_autograde_agrees(built, room, results, records, tmp_path):
    """The command, with the same configuration, leaves the same in the gradebook."""
    other = built.copy(tmp_path / "course")
    for student in AGREEING:
        shutil.copytree(
            room.course.root / "submitted" / student, other.course.root / "submitted" / student
        )
    other.nbgrader_autograde()
    theirs, ours = records(other.course), records(room.course)
    assert {key[0] for key in theirs if isinstance(key, tuple)} > set(AGREEING)
    known = {key: value for key, value in ours.items() if key in theirs}
    assert {key: value for key, value in theirs.items() if key != "assignment"} == {
        key: value for key, value in known.items() if key != "assignment"
    }


def test_pages_hold_no_script_and_no_hidden_test(room, results):
    """What students wrote or displayed is shown, but runs nothing; hidden tests stay hidden."""
    for student in ("noisy", "squared", "broken"):
        page = _page(room, student)
        text = html.unescape(re.sub(r"<[^>]*>", "", page))
        assert "<script>alert" not in page
        assert "close(double(np.array([2.0" in text, "the visible test is shown"
        assert "close(double(np.array([3.0" not in text, "the hidden test is not"
        assert "Also graded: other numbers." in text
    assert "<strong>bold</strong>" in _page(room, "noisy")
    assert "<strong>squared</strong>" in _page(room, "squared"), "the misconception is named"


def test_one_student_is_graded_again(room, results, records):
    """A submission that arrives later replaces what was graded, and leaves the others alone."""
    before = records(room.course)
    path = room.course.root / "submitted" / "squared" / "01_pair" / "pair.ipynb"
    path.write_text(room.course.source(room.pair).read_text())
    console = Console(record=True, width=200)
    assert session.grade(room.course, Request([room.pair], "squared"), console) is True
    assert "1 submissions in" in console.export_text()
    with (room.course.root / "grades.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["exercise"] == "(total)"]
    totals = {student: float(double + halve) for student, (double, halve, _) in EXPECTED.items()}
    assert {row["student"]: float(row["points"]) for row in rows} == totals | {"squared": 10.0}
    after = records(room.course)
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {("squared", "all"), ("squared", "grade", "double-hidden")}


def test_the_kernel_leaves_nothing_beside_the_notebook(room, results):
    """`autograded/` holds the notebook and what was submitted with it."""
    root = room.course.root / "autograded"
    assert [path.name for path in (root / "noisy" / "01_pair").iterdir()] == ["pair.ipynb"]
    assert (root / "elsewhere" / "01_pair" / "notes.txt").is_file()


@pytest.mark.parametrize(
    ("student", "words"), [(None, "nobody has submitted 02_total"), ("someone", "someone has")]
)
def test_nothing_to_grade_is_the_users_mistake(room, student, words):
    """One sentence that says where notebooks are looked for."""
    with pytest.raises(Mistake, match=words):
        grade(room.course, Request([room.total], student))


def test_a_missing_source_is_the_users_mistake(classroom):
    """Grading needs the source notebook, and the sentence names the command that makes it."""
    classroom.submit("student-01", classroom.pair, "{}")
    classroom.course.source(classroom.pair).unlink()
    with pytest.raises(Mistake, match="run `tito build`"):
        grade(classroom.course, Request([classroom.pair]))


def test_csv_is_quoted_and_holds_no_formula(room, tmp_path):
    """Commas, quotes and line ends survive; what a spreadsheet would calculate becomes text."""
    reason = '=HYPERLINK("http://example.org"), "quoted"\nsecond line'
    marks = [Mark("double", 2.0, 5.0, reason)]
    results = [Result("@student", room.pair, marks)]
    spreadsheets.write_csv(spreadsheets.grades(results), tmp_path / "grades.csv")
    with (tmp_path / "grades.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["student"] for row in rows] == ["'@student"] * 2
    assert rows[0]["reason"] == "'" + reason
    assert (rows[1]["exercise"], rows[1]["points"], rows[1]["max_points"]) == (
        "(total)",
        "2.0",
        "5.0",
    )


def test_what_is_executed_is_a_function_of_json(room, run_settings):
    """The seam for grading in other processes: text in, text out."""
    from tito.grading.engine.execute import execute

    done = json.loads(execute(json.dumps(room.source(room.pair)), "01_pair", run_settings))
    outputs = [cell["outputs"] for cell in done["cells"] if cell["metadata"].get("nbgrader")]
    assert outputs == [[]] * 6
