"""What unlocked exercises are worth: the share that the instructor says, of what their tests gave.

`nbgrader_config.py` names `UnlockedPoints`, so that `nbgrader autograde` comes to the same points.
"""

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from tito.grading.intake.unlocked import Unlocking
from tito.unlocking import is_tagged


class UnlockedPoints(NbGraderPreprocessor):
    """Takes points off the graded cells that `Restore` has tagged. Those given by hand stay."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook as it is; the points in the gradebook change."""
        names, worth = resources["nbgrader"], Unlocking(parent=self).worth
        where = (names["notebook"], names["assignment"], names["student"])
        with Gradebook(names["db_url"]) as gradebook:
            for cell in filter(is_tagged, nb.cells):
                grade = gradebook.find_grade(cell.metadata.nbgrader.grade_id, *where)
                grade.auto_score = (grade.auto_score or 0) * worth
            gradebook.db.commit()
        return nb, resources
