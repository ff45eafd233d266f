"""What a student got, exercise by exercise and cell by cell, and why not more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from tito.failures import NO_REASON, Reason, reason, redacted
from tito.grading.intake.source import Source
from tito.hints import matching
from tito.script import Cell, cells_of, covers
from tito.unlocking import TAG

BY_HAND = "points were taken by hand"
UNLOCKED = Reason(
    "unlocked: this is the reference answer, put in by `tito unlock`",
    hint="Your own version counts in full: `tito unlock` with `--undo` puts it back.",
)


@dataclass(frozen=True)
class CellMark:
    """What one graded cell gave; `covers` is its first comment, which says what it tests."""

    name: str
    points: float
    max_points: float
    is_hidden: bool = False
    covers: str = ""
    why: Reason = NO_REASON


@dataclass(frozen=True)
class Mark:
    """What a student got for one exercise, and why not more, in words and in parts.

    is_unlocked: the answer is the reference, and is worth what the instructor says.
    """

    exercise: str
    points: float
    max_points: float
    reason: str = ""
    why: Reason = NO_REASON
    cells: tuple[CellMark, ...] = ()
    is_unlocked: bool = False


def marks_of(
    source: Source, done: NotebookNode, grades: Mapping[str, tuple[float, float]]
) -> list[Mark]:
    """The marks of an executed notebook.

    grades: {graded cell: (points, of how many)}, as the gradebook says.
    """
    outputs = {
        cell.metadata.nbgrader.grade_id: cell.get("outputs", [])
        for cell in done.cells
        if cell.metadata.get("nbgrader")
    }

    def why(name: str, exercise: str) -> Reason:
        given = redacted(reason(outputs.get(name, []), done), source.hide)
        return replace(given, quoted=matching(source.hints[exercise], given))

    tagged = {cell.grade_id for cell in cells_of(done) if TAG in cell.tags}
    marks = []
    for exercise in source.exercises:
        name = exercise.grade_id
        graded = tuple(
            _cell_mark(cell, grades, why(cell.grade_id, name)) for cell in exercise.graded
        )
        points, most = sum(c.points for c in graded), sum(c.max_points for c in graded)
        told = next(filter(None, [why(name, name), *(cell.why for cell in graded)]), None)
        told = (told or Reason(BY_HAND)) if points < most else NO_REASON
        is_unlocked = any(cell.grade_id in tagged for cell in exercise.graded)
        told = UNLOCKED if is_unlocked else told
        line = told.line if told else ""
        marks.append(Mark(name, points, most, line, told, graded, is_unlocked))
    return marks


def _cell_mark(cell: Cell, grades: Mapping[str, tuple[float, float]], why: Reason) -> CellMark:
    points, most = grades[cell.grade_id]
    return CellMark(cell.grade_id, points, most, cell.is_hidden, covers(cell.source), why)
