"""A module's percent script, read into cells and exercises.

The build, the contract, the mutants and the student's commands all see a module through this page.
An exercise is the one solution cell plus the graded cells up to the next solution cell.

Ready-made code lies beside the script, in `given.py`, in sections that each begin with a name and
a title, as in `# %% given: trainer "the Trainer class"`. The line `# %% given: trainer` in the
script stands for the section of that name, a cell that arrives folded. `help.md` beside it holds
the folded help of each exercise (tito/help.py).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tito import help
from tito.errors import Mistake

if TYPE_CHECKING:
    from nbformat import NotebookNode

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
TESTS = "tests"  # the section of given.py that graded cells call
GIVEN, TITLE = "given", "#| given: "  # the tag of ready-made code, and how its first line begins
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
_REGION = re.compile(
    rf"^(?P<indent>[ \t]*){BEGIN}[ \t]*\n(?P<body>.*?)^[ \t]*{END}[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_HIDDEN = re.compile(rf"^{BEGIN_HIDDEN}$\n(.*?)^{END_HIDDEN}$", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r'^# %% given: (?P<name>[\w-]+) "(?P<title>[^"\n]+)"[ \t]*$', re.MULTILINE)
_CALLED = re.compile(r"given: *(?P<name>\S+)$")
_LABEL = re.compile(
    r"\*\*(?P<kind>Exercise|Stretch) (?P<number>\d+) · (?P<difficulty>easy|medium|hard) · "
    r"(?P<minutes>\d+) minutes\.?\*\*"
)


@dataclass(frozen=True)
class Cell:
    """One cell: its kind ("code" or "markdown"), text, nbgrader metadata and place."""

    kind: str
    source: str
    nbgrader: dict
    tags: tuple[str, ...]
    index: int

    @property
    def grade_id(self) -> str:
        return self.nbgrader.get("grade_id") or ""

    @property
    def is_solution(self) -> bool:
        return bool(self.nbgrader.get("solution"))

    @property
    def is_graded(self) -> bool:
        return bool(self.nbgrader.get("grade"))

    @property
    def is_read_only(self) -> bool:
        """Whether it is nbgrader's read-only cell: neither answered nor graded, and locked."""
        return bool(self.nbgrader.get("locked")) and not (self.is_graded or self.is_solution)

    @property
    def is_hidden(self) -> bool:
        return self.is_graded and BEGIN_HIDDEN in self.source

    @property
    def is_exported(self) -> bool:
        return self.kind == "code" and re.search(r"^#\| *export\b", self.source, re.M) is not None

    @property
    def points(self) -> int:
        return self.nbgrader.get("points", 0)


@dataclass(frozen=True)
class Exercise:
    """One solution cell with its graded cells, and what the prose before it announces."""

    solution: Cell
    graded: list[Cell] = field(default_factory=list)
    difficulty: str | None = None
    minutes: int | None = None

    @property
    def grade_id(self) -> str:
        return self.solution.grade_id

    @property
    def points(self) -> int:
        return sum(cell.points for cell in self.graded)

    @property
    def is_stretch(self) -> bool:
        """Whether it is tested and worth nothing: an exercise for those who want more."""
        return self.points == 0


@dataclass(frozen=True)
class Section:
    """Ready-made code: what a line of the script stands for."""

    title: str
    code: str

    @property
    def source(self) -> str:
        """The text of its cell.

        The first line is all that JupyterLab shows of a folded cell, so it says what is inside;
        nbdev reads it as one of its directives and leaves it out of the package.
        """
        count = sum(not line.startswith("#|") for line in self.code.splitlines())
        return f"{TITLE}{self.title} ({count} line{'s' * (count > 1)})\n{self.code}"


