"""The command that tests the tests: `tito mutants`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from tito.errors import Mistake
from tito.terminal import Modules, chosen, console

app = typer.Typer()


@app.command()
def mutants(
    modules: Modules = None,
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Where to write the matrix of one module.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show what each graded cell said.")
    ] = False,
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
        checks = {m.folder: partial(answers.check_module, course, m) for m in chosen(modules)}
    if json_path and len(checks) != 1:
        raise Mistake("--json takes the matrix of one module: name one")
    reports = [
        show(check, json_path or course.matrix(name), console, verbose)
        for name, check in checks.items()
    ]
    raise typer.Exit(1 if any(report.problems for report in reports) else 0)
