"""What all commands share: the arguments that name modules, and how a line is printed."""

from typing import Annotated

import typer
from rich.console import Console

from tito import catalog

console = Console()
errors = Console(stderr=True)


def completions(incomplete: str) -> list[tuple[str, str]]:
    """The modules whose number, stem or folder begins like what was typed, with their titles."""
    return [
        (name, module.title)
        for module in catalog.written()
        for name in (module.folder, module.stem)
        if name.startswith(incomplete.lower())
    ]


Modules = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[MODULE]...",
        help="01, tensor, 01_tensor, 01..08; all by default.",
        autocompletion=completions,
    ),
]
OneModule = Annotated[
    str,
    typer.Argument(metavar="MODULE", help="01, tensor or 01_tensor.", autocompletion=completions),
]
ModuleHere = Annotated[
    str | None,
    typer.Argument(
        metavar="[MODULE]",
        help="01, tensor or 01_tensor; that of this folder if left out.",
        autocompletion=completions,
    ),
]
OptionalModule = Annotated[
    str | None,
    typer.Argument(
        metavar="[MODULE]",
        help="01, tensor, 01_tensor, 01..08; all by default.",
        autocompletion=completions,
    ),
]


def chosen(names: list[str] | None) -> tuple[catalog.Module, ...]:
    """The modules a command works on: those named, or all that are written."""
    return catalog.find_all(names) if names else catalog.written()


def visible(text: str) -> str:
    """The text with what a terminal would obey, or nobody would see, written out: `\\x1b`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def say(line: str, to: Console = console, style: str | None = None) -> None:
    """Print lines as they are: no markup, no colours but `style`, no wrapping, nothing unseen."""
    line = "\n".join(map(visible, line.split("\n")))
    to.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
