"""The source notebook of a module and what is made of it: read once for a whole class."""

import copy
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests
from traitlets.config import Configurable

from tito.course import Folders
from tito.failures import Hint
from tito.grading.intake.redact import hider
from tito.hints import hints_of
from tito.script import Cell, Exercise, cells_of, exercises


@dataclass(frozen=True, eq=False)
class Source:
    """All submissions share it: nobody may change the notebook."""

    notebook: NotebookNode

    @cached_property
    def cells(self) -> list[Cell]:
        return cells_of(self.notebook)

    @cached_property
    def exercises(self) -> list[Exercise]:
        return exercises(self.cells)

    @cached_property
    def hints(self) -> dict[str, list[Hint]]:
        """The folded hints of each exercise."""
        return hints_of(self.cells, self.exercises)

    @cached_property
    def hide(self) -> Callable[[str], str]:
        """Replaces the lines of hidden tests in a text."""
        return hider(self.notebook)

    @cached_property
    def released(self) -> dict[str, str]:
        """The text of each cell with a grade id, as students get it."""
        release, _ = ClearHiddenTests().preprocess(copy.deepcopy(self.notebook), {})
        pairs = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in release.cells]
        return {known["grade_id"]: text for known, text in pairs if known.get("grade_id")}


def read_source(path: Path) -> Source:
    """The source notebook in a file, as it is now."""
    state = path.stat()
    return _read_once(path, state.st_mtime_ns, state.st_size)


def source_of(names: Mapping[str, str], parent: Configurable) -> Source:
    """The source notebook that nbgrader is at work on, by the names it knows it by.

    parent: what has the configuration.
    """
    place = CourseDirectory(parent=parent)
    return read_source(Folders(place).source(names["assignment"], names["notebook"]))


@functools.lru_cache(maxsize=64)
def _read_once(path: Path, *state: int) -> Source:
    return Source(nbformat.read(path, as_version=4))
