"""A student's work folder: `tito start`, `tito reset` and `tito submit`.

It holds a folder a module with the student's notebook, the package `tinytorch/` with the façades
and what the student exported, and `.tito/`, which marks it:

    state.json   the student's id, hashes of exports, results of the last checks
    backups/     notebooks and edited exports that were replaced; never emptied
    exports/     the last exports that were replaced by newer ones
    releases/    the release each notebook began from; the notebook's metadata says which

Nothing here ever overwrites a student's work, and every file is written beside its place and then
moved there.
"""

import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nbformat import NotebookNode

from tito import package
from tito.catalog import Module
from tito.course import Course, exchange, nbgrader_config
from tito.errors import Mistake
from tito.files import bytes_of, plain, read_notebook, unused, write, writing
from tito.script import Cell, cells_of, exercises

KERNEL = {"display_name": "TinyTorch", "language": "python", "name": "tinytorch"}
KIT_FOLDERS = ("release", "solutions", "tests", "tinytorch", "tinytorch_data", "tito")
NBGRADER_CONFIG = """\
# Written by `tito start`: with it the Validate button does what grading does.
c = get_config()  # noqa: F821 - nbgrader gives it to this file
c.Execute.kernel_name = "tinytorch"
c.Execute.timeout = {timeout}
c.Execute.startup_timeout = 60
c.Execute.shutdown_kernel = "immediate"
"""
EXCHANGE_CONFIG = """\

import os  # noqa: E402

# Assignment List, `nbgrader fetch_assignment`, `submit` and `fetch_feedback` use this folder.
c.CourseDirectory.course_id = {course_id!r}
c.Exchange.root = {root!r}
# This folder, whichever one JupyterLab was started in (on a hub, the user's home).
c.Exchange.assignment_dir = os.path.dirname(os.path.abspath(__file__))
"""
_STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_MARK = re.compile(r"[0-9a-f]{12}")
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
        """What was noted here: the student's id, exports, checks."""
        try:
            found = json.loads((self.marker / "state.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):  # lost or damaged: an export is then backed up, no more
            return {}
        return found if isinstance(found, dict) else {}

    def remember(self, **news) -> None:
        text = json.dumps(self.remembered() | news, indent=1) + "\n"
        write(self.marker / "state.json", text.encode())

    def noted(self, key: str) -> dict:
        """What was noted under a key for each module, {stem: ...}; {} if that was damaged."""
        found = self.remembered().get(key)
        return found if isinstance(found, dict) else {}

    def note(self, key: str, module: Module, value) -> None:
        """Note something under a key for one module."""
        self.remember(**{key: self.noted(key) | {module.stem: value}})

    @property
    def student(self) -> str | None:
        """The id of the last hand-in."""
        found = self.remembered().get("student")
        return found if isinstance(found, str) else None

    @property
    def unlocked(self) -> dict:
        """{stem: day} of the modules that are the reference, put there by `tito unlock`."""
        return self.noted("unlocked")

    def remember_export(self, module: Module, data: bytes, unlocked: str | None = None) -> None:
        """Note what was written to tinytorch/core, and the day if it is the reference."""
        mine = {stem: day for stem, day in self.unlocked.items() if stem != module.stem}
        self.remember(
            exports=self.noted("exports") | {module.stem: hashlib.sha256(data).hexdigest()},
            unlocked=mine | ({module.stem: unlocked} if unlocked else {}),
        )

    def not_exported(self, module: Module) -> list[Module]:
        """The modules this one uses that the student has not exported yet."""
        used = [m for m in self.course.modules if m.number in module.imports]
        return [m for m in used if not self.exported(m).is_file()]

    def keep(self, path: Path) -> Path:
        """Copy a file that is about to be replaced to the backups: where to."""
        kept = unused(lambda time: self.marker / "backups" / f"{path.stem}-{time}{path.suffix}")
        write(kept, path.read_bytes())
        return kept

    def base(self, module: Module, notebook: NotebookNode) -> list[NotebookNode]:
        """The cells of the release that a notebook began from; none if that is not known."""
        mark = mark_of(notebook)
        try:
            return read_notebook(self._release(module, mark)).cells if mark else []
        except Mistake:  # it was deleted or damaged, which must not stop an update
            return []

    def put(self, module: Module, data: bytes) -> None:
        """Write a module's notebook, and beside it, for `tito update`, the release it is of."""
        text = release_text(self.course, module)
        write(self._release(module, mark(text)), text.encode())
        write(self.notebook(module), data)

    def _release(self, module: Module, mark: str) -> Path:
        return self.marker / "releases" / f"{module.folder}-{mark}.ipynb"


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


# Releases


def release_text(course: Course, module: Module) -> str:
    """The notebook that students get. Raises: Mistake if it is not there."""
    path = course.release(module)
    if not path.is_file():
        again = f"unpack your copy of the course over {course.root} again"
        raise Mistake(f"{path} is missing: {again if course.is_kit else 'run `tito build`'}")
    return path.read_text(encoding="utf-8")


def release_cells(course: Course, module: Module) -> list[Cell]:
    """The cells of the notebook that students get. Raises: Mistake if it is not built."""
    release_text(course, module)
    return cells_of(read_notebook(course.release(module)))


def mark(text: str) -> str:
    """A short name for a release, by its cells: kit and exchange change the metadata."""
    cells = json.dumps(json.loads(text)["cells"], sort_keys=True)
    return hashlib.sha256(cells.encode()).hexdigest()[:12]


def mark_of(notebook: NotebookNode) -> str | None:
    """The mark of the release that a student's notebook is of, if it has one."""
    note = notebook.metadata.get("tinytorch")
    found = note.get("release") if isinstance(note, dict) else None
    return found if isinstance(found, str) and _MARK.fullmatch(found) else None


def students_copy(text: str) -> bytes:
    """A release notebook that opens in the student's kernel, with nothing for JupyterLab to add."""
    from ipykernel.ipkernel import IPythonKernel

    notebook = json.loads(text)
    # Without the language JupyterLab puts it there on opening: the notebook is at once unsaved.
    notebook["metadata"] = {
        "kernelspec": KERNEL,
        "language_info": IPythonKernel.language_info,
        "tinytorch": {"release": mark(text)},
    }
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def not_begun(cells: list[Cell], released: list[Cell]) -> list[str]:
    """The exercises whose solution cell is missing or still the release's stub."""
    # Of several copies of a cell the first one counts, as in a check.
    mine = {cell.grade_id: plain(cell.source) for cell in reversed(cells) if cell.is_solution}
    return [
        exercise.grade_id
        for exercise in exercises(released)
        if mine.get(exercise.grade_id) in (None, plain(exercise.solution.source))
    ]


def cell_limit(course: Course) -> float:
    """The seconds that grading gives a cell."""
    settings = nbgrader_config(course).Execute
    return settings.timeout if "timeout" in settings else 60


def student_config(course: Course, folder: Path | None) -> str:
    """The nbgrader_config.py of a student; `folder` is the exchange, if students have one."""
    text = NBGRADER_CONFIG.format(timeout=cell_limit(course))
    if folder is None:
        return text
    course_id = nbgrader_config(course).CourseDirectory.get("course_id", "tinytorch")
    return text + EXCHANGE_CONFIG.format(course_id=course_id, root=str(folder))


# tito start


def make(course: Course, folder: Path) -> Workspace:
    """The workspace around `folder`, made there if there is none yet.

    Raises: Mistake if `folder` is the course's own, or cannot be written.
    """
    refuse_course(course, folder)
    space = find(course, folder) or Workspace(folder.resolve(), course)
    with writing(space.root):
        space.marker.mkdir(parents=True, exist_ok=True)
        package.write(course.catalog, space.package)
    if not (space.root / "nbgrader_config.py").exists():
        text = student_config(course, exchange(course))
        write(space.root / "nbgrader_config.py", text.encode())
    return space


def start(course: Course, module: Module, folder: Path, say: Say) -> Workspace:
    """Put a module's release notebook into the workspace around `folder`, made there if needed.

    A notebook that is there already is left as it is.
    Raises: Mistake if `folder` is the course's own, cannot be written, or nothing is built.
    """
    refuse_course(course, folder)
    released = release_text(course, module)
    space = make(course, folder)
    notebook = space.notebook(module)
    if notebook.exists():
        say(f"{notebook} is there already and was left as it is")
    else:
        space.put(module, students_copy(released))
        say(f"made {notebook}")
    for earlier in space.not_exported(module):
        say(
            f"it uses module {earlier.folder}, which you have not exported yet: "
            f"finish that and run `tito export {earlier.number:02d}`"
        )
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


# tito reset


def reset(space: Workspace, module: Module, exercise: str | None, say: Say) -> None:
    """Put a fresh release notebook, or one exercise's stub, in place; the old notebook is kept.

    Raises: Mistake if there is no notebook to reset, or no such exercise in it.
    """
    path = space.notebook(module)
    if not path.is_file():
        raise Mistake(f"there is no {path} to reset: `tito start {module.number:02d}` makes it")
    text = release_text(space.course, module)
    fresh = students_copy(text) if exercise is None else with_stub(space, module, exercise)
    kept = space.keep(path)
    if exercise is None:
        space.put(module, fresh)
    else:
        write(path, fresh)
    what = exercise or space.relative(path)
    say(f"{what} has been reset; your old notebook was saved as {kept}")


def with_stub(space: Workspace, module: Module, name: str) -> bytes:
    """The student's notebook with one exercise as it came."""
    stubs = {e.grade_id: e.solution for e in exercises(release_cells(space.course, module))}
    notebook = read_notebook(space.notebook(module))
    wanted = [cell.index for cell in cells_of(notebook) if cell.grade_id == name]
    if name not in stubs or not wanted:
        known = ", ".join(stubs)
        raise Mistake(
            f"there is no exercise {name!r} in your notebook: choose one of {known}, or reset all "
            f"of it with `tito reset {module.number:02d}`"
        )
    cell = notebook.cells[wanted[0]]
    cell.source, cell.outputs, cell.execution_count = stubs[name].source, [], None
    return bytes_of(notebook)


# tito submit


def submit(space: Workspace, module: Module, student: str, say: Say) -> Path:
    """Make the zip to hand in, `submit/<NN_stem>__<student>__<time>.zip`, and remember the student.

    Raises: Mistake if the student's id cannot be part of a file name, or the notebook is damaged.
    """
    refuse_id(student)
    path = space.notebook(module)
    cells = cells_of(read_notebook(path))
    unsolved = not_begun(cells, release_cells(space.course, module))
    target = unused(lambda time: space.root / "submit" / f"{module.folder}__{student}__{time}.zip")
    with writing(target), tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{target.stem}/{module.stem}.ipynb", path.read_bytes())
        file.seek(0)
        write(target, file.read())
    space.remember(student=student)
    space.note("submitted", module, f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}")
    if unsolved:
        say(f"not solved yet: {', '.join(unsolved)}")
    say(f"hand in {target}")
    return target


def refuse_id(student: str) -> None:
    """Raises: Mistake if the id could not be told from the other parts of the file's name."""
    if not _STUDENT.fullmatch(student) or "__" in student:
        raise Mistake(
            f"{student!r} is not a valid student id: use letters, digits and _ . - such as "
            "student-01, with a letter or digit first and no __"
        )
