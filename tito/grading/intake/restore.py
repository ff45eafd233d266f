"""Cells of a submission get what the source notebook has: only the text of answers is a student's.

`nbgrader_config.py` names `Restore`: see the page `sanitise`.
"""

import copy
import re
from collections.abc import Callable
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.preprocessors import NbGraderPreprocessor

from tito.grading.intake import submission
from tito.grading.intake.preflight import MENDED, TAMPERING, Note, printable
from tito.grading.intake.source import Source, source_of
from tito.grading.intake.suspicious_names import suspicious
from tito.grading.intake.unlocked import Unlocking
from tito.notebooks import plain
from tito.script import Cell, cells_of
from tito.unlocking import is_marked, set_tag

IsReference = Callable[[list[Cell], str], bool]
UNMARKED = "the answer to {} is the reference, without the mark of `tito unlock`: it is unlocked"


class Restore(NbGraderPreprocessor):
    """Gives the cells of a submission what they have in the source notebook.

    Metadata decides what is run and what is graded (tags skip cells, a duplicated or missing grade
    id ends nbgrader's run), so none of the student's is kept. Of a cell that stands twice the last
    counts, as in nbgrader. Only the text of solution cells is the student's: any other cell with a
    grade id gets that of the source, and is put back if it is missing.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook with known cells as in the source, and notes in its metadata."""
        names, unlocking = resources["nbgrader"], Unlocking(parent=self)
        source = source_of(names, self)
        if unlocking.compares(names["assignment"]):
            return restore(nb, source, unlocking.is_reference), resources
        return restore(nb, source), resources


def restore(
    notebook: NotebookNode,
    original: Source,
    is_reference: IsReference = lambda cells, solved: False,
) -> NotebookNode:
    """The student's cells, with the metadata of the source's cells of the same grade id.

    The graded cells of unlocked exercises are tagged as such.
    is_reference: tells whether one of some cells is a solution, if answers are compared.
    """
    known = {_grade_id(cell): cell for cell in original.notebook.cells if _grade_id(cell)}
    found: dict[str, NotebookNode] = {}
    notes, cells = [], []
    for cell in reversed(notebook.cells):
        grade_id = _grade_id(cell)
        if grade_id in found:
            text = f"the cell {grade_id} stands more than once: the last one counts"
            notes.append(Note(MENDED, text))
        if grade_id not in known or grade_id in found:
            cells.append(_ungraded(cell))
        else:
            notes += differences(cell, known[grade_id], original.released[grade_id])
            found[grade_id] = _as_in_source(known[grade_id], cell.source)
            cells.append(found[grade_id])
    cells.reverse()
    for grade_id in [name for name in known if name not in found]:
        if not _nbgrader(known[grade_id]).get("solution"):
            text = f"the test cell {grade_id} was missing and has been put back"
            notes.append(Note(MENDED, text))
            added = _as_in_source(known[grade_id], known[grade_id].source)
            cells.insert(_index_of(cells, list(known), grade_id), added)
    unmarked = _tag_unlocked(cells, cells_of(notebook), original, is_reference)
    notes += [Note(TAMPERING, UNMARKED.format(name)) for name in unmarked]
    notes += suspicious(cells, original.notebook.cells)
    restored = new_notebook(cells=cells)
    restored.metadata.kernelspec = copy.deepcopy(original.notebook.metadata.get("kernelspec", {}))
    for index, cell in enumerate(restored.cells):
        cell.id = f"cell-{index}"
    blocked = submission.why_blocked(notebook)
    notes = [] if blocked else [*submission.notes_of(notebook), *notes]
    submission.set_notes(restored, notes, blocked)
    return restored


def _tag_unlocked(
    cells: list[NotebookNode], submitted: list[Cell], original: Source, is_reference: IsReference
) -> list[str]:
    """Tag the graded cells of unlocked exercises; the exercises of which the mark is missing."""
    code = [cell for cell in submitted if cell.kind == "code"]
    marked = {cell.grade_id for cell in code if is_marked(cell.source, cell.tags)}
    same = {
        it.grade_id
        for it in original.exercises
        if it.grade_id not in marked and is_reference(code, it.solution.source)
    }
    graded = {
        test.grade_id
        for it in original.exercises
        for test in it.graded
        if it.grade_id in marked | same
    }
    for cell in cells:
        if _grade_id(cell) in graded:
            set_tag(cell, True)
    return sorted(same)


def differences(cell: NotebookNode, original: NotebookNode, released: str) -> list[Note]:
    """How a student's cell differs from the one that was released, but for what they may write.

    Releasing takes the hidden tests out of a cell, so both texts are as they should be.
    """
    mine, ours, name = _nbgrader(cell), _nbgrader(original), _grade_id(original)
    is_answer = bool(ours.get("solution"))
    texts = []
    if cell.cell_type != original.cell_type:
        texts.append(f"{name} was made a {cell.cell_type} cell; it counts as {original.cell_type}")
    if not is_answer and plain(cell.source) not in (plain(released), plain(original.source)):
        texts.append(f"the test {name} was edited; graded with the original")
    keys = [key for key in ("grade", "solution", "task") if mine.get(key) not in (None, ours[key])]
    if ours.get("grade") and mine.get("points") != ours["points"]:
        keys.append("points")
    if keys:
        texts.append(f"{' and '.join(keys)} of {name} were changed; those of the source count")
    tags = set(cell.metadata.get("tags", ())) - set(original.metadata.get("tags", ()))
    if tags and (not is_answer or tags & _SKIPPING):
        told = ", ".join(map(printable, sorted(tags)))
        texts.append(f"{name} was tagged {told}; the tags of the source count")
    return [Note(TAMPERING, text) for text in texts]


_SKIPPING = {"skip-execution", "raises-exception"}


def _nbgrader(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader") or {}


def _grade_id(cell: NotebookNode) -> str:
    return _nbgrader(cell).get("grade_id") or ""


def _ungraded(cell: NotebookNode) -> NotebookNode:
    return submission.new_cell(_run_or_read(cell), _theirs(cell.source))


def _run_or_read(cell: NotebookNode) -> str:
    return "code" if cell.cell_type == "code" else "markdown"


def _theirs(text: str) -> str:
    """A student's text, in which nbgrader finds none of the markers that it acts on."""
    return re.sub(r"(BEGIN|END) HIDDEN TESTS", r"\1 hidden tests", text)


def _as_in_source(original: NotebookNode, text: str) -> NotebookNode:
    nbgrader = copy.deepcopy(original.metadata.nbgrader)
    text = _theirs(text) if nbgrader.get("solution") else original.source
    return submission.new_cell(_run_or_read(original), text, {"nbgrader": nbgrader})


def _index_of(cells: list[NotebookNode], order: list[str], grade_id: str) -> int:
    """Where a missing cell belongs: behind the last cell that precedes it in the source, or before
    the first that follows it there."""
    place = order.index(grade_id)
    before, after = set(order[:place]), set(order[place:])
    behind = [index + 1 for index, cell in enumerate(cells) if _grade_id(cell) in before]
    ahead = [index for index, cell in enumerate(cells) if _grade_id(cell) in after]
    return max(behind, default=min(ahead, default=len(cells)))
