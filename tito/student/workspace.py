"""A student's work folder: `tito start`, `tito export` and `tito submit`.

It holds a folder a module with the student's notebook, the package `tinytorch/` with the façades
and what the student exported, and `.tito/`, which marks it and keeps backups. Nothing here ever
overwrites a student's work: notebooks are left alone, exports edited by hand are kept as backups,
and every file is written beside its place and then moved there.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tito import quick  # noqa: F401 - before whatever imports nbformat

# isort: split
import nbformat
from nbformat import NotebookNode

from tito import facades
from tito.catalog import Module
from tito.course import Course, nbgrader_config
from tito.export import export as export_notebook
from tito.mistake import Mistake, cure
from tito.script import Cell, cells_of, exercises

KERNEL = {"display_name": "TinyTorch", "language": "python", "name": "tinytorch"}
KIT_FOLDERS = ("release", "solutions", "tests", "tinytorch", "tinytorch_data", "tito")
IMPORT_LIMIT = 60  # seconds that importing an export may take
NBGRADER_CONFIG = """\
# Written by `tito start`: with it the Validate button does what grading does.
c = get_config()  # noqa: F821 - nbgrader gives it to this file
c.Execute.kernel_name = "tinytorch"
c.Execute.timeout = {timeout}
c.Execute.startup_timeout = 60
c.Execute.shutdown_kernel = "immediate"
"""
_STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Workspace:
    """A student's work folder and the course it belongs to."""

    root: Path
    course: Course

    @property
    def marker(self) -> Path:
        return self.root / ".tito"

    @property
    def package(self) -> Path:
        return self.root / "tinytorch"

    def notebook(self, module: Module) -> Path:
        return self.root / module.folder / f"{module.stem}.ipynb"

    def exported(self, module: Module) -> Path:
        return self.package / "core" / f"{module.stem}.py"

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def remembered(self) -> dict:
        """What was noted here: the student's id, and a hash of each export as it was written."""
        try:
            found = json.loads((self.marker / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):  # lost or damaged: an export is then backed up, no more
            return {}
        return found if isinstance(found, dict) else {}

    def remember(self, **news) -> None:
        text = json.dumps(self.remembered() | news, indent=1) + "\n"
        write(self.marker / "state.json", text.encode())

    @property
    def student(self) -> str | None:
        """The id of the last hand-in."""
        found = self.remembered().get("student")
        return found if isinstance(found, str) else None

    @property
    def hashes(self) -> dict:
        """{stem: hash of the file as the last export wrote it}."""
        found = self.remembered().get("exports")
        return found if isinstance(found, dict) else {}

    @property
    def unlocked(self) -> dict:
        """{stem: day} of the modules that are the reference, put there by `tito unlock`."""
        found = self.remembered().get("unlocked")
        return found if isinstance(found, dict) else {}

    def remember_export(self, module: Module, data: bytes, unlocked: str | None = None) -> None:
        """Note what was written to tinytorch/core, and the day if it is the reference."""
        mine = {stem: day for stem, day in self.unlocked.items() if stem != module.stem}
        self.remember(
            exports=self.hashes | {module.stem: hashlib.sha256(data).hexdigest()},
            unlocked=mine | ({module.stem: unlocked} if unlocked else {}),
        )

    def not_exported(self, module: Module) -> list[Module]:
        """The modules this one uses that the student has not exported yet."""
        used = [m for m in self.course.modules if m.number in module.imports]
        return [m for m in used if not self.exported(m).is_file()]


def find(course: Course, folder: Path) -> Workspace | None:
    """The workspace around a folder: the nearest folder upwards that holds `.tito/`."""
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        if (place / ".tito").is_dir():
            return Workspace(place, course)
    return None


def here(course: Course, folder: Path) -> Workspace:
    """The workspace around a folder. Raises: Mistake if there is none."""
    found = find(course, folder)
    if found is None:
        raise Mistake(
            f"{folder} is not in a workspace: go to the folder of your work, "
            "or make one with `tito start 01`"
        )
    return found


# Reading and writing


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failure to write into a Mistake that names the path and the reason."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise Mistake(f"{path} cannot be written ({reason}): {cure(error)}") from error


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, whenever the process may be killed."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(data)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


def read_notebook(path: Path) -> NotebookNode:
    """A student's notebook. Raises: Mistake if it is missing or damaged."""
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
        cells_of(notebook)
    except FileNotFoundError:
        name = path.parent.name
        raise Mistake(f"{path} is missing: `tito start {name[:2]}` puts a new one there") from None
    except OSError as error:
        raise Mistake(f"{path} cannot be read: {error.strerror or error}") from error
    except Exception as error:  # nbformat raises all sorts for a damaged file
        raise Mistake(
            f"{path} is not a notebook any more: undo the last change to the file, "
            "or rename it and begin again with `tito start`"
        ) from error
    return notebook


def release_cells(course: Course, module: Module) -> list[Cell]:
    """The cells of the notebook that students get. Raises: Mistake if it is not built."""
    path = course.release(module)
    if not path.is_file():
        raise Mistake(f"{path} is missing: run `tito build` in the course's folder")
    return cells_of(read_notebook(path))


def plain(source: str) -> str:
    """A cell's text without what does not matter: spaces at line ends, blank lines around it."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def not_begun(cells: list[Cell], released: list[Cell]) -> list[str]:
    """The exercises whose solution cell is missing or still the release's stub."""
    mine = {cell.grade_id: plain(cell.source) for cell in cells if cell.is_solution}
    return [
        exercise.grade_id
        for exercise in exercises(released)
        if mine.get(exercise.grade_id) in (None, plain(exercise.solution.source))
    ]


# tito start


def start(course: Course, module: Module, folder: Path, say: Say) -> Workspace:
    """Put a module's release notebook into the workspace around `folder`, made there if needed.

    A notebook that is there already is left as it is.
    Raises: Mistake if `folder` is the course's own, cannot be written, or nothing is built.
    """
    refuse_course(course, folder)
    released = course.release(module)
    release_cells(course, module)
    space = find(course, folder) or Workspace(folder.resolve(), course)
    with writing(space.root):
        space.marker.mkdir(parents=True, exist_ok=True)
        facades.write(course.catalog, space.package)
    if not (space.root / "nbgrader_config.py").exists():
        text = NBGRADER_CONFIG.format(timeout=cell_limit(course))
        write(space.root / "nbgrader_config.py", text.encode())
    notebook = space.notebook(module)
    if notebook.exists():
        say(f"{notebook} is there already and was left as it is: rename it to begin again")
    else:
        write(notebook, students_copy(released.read_text(encoding="utf-8")))
        say(f"made {notebook}")
    for earlier in space.not_exported(module):
        say(
            f"it uses module {earlier.folder}, which you have not exported yet: "
            f"finish that and run `tito export {earlier.number:02d}`"
        )
    say(f"next: run `jupyter lab` in {space.root} and open {space.relative(notebook)}")
    return space


def refuse_course(course: Course, folder: Path) -> None:
    """Raises: Mistake in the course's own folders. A student may work at the top of a kit."""
    root, folder = course.root.resolve(), folder.resolve()
    below = folder.relative_to(root).parts[:1] if folder.is_relative_to(root) else None
    if course.is_kit:
        if below and below[0] in KIT_FOLDERS:
            raise Mistake(
                f"{folder} belongs to the course itself: go up to {root}, "
                "or to a folder that you made for your work"
            )
    elif below not in (None, ("build",)) or folder == root or (folder / "modules").is_dir():
        raise Mistake(
            f"{folder} belongs to the course itself: make a folder for your work: "
            "mkdir my-tinytorch && cd my-tinytorch"
        )


def students_copy(text: str) -> bytes:
    """A release notebook that opens in the student's kernel, with nothing for JupyterLab to add."""
    from ipykernel.ipkernel import IPythonKernel

    notebook = json.loads(text)
    # Without the language JupyterLab puts it there on opening: the notebook is at once unsaved.
    notebook["metadata"] = {"kernelspec": KERNEL, "language_info": IPythonKernel.language_info}
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def cell_limit(course: Course) -> float:
    """The seconds that grading gives a cell."""
    settings = nbgrader_config(course).Execute
    return settings.timeout if "timeout" in settings else 60


# tito export


def export(space: Workspace, module: Module, say: Say) -> Path:
    """Export the student's notebook to their `tinytorch/core/<stem>.py`.

    The result must parse and import, otherwise the file there stays. A file there that was edited
    by hand is kept as a backup. Exercises not begun are exported as they are, and named.
    Raises: Mistake naming the cell and line, or what importing the result raised.
    """
    path, target = space.notebook(module), space.exported(module)
    cells = cells_of(read_notebook(path))
    refuse_syntax_errors(cells, space.relative(path))
    with writing(space.package):
        facades.write(space.course.catalog, space.package)
    data = exported_bytes(space, module)
    kept = back_up(space, module, data)
    if kept:
        say(f"{target} was edited by hand: that version is kept as {kept}")
    write(target, data)
    if module.stem in space.unlocked:
        say("your own version stands where the reference was")
    space.remember_export(module, data)
    say(f"exported {space.relative(path)} to {target}")
    unsolved = not_begun(cells, release_cells(space.course, module))
    if unsolved:
        say(f"not solved yet: {', '.join(unsolved)}")
    return target


def refuse_syntax_errors(cells: list[Cell], name: str) -> None:
    """Raises: Mistake naming the first cell to be exported that is not Python, and its line."""
    for cell in cells:
        if cell.kind != "code" or not re.search(r"^#\| *export", cell.source, re.M):
            continue
        try:
            # Not the notebook's name: Python would quote a line of that file, which is JSON.
            compile(cell.source, "<cell>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:  # ValueError: a null character
            label = f"cell {cell.index + 1}" + (f" ({cell.grade_id})" if cell.grade_id else "")
            place = f", line {error.lineno}: {(error.text or '').strip()}" if _line(error) else ""
            raise Mistake(
                f"{label} of {name} is not Python{place} ({getattr(error, 'msg', error)}): "
                "mend it, save the notebook and export again"
            ) from None


def _line(error: Exception) -> int | None:
    return getattr(error, "lineno", None)


def exported_bytes(space: Workspace, module: Module) -> bytes:
    """What an export gives, tried out in a copy of the package.

    Raises: Mistake with the last line of what importing it raised.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        notebook, copy = space.notebook(module), Path(name) / "tinytorch"
        title, command = space.relative(notebook), f"tito export {module.number:02d}"
        copy_code(space.package, copy)
        made = export_notebook(notebook, module, copy, title, command)
        problem = import_problem(module, Path(name))
        if problem:
            raise Mistake(
                f"{title} exports what cannot be imported ({problem}): nothing was changed"
            )
        return made.read_bytes()


def copy_code(package: Path, into: Path) -> None:
    """Copy the Python files of a package. (`shutil.copytree` hides why it fails.)"""
    for path in package.rglob("*.py"):
        target = into / path.relative_to(package)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def import_problem(module: Module, folder: Path) -> str:
    """Why the package in `folder` cannot import a module in a fresh process; "" if it can."""
    command = [sys.executable, "-P", "-c", f"import tinytorch.core.{module.stem}"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=IMPORT_LIMIT,
        )
    except subprocess.TimeoutExpired:
        return f"importing it took longer than {IMPORT_LIMIT} s"
    if done.returncode == 0:
        return ""
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"importing it ended Python with status {done.returncode}"


def back_up(space: Workspace, module: Module, fresh: bytes) -> Path | None:
    """Keep the exported file if it is neither what the last export wrote nor what this one will."""
    target = space.exported(module)
    if not target.exists():
        return None
    present = target.read_bytes()
    if present == fresh or hashlib.sha256(present).hexdigest() == space.hashes.get(module.stem):
        return None
    return keep(space, module, present)


def keep(space: Workspace, module: Module, data: bytes) -> Path:
    """Write a version of an exported file among the backups."""
    kept = _unused(lambda time: space.marker / "backups" / f"{module.stem}-{time}.py")
    write(kept, data)
    return kept


def _unused(named: Callable[[str], Path]) -> Path:
    """The path for the present second (UTC), or the first after it that is not taken."""
    moment = datetime.now(UTC)
    while (path := named(f"{moment:%Y%m%dT%H%M%S}")).exists():
        moment += timedelta(seconds=1)
    return path


# tito submit


def submit(space: Workspace, module: Module, student: str, say: Say) -> Path:
    """Make the zip to hand in, `submit/<NN_stem>__<student>__<time>.zip`, and remember the student.

    Raises: Mistake if the student's id cannot be part of a file name, or the notebook is damaged.
    """
    refuse_id(student)
    path = space.notebook(module)
    cells = cells_of(read_notebook(path))
    unsolved = not_begun(cells, release_cells(space.course, module))
    target = _unused(lambda time: space.root / "submit" / f"{module.folder}__{student}__{time}.zip")
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{target.stem}/{module.stem}.ipynb", path.read_bytes())
        file.seek(0)
        write(target, file.read())
    space.remember(student=student)
    if unsolved:
        say(f"not solved yet: {', '.join(unsolved)}")
    say(f"hand in {target}")
    return target


def refuse_id(student: str) -> None:
    """Raises: Mistake if the id could not be told from the other parts of the file's name."""
    if not _STUDENT.fullmatch(student) or "__" in student:
        raise Mistake(
            f"the student id {student!r} does not do: give one of letters, digits and _ . - that "
            "begins with a letter or digit and holds no __, such as student-01"
        )