def cells_of(notebook: "NotebookNode") -> list[Cell]:
    """The cells of a notebook, whether made from a script, released or submitted."""
    return [
        Cell(
            cell.cell_type,
            cell.source,
            dict(cell.metadata.get("nbgrader", {})),
            tuple(cell.metadata.get("tags", ())),
            index,
        )
        for index, cell in enumerate(notebook.cells)
    ]


def cell_id(kind: str, source: str, occurrence: int) -> str:
    """The id of a cell without a grade id: made from its text, and from which of its copies it is.

    So two builds give the same ids, and a student's cell tells whether it is as it came.
    """
    text = f"{kind}\n{occurrence}\n{source}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read(script: Path) -> list[Cell]:
    """The cells of a percent script. Raises: Mistake as `notebook_of`."""
    return cells_of(notebook_of(script))


def parse(text: str, given: str = "", helping: str = "") -> list[Cell]:
    """The cells of the text of a percent script. Raises: Mistake as `joined`."""
    return cells_of(joined(text, given, helping))


def notebook_of(script: Path) -> "NotebookNode":
    """The notebook of a percent script, with the `given.py` and `help.md` beside it.

    Raises: Mistake as `joined`, and naming the script.
    """
    try:
        return joined(*texts(script))
    except Mistake as mistake:
        raise Mistake(f"{'/'.join(script.parts[-3:])}: {mistake}") from None


def texts(script: Path) -> tuple[str, str, str]:
    """The texts of a percent script, and of `given.py` and `help.md` beside it, "" if not there."""
    files = (script, script.with_name("given.py"), script.with_name("help.md"))
    text, given, helping = (f.read_text(encoding="utf-8") if f.is_file() else "" for f in files)
    return text, given, helping


def joined(text: str, given: str = "", helping: str = "") -> "NotebookNode":
    """The notebook of a percent script with the sections of `given` and the help, all as text.

    Raises: Mistake if the script names a section that is not there, or twice, or leaves one out,
    or if there is help for an exercise that it does not announce.
    """
    import jupytext  # takes half a second, and students' commands need none of it

    whole = jupytext.reads(text, fmt="py:percent")
    _place_sections(whole, sections(given))
    _place_help(whole, help.read(helping))
    return whole


def _place_sections(whole: "NotebookNode", there: dict[str, Section]) -> None:
    placed: set[str] = set()
    for cell in whole.cells:
        called = _CALLED.match(cell.metadata.get("title", ""))
        if called:
            name = called["name"]
            _refuse(name, bool(cell.source), there, placed)
            placed.add(name)
            cell.source, cell.metadata["tags"] = there[name].source, [GIVEN]
            if name == TESTS:  # read-only for nbgrader, so that grading has it as it was written
                cell.metadata["nbgrader"] = {"grade_id": TESTS, "locked": True}
    for name in there:
        if name not in placed:
            raise Mistake(
                f"nothing uses the section `{name}` of given.py: "
                f"put a line `# %% given: {name}` where it belongs, or delete the section"
            )


def _place_help(whole: "NotebookNode", there: dict[str, help.Steps]) -> None:
    announced = False
    for cell in whole.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and not announced:
            before, announced = cell, _LABEL.search(cell.source) is not None
        elif nbgrader.get("solution"):
            if steps := there.pop(nbgrader.get("grade_id", ""), None):
                before.source += f"\n\n{help.folded(steps)}"
            announced = False
    for name in there:
        raise Mistake(f"help.md helps with `{name}`, but the script has no such exercise")


def _refuse(name: str, has_code: bool, there: dict[str, Section], placed: set[str]) -> None:
    line = f"`# %% given: {name}`"
    if not there:
        raise Mistake(f"{line} asks for a section, but there is no given.py beside the script")
    if name not in there:
        raise Mistake(f"{line} asks for a section that given.py has not: it has {', '.join(there)}")
    if name in placed:
        raise Mistake(f"{line} stands there twice: delete one of the two lines")
    if has_code:
        raise Mistake(f"code stands below {line}: begin a cell of its own for it, with `# %%`")


