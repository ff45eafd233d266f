"""Reading and writing a student's files: whole or not at all, and a mistake in one sentence."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tito.errors import Mistake, cure
from tito.script import cells_of


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


def unused(named: Callable[[str], Path]) -> Path:
    """The path for the present second (UTC), or the first after it that is not taken."""
    moment = datetime.now(UTC)
    while (path := named(f"{moment:%Y%m%dT%H%M%S}")).exists():
        moment += timedelta(seconds=1)
    return path
