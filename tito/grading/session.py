"""The commands `tito grade` and `tito collect`, with what they print."""

import datetime
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console

from tito.catalog import Module
from tito.course import Course
from tito.grading.engine import integration
from tito.grading.engine import run as grading
from tito.grading.engine.progress import Progress
from tito.grading.engine.workers import Workers
from tito.grading.intake import collect as collecting
from tito.grading.publish import publish
from tito.grading.results import class_report, tables
from tito.terminal import say


def grade(
    course: Course,
    modules: Sequence[Module],
    student: str | None,
    console: Console,
    *,
    again: grading.Again = "changed",
    pool: AbstractContextManager[Workers] | None = None,
    integrate: bool = False,
) -> bool:
    """Grade, show the tables, write files of marks and the report; whether all got their marks.

    The files and the report also hold what was graded earlier; the tables show what was asked.
    """
    begun = datetime.datetime.now()
    with Progress(console) as seen:
        results = grading.grade(
            course, modules, student, seen.done, again=again, pool=pool, planned=seen.planned
        )
    if integrate:
        chains = integration.integrate(course, {result.student for result in results})
        integration.show(chains, console)
    seconds = (datetime.datetime.now() - begun).total_seconds()
    run = class_report.Run(begun, len(results), seconds)
    lines = publish(course, grading.with_earlier(course, results), run)
    tables.show(results, console, course.root / "grades.csv")
    sandbox = class_report.sandbox(course)
    for line in [seen.summary(), *lines, *([sandbox.sentence] if sandbox.weak else [])]:
        say(line, console)
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
