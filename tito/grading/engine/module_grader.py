"""What this process does for the submissions of one module: sanitise and score them."""

import contextlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from traitlets.config import Config

from tito.catalog import Module
from tito.course import Course
from tito.grading.engine import fingerprint, score
from tito.grading.engine.execute import Execute, Settings
from tito.grading.engine.gradebook import Book
from tito.grading.intake import restore
from tito.grading.intake.preflight import shown
from tito.grading.results.tables import Result, delay
from tito.kernel.run import DIED, TIMEOUT


@dataclass
class ModuleGrader:
    """Where the submissions of one module are dealt with, in one thread alone."""

    course: Course
    module: Module
    config: Config
    book: Book

    @cached_property
    def log(self) -> logging.Logger:
        """Takes what nbgrader has to say: the report says it in words."""
        log = logging.Logger("tito.grading")
        log.addHandler(logging.NullHandler())
        return log

    @cached_property
    def sanitiser(self) -> restore.Sanitiser:
        return restore.Sanitiser(self.module, self.config, self.log)

    @cached_property
    def scorer(self) -> score.Scorer:
        return score.Scorer(self.module, self.config, self.log)

    @cached_property
    def feedback(self) -> score.Feedback:
        return score.Feedback(self.module, self.config, self.log)

    @cached_property
    def settings(self) -> Settings:
        """How notebooks are executed."""
        return Execute(config=self.config).settings()

    # ---- what marks depend on ----

    @cached_property
    def tools(self) -> dict[str, str]:
        """The fingerprints of what grades and of what a submission may import."""
        return fingerprint.of_course(self.course, self.module)

    @cached_property
    def source(self) -> str:
        """The fingerprint of what the gradebook holds of the source."""
        return fingerprint.of_source(self.course, self.module, self.config)

    @cached_property
    def due(self) -> str:
        """When the module is due: late penalties depend on it."""
        with Gradebook(self.book.url, self.book.course_id) as gradebook:
            return str(gradebook.find_assignment(self.module.folder).duedate)

    def fingerprint(self, student: str) -> str:
        """All that the marks of a student depend on, but what is done by hand."""
        folder = self.sanitiser.submitted(student).parent
        files = fingerprint.of_files(folder)
        return fingerprint.joined(*self.tools.values(), self.source, self.due, files)

    # ---- what is done ----

    def save_source(self, again: bool) -> None:
        """Put the source into the gradebook, if it is not there or `again`.

        Raises: Mistake with nbgrader's words if it refuses.
        """
        if again or self.book.graded(self.module.folder).get("") != self.source:
            self.book.back_up()
            self.book.write(self._save_source)

    def _save_source(self) -> None:
        score.save_source(self.module, self.config)
        self.book.record(self.module.folder, "", self.source)

    def sanitise(self, student: str) -> NotebookNode:
        """What is executed for a student, whatever was handed in."""
        try:
            return self.book.write(self.sanitiser.sanitise, student)
        except Exception as problem:  # noqa: BLE001 - one submission must not stop the others
            words = " ".join(str(problem).split())[:200]
            return self.book.write(self.sanitiser.stand_in, student, f"it cannot be read ({words})")

    def finish(self, student: str, made_from: str, text: str) -> Result:
        """Score an executed notebook, given as JSON, and write its pages; all of it or nothing."""
        return self.book.write(self._finish, student, made_from, nbformat.reads(text, 4))

    def _finish(self, student: str, made_from: str, notebook: NotebookNode) -> Result:
        self.scorer.score(student, notebook)
        self.feedback.write(student)
        self.book.record(self.module.folder, student, made_from)
        return self._result(student, notebook)

    def earlier(self, students: Iterable[str]) -> dict[str, Result]:
        """The results of those who were graded before, as the gradebook has them now."""
        found = {}
        for student in students:
            path = self.scorer.autograded(student)
            if path.is_file():
                notebook = nbformat.read(path, as_version=4)
                with contextlib.suppress(MissingEntry, KeyError):  # graded by another source
                    found[student] = self._result(student, notebook)
        return found

    def _result(self, student: str, notebook: NotebookNode) -> Result:
        marks = self.scorer.marks(student, self.course, notebook)
        seconds, penalty = self.scorer.lateness(student)
        blocked = restore.blocked(notebook)
        notes = [*delay(seconds, penalty), *([blocked] if blocked else [])]
        notes += restore.notes(notebook)
        return Result(shown(student), self.module, marks, notes, penalty=penalty)

    def has_failed(self, student: str) -> bool:
        """Whether a graded notebook's kernel died, or ran out of time."""
        notebook = nbformat.read(self.scorer.autograded(student), as_version=4)
        outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
        return any(out.get("ename") in (DIED, TIMEOUT) for out in outputs)
