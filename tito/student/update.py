"""`tito update`: a newer release of a notebook arrives, and the student's work moves into it.

The new release is the skeleton. Into it go, by grade id, the answers, and behind the cell they
followed, the cells that the student wrote. The release the notebook began from tells what of a stub
or of the text around it changed. Only one file is replaced, at once, and the old one is kept.
"""

import copy
import difflib
import re
import uuid
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tito.catalog import Module
from tito.errors import Mistake
from tito.files import bytes_of, plain, read_notebook
from tito.script import Cell, cell_id, cells_of
from tito.student.workspace import (
    Say,
    Workspace,
    mark,
    mark_of,
    release_text,
    students_copy,
)

STUB = "# YOUR CODE HERE"
NEW_STUB = """\
**`tito update`:** the stub of `{name}` is new in this release. The code above is yours, as it was.
The new stub:

```python
{stub}
```

Take over what changed, then delete this cell."""
GONE = """\
**`tito update`:** the exercise `{name}` is not in this release any more. The cell below is yours,
as it was, but for the line that exported it. Delete both when you need them no longer."""


def update(space: Workspace, module: Module, say: Say) -> bool:
    """Move the student's notebook to the present release; whether there was anything to do.

    Raises: Mistake if the notebook is missing or damaged.
    """
    path, text = space.notebook(module), release_text(space.course, module)
    mine = read_notebook(path)
    name = space.relative(path)
    if mark_of(mine) == mark(text):
        say(f"{name} is up to date")
        return False
    fresh = nbformat.reads(students_copy(text).decode(), as_version=4)
    merge = Merge(mine, fresh, space.base(module, mine))
    fresh.cells = merge.cells()
    kept = space.keep(path)
    space.put(module, bytes_of(fresh))
    say(
        f"{name} is now the newer release, with your work in it; the old notebook is kept as {kept}"
    )
    for remark in merge.remarks:
        say(remark)
    return True


def update_all(space: Workspace, module: Module | None, say: Say) -> bool:
    """Update one module's notebook, or all that were started; whether there was anything to do.

    One that is damaged stops no other.
    Raises: Mistake, naming them, if some could not be updated.
    """
    mine = [m for m in space.course.modules if space.notebook(m).is_file()]
    problems, changed = [], False
    for wanted in mine if module is None else [module]:
        try:
            changed |= update(space, wanted, say)
        except Mistake as mistake:
            problems.append(str(mistake))
    if problems:
        raise Mistake("; ".join(problems))
    return changed


