"""The first step of grading: a submission becomes a notebook that is safe to run and to score.

`nbgrader_config.py` names `SubmissionExporter` and `Restore`, so that `nbgrader autograde`,
formgrader and `tito grade` take submissions in the same way. nbgrader's own steps follow them.
"""

import copy
import datetime
import logging
import os
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import default
from traitlets.config import Config

from tito.catalog import Module
from tito.grading.intake import preflight, submission
from tito.grading.intake.preflight import MENDED, TAMPERING, Note, Refused, shown
from tito.grading.intake.source import Source, read_source
from tito.grading.intake.submission import blocked, notes, of_kind
from tito.grading.intake.suspicious_names import look
from tito.notebooks import plain

__all__ = ["Restore", "Sanitiser", "Step", "SubmissionExporter", "blocked", "notes", "of_kind"]


class SubmissionExporter(NotebookExporter):
    """nbconvert's, but a file that is no notebook becomes a stand-in that says so."""

    @default("optimistic_validation")
    def _once(self) -> bool:
        """The notebook is validated at the end, and not after each preprocessor."""
        return True

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        if isinstance(self.parent, Autograde) and not isinstance(self.parent, Step):
            guard(self.parent)

    def from_filename(self, filename: str, resources: Any = None, **options: Any):
        """Read a file, if it is one, and pass the notebook on to the preprocessors."""
        what = preflight.kind(Path(filename))
        if what == "a file" or not self._is_submission:
            return super().from_filename(filename, resources=resources, **options)
        notebook = submission.stand_in(f"the notebook is {what}")
        return self.from_notebook_node(notebook, resources=resources, **options)

    @property
    def _is_submission(self) -> bool:
        """Whether a student wrote what is read: nbgrader reads its own result again to run it."""
        return getattr(self.parent, "_sanitizing", True)

    def from_file(self, file_stream: Any, resources: Any = None, **options: Any):
        """Read an open file and pass the notebook on to the preprocessors."""
        if not self._is_submission:
            return super().from_file(file_stream, resources=resources, **options)
        try:
            notebook = submission.read(file_stream)
        except Refused as reason:
            notebook = submission.stand_in(str(reason))
        return self.from_notebook_node(notebook, resources=resources, **options)


def guard(converter: Autograde) -> None:
    """Have `nbgrader autograde` pass over the folders and files that `tito grade` does not take.

    A FIFO or a device beside a notebook, or a line end in a student's name, would end its run.
    """
    for folder in list(getattr(converter, "assignments", {})):
        try:
            preflight.refuse_student(Path(folder).parent.name)
            preflight.refuse_folder(Path(folder))
        except Refused as reason:
            converter.log.error("not graded: %s", reason)
            del converter.assignments[folder]
    ignored = list(converter.coursedir.ignore)

    def leave_out(notebooks: list[str], **_: Any) -> None:
        found = preflight.beside(Path(notebooks[0]).parent)
        converter.coursedir.ignore = [*ignored, *found.left_out]

    converter.pre_convert_hook = converter.pre_convert_hook or leave_out


class Restore(NbGraderPreprocessor):
    """Gives the cells of a submission what they have in the source notebook.

    Metadata decides what is run and what is graded (tags skip cells, a duplicated or missing grade
    id ends nbgrader's run), so none of the student's is kept. Of a cell that stands twice the last
    counts, as in nbgrader. Only the text of solution cells is the student's: any other cell with a
    grade id gets that of the source, and is put back if it is missing.
    """

    def preprocess(self, nb: NotebookNode, resources: Any):
        """The notebook with known cells as in the source, and notes in its metadata."""
        return restore(nb, self._source(resources)), resources

    def _source(self, resources: Any) -> Source:
        names = resources["nbgrader"]
        course = CourseDirectory(parent=self)
        folder = course.format_path(course.source_directory, ".", names["assignment"])
        return read_source(Path(folder) / f"{names['notebook']}.ipynb")


