"""Keeps the text of hidden tests out of what students are given.

A student's code can print the tests that call it, or raise an error that quotes them. Whoever
encodes what is printed gets around this page: a hidden test is secret to those who do not try.
"""

import ast
from collections.abc import Callable

from nbformat import NotebookNode

from tito.script import cells_of, hidden_tests

INSTEAD = "[hidden test]"
_SHORTEST = 16  # shorter lines say too little to be worth hiding, and stand in honest outputs


def hider(source: NotebookNode) -> Callable[[str], str]:
    """A function that replaces the lines of the source's hidden tests in a text."""
    cells = cells_of(source)
    bodies = [body for cell in cells for body in hidden_tests(cell.source)]
    said = [text for cell in cells if cell.is_hidden for text in _texts(cell.source)]
    seen = "\n".join([cell.source for cell in cells if not cell.is_hidden] + said)
    lines = {line.strip() for body in bodies for line in body.splitlines()}
    secret = {line for line in lines if len(line) >= _SHORTEST and line not in seen}
    # As they stand, and as they stand in the `repr` of a cell.
    secret |= {repr(line)[1:-1] for line in secret} | {line.replace("'", "\\'") for line in secret}
    ordered = sorted(secret, key=len, reverse=True)

    def hide(text: str) -> str:
        for line in ordered:
            text = text.replace(line, INSTEAD)
        return text

    return hide


def _texts(source: str) -> list[str]:
    """The texts in a test: what a failed check says is made of them."""
    nodes = ast.walk(ast.parse(source))
    return [it.value for it in nodes if isinstance(it, ast.Constant) and isinstance(it.value, str)]
