"""`tito check`: the student's notebook in a fresh kernel, exercise by exercise.

The tests that run are those of the release, so that an edited or missing test cell changes nothing
here either; it is pointed out. Hidden tests run at grading only: their cells are empty here.
"""

import copy
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_client.kernelspec import NoSuchKernel
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from rich.markup import escape
from rich.table import Table

from tito.catalog import Module
from tito.errors import Mistake
from tito.kernel.run import Budget, run_notebook
from tito.notebooks import KERNEL, not_begun, plain, read_notebook, release_cells
from tito.script import Cell, Exercise, cells_of, exercises, runs
from tito.settings import cell_limit
from tito.student.status import FAILED, NOT_BEGUN, PASSED, STYLES, fingerprint
from tito.student.workspace import Workspace

RUNNING = "TINYTORCH_NOTEBOOK_RUNS"  # set in kernels of a check, where `tito.check()` does nothing
COMPREHENSION = re.compile(r".+<(list|dict|set)comp>\(")


@dataclass
class Outcome:
    """One exercise: what came of it, points of its visible tests, messages of those that failed."""

    grade_id: str
    status: str
    points: float
    possible: float
    hidden: float
    messages: list[str] = field(default_factory=list)


@dataclass
class Report:
    outcomes: list[Outcome]
    remarks: list[str]

    @property
    def passed(self) -> bool:
        return all(outcome.status == PASSED for outcome in self.outcomes)


def check(space: Workspace, module: Module) -> Report:
    """Run the student's notebook with the release's tests and say what came of each exercise.

    Raises: Mistake if the notebook is missing or damaged, a module it uses is not exported, or the
    kernel is not installed.
    """
    notebook = read_notebook(space.notebook(module))
    for earlier in space.not_exported(module):
        raise Mistake(
            f"module {module.folder} uses {earlier.folder}, which you have not exported yet: "
            f"run `tito export {earlier.number:02d}`"
        )
    released, cells = release_cells(space.course, module), cells_of(notebook)
    budget = Budget(cell=cell_limit(space.course))
    done = run(with_tests(notebook, released), space.notebook(module).parent, budget)
    errors, unsolved = errors_of(done), not_begun(cells, released)
    outcomes = [outcome(exercise, errors, unsolved) for exercise in exercises(released)]
    report = Report(outcomes, tampered(cells, released))
    try:
        note(space, module, report, cells, exercises(released))
    except Mistake as mistake:  # what was found is worth showing all the same
        report.remarks.append(f"`tito status` will not know of it: {mistake.args[0]}")
    return report


def run(notebook: NotebookNode, folder: Path, budget: Budget) -> NotebookNode:
    """The notebook, run in a fresh student's kernel in `folder`.

    Raises: Mistake if the kernel is not installed or does not start.
    """
    try:
        env = {**os.environ, RUNNING: "1"}
        return run_notebook(notebook, folder, KERNEL["name"], budget, env=env)
    except NoSuchKernel:
        raise Mistake(
            "the kernel `tinytorch` is not installed: run `pip install -e .` in the course's folder"
        ) from None
    except RuntimeError as error:
        raise Mistake(
            f"the kernel `tinytorch` does not start ({error}): `tito doctor` looks for the reason"
        ) from error


def note(
    space: Workspace, module: Module, report: Report, cells: list[Cell], found: list[Exercise]
) -> None:
    """Remember what came of each exercise, and of which answer, for `tito status`."""
    sources = {cell.grade_id: cell.source for cell in reversed(cells) if cell.is_solution}
    results = {
        o.grade_id: {
            "status": o.status,
            "points": o.points,
            "of": fingerprint(exercise, sources.get(o.grade_id, "")),
        }
        for o, exercise in zip(report.outcomes, found, strict=True)
    }
    space.note("checks", module, results)


def tampered(cells: list[Cell], released: list[Cell]) -> list[str]:
    """What the student changed that is not theirs to change, in sentences."""
    remarks = []
    for cell in released:
        if not (cell.is_graded or cell.is_solution):
            continue
        mine = [other for other in cells if other.grade_id == cell.grade_id]
        kind = "test" if cell.is_graded else "exercise"
        if not mine:
            remarks.append(f"the {kind} cell {cell.grade_id} is missing")
        elif len(mine) > 1:
            remarks.append(f"the {kind} cell {cell.grade_id} is there {len(mine)} times: keep one")
        elif cell.is_graded and plain(mine[0].source) != plain(cell.source):
            remarks.append(
                f"the test cell {cell.grade_id} was edited: grading uses the original, "
                "and so did this check"
            )
    return remarks