def restore(notebook: NotebookNode, original: Source) -> NotebookNode:
    """The student's cells, marked as those of the source notebook with the same grade id."""
    known = {_grade_id(cell): cell for cell in original.notebook.cells if _grade_id(cell)}
    found: dict[str, NotebookNode] = {}
    remarks, cells = [], []
    for cell in reversed(notebook.cells):
        grade_id = _grade_id(cell)
        if grade_id in found:
            text = f"the cell {grade_id} stands more than once: the last one counts"
            remarks.append(Note(MENDED, text))
        if grade_id not in known or grade_id in found:
            cells.append(_plain(cell))
        else:
            remarks += differences(cell, known[grade_id], original.released[grade_id])
            found[grade_id] = _as_in_source(known[grade_id], cell.source)
            cells.append(found[grade_id])
    cells.reverse()
    for grade_id in [name for name in known if name not in found]:
        if not _marks(known[grade_id]).get("solution"):
            text = f"the graded cell {grade_id} was missing and has been put back"
            remarks.append(Note(MENDED, text))
            added = _as_in_source(known[grade_id], known[grade_id].source)
            cells.insert(_place(cells, list(known), grade_id), added)
    remarks += look(cells, original.notebook.cells)
    return _finished(cells, notebook, original.notebook, remarks)


def _finished(
    cells: list[NotebookNode], notebook: NotebookNode, source: NotebookNode, remarks: list[Note]
) -> NotebookNode:
    restored = new_notebook(cells=cells)
    restored.metadata.kernelspec = copy.deepcopy(source.metadata.get("kernelspec", {}))
    reason = submission.blocked(notebook)
    remarks = [] if reason else [*submission.remarks(notebook), *remarks]
    submission.note(restored, remarks, reason)
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index}"
    nbformat.validate(restored)
    return restored


def differences(cell: NotebookNode, original: NotebookNode, released: str) -> list[Note]:
    """How a student's cell differs from the one that was released, but for what they may write.

    Releasing takes the hidden tests out of a cell, so both texts are as they should be.
    """
    mine, marks, name = _marks(cell), _marks(original), _grade_id(original)
    is_answer = bool(marks.get("solution"))
    texts = []
    if cell.cell_type != original.cell_type:
        texts.append(f"{name} was made a {cell.cell_type} cell; it counts as {original.cell_type}")
    if not is_answer and plain(cell.source) not in (plain(released), plain(original.source)):
        texts.append(f"the test {name} was edited; graded with the original")
    keys = [key for key in ("grade", "solution", "task") if mine.get(key) not in (None, marks[key])]
    if marks.get("grade") and mine.get("points") != marks["points"]:
        keys.append("points")
    if keys:
        texts.append(f"{' and '.join(keys)} of {name} were changed; those of the source count")
    tags = set(cell.metadata.get("tags", ())) - set(original.metadata.get("tags", ()))
    if tags and (not is_answer or tags & _SKIPPING):
        told = ", ".join(map(shown, sorted(tags)))
        texts.append(f"{name} was tagged {told}; the tags of the source count")
    return [Note(TAMPERING, text) for text in texts]


_SKIPPING = {"skip-execution", "raises-exception"}


def written(notebook: NotebookNode) -> str:
    """The notebook's JSON, with characters that UTF-8 does not have (halves of others) replaced."""
    return nbformat.writes(notebook).encode("utf-8", "replace").decode("utf-8")


