"""`tito submit`: the zip that a student hands in."""

import re
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from tito.catalog import Module
from tito.course import exchange
from tito.errors import Mistake
from tito.files import unused, write, writing
from tito.notebooks import read_notebook
from tito.script import cells_of
from tito.student.export import syntax_problem, title
from tito.student.status import FAILED, NOT_BEGUN, UNLOCKED, WRITTEN, unfinished
from tito.student.workspace import Say, Workspace

_STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def write_submission(space: Workspace, module: Module, student: str, say: Say) -> Path:
    """Make the zip to hand in, `submit/<NN_stem>__<student>__<time>.zip`, and remember the student.

    Raises: Mistake if the student's id cannot be part of a file name, or the notebook is damaged.
    """
    refuse_id(student)
    path = space.notebook(module)
    remarks = what_is_missing(space, module)
    target = unused(lambda time: space.root / "submit" / f"{module.folder}__{student}__{time}.zip")
    with writing(target), tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{target.stem}/{module.stem}.ipynb", path.read_bytes())
        file.seek(0)
        write(target, file.read())
    space.remember(student=student)
    space.note("submitted", module, f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}")
    for line in remarks:
        say(line)
    say(f"made {target}: this file is what you hand in, where your instructor collects it")
    if exchange(space.course):
        say("or hand in by Nbgrader > Assignment List, in JupyterLab")
    return target


def what_is_missing(space: Workspace, module: Module) -> list[str]:
    """What may cost points, as far as that is known without running anything, a sentence each.

    Raises: Mistake if the notebook is missing or damaged.
    """
    answers = [c for c in cells_of(read_notebook(space.notebook(module))) if c.is_solution]
    broken = [(cell, syntax_problem(cell)) for cell in answers]
    return [
        *unfinished(space, module, NOT_BEGUN, FAILED, WRITTEN, UNLOCKED),
        *(f"{title(cell)} is not Python{problem}" for cell, problem in broken if problem),
    ]


def refuse_id(student: str) -> None:
    """Raises: Mistake if the id could not be told from the other parts of the file's name."""
    if not _STUDENT.fullmatch(student) or "__" in student:
        raise Mistake(
            f"{student!r} is not a valid student id: use letters, digits and _ . - such as "
            "student-01, with a letter or digit first and no __"
        )
