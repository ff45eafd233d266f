"""What grading shows in the terminal: tables, and the reasons in words."""

from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tito.catalog import Module
from tito.grading.results.marks import Mark
from tito.terminal import say, visible

_SHOWN = 40


@dataclass
class Result:
    """One student's module: marks, what was mended, and why it has no marks if it has none.

    penalty: points taken off because it was late.
    """

    student: str
    module: Module
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    seconds: float = 0.0
    penalty: float = 0

    @property
    def points(self) -> float:
        return sum(mark.points for mark in self.marks) - self.penalty

    @property
    def max_points(self) -> float:
        return sum(mark.max_points for mark in self.marks)


def delay(seconds: float, penalty: float) -> list[str]:
    """A note on a late submission; none for one that came in time."""
    if not seconds:
        return []
    minutes = max(1, round(seconds / 60))
    parts = zip((minutes // 1440, minutes // 60 % 24, minutes % 60), ("d", "h", "min"), strict=True)
    span = " ".join(f"{number} {unit}" for number, unit in parts if number)
    return [f"handed in {span} after the due date; points taken off: {penalty:g}"]


def table(results: list[Result]) -> Table:
    """The students of one module by its exercises."""
    module = results[0].module
    shown = Table(title=f"{module.folder}: points by exercise", title_justify="left")
    shown.add_column("student", no_wrap=True)
    names = next((result.marks for result in results if result.marks), [])
    for mark in names:
        shown.add_column(f"{mark.exercise}\n/ {mark.max_points:g}", justify="right")
    shown.add_column(f"total\n/ {sum(mark.max_points for mark in names):g}", justify="right")
    for result in results:
        cells = [Text(f"{mark.points:g}", _style(mark)) for mark in result.marks]
        total = Text(f"{result.points:g}", "bold")
        if result.problem:
            cells, total = [Text("-")] * len(names), Text("not graded", "red")
        shown.add_row(Text(visible(result.student)), *cells, total)
    return shown


def _style(mark: Mark) -> str:
    if mark.points >= mark.max_points:
        return "green"
    return "yellow" if mark.points else "red"


def reasons(results: list[Result]) -> list[str]:
    """One line for every exercise that lost points and for all that was mended."""
    lines = []
    for result in results:
        who = f"{result.student} {result.module.folder}"
        if result.problem:
            lines.append(f"{who}: not graded: {result.problem}")
        lines += [f"{who}: {note}" for note in result.notes]
        lines += [f"{who} {mark.exercise}: {mark.reason}" for mark in result.marks if mark.reason]
    return lines


def show(results: list[Result], console: Console, path: Path) -> None:
    """Print the tables and the reasons, and say where the rest is."""
    for module in dict.fromkeys(result.module.folder for result in results):
        console.print(table([result for result in results if result.module.folder == module]))
    lines = reasons(results)
    for line in lines[:_SHOWN]:
        say(line, console)
    if len(lines) > _SHOWN:
        console.print(f"... and {len(lines) - _SHOWN} more reasons, all of them in {path.name}")
