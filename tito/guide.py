"""The student's commands in one table: how each is called, and what it does.

`tito --help`, the functions of `import tito` in a notebook, the start page, README.md, the kit's
README and docs/student.md are made from it. A function without a row here is no command.
"""

from collections.abc import Iterable
from typing import NamedTuple

SOURCE = "tito/guide.py"


class Command(NamedTuple):
    """A command as it is typed in a terminal and, if it can be called there, in a notebook."""

    terminal: str
    notebook: str
    does: str

    @property
    def name(self) -> str:
        return self.terminal.split()[1]

    @property
    def help(self) -> str:
        """What it does, as a sentence."""
        return f"{self.does[0].upper()}{self.does[1:]}."


_ROWS = (
    ("tito start 01", "tito.start(1)", "begin a module: put its notebook into your folder"),
    (
        "tito check 01",
        "tito.check()",
        "see what passes, what fails and why, and what you have not begun",
    ),
    ("tito export 01", "tito.export()", "make your code part of your own package, `tinytorch`"),
    ("tito status", "tito.status()", "see where you stand, and what comes next"),
    ("tito submit 01 --student ID", 'tito.submit(student="ID")', "make the zip file to hand in"),
    ("tito integrate", "tito.integrate()", "train models with what you have built"),
    ("tito lab", "", "open JupyterLab at its start page, with links to your notebooks"),
    (
        "tito reset 01",
        "tito.reset(yes=True)",
        "start a notebook, or one exercise, over; the old notebook is kept",
    ),
    (
        "tito update",
        "tito.update()",
        "move your work into a newer release; the old notebook is kept",
    ),
    (
        "tito unlock 01 NAME",
        'tito.unlock("NAME", yes=True)',
        "see the answer to one exercise, if your copy of the course holds it",
    ),
    ("tito doctor", "", "find out what is wrong with your installation, and how to fix it"),
)
COMMANDS = {command.name: command for command in (Command(*row) for row in _ROWS)}


def in_notebooks() -> list[str]:
    """The names of the commands that are also functions of `import tito`."""
    return [name for name, command in COMMANDS.items() if command.notebook]


def table(names: Iterable[str] = COMMANDS) -> str:
    """Commands as a Markdown table."""
    rows = ["| in a terminal | in a notebook, after `import tito` | |", "|---|---|---|"]
    for name in names:
        terminal, notebook, does = COMMANDS[name]
        rows.append(f"| `{terminal}` | {f'`{notebook}`' if notebook else '-'} | {does} |")
    return "\n".join(rows)


def table_of_kit(solved: bool, self_study: bool = False) -> str:
    """The same for students: without `tito unlock` if their copy holds no answer, and without
    `tito submit` if nobody marks their work."""
    left_out = {"unlock": not solved, "submit": self_study}
    return table(name for name in COMMANDS if not left_out.get(name))
