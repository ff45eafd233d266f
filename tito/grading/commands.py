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
) -> None:
    """Grade what is in submitted/: gradebook, feedback pages, a table and grades.csv."""
    from tito.course import here
    from tito.grading import command

    if not command.grade(here(), chosen(modules), student, console):
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
