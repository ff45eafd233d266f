"""The commands `tito grade` and `tito collect`, with what they print."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console

from tito.catalog import Module
from tito.course import Course
from tito.grading import collect as collecting
from tito.grading import grade as grading
from tito.grading import report
from tito.grading.progress import Progress
from tito.grading.workers import Workers
from tito.terminal import say


def grade(
    course: Course,
    modules: Sequence[Module],
    student: str | None,
    console: Console,
    *,
    again: grading.Again = "changed",
    pool: AbstractContextManager[Workers] | None = None,
) -> bool:
    """Grade, show the tables and write grades.csv; whether every submission got its marks.

    The file also holds what was graded earlier in other modules; the tables show what was asked.
    """
    with Progress(console) as seen:
        results = grading.grade(
            course, modules, student, seen.done, again=again, pool=pool, planned=seen.planned
        )
    path = course.root / "grades.csv"
    report.write_csv(grading.with_earlier(course, results), path)
    report.show(results, console, path)
    say(seen.summary(), console)
    say(f"marks: {path}", console)
    say(f"pages for students: {course.root / 'feedback'}", console)
    return not any(result.problem for result in results)


def collect(course: Course, folder: Path, console: Console) -> bool:
    """Collect and say what was taken and what was not; whether everything was."""
    taken, refused = collecting.collect(course, folder)
    for hand_in in taken:
        say(f"took {hand_in.student} {hand_in.module.folder} of {hand_in.time}", console)
    for line in refused:
        say(f"refused {line}", console)
    say(f"{len(taken)} taken, {len(refused)} refused", console)
    return not refused
