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
    integration: Annotated[
        bool,
        typer.Option("--integration", help="Also test whether a student's modules work together."),
    ] = False,
) -> None:
    """Grade what is in submitted/: gradebook, feedback pages, class report and tables."""
    from tito.course import here
    from tito.grading import command

    if not command.grade(here(), chosen(modules), student, console, integration):
        raise typer.Exit(1)


@app.command()
def collect(
    folder: Annotated[Path, typer.Argument(help="Where the zip files of the class were saved.")],
) -> None:
    """Take the zip files that students made with `tito submit` into submitted/."""
    from tito.course import here
    from tito.grading import command

    if not command.collect(here(), folder, console):
        raise typer.Exit(1)
