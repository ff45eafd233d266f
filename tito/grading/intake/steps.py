"""What the first and the last step of grading share: nbgrader's autograde of one module."""

import datetime
import logging
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from tito.catalog import Module
from tito.course import Folders


class TolerantDirectory(CourseDirectory):
    """nbgrader's, but a `timestamp.txt` that holds no time is passed over."""

    def get_existing_timestamp(self, dest_path: str) -> datetime.datetime | None:
        """When something was submitted, if that is known."""
        try:
            return super().get_existing_timestamp(dest_path)
        except Exception:  # noqa: BLE001 - nbgrader fails in several ways on a damaged file
            self.log.warning("no time in %s/timestamp.txt", dest_path)
            return None


class Step(Autograde):
    """nbgrader's autograde of one module, to be taken step by step."""

    def __init__(self, module: Module, config: Config, log: logging.Logger):
        place = TolerantDirectory(config=config, log=log, assignment_id=module.folder)
        super().__init__(coursedir=place, config=config, log=log)
        self.module, self.folders = module, Folders(place)
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = self.exporter_class(parent=self, config=self.config)

    def preprocessed(self, notebook: NotebookNode, path: Path) -> tuple[NotebookNode, Any]:
        """The notebook as the preprocessors of this step leave it, and nbconvert's resources.

        path: where the notebook lies, which says whose it is.
        """
        self._init_preprocessors()
        resources = self.init_single_notebook_resources(str(path))
        # A NotebookExporter's own gives the text, which would have to be parsed again.
        return Exporter.from_notebook_node(self.exporter, notebook, resources=resources)
