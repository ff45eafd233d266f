"""`tito unlock`: the reference, where a student is stuck: of one exercise, or of a whole module.

Only a kit made by `tito kit --with-solutions` or `--self-study` holds references. Of an exercise,
the answer goes into the notebook, marked, with the student's own version in a cell below; of a
module, into the package, and the next `tito export` puts their own back. The old notebook, or the
old file, is kept as a backup.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from tito import package, unlocking
from tito.catalog import Module
from tito.errors import Mistake
from tito.files import write, writing
from tito.notebooks import bytes_of, plain, read_notebook
from tito.script import Exercise, cells_of, markers_removed
from tito.student.status import NOT_BEGUN, points_of
from tito.student.workspace import Say, Workspace, exercise_called

OWN = "before_unlock"  # in the metadata of the cell with the student's own version: its exercise
OWN_CELL = """\
Your own version of `{name}`, as it was. `tito unlock {number:02d} {name} --undo` puts it back.

{fence}python
{source}
{fence}"""
_FENCED = re.compile(r"^(`{3,})python\n(.*)\n\1\s*$", re.DOTALL | re.MULTILINE)


# A whole module


def price_of_module(space: Workspace, module: Module) -> str:
    """What unlocking a module does, as a question."""
    is_mine = space.exported(module).is_file() and not is_reference(space, module)
    where = "in the place of your own version, which is kept" if is_mine else "into your package"
    stays = " (your notebook stays as it is)" * space.notebook(module).is_file()
    return f"put the reference of module {module.folder} {where}{stays}?"


def unlock(space: Workspace, module: Module, day: date, say: Say) -> None:
    """Put the reference where the student's export is, and note it in the file and `.tito/`.

    Raises: Mistake if the kit does not hold it, or the file cannot be written.
    """
    reference = unlocking.answers(space.course, module).reference
    note = f"# reference put in place by `tito unlock {module.number:02d}` on {day.isoformat()}"
    _, _, body = reference.partition("\n")  # the first line says what the file is
    data, target = f"{note}\n{body}".encode(), space.exported(module)
    with writing(space.package):
        package.write(space.course.catalog, space.package)
    if target.is_file() and not is_reference(space, module):
        say(f"your own version is kept as {space.keep(target)}")
    write(target, data)
    space.remember_export(module, data, unlocked=day.isoformat())
    say(f"the reference of module {module.folder} is now {target}")
    for earlier in space.not_exported(module):
        say(f"it uses module {earlier.folder}, which you have not exported yet")
    say(f"`tito export {module.number:02d}` puts your own version back, once you have one")


def is_reference(space: Workspace, module: Module) -> bool:
    """Whether the exported file is a reference as it was put there, not edited since."""
    found = hashlib.sha256(space.exported(module).read_bytes()).hexdigest()
    return module.stem in space.unlocked and found == space.noted("exports").get(module.stem)


# One exercise


@dataclass
class Place:
    """An exercise in a student's notebook: its cell is `notebook.cells[index]`."""

    space: Workspace
    module: Module
    exercise: Exercise
    notebook: NotebookNode
    index: int

    @property
    def name(self) -> str:
        return self.exercise.grade_id

    @property
    def cell(self) -> NotebookNode:
        return self.notebook.cells[self.index]

    @property
    def is_unlocked(self) -> bool:
        return unlocking.is_marked(self.cell.source, self.cell.metadata.get("tags", ()))

    def put(self, source: str) -> None:
        """Put a text into the cell, which has then not been run."""
        self.cell.source, self.cell.outputs, self.cell.execution_count = source, [], None

    def save(self) -> str:
        """Replace the notebook, at once: where the old one is kept."""
        path = self.space.notebook(self.module)
        kept = self.space.keep(path)
        write(path, bytes_of(self.notebook))
        return f"your old notebook is kept as {kept}"


def place(space: Workspace, module: Module, name: str) -> Place:
    """An exercise in the student's notebook, by its name, its number or its function.

    Raises: Mistake if there is no such exercise, or the notebook or the cell is not there.
    """
    exercise = exercise_called(name, space, module)
    notebook = read_notebook(space.notebook(module))
    found = [cell.index for cell in cells_of(notebook) if cell.grade_id == exercise.grade_id]
    if not found:
        raise Mistake(
            f"the cell of {exercise.grade_id} is not in your notebook: "
            f"`tito reset {module.number:02d} --exercise {exercise.grade_id}` puts it back"
        )
    return Place(space, module, exercise, notebook, found[0])


def tried(space: Workspace, module: Module, name: str) -> Place:
    """The exercise, once the student has tried it: something is written there, and was run.

    Raises: Mistake as `place`, if it has not been tried, or if the kit does not hold its answer.
    """
    held = unlocking.answers(space.course, module)
    where = place(space, module, name)
    name = where.name
    if name not in held.answers:
        raise Mistake(f"your copy of the course does not hold the answer to {name}")
    note = space.noted("checks").get(module.stem)
    note = note.get(name) if isinstance(note, dict) else None
    was_checked = isinstance(note, dict) and note.get("status") != NOT_BEGUN
    is_begun = plain(where.cell.source) != plain(where.exercise.solution.source)
    if not is_begun or not (was_checked or where.cell.get("execution_count")):
        raise Mistake(
            f"try {name} first: write something in its cell, save, and run "
            f"`tito check {module.number:02d}`"
        )
    return where


