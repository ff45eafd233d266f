"""`tito status`: where a student stands, read from their files alone; no code runs.

What the last check found counts for an exercise while its cell, and the tests of the release, are
as they were then.
"""

import hashlib
from dataclasses import dataclass, replace

from rich.markup import escape
from rich.table import Table

from tito.catalog import Module
from tito.errors import Mistake
from tito.notebooks import code_hash, plain, read_notebook, release_text, revision, revision_of
from tito.script import Cell, Exercise, cells_of, exercises, labels, runs
from tito.student.workspace import Workspace
from tito.unlocking import is_marked, is_self_study, tested_cells

NOT_BEGUN, WRITTEN, PASSED, FAILED = "not begun", "written", "passed", "failed"
UNLOCKED = "unlocked"  # and right, as far as is known
STYLES = {NOT_BEGUN: "dim", WRITTEN: "yellow", PASSED: "green", FAILED: "red", UNLOCKED: "yellow"}
DONE = (PASSED, UNLOCKED)


@dataclass(frozen=True)
class Standing:
    """One exercise: its state, points of visible tests at the last check, minutes it takes.

    `stale`: it was checked, and changed since. `label` is its number, in words for a stretch one.
    """

    grade_id: str
    state: str
    points: float | None
    possible: float
    minutes: int
    stale: bool = False
    label: str = ""
    stretch: bool = False


@dataclass(frozen=True)
class Progress:
    """One module: whether its notebook is there, its exercises, and what became of it.

    `broken` are given cells that failed at the last check though all exercises passed.

    `exported` is "no", "yes", "an older version" or "the reference". `problem` says why the
    notebook could not be read. Who learns alone does not `hands_in`.
    """

    module: Module
    started: bool
    exercises: tuple[Standing, ...] = ()
    exported: str = "no"
    submitted: str = ""
    outdated: bool = False
    problem: str = ""
    broken: tuple[str, ...] = ()
    hands_in: bool = True

    @property
    def worth(self) -> list[Standing]:
        """The exercises that give points; the others may stay as they are."""
        return [standing for standing in self.exercises if not standing.stretch]

    def count(self, *states: str) -> int:
        return sum(standing.state in states for standing in self.worth)

    @property
    def passed(self) -> bool:
        return self.count(*DONE) == len(self.worth)

    @property
    def minutes(self) -> int:
        """About how many minutes are left: the module's, by the share of exercises not passed."""
        if self.exported == REFERENCE:
            return 0
        everything = sum(standing.minutes for standing in self.worth)
        left = sum(s.minutes for s in self.worth if s.state not in DONE)
        share = left / everything if everything else float(not self.passed)
        return 5 * round(self.module.minutes * share / 5)


REFERENCE = "the reference"


def points_of(count: float) -> str:
    """A number of points in words."""
    return f"{count:g} point{'s' * (count != 1)}"


