"""The command line: `tito build`, `tito start 01`, `tito grade 01 02`, ...

Each group of commands has a page `commands.py` of thin functions; the work is done in the module
that a command calls, which is imported only then, because nbgrader and nbdev take seconds to load.
A user's mistake ends in one sentence and exit status 2; a check that fails ends in exit status 1.
"""

import io
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from typing import NoReturn

import typer

from tito.errors import DENIED, FULL, Mistake, cure
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
    """The entry point: runs a command and turns a user's mistake into one line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a pipe on Windows may not know each letter
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except (Mistake, LookupError) as mistake:
        fail(str(mistake.args[0]))
    except ModuleNotFoundError as error:
        if (error.name or "tito").partition(".")[0] in ("tito", "tinytorch"):
            raise
        fail(f"the package {error.name} is missing: run `pip install -r requirements.txt -e .`")
    except OSError as error:
        if error.errno not in FULL | DENIED:
            raise
        fail(f"{error.filename or tempfile.gettempdir()}: {error.strerror}: {cure(error)}")
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def fail(sentence: str) -> NoReturn:
    """End the command because its user, or the machine, must do something first."""
    say(f"tito: {sentence}", errors, "red")
    raise SystemExit(2) from None


if __name__ == "__main__":
    main()
