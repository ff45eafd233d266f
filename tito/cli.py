"""The command line: `tito build`, `tito start 01`, `tito grade 01 02`, ...

Each group of commands has a page `commands.py` of thin functions; the work is done in the module
that a command calls, which is imported only then, because nbgrader and nbdev take seconds to load.
A user's mistake ends in one sentence and exit status 2; a check that fails ends in exit status 1,
and so does a bug, with its traceback (see `errors`).
"""

import io
import sys
from importlib import import_module
from importlib.util import find_spec

import typer

from tito.errors import Mistake, sentence
from tito.terminal import errors, say

app = typer.Typer(
    name="tito",
    help="The tool of the TinyTorch course. Students begin with `tito start 01`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# What a student is given holds the first group only.
for _group in ("student", "grading", "authoring", "variants", "demo"):
    if find_spec(f"tito.{_group}"):
        app.add_typer(import_module(f"tito.{_group}.commands").app)


def main() -> None:
    """The entry point: runs a command. A user's mistake is one line, a bug has its traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a pipe on Windows may not know each letter
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except (Mistake, ModuleNotFoundError, OSError) as error:
        told = sentence(error)
        if not told:
            raise
        say(f"tito: {told}", errors, "red")
        raise SystemExit(Mistake.exit_code) from None


if __name__ == "__main__":
    main()
