"""The command that tests the tests: `tito mutants`."""

from pathlib import Path
from typing import Annotated

import typer

from tito.mistake import Mistake
from tito.terminal import Modules, chosen, console

app = typer.Typer()


@app.command()
def mutants(
    modules: Modules = None,
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Where to write the matrix of one module.")
    ] = None,
    figure: Annotated[
        Path | None, typer.Option("--figure", help="Where to draw the matrix of one module.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show what each graded cell said.")
    ] = False,
    package: Annotated[
        bool,
        typer.Option(
            "--package",
            help="Break the package instead: the tests of boundaries must notice. Arguments are "
            "then names of tests/package_mutants/ or numbers of modules.",
        ),
    ] = False,
) -> None:
    """Test the tests: wrong answers must lose points, right ones must not."""
    from tito.course import here

    if package:
        from tito.variants import package_matrix

        report = package_matrix.show(here(), modules or [], console, json_path, figure, verbose)
        raise typer.Exit(1 if report.problems else 0)
    from tito.variants import matrix

    course, wanted = here(), chosen(modules)
    if (json_path or figure) and len(wanted) != 1:
        raise Mistake("--json and --figure take the matrix of one module: name one")
    failed = [
        module.folder
        for module in wanted
        if matrix.show(course, module, console, json_path, figure, verbose).problems
    ]
    raise typer.Exit(1 if failed else 0)
