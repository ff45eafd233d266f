"""The command line: `tito build`, `tito start 01`, `tito grade 01 02`, ...

Each group of commands has a page `commands.py` of thin functions; the work is done in the module
that a command calls, which is imported only then, because nbgrader and nbdev take seconds to load.
A user's mistake ends in one sentence and exit status 2; a check that fails ends in exit status 1.
"""

from importlib import import_module
from importlib.util import find_spec

import typer

from tito.mistake import Mistake
from tito.terminal import errors, say

app = typer.Typer(
    name="tito",
    help="Build, take, check and grade the TinyTorch course.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# What a student is given holds the first group only.
for _group in ("student", "grading", "authoring", "mutants", "demo"):
    if find_spec(f"tito.{_group}"):
        app.add_typer(import_module(f"tito.{_group}.commands").app)


def main() -> None:
    """The entry point: runs a command and turns a user's mistake into one line."""
    try:
        app()
    except (Mistake, LookupError) as mistake:
        say(f"tito: {mistake.args[0]}", errors, "red")
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
