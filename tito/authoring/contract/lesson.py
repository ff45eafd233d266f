"""A module as its author left it: what the rules look at."""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tito import script
from tito.catalog import Module

MAGIC = re.compile(r"^[ \t]*[%!?]", re.MULTILINE)


@dataclass(frozen=True)
class Lesson:
    """One module as its author left it: catalog row, script, answers to it, given code, help."""

    module: Module
    catalog: tuple[Module, ...]
    text: str
    answers: Path
    given: str = ""
    helping: str = ""

    @cached_property
    def cells(self) -> list[script.Cell]:
        return script.parse(self.text, self.given, self.helping)

    @cached_property
    def exercises(self) -> list[script.Exercise]:
        return script.exercises(self.cells)

    @property
    def code(self) -> list[script.Cell]:
        return [cell for cell in self.cells if cell.kind == "code"]

    @property
    def graded(self) -> list[script.Cell]:
        return [cell for cell in self.cells if cell.is_graded]

    @property
    def exported(self) -> list[script.Cell]:
        return [cell for cell in self.cells if cell.is_exported]


def tree_of(cell: script.Cell) -> ast.Module:
    """The syntax tree of a cell; an empty one where the rule `python` reports that it has none."""
    try:
        return ast.parse(MAGIC.sub("#", cell.source) if not cell.is_exported else cell.source)
    except SyntaxError:
        return ast.Module([], [])


def lines_of(source: str) -> int:
    """The lines of code of a cell: neither blank nor a comment."""
    lines = (line.strip() for line in source.splitlines())
    return sum(bool(line) and not line.startswith("#") for line in lines)


def shown(cell: script.Cell) -> str:
    lines = [line for line in cell.source.splitlines() if not line.startswith("#|")]
    first = next((line for line in lines if line.strip()), "")
    return f"cell `{cell.grade_id}`" if cell.grade_id else f"the cell that begins {first[:50]!r}"
