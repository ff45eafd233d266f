"""`tito demo`."""

import typer

from tito.terminal import console

app = typer.Typer()


@app.command()
def demo() -> None:
    """Grade an invented class from end to end; results in build/demo/."""
    from tito.course import here
    from tito.demo.end_to_end import run_demo

    course = here()
    kept = run_demo(course, course.demo, console)
    raise typer.Exit(0 if kept else 1)
