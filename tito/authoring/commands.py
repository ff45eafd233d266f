"""The authors' commands: `tito build`, `tito measures` and `tito kit`."""

from pathlib import Path
from typing import Annotated

import typer

from tito.catalog import find
from tito.terminal import Modules, chosen, console, say

app = typer.Typer()


@app.command()
def build(
    modules: Modules = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; name what is out of date.")
    ] = False,
) -> None:
    """Make notebooks and the package from the percent scripts in modules/ and scenarios/."""
    from tito.authoring import build
    from tito.course import here

    wanted = chosen(modules) if modules else None
    if not check:
        for name in build.build(here(), wanted, say=say):
            say(f"  {name}")
        return
    failures = build.check(here(), wanted)
    for line in failures:
        say(line)
    say(f"{len(failures)} failures" if failures else "generated files are up to date")
    raise typer.Exit(1 if failures else 0)


@app.command()
def measures(modules: Modules = None) -> None:
    """What a student meets in each module, in numbers: points, lines, words, minutes."""
    from tito.authoring.measures import measure, table
    from tito.course import here

    console.print(table([measure(here(), module) for module in chosen(modules)]))


@app.command()
def kit(
    with_solutions: Annotated[
        str,
        typer.Option(metavar="01,02", help="Modules whose answers `tito unlock` may open."),
    ] = "",
    self_study: Annotated[
        bool,
        typer.Option("--self-study", help="For learning alone: all answers and hidden tests."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.zip", help="Where to; default build/tinytorch-course.zip."),
    ] = None,
) -> None:
    """Make the archive to hand out: all that students need, and by default no answers."""
    from tito.authoring import kit
    from tito.course import here

    course = here()
    names = [name for name in with_solutions.split(",") if name.strip()]
    named = [find(name, course.catalog) for name in names]
    solved = tuple(module for module in course.modules if self_study or module in named)
    kit.make(course, kit.Given(solved, self_study), out or course.kit(kit.TOP), say)
