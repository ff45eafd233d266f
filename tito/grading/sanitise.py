"""The first step of grading: a submission becomes a notebook that is safe to run and to score.

`nbgrader_config.py` names `SubmissionExporter` and `Restore`, so that `nbgrader autograde`,
formgrader and `tito grade` take submissions in the same way. nbgrader's own steps follow them.
"""

import copy
import datetime
import glob
import logging
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from tito.catalog import Module

MAX_BYTES = 20_000_000
NOTES = "tinytorch"


class Unreadable(Exception):
    """A submission that is no notebook of this module: its text says why."""


class SubmissionExporter(NotebookExporter):
    """nbconvert's, but a file that is no notebook becomes a stand-in that says so."""

    def from_file(self, file_stream: Any, resources: Any = None, **options: Any):
        """Read an open file and pass the notebook on to the preprocessors."""
        try:
            notebook = read(file_stream)
        except Unreadable as reason:
            notebook = stand_in(str(reason))
        return self.from_notebook_node(notebook, resources=resources, **options)


def read(file_stream: Any) -> NotebookNode:
    """The notebook in an open file.

    Raises: Unreadable if it is too large or not a notebook.
    """
    size = os.fstat(file_stream.fileno()).st_size
    if size > MAX_BYTES:
        raise Unreadable(f"the file has {size:,} bytes, and a notebook may have {MAX_BYTES:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about cell ids, which are made anew
            return nbformat.read(file_stream, as_version=4)
    except Exception as problem:
        words = " ".join(str(problem).split())[:200]
        raise Unreadable(f"the file is not a notebook that can be read ({words})") from problem


def stand_in(reason: str) -> NotebookNode:
    """The notebook that is graded in place of one that cannot be; it gets no points."""
    notebook = new_notebook(cells=[new_markdown_cell("This submission could not be graded.")])
    notebook.metadata[NOTES] = {"blocked": reason, "notes": []}
    return notebook


def blocked(notebook: NotebookNode) -> str:
    """Why no cell of a sanitised notebook is to be run, in words; empty if they are."""
    return notebook.metadata.get(NOTES, {}).get("blocked", "")


def notes(notebook: NotebookNode) -> list[str]:
    """What was mended in a sanitised notebook, in words."""
    return list(notebook.metadata.get(NOTES, {}).get("notes", []))


class Restore(NbGraderPreprocessor):
    """Gives the cells of a submission the metadata that they have in the source notebook.

    Metadata decides what is run and what is graded (tags skip cells, a duplicated or missing grade
    id ends nbgrader's run), so none of the student's is kept. Of a cell that stands twice the last
    counts, as in nbgrader. A graded cell that is missing is put back.
    """

    def preprocess(self, nb: NotebookNode, resources: Any):
        """The notebook with known cells marked as in the source, and `NOTES` in its metadata."""
        source = self._source(resources)
        try:
            restored = restore(nb, source)
        except Exception as problem:  # noqa: BLE001 - nbformat reads what is no valid notebook
            words = " ".join(str(problem).split())[:200]
            self.log.warning("unreadable cells: %s", words)
            restored = restore(stand_in(f"its cells are not those of a notebook ({words})"), source)
        return restored, resources

    def _source(self, resources: Any) -> NotebookNode:
        names = resources["nbgrader"]
        course = CourseDirectory(parent=self)
        folder = course.format_path(course.source_directory, ".", names["assignment"])
        return nbformat.read(Path(folder) / f"{names['notebook']}.ipynb", as_version=4)


def restore(notebook: NotebookNode, source: NotebookNode) -> NotebookNode:
    """The student's cells, marked as those of the source notebook with the same grade id."""
    known = {_grade_id(cell): cell for cell in source.cells if _grade_id(cell)}
    found: dict[str, NotebookNode] = {}
    remarks, cells = [], []
    for cell in reversed(notebook.cells):
        grade_id = _grade_id(cell)
        if grade_id in found:
            remarks.append(f"the cell {grade_id} stands more than once: the last one counts")
        if grade_id not in known or grade_id in found:
            cells.append(_plain(cell))
        else:
            found[grade_id] = _as_in_source(known[grade_id], cell.source)
            cells.append(found[grade_id])
    cells.reverse()
    for grade_id in [name for name in known if name not in found]:
        if known[grade_id].metadata.nbgrader.get("grade"):
            remarks.append(f"the graded cell {grade_id} was missing and has been put back")
            added = _as_in_source(known[grade_id], known[grade_id].source)
            cells.insert(_place(cells, list(known), grade_id), added)
    reason = blocked(notebook)
    remarks = [] if reason else remarks
    restored = new_notebook(cells=cells)
    restored.metadata.kernelspec = copy.deepcopy(source.metadata.get("kernelspec", {}))
    restored.metadata[NOTES] = {"blocked": reason, "notes": list(dict.fromkeys(remarks))}
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index}"
    nbformat.validate(restored)
    return writable(restored)


def writable(notebook: NotebookNode) -> NotebookNode:
    """The notebook with characters that UTF-8 does not have (halves of others) replaced."""
    text = nbformat.writes(notebook).encode("utf-8", "replace").decode("utf-8")
    return nbformat.reads(text, as_version=4)


def _grade_id(cell: NotebookNode) -> str | None:
    metadata = cell.metadata.get("nbgrader")
    grade_id = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return grade_id if isinstance(grade_id, str) and grade_id else None


def _plain(cell: NotebookNode) -> NotebookNode:
    make = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    return make(cell.source)


def _as_in_source(original: NotebookNode, text: str) -> NotebookNode:
    make = new_code_cell if original.cell_type == "code" else new_markdown_cell
    return make(text, metadata={"nbgrader": copy.deepcopy(original.metadata.nbgrader)})


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

        Files handed in beside it are copied to `autograded/`, as nbgrader does, but no links.
        """
        path = self.submitted(student)
        self._clear(student)
        links = [link for link in path.parent.rglob("*") if link.is_symlink()]
        self.coursedir.ignore = [*self.ignored, *(glob.escape(link.name) for link in links)]
        self.notebooks = [str(path)]
        self.init_assignment(self.module.folder, student)
        if path in links:
            return self.stand_in(student, "the notebook is a link, and links are not followed")
        if not path.is_file():
            return self.stand_in(student, f"there is no {path.name} in what was handed in")
        self._sanitizing = True
        self._init_preprocessors()
        resources = self.init_single_notebook_resources(str(path))
        text, _ = self.exporter.from_filename(str(path), resources=resources)
        return nbformat.reads(text, as_version=4)

    def stand_in(self, student: str, reason: str) -> NotebookNode:
        """What is graded, with no points, where the submission cannot be read."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(self.module.folder, student)
        self._sanitizing = True
        self._init_preprocessors()
        resources = self.init_single_notebook_resources(str(self.submitted(student)))
        text, _ = self.exporter.from_notebook_node(stand_in(reason), resources=resources)
        return nbformat.reads(text, as_version=4)

    def _clear(self, student: str) -> None:
        folder = self._folder(self.coursedir.autograded_directory, student)
        if folder.exists():
            shutil.rmtree(folder)
