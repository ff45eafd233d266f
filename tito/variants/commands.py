"""The command that tests the tests: `tito mutants`."""

from functools import partial
from typing import Annotated

import typer

from tito.terminal import Modules, chosen, console

app = typer.Typer()


@app.command()
def mutants(
    modules: Modules = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show what each graded cell said.")
    ] = False,
    exercise: Annotated[
        str, typer.Option("--exercise", "-e", help="Only the answers to this exercise.")
    ] = "",
    package: Annotated[
        bool,
        typer.Option(
            "--package",
            help="Change the package instead: the tests of boundaries must notice. Arguments are "
            "then names of variants in tests/package/ or numbers of modules.",
        ),
    ] = False,
) -> None:
    """Test the tests: wrong answers must lose points, right ones must not."""
    from tito.course import here
    from tito.variants import answers
    from tito.variants import package as boundaries
    from tito.variants.report import show

    course = here()
    if package:
        checks = {"package": partial(boundaries.check_package, course, modules or [])}
    else:
        check = partial(answers.check_module, course, only=exercise)
        checks = {m.folder: partial(check, m) for m in chosen(modules)}
    part = f"-{exercise}" if exercise else ""  # beside the matrix of all answers, not in its place
    reports = [
        show(check, course.matrix(name + part), console, verbose) for name, check in checks.items()
    ]
    raise typer.Exit(any(report.problems for report in reports))
