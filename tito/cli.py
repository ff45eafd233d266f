"""The command line: `tito build`, `tito start 01`, `tito grade 01 02`, ...

Every command is a thin function here; the work is done in the module it calls, which is imported
only then, because nbgrader and nbdev take seconds to load. A user's mistake ends in one sentence
and exit status 2; a check that fails ends in exit status 1.
"""

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


def main() -> None:
    """The entry point: runs a command and turns a user's mistake into one line."""
    try:
        app()
    except (Mistake, LookupError) as mistake:
        errors.print(f"tito: {mistake.args[0]}", style="red", markup=False, highlight=False)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
