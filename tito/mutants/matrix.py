"""The kill matrix of `tito mutants`, as a table for the terminal and as a figure."""

import os
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.mutants.exercises import (
    Report,
    Result,
    Variant,
    as_json,
    check_module,
    first_line,
    own_cells,
)

# What a square means: its colour, and its words in the legend.
SHADES = {
    "passed": ("#f1f1f1", "passed"),
    "own visible": ("#5b9bd5", "failed by a visible cell of its exercise"),
    "own hidden": ("#1f3f77", "failed by a hidden cell of its exercise"),
    "other": ("#f0b27a", "failed by a cell of another exercise"),
    "not run": ("#ffffff", "not run, after a time-out"),
}
WORDS = {"failed": "x", "timeout": "time", "died": "died", "passed": ".", "not run": ""}


def show(
    course: Course,
    module: Module,
    console: Console,
    json_path: Path | None = None,
    figure: Path | None = None,
    verbose: bool = False,
) -> Report:
    """Check a module's tests, print the matrix and what is wrong, and keep both under `build/`.

    Raises: Mistake where processes cannot be forked, or the module or one it needs is missing.
    """
    if not hasattr(os, "fork"):
        raise Mistake("tito mutants needs os.fork: run it on Linux, macOS or WSL")
    folder = course.root / "build" / "mutants"
    json_path = json_path or folder / f"{module.folder}.json"
    figure = figure or folder / f"{module.folder}.png"
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(module.folder, total=None)
        report = check_module(
            course,
            module,
            progress=lambda done, of: progress.update(task, completed=done, total=of),
        )
    json_path.parent.mkdir(parents=True, exist_ok=True)
    json_path.write_text(as_json(report), encoding="utf-8")
    draw(report, figure)
    if report.variants:
        console.print(table(report, verbose))
    for problem in report.problems:
        console.print(problem, style="red", markup=False, highlight=False, soft_wrap=True)
    kinds = [variant.kind for variant in report.variants]
    console.print(
        f"{kinds.count('mutant')} mutants, {kinds.count('alternative')} alternatives, "
        f"{len(report.problems)} problems, {report.seconds:.1f} s; "
        f"matrix in {json_path} and {figure}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    return report


def table(report: Report, verbose: bool = False) -> Table:
    """One row a variant: its exercise's graded cells, and how many others it fails.

    With `verbose`, the first line of what each failing cell of its exercise said as well.
    """
    rows = Table(
        title=f"{report.module.folder}: {report.seconds:.1f} s",
        title_justify="left",
        caption="x: the cell fails the variant; .: it passes it; time: it stopped it after a while",
        caption_justify="left",
    )
    for heading in ("exercise", "variant", "its graded cells"):
        rows.add_column(heading, overflow="fold")
    rows.add_column("others", justify="right")
    previous = None
    for variant in in_order(report):
        if variant.exercise != previous and previous is not None:
            rows.add_section()
        name = variant.exercise if variant.exercise != previous else ""
        previous = variant.exercise
        rows.add_row(name, _named(variant), *_cells(report, variant, verbose))
    return rows


def in_order(report: Report) -> list[Variant]:
    """The variants by exercise, mutants before alternatives."""
    place = {exercise.grade_id: k for k, exercise in enumerate(report.exercises)}
    return sorted(report.variants, key=lambda v: (place[v.exercise], v.kind != "mutant"))


def _named(variant: Variant) -> str:
    return variant.name if variant.kind == "mutant" else f"{variant.name} (alternative)"


def _cells(report: Report, variant: Variant, verbose: bool) -> tuple[str, str]:
    row = report.results.get(variant.label)
    if row is None:
        return "not run", ""
    own = own_cells(report, variant)
    if verbose:
        said = [_said(name, row[name]) for name in own]
    else:
        said = [f"{name} {WORDS[row[name].outcome]}".strip() for name in own]
    others = len(set(report.killers(variant)) - set(own))
    return escape(("\n" if verbose else "   ").join(said)), str(others or "")


def _said(name: str, result: Result) -> str:
    return f"{name}: {first_line(result) if result.killed else result.outcome}"


def _shade(report: Report, variant: Variant, grade_id: str, hidden: bool) -> str:
    result = report.results.get(variant.label, {}).get(grade_id)
    if result is None or not result.killed:
        return result.outcome if result else "not run"
    if grade_id not in own_cells(report, variant):
        return "other"
    return "own hidden" if hidden else "own visible"


def draw(report: Report, path: Path) -> None:
    """Write the matrix, variants by graded cells, as a PNG."""
    variants, cells = in_order(report), report.graded
    height, width = 0.2 * len(variants) + 2.6, 0.3 * len(cells) + 4.2
    figure = Figure(figsize=(width, height), dpi=130, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for y, variant in enumerate(variants):
        for x, cell in enumerate(cells):
            shade = _shade(report, variant, cell.grade_id, cell.is_hidden)
            axes.add_patch(Rectangle((x, y), 1, 1, facecolor=SHADES[shade][0], edgecolor="white"))
    _label(axes, report, variants)
    handles = [Patch(facecolor=c, edgecolor="#999999", label=text) for c, text in SHADES.values()]
    figure.legend(handles=handles, loc="outside lower left", fontsize=7, ncols=2, frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})


def _label(axes, report: Report, variants: list[Variant]) -> None:
    """Names of variants and cells; a line between exercises; a frame where the two meet."""
    cells = report.graded
    axes.set(xlim=(0, len(cells) or 1), ylim=(len(variants) or 1, 0))
    axes.set_xticks([x + 0.5 for x in range(len(cells))], [cell.grade_id for cell in cells])
    labels = [f"{variant.exercise} / {_named(variant)}" for variant in variants]
    axes.set_yticks([y + 0.5 for y in range(len(variants))], labels)
    axes.tick_params(labelsize=7, length=0)
    axes.tick_params(axis="x", labelrotation=90, labeltop=True, labelbottom=False)
    for exercise in report.exercises:
        rows = [y for y, v in enumerate(variants) if v.exercise == exercise.grade_id]
        own = [cell.grade_id for cell in exercise.graded]
        columns = [x for x, cell in enumerate(cells) if cell.grade_id in own]
        if rows and columns:
            corner, size = (columns[0], rows[0]), (len(columns), len(rows))
            axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor="black", linewidth=1))
            axes.axhline(rows[0], color="#888888", linewidth=0.5)
    axes.spines[:].set_visible(False)
    title = f"{report.module.folder}: which graded cell fails which wrong answer"
    axes.set_title(title, fontsize=9, loc="left", pad=12)
