"""The second step of grading: run a sanitised notebook. It needs no database and no class.

A worker imports this page, so it loads nothing of nbgrader. See `execute_preprocessor` for the
same in nbgrader's own commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from tito.course import Course
from tito.grading.intake.submission import as_json, why_blocked
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
    return as_json(executed(nbformat.reads(notebook, as_version=4), folder, settings))


def executed(notebook: NotebookNode, folder: str, settings: Settings) -> NotebookNode:
    """The same for a notebook that has been parsed."""
    reason = why_blocked(notebook)
    if reason:
        return run.blocked(notebook, reason)
    config = settings.config()
    return run.run_notebook(notebook, folder, settings.kernel_name, settings.budget, config)
