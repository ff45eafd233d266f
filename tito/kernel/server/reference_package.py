"""The package tree that grading of one module sees: what was built before it, and no more."""

import shutil
from pathlib import Path

from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake

_TITO = Path(__file__).resolve().parents[2]


def assemble(course: Course, module: Module, into: Path) -> None:
    """Put into the folder `into`: the façades, the reference modules numbered lower than `module`,
    the data, and of `tito` what the notebooks import and what runs the kernel.

    Raises: Mistake naming the module if a lower one has not been built.
    """
    _copy_facades(course.package, into / "tinytorch")
    for lower in course.modules:
        if lower.number < module.number:
            if not course.exported(lower).is_file():
                raise Mistake(
                    f"{course.exported(lower)} is missing, and module {module.folder} needs it: "
                    "run `tito build`"
                )
            shutil.copy(course.exported(lower), into / "tinytorch" / "core")
    if course.data.is_dir():
        shutil.copytree(
            course.data, into / "tinytorch_data", ignore=shutil.ignore_patterns("__pycache__")
        )
    imported = [_TITO / name for name in ("__init__.py", "checks.py", "guide.py")]
    for path in (*imported, *(_TITO / "kernel").rglob("*.py")):
        target = into / "tito" / path.relative_to(_TITO)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def _copy_facades(package: Path, into: Path) -> None:
    for path in package.rglob("*.py"):
        name = path.relative_to(package)
        if name.parts[0] != "core" or name.name == "__init__.py":
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, into / name)
    (into / "core").mkdir(parents=True, exist_ok=True)
