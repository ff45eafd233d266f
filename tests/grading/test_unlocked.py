"""Unlocked exercises are worth what the instructor says, whether they are marked or not."""

import csv
import datetime
import json
import re

import pytest
from nbgrader.api import Gradebook

from tito.authoring import kit
from tito.catalog import written
from tito.course import here
from tito.grading.engine.plan import Request, grade
from tito.grading.intake.unlocked import Unlocking
from tito.grading.results import spreadsheets
from tito.grading.results.class_report import About
from tito.grading.session import publish
from tito.script import BEGIN, Cell, exercises, read
from tito.unlocking import TAG, marked, opened
from tito.variants.answers import read_answers

COURSE = here()
RULES = 'c.Unlocking.modules, c.Unlocking.worth, c.Unlocking.shortest = ["01"], 0.4, 0\n'
ANSWER = "#| export\ndef double(x):\n    return 2 * x"
OWN = "def double(x): return x + x"
# {student: (text of `double`, is it tagged?, points of its five)}
ANSWERS = {
    "tagged": (ANSWER, True, 2),
    "said": (
        ANSWER.replace("def", "# unlocked on 2026-01-31 by `tito unlock 01 double`\ndef"),
        False,
        2,
    ),
    "stripped": (ANSWER, False, 2),
    "renamed": (
        "def double(y: float) -> float:\n    'mine'\n    return (2  *  y)  # mine",
        False,
        2,
    ),
    "escaped": (f"{ANSWER}\n%time double(1)", False, 2),
    "padded": (f"x = 1\nclass Mine:\n    pass\n{ANSWER}\nx = 2", False, 2),
    "forged": (OWN, True, 2),
    "own": (OWN, False, 5),
    "wrong": ("def double(x): return 3 * x", True, 0),
}


def notebook(room, module, text, tagged):
    made = room.answers(module, double=text, halve="def halve(x): return 0.5 * x")
    for cell in made.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double" and tagged:
            cell.metadata["tags"] = [TAG]
    return made


def moved(room):
    """The reference in a cell without a grade id, and the exercise's own cell deleted."""
    made = notebook(room, room.pair, ANSWER, False)
    [cell] = [c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "double"]
    cell.metadata.pop("nbgrader")
    return made


@pytest.fixture(scope="module")
def room(built, tmp_path_factory):
    room = built.copy(tmp_path_factory.mktemp("unlocked") / "course")
    config = room.course.file("nbgrader_config.py")
    config.write_text(config.read_text() + RULES)
    for student, (text, tagged, _) in ANSWERS.items():
        room.submit(student, room.pair, notebook(room, room.pair, text, tagged))
    room.submit("moved", room.pair, moved(room))
    room.submit("stripped", room.total, room.answers(room.total))
    return room


@pytest.fixture(scope="module")
def results(room):
    found = grade(room.course, Request(room.course.modules))
    return {(it.student, it.module.stem): it for it in found}


@pytest.mark.parametrize("student", [*ANSWERS, "moved"])
def test_points(results, student):
    result = results[student, "pair"]
    [double, halve] = result.marks
    expected = ANSWERS.get(student, (0, 0, 2))[2]
    assert (double.points, double.max_points, double.is_unlocked) == (expected, 5, student != "own")
    assert double.reason.startswith("unlocked: " if student != "own" else "")
    assert (halve.points, halve.is_unlocked) == (5, False)


@pytest.mark.parametrize("student", ["stripped", "renamed", "escaped", "padded", "moved"])
def test_a_mark_that_was_taken_away_is_noted(results, student):
    assert results[student, "pair"].notes == [
        "the answer to double is the reference, without the mark of `tito unlock`: it is unlocked"
    ]


@pytest.mark.parametrize("student", ["tagged", "said", "forged", "own", "wrong"])
def test_who_left_the_mark_is_not_blamed(results, student):
    assert results[student, "pair"].notes == []


def test_a_module_that_nobody_can_unlock_is_not_compared(results):
    [mark] = results["stripped", "total"].marks
    assert (mark.points, mark.is_unlocked) == (mark.max_points, False)


def test_pages_and_tables_say_so(room, results, tmp_path):
    page = (room.course.root / "feedback/tagged/01_pair/pair.html").read_text()
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "unlocked: this is the reference answer, put in by `tito unlock`" in words
    assert "Your answer to double (unlocked, 2 of 5 points)" in words
    assert "This test passes; the answer was unlocked." in words
    assert "unlocked" not in (room.course.root / "feedback/own/01_pair/pair.html").read_text()
    spreadsheets.write_csv(spreadsheets.grades(list(results.values())), tmp_path / "x.csv")
    rows = list(csv.DictReader((tmp_path / "x.csv").open()))
    told = {row["student"] for row in rows if row["reason"].startswith("unlocked:")}
    assert told == {*ANSWERS, "moved"} - {"own"}


def test_the_class_report_says_so(room, results):
    publish(room.course, list(results.values()), About(datetime.datetime.now(), 1, 1.0))
    report = room.course.class_report.read_text()
    assert report.count('<br><span class="soft">unlocked</span>') == len(ANSWERS)