def with_tests(notebook: NotebookNode, released: list[Cell]) -> NotebookNode:
    """A copy in which the test cells are the release's, missing ones put behind the others."""
    originals = {cell.grade_id: cell for cell in released if cell.is_graded}
    notebook, seen, kept = copy.deepcopy(notebook), set(), []
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in seen:
            continue  # a copy of a cell: the first one counts
        if grade_id:
            seen.add(grade_id)
        kept.append(restored(originals[grade_id]) if grade_id in originals else cell)
    missing = [restored(cell) for name, cell in originals.items() if name not in seen]
    notebook.cells = kept + missing
    return notebook


def restored(cell: Cell) -> NotebookNode:
    return new_code_cell(cell.source, metadata={"nbgrader": cell.nbgrader})


def errors_of(notebook: NotebookNode) -> dict[str, str]:
    """What each cell with a grade id that ended in an error said, without the traceback."""
    found = {}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        for output in cell.get("outputs", []):
            if grade_id and output.output_type == "error":
                found.setdefault(grade_id, message(output))
    return found


def message(output: NotebookNode) -> str:
    """What an error says; of one that no check raised, also the notebook's line it came from."""
    if output.ename == "AssertionError" and output.evalue:
        return output.evalue
    text = strip_ansi("\n".join(output.get("traceback", [])))
    # IPython shows a wrong line for a comprehension; the one around it is the same line.
    frames = [part for part in text.split("Cell In[")[1:] if not COMPREHENSION.match(part)]
    found = re.search(r"^-+> \d+ (.+)$", frames[-1], re.M) if frames else None
    said = re.sub(r"\(\d+\.py, (line \d+)\)$", r"(\1)", output.evalue)  # a cell has no file name
    return f"{output.ename}: {said}" + (f"\n  at: {found[1].strip()}" if found else "")


def outcome(exercise: Exercise, errors: dict[str, str], unsolved: list[str]) -> Outcome:
    """What came of one exercise. Without a test that can be seen, a cell that runs has passed."""
    visible = [cell for cell in exercise.graded if runs(cell)]
    hidden = sum(cell.points for cell in exercise.graded if not runs(cell))
    failed = [cell for cell in visible if cell.grade_id in errors]
    possible = sum(cell.points for cell in visible)
    points = possible - sum(cell.points for cell in failed)
    names = [exercise.grade_id] if exercise.grade_id in errors else [c.grade_id for c in failed]
    messages = [
        f"{name}: {errors[name]}" for name in names
    ]  # tests of what did not run say no more
    if exercise.grade_id in unsolved:
        return Outcome(exercise.grade_id, NOT_BEGUN, points, possible, hidden)
    status = FAILED if messages else PASSED
    return Outcome(exercise.grade_id, status, points, possible, hidden, messages)


def table(report: Report, title: str) -> Table:
    """One row an exercise, and the sums."""
    rows = Table(title=title, title_justify="left", show_footer=True)
    outcomes = report.outcomes
    points, possible = sum(o.points for o in outcomes), sum(o.possible for o in outcomes)
    rows.add_column("exercise", footer="all")
    rows.add_column("result", footer=f"{sum(o.status == PASSED for o in outcomes)} passed")
    rows.add_column("points", footer=f"{points:g}/{possible:g}", justify="right")
    hidden = f"{sum(o.hidden for o in outcomes):g}"
    rows.add_column("by hidden tests", footer=hidden, justify="right")
    for number, o in enumerate(outcomes, 1):
        status = f"[{STYLES[o.status]}]{o.status}[/]"
        rows.add_row(
            f"{number} {escape(o.grade_id)}",
            status,
            f"{o.points:g}/{o.possible:g}",
            f"{o.hidden:g}",
        )
    return rows


def lines(report: Report) -> list[str]:
    """What the table leaves out: messages of failed exercises, cells changed, the next step."""
    said = []
    for failed in [o for o in report.outcomes if o.status == FAILED]:
        said += ["", *failed.messages]
    said += ["", *report.remarks] if report.remarks else []
    return said
