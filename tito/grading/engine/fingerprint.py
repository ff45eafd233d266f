"""What a mark depends on, as a short text: the same fingerprint, the same mark.

A submission whose fingerprint is that of its last grading need not be graded again. A worker on
another machine must have the fingerprint of the course here.
"""

import functools
import hashlib
import json
import os
import platform
import stat
import tempfile
from importlib.metadata import version
from pathlib import Path

from traitlets.config import Config

from tito.catalog import Module
from tito.course import Course
from tito.kernel.server import reference_package

_TITO = Path(__file__).resolve().parents[2]
_TOOLS = ("grading", "kernel", "failures.py", "hints.py", "settings.py", "unlocking.py")
_DISTRIBUTIONS = ("ipykernel", "nbclient", "nbconvert", "nbgrader", "numpy")
_WHOLE = 50_000_000  # bytes; of a larger file its size and time stand for its content


def of_files(folder: Path) -> str:
    """All below a folder, by name and content. Nothing but regular files is opened."""
    sums = hashlib.sha256(_content(folder).encode())
    found = folder.rglob("*") if folder.is_dir() and not folder.is_symlink() else []
    for path in sorted(found):
        if "__pycache__" not in path.parts:
            name = os.fsencode(path.relative_to(folder))
            sums.update(repr((name, _content(path))).encode())
    return sums.hexdigest()


def _content(path: Path) -> str:
    try:
        state = path.lstat()
        if stat.S_ISLNK(state.st_mode):
            return f"link to {os.fsencode(path.readlink())!r}"
        if not stat.S_ISREG(state.st_mode):
            return f"kind {stat.S_IFMT(state.st_mode)}"
        if state.st_size > _WHOLE:
            return f"{state.st_size} bytes of {state.st_mtime_ns}"
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as problem:  # a submission must not stop the run: it is refused when it is read
        return f"unreadable: {problem.errno}"


@functools.cache
def of_tools() -> dict[str, str]:
    """The code that grades, and the packages it runs on, in this process, each by its name."""
    versions = {"Python": platform.python_version()} | {
        name: version(name) for name in _DISTRIBUTIONS
    }
    return versions | {f"tito/{name}": of_files(_TITO / name) for name in _TOOLS}


def of_course(course: Course, module: Module) -> dict[str, str]:
    """The tools, and what a submission of the module may import, each by its name.

    Raises: Mistake if a lower module has not been built.
    """
    with tempfile.TemporaryDirectory(prefix="tito-") as folder:
        reference_package.assemble(course, module, Path(folder))
        return of_tools() | {f"what {module.folder} imports": of_files(Path(folder))}


def of_source(course: Course, module: Module, config: Config) -> str:
    """The source notebook and the configuration, wherever the course's folder lies."""
    settings = json.dumps(config, default=_as_text, sort_keys=True)
    return joined(_content(course.source(module)), settings.replace(str(course.root), "."))


def _as_text(value: object) -> str:
    return "the course" if isinstance(value, Course) else str(value)  # `of_course` looks into it


def joined(*parts: str) -> str:
    """The fingerprint of several together."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