def sections(given: str) -> dict[str, Section]:
    """The sections of a `given.py` by name, in its order.

    Raises: Mistake if one is empty or named as another, or if something belongs to none.
    """
    if stray := re.search(r"^# *%%.*", _SECTION.sub("", given), re.MULTILINE):
        raise Mistake(
            f"in given.py the line `{stray[0]}` begins no section: "
            'write `# %% given: name "what is inside"`'
        )
    head, *parts = _SECTION.split(given)  # name, title and text of each in turn
    if _runs(re.sub(r'^""".*?"""', "", head, flags=re.DOTALL)):
        raise Mistake("code stands in given.py before the first section: put it into one")
    found: dict[str, Section] = {}
    for name, title, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if name in found:
            raise Mistake(f"given.py has two sections `{name}`: give one of them another name")
        if not _runs(text):
            raise Mistake(f"the section `{name}` of given.py is empty: fill it, or delete it")
        found[name] = Section(title, text.strip("\n"))
    return found


def exercises(cells: list[Cell]) -> list[Exercise]:
    """The exercises of a module, in order."""
    found: list[Exercise] = []
    label = None
    for cell in cells:
        if cell.kind == "markdown":
            label = _LABEL.search(cell.source) or label
        elif cell.is_solution and cell.grade_id:
            difficulty = label["difficulty"] if label else None
            minutes = int(label["minutes"]) if label else None
            found.append(Exercise(cell, [], difficulty, minutes))
            label = None
        elif cell.is_graded and found:
            found[-1].graded.append(cell)
    return found


def labels(exercises: Iterable[Exercise]) -> list[str]:
    """What students call exercises in the order of a module: "1", "2", "stretch 1"."""
    counts = {True: 0, False: 0}
    found = []
    for exercise in exercises:
        counts[exercise.is_stretch] += 1
        found.append("stretch " * exercise.is_stretch + str(counts[exercise.is_stretch]))
    return found


def covers(source: str) -> str:
    """The comment that a test begins with, as one sentence."""
    lines = []
    for line in source.splitlines():
        if not line.startswith("#") or line.startswith("###"):
            break
        lines.append(line.lstrip("# "))
    return " ".join(lines)


def runs(cell: Cell) -> bool:
    """Whether a cell holds more than comments: a hidden test's holds no more in the release."""
    return _runs(cell.source)


def _runs(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines()]
    return any(line and not line.startswith("#") for line in lines)


def regions(source: str) -> list[str]:
    """The bodies of the solution regions of a cell, as they stand."""
    return [match["body"] for match in _REGION.finditer(source)]


def hidden_tests(source: str) -> list[str]:
    """The hidden tests of a cell, without their markers."""
    return _HIDDEN.findall(source)


def markers_removed(source: str) -> str:
    """A cell without the lines that mark where its solution or its hidden test is."""
    markers = (BEGIN, END, BEGIN_HIDDEN, END_HIDDEN)
    return "\n".join(line for line in source.splitlines() if line.strip() not in markers)


def with_hidden_test(released: str, test: str) -> str:
    """A released cell with its hidden test in place, marked as one."""
    return f"{released.rstrip()}\n{BEGIN_HIDDEN}\n{test.rstrip()}\n{END_HIDDEN}"


def replace_solution(source: str, body: str) -> str:
    """The cell with `body` (dedented code) in place of its one solution region, markers kept.

    Raises: ValueError if the cell does not hold exactly one region.
    """
    found = list(_REGION.finditer(source))
    if len(found) != 1:
        raise ValueError(f"the cell holds {len(found)} solution regions: there must be exactly one")
    match = found[0]
    indent = match["indent"]
    lines = [indent + line if line.strip() else "" for line in body.strip("\n").splitlines()]
    middle = "\n".join([f"{indent}{BEGIN}", *lines, f"{indent}{END}"])
    return source[: match.start()] + middle + source[match.end() :]
