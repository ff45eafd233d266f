"""Reads files of variants: percent files with a cell for each, which are read and never run.

A cell is a heading, a docstring that says what is done wrong or in another way, and code:

    # %% mutant: squared
    \"""Squared instead of doubled: the same for 0 and 2.\"""

    return x * x

or, where a line or two change, what is replaced by what:

    # %% mutant: tripled
    \"""Three times instead of twice.\"""

    old = "2 * x"
    new = "3 * x"

`old` must occur exactly once. Where a change takes more than one place, `old` and `new` come again.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MUTANT, ALTERNATIVE = "mutant", "alternative"
_MARK = re.compile(r"^# %%(.*)\n?", re.MULTILINE)
_HEADING = re.compile(r"(\w+): (\w+)")


@dataclass(frozen=True)
class Cell:
    """A cell: its heading, its docstring, and the code below that."""

    kind: str
    name: str
    why: str
    code: str


def read(
    path: Path,
    make: Callable[[Cell], Any],
    problems: list[str],
    kinds: tuple[str, ...] = (MUTANT, ALTERNATIVE),
) -> list:
    """What is made of each cell of a file, kind by kind; what is wrong becomes a problem.

    make: raises ValueError or SyntaxError saying what is wrong with a cell.
    """
    made: dict[tuple[str, str], Any] = {}
    for line, heading, text in _sections(path.read_text(encoding="utf-8")):
        try:
            kind, name = _titled(heading, kinds)
            if (kind, name) in made:
                raise ValueError("is the second of that name")
            made[kind, name] = make(Cell(kind, name, *_split(text)))
        except (ValueError, SyntaxError) as error:
            what = error
            if isinstance(error, SyntaxError):
                what = f"does not parse: {error.msg}: {(error.text or '').strip()}"
            problems.append(f"{place_of(path)}, line {line} ({heading or 'no heading'}) {what}")
    return [made[key] for key in sorted(made, key=lambda key: kinds.index(key[0]))]


def place_of(path: Path) -> str:
    """A file of variants as problems name it."""
    return "/".join(path.parts[-3:])


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, heading, text below it) of each cell, and of what stands before the first."""
    before, *rest = _MARK.split(text)
    line = 1 + before.count("\n")
    if before.strip():
        yield 1, "", before
    for heading, body in zip(rest[::2], rest[1::2], strict=True):
        yield line, heading.strip(), body
        line += 1 + body.count("\n")


def _titled(heading: str, kinds: tuple[str, ...]) -> tuple[str, str]:
    found = _HEADING.fullmatch(heading)
    if not found or found[1] not in kinds:
        forms = " or ".join(f"`# %% {kind}: a_name`" for kind in kinds)
        raise ValueError(f"is no {' and no '.join(kinds)}: begin it with {forms}")
    return found[1], found[2]


def _split(text: str) -> tuple[str, str]:
    """The docstring of a cell and the code after it."""
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree)
    if not docstring:
        raise ValueError("has no docstring: begin it with one that says what is done")
    return docstring, "".join(text.splitlines(keepends=True)[tree.body[0].end_lineno :])


def is_edit(code: str) -> bool:
    """Whether a cell says what is replaced by what: its first line gives `old` or `new` a text."""
    match ast.parse(code).body:
        case [ast.Assign(targets=[ast.Name("old" | "new")], value=ast.Constant(str())), *_]:
            return True
    return False


def edits(code: str, names: tuple[str, ...], more: tuple[str, ...] = ()) -> tuple[list, dict]:
    """The changes of a cell, a tuple of texts for each `new`, and the last value of each name.

    names: those of a change, `new` among them; more: other names that a cell may assign.
    Raises: ValueError saying what is wrong.
    """
    changes, values = [], {}
    for name, value in _assignments(code):
        if name not in names + more:
            raise ValueError(f"assigns {name}: it takes {', '.join(names + more)}")
        if name in names and not isinstance(value, str):
            raise ValueError(f"assigns {name} no text: {value!r}")
        values[name] = value
        if name == "new":
            if lacking := [name for name in names if name not in values]:
                raise ValueError(f"lacks {' and '.join(lacking)} before new")
            changes.append(tuple(values[name] for name in names))
            del values["old"]
    if "old" in values or not changes:
        raise ValueError("lacks new")
    return changes, values


def _assignments(code: str) -> Iterator[tuple[str, object]]:
    for node in ast.parse(code).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            raise ValueError(f"holds more than plain assignments: {ast.unparse(node)}")
        try:
            yield node.targets[0].id, ast.literal_eval(node.value)
        except ValueError:
            raise ValueError(f"needs a plain value: {ast.unparse(node)}") from None


def replaced(text: str, old: str, new: str, where: str) -> str:
    """`text` with `old` replaced by `new`. Raises: ValueError unless it is there exactly once."""
    times = text.count(old) if old else 0
    if times != 1:
        found = f"stands {times} times" if times else "does not stand"
        raise ValueError(f"wants to replace what {found} in {where}: {old!r}")
    if old == new:
        raise ValueError("changes nothing: old and new are the same")
    return text.replace(old, new)
