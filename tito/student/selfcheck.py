"""`tito check`: the student's notebook in a fresh kernel, exercise by exercise.

The tests that run are those of the release, so that an edited or missing test cell changes nothing
here either; it is pointed out. Hidden tests run at grading only: their cells are empty here, but
in a kit for self-study, where they count once the visible tests of their exercise pass. Of the
other cells those are named that fail although the exercises above them pass. Where something fails,
the modules before this one are asked too.
"""

import copy
import re
import textwrap
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from rich.markup import escape
from rich.table import Table

from tito.catalog import Module
from tito.checks import UNSOLVED
from tito.errors import Mistake
from tito.failures import Hint, Reason, reason
from tito.hints import hints_of, matching, step_to_open
from tito.kernel.run import Budget
from tito.notebooks import not_begun, plain, read_notebook, release_cells
from tito.script import Cell, Exercise, cells_of, exercises, labels, markers_removed, runs
from tito.settings import cell_limit
from tito.student.earlier import blamed
from tito.student.kernel import Watch, called, run
from tito.student.status import (
    DONE,
    FAILED,
    NOT_BEGUN,
    PASSED,
    STYLES,
    UNLOCKED,
    fingerprint,
    hash_of,
    points_of,
)
from tito.student.workspace import Say, Workspace
from tito.unlocking import is_marked, tested_cells, worth

_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


@dataclass
class Outcome:
    """One exercise: what came of it, points of its visible tests, {cell that failed: why}."""

    grade_id: str
    status: str
    points: float
    possible: float
    hidden: float
    reasons: dict[str, Reason] = field(default_factory=dict)
    label: str = ""
    step: str = ""  # the help to open, where no hint answers any of the messages

    @property
    def is_stretch(self) -> bool:
        return not self.possible + self.hidden


@dataclass
class Report:
    """What came of the exercises; `broken` are other cells that failed, {in words: why}; `blamed`
    says which module before this one may be the cause. `self_study`: hidden tests run here too."""

    outcomes: list[Outcome]
    remarks: list[str]
    broken: dict[str, Reason] = field(default_factory=dict)
    blamed: str = ""
    self_study: bool = False

    @property
    def passed(self) -> bool:
        worth = [outcome for outcome in self.outcomes if not outcome.is_stretch]
        return not self.broken and all(outcome.status in DONE for outcome in worth)

    @property
    def failed(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.status == FAILED]

    @property
    def unseen(self) -> float:
        """Points of tests that have not run: at grading they do."""
        return sum(outcome.hidden for outcome in self.outcomes)


def check(space: Workspace, module: Module, say: Say = lambda line: None) -> Report:
    """Run the student's notebook with the release's tests and say what came of each exercise.

    say: told meanwhile which cell takes long.
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
    tested = tested_cells(space.course, module)
    found = exercises(tested)
    budget = Budget(cell=cell_limit(space.course))
    with Watch(found, budget.cell, say) as watch:
        done = run(with_tests(notebook, tested), space.notebook(module).parent, budget, watch)
    reasons, unsolved = reasons_in(done), not_begun(cells, released, stretch=True)
    hints = hints_of(released, found)
    outcomes = [
        replace(outcome(it, reasons, unsolved, hints[it.grade_id]), label=label)
        for it, label in zip(found, labels(found), strict=True)
    ]
    for it in outcomes:
        if it.status == PASSED and it.grade_id in unlocked(cells):
            it.status, it.points = UNLOCKED, it.points * worth(space.course, module)
    report = Report(outcomes, tampered(cells, released, tested, module))
    report.self_study = tested != released
    given = {plain(cell.source) for cell in released}
    ids = {cell.id for cell in read_notebook(space.course.release(module)).cells}
    for cell, where, why in failing(done, outcomes):
        if plain(cell.source) in given:
            report.broken[f"the cell {where}"] = why
        else:
            whose = "the course's that you changed" if cell.id in ids else "your own"
            report.remarks.append(f"a cell of {whose} fails, {where}: {why.text}")
    if report.failed or report.broken:
        whys = [why.what for failed in report.failed for why in failed.reasons.values()]
        report.blamed = blamed(space, module, stubs=any(UNSOLVED in why for why in whys))
    try:
        note(space, module, report, cells, found)
    except Mistake as mistake:  # what was found is worth showing all the same
        report.remarks.append(f"`tito status` will not know of it: {mistake}")
    return report


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
    space.note("broken", module, {"cells": list(report.broken), "of": hash_of(cells)})


def unlocked(cells: list[Cell]) -> set[str]:
    """The exercises whose answer is the reference, put there by `tito unlock`."""
    mine = {cell.grade_id: cell for cell in reversed(cells) if cell.is_solution}
    return {name for name, cell in mine.items() if is_marked(cell.source, cell.tags)}


def tampered(
    cells: list[Cell], released: list[Cell], tested: list[Cell], module: Module
) -> list[str]:
    """What the student changed that is not theirs to change, in sentences.

    tested: the released cells with the hidden tests that `tito unlock --tests` can put there.
    """
    remarks = []
    for cell, test in zip(released, tested, strict=True):
        if not cell.grade_id:
            continue
        mine = [other for other in cells if other.grade_id == cell.grade_id]
        kind = "exercise" if cell.is_solution else "test"
        if not mine:
            reset = f"`tito reset {module.number:02d} --exercise {cell.grade_id}` puts it back"
            cure = f": {reset}" if cell.is_solution else ""
            remarks.append(f"the {kind} cell {cell.grade_id} is missing{cure}")
        elif len(mine) > 1:
            remarks.append(f"the {kind} cell {cell.grade_id} is there {len(mine)} times: keep one")
        elif not cell.is_solution and plain(mine[0].source) not in (
            plain(cell.source),
            plain(markers_removed(test.source)),
        ):
            remarks.append(
                f"the test cell {cell.grade_id} was edited: grading uses the original, "
                "and so did this check"
            )
    return remarks


def with_tests(notebook: NotebookNode, released: list[Cell]) -> NotebookNode:
    """A copy in which the test cells are the release's, missing ones put behind the others."""
    originals = {c.grade_id: c for c in released if c.is_graded or c.is_read_only}
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


