"""The commands `tito grade` and `tito collect`, with what they print."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from tito.catalog import Module
from tito.course import Course
from tito.grading import collect as collecting
from tito.grading import grade as grading
from tito.grading import report
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
    with _progress(console) as progress:
        pace = _Pace(console, progress)
        results = grading.grade(
            course, modules, student, pace.done, again=again, pool=pool, planned=pace.planned
        )
    path = course.root / "grades.csv"
    report.write_csv(grading.with_earlier(course, results), path)
    report.show(results, console, path)
    say(pace.summary(), console)
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


class _Pace:
    """Says how far the run is: a bar, or lines where no bar can be drawn."""

    def __init__(self, console: Console, progress: Progress):
        self.console, self.progress = console, progress
        self.total = self.count = 0
        self.begun = time.perf_counter()

    def planned(self, plan: grading.Plan) -> None:
        """Say what there is to do."""
        self.total, self.begun = len(plan.todo), time.perf_counter()
        say(f"{len(plan.earlier)} graded before, {self.total} to do", self.console)
        self.task = self.progress.add_task("grading", total=self.total)

    def done(self, result: report.Result) -> None:
        """Say that one submission is finished."""
        self.count += 1
        who = f"{result.student} {result.module.folder}"
        self.progress.update(self.task, advance=1, description=who[:40])
        if not self.console.is_terminal:
            left = self.seconds / self.count * (self.total - self.count)
            line = f"graded {self.count} of {self.total}: {who}, {_duration(left)} left"
            say(line, self.console)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.begun

    def summary(self) -> str:
        """What was done, in a line."""
        if not self.count:
            return "nothing had to be graded again (`--again` grades it all the same)"
        each = self.seconds / self.count
        return f"{self.count} submissions in {_duration(self.seconds)}, {each:.2g} s each"


class _Rate(ProgressColumn):
    """How fast it goes."""

    def render(self, task: Task) -> Text:
        """Submissions a minute, once that can be told."""
        return Text(f"{60 * task.speed:.0f}/min" if task.speed else "")


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        speed_estimate_period=120,
        disable=not console.is_terminal,
    )
