"""The last step of grading: the outputs of an executed notebook become points in the gradebook."""

import io
import logging
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from tito.catalog import Module
from tito.course import Course
from tito.grading import sanitise
from tito.kernel.run import NOT_RUN
from tito.mistake import Mistake
from tito.script import cells_of, exercises

# What nbgrader does to a source notebook before it makes the release.
_SAVING = re.findall(
    r"\w+",
    "IncludeHeaderFooter InstantiateTests LockCells ClearSolutions ClearOutput CheckCellMetadata "
    "ComputeChecksums SaveCells",
)


@dataclass(frozen=True)
class Mark:
    """What a student got for one exercise, and why not more, in words."""

    exercise: str
    points: float
    max_points: float
    reason: str = ""


def save_source(module: Module, config: Config) -> None:
    """Put the cells of the source notebook into the gradebook, as `generate_assignment` does.

    Raises: Mistake with nbgrader's words if it refuses.
    """
    words = io.StringIO()
    log = logging.Logger("tito.grading", level=logging.ERROR)
    log.addHandler(logging.StreamHandler(words))
    with tempfile.TemporaryDirectory() as folder:  # the release that is made on the way
        place = CourseDirectory(
            config=config, log=log, assignment_id=module.folder, release_directory=folder
        )
        converter = GenerateAssignment(coursedir=place, config=config, log=log, force=True)
        converter.preprocessors = [import_item(f"nbgrader.preprocessors.{it}") for it in _SAVING]
        try:
            converter.start()
        except NbGraderException as refusal:
            raise Mistake(
                f"nbgrader does not take source/{module.folder} into {place.db_url}: "
                f"{_last_error(words.getvalue())} (if submissions were graded with other graded "
                "cells, move the gradebook away and grade again; marks given by hand are in it)"
            ) from refusal


def _last_error(words: str) -> str:
    found = re.findall(r"^[\w.]+(?:Error|Exception): .*$", words, re.MULTILINE)
    return found[-1] if found else words.strip()


class Scorer(sanitise.Step):
    """nbgrader's autograde after the execution."""

    def score(self, student: str, notebook: NotebookNode) -> None:
        """Save the points of an executed notebook and write it to `autograded/`."""
        self._sanitizing = False
        self.autograde_preprocessors = [
            each for each in self.autograde_preprocessors if not _executes(each)
        ]
        self._init_preprocessors()
        resources = self.init_single_notebook_resources(str(self.autograded(student)))
        text, resources = self.exporter.from_notebook_node(notebook, resources=resources)
        self.write_single_notebook(text, resources)
        self.set_permissions(self.module.folder, student)

    def autograded(self, student: str) -> Path:
        """Where the graded notebook of a student lies."""
        folder = self._folder(self.coursedir.autograded_directory, student)
        return folder / f"{self.module.stem}.ipynb"

    def graded_students(self) -> list[str]:
        """Whose notebooks of the module have been graded, now or earlier."""
        root = Path(self.coursedir.format_path(self.coursedir.autograded_directory, ".", "."))
        return sorted(path.name for path in root.glob("*") if self.autograded(path.name).is_file())

    def marks(self, student: str, course: Course, notebook: NotebookNode) -> list[Mark]:
        """What the gradebook says, exercise by exercise, with the reasons from the notebook."""
        source = nbformat.read(course.source(self.module), as_version=4)
        outputs = {
            cell.metadata.nbgrader.grade_id: cell.get("outputs", [])
            for cell in notebook.cells
            if cell.metadata.get("nbgrader")
        }
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            submission = gradebook.find_submission_notebook(
                self.module.stem, self.module.folder, student
            )
            grades = {grade.name: (grade.score, grade.max_score) for grade in submission.grades}
        marks = []
        for exercise in exercises(cells_of(source)):
            names = [cell.grade_id for cell in exercise.graded]
            points = sum(grades[name][0] for name in names)
            most = sum(grades[name][1] for name in names)
            reasons = [reason(outputs.get(name, [])) for name in (exercise.grade_id, *names)]
            told = next(filter(None, reasons), "points were taken by hand")
            marks.append(Mark(exercise.grade_id, points, most, told if points < most else ""))
        return marks


def _executes(preprocessor: object) -> bool:
    cls = import_item(preprocessor) if isinstance(preprocessor, str) else preprocessor
    return issubclass(cls, Execute)


def reason(outputs: list[NotebookNode]) -> str:
    """Why a graded cell failed, in words on one line; empty if it did not."""
    errors = [out for out in outputs if out.output_type == "error"]
    if not errors:
        return ""
    name, words = errors[-1].ename, errors[-1].evalue
    if name == NOT_RUN:
        words = f"not run: {words}"
    elif not words:
        words = name
    elif name not in _PLAIN:
        words = f"{name}: {words}"
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    return line if len(line) <= 300 else line[:297] + "..."


# Errors whose message says all.
_PLAIN = ("AssertionError", "NotImplementedError", "CellTimeoutError", "KernelDied")


class Feedback:
    """nbgrader's `generate_feedback` of one module, student by student."""

    def __init__(self, module: Module, config: Config, log: logging.Logger):
        place = CourseDirectory(config=config, log=log, assignment_id=module.folder)
        self.converter = GenerateFeedback(coursedir=place, config=config, log=log, force=True)
        self.converter.writer = FilesWriter(parent=self.converter, config=self.converter.config)
        config = self.converter.config
        exporter = self.converter.exporter_class(parent=self.converter, config=config)
        for preprocessor in self.converter.preprocessors:
            exporter.register_preprocessor(preprocessor)
        self.converter.exporter = exporter  # kept, because it compiles its templates once

    def write(self, student: str) -> None:
        """Write the student's page to `feedback/`."""
        self.converter.coursedir.student_id = student
        self.converter.init_notebooks()
        self.converter.convert_notebooks()
