"""Where things lie in a checkout of the course: every path is made here and nowhere else."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tito.catalog import CATALOG, Module, written
from tito.errors import Mistake

if TYPE_CHECKING:
    from traitlets.config import Config


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
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

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

    def reference(self, module: Module) -> Path:
        """The exported reference that `tito kit --with-solutions` puts into a kit."""
        return self.root / "solutions" / f"{module.stem}.py"

    @property
    def shared_tests(self) -> Path:
        """The folder that pytest and nbval put on Python's path: what tests share lies there."""
        return self.root / "tests"

    def tests(self, module: Module) -> Path:
        return self.shared_tests / module.folder

    @property
    def generated(self) -> tuple[Path, ...]:
        """The folders that hold what `tito build` makes, and nothing else."""
        made = (self.root / "source", self.root / "release", self.package)
        return (*made, self.scenario_notebooks)

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

    if not (course.root / "nbgrader_config.py").is_file():
        return Config()
    return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()


def exchange(course: Course) -> Path | None:
    """The folder by which students and instructor hand notebooks to each other, if there is one.

    It is `Exchange.root` in nbgrader_config.py; one inside the course's own folder is for trying.
    """
    settings = nbgrader_config(course).Exchange
    return Path(settings.root) if "root" in settings else None
