"""The second step of grading: run a sanitised notebook. It needs no database and no class.

`nbgrader_config.py` names `Execute` in place of nbgrader's own, so that a crash, an endless loop or
an exit costs the same in `nbgrader autograde`, formgrader and `tito grade`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute as NbGraderExecute
from traitlets import Float, Integer
from traitlets.config import Config

from tito.course import Course
from tito.grading.intake import restore
from tito.kernel import run
from tito.kernel.run import Budget


@dataclass(frozen=True)
class Settings:
    """How notebooks are run: the kernel, what one may use, the course it belongs to, and what else
    the configuration says of the kernel's provisioner (`jail`, `memory`, ...)."""

    kernel_name: str
    budget: Budget
    course: Course | None = None
    provisioner: Mapping[str, Any] = field(default_factory=dict)

    def config(self) -> Config:
        """The same for the kernel's provisioner."""
        config = Config()
        config.GradingProvisioner.update(self.provisioner)
        if self.course is not None:
            config.GradingProvisioner.course = self.course
        return config


def execute(notebook: str, folder: str, settings: Settings) -> str:
    """A sanitised notebook's JSON with the outputs of its cells, run as the module `folder`.

    A pure function of its arguments: it may run in another process, or on another machine.
    Raises: what Jupyter raises if the kernel cannot be started, and nothing else.
    """
    return _execute(nbformat.reads(notebook, as_version=4), folder, settings)


def _execute(notebook: NotebookNode, folder: str, settings: Settings) -> str:
    reason = restore.blocked(notebook)
    if reason:
        return restore.written(run.blocked(notebook, reason))
    config = settings.config()
    done = run.run_notebook(notebook, folder, settings.kernel_name, settings.budget, config)
    return restore.written(done)


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

    def preprocess(self, nb: NotebookNode, resources: Any = None, km: Any = None):
        """Run the notebook in the kernel of the configuration."""
        folder = (resources or {}).get("metadata", {}).get("path") or "."
        return nbformat.reads(_execute(nb, folder, self.settings()), as_version=4), resources
