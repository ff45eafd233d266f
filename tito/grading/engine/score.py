"""The last step of grading: the outputs of an executed notebook become points in the gradebook."""

import io
import logging
import re
import tempfile
from pathlib import Path

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
from tito.errors import Mistake
from tito.grading.intake import restore
from tito.grading.intake.source import read_source
from tito.grading.results.marks import Mark, marks_of

# What nbgrader does to a source notebook before it makes the release.
_SAVING = re.findall(
    r"\w+",
    "IncludeHeaderFooter InstantiateTests LockCells ClearSolutions ClearOutput CheckCellMetadata "
    "ComputeChecksums SaveCells",
)


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


class Scorer(restore.Step):
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
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            submission = gradebook.find_submission_notebook(
                self.module.stem, self.module.folder, student
            )
            grades = {grade.name: (grade.score, grade.max_score) for grade in submission.grades}
        return marks_of(read_source(course.source(self.module)), notebook, grades)

    def lateness(self, student: str) -> tuple[float, float]:
        """How many seconds after the due date a submission came, and the points that costs."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            submission = gradebook.find_submission(self.module.folder, student)
            return submission.total_seconds_late, submission.late_submission_penalty or 0


def _executes(preprocessor: object) -> bool:
    cls = import_item(preprocessor) if isinstance(preprocessor, str) else preprocessor
    return issubclass(cls, Execute)


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
