"""Does what students are given hold what they are to find out? `tito kit` asks before it writes.

Secret are the solution regions, the hidden tests and the alternatives of every module: each of
their lines of more than 30 characters that the release notebooks do not hold, and each passage that
has no such line, as a whole. They are looked for in every file: in its text, in the decoded strings
of a JSON file (a notebook's cells are such), in the members of a zip file, and in what is sealed.
"""

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from tito import unlocking
from tito.catalog import Module
from tito.course import Course
from tito.notebooks import read_notebook, release_cells
from tito.script import BEGIN, BEGIN_HIDDEN, cells_of, exercises, hidden_tests, read, regions
from tito.variants.answers import read_answers
from tito.variants.reader import ALTERNATIVE

SHORT = 30  # a line of so many characters, or fewer, may stand anywhere by chance
SOLUTIONS = "solutions"
_SEALED = re.compile(r"[A-Za-z0-9+/]{12,}={0,2}")
FORBIDDEN = {"source", "modules", "answers", "package", "variants", "conformance"} | {
    *("grading", "authoring", "demo"),  # parts of the tool
    *("gradebook.db", "downloaded", "submitted", "autograded", "feedback", "exchange"),
}


@dataclass(frozen=True)
class Passage:
    """Something secret: its text, and what it is, in words."""

    text: str
    what: str
    module: Module
    is_answer: bool = True


def leaks(
    course: Course,
    contents: dict[str, bytes],
    solved: tuple[Module, ...] = (),
    self_study: bool = False,
) -> list[str]:
    """What is in `contents` ({path in the kit: bytes}) and must not be, a sentence each.

    solved: the modules whose answers are meant to be there, sealed in solutions/<stem>.json, and
    for `self_study` their hidden tests.
    """
    known = list(passages(course))
    released = "\n".join(c.source for m in course.modules for c in release_cells(course, m))
    everywhere = secrets(known, released)
    sealed = {f"{SOLUTIONS}/{module.stem}.json": module for module in solved}
    found = []
    for name, data in contents.items():
        if is_misplaced(name, sealed):
            found.append(f"{name} is not for students")
        mine = [p for p in known if p.module == sealed.get(name)]
        own = [p.text for p in mine if p.is_answer or self_study]
        hidden = secrets(known, "\n".join([released, *own])) if own else everywhere
        read = list(texts(name, data))
        whole = flat("\n".join(text for _, text in read))
        there = {secret: what for secret, what in hidden.items() if secret in whole}
        found += [
            f"{place}, line {number} holds {what}"
            for place, text in read
            for number, what in find(there, text)
        ]
    return found


def secrets(known: list[Passage], held: str) -> dict[str, str]:
    """{text that is not in `held`: what it is}: long lines, passages without one, and marks."""
    held, found = flat(held), {flat(mark): f"`{mark}`" for mark in (BEGIN, BEGIN_HIDDEN)}
    for passage in known:
        whole = flat(passage.text)
        long = [line for line in whole.splitlines() if len(line) > SHORT and line not in held]
        for text in long or [whole]:
            if text not in held:
                found.setdefault(text, passage.what)
    return found


def find(secrets: dict[str, str], text: str) -> Iterator[tuple[int, str]]:
    """(line number, what is there) for each of the `secrets` that a text holds."""
    numbers = [number for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    searched = flat(text)
    for secret, what in secrets.items():
        if secret in searched:
            yield numbers[searched.count("\n", 0, searched.index(secret) + 1) - 1], what


def flat(text: str) -> str:
    """The lines of a text, stripped, without blank ones, each between two line ends."""
    return "\n" + "".join(f"{line.strip()}\n" for line in text.splitlines() if line.strip())


def passages(course: Course) -> Iterator[Passage]:
    """Everything secret in the course."""
    for module in course.modules:
        for cell in cells_of(read_notebook(course.source(module))):
            where = f"of `{cell.grade_id}` in module {module.folder}"
            for text in regions(cell.source):
                yield Passage(text, f"the solution {where}", module)
            for text in hidden_tests(cell.source):
                yield Passage(text, f"a hidden test {where}", module, is_answer=False)
        known = exercises(read(course.script(module)))
        for variant in read_answers(course.answers(module), known, []):
            if variant.kind == ALTERNATIVE:
                (region,) = regions(variant.source)
                what = f"an alternative of `{variant.group}` in module {module.folder}"
                yield Passage(region, what, module)


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
    for found in _SEALED.finditer(text):
        with contextlib.suppress(ValueError):
            yield f"{name}, sealed", unlocking.opened(found[0])


def readable(data: bytes) -> str:
    """A text; of anything else the runs of characters that are long enough to be a secret."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:  # pixels, mostly: too many to look through for each secret
        runs = re.findall(rb"[\t\x20-\x7e]{%d,}" % (SHORT + 1), data)
        return b"\n".join(runs).decode("ascii")


def strings(place: str, value: object) -> Iterator[tuple[str, str]]:
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


def is_misplaced(name: str, sealed: Container[str]) -> bool:
    """Whether a file does not belong in the kit, by its path."""
    path = PurePosixPath(name)
    solves = path.match("tinytorch/core/*") and path.name != "__init__.py"
    answers = path.parts[0] == SOLUTIONS and name not in sealed
    is_test = path.match("test_*.py")
    return solves or answers or is_test or not FORBIDDEN.isdisjoint(path.parts)
