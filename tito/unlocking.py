"""What `tito unlock` opens, and how one tells that it did: sealed answers, and the mark on a cell.

Answers and hidden tests are sealed: compressed, and written in letters and digits, so that nobody
reads them by accident and no search finds them. A seal is no secret: whoever wants to can open it.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.notebooks import release_cells
from tito.script import Cell, hidden_tests, markers_removed, with_hidden_test

if TYPE_CHECKING:
    from nbformat import NotebookNode

TAG = "unlocked"  # of an exercise's cell
_LINE = "# unlocked on {day} by `tito unlock {number:02d} {name}`: your own version is below\n"
_MARK = re.compile(r"^[ \t]*# *unlocked on \S+ by `tito unlock\b.*\n?", re.MULTILINE)
_DIRECTIVES = re.compile(r"(?:#\|.*\n)*")  # nbdev wants these first
_ABOUT = "sealed, so that nobody reads answers by accident: `tito unlock` opens them"


def marked(answer: str, module: Module, name: str, day: str) -> str:
    """An answer with the line that says it was unlocked, behind what nbdev wants first."""
    line = _LINE.format(day=day, number=module.number, name=name)
    return _DIRECTIVES.sub(lambda found: found[0] + line, answer, count=1)


def is_marked(source: str, tags: Iterable[str]) -> bool:
    """Whether an exercise's cell says that it was unlocked: by its tag, or by that line."""
    return TAG in tags or _MARK.search(source) is not None


def unmarked(source: str) -> str:
    """A cell's text without that line."""
    return _MARK.sub("", source)


def set_tag(cell: "NotebookNode", unlocked: bool) -> None:
    """Tag an exercise's cell as unlocked, or not any more."""
    others = [tag for tag in cell.metadata.get("tags", ()) if tag != TAG]
    cell.metadata["tags"] = [*others, TAG] if unlocked else others


def is_tagged(cell: "NotebookNode") -> bool:
    """Whether a cell has that tag."""
    return TAG in cell.metadata.get("tags", ())


def seal(text: str) -> str:
    """A text in a form that can be neither read nor searched."""
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


def opened(sealed: str) -> str:
    """The text in a seal. Raises: ValueError if there is none."""
    try:
        return zlib.decompress(base64.b64decode(sealed, validate=True)).decode("utf-8")
    except (zlib.error, binascii.Error) as error:
        raise ValueError(f"not a sealed text ({error})") from error


@dataclass(frozen=True)
class Answers:
    """What a kit holds of one module.

    worth: the share of its points that an unlocked exercise keeps. reference: the exported module.
    answers: {exercise: its cell, solved}. hidden: {cell: its hidden test}, in kits for self-study.
    """

    worth: float
    reference: str
    answers: dict[str, str]
    hidden: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """The text of the kit's file, all of it sealed, each exercise by itself."""
        cells = {
            kind: {name: seal(text) for name, text in getattr(self, kind).items()}
            for kind in ("answers", "hidden")
        }
        parts = {"about": _ABOUT, "worth": self.worth, "reference": seal(self.reference)}
        return json.dumps(parts | cells, indent=1) + "\n"


def answers(course: Course, module: Module) -> Answers:
    """What this copy of the course holds of a module.

    Raises: Mistake if it holds nothing of it, or the file is damaged.
    """
    path = course.sealed(module)
    if not path.is_file():
        raise Mistake(
            f"your copy of the course does not hold the answers of module {module.folder}: "
            "ask your instructor for one that does"
        )
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        cells = {
            kind: {str(name): opened(text) for name, text in found[kind].items()}
            for kind in ("answers", "hidden")
        }
        return Answers(float(found["worth"]), opened(found["reference"]), **cells)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Mistake(
            f"{path} is damaged: unpack your copy of the course over {course.root} again"
        ) from error


def worth(course: Course, module: Module) -> float:
    """The share of its points that an unlocked exercise keeps; 0 where that is not known."""
    return answers(course, module).worth if course.sealed(module).is_file() else 0.0


def is_self_study(course: Course, module: Module) -> bool:
    """Whether this copy also holds the module's hidden tests, for those who learn on their own."""
    return course.sealed(module).is_file() and bool(answers(course, module).hidden)


def tested_cells(course: Course, module: Module) -> list[Cell]:
    """The release's cells, with the hidden tests that this copy of the course holds.

    Raises: Mistake if the release is not built, or what is sealed is damaged.
    """
    released = release_cells(course, module)
    hidden = answers(course, module).hidden if course.sealed(module).is_file() else {}
    return [
        replace(cell, source=with_hidden_test(cell.source, hidden[cell.grade_id]))
        if cell.grade_id in hidden
        else cell
        for cell in released
    ]


def of_source(cells: list[Cell], reference: str, worth: float, self_study: bool) -> Answers:
    """What a kit is to hold of a module, from the cells of its source notebook."""
    solved = {cell.grade_id: markers_removed(cell.source) for cell in cells if cell.is_solution}
    hidden = {cell.grade_id: "".join(hidden_tests(cell.source)) for cell in cells if cell.is_hidden}
    return Answers(worth, reference, solved, hidden if self_study else {})
