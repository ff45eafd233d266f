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
from tito.course import Course, Folders
from tito.grading.engine import fingerprint, score
from tito.grading.engine.execute import Settings
from tito.grading.engine.execute_preprocessor import Execute
from tito.grading.engine.gradebook import Book, Locked, patient
from tito.grading.intake.sanitise import Sanitiser
from tito.grading.results.result import Result
from tito.kernel.run import DIED, TIMEOUT


@dataclass
class ModuleGrader:
    """Where the submissions of one module are dealt with, in one thread alone."""

    course: Course
    module: Module
    config: Config
    folders: Folders
    book: Book

    @cached_property
    def log(self) -> logging.Logger:
        """Takes what nbgrader has to say: the report says it in words."""
        log = logging.Logger("tito.grading")
        log.addHandler(logging.NullHandler())
        return log

    @cached_property
    def sanitiser(self) -> Sanitiser:
        return Sanitiser(self.module, self.config, self.log)

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
        path = self.folders.submitted(student, self.module)
        files = fingerprint.of_files(path.parent)
        return fingerprint.joined(*self.tools.values(), self.source, self.due, files)

    # ---- what is done ----

    @patient
    def save_source(self, again: bool) -> None:
        """Put the source into the gradebook, if it is not there or `again`.

        Raises: Mistake with nbgrader's words if it refuses.
        """
        if again or self.book.graded(self.module.folder).get("") != self.source:
            self.book.back_up()
            with self.book.transaction() as connection:
                score.save_source(self.module, self.config)
                self.book.record(connection, self.module.folder, "", self.source)

    def sanitise(self, student: str) -> NotebookNode:
        """What is executed for a student, whatever was submitted."""
        try:
            return self._sanitised(student)
        except Locked:
            raise
        except Exception as problem:  # noqa: BLE001 - one submission must not stop the others
            words = " ".join(str(problem).split())[:200]
            return self._stand_in(student, f"it cannot be read ({words})")

    @patient
    def _sanitised(self, student: str) -> NotebookNode:
        with self.book.transaction():
            return self.sanitiser.sanitise(student)

    @patient
    def _stand_in(self, student: str, reason: str) -> NotebookNode:
        with self.book.transaction():
            return self.sanitiser.stand_in(student, reason)

    @patient
    def finish(self, student: str, made_from: str, executed: NotebookNode) -> Result:
        """Score an executed notebook and write its page; all of it is saved, or nothing."""
        with self.book.transaction() as connection:
            graded = self.scorer.score(student, executed)
            result = self.scorer.result(student, graded)
            self.feedback.write(student, graded, result.marks)
            self.book.record(connection, self.module.folder, student, made_from)
        return result

    @patient
    def earlier(self, students: Iterable[str], unless_failed: bool = False) -> dict[str, Result]:
        """The results of those who were graded before, as the gradebook has them now.

        unless_failed: leave out those whose kernel died, or ran out of time.
        """
        found = {}
        with self.book.transaction():
            for student in students:
                path = self.folders.autograded(student, self.module)
                graded = nbformat.read(path, as_version=4) if path.is_file() else None
                if graded and not (unless_failed and _ended_early(graded)):
                    with contextlib.suppress(MissingEntry, KeyError):  # graded by another source
                        found[student] = self.scorer.result(student, graded)
        return found


def _ended_early(graded: NotebookNode) -> bool:
    outputs = [out for cell in graded.cells for out in cell.get("outputs", [])]
    return any(out.get("ename") in (DIED, TIMEOUT) for out in outputs)
