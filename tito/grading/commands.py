"""The instructor's commands: `tito collect` and `tito grade`."""

from pathlib import Path
from typing import Annotated

import typer

from tito.terminal import Modules, chosen, console

app = typer.Typer()


@app.command()
def grade(
    modules: Modules = None,
    student: Annotated[
        str | None, typer.Option("--student", help="Grade this student only.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", help="Submissions at a time, one core each.")
    ] = None,
    executor: Annotated[
        str | None,
        typer.Option("--executor", help="dask=ADDRESS: run on the workers of a cluster."),
    ] = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Retry submissions that crashed or timed out.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Regrade everything.")] = False,
    integration: Annotated[
        bool,
        typer.Option("--integration", help="Also test whether a student's modules work together."),
    ] = False,
) -> None:
    """Grade what is new or changed in submitted/: gradebook, pages, class report and tables."""
    from tito.course import here
    from tito.grading import session
    from tito.grading.engine import workers
    from tito.grading.engine.plan import Again, Request

    which: Again = "all" if again else "failed" if failed else "changed"
    request = Request(chosen(modules), student, which)
    pool = workers.named(executor, jobs)
    graded = session.grade(here(), request, console, pool, integration)
    if not graded:
        raise typer.Exit(1)


@app.command()
def collect(
    folder: Annotated[Path, typer.Argument(help="Where you saved the zip files of the class.")],
) -> None:
    """Take the zip files that students made with `tito submit` into submitted/."""
    from tito.course import here
    from tito.grading import session

    if not session.collect(here(), folder, console):
        raise typer.Exit(1)
