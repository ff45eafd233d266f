"""Where things lie in a checkout of the course: every path is made here and nowhere else."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tito.catalog import CATALOG, Module, written
from tito.errors import Mistake

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

GUIDE = "docs/student.md"  # the student's guide, in a checkout and in a kit


@dataclass(frozen=True)
class Course:
    """A checkout of the course: its root folder and its catalog (tests bring small ones)."""

    root: Path
    catalog: tuple[Module, ...] = CATALOG

    @property
    def modules(self) -> tuple[Module, ...]:
        """The modules that are written, in order."""
        return written(self.catalog)

    @property
    def is_kit(self) -> bool:
        """Whether this is the students' copy, made by `tito kit`: nothing in it is authored."""
        return not (self.root / "modules").is_dir()

    @property
    def package(self) -> Path:
        """The reference package, `tinytorch/`."""
        return self.root / "tinytorch"

    @property
    def data(self) -> Path:
        """The datasets in the box, with their reader."""
        return self.root / "tinytorch_data"

    def script(self, module: Module) -> Path:
        """The authored percent script."""
        return self.root / "modules" / module.folder / f"{module.stem}.py"

    def source(self, module: Module) -> Path:
        """The generated notebook with solutions and hidden tests."""
        return self.root / "source" / module.folder / f"{module.stem}.ipynb"

    def release(self, module: Module) -> Path:
        """The generated notebook that students get."""
        return self.root / "release" / module.folder / f"{module.stem}.ipynb"

    def exported(self, module: Module) -> Path:
        """The generated module of the package."""
        return self.package / "core" / f"{module.stem}.py"

    @property
    def scenarios(self) -> list[Path]:
        """The authored percent scripts of the scenarios, which use several modules at once."""
        return sorted((self.root / "scenarios").glob("*.py"))

    @property
    def scenario_notebooks(self) -> Path:
        """The folder of the notebooks generated from them: nbval and `tito integrate` run these."""
        return self.boundary_tests / "notebooks"

    @property
    def boundary_tests(self) -> Path:
        """The folder of the tests between modules."""
        return self.shared_tests / "integration"

    def sealed(self, module: Module) -> Path:
        """What `tito kit --with-solutions` puts into a kit, for `tito unlock` to open."""
        return self.root / "solutions" / f"{module.stem}.json"

    @property
    def shared_tests(self) -> Path:
        """The folder that pytest and nbval put on Python's path: what tests share lies there."""
        return self.root / "tests"

    def answers(self, module: Module) -> Path:
        """The folder of right and wrong answers to a module's exercises, a file each."""
        return self.shared_tests / module.folder / "answers"

    @property
    def package_variants(self) -> Path:
        """The folder of right and wrong variants of the package, a file a module."""
        return self.shared_tests / "package"

    def matrix(self, name: str) -> Path:
        """Where `tito mutants` keeps what came of a module's variants, or of the package's."""
        return self.root / "build" / "mutants" / f"{name}.json"

    @property
    def generated(self) -> tuple[Path, ...]:
        """The folders that hold what `tito build` makes, and nothing else."""
        made = (self.root / "source", self.root / "release", self.package)
        return (*made, self.scenario_notebooks)

    # ---- what grading needs and leaves; see `Folders` for the work of students ----

    @property
    def needed_to_grade(self) -> tuple[Path, ...]:
        """What a copy of the course must hold so that students can be graded in it."""
        made = (self.root / "source", self.root / "release", self.package)
        return (*made, self.data, self.root / "nbgrader_config.py")

    @property
    def gradebook(self) -> Path:
        """nbgrader's gradebook, unless `CourseDirectory.db_url` names another."""
        return self.root / "gradebook.db"

    @property
    def class_report(self) -> Path:
        return self.root / "report.html"

    @property
    def integrations(self) -> Path:
        """What `tito grade --integration` has found out about the chains of modules."""
        return self.root / "integration.json"

    def grades(self, form: str = "") -> Path:
        """The marks as CSV, for instance in the form "canvas"."""
        return self.root / ("-".join(filter(None, ["grades", form])) + ".csv")

    # ---- the rest ----

    def kit(self, name: str) -> Path:
        """Where `tito kit` puts the archive of that name."""
        return self.root / "build" / f"{name}.zip"

    @property
    def demo(self) -> Path:
        """The folder that `tito demo` works in."""
        return self.root / "build" / "demo"

    def file(self, name: str) -> Path:
        """A file at the top of the course, such as "LICENSE"."""
        return self.root / name

    def relative(self, path: Path) -> str:
        """A path of the course as messages and notes name it."""
        return path.relative_to(self.root).as_posix()


