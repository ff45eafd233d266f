"""The commands `tito grade` and `tito collect`, with what they print."""

import datetime
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tito.catalog import Module
from tito.course import Course
from tito.grading import classreport, report, spreadsheets
from tito.grading import collect as collecting
from tito.grading import grade as grading
from tito.terminal import say, visible


def grade(course: Course, modules: Sequence[Module], student: str | None, console: Console) -> bool:
    """Grade, show the tables, write files of marks and the report; whether all got their marks.

    The files and the report also hold what was graded earlier; the tables show this run.
    """
    begun, started = time.perf_counter(), datetime.datetime.now()
    total = sum(len(grading.submitters(course, module, student)) for module in modules)
    with _progress(console) as progress:
        task = progress.add_task("grading", total=total)

        def done(result: report.Result) -> None:
            progress.update(task, advance=1, description=f"graded {visible(result.student)}"[:30])
            if not console.is_terminal:  # where no bar can be drawn
                say(f"graded {result.student} {result.module.folder}", console)

        results = grading.grade(course, modules, student, done)
    known = grading.with_earlier(course, results)
    paths = spreadsheets.write_all(known, course.root)
    report.show(results, console, paths[0])
    seconds = time.perf_counter() - begun
    run = classreport.Run(started, len(results), seconds)
    classreport.write(course, known, run, course.root / "report.html")
    each = seconds / len(results)
    say(f"{len(results)} submissions in {seconds:.0f} s, {each:.1f} s each", console)
    say(f"class report: {course.root / 'report.html'}", console)
    say(f"marks: {', '.join(map(str, paths))}", console)
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
