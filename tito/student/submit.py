"""`tito submit`: the zip that a student hands in."""

import re
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from tito.catalog import Module
from tito.errors import Mistake
from tito.files import unused, write, writing
from tito.notebooks import not_begun, read_notebook, release_cells
from tito.script import cells_of
from tito.student.workspace import Say, Workspace

_STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def write_submission(space: Workspace, module: Module, student: str, say: Say) -> Path:
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