def fingerprint(exercise: Exercise, source: str) -> str:
    """A hash of an answer and of the tests it is checked by."""
    parts = [plain(source), *(plain(cell.source) for cell in exercise.graded)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def hash_of(cells: list[Cell]) -> str:
    """A hash of all the code of a notebook."""
    code = "\0".join(plain(cell.source) for cell in cells if cell.kind == "code")
    return hashlib.sha256(code.encode()).hexdigest()


def progress(space: Workspace, module: Module) -> Progress:
    """How far a student is with a module. Raises: Mistake if the release is not built."""
    released = exercises(tested_cells(space.course, module))
    started = space.notebook(module).is_file()
    problem, cells, outdated = "", [], False
    try:
        notebook = read_notebook(space.notebook(module)) if started else None
    except Mistake as mistake:
        problem, notebook = str(mistake), None
    if notebook is not None:
        cells = cells_of(notebook)
        outdated = revision_of(notebook) not in (None, revision(release_text(space.course, module)))
    checked = space.noted("checks").get(module.stem)
    checked = checked if isinstance(checked, dict) else {}
    standings = tuple(
        replace(standing(exercise, cells, checked), label=label, stretch=exercise.is_stretch)
        for exercise, label in zip(released, labels(released), strict=True)
    )
    when = space.noted("submitted").get(module.stem, "")
    exported = export_state(space, module, cells)
    broken = broken_cells(space, module, cells)
    hands_in = not is_self_study(space.course, module)
    return Progress(
        module, started, standings, exported, str(when), outdated, problem, broken, hands_in
    )


def broken_cells(space: Workspace, module: Module, cells: list[Cell]) -> tuple[str, ...]:
    """The given cells that failed at the last check, if the notebook's code is as it was then."""
    note = space.noted("broken").get(module.stem)
    if not isinstance(note, dict) or note.get("of") != hash_of(cells):
        return ()
    found = note.get("cells")
    return tuple(map(str, found)) if isinstance(found, list) else ()


def standing(exercise: Exercise, cells: list[Cell], checked: dict) -> Standing:
    """One exercise, from the student's cells and what was noted at the last check."""
    name = exercise.grade_id
    cell = next((c for c in cells if c.is_solution and c.grade_id == name), None)
    possible = sum(cell.points for cell in exercise.graded if runs(cell))
    minutes = exercise.minutes or 0
    if cell is None or plain(cell.source) == plain(exercise.solution.source):
        return Standing(name, NOT_BEGUN, None, possible, minutes)
    note = checked.get(name)
    note = note if isinstance(note, dict) else {}
    state, points = note.get("status"), note.get("points")
    points = points if isinstance(points, int | float) else None
    is_fresh = note.get("of") == fingerprint(exercise, cell.source)
    if is_marked(cell.source, cell.tags) and not (is_fresh and state == FAILED):
        return Standing(name, UNLOCKED, points if is_fresh else None, possible, minutes)
    if state not in (PASSED, FAILED) or points is None:
        return Standing(name, WRITTEN, None, possible, minutes)
    if not is_fresh:
        return Standing(name, WRITTEN, None, possible, minutes, stale=True)
    return Standing(name, state, points, possible, minutes)


def export_state(space: Workspace, module: Module, cells: list[Cell]) -> str:
    """What the student's package holds of a module."""
    if module.stem in space.unlocked:
        return REFERENCE
    if not space.exported(module).is_file():
        return "no"
    same = space.noted("exported_cells").get(module.stem) == code_hash(cells)
    return "yes" if same else "an older version"


def unfinished(space: Workspace, module: Module, *states: str) -> list[str]:
    """The exercises in each of these states, a sentence each."""
    found = progress(space, module).worth
    by_state = {state: [s.grade_id for s in found if s.state == state] for state in states}
    return [f"{_UNFINISHED[it]}: {', '.join(names)}" for it, names in by_state.items() if names]


_UNFINISHED = {
    NOT_BEGUN: "not solved yet",
    FAILED: "failed when you last checked",
    WRITTEN: "not checked since you wrote it",
    UNLOCKED: "unlocked, so worth what your instructor says",
}


# The next step


def next_step(everything: list[Progress]) -> str:
    """What to do next, in one line."""
    begun = [p for p in everything if p.started and p.exported != REFERENCE]
    for p in begun:
        step = step_in(p)
        if step:
            return step
    owed = [p.module.number for p in begun if p.hands_in and not p.submitted]
    hand_in = f"hand in with `tito submit {owed[0]:02d}`" if owed else ""
    fresh = [p.module for p in everything if not p.started and p.exported != REFERENCE]
    go_on = (
        f"`tito start {fresh[0].number:02d}` begins {fresh[0].folder}"
        if fresh
        else "`tito integrate` trains models with all you have built"
    )
    return ", then ".join(part for part in (hand_in, go_on) if part)


def next_in(p: Progress) -> str:
    """What to do next in one module."""
    if not p.started:
        return f"`tito start {p.module.number:02d}`"
    is_over = p.submitted or not p.hands_in
    done = "nothing is left to do here" if is_over else "hand in with `tito submit {:02d}`"
    return step_in(p) or done.format(p.module.number)


def step_in(p: Progress) -> str:
    """What is left to do in one module that was begun; "" if nothing is."""
    number, place = f"{p.module.number:02d}", f"{p.module.folder}/{p.module.stem}.ipynb"
    numbered = [(s.state, f"exercise {s.label}, {s.grade_id},") for s in p.worth]
    by_state = {state: [name for found, name in numbered if found == state] for state in STYLES}
    if p.problem:
        return p.problem
    if p.outdated:
        return f"`tito update {number}`: a newer release of {place} is there"
    if by_state[FAILED]:
        return f"fix {by_state[FAILED][0]} in {place}: `tito check {number}` says what is wrong"
    if by_state[NOT_BEGUN]:
        return f"solve {by_state[NOT_BEGUN][0]} in {place}"
    if by_state[WRITTEN]:
        return f"`tito check {number}` runs what you have written"
    if p.broken:
        return f"see {p.broken[0]}, in {place}: it fails, and `tito check {number}` says why"
    if p.exported != "yes":
        return f"`tito export {number}` puts your code into your own package"
    return ""


# Tables


def modules_table(everything: list[Progress]) -> Table:
    """A row a module, each one line in a terminal of 80 columns."""
    rows = Table(title="your course", title_justify="left", show_edge=False, pad_edge=False)
    for name in ("module", "exercises passed"):
        rows.add_column(name, no_wrap=True)
    for name in ("points", "minutes left"):
        rows.add_column(name, justify="right")
    for name in ("exported", "submitted"):
        rows.add_column(name, no_wrap=True)
    for p in everything:
        rows.add_row(
            p.module.folder,
            exercises_cell(p),
            points_cell(p.exercises),
            str(p.minutes or "-"),
            exported_cell(p),
            escape(p.submitted[:10]) or "-",
        )
    return rows


def exported_cell(p: Progress) -> str:
    """What the package holds of a module: a plain and green "yes" only if all of it passed."""
    if p.exported == "yes" and not p.passed:
        return "[yellow]unfinished[/]"
    style = {"no": "dim", "yes": "green"}.get(p.exported, "yellow")
    return f"[{style}]{_SHORT.get(p.exported, p.exported)}[/]"


_SHORT = {"an older version": "older", REFERENCE: "reference"}


def exercises_cell(p: Progress) -> str:
    """How many exercises passed, and what stands in the way of the next one."""
    if p.problem:
        return "[red]cannot be read[/]"
    if not p.started:
        return "[dim]not started[/]"
    states = (FAILED, WRITTEN, UNLOCKED)
    more = [f", {p.count(state)} {state}" for state in states if p.count(state)]
    extra = sum(s.stretch and s.state == PASSED for s in p.exercises)
    style = "green" if p.passed else "red" if p.count(FAILED) else "yellow"
    text = f"{p.count(PASSED)} of {len(p.worth)}" + f" + {extra}" * bool(extra)
    return f"[{style}]{text}{''.join(more[:1])}[/]"


def points_cell(standings: tuple[Standing, ...]) -> str:
    return f"{sum(s.points or 0 for s in standings):g}/{sum(s.possible for s in standings):g}"


def exercises_table(p: Progress) -> Table:
    """A row an exercise of one module."""
    rows = Table(title=p.module.folder, title_justify="left", show_footer=True)
    rows.add_column("exercise", footer="all")
    rows.add_column("state", footer=f"{p.count(PASSED)} passed")
    rows.add_column("points of visible tests", footer=points_cell(p.exercises), justify="right")
    rows.add_column("minutes", footer=f"{p.minutes} left", justify="right")
    for s in p.exercises:
        state = f"[{STYLES[s.state]}]{s.state}{', changed since it was checked' * s.stale}[/]"
        points = "-" if s.points is None else f"{s.points:g}"
        minutes = str(s.minutes or "-")
        given = "-" if s.stretch else f"{points}/{s.possible:g}"
        rows.add_row(f"{s.label} {escape(s.grade_id)}", state, given, minutes)
    return rows
