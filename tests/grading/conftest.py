"""A toy course, built, with the course's own nbgrader_config.py, and students who submit."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from tito.course import Course
from tito.grading.configuration import configuration
from tito.grading.engine.execute import Settings
from tito.grading.engine.score import save_source
from tito.kernel.run import Budget, run_notebook

ROOT = Path(__file__).resolve().parent.parent.parent
SHORT = Budget(cell=3, notebook=60, grace=1)
# What a course with another catalog adds to the course's own configuration.
CONFIG = """
from tito.catalog import Module
from tito.course import Course

c.GradingProvisioner.course = Course(HERE, {catalog!r})
c.Execute.timeout, c.Execute.notebook_timeout, c.Execute.grace = 4, 60.0, 1.0
c.LateSubmissionPlugin.penalty_method = "zero"
"""


@dataclass
class Classroom:
    """A course and a way to submit work."""

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

    def submit(self, student: str, module, notebook) -> None:
        """Put a notebook (or any text) where nbgrader collects."""
        path = self.course.root / "submitted" / student / module.folder / f"{module.stem}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebook if isinstance(notebook, str) else nbformat.writes(notebook))

    def nbgrader_autograde(self, *options: str) -> None:
        """Grade module 01 with nbgrader's own command."""
        command = [sys.executable, "-m", "nbgrader", "autograde", self.pair.folder, *options]
        root = self.course.root
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

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


@pytest.fixture(scope="session")
def records():
    """Reads a course's gradebook."""
    return _records


def _records(course: Course, folder: str = "01_pair") -> dict:
    """All that a gradebook says of an assignment, by names instead of the ids it makes up."""
    found: dict = {}
    with Gradebook(f"sqlite:///{course.gradebook}", "tinytorch") as gradebook:
        assignment = gradebook.find_assignment(folder)
        found["assignment"] = (assignment.duedate, assignment.max_score, assignment.num_submissions)
        for notebook in assignment.notebooks:
            for cell in notebook.source_cells:
                found["source", cell.name] = _fields(cell, "cell_type locked source checksum")
            for cell in notebook.grade_cells:
                found["graded", cell.name] = (cell.max_score, cell.cell_type)
        for submission in assignment.submissions:
            found.update(_submission(submission))
    return found


def _submission(submission) -> dict[tuple, tuple]:
    student = submission.student.id
    found = {(student,): _fields(submission, "timestamp extension")}
    for notebook in submission.notebooks:
        fields = "score max_score code_score written_score needs_manual_grade flagged failed_tests"
        found[student, "all"] = _fields(notebook, fields + " late_submission_penalty")
        for grade in notebook.grades:
            fields = "auto_score manual_score extra_credit score max_score needs_manual_grade"
            found[student, "grade", grade.name] = _fields(grade, fields + " failed_tests")
        for comment in notebook.comments:
            fields = "auto_comment manual_comment"
            found[student, "comment", comment.name] = _fields(comment, fields)
    return found


def _fields(row, names: str) -> tuple:
    return tuple(getattr(row, name) for name in names.split())


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

    def runs(*sources, budget=SHORT, folder="02_total", edit=lambda notebook: None, **options):
        notebook, config = graded_cells(*sources), built.config()
        config.GradingProvisioner.update(options)
        edit(notebook)
        return run_notebook(notebook, folder, "tinytorch-grading", budget, config).cells

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