def reasons_in(notebook: NotebookNode) -> dict[str, Reason]:
    """Why each cell with a grade id that ended in an error did."""
    found: dict[str, Reason] = {}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id and (why := reason(cell.get("outputs", []), notebook)):
            found.setdefault(grade_id, why)
    return found


def failing(
    notebook: NotebookNode, outcomes: list[Outcome]
) -> list[tuple[NotebookNode, str, Reason]]:
    """(cell, which one in words, why) of cells that fail and are neither answer nor test.

    Those behind an exercise that did not pass are left out, since that is the cause; behind a
    stretch exercise only those up to the next exercise, since nothing more needs it.
    """
    by_name = {outcome.grade_id: outcome for outcome in outcomes}
    found, heading, above = [], "", None
    for cell in notebook.cells:
        own = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown":
            heading = "".join(_HEADING.findall(cell.source)[-1:]) or heading
        elif own.get("solution"):
            above = by_name.get(own.get("grade_id"), above)
            if above and above.status not in DONE and not above.is_stretch:
                break
        elif cell.cell_type == "code" and not own.get("grade"):
            why = reason(cell.outputs, notebook)
            if why and not (above and above.status not in DONE):
                below = f', below "{heading}"' * bool(heading)
                found.append((cell, f"{called(cell)}{below}", why))
    return found


def outcome(
    exercise: Exercise, reasons: dict[str, Reason], unsolved: list[str], hints: list[Hint]
) -> Outcome:
    """What came of one exercise. Without a test that can be seen, a cell that runs has passed."""
    name = exercise.grade_id
    visible = seen(exercise, reasons)
    hidden = exercise.points - sum(cell.points for cell in visible)
    failed = [cell for cell in visible if cell.grade_id in reasons]
    possible = sum(cell.points for cell in visible)
    points = possible - sum(cell.points for cell in failed)
    if name in unsolved:
        return Outcome(name, NOT_BEGUN, points, possible, hidden)
    # Tests of what did not run say no more.
    names = [name] if name in reasons else [cell.grade_id for cell in failed]
    whys = {it: replace(reasons[it], quoted=matching(hints, reasons[it])) for it in names}
    answered = any(why.quoted for why in whys.values())
    steps = [] if answered else [step_to_open(hints, why) for why in whys.values()]
    state = FAILED if whys else PASSED
    return Outcome(name, state, points, possible, hidden, whys, step="".join(steps[:1]))


def seen(exercise: Exercise, reasons: dict[str, Reason]) -> list[Cell]:
    """The tests that say what came of them: hidden ones, if they are here, when all others pass."""
    running = [cell for cell in exercise.graded if runs(cell)]
    visible = [cell for cell in running if not cell.is_hidden]
    failed = any(cell.grade_id in reasons for cell in (exercise.solution, *visible))
    return visible if failed else running


def table(report: Report, title: str) -> Table:
    """One row an exercise, and the sums."""
    rows = Table(title=title, title_justify="left", show_footer=True)
    outcomes = report.outcomes
    points, possible = sum(o.points for o in outcomes), sum(o.possible for o in outcomes)
    rows.add_column("exercise", footer="all")
    rows.add_column("result", footer=f"{sum(map(_counts, outcomes))} passed")
    rows.add_column("points", footer=f"{points:g}/{possible:g}", justify="right")
    rows.add_column("by hidden tests", footer=f"{report.unseen:g}", justify="right")
    for o in outcomes:
        status = f"[{STYLES[o.status]}]{o.status}[/]"
        seen, unseen = f"{o.points:g}/{o.possible:g}", f"{o.hidden:g}"
        shown = ("-", "-") if o.is_stretch else (seen, unseen)
        rows.add_row(f"{o.label} {escape(o.grade_id)}", status, *shown)
    return rows


def _counts(outcome: Outcome) -> bool:
    return outcome.status == PASSED and not outcome.is_stretch


def lines(report: Report) -> list[str]:
    """What the table leaves out: why exercises failed, with the hints on it, and cells changed."""
    said = ["", report.blamed] if report.blamed else []
    for failed in report.failed:
        said.append("")
        for name, why in failed.reasons.items():
            said += [f"{name}: {why.text}", *hint_lines(why.quoted)]
        said += step_lines(failed)
    said += ["", *broken_lines(report)] if report.broken else []
    said += ["", *report.remarks] if report.remarks else []
    return [*said, "", unseen_line(report)] if report.unseen else said


def broken_lines(report: Report) -> list[str]:
    """Cells that failed though they are no exercise's."""
    return [f"{where}: {why.text}" for where, why in report.broken.items()]


def unseen_line(report: Report) -> str:
    when = "once the visible tests pass" if report.self_study else "when your work is graded"
    are = "is" if report.unseen == 1 else "are"
    return f"{points_of(report.unseen)} {are} in hidden tests, which run {when}"


def step_lines(failed: Outcome) -> list[str]:
    """Which help to open, where no hint answers any of the messages."""
    return [f'  stuck? Open "{failed.step}" above the exercise'] if failed.step else []


def hint_lines(hint: Hint | None) -> list[str]:
    """A hint of the notebook, as a terminal shows it."""
    if hint is None:
        return []
    return [f'  the notebook\'s hint on "{hint.title}":', textwrap.indent(hint.text, "    ")]
