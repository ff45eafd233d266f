"""The attacks in `attacks/`, in a class with honest students, graded once.

Each must get exactly the points that its cell states, do nothing that it must not, and cost nobody
else anything. docs/attacks.md shows the same table, and a test holds the two together.
"""

import hashlib
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from grading import attack as attacks
from grading.attack import Attack
from nbgrader.api import Gradebook
from rich.console import Console

from tito.grading.engine.plan import Request, grade
from tito.grading.intake.preflight import printable
from tito.grading.results import spreadsheets, tables
from tito.kernel.sandbox import levels

SECRET = "only-the-others-know-7c1d"
HONEST = ("a-honest", "m-honest", "z-honest")
HIDDEN = "close(double(np.array([3.0"


JAILED = not levels.level().weak


def _parameters(slow: bool) -> list:
    marks = pytest.mark.xfail(not JAILED, reason=f"this system allows no jail: {levels.level()}")
    return [
        pytest.param(each, id=each.name, marks=[marks] if each.needs == "jail" else [])
        for each in attacks.every()
        if each.slow is slow and (JAILED or not each.dangerous)
    ]


@dataclass
class Class:
    """A class with attackers in it, graded, and the evidence of what they did."""

    room: object
    attacks: list[Attack]
    marks: Path
    results: dict
    calls: set
    signals: list
    before: dict

    def evidence(self, attack: Attack) -> list[str]:
        """What an attack did that it must not."""
        found = []
        if (self.marks / attack.name).exists():
            found.append("it wrote outside of its folder")
        if attack.name in self.calls:
            found.append("it reached the network")
        if _running(f"attack-{attack.name}"):
            found.append("it left a process behind")
        outputs = self.outputs(attack.folder)
        if SECRET in outputs or SECRET[::-1] in outputs:
            found.append("it read what belongs to others")
        if HIDDEN in outputs or HIDDEN[::-1] in outputs:
            found.append("a hidden test is known")
        if "<script>alert" in self.page(attack.folder):
            found.append("a script is on the page")
        return found

    def outputs(self, student: str) -> str:
        path = self.room.course.root / "autograded" / student / "01_pair" / "pair.ipynb"
        cells = json.loads(path.read_text())["cells"] if path.is_file() else []
        return "".join(
            json.dumps(out.get(part))
            for cell in cells
            for out in cell.get("outputs", [])
            for part in ("text", "data", "evalue")
        )

    def page(self, student: str) -> str:
        path = self.room.course.root / "feedback" / student / "01_pair" / "pair.html"
        return path.read_text() if path.is_file() else ""


def _running(word: str) -> list[int]:
    """The processes in whose command line a word stands."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:  # it has ended
            continue
    return found


def _contents(root: Path) -> dict[str, str]:
    """A hash of every regular file below the folders that grading only reads."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("source", "release", "submitted", "tinytorch")
        for path in sorted((root / name).rglob("*"))
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 10**8
    }


def _submit(room, every: list[Attack], **places) -> None:
    for student in HONEST:
        notebook = room.answers(room.pair)
        notebook.cells.append(nbformat.v4.new_markdown_cell(SECRET))
        room.submit(student, room.pair, notebook)
    for attack in every:
        notebook = room.answers(room.pair, **attack.sources(ROOT=room.course.root, **places))
        attack.edit(notebook)
        room.submit(attack.folder, room.pair, json.dumps(notebook))
        attack.files(room.course.root / "submitted" / attack.folder / room.pair.folder)


