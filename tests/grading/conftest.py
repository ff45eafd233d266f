"""A toy course, built, with the course's own nbgrader_config.py, and students to hand in."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from traitlets.config import Config

from tito.course import Course
from tito.grading.execute import Settings
from tito.grading.grade import configuration
from tito.grading.score import save_source
from tito.kernel.run import Limits, run_notebook

ROOT = Path(__file__).resolve().parent.parent.parent
SHORT = Limits(cell=3, notebook=60, grace=1)
# What a course with another catalog adds to the course's own configuration.
CONFIG = """
from tito.catalog import Module
from tito.course import Course

c.GradingProvisioner.course = Course(HERE, {catalog!r})
c.Execute.timeout, c.Execute.notebook_timeout, c.Execute.grace = 4, 60.0, 1.0
"""


@dataclass
class Classroom:
    """A course and a way to hand in work."""

    course: Course

    @property
    def pair(self):
        return self.course.catalog[0]

    @property
    def total(self):
        return self.course.catalog[1]

    def source(self, module) -> nbformat.NotebookNode:
        return nbformat.read(self.course.source(module), as_version=4)

    def answers(self, module, **sources: str) -> nbformat.NotebookNode:
        """The source notebook with other text in the cells of these grade ids (`_` for `-`)."""
        notebook = self.source(module)
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            cell.source = sources.get(grade_id.replace("-", "_"), cell.source)
            cell.source = cell.source.replace("import matplotlib.pyplot as plt", "")
        # Importing matplotlib takes a second, and every student would spend it.
        notebook.cells = [cell for cell in notebook.cells if "plt." not in cell.source]
        return notebook

    def hand_in(self, student: str, module, notebook) -> None:
        """Put a notebook (or any text) where nbgrader collects."""
        path = self.course.root / "submitted" / student / module.folder / f"{module.stem}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook if isinstance(notebook, str) else nbformat.writes(notebook))

    def copy(self, root: Path) -> "Classroom":
        """The same in another folder."""
        shutil.copytree(self.course.root, root)
        return classroom_at(Course(root, self.course.catalog))

    def config(self) -> Config:
        config = Config()
        config.GradingProvisioner.course = self.course
        return config


def classroom_at(course: Course) -> Classroom:
    """A built course as a classroom, with its configuration written."""
    text = (ROOT / "nbgrader_config.py").read_text()
    (course.root / "nbgrader_config.py").write_text(text + CONFIG.format(catalog=course.catalog))
    return Classroom(course)


@pytest.fixture(scope="session")
def built(built_toy, tmp_path_factory) -> Classroom:
    """The toy course, built, with nobody's work in it: to be read or copied, not changed."""
    room = Classroom(built_toy).copy(tmp_path_factory.mktemp("class") / "course")
    # A gradebook with the source in it takes five seconds to make: every class gets a copy.
    save_source(room.pair, configuration(room.course))
    return room


@pytest.fixture
def classroom(built, tmp_path) -> Classroom:
    """A toy course of one's own."""
    return built.copy(tmp_path / "course")


def graded_cells(*sources: str) -> nbformat.NotebookNode:
    """A notebook of graded cells, worth a point each."""
    cells = []
    for index, source in enumerate(sources):
        marks = {"grade": True, "solution": False, "grade_id": f"c{index}", "points": 1}
        cells.append(nbformat.v4.new_code_cell(source, metadata={"nbgrader": marks}))
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="session")
def run(built):
    """Runs graded cells in the isolated kernel, as the module 02_total of the toy course."""

    def runs(*sources, limits=SHORT, folder="02_total", edit=lambda notebook: None):
        notebook = graded_cells(*sources)
        edit(notebook)
        return run_notebook(notebook, folder, "tinytorch-grading", limits, built.config()).cells

    return runs


@pytest.fixture(scope="session")
def run_as_student():
    """Runs graded cells in the student's kernel, in a folder."""

    def runs(*sources, folder):
        return run_notebook(graded_cells(*sources), folder, "tinytorch", SHORT).cells

    return runs


@pytest.fixture(scope="session")
def run_notebook_as_student():
    """Runs a notebook in the student's kernel, in a folder."""
    return lambda notebook, folder: run_notebook(notebook, folder, "tinytorch", SHORT)


@pytest.fixture(scope="session")
def run_settings(built) -> Settings:
    return Settings("tinytorch-grading", SHORT, built.course)
