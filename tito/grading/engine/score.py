"""The last step of grading: the outputs of an executed notebook become points in the gradebook."""

import io
import logging
import re
import tempfile
from typing import Any

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
from tito.errors import Mistake
from tito.grading.intake.preflight import printable
from tito.grading.intake.source import read_source
from tito.grading.intake.steps import Step
from tito.grading.intake.submission import as_json, remarks
from tito.grading.results.marks import Mark, marks_of
from tito.grading.results.result import Result, delay

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


class Scorer(Step):
    """nbgrader's autograde after the execution."""

    autograde_preprocessors: list[Any]
    _sanitizing = False  # for nbgrader: it is at its second pass, which reads `autograded/`

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self.autograde_preprocessors = [
            each for each in self.autograde_preprocessors if not _executes(each)
        ]

    def score(self, student: str, executed: NotebookNode) -> NotebookNode:
        """Save the points of an executed notebook and write it to `autograded/`; what is there."""
        graded, resources = self.preprocessed(
            executed, self.folders.autograded(student, self.module)
        )
        self.write_single_notebook(as_json(graded) + "\n", resources)
        self.set_permissions(self.module.folder, student)
        return graded

    def result(self, student: str, graded: NotebookNode) -> Result:
        """What the gradebook says, exercise by exercise, with the reasons from the notebook."""
        folder, stem = self.module.folder, self.module.stem
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            rows = gradebook.find_submission_notebook(stem, folder, student).grades
            grades = {row.name: (row.score, row.max_score) for row in rows}
            submitted = gradebook.find_submission(folder, student)
            late, penalty = submitted.total_seconds_late, submitted.late_submission_penalty or 0
        marks = marks_of(read_source(self.folders.source(folder, stem)), graded, grades)
        notes = [*delay(late, penalty), *remarks(graded)]
        return Result(printable(student), self.module, marks, notes, penalty=penalty)


def _executes(preprocessor: object) -> bool:
    cls: Any = import_item(preprocessor) if isinstance(preprocessor, str) else preprocessor
    return issubclass(cls, Execute)


class Feedback(GenerateFeedback):
    """nbgrader's `generate_feedback` of one module, of notebooks that need not be read again."""

    def __init__(self, module: Module, config: Config, log: logging.Logger):
        place = CourseDirectory(config=config, log=log, assignment_id=module.folder)
        super().__init__(coursedir=place, config=config, log=log, force=True)
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = self.exporter_class(parent=self, config=self.config)
        for preprocessor in self.preprocessors:
            self.exporter.register_preprocessor(preprocessor)

    def write(self, student: str, graded: NotebookNode, marks: list[Mark]) -> None:
        """Write the page of a student's graded notebook, with its marks, to `feedback/`."""
        self.coursedir.student_id = student
        self.graded, self.marks = graded, marks
        self.init_notebooks()
        self.convert_notebooks()

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """For nbgrader, which calls it with the path of the graded notebook."""
        resources = self.init_single_notebook_resources(notebook_filename)
        resources["marks"] = self.marks
        page, resources = self.exporter.from_notebook_node(self.graded, resources=resources)
        self.write_single_notebook(page, resources)
