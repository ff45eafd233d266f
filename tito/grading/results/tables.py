"""What grading prints in the terminal: tables, and the reasons in words."""

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tito.grading.results.marks import Mark
from tito.grading.results.result import Integration, Result
from tito.terminal import say, visible

_MOST_LINES = 40


def points_table(results: list[Result]) -> Table:
    """The students of one module by its exercises."""
    module = results[0].module
    table = Table(title=f"{module.folder}: points by exercise", title_justify="left")
    table.add_column("student", no_wrap=True)
    names = next((result.marks for result in results if result.marks), [])
    for mark in names:
        table.add_column(f"{mark.exercise}\n/ {mark.max_points:g}", justify="right")
    table.add_column(f"total\n/ {sum(mark.max_points for mark in names):g}", justify="right")
    for result in results:
        cells = [Text(f"{mark.points:g}", _style(mark)) for mark in result.marks]
        total = Text(f"{result.points:g}", "bold")
        if result.problem:
            cells, total = [Text("-")] * len(names), Text("not graded", "red")
        table.add_row(Text(visible(result.student)), *cells, total)
    return table


def _style(mark: Mark) -> str:
    if mark.points >= mark.max_points:
        return "green"
    return "yellow" if mark.points else "red"


def reason_lines(results: list[Result]) -> list[str]:
    """One line for every exercise that lost points and for all that was mended."""
    lines = []
    for result in results:
        who = f"{result.student} {result.module.folder}"
        if result.problem:
            lines.append(f"{who}: not graded: {result.problem}")
        lines += [f"{who}: {note}" for note in result.notes]
        lines += [f"{who} {mark.exercise}: {mark.reason}" for mark in result.marks if mark.reason]
    return lines


def print_results(results: list[Result], console: Console, path: Path) -> None:
    """Print the tables and the reasons, and say where the rest is."""
    for module in dict.fromkeys(result.module.folder for result in results):
        console.print(
            points_table([result for result in results if result.module.folder == module])
        )
    lines = reason_lines(results)
    for line in lines[:_MOST_LINES]:
        say(line, console)
    if len(lines) > _MOST_LINES:
        console.print(
            f"... and {len(lines) - _MOST_LINES} more reasons, all of them in {path.name}"
        )


def print_chains(chains: Iterable[Integration], console: Console) -> None:
    """Print a line a student."""
    for it in chains:
        told = it.problem or it.broken or "the chain holds"
        say(f"integration {it.student}: {it.passed} of {it.total}: {told}", console)
