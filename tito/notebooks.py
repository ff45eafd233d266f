"""Notebooks as files: reading and writing them, and the release that students get of a module."""

import hashlib
import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.script import Cell, cells_of, exercises

KERNEL = {"display_name": "TinyTorch", "language": "python", "name": "tinytorch"}
_REVISION = re.compile(r"[0-9a-f]{12}")


def read_notebook(path: Path) -> NotebookNode:
    """A student's notebook. Raises: Mistake if it is missing or damaged."""
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
        {cell.grade_id for cell in cells_of(notebook)}  # it may be anything, even a list
    except FileNotFoundError:
        name = path.parent.name
        raise Mistake(f"{path} is missing: `tito start {name[:2]}` puts a new one there") from None
    except OSError as error:
        raise Mistake(f"{path} cannot be read: {error.strerror or error}") from error
    except Exception as error:  # nbformat raises all sorts for a damaged file
        raise Mistake(
            f"{path} is not a notebook any more: undo the last change to the file, "
            f"or put a new one there with `tito reset {path.parent.name[:2]}`, which keeps this one"
        ) from error
    return notebook


def bytes_of(notebook: NotebookNode) -> bytes:
    """A notebook as JupyterLab would save it."""
    return (nbformat.writes(notebook) + "\n").encode()


def plain(source: str) -> str:
    """A cell's text without what does not matter: spaces at line ends, blank lines around it."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def code_hash(cells: list[Cell]) -> str:
    """A hash of what a notebook exports, by which `tito status` sees that it has changed since."""
    code = "\n".join(plain(cell.source) for cell in cells if cell.is_exported)
    return hashlib.sha256(code.encode()).hexdigest()


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


def revision(text: str) -> str:
    """A short name for a state of a release, by its cells: kit and exchange change the metadata."""
    cells = json.dumps(json.loads(text)["cells"], sort_keys=True)
    return hashlib.sha256(cells.encode()).hexdigest()[:12]


def revision_of(notebook: NotebookNode) -> str | None:
    """The revision of the release that a student's notebook is of, if it has one."""
    note = notebook.metadata.get("tinytorch")
    found = note.get("release") if isinstance(note, dict) else None
    return found if isinstance(found, str) and _REVISION.fullmatch(found) else None


def students_copy(text: str) -> bytes:
    """A release notebook that opens in the student's kernel, with nothing for JupyterLab to add."""
    from ipykernel.ipkernel import IPythonKernel

    notebook = json.loads(text)
    # Without the language JupyterLab puts it there on opening: the notebook is at once unsaved.
    notebook["metadata"] = {
        "kernelspec": KERNEL,
        "language_info": IPythonKernel.language_info,
        "tinytorch": {"release": revision(text)},
    }
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def not_begun(cells: list[Cell], released: list[Cell], stretch: bool = False) -> list[str]:
    """The exercises whose solution cell is missing or still the release's stub.

    Those worth nothing are among them only if asked for, by `stretch`.
    """
    # Of several copies of a cell the first one counts, as in a check.
    mine = {cell.grade_id: plain(cell.source) for cell in reversed(cells) if cell.is_solution}
    return [
        exercise.grade_id
        for exercise in exercises(released)
        if mine.get(exercise.grade_id) in (None, plain(exercise.solution.source))
        and (stretch or not exercise.is_stretch)
    ]
