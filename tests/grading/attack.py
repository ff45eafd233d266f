"""The attacks in `attacks/`: a file for each theme, a cell `# %% attack: name` for each attack.

A cell is a docstring that says what is tried, and assignments:

    cells     {grade id: text}, in place of that text of the reference solution of module 01
    edit      a function that changes the notebook
    files     a function that is given the folder of the submission, once the notebook is in it
    student   the name of the student's folder, if it is not that of the attack
    points    for `double` and for `halve`, at most 5 each; None if the student cannot be graded
    reason    a word of the reason that the student is given
    note      a word of the note on what was mended (none means that there must be no note)
    kind      of that note
    damage    what it does that it must not, in the words of the test: only with a gap
    gap       why it gains points or does damage: a known gap, with its true figures
    needs     "jail" if only the jail holds it
    dangerous True if it must not be run without the jail
    slow      True if `make test` leaves it out

In the cells, @MARKS@ is a folder that nobody but the tests may write to, @ROOT@ the course's and
@PORT@ a port of this machine on which somebody listens; @NAME@ is the attack's own name.

`cd tests && python -m grading.attack` writes the tables of docs/attacks.md anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import ModuleType

from tito.variants import reader
from tito.variants.reader import Cell

FOLDER = Path(__file__).resolve().parent / "attacks"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "attacks.md"
HONEST = 10  # what the reference gets


def _nothing(_: object) -> None:
    """Changes nothing."""


@dataclass
class Attack:
    """One attack; see the top of this page."""

    name: str
    what: str
    cells: dict[str, str] = field(default_factory=dict)
    edit: Callable = _nothing
    files: Callable = _nothing
    student: str = ""
    points: tuple[int, int] | None = (0, 5)
    reason: str = ""
    note: str = ""
    kind: str = "mended"
    damage: str = ""
    gap: str = ""
    needs: str = ""
    dangerous: bool = False
    slow: bool = False

    @property
    def folder(self) -> str:
        return self.student or self.name

    def sources(self, **places: object) -> dict[str, str]:
        """The texts of its cells, with the places of this run."""
        found = {}
        for grade_id, text in self.cells.items():
            for name, place in {**places, "NAME": self.name}.items():
                text = text.replace(f"@{name}@", str(place))
            found[grade_id.replace("-", "_")] = text.strip()
        return found


def read(cell: Cell) -> Attack:
    """The attack in a cell. Raises: ValueError if it assigns what is no part of an attack."""
    names = {each.name for each in fields(Attack)}
    found: dict = {}
    exec(compile(cell.code, f"attack {cell.name}", "exec", dont_inherit=True), found)
    own = {key: value for key, value in found.items() if not key.startswith("__")}
    own = {key: value for key, value in own.items() if key in names or not _is_import(value)}
    if set(own) - names:
        raise ValueError(f"assigns {sorted(set(own) - names)}, which mean nothing here")
    return Attack(cell.name, cell.why, **own)


def _is_import(value: object) -> bool:
    home = getattr(value, "__module__", "")
    return isinstance(value, (ModuleType, type)) or home == "grading.attack"


def cell_of(notebook, grade_id: str):
    """The cell of a notebook with that grade id."""
    marks = [(cell.metadata.get("nbgrader"), cell) for cell in notebook.cells]
    marked = [(each, cell) for each, cell in marks if isinstance(each, dict)]
    return next(cell for each, cell in marked if each.get("grade_id") == grade_id)


def every() -> list[Attack]:
    """All of them, by name."""
    problems: list[str] = []
    files = sorted(FOLDER.glob("*.py"))
    found = [attack for path in files for attack in reader.read(path, read, problems, ("attack",))]
    names = [attack.name for attack in found]
    problems += [f"two attacks are called {name}" for name in set(names) if names.count(name) > 1]
    if problems:
        raise ValueError("; ".join(problems))
    return sorted(found, key=lambda attack: attack.name)


def table(attacks: list[Attack]) -> str:
    """The table of docs/attacks.md."""
    head = ["| attack | what it tries | points | damage | held by |", "|---|---|---|---|---|"]
    return "\n".join([*head, *map(_row, attacks)])


def _row(attack: Attack) -> str:
    points = "not graded" if attack.points is None else f"{sum(attack.points)} of {HONEST}"
    what = " ".join(attack.what.split("\n\n")[0].split()).replace("|", "\\|")
    damage = attack.damage or "none"
    held = f"**known gap**: {attack.gap}" if attack.gap else attack.needs or "here"
    return f"| `{attack.name}` | {what} | {points} | {damage} | {held} |"


def counts(attacks: list[Attack]) -> str:
    """The same in short: how many attacks, what they gained, and what they damaged."""
    groups = {
        "held by the pre-flight and the runner": [a for a in attacks if not a.gap and not a.needs],
        "held by the jail": [a for a in attacks if not a.gap and a.needs],
        "known gaps": [a for a in attacks if a.gap],
    }
    rows = ["| | attacks | points gained | damage |", "|---|---|---|---|"]
    for name, group in groups.items():
        gained = sum(_gained(attack) for attack in group)
        damage = ", ".join(sorted({a.damage for a in group if a.damage})) or "none"
        rows.append(f"| {name} | {len(group)} | {gained} | {damage} |")
    return "\n".join(rows)


def _gained(attack: Attack) -> int:
    """Points beyond those of the same answers without the attack: a gap states what it gains."""
    return max(0, sum(attack.points or ()) - HONEST // 2) if attack.gap else 0


def page(text: str) -> str:
    """The text of docs/attacks.md with both tables as they must be."""
    for name, made in (("counts", counts(every())), ("table", table(every()))):
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n{made}\n{end}{rest.split(end)[1]}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
