"""The first step of grading: a submission becomes a notebook that is safe to run and to score.

`nbgrader_config.py` names `SubmissionExporter`, and `Restore` of the page `restore`, so that
`nbgrader autograde`, formgrader and `tito grade` take submissions in the same way. nbgrader's own
preprocessors follow them.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from traitlets import default

from tito.grading.intake import preflight, submission
from tito.grading.intake.preflight import Refused
from tito.grading.intake.steps import Step


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

    def from_filename(
        self, filename: str, resources: Any = None, **options: Any
    ) -> tuple[NotebookNode, Any]:
        """Read a file and pass the notebook on to the preprocessors."""
        # nbgrader reads its own result again to run it: that is no submission.
        if not getattr(self.parent, "_sanitizing", True):
            return super().from_filename(filename, resources=resources, **options)
        notebook = submission.read(Path(filename))
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


class Sanitiser(Step):
    """nbgrader's sanitising of one submission after the other."""

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self.ignored = list(self.coursedir.ignore)

    def sanitise(self, student: str) -> NotebookNode:
        """The student's notebook, ready to run; the gradebook then knows of the submission.

        Files submitted beside it are copied to `autograded/`, as nbgrader does.
        Raises: Refused if the student cannot be entered in the gradebook under that name.
        """
        preflight.refuse_student(student)
        self._clear(student)
        path = self.folders.submitted(student, self.module)
        try:
            preflight.refuse_folder(path.parent)
        except Refused as reason:
            return self.stand_in(student, str(reason))
        found = preflight.beside(path.parent)
        self.coursedir.ignore = [*self.ignored, *found.left_out]
        self.notebooks = [str(path)]
        self.init_assignment(self.module.folder, student)
        if not os.path.lexists(path):
            return self.stand_in(student, f"there is no {path.name} in what was submitted")
        notebook, _ = self.preprocessed(submission.read(path), path)
        submission.add_notes(notebook, found.notes)
        return notebook

    def stand_in(self, student: str, reason: str) -> NotebookNode:
        """What is graded, with no points, where the submission cannot be read.

        Raises: Refused if the student cannot be entered in the gradebook under that name.
        """
        preflight.refuse_student(student)
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            gradebook.update_or_create_student(student)
            gradebook.update_or_create_submission(self.module.folder, student)
        path = self.folders.submitted(student, self.module)
        notebook, _ = self.preprocessed(submission.stand_in(reason), path)
        return notebook

    def _clear(self, student: str) -> None:
        folder = self.folders.autograded(student, self.module).parent
        if folder.exists():
            shutil.rmtree(folder)
