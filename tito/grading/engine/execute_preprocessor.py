"""The second step of grading as nbgrader's commands take it, and how it is configured.

`nbgrader_config.py` names `Execute` in place of nbgrader's own, so that a crash, an endless loop or
an exit costs the same in `nbgrader autograde`, formgrader and `tito grade`.
"""

from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute as NbGraderExecute
from traitlets import Float, Integer

from tito.grading.engine.execute import Settings, executed
from tito.grading.intake.submission import as_json
from tito.kernel.run import Budget


class Execute(NbGraderExecute):
    """nbgrader's, which comes back whatever the notebook does."""

    notebook_timeout = Float(600, help="Seconds that a whole notebook may take.").tag(config=True)
    grace = Float(5, help="Seconds that a cell has to stop when interrupted.").tag(config=True)
    max_output = Integer(200_000, help="Bytes of output kept for a cell.").tag(config=True)

    def settings(self) -> Settings:
        """What the configuration says."""
        forever = float(10**6)
        seconds = self.timeout if self.timeout and self.timeout > 0 else forever
        budget = Budget(seconds, self.notebook_timeout, self.grace, self.max_output)
        provisioner = dict(self.config.GradingProvisioner)
        course = provisioner.pop("course", None)
        return Settings(self.kernel_name, budget, course, provisioner)

    def preprocess(
        self, nb: NotebookNode, resources: Any = None, km: Any = None
    ) -> tuple[NotebookNode, Any]:
        """Run the notebook in the kernel of the configuration."""
        folder = (resources or {}).get("metadata", {}).get("path") or "."
        done = as_json(executed(nb, folder, self.settings()))  # as a worker hands it back
        return nbformat.reads(done, as_version=4), resources
