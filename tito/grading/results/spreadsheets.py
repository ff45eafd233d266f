"""The marks as CSV: with all reasons, and in the forms that Canvas and Moodle import.

Always quoted, in UTF-8, and without formulas: names and reasons come from students.
"""

import csv
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from tito.course import Course
from tito.grading.results.result import Integration, Result
from tito.terminal import visible

# What a spreadsheet takes for the beginning of a formula, also in its full-width forms.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Moodle shows feedback as HTML: signs that look alike are no markup.
_NO_MARKUP = str.maketrans("<>", "‹›")
_COLUMNS = ("student", "module", "exercise", "points", "max_points", "reason")


def write_all(
    course: Course, results: Sequence[Result], chains: Sequence[Integration]
) -> list[Path]:
    """Write `grades.csv`, `grades-canvas.csv` and `grades-moodle.csv`; where they are."""
    made = {
        course.grades(): chain(grades(results), integrations(chains)),
        course.grades("canvas"): canvas(results),
        course.grades("moodle"): moodle(results),
    }
    for path, rows in made.items():
        write_csv(rows, path)
    return list(made)


def write_csv(rows: Iterable[Sequence], path: Path) -> None:
    """Write rows of texts and numbers; a text stays a text wherever the file is opened."""
    with path.open("w", newline="", encoding="utf-8", errors="replace") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([_safe(value) for value in row] for row in rows)


def _safe(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = "\n".join(map(visible, value.split("\n")))
    return "'" + text if value.lstrip(" ").startswith(_FORMULA) else text


def grades(results: Sequence[Result]) -> Iterable[Sequence]:
    """A row for each student and exercise, with the reason, and one for each student's module."""
    yield _COLUMNS
    for result in results:
        who = (result.student, result.module.folder)
        for mark in result.marks:
            yield (*who, mark.exercise, mark.points, mark.max_points, mark.reason)
        yield (*who, "(total)", _points(result), result.max_points, _told(result))


def integrations(chains: Sequence[Integration]) -> Iterable[Sequence]:
    """A row of the same form for each chain of modules that was tried."""
    for it in chains:
        passed = "" if it.problem else it.passed
        yield (it.student, "(integration)", "(total)", passed, it.total, it.problem or it.broken)


def canvas(results: Sequence[Result]) -> Iterable[Sequence]:
    """Canvas's gradebook: a row a student, known by the login, and a column a module.

    The second row holds the points that each assignment is worth.
    """
    modules, students = _modules(results), _by_student(results)
    most = [max(r.max_points for r in results if r.module.folder == name) for name in modules]
    fixed = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    yield (*fixed, *modules)
    yield ("Points Possible", "", "", "", "", *most)
    for student, mine in students.items():
        points = [_points(mine[name]) if name in mine else "" for name in modules]
        yield (student, "", "", student, "", *points)


def moodle(results: Sequence[Result]) -> Iterable[Sequence]:
    """Moodle's grade import: a row a student, known by the user name; points and feedback."""
    modules, students = _modules(results), _by_student(results)
    yield ("username", *(f"{name}{kind}" for name in modules for kind in ("", " (feedback)")))
    for student, mine in students.items():
        row: list[float | str] = [student]
        for name in modules:
            result = mine.get(name)
            row += [_points(result), _feedback(result)] if result else ["", ""]
        yield row


def _modules(results: Sequence[Result]) -> list[str]:
    return sorted({result.module.folder for result in results})


def _by_student(results: Sequence[Result]) -> dict[str, dict[str, Result]]:
    """{student: {module folder: result}}, in order."""
    found: dict[str, dict[str, Result]] = {}
    for result in sorted(results, key=lambda result: result.student):
        found.setdefault(result.student, {})[result.module.folder] = result
    return found


def _points(result: Result) -> float | str:
    """The points; nothing, rather than 0, where a submission was not graded."""
    return "" if result.problem else result.points


def _told(result: Result) -> str:
    problem = [f"not graded: {result.problem}"] if result.problem else []
    return "; ".join([*problem, *result.notes])


def _feedback(result: Result) -> str:
    lines = [f"{mark.exercise}: {mark.points:g} of {mark.max_points:g}" for mark in result.marks]
    reasons = [f"{mark.exercise}: {mark.reason}" for mark in result.marks if mark.reason]
    told = " | ".join([*lines, *reasons, *filter(None, [_told(result)])])
    return told.translate(_NO_MARKUP)