class Listener(threading.Thread):
    """Listens on a port of this machine and keeps what is said to it."""

    def __init__(self):
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port, self.heard = self.server.getsockname()[1], set()

    def run(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:  # closed
                return
            with connection:
                connection.settimeout(2)
                self.heard.add(connection.recv(100).decode("ascii", "replace"))


def _graded(request, built, folder: Path) -> Class:
    """A class of the attacks that this run of pytest has chosen from those of the module's test."""
    tests = [each for each in request.session.items if request.fixturename in each.fixturenames]
    every = [each.callspec.params["attack"] for each in tests if hasattr(each, "callspec")]
    room = built.copy(folder / "course")
    marks, listener, signals = folder / "marks", Listener(), []
    marks.mkdir()
    listener.start()
    _submit(room, every, MARKS=marks, PORT=listener.port)
    before = _contents(room.course.root)
    earlier = signal.signal(signal.SIGURG, lambda *_: signals.append("SIGURG"))
    try:
        results = {result.student: result for result in grade(room.course, Request([room.pair]))}
    finally:
        signal.signal(signal.SIGURG, earlier)
        listener.server.close()
    return Class(room, every, marks, results, listener.heard, signals, before)


def _end_what_was_left() -> None:
    for process in _running("attack-process_"):
        os.kill(process, signal.SIGKILL)


@pytest.fixture(scope="module")
def quick(request, built, tmp_path_factory) -> Iterator[Class]:
    """The class of the attacks that take little time."""
    yield _graded(request, built, tmp_path_factory.mktemp("quick"))
    _end_what_was_left()


@pytest.fixture(scope="module")
def lengthy(request, built, tmp_path_factory) -> Iterator[Class]:
    """The class of those that take long."""
    yield _graded(request, built, tmp_path_factory.mktemp("lengthy"))
    _end_what_was_left()


def _check(graded: Class, attack: Attack) -> None:
    result = graded.results.get(attack.folder) or graded.results[printable(attack.folder)]
    reasons = " ".join([result.problem, *(mark.reason for mark in result.marks)])
    gained = tuple(mark.points for mark in result.marks)
    assert gained == (attack.points or ()), reasons
    assert bool(result.problem) == (attack.points is None), result.problem
    assert attack.reason in reasons
    notes = [note for note in result.notes if "worth a look" not in note]
    notes = [note for note in notes if not attack.reason or attack.reason not in note]
    assert bool(notes) == bool(attack.note), notes
    assert attack.note in " ".join(notes)
    assert graded.evidence(attack) == ([attack.damage] if attack.damage else [])


@pytest.mark.parametrize("attack", _parameters(slow=False))
def test_attack(quick, attack):
    """It gets the points that it must get, with a reason, and does no damage."""
    _check(quick, attack)


@pytest.mark.slow
@pytest.mark.parametrize("attack", _parameters(slow=True))
def test_lengthy_attack(lengthy, attack):
    """The same for those that take long."""
    _check(lengthy, attack)


def test_nobody_else_is_harmed(quick):
    """Honest students have full marks and no note; nothing that grading reads has changed."""
    for student in HONEST:
        result = quick.results[student]
        assert ([mark.points for mark in result.marks], result.notes) == ([5, 5], [])
    assert _contents(quick.room.course.root) == quick.before
    with Gradebook(f"sqlite:///{quick.room.course.gradebook}", "tinytorch") as gradebook:
        scores = {
            each.student.id: each.score for each in gradebook.assignment_submissions("01_pair")
        }
    expected = {
        each.folder: float(sum(each.points))
        for each in quick.attacks
        if each.points is not None and (JAILED or not each.needs)
    }
    assert {key: scores[key] for key in [*expected, *HONEST]} == expected | dict.fromkeys(
        HONEST, 10.0
    )


def test_nothing_moves_the_cursor(quick, tmp_path):
    """What is printed and written of hostile names and messages is plain text."""
    console = Console(record=True, width=300, force_terminal=False)
    results = list(quick.results.values())
    tables.print_results(results, console, tmp_path / "grades.csv")
    spreadsheets.write_csv(spreadsheets.grades(results), tmp_path / "grades.csv")
    for text in (console.export_text(), (tmp_path / "grades.csv").read_text(encoding="utf-8")):
        assert [letter for letter in text if not letter.isprintable() and letter != "\n"] == []


def test_what_is_worth_a_look_is_named(quick):
    """Reading the test that calls it, or changing IPython, leaves a note that costs nothing."""
    for name in {"answer_from_frames", "forger", "run_code", "input_transformer"}:
        if name in quick.results:
            assert "worth a look" in " ".join(quick.results[name].notes)


def test_no_attack_signals_the_grader(quick):
    assert quick.signals == []


def test_the_page_shows_these_attacks():
    """docs/attacks.md holds what the files say: `cd tests && python -m grading.attack` makes it."""
    text = attacks.PAGE.read_text()
    assert text == attacks.page(text)