def here() -> Course:
    """The course this tool was installed from.

    Raises: Mistake if the folder around the tool is not a course.
    """
    root = Path(__file__).resolve().parent.parent
    if not (root / "release").is_dir() and not (root / "modules").is_dir():
        raise Mistake(
            f"no course around {root}: install the tool with `pip install -e .`, "
            "in the folder of the course"
        )
    return Course(root)


def nbgrader_config(course: Course) -> "Config":
    """The course's `nbgrader_config.py`; nbgrader's defaults where there is none."""
    from traitlets.config import Config, PyFileConfigLoader

    config = Config()
    if course.file("nbgrader_config.py").is_file():
        config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    if "root" not in config.CourseDirectory:
        config.CourseDirectory.root = str(course.root)
    return config


def exchange(course: Course) -> Path | None:
    """The folder by which students and instructor hand notebooks to each other, if there is one.

    It is `Exchange.root` in nbgrader_config.py; one inside the course's own folder is for trying.
    """
    settings = nbgrader_config(course).Exchange
    return Path(settings.root) if "root" in settings else None


class Folders:
    """Where nbgrader has the work of students lie, which its configuration decides."""

    def __init__(self, coursedir: "CourseDirectory"):
        self.coursedir = coursedir

    def source(self, assignment: str, notebook: str) -> Path:
        """The source notebook, by the names that nbgrader knows it by."""
        return self._path(self.coursedir.source_directory, ".", assignment) / f"{notebook}.ipynb"

    def submitted(self, student: str, module: Module) -> Path:
        """A student's notebook as it was submitted; other files may lie beside it."""
        return self._notebook(self.coursedir.submitted_directory, student, module)

    def autograded(self, student: str, module: Module) -> Path:
        """A student's notebook as it was graded."""
        return self._notebook(self.coursedir.autograded_directory, student, module)

    def feedback(self, student: str = ".") -> Path:
        """The folder of a student's pages, or of those of all students."""
        return self._path(self.coursedir.feedback_directory, student, ".")

    def integration_page(self, student: str) -> Path:
        """What a student is told of how the modules work together."""
        return self.feedback(student) / "integration.html"

    def with_submissions(self) -> list[Path]:
        """The folders of those who have submitted anything, or what is in such a folder's place."""
        return sorted(self._path(self.coursedir.submitted_directory, ".", ".").glob("*"))

    def graded_students(self, module: Module) -> list[str]:
        """Whose notebooks of a module have been graded."""
        folders = self._path(self.coursedir.autograded_directory, ".", ".").glob("*")
        names = sorted(path.name for path in folders)
        return [name for name in names if self.autograded(name, module).is_file()]

    def _notebook(self, step: str, student: str, module: Module) -> Path:
        return self._path(step, student, module.folder) / f"{module.stem}.ipynb"

    def _path(self, step: str, student: str, assignment: str) -> Path:
        return Path(self.coursedir.format_path(step, student, assignment))


def folders(course: Course) -> Folders:
    """Where the work of a course's students lies."""
    from nbgrader.coursedir import CourseDirectory

    return Folders(CourseDirectory(config=nbgrader_config(course)))
