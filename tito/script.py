"""A module's percent script, read into cells and exercises.

The build, the contract, the mutants and the student's commands all see a module through this page.
An exercise is the one solution cell plus the graded cells up to the next solution cell.
"""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
GIVEN = "given"  # the tag of long ready-made code
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
_REGION = re.compile(
    rf"^(?P<indent>[ \t]*){BEGIN}[ \t]*\n(?P<body>.*?)^[ \t]*{END}[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_HIDDEN = re.compile(rf"^{BEGIN_HIDDEN}$\n(.*?)^{END_HIDDEN}$", re.DOTALL | re.MULTILINE)
_LABEL = re.compile(
    r"\*\*Exercise (?P<number>\d+) · (?P<difficulty>easy|medium|hard) · "
    r"(?P<minutes>\d+) minutes\.?\*\*"
)


@dataclass(frozen=True)
class Cell:
    """One cell: its kind ("code" or "markdown"), text, nbgrader metadata and place."""

    kind: str
    source: str
    nbgrader: dict
    tags: tuple[str, ...]
    index: int

    @property
    def grade_id(self) -> str | None:
        return self.nbgrader.get("grade_id")

    @property
    def is_solution(self) -> bool:
        return bool(self.nbgrader.get("solution"))

    @property
    def is_graded(self) -> bool:
        return bool(self.nbgrader.get("grade"))

    @property
    def is_hidden(self) -> bool:
        return self.is_graded and BEGIN_HIDDEN in self.source

    @property
    def is_exported(self) -> bool:
        return self.kind == "code" and re.search(r"^#\| *export\b", self.source, re.M) is not None

    @property
    def points(self) -> int:
        return self.nbgrader.get("points", 0)


@dataclass(frozen=True)
class Exercise:
    """One solution cell with its graded cells, and what the prose before it announces."""

    solution: Cell
    graded: list[Cell] = field(default_factory=list)
    difficulty: str | None = None
    minutes: int | None = None

    @property
    def grade_id(self) -> str:
        return self.solution.grade_id

    @property
    def points(self) -> int:
        return sum(cell.points for cell in self.graded)


def cells_of(notebook: "NotebookNode") -> list[Cell]:
    """The cells of a notebook, whether made from a script, released or handed in."""
    return [
        Cell(
            cell.cell_type,
            cell.source,
            dict(cell.metadata.get("nbgrader", {})),
            tuple(cell.metadata.get("tags", ())),
            index,
        )
        for index, cell in enumerate(notebook.cells)
    ]


def cell_id(kind: str, source: str, occurrence: int) -> str:
    """The id of a cell without a grade id: made from its text, and from which of its copies it is.

    So two builds give the same ids, and a student's cell tells whether it is as it came.
    """
    text = f"{kind}\n{occurrence}\n{source}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read(script: Path) -> list[Cell]:
    """The cells of a percent script."""
    return parse(script.read_text(encoding="utf-8"))


def parse(text: str) -> list[Cell]:
    """The cells of the text of a percent script."""
    import jupytext  # takes half a second, and students' commands need none of it

    return cells_of(jupytext.reads(text, fmt="py:percent"))


def exercises(cells: list[Cell]) -> list[Exercise]:
    """The exercises of a module, in order."""
    found: list[Exercise] = []
    label = None
    for cell in cells:
        if cell.kind == "markdown":
            label = _LABEL.search(cell.source) or label
        elif cell.is_solution and cell.grade_id:
            difficulty = label["difficulty"] if label else None
            minutes = int(label["minutes"]) if label else None
            found.append(Exercise(cell, [], difficulty, minutes))
            label = None
        elif cell.is_graded and found:
            found[-1].graded.append(cell)
    return found


def runs(cell: Cell) -> bool:
    """Whether a cell holds more than comments: a hidden test's holds no more in the release."""
    lines = [line.strip() for line in cell.source.splitlines()]
    return any(line and not line.startswith("#") for line in lines)


def regions(source: str) -> list[str]:
    """The bodies of the solution regions of a cell, as they stand."""
    return [match["body"] for match in _REGION.finditer(source)]


def hidden_tests(source: str) -> list[str]:
    """The hidden tests of a cell, without their markers."""
    return _HIDDEN.findall(source)


def replace_solution(source: str, body: str) -> str:
    """The cell with `body` (dedented code) in place of its one solution region, markers kept.

    Raises: ValueError if the cell does not hold exactly one region.
    """
    found = list(_REGION.finditer(source))
    if len(found) != 1:
        raise ValueError(f"the cell holds {len(found)} solution regions: there must be exactly one")
    match = found[0]
    indent = match["indent"]
    lines = [indent + line if line.strip() else "" for line in body.strip("\n").splitlines()]
    middle = "\n".join([f"{indent}{BEGIN}", *lines, f"{indent}{END}"])
    return source[: match.start()] + middle + source[match.end() :]
