"""From the percent scripts to everything generated: `source/`, `release/`, `tinytorch/`, scenarios.

tito/script.py joins a script with its given code, nbgrader makes the release, nbdev exports the
package. All of it is made in a temporary folder and then copied, so that a build that fails changes
nothing and a check can compare. Two builds give the same bytes.
"""

import io
import logging
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from tito import guide, package
from tito.authoring import contract
from tito.catalog import Module
from tito.course import Course, nbgrader_config
from tito.errors import Mistake
from tito.exporter import export
from tito.script import GIVEN, cell_id, notebook_of

NOTE = package.NOTE
DONE = """\
**Done?** Save the notebook, then run `import tito` and `tito.check()` in a cell: each exercise has
passed, failed or is not begun. `tito.export()` puts your code into your own package, and
`tito.status()` says what comes next."""
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_MADE_FROM = re.compile(r"generated from (\S+) by `tito build`")
PAGES = ("README.md", "docs/student.md")
_PLACE = re.compile(r"<!-- (?P<what>modules|commands) -->.*?<!-- /(?P=what) -->", re.DOTALL)
_JUNK = ("__pycache__", ".ipynb_checkpoints", ".DS_Store")


def build(
    course: Course,
    modules: Iterable[Module] | None = None,
    into: Path | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> list[str]:
    """Generate `modules` (all, if None), façades and scenarios below `into` (the course, if None).

    Only files whose bytes change are written. Returns the paths of those, as posix strings; a build
    of all modules also removes files it once generated from scripts that are gone.
    Raises: Mistake, naming the script, if one is missing or cannot be built.
    """
    target = into or course.root
    with tempfile.TemporaryDirectory() as folder:
        generate(course, course.modules if modules is None else modules, Path(folder), say)
        fresh = contents(Path(folder))
    changed = [name for name, data in fresh.items() if not _holds(target / name, data)]
    for name in changed:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(fresh[name])
    if modules is None:
        stale = [
            name for name, data in contents(target).items() if name not in fresh and made_from(data)
        ]
        for name in stale:
            (target / name).unlink()
            if not any((target / name).parent.iterdir()):  # nbgrader takes a folder for a module
                (target / name).parent.rmdir()
        changed += stale
    return changed


def generate(
    course: Course,
    modules: Iterable[Module],
    folder: Path,
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """Make everything generated from `modules`, catalog and scenarios in the empty `folder`."""
    out = Course(folder, course.catalog)
    package.write(course.catalog, out.package, NOTE)
    write_pages(course, folder)
    for script in course.scenarios:
        write_scenario(course, script, out.scenario_notebooks / f"{script.stem}.ipynb")
    for module in modules:
        begun = time.perf_counter()
        write_source(course, module, out.source(module))
        write_release(course, module, folder)
        export(out.source(module), module, out.package, _script(course, module))
        say(f"{module.folder:20} {time.perf_counter() - begun:5.1f} s")


def check(course: Course, modules: tuple[Module, ...] | None = None) -> list[str]:
    """What is wrong with `modules` (all, if None), one sentence a line; empty if nothing is.

    First the generated files, compared byte by byte both ways with a fresh build: a line names the
    file and the file to edit. Then the rules of tito/authoring/contract/.
    """
    chosen = course.modules if modules is None else modules
    try:
        drift = _out_of_step(course, chosen, left_over=modules is None)
    except Mistake as mistake:
        drift = [str(mistake)]
    problems = drift + contract.check(course, chosen) + contract.scenarios(course)
    return list(dict.fromkeys(problems))


def _out_of_step(course: Course, modules: tuple[Module, ...], left_over: bool) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        generate(course, modules, Path(folder))
        fresh = contents(Path(folder))
    present = contents(course.root)
    failures = []
    for name in sorted(fresh.keys() | present.keys()):
        if name not in present:
            failures.append(f"{name} is missing: run `tito build`")
        elif name not in fresh:
            if left_over:
                failures.append(_left_over(name, present[name]))
        elif fresh[name] != present[name]:
            authored = made_from(fresh[name])
            failures.append(
                f"{name} is not what {authored} gives: edit {authored}, then run `tito build`"
            )
    return failures


def _left_over(name: str, data: bytes) -> str:
    if made_from(data):
        return f"{name} is stale: {made_from(data)} no longer generates it; run `tito build`"
    return f"{name} is not a generated file: move it under modules/ or scenarios/"


def made_from(data: bytes) -> str | None:
    """The authored file that a generated file says it was made from; None if it says nothing.

    A page with several tables says several.
    """
    found = _MADE_FROM.findall(data.decode("utf-8", errors="replace"))
    return " or ".join(dict.fromkeys(found)) or None


def contents(root: Path) -> dict[str, bytes]:
    """What is generated below `root`, and the pages with tables in them: {path: bytes}."""
    paths = [path for folder in Course(root).generated for path in sorted(folder.rglob("*"))]
    paths += [root / name for name in pages(root)]
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and not any(part in _JUNK for part in path.parts)
    }


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _script(course: Course, module: Module) -> str:
    return course.relative(course.script(module))


# Tables in pages that are otherwise written by hand


def pages(root: Path) -> dict[str, str]:
    """The pages below `root` that hold places for generated tables: {path: text}."""
    paths = {name: root / name for name in PAGES if (root / name).is_file()}
    texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
    return {name: text for name, text in texts.items() if _PLACE.search(text)}


def write_pages(course: Course, folder: Path) -> None:
    """Write the course's pages into `folder` with their tables brought up to date."""
    for name, text in pages(course.root).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        made = _PLACE.sub(lambda found: table(course, found["what"]), text)
        (folder / name).write_bytes(made.encode())


def table(course: Course, what: str) -> str:
    """A Markdown table, between the comments that mark its place."""
    made = {
        "modules": (package.CATALOG, modules_table(course)),
        "commands": (guide.SOURCE, guide.table()),
    }
    authored, rows = made[what]
    return f"<!-- {what} -->\n<!-- {NOTE.format(authored)} -->\n{rows}\n<!-- /{what} -->"


def modules_table(course: Course) -> str:
    """The catalog as a Markdown table."""
    rows = ["| | module | the student builds | points | time |", "|---|---|---|---|---|"]
    for row in course.catalog:
        link = f"[{row.stem}]({course.relative(course.release(row))})"
        worth = f"{row.points} | {row.minutes / 60:g} h" if not row.planned else "| planned"
        name = row.stem if row.planned else link
        rows.append(f"| {row.number:02d} | {name} | {row.title} | {worth} |")
    return "\n".join(rows)


# Notebooks from scripts


def write_source(course: Course, module: Module, path: Path) -> None:
    """Write the notebook with solutions and hidden tests that a module's script describes."""
    script = course.script(module)
    if not script.is_file():
        raise Mistake(
            f"{_script(course, module)} does not exist: write it, or mark module "
            f"{module.number:02d} as planned in tito/catalog.py"
        )
    _write(path, source_notebook(notebook_of(script), _script(course, module)))


def write_scenario(course: Course, script: Path, path: Path) -> None:
    """Write the notebook that a scenario's script describes."""
    _write(path, _finished(notebook_of(script), course.relative(script)))


def _write(path: Path, notebook: NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((nbformat.writes(notebook) + "\n").encode())


def source_notebook(notebook: NotebookNode, script: str) -> NotebookNode:
    """The notebook of a module, finished; `script`, which it was made from, is named in its note.

    Every such notebook ends in the same words, which therefore stand in no script.
    """
    notebook.cells.append(new_markdown_cell(DONE))
    return _finished(notebook, script)


def _finished(notebook: NotebookNode, script: str) -> NotebookNode:
    """The notebook with ids and metadata that are the same at every build, and its note."""
    seen: Counter[tuple[str, str]] = Counter()
    for cell in notebook.cells:
        cell.metadata = _cell_metadata(cell)
        seen[cell.cell_type, cell.source] += 1
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id") or cell_id(
            cell.cell_type, cell.source, seen[cell.cell_type, cell.source]
        )
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "tinytorch": {"generated": NOTE.format(script)}}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def _cell_metadata(cell: NotebookNode) -> NotebookNode:
    kept = {key: cell.metadata[key] for key in ("nbgrader", "tags") if key in cell.metadata}
    if "nbgrader" in kept:
        kept["nbgrader"] = complete(kept["nbgrader"], cell.cell_type)
    if GIVEN in kept.get("tags", ()):  # ready-made code arrives folded in JupyterLab
        kept["jupyter"] = {"source_hidden": True}
    return nbformat.from_dict(kept)


