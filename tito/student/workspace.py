"""A student's work folder: `tito start` and `tito reset`.

It holds a folder a module with the student's notebook, the package `tinytorch/` with the façades
and what the student exported, and `.tito/`, which marks it:

    state.json   the student's id, hashes of exports, results of the last checks
    backups/     notebooks and edited exports that were replaced; never emptied
    exports/     the last exports that were replaced by newer ones
    releases/    the release each notebook began from; the notebook's metadata says which

Nothing here ever overwrites a student's work, and every file is written beside its place and then
moved there.
"""

import ast
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from tito import package, unlocking
from tito.catalog import Module
from tito.course import Course, exchange
from tito.errors import Mistake
from tito.files import unused, write, writing
from tito.notebooks import (
    bytes_of,
    read_notebook,
    release_cells,
    release_text,
    revision,
    revision_of,
    students_copy,
)
from tito.script import Exercise, exercises, labels
from tito.settings import student_config

KIT_FOLDERS = ("docs", "release", "solutions", "tests", "tinytorch", "tinytorch_data", "tito")
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

    def remember(self, **news: object) -> None:
        text = json.dumps(self.remembered() | news, indent=1) + "\n"
        write(self.marker / "state.json", text.encode())

    def noted(self, key: str) -> dict:
        """What was noted under a key for each module, {stem: ...}; {} if that was damaged."""
        found = self.remembered().get(key)
        return found if isinstance(found, dict) else {}

    def note(self, key: str, module: Module, value: object) -> None:
        """Note something under a key for one module."""
        self.remember(**{key: self.noted(key) | {module.stem: value}})

    @property
    def student(self) -> str | None:
        """The id of the last submission."""
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
        name = revision_of(notebook)
        try:
            return read_notebook(self._release(module, name)).cells if name else []
        except Mistake:  # it was deleted or damaged, which must not stop an update
            return []

    def put(self, module: Module, data: bytes) -> None:
        """Write a module's notebook, and beside it, for `tito update`, the release it is of."""
        text = release_text(self.course, module)
        write(self._release(module, revision(text)), text.encode())
        write(self.notebook(module), data)

    def _release(self, module: Module, name: str) -> Path:
        return self.marker / "releases" / f"{module.folder}-{name}.ipynb"


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


def module_here(course: Course, folder: Path) -> Module:
    """The module in whose folder someone works. Raises: Mistake if that is none's."""
    names = [folder.resolve().name, *(parent.name for parent in folder.resolve().parents)]
    found = [module for name in names for module in course.modules if module.folder == name]
    if not found:
        raise Mistake(f"{folder} is in no module's folder: say which module, such as 01")
    return found[0]


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

    exercise: its name, its number or the function it asks for.
    Raises: Mistake if there is no notebook to reset, or no such exercise in the release.
    """
    path = space.notebook(module)
    if not path.is_file():
        raise Mistake(f"there is no {path} to reset: `tito start {module.number:02d}` makes it")
    if exercise is not None:
        try:
            exercise = exercise_called(exercise, space, module).grade_id
        except Mistake as mistake:
            everything = f"reset all of the notebook with `tito reset {module.number:02d}`"
            raise Mistake(f"{mistake}, or {everything}") from None
    text = release_text(space.course, module)
    fresh = students_copy(text) if exercise is None else with_stub(space, module, exercise)
    kept = space.keep(path)
    if exercise is None:
        space.put(module, fresh)
    else:
        write(path, fresh)
    what = exercise or space.relative(path)
    say(f"{what} has been reset; your old notebook was saved as {kept}")


def exercise_called(name: str, space: Workspace, module: Module) -> Exercise:
    """The exercise that a student means by its name, its number or the function it asks for.

    Raises: Mistake, saying what there is, if it is none or several.
    """
    found = exercises(release_cells(space.course, module))
    numbers = labels(found)
    for exercise, number in zip(found, numbers, strict=True):
        if name.strip().lower() in (exercise.grade_id, number):
            return exercise
    asked = [exercise for exercise in found if name.strip() in functions(exercise)]
    if len(asked) != 1:
        known = ", ".join(f"{n} {e.grade_id}" for n, e in zip(numbers, found, strict=True))
        several = "several exercises ask for" if asked else "there is no exercise"
        raise Mistake(f"{several} {name!r}: choose one of {known}")
    return asked[0]


def functions(exercise: Exercise) -> set[str]:
    """The functions and methods that the cell of an exercise holds."""
    tree = ast.parse(exercise.solution.source)
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def with_stub(space: Workspace, module: Module, name: str) -> bytes:
    """The student's notebook with one exercise as it came, also where its cell was deleted."""
    released = read_notebook(space.course.release(module)).cells
    notebook = read_notebook(space.notebook(module))
    stub = next(cell for cell in released if _key(cell) == name)
    mine = [_key(cell) for cell in notebook.cells]
    if name in mine:
        cell = notebook.cells[mine.index(name)]
        cell.source, cell.outputs, cell.execution_count = stub.source, [], None
        unlocking.set_tag(cell, False)
    else:
        before = [_key(cell) for cell in released[: released.index(stub)]]
        place = max((mine.index(key) + 1 for key in before if key in mine), default=0)
        notebook.cells.insert(place, stub)
    return bytes_of(notebook)


def _key(cell: NotebookNode) -> str:
    """What tells a cell of the release: its grade id, else its id."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id"))
