"""The command line: `tito build`, `tito start 01`, `tito grade 01 02`, ...

Every command is a thin function here; the work is done in the module it calls, which is imported
only then, because nbgrader and nbdev take seconds to load. A user's mistake ends in one sentence
and exit status 2; a check that fails ends in exit status 1.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tito import catalog
from tito.mistake import Mistake

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


def chosen(names: list[str] | None) -> tuple[catalog.Module, ...]:
    """The modules a command works on: those named, or all that are written."""
    return tuple(catalog.find(name) for name in names) if names else catalog.written()


def say(line: str) -> None:
    """Print a line as it is: no markup, no colours, no wrapping."""
    console.print(line, markup=False, highlight=False, soft_wrap=True)


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

    wanted = chosen(modules) if modules else None
    if not check:
        for name in builder.build(here(), wanted, say=say):
            say(f"  {name}")
        return
    failures = builder.check(here(), wanted)
    for line in failures:
        say(line)
    say(f"{len(failures)} failures" if failures else "what is generated is in step")
    raise typer.Exit(1 if failures else 0)


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
        from tito import package_matrix

        report = package_matrix.show(here(), modules or [], console, json_path, figure, verbose)
        raise typer.Exit(1 if report.problems else 0)
    from tito import matrix

    course, wanted = here(), chosen(modules)
    if (json_path or figure) and len(wanted) != 1:
        raise Mistake("--json and --figure take the matrix of one module: name one")
    failed = [
        module.folder
        for module in wanted
        if matrix.show(course, module, console, json_path, figure, verbose).problems
    ]
    raise typer.Exit(1 if failed else 0)


@app.command()
def start(
    module: OneModule,
    folder: Annotated[
        Path, typer.Option("--in", metavar="DIR", help="The folder for your work.")
    ] = Path(),
) -> None:
    """Begin a module: its notebook in your folder, next to what you exported before."""
    from tito import workspace
    from tito.course import here

    course = here()
    workspace.start(course, catalog.find(module, course.catalog), folder, say)


@app.command()
def check(module: OneModule) -> None:
    """Run your notebook in a fresh kernel: each exercise passed, failed or not begun."""
    from tito import selfcheck, workspace
    from tito.course import here

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
    from tito import workspace
    from tito.course import here

    course = here()
    wanted = catalog.find(module, course.catalog)
    workspace.export(workspace.here(course, Path.cwd()), wanted, say)


@app.command()
def submit(
    module: OneModule,
    student: Annotated[
        str | None, typer.Option(metavar="ID", help="Who you are; asked once, then remembered.")
    ] = None,
) -> None:
    """Make the zip file to hand in."""
    from tito import workspace
    from tito.course import here

    course = here()
    wanted = catalog.find(module, course.catalog)
    space = workspace.here(course, Path.cwd())
    student = student or space.student
    if not student and not sys.stdin.isatty():
        raise Mistake("whose work is it: say `--student ID`, with the id your instructor knows")
    workspace.submit(space, wanted, student or typer.prompt("your student id"), say)


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


@app.command()
def demo() -> None:
    """Grade an invented class from end to end; results in build/demo/."""
    from tito import demo as demonstration
    from tito.course import here

    course = here()
    kept = demonstration.show(course, course.root / "build" / "demo", console)
    raise typer.Exit(0 if kept else 1)


def main() -> None:
    """The entry point: runs a command and turns a user's mistake into one line."""
    try:
        app()
    except (Mistake, LookupError) as mistake:
        text = f"tito: {mistake.args[0]}"
        errors.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