@dataclass
class Merge:
    """The cells of a student's notebook `mine` moved into the release `fresh`.

    base: the cells of the release that `mine` began from, or None.
    remarks: what the student should know, in sentences.
    """

    mine: NotebookNode
    fresh: NotebookNode
    base: list[Cell] | None
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self):
        self._identify()
        self.first = {}
        for cell in self.mine.cells:
            self.first.setdefault(key(cell), cell)
        self.places = {key(cell): cell for cell in self.fresh.cells}
        self.stubs = {c.grade_id: c.source for c in self.base or [] if c.is_solution}
        self.renamed = self._renamed()

    def _identify(self) -> None:
        """Give cells without ids, as old programs save them, those of the release, by text."""
        given = {cell.id for cell in self.fresh.cells}
        given |= {cell_id(cell.kind, cell.source, 1) for cell in self.base or []}
        for cell in self.mine.cells:
            if not cell.get("id"):
                made = cell_id(cell.cell_type, cell.source, 1)
                cell.id = made if made in given else uuid.uuid4().hex[:12]

    def cells(self) -> list[NotebookNode]:
        """The new notebook's cells."""
        before, behind = self._own_cells()
        made = before
        for new in self.fresh.cells:
            made += [*self._filled(new), *behind.get(key(new), [])]
        for cell in self._vanished():
            made += self._kept(cell)
        self._compare_surroundings()
        return with_ids(made)

    def _own_cells(self) -> tuple[list, dict[str, list]]:
        """The cells the student wrote: those before all others, and {key: those behind it}."""
        before, behind, last = [], {}, None
        gone = self._vanished()
        for cell in self.mine.cells:
            if self.first[key(cell)] is cell and self._place(cell) in self.places:
                last = self._place(cell)
            elif not any(cell is other for other in gone) and self._is_own(cell):
                (before if last is None else behind.setdefault(last, [])).append(plain_cell(cell))
        return before, behind

    def _place(self, cell: NotebookNode) -> str:
        return self.renamed.get(key(cell), key(cell))

    def _is_own(self, cell: NotebookNode) -> bool:
        """Whether a cell without a place in the release holds something of the student's."""
        original, nbgrader = self.first[key(cell)], grading(cell)
        if original is not cell:  # a copy, perhaps one in which something was tried
            return plain(cell.source) != plain(original.source)
        if nbgrader.get("grade"):
            return False  # a test that is gone
        return not is_untouched(cell) and not self._is_stub(cell)

    def _is_stub(self, cell: NotebookNode) -> bool:
        stub = self.stubs.get(key(cell))
        return stub is not None and plain(cell.source) == plain(stub)

    def _vanished(self) -> list[NotebookNode]:
        """The answers to exercises that the release does not have."""
        return [
            cell
            for name, cell in self.first.items()
            if grading(cell).get("solution")
            and self._place(cell) not in self.places
            and not self._is_stub(cell)
        ]

    def _renamed(self) -> dict[str, str]:
        """{grade id in the student's notebook: the new one}, told by the function's name."""
        open_places = {
            defined(cell.source): name
            for name, cell in self.places.items()
            if grading(cell).get("solution") and name not in self.first
        }
        found = {}
        for name, cell in self.first.items():
            if grading(cell).get("solution") and name not in self.places:
                new = open_places.get(defined(cell.source)) if defined(cell.source) else None
                if new and new not in found.values():
                    found[name] = new
                    self.remarks.append(f"the exercise {name} is called {new} now")
        return found

    def _filled(self, new: NotebookNode) -> list[NotebookNode]:
        """A cell of the release with what the student wrote there, and a note if it conflicts."""
        name = key(new)
        old_name = next((old for old, now in self.renamed.items() if now == name), name)
        old = self.first.get(old_name)
        if old is None or old.cell_type != new.cell_type:
            return [new] + ([] if old is None or is_untouched(old) else [plain_cell(old)])
        if grading(new).get("solution"):
            return self._answered(new, old)
        if grading(new).get("grade"):
            if self._edited_test(old):
                self.remarks.append(f"the test {name} is as released; yours is in the old notebook")
            return [new]
        return [carried(new, old)]

    def _answered(self, new: NotebookNode, old: NotebookNode) -> list[NotebookNode]:
        if self._is_stub(old):
            return [new]
        if not self._conflicts(new, old):
            return [carried(new, old)]
        name = key(new)
        self.remarks.append(f"the stub of {name} changed: your code was kept, compare the two")
        self.remarks += self._difference(key(old), new.source)
        note = new_markdown_cell(NEW_STUB.format(name=name, stub=new.source.strip()))
        return [carried(new, old), note]

    def _conflicts(self, new: NotebookNode, old: NotebookNode) -> bool:
        """Whether the stub changed; where the old one is unknown, whether its head is missing."""
        if plain(old.source) == plain(new.source):
            return False
        stub = self.stubs.get(key(old))
        if stub is not None:
            return plain(stub) != plain(new.source)
        return head(new.source) not in plain(old.source)

    def _difference(self, old_name: str, stub: str) -> list[str]:
        before = self.stubs.get(old_name)
        if before is None:
            return []
        lines = difflib.unified_diff(before.splitlines(), stub.splitlines(), lineterm="", n=0)
        return [f"  {line}" for line in lines if not line.startswith(("---", "+++", "@@"))]

    def _edited_test(self, old: NotebookNode) -> bool:
        before = {c.grade_id: c.source for c in self.base or [] if c.is_graded}.get(key(old))
        return before is not None and plain(before) != plain(old.source)

    def _kept(self, cell: NotebookNode) -> list[NotebookNode]:
        name = key(cell)
        self.remarks.append(
            f"the exercise {name} is not in this release: your code stands at the notebook's end"
        )
        code = re.sub(r"^#\| *export\b.*$", "# It was exported here.", cell.source, flags=re.M)
        return [new_markdown_cell(GONE.format(name=name)), new_code_cell(code)]

    def _compare_surroundings(self) -> None:
        """Remark on exercises the student worked on whose text or tests are not what they were."""
        before, now = around(self.base or []), around(cells_of(self.fresh))
        for name, texts in now.items():
            mine = self.first.get(name)
            if name in before and before[name] != texts and mine and not self._is_stub(mine):
                self.remarks.append(f"the text or the tests of {name} changed: read them again")


def grading(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader") or {}


def key(cell: NotebookNode) -> str:
    """What a cell goes by in every release: its grade id, else its id."""
    name = grading(cell).get("grade_id")
    return name if isinstance(name, str) and name else f"#{cell.id}"


def is_untouched(cell: NotebookNode) -> bool:
    """Whether a cell is a release's, as it came: its id is made from its text."""
    made = (cell_id(cell.cell_type, cell.source, occurrence) for occurrence in range(1, 10))
    return cell.id in made


def head(stub: str) -> str:
    """The signature and docstring of a stub."""
    return plain(stub.partition(STUB)[0])


def defined(source: str) -> str:
    """The first function or class that a cell defines, by name."""
    found = re.search(r"^(?:def|class) (\w+)", source, re.M)
    return found[1] if found else ""


def carried(new: NotebookNode, old: NotebookNode) -> NotebookNode:
    """The release's cell with the student's text, and with its outputs if it is code."""
    cell = copy.deepcopy(new)
    cell.source = old.source
    for part in ("outputs", "execution_count", "attachments"):
        if part in old:
            cell[part] = copy.deepcopy(old[part])
    return cell


def plain_cell(cell: NotebookNode) -> NotebookNode:
    """A cell of the student's own: without a grade id, which only the release's cells have."""
    cell = copy.deepcopy(cell)
    cell.metadata.pop("nbgrader", None)
    return cell


def with_ids(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells, each with an id of its own."""
    seen = set()
    for cell in cells:
        if cell.id in seen:
            cell.id = uuid.uuid4().hex[:12]
        seen.add(cell.id)
    return cells


def around(cells: list[Cell]) -> dict[str, list[str]]:
    """{exercise: the texts of the cells before its answer, and of its tests}."""
    found, waiting, name = {}, [], None
    for cell in cells:
        if cell.is_solution and cell.grade_id:
            name = cell.grade_id
            found[name], waiting = waiting, []
        elif cell.is_graded and name:
            found[name].append(plain(cell.source))
            waiting = []
        else:
            waiting.append(plain(cell.source))
    return found