def complete(metadata: dict, cell_type: str) -> dict:
    """nbgrader's metadata of one cell in full: an author writes what is not obvious.

    What is solved stays open to the student, what is graded is locked.
    """
    solution, grade = bool(metadata.get("solution")), bool(metadata.get("grade"))
    full = {
        "grade": grade,
        "grade_id": metadata.get("grade_id", ""),
        "locked": metadata.get("locked", grade) and not solution,
        "solution": solution,
        "task": bool(metadata.get("task")),
        "schema_version": 3,
        "cell_type": cell_type,
    }
    return full | ({"points": metadata.get("points", 0)} if grade else {})


# The release notebook


def write_release(course: Course, module: Module, folder: Path) -> None:
    """Make `folder`/release from `folder`/source with nbgrader, without a database.

    Raises: Mistake with nbgrader's own words if it refuses the notebook.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    config = nbgrader_config(course)
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    place = CourseDirectory(config=config, root=str(folder), assignment_id=module.folder)
    words = io.StringIO()
    converter = GenerateAssignment(coursedir=place, config=config, log=_log(words))
    try:
        converter.start()
    except NbGraderException:
        raise Mistake(
            f"nbgrader makes no release of {_script(course, module)}: {_refusal(words.getvalue())} "
            f"(`tito build --check {module.number:02d}` names the cell)"
        ) from None
    path = Course(folder, course.catalog).release(module)
    path.write_bytes(path.read_text(encoding="utf-8").rstrip("\n").encode() + b"\n")


def _log(words: io.StringIO) -> logging.Logger:
    log = logging.Logger("tito.build", level=logging.WARNING)
    log.addHandler(logging.StreamHandler(words))
    return log


def _refusal(log: str) -> str:
    """Why nbgrader refused: the first error in what it logged, which is mostly tracebacks."""
    found = re.search(r"^[\w.]*Error: (.*)$", log, re.MULTILINE)
    return found[1] if found else log.strip()