def price(space: Workspace, module: Module, name: str) -> str:
    """What unlocking an exercise does and costs, as a question. Raises: Mistake as `tried`."""
    where = tried(space, module, name)
    points = where.exercise.points
    left = points * unlocking.worth(space.course, module)
    is_graded = points and not unlocking.is_self_study(space.course, module)
    cost = f" (the exercise then counts {left:g} of its {points_of(points)})" if is_graded else ""
    return f"put the answer to {where.name} into your notebook, beside your own version{cost}?"


def unlock_exercise(space: Workspace, module: Module, name: str, day: date, say: Say) -> None:
    """Put the answer into the exercise's cell, marked, and the student's own into one below it.

    Raises: Mistake as `tried`.
    """
    where = tried(space, module, name)
    name = where.name
    answer = unlocking.answers(space.course, module).answers[name]
    if where.is_unlocked and plain(unlocking.unmarked(where.cell.source)) == plain(answer):
        say(f"{name} is unlocked already")
        return
    where.notebook.cells.insert(where.index + 1, own_cell(where))
    where.put(unlocking.marked(answer, module, name, day.isoformat()))
    unlocking.set_tag(where.cell, True)
    say(f"{name} is unlocked: your own version is in the cell below it")
    say(where.save())


def own_cell(where: Place) -> NotebookNode:
    """A cell that shows the student's version; no code in it runs."""
    source = where.cell.source
    longest = max(map(len, re.findall(r"`{3,}", source)), default=2)
    text = OWN_CELL.format(
        name=where.name, number=where.module.number, fence="`" * (longest + 1), source=source
    )
    return new_markdown_cell(text, metadata={"tinytorch": {OWN: where.name}})


def undo(space: Workspace, module: Module, name: str, say: Say) -> None:
    """Put the student's own version back, as it stands in the cell below.

    Raises: Mistake as `place`, or if there is nothing to undo.
    """
    where = place(space, module, name)
    name = where.name
    if not where.is_unlocked:
        raise Mistake(f"{name} is not unlocked: there is nothing to undo")
    cells = where.notebook.cells
    for index in range(where.index + 1, len(cells)):
        fenced = _FENCED.search(cells[index].source)
        if fenced and is_own(cells[index], name):
            where.put(fenced[2])
            unlocking.set_tag(where.cell, False)
            del cells[index]
            break
    else:
        raise Mistake(
            f"the cell with your own version of {name} is not there any more: look for it in "
            f"{space.marker / 'backups'}, or begin again with "
            f"`tito reset {module.number:02d} --exercise {name}`"
        )
    say(f"{name} is your own version again")
    say(where.save())


def is_own(cell: NotebookNode, name: str) -> bool:
    """Whether a cell was put there for the student's own version of an exercise."""
    note = cell.metadata.get("tinytorch")
    return isinstance(note, dict) and note.get(OWN) == name


def show_tests(space: Workspace, module: Module, name: str, say: Say) -> None:
    """Put the hidden tests of an exercise into their cells, for a self-learner to read.

    Raises: Mistake as `tried`, or if the kit holds no hidden test of it.
    """
    where, hidden = tried(space, module, name), unlocking.answers(space.course, module).hidden
    wanted = {it.grade_id for it in where.exercise.graded} & hidden.keys()
    if not wanted:
        raise Mistake(f"your copy of the course does not hold hidden tests of {where.name}")
    tests = {it.grade_id: it.source for it in unlocking.tested_cells(space.course, module)}
    for cell in cells_of(where.notebook):
        if cell.grade_id in wanted:
            where.notebook.cells[cell.index].source = markers_removed(tests[cell.grade_id])
    say(f"{', '.join(sorted(wanted))}: the test is in its cell now")
    say(where.save())


# The command


@dataclass(frozen=True)
class Wish:
    """What a student asks `tito unlock` for: a module, or one exercise of it."""

    module: Module
    exercise: str | None = None
    undo: bool = False
    tests: bool = False


def grant(space: Workspace, wish: Wish, day: date, ask: Say, say: Say) -> None:
    """Do what is asked for. `ask` puts a question, and raises if the answer is no.

    Raises: Mistake if it cannot be done, or what `ask` raises.
    """
    module, name = wish.module, wish.exercise
    if name is None:
        if wish.undo or wish.tests:
            raise Mistake(f"say which exercise: `tito unlock {module.number:02d} NAME`")
        unlocking.answers(space.course, module)
        ask(price_of_module(space, module))
        unlock(space, module, day, say)
    elif wish.undo:
        undo(space, module, name, say)
    elif wish.tests:
        show_tests(space, module, name, say)
    else:
        ask(price(space, module, name))
        unlock_exercise(space, module, name, day, say)