def test_nbgrader_comes_to_the_same_points(room, results, records, tmp_path):
    other = room.copy(tmp_path / "course")
    (other.course.root / "nbgrader_config.py").write_text(
        (other.course.root / "nbgrader_config.py").read_text() + RULES
    )
    before = {key: value for key, value in records(other.course).items() if key[1:2] == ("grade",)}
    other.nbgrader_autograde("--force")
    after = {key: value for key, value in records(other.course).items() if key[1:2] == ("grade",)}
    assert before == after
    assert before["tagged", "grade", "double-hidden"][0] == pytest.approx(1.2)


def test_points_by_hand_stay(classroom):
    config = classroom.course.file("nbgrader_config.py")
    config.write_text(config.read_text() + RULES)
    classroom.submit("tagged", classroom.pair, notebook(classroom, classroom.pair, ANSWER, True))
    request = Request([classroom.pair], again="all")
    grade(classroom.course, request)
    with Gradebook(f"sqlite:///{classroom.course.gradebook}", "tinytorch") as gradebook:
        gradebook.find_grade("double-test", "pair", "01_pair", "tagged").manual_score = 2
        gradebook.db.commit()
    [result] = grade(classroom.course, request)
    assert [cell.points for cell in result.marks[0].cells] == [2, pytest.approx(1.2)]


# What counts as the reference


def solutions():
    for module in written():
        for exercise in exercises(read(COURSE.script(module))):
            yield pytest.param(module, exercise, id=f"{module.number:02d}-{exercise.grade_id}")


def is_reference(source, exercise, shortest=0):
    unlocking = Unlocking(shortest=shortest)
    return unlocking.is_reference([Cell("code", source, {}, (), 0)], exercise.solution.source)


@pytest.mark.parametrize(("module", "exercise"), list(solutions()))
def test_what_unlock_puts_in_is_the_reference_and_a_stub_is_not(module, exercise):
    held = json.loads(kit.sealed(COURSE, module, self_study=False))
    answer = opened(held["answers"][exercise.grade_id])
    assert is_reference(marked(answer, module, exercise.grade_id, "2026-01-31"), exercise)
    assert is_reference(re.sub(r"^\s*#.*\n", "", answer, flags=re.M), exercise)
    head, _, _ = exercise.solution.source.partition(BEGIN)
    assert not is_reference(f"{head}raise NotImplementedError", exercise)


@pytest.mark.parametrize("module", written(), ids=lambda module: module.folder)
def test_no_answer_of_ones_own_is_taken_for_it(module):
    """Neither the right answers in another style, nor the wrong ones, however short they are."""
    known = exercises(read(COURSE.script(module)))
    groups = {it.grade_id: it for it in known}
    taken = [
        variant.label
        for variant in read_answers(COURSE.answers(module), known, [])
        if is_reference(variant.source, groups[variant.group])
    ]
    assert taken == []


LONG = """\
def add(a, b):
    {begin}
    total = 0
    for item in (a, b):
        total += item
    return total
"""
EXERCISE = exercises(
    [Cell("code", LONG.format(begin=BEGIN), {"grade_id": "add", "solution": True}, (), 0)]
)[0]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("total", "s", True),
        ("total = 0", "total: int = 0", True),
        ("total = 0", '"""Adds."""\n    pass\n    total = 0', True),
        ("add(a, b)", "add(a: int, b: int = 0) -> int", False),  # a default is no annotation
        ("add(a, b)", "add(a: int, b: int) -> int", True),
        ("(a, b):\n        t", "(a,\n  b):\n            t", True),
        ("item in (a, b)", "item in (b, a)", False),
        ("0", "1", False),
        ("def add", "def plus", False),
    ],
)
def test_what_makes_no_difference(old, new, same):
    source = LONG.format(begin="")
    assert is_reference(source.replace(old, new), EXERCISE) == same


@pytest.mark.parametrize(
    "text",
    [
        *("def add(", "def add" + "(" * 10_000, "def add(a, b): return " + "-" * 50_000 + "1"),
        "def add(a, b): return a" + ".b" * 50_000,
        "def add(a, b):\n    return '\x00'",
        "add = 1",
    ],
    ids=["half", "brackets", "minus", "attributes", "null", "no function"],
)
def test_hostile_text_is_no_reference_and_no_error(text):
    assert not is_reference(text, EXERCISE)


def test_short_answers_are_alike_by_nature():
    assert is_reference(LONG.format(begin=""), EXERCISE, shortest=15)
    assert not is_reference(LONG.format(begin=""), EXERCISE, shortest=60)


@pytest.mark.parametrize(
    ("name", "compared"),
    [("02", True), ("autograd", True), ("02_autograd", True), ("2", False), ("", False)],
)
def test_modules_go_by_number_or_name(name, compared):
    assert Unlocking(modules=[name]).compares("02_autograd") == compared
    assert not Unlocking(modules=[name]).compares("12_attention")
