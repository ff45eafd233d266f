"""The invented class of `make demo`: nobody in it may score what they must not."""

import zipfile
from collections import Counter

import nbformat
import pytest
from variant_files import drop

from tito.authoring import build
from tito.course import Course
from tito.demo import end_to_end, invented
from tito.grading.engine.score import Mark
from tito.grading.results.result import Result


@pytest.fixture
def known(toy):
    """What each exercise of the toy course may be worth: {module folder: {exercise: points}}."""
    return {
        module.folder: {e.grade_id: e.points for e in invented.answers_to(toy, module).exercises}
        for module in toy.modules
    }


def scores_of(students, known):
    """Scores as they must be: full for right answers, 1 for wrong ones, 0 for empty ones."""
    value = {
        invented.RIGHT: lambda most: most,
        invented.WRONG: lambda most: 1,
        invented.EMPTY: lambda most: 0,
    }
    return {
        student.name: {
            folder: {
                exercise: (value[student.kind(folder, exercise)](most), most)
                for exercise, most in exercises.items()
            }
            for folder, exercises in known.items()
        }
        for student in students
    }


def labels(students):
    return Counter(
        answer.label for s in students for given in s.answers.values() for answer in given.values()
    )


@pytest.mark.parametrize("mistaken", [1, 3, 12])
def test_every_mutant_and_alternative_is_somebodys_answer(toy, mistaken):
    students = invented.make_class(toy, toy.modules, mistaken)
    variants = [v for module in toy.modules for v in invented.answers_to(toy, module).variants]
    given = labels(students)
    assert {variant.label for variant in variants} <= set(given)
    assert all(given[variant.label] == 1 for variant in variants if variant.kind == "mutant")


def test_the_class_is_mixed_and_named(toy):
    students = invented.make_class(toy, toy.modules)
    assert [s.name for s in students] == [f"student-{n:02d}" for n in range(1, len(students) + 1)]
    assert len(students) >= 10
    wanted = {"the reference", "nothing solved", "half of it solved", "ends the process"}
    assert wanted <= {student.about for student in students}


def test_the_whole_class_hands_in_some_modules_and_a_few_students_all(toy):
    students = invented.make_class(toy, toy.modules, mistaken=2, whole=toy.modules[:1])
    of = {student.about: student.submits for student in students}
    assert {a for a, folders in of.items() if folders == ("01_pair", "02_total")} >= {
        "the reference",
        "other right answers 1",
        "nothing solved",
    }
    assert of["half of it solved"] == of["ends the process"] == ("01_pair",)
    assert all(set(student.answers) <= set(student.submits) for student in students)
    wrong = invented.answers_to(toy, toy.modules[0]).mutants()
    assert {variant.label for variant in wrong} <= set(labels(students))
    (mixed, *_) = [student for student in students if student.about.endswith("mistakes")]
    assert mixed.submits == ("01_pair", "02_total")
    assert mixed.about == f"{mixed.count(invented.WRONG)} mistakes"


def test_who_handed_nothing_in_where_something_was_due_is_named(toy):
    students = invented.make_class(toy, toy.modules, whole=toy.modules[:1])
    due = [(s.name, folder) for s in students for folder in s.submits]
    lines = end_to_end.not_graded(students, [])
    assert len(lines) == len(due)
    assert lines[0] == ("student-01 (the reference) has no marks in 01_pair: nothing was collected")


def test_what_is_submitted_is_the_release_with_answers(toy, tmp_path):
    build.build(toy)
    student = invented.make_class(toy, toy.modules)[0]
    zips = invented.submit_all(toy, student, toy.modules, tmp_path / "work")
    assert [path.name.split("__")[:2] for path in zips] == [
        ["01_pair", "student-01"],
        ["02_total", "student-01"],
    ]
    release = nbformat.read(toy.release(toy.modules[0]), as_version=4)
    made = submitted_in(zips[0])
    changed = [a for a, b in zip(made.cells, release.cells, strict=True) if a != b]
    assert [cell.id for cell in changed] == ["double", "halve"]
    assert changed[0].source.endswith("# One line.\n    return 2 * x")
    assert not any("SOLUTION" in cell.source for cell in made.cells)


def submitted_in(path):
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        return nbformat.reads(archive.read(name).decode(), as_version=4)


def test_the_promise_is_kept_by_a_class_as_it_must_be(toy, known):
    students = invented.make_class(toy, toy.modules)
    assert end_to_end.broken_promises(students, scores_of(students, known)) == []


@pytest.mark.parametrize(
    ("about", "points", "rule"),
    [
        ("the reference", 4, "a right answer gets full points"),
        ("other right answers 1", 0, "a right answer gets full points"),
        ("nothing solved", 1, "an empty answer scores 0"),
        ("ends the process", 0, "a right answer gets full points"),
    ],
)
def test_points_that_must_not_be_are_named(toy, known, about, points, rule):
    students = invented.make_class(toy, toy.modules)
    scores = scores_of(students, known)
    (student,) = [student for student in students if student.about == about]
    scores[student.name]["01_pair"]["double"] = (points, 5)
    (line,) = end_to_end.broken_promises(students, scores)
    assert line.startswith(
        f"{student.name} ({about}) has {points} of 5 points in double of 01_pair"
    )
    assert line.endswith(rule)


def test_a_wrong_answer_with_full_points_is_named(toy, known):
    students = invented.make_class(toy, toy.modules)
    scores = scores_of(students, known)
    (student,) = [s for s in students if "edge halve/floor" in labels([s])]
    scores[student.name]["01_pair"]["halve"] = (5, 5)
    (line,) = end_to_end.broken_promises(students, scores)
    assert "edge halve/floor" in line
    assert line.endswith("a wrong answer loses points in its own exercise")


@pytest.mark.slow
def test_the_class_is_graded_as_it_must_be(toy, tmp_path):
    """The whole job on the first toy module: submits, collects, grades, and the promise holds."""
    toy = Course(toy.root, toy.catalog[:1])
    build.build(toy)
    # What becomes of an endless loop is tested elsewhere, and takes a minute.
    for exercise, name in (("halve", "endless"), ("double", "tripled")):
        drop(toy.answers(toy.modules[0]) / f"{exercise}.py", f"mutant: {name}")
    lines = []
    students, results = end_to_end.grade_class(toy, tmp_path / "demo", lines.append, mistaken=2)
    assert end_to_end.not_graded(students, results) == []
    scores = end_to_end.scores_of(results)
    assert end_to_end.broken_promises(students, scores) == []
    assert end_to_end.not_run(students, results) == []
    assert scores["student-01"]["01_pair"] == {"double": (5, 5), "halve": (5, 5)}
    assert len(end_to_end.feedback_pages(students, tmp_path / "demo")) == len(students)
    assert len(lines) == len(students) + 1
    end_to_end.draw_class(students, toy.modules, scores, tmp_path / "scores.png")
    assert (tmp_path / "scores.png").stat().st_size > 10_000


def test_an_empty_notebook_that_stopped_is_named(toy):
    students = [invented.Student("student-01", "nothing solved")]
    marks = [
        Mark("double", 0, 5, "this exercise is not solved yet"),
        Mark("halve", 0, 5, "not run"),
        Mark("leap", 0, 0),  # a stretch exercise: nothing to lose, so no reason
    ]
    results = [Result("student-01", toy.modules[0], marks)]
    (line,) = end_to_end.not_run(students, results)
    assert line.endswith("did not run to the end of 01_pair: halve: not run")
