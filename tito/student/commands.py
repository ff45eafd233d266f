"""The student's commands: `tito start`, `check`, `export`, `unlock`, `doctor`, `submit`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tito import catalog
from tito.mistake import Mistake
from tito.terminal import OneModule, console, say

app = typer.Typer()


@app.command()
def start(
    module: OneModule,
    folder: Annotated[
        Path, typer.Option("--in", metavar="DIR", help="The folder for your work.")
    ] = Path(),
) -> None:
    """Begin a module: its notebook in your folder, next to what you exported before."""
    from tito.course import here
    from tito.student import workspace

    course = here()
    workspace.start(course, catalog.find(module, course.catalog), folder, say)


@app.command()
def check(module: OneModule) -> None:
    """Run your notebook in a fresh kernel: each exercise passed, failed or not begun."""
    from tito.course import here
    from tito.student import selfcheck, workspace

    course = here()
    wanted = catalog.find(module, course.catalog)
    space = workspace.here(course, Path.cwd())
    with console.status(f"running {space.notebook(wanted)} in a fresh kernel"):
        report = selfcheck.check(space, wanted)
    console.print(selfcheck.table(report, wanted.folder))
    for line in selfcheck.lines(report):
        say(line)
    raise typer.Exit(0 if report.passed else 1)


@app.command()
def export(module: OneModule) -> None:
    """Make your notebook part of your own package, tinytorch/core/."""
    from tito.course import here
    from tito.student import workspace

    course = here()
    wanted = catalog.find(module, course.catalog)
    workspace.export(workspace.here(course, Path.cwd()), wanted, say)


@app.command()
def unlock(
    module: OneModule,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
) -> None:
    """Stuck? Put the reference of a module into your package, if your kit holds it."""
    from datetime import date

    from tito.course import here
    from tito.student import unlock as unlocking
    from tito.student import workspace

    course = here()
    wanted = catalog.find(module, course.catalog)
    space = workspace.here(course, Path.cwd())
    unlocking.reference(space, wanted)
    if not yes and not sys.stdin.isatty():
        raise Mistake("it takes the place of your own version: say `--yes` if you mean it")
    if yes or typer.confirm(
        f"Put the reference of module {wanted.folder} in the place of your own version? "
        "Yours is kept, and your notebook stays as it is."
    ):
        unlocking.unlock(space, wanted, date.today(), say)
    else:
        say("nothing was changed")


@app.command()
def doctor() -> None:
    """Is everything here that the course needs? What is not comes with its cure."""
    from tito.course import here
    from tito.student import doctor as examination
    from tito.student import workspace

    course, folder = here(), Path.cwd()
    with console.status("looking around"):
        findings = examination.examine(course, workspace.find(course, folder), folder)
    console.print(examination.table(findings))
    raise typer.Exit(1 if any(finding.cure for finding in findings) else 0)


@app.command()
def submit(
    module: OneModule,
    student: Annotated[
        str | None, typer.Option(metavar="ID", help="Who you are; asked once, then remembered.")
    ] = None,
) -> None:
    """Make the zip file to hand in."""
    from tito.course import here
    from tito.student import workspace

    course = here()
    wanted = catalog.find(module, course.catalog)
    space = workspace.here(course, Path.cwd())
    student = student or space.student
    if not student and not sys.stdin.isatty():
        raise Mistake("whose work is it: say `--student ID`, with the id your instructor knows")
    workspace.submit(space, wanted, student or typer.prompt("your student id"), say)
