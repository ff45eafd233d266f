"""Reads files of variants: percent files with a cell for each, which are read and never run.

    # %% mutant: tripled
    \"""Three times instead of twice.\"""

    old = "2 * x"
    new = "3 * x"

Below the docstring, which says what is done wrong or in another way, stands the code; or, where a
line or two change, what is replaced by what, without the indentation that the first line has where
it stands. `old` must occur exactly once. Where more than one place changes, both come again.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A wrong answer that visible tests fail, one that only hidden tests do, and a right one.
MUTANT, EDGE, ALTERNATIVE = KINDS = ("mutant", "edge", "alternative")
_MARK = re.compile(r"^# %%(.*)\n?", re.MULTILINE)
_HEADING = re.compile(r"(\w+): (\w+)")


@dataclass(frozen=True)
class Cell:
    """A cell: its heading, its docstring, and the code below that."""

    kind: str
    name: str
    why: str
    code: str


Maker = Callable[[Cell], Any]


def read_folder(folder: Path, makers: Mapping[str, Maker], problems: list[str]) -> list:
    """What is made of the cells of all files; `makers` holds the names that files may have."""
    for path in sorted(folder.glob("*.py")):
        if path.stem not in makers:
            place, names = "/".join(path.parts[-3:]), ", ".join(makers)
            problems.append(f"{place} has a name that means nothing: files are called {names}")
    files = [(folder / f"{name}.py", make) for name, make in makers.items()]
    return [one for path, make in files if path.is_file() for one in read(path, make, problems)]


def read(
    path: Path,
    make: Maker,
    problems: list[str],
    kinds: tuple[str, ...] = (MUTANT, EDGE, ALTERNATIVE),
) -> list:
    """What `make` makes of each cell of a file, kind by kind; its errors become problems."""
    made: dict[tuple[str, str], Any] = {}
    for line, heading, text in _sections(path.read_text(encoding="utf-8")):
        place = f"{'/'.join(path.parts[-3:])}, line {line} ({heading or 'no heading'})"
        try:
            title = _HEADING.fullmatch(heading)
            if not title or title[1] not in kinds:
                forms = " or ".join(f"`# %% {kind}: a_name`" for kind in kinds)
                raise ValueError(f"is no {' and no '.join(kinds)}: begin it with {forms}")
            kind, name = title.groups()
            if (kind, name) in made:
                raise ValueError("is the second of that name")
            made[kind, name] = make(Cell(kind, name, *_split(text)))
        except SyntaxError as error:
            code = (error.text or "").strip()
            problems.append(f"{place} does not parse: {error.msg}: {code}")
        except ValueError as error:
            problems.append(f"{place} {error}")
    return [made[key] for key in sorted(made, key=lambda key: kinds.index(key[0]))]


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, heading, text below it) of each cell, and of what stands before the first."""
    before, *rest = _MARK.split(text)
    line = 1 + before.count("\n")
    if before.strip():
        yield 1, "", before
    for heading, body in zip(rest[::2], rest[1::2], strict=True):
        yield line, heading.strip(), body
        line += 1 + body.count("\n")


def _split(text: str) -> tuple[str, str]:
    """The docstring of a cell and the code after it."""
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree)
    if not docstring:
        raise ValueError("has no docstring: begin it with one that says what is done")
    return docstring, "".join(text.splitlines(keepends=True)[tree.body[0].end_lineno :])


def edits(code: str, names: tuple[str, ...]) -> tuple[list[tuple[str, ...]], list | None]:
    """The changes of a cell, the texts of `names` for each `new`, and its `tests`, None if all.

    An answer that begins with other code has none. Raises: ValueError saying what is wrong.
    """
    changes, values, tests = list[tuple[str, ...]](), dict[str, str](), None
    for node in ast.parse(code).body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Constant(str(text))) if name in names:
                values[name] = text
            case ast.Assign([ast.Name("tests")], ast.List(files)) if "function" in names:
                tests = [getattr(file, "value", None) for file in files]
            case _ if not (values or changes or "function" in names):
                return [], None
            case _:
                raise ValueError(f"gives no text to {', '.join(names)}: {ast.unparse(node)}")
        if "new" in values:
            if lacking := [name for name in names if name not in values]:
                raise ValueError(f"lacks {' and '.join(lacking)} before new")
            changes.append(tuple(values[name] for name in names))
            del values["old"], values["new"]
    if "old" in values or not changes:
        raise ValueError("lacks new")
    return changes, tests


def replaced(text: str, old: str, new: str, where: str) -> str:
    """`text` with `old` replaced by `new`; both are indented like the line in which `old` begins.

    Raises: ValueError unless `old` is there exactly once.
    """
    found = []
    for match in re.finditer(re.escape(old.partition("\n")[0]), text) if old else ():
        before = text[: match.start()]
        indent = re.findall(r"^[ \t]*", before, re.MULTILINE)[-1]
        lines, others = (re.sub(r"\n(?=.)", f"\n{indent}", each) for each in (old, new))
        if text.startswith(lines, match.start()):
            found.append(before + others + text[match.start() + len(lines) :])
    if len(found) != 1:
        times = f"stands {len(found)} times" if found else "does not stand"
        raise ValueError(f"wants to replace what {times} in {where}: {old!r}")
    if found[0] == text:
        raise ValueError("changes nothing: old and new are the same")
    return found[0]
