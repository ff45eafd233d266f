"""`tito update`: a newer release of a notebook arrives, and the student's work moves into it.

The new release is the skeleton. Into it go, by grade id, the answers, and behind the cell that they
followed, the cells that the student wrote. Answers to exercises that are gone, and changed cells of
the release that are gone, go to the end and are not exported. Tests are the release's. Only one
file is replaced, at once, and the old one is kept.
"""

import re
import uuid
from itertools import chain

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from tito.catalog import Module
from tito.errors import Mistake
from tito.notebooks import (
    bytes_of,
    plain,
    read_notebook,
    release_text,
    revision,
    revision_of,
    students_copy,
)
from tito.script import cell_id
from tito.student.workspace import Say, Workspace
from tito.unlocking import is_tagged, set_tag

STUB = "# YOUR CODE HERE"
NEW_STUB = """\
In this release `{name}` begins like this. The code above is yours, as it was:

```python
{stub}
```"""
_EXPORT = re.compile(r"^#\| *export\b", re.MULTILINE)


def update(space: Workspace, module: Module, say: Say) -> bool:
    """Move the student's notebook to the present release; whether there was anything to do.

    Raises: Mistake if the notebook is missing or damaged.
    """
    path, text = space.notebook(module), release_text(space.course, module)
    mine, name = read_notebook(path), space.relative(path)
    fresh = nbformat.reads(students_copy(text).decode(), as_version=4)
    exercises = {key(cell) for cell in fresh.cells if grading(cell)}
    if revision_of(mine) == revision(text) and exercises <= {key(cell) for cell in mine.cells}:
        say(f"{name} is up to date")
        return False
    fresh.cells, remarks = merged(mine.cells, fresh.cells, space.base(module, mine))
    kept = space.keep(path)
    space.put(module, bytes_of(fresh))
    say(
        f"{name} is the newer release now, with your work in it; the old notebook is kept as {kept}"
    )
    for remark in remarks:
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


def merged(
    mine: list[NotebookNode], fresh: list[NotebookNode], base: list[NotebookNode]
) -> tuple[list[NotebookNode], list[str]]:
    """The cells of the release `fresh` with the student's work, and what the student should know.

    base: the cells of the release that `mine` began from; none if that is not known.
    """
    before, old = {plain(cell.source) for cell in base}, {key(cell) for cell in base}
    known = before | {plain(cell.source) for cell in fresh}
    places: dict[str | None, list[NotebookNode]] = {None: []}  # with what goes behind each
    places |= {key(cell): [cell] for cell in fresh}
    end, remarks, seen, last = [], [], set(), None
    for cell in mine:
        name, text = key(cell), plain(cell.source)
        is_first, is_theirs = name not in seen, text not in known and not is_untouched(cell)
        seen.add(name)
        if is_first and name in places:
            last, new = name, places[name][0]
            if fits(cell, new, is_theirs):
                known.add(text)  # of its copies, only one with another text goes behind
                if stub_changed(new, cell, before):
                    stub = NEW_STUB.format(name=name, stub=new.source.strip())
                    places[name].append(new_markdown_cell(stub))
                    remarks.append(
                        f"{name} begins differently now: compare your code with the new stub"
                    )
                carry(cell, new)
                continue
        if is_theirs and is_first and is_test(cell):
            remarks.append(f"{name} is as released: what you changed in it is in the old notebook")
        elif is_theirs and is_first and name not in places and (is_answer(cell) or name in old):
            remarks.append(f"{named(cell)} is not in this release: yours is at the notebook's end")
            end.append(own(cell, export=False))
        elif is_theirs:
            places[last].append(own(cell))
    return [*chain.from_iterable(places.values()), *end], remarks


def grading(cell: NotebookNode) -> dict:
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, dict) else {}


def is_answer(cell: NotebookNode) -> bool:
    return bool(grading(cell).get("solution"))


def is_test(cell: NotebookNode) -> bool:
    """Whether a cell is a test, or what tests share, which nbgrader locks."""
    own = grading(cell)
    return bool(own.get("grade") or own.get("locked")) and not is_answer(cell)


def key(cell: NotebookNode) -> str:
    """What a cell goes by in every release: its grade id, else its id, else what that would be."""
    name = grading(cell).get("grade_id") or cell.get("id")
    return str(name or cell_id(cell.cell_type, cell.source, 1))


def named(cell: NotebookNode) -> str:
    """How the student is told of a cell: its grade id, else its first line."""
    lines = [line for line in cell.source.splitlines() if line.strip() and line[:2] != "#|"]
    return grading(cell).get("grade_id") or f"the cell {' '.join(lines[:1])!r}"


def is_untouched(cell: NotebookNode) -> bool:
    """Whether a cell is some release's, as it came: its id is made from its text."""
    return cell.get("id") in {cell_id(cell.cell_type, cell.source, n) for n in range(1, 10)}


def fits(cell: NotebookNode, new: NotebookNode, is_theirs: bool) -> bool:
    """Whether what is in the student's cell belongs into the release's."""
    same = plain(cell.source) == plain(new.source)
    return cell.cell_type == new.cell_type and (same or (is_theirs and not is_test(new)))


def stub_changed(new: NotebookNode, answer: NotebookNode, before: set[str]) -> bool:
    """Whether a stub is none of the release before, and its beginning not that of the answer."""
    beginning = code(new.source.partition(STUB)[0])
    known = plain(new.source) in before or beginning in code(answer.source)
    return is_answer(new) and not known


def code(source: str) -> str:
    """A cell's lines without comments, which students delete as they go."""
    lines = (line.rstrip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))


def carry(cell: NotebookNode, new: NotebookNode) -> None:
    """Put the student's text, outputs, pasted pictures and mark into the release's cell."""
    for part in ("source", "outputs", "execution_count", "attachments"):
        if part in cell:
            new[part] = cell[part]
    if is_tagged(cell):
        set_tag(new, True)


def own(cell: NotebookNode, export: bool = True) -> NotebookNode:
    """A cell of the student's own: without what only the release's cells go by."""
    cell.metadata.pop("nbgrader", None)
    cell.id = uuid.uuid4().hex[:12]
    if not export:
        cell.source = _EXPORT.sub("# No longer in this release, and not exported:", cell.source)
    return cell
