"""The command line: `tito build`, `tito start 01`, `tito grade 01 02`, ...

Every command is a thin function here; the work is done in the module it calls, which is imported
only then, because nbgrader and nbdev take seconds to load. A user's mistake ends in one sentence
and exit status 2; a check that fails ends in exit status 1.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tito import catalog

app = typer.Typer(
    name="tito",
    help="Build, take, check and grade the TinyTorch course.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console()
errors = Console(stderr=True)

Modules = Annotated[
    list[str] | None,
    typer.Argument(metavar="[MODULE]...", help="01, tensor or 01_tensor; all when left out."),
]
OneModule = Annotated[str, typer.Argument(metavar="MODULE", help="01, tensor or 01_tensor.")]


class Mistake(Exception):
    """A user's mistake: its text is one sentence that says what is wrong and what to do."""


def chosen(names: list[str] | None) -> tuple[catalog.Module, ...]:
    """The modules a command works on: those named, or all that are written."""
    return tuple(catalog.find(name) for name in names) if names else catalog.written()


@app.command()
def build(
    modules: Modules = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing: is what is generated in step?")
    ] = False,
) -> None:
    """Make source/, release/ and tinytorch/ from the percent scripts in modules/."""
    from tito import build as builder
    from tito.course import here

    if check:
        failures = builder.check(here())
        for line in failures:
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1 if failures else 0)
    chosen_modules = chosen(modules) if modules else None
    changed = builder.build(here(), chosen_modules, say=console.print)
    for name in changed:
        console.print(f"  {name}", markup=False, highlight=False)


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
) -> None:
    """Test the tests: wrong answers must lose points, right ones must not."""
    from tito import matrix
    from tito.course import here

    course, wanted = here(), chosen(modules)
    if (json_path or figure) and len(wanted) != 1:
        raise Mistake("--json and --figure take the matrix of one module: name one")
    failed = [
        module.folder
        for module in wanted
        if matrix.show(course, module, console, json_path, figure, verbose).problems
    ]
    raise typer.Exit(1 if failed else 0)


def main() -> None:
    """The entry point: runs a command and turns a user's mistake into one line."""
    try:
        app()
    except (Mistake, LookupError) as mistake:
        errors.print(f"tito: {mistake.args[0]}", style="red", markup=False, highlight=False)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
