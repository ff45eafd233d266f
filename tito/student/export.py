"""`tito export`: the student's notebook becomes their `tinytorch/core/<stem>.py`."""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tito import package
from tito.catalog import Module
from tito.errors import Mistake
from tito.exporter import export as export_notebook
from tito.files import unused, write, writing
from tito.imports import Use, builder, uses
from tito.notebooks import code_hash, read_notebook, release_cells
from tito.script import Cell, cells_of
from tito.student.status import FAILED, NOT_BEGUN, WRITTEN, unfinished
from tito.student.workspace import Say, Workspace

IMPORT_LIMIT = 60  # seconds that importing an export may take
KEPT = 10  # earlier exports of a module that are kept


def export(space: Workspace, module: Module, say: Say) -> Path:
    """Export the student's notebook to their `tinytorch/core/<stem>.py`.

    The result must parse, import only what is there by now, and be importable, otherwise the file
    there stays. What it replaces is kept: a file edited by hand for good, earlier exports while
    they are among the last ten. Exercises that are not known to be right are
    exported as they are, and named.
    Raises: Mistake naming the cell and line, or what importing the result raised.
    """
    path, target = space.notebook(module), space.exported(module)
    cells = cells_of(read_notebook(path))
    released = release_cells(space.course, module)
    refuse_syntax_errors(cells, space.relative(path))
    refuse_imports(space, module, cells, released)
    with writing(space.package):
        package.write(space.course.catalog, space.package)
    missing = {it.grade_id for it in released if it.is_solution} - {it.grade_id for it in cells}
    try:
        data = exported_bytes(space, module)
    except Mistake as mistake:
        for name in sorted(missing):
            puts_back = f"`tito reset {module.number:02d} --exercise {name}` puts it back"
            raise Mistake(f"{mistake}. The cell of {name} is missing: {puts_back}") from None
        raise
    kept = back_up(space, module, data)
    if kept:
        say(f"{target} was edited by hand: that version is kept as {kept}")
    write(target, data)
    if module.stem in space.unlocked:
        say("your own version stands where the reference was")
    space.remember_export(module, data)
    space.note("exported_cells", module, code_hash(cells))
    say(f"exported {space.relative(path)} to {target}")
    for line in unfinished(space, module, NOT_BEGUN, FAILED, WRITTEN):
        say(line)
    return target


def refuse_syntax_errors(cells: list[Cell], name: str) -> None:
    """Raises: Mistake naming the first cell to be exported that is not Python, and its line."""
    for cell in cells:
        if cell.is_exported and (problem := syntax_problem(cell)):
            raise Mistake(
                f"{title(cell)} of {name} is not Python{problem}: "
                "fix it, save the notebook and export again"
            )


def syntax_problem(cell: Cell) -> str:
    """Where a cell is not Python, and why: ", line 2: return ( ('(' was never closed)"; else ""."""
    try:
        # Not the notebook's name: Python would quote a line of that file, which is JSON.
        compile(cell.source, "<cell>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:  # ValueError: a null character
        number, line = getattr(error, "lineno", None), getattr(error, "text", None) or ""
        place = f", line {number}: {line.strip()}" if number else ""
        return f"{place} ({getattr(error, 'msg', error)})"
    return ""


def title(cell: Cell) -> str:
    return f"cell {cell.index + 1}" + (f" ({cell.grade_id})" if cell.grade_id else "")


def refuse_imports(
    space: Workspace, module: Module, cells: list[Cell], released: list[Cell]
) -> None:
    """Raises: Mistake naming the first exported cell, and its line, that uses what it may not.

    What the release itself uses (a plot's matplotlib, imported where it is needed) is no mistake.
    """
    given = {use.name for cell in exported(released) for use in uses(ast.parse(cell.source))}
    for cell in exported(cells):
        for use in uses(ast.parse(cell.source)):
            reason = "" if use.name in given else objection(use, module, space.course.catalog)
            if reason:
                line = cell.source.splitlines()[use.line - 1].strip()
                raise Mistake(
                    f"{title(cell)} of {space.relative(space.notebook(module))}, line {use.line}: "
                    f"{line}: {reason}"
                )


def exported(cells: list[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.is_exported]


def objection(use: Use, module: Module, catalog: tuple[Module, ...]) -> str:
    """Why an exported cell of `module` may not use a name; "" if it may."""
    top = use.name.partition(".")[0]
    if top in ("", "numpy") or top in sys.stdlib_module_names:
        return ""
    if top != "tinytorch":
        return (
            f"{top} is not part of NumPy or of Python, and exported code needs nothing else: "
            "move it to a cell without `#| export`"
        )
    home = builder(use.name, catalog)
    if home is None or home.number < module.number:
        return ""
    if home == module:
        return f"{use.name} is what this notebook makes itself: use the name defined in it"
    return f"{use.name} comes later, in module {home.folder}: use only what you have built so far"


def exported_bytes(space: Workspace, module: Module) -> bytes:
    """What an export gives, tried out in a copy of the package.

    Raises: Mistake with the last line of what importing it raised.
    """
    with (
        writing(Path(tempfile.gettempdir())),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
    ):
        notebook, copy = space.notebook(module), Path(name) / "tinytorch"
        source, command = space.relative(notebook), f"tito export {module.number:02d}"
        copy_code(space.package, copy)
        made = export_notebook(notebook, module, copy, source, command)
        problem = import_problem(module, Path(name))
        if problem:
            raise Mistake(
                f"{source} exports what cannot be imported ({problem}): nothing was changed"
            )
        return made.read_bytes()


def copy_code(package: Path, into: Path) -> None:
    """Copy the Python files of a package. (`shutil.copytree` hides why it fails.)"""
    for path in package.rglob("*.py"):
        target = into / path.relative_to(package)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def import_problem(module: Module, folder: Path) -> str:
    """Why the package in `folder` cannot import a module in a fresh process; "" if it can."""
    command = [sys.executable, "-P", "-c", f"import tinytorch.core.{module.stem}"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder), "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=IMPORT_LIMIT,
        )
    except subprocess.TimeoutExpired:
        return f"importing it took longer than {IMPORT_LIMIT} s"
    if done.returncode == 0:
        return ""
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"importing it ended Python with status {done.returncode}"


def back_up(space: Workspace, module: Module, fresh: bytes) -> Path | None:
    """Keep the exported file if it is not what this export writes: where, if it was edited."""
    target = space.exported(module)
    present = target.read_bytes() if target.exists() else fresh
    if present == fresh:
        return None
    if hashlib.sha256(present).hexdigest() != space.noted("exports").get(module.stem):
        return space.keep(target)
    folder = space.marker / "exports"
    write(unused(lambda time: folder / f"{module.stem}-{time}.py"), present)
    for old in sorted(folder.glob(f"{module.stem}-*.py"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return None