def _marks(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader") or {}


def _grade_id(cell: NotebookNode) -> str | None:
    return _marks(cell).get("grade_id") or None


def _plain(cell: NotebookNode) -> NotebookNode:
    return submission.new_cell(_run_or_read(cell), _theirs(cell.source))


def _run_or_read(cell: NotebookNode) -> str:
    return "code" if cell.cell_type == "code" else "markdown"


def _theirs(text: str) -> str:
    """A student's text, in which nbgrader finds none of the markers that it acts on."""
    return re.sub(r"(BEGIN|END) HIDDEN TESTS", r"\1 hidden tests", text)


def _as_in_source(original: NotebookNode, text: str) -> NotebookNode:
    marks = copy.deepcopy(original.metadata.nbgrader)
    text = _theirs(text) if marks.get("solution") else original.source
    return submission.new_cell(_run_or_read(original), text, {"nbgrader": marks})


def _place(cells: list[NotebookNode], order: list[str], grade_id: str) -> int:
    """Where a missing cell belongs: behind the last cell that precedes it in the source."""
    before = set(order[: order.index(grade_id)])
    places = [index + 1 for index, cell in enumerate(cells) if _grade_id(cell) in before]
    return max(places, default=len(cells))


class Place(CourseDirectory):
    """nbgrader's, but a `timestamp.txt` that holds no time is passed over."""

    def get_existing_timestamp(self, dest_path: str) -> datetime.datetime | None:
        """When a submission was handed in, if that is known."""
        try:
            return super().get_existing_timestamp(dest_path)
        except Exception:  # noqa: BLE001 - nbgrader fails in several ways on a damaged file
            self.log.warning("no time in %s/timestamp.txt", dest_path)
            return None


class Step(Autograde):
    """nbgrader's autograde of one module, to be taken step by step."""

    def __init__(self, module: Module, config: Config, log: logging.Logger):
        place = Place(config=config, log=log, assignment_id=module.folder)
        super().__init__(coursedir=place, config=config, log=log)
        self.module = module
        self.ignored = list(place.ignore)
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = self.exporter_class(parent=self, config=self.config)

    def submitted(self, student: str) -> Path:
        """Where the student's notebook is handed in."""
        folder = self._folder(self.coursedir.submitted_directory, student)
        return folder / f"{self.module.stem}.ipynb"

    def _folder(self, step: str, student: str) -> Path:
        return Path(self.coursedir.format_path(step, student, self.module.folder))


class Sanitiser(Step):
    """The first step: nbgrader's sanitising of one submission after the other."""

    def sanitise(self, student: str) -> NotebookNode:
        """The student's notebook, ready to run; the gradebook then knows of the submission.

        Files handed in beside it are copied to `autograded/`, as nbgrader does.
        Raises: Refused if the student cannot be entered in the gradebook under that name.
        """
        preflight.refuse_student(student)
        self._clear(student)
        path = self.submitted(student)
        try:
            preflight.refuse_folder(path.parent)
        except Refused as reason:
            return self.stand_in(student, str(reason))
        found = preflight.beside(path.parent)
        self.coursedir.ignore = [*self.ignored, *found.left_out]
        self.notebooks = [str(path)]
        self.init_assignment(self.module.folder, student)
        if not os.path.lexists(path):
            return self.stand_in(student, f"there is no {path.name} in what was handed in")
        self._sanitizing = True
        self._init_preprocessors()
        resources = self.init_single_notebook_resources(str(path))
        text, _ = self.exporter.from_filename(str(path), resources=resources)
        notebook = nbformat.reads(text, as_version=4)
        submission.note(notebook, [*found.notes, *submission.remarks(notebook)], blocked(notebook))
        return notebook

    def stand_in(self, student: str, reason: str) -> NotebookNode:
        """What is graded, with no points, where the submission cannot be read.

        Raises: Refused if the student cannot be entered in the gradebook under that name.
        """
        preflight.refuse_student(student)
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(self.module.folder, student)
        self._sanitizing = True
        self._init_preprocessors()
        resources = self.init_single_notebook_resources(str(self.submitted(student)))
        text, _ = self.exporter.from_notebook_node(submission.stand_in(reason), resources=resources)
        return nbformat.reads(text, as_version=4)

    def _clear(self, student: str) -> None:
        folder = self._folder(self.coursedir.autograded_directory, student)
        if folder.exists():
            shutil.rmtree(folder)
