"""The matrix of `tito mutants --package`: variants of the package by the tests they fail."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from tito.course import Course
from tito.mutants.package import MAX_FAILURES, Outcome, Report, Variant, as_json, check_package


def show(
    course: Course,
    names: list[str],
    console: Console,
    json_path: Path | None = None,
    figure: Path | None = None,
    verbose: bool = False,
) -> Report:
    """Try the variants, print the matrix and what is wrong, and keep both under `build/mutants/`.

    Raises: Mistake, see `check_package`.
    """
    folder = course.root / "build" / "mutants"
    json_path, figure = json_path or folder / "package.json", figure or folder / "package.png"
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("package", total=None)
        report = check_package(
            course, names, lambda done, of: progress.update(task, completed=done, total=of)
        )
    json_path.parent.mkdir(parents=True, exist_ok=True)
    json_path.write_text(as_json(report), encoding="utf-8")
    if report.outcomes:
        draw(report, figure)
        console.print(table(report, verbose))
    right = [variant for variant in report.variants if variant.right]
    plain = {"markup": False, "highlight": False, "soft_wrap": True}
    for problem in report.problems:
        console.print(problem, style="red", **plain)
    console.print(
        f"{len(report.variants)} variants of the package, {len(right)} of them right, "
        f"{len(report.problems)} problems, {report.seconds:.1f} s; matrix in {json_path} "
        f"and {figure}",
        **plain,
    )
    return report


def short(test: str) -> str:
    """The name of a test without its folders: `test_file.py::test_name[case]`."""
    return test.rpartition("/")[2]


def said(variant: Variant, outcome: Outcome, verbose: bool) -> str:
    """The tests that failed, or that all passed; red where that is wrong."""
    lines = [
        f"{short(test)}: {words}" if verbose else short(test)
        for test, words in outcome.caught.items()
    ]
    if variant.right and not outcome.problem:
        return f"[green]right: all {outcome.passed} tests pass[/green]"
    text = escape("\n".join(lines)) if variant.right or not outcome.problem else "none"
    return f"[red]{text or 'none'}[/red]" if outcome.problem else text


def table(report: Report, verbose: bool = False) -> Table:
    """A row a variant: the tests that caught it and, with `verbose`, what they said."""
    rows = Table(
        title=f"package: {report.seconds:.1f} s, unchanged {report.baseline:.1f} s",
        title_justify="left",
        caption=f"a run stops after {MAX_FAILURES} failures",
        caption_justify="left",
    )
    for heading in ("module", "variant", "tests that caught it"):
        rows.add_column(heading, overflow="fold")
    previous = ""
    for variant in report.variants:
        if previous and variant.module != previous:
            rows.add_section()
        module = variant.module if variant.module != previous else ""
        text = said(variant, report.outcomes[variant.name], verbose)
        rows.add_row(module, variant.name.partition("_")[2], text)
        previous = variant.module
    return rows


def draw(report: Report, path: Path) -> None:
    """Write the matrix, variants by the tests that caught any, as a PNG."""
    caught = {
        variant.name: {
            short(test).partition("[")[0] for test in report.outcomes[variant.name].caught
        }
        for variant in report.variants
    }
    tests = sorted(set().union(*caught.values()))
    figure = Figure(
        figsize=(0.25 * len(tests) + 5, 0.2 * len(caught) + 5), dpi=110, layout="constrained"
    )
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    grid = [[float(test in row) for test in tests] or [0.0] for row in caught.values()]
    axes.imshow(grid, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    labels = [test.replace("test_", "").replace(".py::", ": ") for test in tests]
    axes.set_xticks(range(len(tests)), labels, rotation=90)
    axes.set_yticks(range(len(caught)), caught)
    for label, variant in zip(axes.get_yticklabels(), report.variants, strict=True):
        problem = report.outcomes[variant.name].problem
        label.set_color("#c00000" if problem else "#207020" if variant.right else "black")
    axes.set_xticks([x - 0.5 for x in range(1, len(tests))], minor=True)
    axes.set_yticks([y - 0.5 for y in range(1, len(caught))], minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    stems = [variant.module for variant in report.variants]
    for y in range(1, len(stems)):
        if stems[y] != stems[y - 1]:
            axes.axhline(y - 0.5, color="#888888", linewidth=0.5)
    axes.tick_params(which="both", labelsize=7, length=0)
    axes.spines[:].set_visible(False)
    title = "which boundary test catches which broken package (green: right ones, which none may)"
    axes.set_title(title, fontsize=9, loc="left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})
