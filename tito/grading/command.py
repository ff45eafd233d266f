"""The commands `tito grade` and `tito collect`, with what they print."""

import datetime
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tito.catalog import Module
from tito.course import Course
from tito.grading import classreport, integration, report
from tito.grading import collect as collecting
from tito.grading import grade as grading
from tito.grading.publish import publish
from tito.terminal import say, visible


def grade(
    course: Course,
    modules: Sequence[Module],
    student: str | None,
    console: Console,
    integrate: bool = False,
) -> bool:
    """Grade, show the tables, write files of marks and the report; whether all got their marks.

    The files and the report also hold what was graded earlier; the tables show this run.
    """
    begun, started = time.perf_counter(), datetime.datetime.now()
    total = sum(len(grading.submitters(course, module, student)) for module in modules)
    with _progress(console) as progress:
        task = progress.add_task("grading", total=total)

        def done(result: report.Result) -> None:
            said = f"graded {visible(result.student)}"
            progress.update(task, advance=1, description=said[:30])
            if not console.is_terminal:  # where no bar can be drawn
                say(f"{said} {result.module.folder}", console)

        results = grading.grade(course, modules, student, done)
    if integrate:
        chains = integration.integrate(course, {result.student for result in results})
        integration.show(chains, console)
    seconds = time.perf_counter() - begun
    run = classreport.Run(started, len(results), seconds)
    lines = publish(course, grading.with_earlier(course, results), run)
    report.show(results, console, course.root / "grades.csv")
    each = seconds / len(results)
    say(f"{len(results)} submissions in {seconds:.0f} s, {each:.1f} s each", console)
    for line in lines:
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


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
