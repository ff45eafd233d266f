"""`tito demo`."""

from typing import Annotated

import typer

from tito.terminal import console

app = typer.Typer()


@app.command()
def demo(
    full: Annotated[bool, typer.Option("--full", help="The whole class in every module.")] = False,
) -> None:
    """Grade an invented class from end to end; results in build/demo/."""
    from tito.course import here
    from tito.demo.end_to_end import run_demo

    course = here()
    kept = run_demo(course, course.demo, console, full)
    raise typer.Exit(0 if kept else 1)
