"""The file a student submitted becomes a notebook of which every part is known.

Only text, kind, tags and some of nbgrader's metadata of a cell are taken over. The rest (outputs,
attachments, metadata of any depth) is of no use in grading, and is where programs can be made to
fail. What was found and mended is noted in the notebook's own metadata, and goes with it.
"""

import json
import os
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id as random_cell_id
from nbformat.v4 import new_markdown_cell, new_notebook

from tito.grading.intake import preflight
from tito.grading.intake.preflight import MENDED, Note, Refused, printable

MAX_BYTES, MAX_CELLS, MAX_TEXT = 20_000_000, 1_000, 1_000_000
_PLACE = "tinytorch"
_CELL_TYPES = ("code", "markdown", "raw")
_NBGRADER: dict[str, type | tuple[type, ...]] = {
    "grade_id": str,
    "grade": bool,
    "solution": bool,
    "task": bool,
    "points": (int, float),
}


def read(path: Path) -> NotebookNode:
    """The notebook in a file, or a stand-in that says why it is none."""
    what = preflight.kind(path)
    if what != "a file":
        return stand_in(f"the notebook is {what}")
    try:
        with path.open(encoding="utf-8") as file:
            return _notebook(file)
    except Refused as reason:
        return stand_in(str(reason))


def _notebook(file: Any) -> NotebookNode:
    """The notebook in an open file, with notes on what was mended.

    Raises: Refused if it is too large or not a notebook.
    """
    size = os.fstat(file.fileno()).st_size
    if size > MAX_BYTES:
        raise Refused(f"the file has {size:,} bytes, and a notebook may have {MAX_BYTES:,}")
    try:
        data, notes = _parsed(file.read())
        cells = [_cell(cell) for cell in data["cells"]]
    except Refused:
        raise
    except Exception as problem:  # whatever a damaged file makes of json and nbformat
        words = printable(" ".join(f"{type(problem).__name__}: {problem}".split()))
        raise Refused(f"the file is not a notebook that can be read ({words})") from problem
    length = sum(len(cell.source) for cell in cells)
    if len(cells) > MAX_CELLS or length > MAX_TEXT:
        raise Refused(
            f"it has {len(cells):,} cells of {length:,} characters, and may have {MAX_CELLS:,} "
            f"of {MAX_TEXT:,}"
        )
    notebook = new_notebook(cells=cells)
    set_notes(notebook, [*notes, *_language(data)])
    return notebook


def _parsed(text: str) -> tuple[Any, list[Note]]:
    """The notebook as format 4, and whether a name stands twice in one of its objects."""
    notes = {}

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            notes["twice"] = Note(MENDED, "the file names parts twice: the last one counts")
        return found

    data = json.loads(text, object_pairs_hook=pairs)
    version = data.get("nbformat") if isinstance(data, dict) else None
    if version == 4:
        return data, list(notes.values())
    if version != 3:
        raise Refused(
            f"it says that it is a notebook of format {printable(repr(version))}, and 3 and 4 are "
            "read: open it in JupyterLab, save it and submit it again"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return nbformat.reads(text, as_version=4), list(notes.values())


def _cell(cell: dict) -> NotebookNode:
    """A cell with what is known of it. Raises: all sorts if it is none."""
    text = cell["source"]
    text = text if isinstance(text, str) else "".join(text)
    metadata = cell.get("metadata", {})
    nbgrader, tags = metadata.get("nbgrader"), metadata.get("tags")
    made = new_cell(cell["cell_type"], text.encode("utf-8", "replace").decode("utf-8"))
    if isinstance(nbgrader, dict):
        made.metadata.nbgrader = {
            key: nbgrader[key]
            for key, kind in _NBGRADER.items()
            if isinstance(nbgrader.get(key), kind)
        }
    if isinstance(tags, list):
        made.metadata.tags = [tag for tag in tags if isinstance(tag, str)]
    return made


def new_cell(kind: str, text: str, metadata: Mapping[str, Any] | None = None) -> NotebookNode:
    """A cell as nbformat makes it, which would validate each by itself: a notebook is, once.

    Raises: ValueError if there is no such kind of cell.
    """
    if kind not in _CELL_TYPES:
        raise ValueError(f"a cell is of the kind {kind!r}, which there is not")
    fields = {"id": random_cell_id(), "cell_type": kind, "metadata": metadata or {}, "source": text}
    if kind == "code":
        fields |= {"outputs": [], "execution_count": None}
    return nbformat.from_dict(fields)


def _language(data: dict) -> list[Note]:
    """A note if the notebook says that it is not in Python."""
    metadata = data.get("metadata", {})
    found = [metadata.get(name) for name in ("kernelspec", "language_info")]
    names = [part.get(key) for part, key in zip(found, ("language", "name"), strict=True) if part]
    others = [name for name in names if name and str(name).lower() not in ("python", "ipython")]
    told = ", ".join(printable(str(name)) for name in others[:1])
    return [Note(MENDED, f"it was saved for {told}, and was run as Python")] if others else []


def stand_in(reason: str) -> NotebookNode:
    """The notebook that is graded in place of one that cannot be; it gets no points."""
    notebook = new_notebook(cells=[new_markdown_cell("This submission could not be graded.")])
    set_notes(notebook, [], reason)
    return notebook


def set_notes(notebook: NotebookNode, notes: Iterable[Note], blocked: str = "") -> None:
    """Write into a notebook what was done about it, or that it is not to be run, and why."""
    kept = list(dict.fromkeys(notes))
    notebook.metadata[_PLACE] = {
        "blocked": blocked,
        "notes": [note.text for note in kept],
        "kinds": [note.kind for note in kept],
    }


def add_notes(notebook: NotebookNode, notes: Iterable[Note]) -> None:
    """Put notes before those that a notebook has."""
    set_notes(notebook, [*notes, *notes_of(notebook)], why_blocked(notebook))


def why_blocked(notebook: NotebookNode) -> str:
    """Why no cell of a sanitised notebook is to be run, in words; empty if they are."""
    return notebook.metadata.get(_PLACE, {}).get("blocked", "")


def notes_of(notebook: NotebookNode) -> list[Note]:
    """What was found and mended in a sanitised notebook."""
    found = notebook.metadata.get(_PLACE, {})
    pairs = zip(found.get("kinds", []), found.get("notes", []), strict=True)
    return [Note(kind, text) for kind, text in pairs]


def remarks(notebook: NotebookNode) -> list[str]:
    """What people are told of it: why it was not run, or what was found and mended."""
    blocked = why_blocked(notebook)
    return [*([blocked] if blocked else []), *(note.text for note in notes_of(notebook))]


def as_json(notebook: NotebookNode) -> str:
    """The notebook's JSON, with characters that UTF-8 does not have (halves of others) replaced."""
    return nbformat.writes(notebook).encode("utf-8", "replace").decode("utf-8")
