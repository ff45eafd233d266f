"""Rules about a module's figures."""

import ast
import re

from tito import help, script
from tito.authoring.contract.lesson import Lesson, shown, tree_of

FIGURES = 2
WORDS_OF_A_FIGURE = 15


def figures(lesson: Lesson) -> list[str]:
    shown = [cell for cell in lesson.code if not cell.is_graded and not cell.is_exported]
    drawn = [cell for cell in shown if _uses(cell, "plt")]
    return (
        [] if len(drawn) >= FIGURES else [f"{len(drawn)} cells draw a figure: at least {FIGURES}"]
    )


def _uses(cell: script.Cell, name: str) -> bool:
    return name in _names(tree_of(cell))


def described(lesson: Lesson) -> list[str]:
    """A figure is told in words too, for those who cannot see it."""
    return undescribed(lesson.cells)


def undescribed(cells: list[script.Cell]) -> list[str]:
    """The cells that show a figure without a text beside them, a sentence each.

    The text is the Markdown cell before, or that behind down to its first heading; between the text
    before and the figure there may be code that prepares it, but no exercise.
    """
    drawers, problems = {"plt"}, []
    for place, cell in enumerate(cells):
        if cell.kind != "code":
            continue
        defined, run = _defined_and_run(cell)
        drawers |= {node.name for node in defined if _names(node) & {"plt"}}
        if cell.is_graded or not any(_names(node) & drawers for node in run):
            continue
        behind = help.unfolded(cells[place + 1].source) if place + 1 < len(cells) else ""
        texts = _before(cells[:place]), re.split(r"^#", behind, maxsplit=1, flags=re.MULTILINE)[0]
        if max(len(text.split()) for text in texts) < WORDS_OF_A_FIGURE:
            problems.append(
                f"{shown(cell)} shows a figure: say what is to be seen, in {WORDS_OF_A_FIGURE} "
                "words or more, in the Markdown cell before or behind it"
            )
    return problems


def _defined_and_run(
    cell: script.Cell,
) -> tuple[list[ast.FunctionDef | ast.ClassDef], list[ast.stmt]]:
    """The functions and classes of a cell, and the statements that do something at once."""
    body = [n for n in tree_of(cell).body if not isinstance(n, ast.Import | ast.ImportFrom)]
    defined = [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return defined, [n for n in body if n not in defined]


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _before(cells: list[script.Cell]) -> str:
    """The prose of the nearest Markdown cell, if no exercise stands behind it."""
    for cell in reversed(cells):
        if cell.is_graded or cell.is_solution:
            return ""
        if cell.kind == "markdown":
            return re.sub(r"^#.*$", "", help.unfolded(cell.source), flags=re.M)
    return ""
