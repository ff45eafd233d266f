"""Does what students are given hold what they are to find out? `tito kit` asks before it writes.

Secret are the solution regions, the hidden tests and the alternatives of every module: each of
their lines of more than 30 characters that the release notebooks do not hold, and each passage that
has no such line, as a whole. They are looked for in every file: in its text, in the decoded strings
of a JSON file (a notebook's cells are such), and in the members of a zip file.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from tito.catalog import Module
from tito.course import Course
from tito.script import (
    BEGIN,
    BEGIN_HIDDEN,
    Cell,
    cells_of,
    exercises,
    hidden_tests,
    read,
    regions,
)
from tito.student.workspace import read_notebook, release_cells
from tito.variants.answers import read_answers
from tito.variants.reader import ALTERNATIVE

SHORT = 30  # a line of so many characters, or fewer, may stand anywhere by chance
SOLUTIONS = "solutions"
FORBIDDEN = {"source", "modules", "answers", "package", "variants", "conformance"} | {
    *("grading", "authoring", "demo"),  # parts of the tool
    *("gradebook.db", "downloaded", "submitted", "autograded", "feedback", "exchange"),
}


@dataclass(frozen=True)
class Passage:
    """Something secret: its stripped lines, blank ones left out, and what it is, in words."""

    lines: tuple[str, ...]
    what: str
    module: Module
    is_answer: bool = True


@dataclass
class Secrets:
    """What is looked for: {first characters of a line: [(the line, what it is)]}, and passages."""

    lines: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    passages: list[tuple[str, str]] = field(default_factory=list)

    def add(self, passage: Passage, held: str) -> None:
        """Add what the text `held` does not hold; `held` is as `flat` makes it."""
        long = [line for line in passage.lines if len(line) > SHORT]
        for line in long:
            known = self.lines.setdefault(line[: SHORT + 1], [])
            if line not in held and line not in [other for other, _ in known]:
                known.append((line, passage.what))
        whole = flat("\n".join(passage.lines))
        if whole not in held and all(line in held for line in long):
            self.passages.append((whole, passage.what))

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """(line number, what is there) for each secret in a text."""
        for number, line in enumerate(text.splitlines(), 1):
            for start in range(len(line) - SHORT):
                for secret, what in self.lines.get(line[start : start + SHORT + 1], ()):
                    if line.startswith(secret, start):
                        yield number, what
        whole = flat(text)
        numbers = [n for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        for passage, what in self.passages:
            if passage in whole:
                yield numbers[whole[: whole.index(passage)].count("\n")], what


def flat(text: str) -> str:
    """The lines of a text, stripped, without blank ones, each between two line ends."""
    return "\n" + "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


def leaks(course: Course, contents: dict[str, bytes], solved: tuple[Module, ...]) -> list[str]:
    """What is in `contents` ({path in the kit: bytes}) and must not be, a sentence each.

    solved: the modules whose reference is meant to be there, as solutions/<stem>.py.
    """
    known = list(passages(course))
    released = "\n".join(c.source for m in course.modules for c in release_cells(course, m))
    everywhere = secrets_of(known, released)
    references = {f"{SOLUTIONS}/{module.stem}.py": module for module in solved}
    found = []
    for name, data in contents.items():
        found += misplaced(name, solved)
        may_hold = references.get(name)
        secrets = secrets_of(known, released, may_hold) if may_hold else everywhere
        for place, text in texts(name, data):
            found += [f"{place}, line {n} holds {what}" for n, what in secrets.find(text)]
            found += marked(place, text)
    return found


def secrets_of(known: list[Passage], released: str, answers: Module | None = None) -> Secrets:
    """All that is secret in a file, which may hold the answers of one module."""
    own = [p for p in known if answers and p.module.number == answers.number and p.is_answer]
    held = flat("\n".join([released, *(line for p in own for line in p.lines)]))
    secrets = Secrets()
    for passage in known:
        secrets.add(passage, held)
    return secrets


def passages(course: Course) -> Iterator[Passage]:
    """Everything secret in the course."""
    for module in course.modules:
        for cell in cells_of(read_notebook(course.source(module))):
            yield from _of_cell(cell, module)
        yield from _alternatives(course, module)


def _alternatives(course: Course, module: Module) -> Iterator[Passage]:
    known = exercises(read(course.script(module)))
    for variant in read_answers(course.answers(module), known, []):
        if variant.kind == ALTERNATIVE:
            (region,) = regions(variant.source)
            what = f"an alternative of `{variant.group}` in module {module.folder}"
            yield Passage(_lines(region), what, module)


def _of_cell(cell: Cell, module: Module) -> Iterator[Passage]:
    where = f"of `{cell.grade_id}` in module {module.folder}"
    for text in regions(cell.source):
        yield Passage(_lines(text), f"the solution {where}", module)
    for text in hidden_tests(cell.source):
        yield Passage(_lines(text), f"a hidden test {where}", module, is_answer=False)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def texts(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """(where it stands, text) for each way to read a file."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from texts(f"{name}, {member}", archive.read(member))
    text = readable(data)
    if name.endswith((".ipynb", ".json")):
        yield from strings(name, json.loads(text))
    yield name, text


def readable(data: bytes) -> str:
    """A text; of anything else the runs of characters that are long enough to be a secret."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        runs = re.findall(rb"[\t\x20-\x7e]{%d,}" % (SHORT + 1), data)
        return "\n".join(run.decode("ascii") for run in runs)


def strings(place: str, value) -> Iterator[tuple[str, str]]:
    """(where it stands, text) for each string in a JSON value; a list of lines is one text."""
    if isinstance(value, dict):
        yield place, "\n".join(value)
        for key, item in value.items():
            yield from strings(f"{place}, {key}", item)
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield place, "".join(value)
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from strings(f"{place} {number}", item)
    elif isinstance(value, str):
        yield place, value


def marked(place: str, text: str) -> list[str]:
    """A line that begins a solution or hidden tests: what follows is not for students."""
    return [
        f"{place}, line {number} is `{line.strip()}`"
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() in (BEGIN, BEGIN_HIDDEN)
    ]


def misplaced(name: str, solved: tuple[Module, ...]) -> list[str]:
    """Why a file does not belong in the kit, by its path."""
    path = PurePosixPath(name)
    meant = [f"{SOLUTIONS}/{module.stem}.py" for module in solved]
    solves = path.match("tinytorch/core/*") and path.name != "__init__.py"
    answers = path.parts[0] == SOLUTIONS and name not in meant
    tests = path.match("test_*.py")
    if solves or answers or tests or FORBIDDEN & set(path.parts):
        return [f"{name} is not for students"]
    return []
