"""`tito unlock` of a whole module, on the toy course: the reference in place, and out again."""

import io
import json
import re
import shutil
import sys
import zipfile
from datetime import date

import pytest

from tito import cli
from tito.authoring import kit
from tito.errors import Mistake
from tito.student import unlock, workspace
from tito.student.export import export, import_problem
from tito.student.submit import write_submission

DAY = date(2026, 1, 31)
NOTE = "# reference put in place by `tito unlock 01` on 2026-01-31\n"


@pytest.fixture
def space(toy, built_toy, tmp_path):
    """A workspace with module 01 begun, of a kit that holds its reference and no other."""
    shutil.copytree(built_toy.root, toy.root, dirs_exist_ok=True)
    pair = toy.catalog[0]
    toy.sealed(pair).parent.mkdir()
    toy.sealed(pair).write_bytes(kit.sealed(toy, pair, self_study=False))
    return workspace.start(toy, pair, tmp_path / "work", lambda line: None)


@pytest.fixture
def pair(space):
    return space.course.catalog[0]


def unlocked(space, module):
    said = []
    unlock.unlock(space, module, DAY, said.append)
    return said


def backups(space):
    return sorted(path.read_text() for path in (space.marker / "backups").glob("pair-*.py"))


def test_the_reference_is_in_place_and_marked(space, pair):
    unlocked(space, pair)
    text = space.exported(pair).read_text(encoding="utf-8")
    assert text.startswith(NOTE)
    assert "return 2 * x" in text
    assert space.unlocked == {"pair": "2026-01-31"}
    assert json.loads((space.marker / "state.json").read_text())["unlocked"] == space.unlocked
    assert import_problem(pair, space.root) == ""
    assert backups(space) == []


def test_ones_own_version_is_kept_and_comes_back(space, pair):
    before = export(space, pair, print).read_text()
    notebook = space.notebook(pair).read_bytes()
    said = unlocked(space, pair)
    assert said[0].startswith("your own version is kept as ")
    assert backups(space) == [before]
    assert space.notebook(pair).read_bytes() == notebook
    said = []
    export(space, pair, said.append)
    assert said[0] == "your own version stands where the reference was"
    assert space.exported(pair).read_text() == before
    assert space.unlocked == {}
    assert backups(space) == [before]  # the reference itself is no work to keep


def test_the_question_speaks_of_ones_own_version_only_where_there_is_one(space, pair):
    question = unlock.price_of_module(space, pair)
    assert question == (
        "put the reference of module 01_pair into your package (your notebook stays as it is)?"
    )
    export(space, pair, print)
    assert "in the place of your own version, which is kept (" in unlock.price_of_module(
        space, pair
    )
    unlocked(space, pair)
    space.notebook(pair).unlink()
    assert unlock.price_of_module(space, pair).endswith("01_pair into your package?")


def test_a_second_time_keeps_what_was_edited_since(space, pair):
    unlocked(space, pair)
    unlocked(space, pair)
    assert backups(space) == []
    space.exported(pair).write_text("# mine\n")
    unlocked(space, pair)
    assert backups(space) == ["# mine\n"]


def test_an_unlocked_module_is_handed_in_as_the_notebook_is(space, pair):
    unlocked(space, pair)
    said = []
    path = write_submission(space, pair, "student-01", said.append)
    with zipfile.ZipFile(path) as archive:
        assert archive.read(archive.namelist()[0]) == space.notebook(pair).read_bytes()
    assert "not solved yet: double, halve" in said


def test_a_damaged_note_of_what_is_unlocked_is_no_traceback(space, pair):
    (space.marker / "state.json").write_text('{"unlocked": 3, "exports": []}')
    unlocked(space, pair)
    assert space.unlocked == {"pair": "2026-01-31"}


def run(monkeypatch, capsys, space, *arguments):
    monkeypatch.chdir(space.root)
    monkeypatch.setattr("tito.course.here", lambda: space.course)
    monkeypatch.setattr(sys, "argv", ["tito", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    printed = capsys.readouterr()
    return end.value.code, " ".join((printed.out + printed.err).split())


def test_a_kit_without_the_reference_says_so(monkeypatch, capsys, space):
    status, printed = run(monkeypatch, capsys, space, "unlock", "02", "--yes")
    assert (status, "02_total: ask your instructor" in printed) == (2, True)
    with pytest.raises(Mistake, match="does not hold the answers of module 02_total"):
        unlock.unlock(space, space.course.catalog[1], DAY, print)
    assert not space.exported(space.course.catalog[1]).exists()


@pytest.mark.parametrize(
    ("terminal", "typed", "status", "sentence", "put"),
    [
        (False, "", 2, "Say `--yes` if you mean it", False),
        (True, "n\n", 2, "nothing was changed", False),
        (True, "y\n", 0, "the reference of module 01_pair is now", True),
    ],
)
def test_it_asks_first(monkeypatch, capsys, space, pair, terminal, typed, status, sentence, put):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal)
    found, printed = run(monkeypatch, capsys, space, "unlock", "01")
    assert (found, sentence in printed) == (status, True)
    assert space.exported(pair).exists() == put


def test_yes_does_not_ask(monkeypatch, capsys, space, pair):
    status, _ = run(monkeypatch, capsys, space, "unlock", "01", "--yes")
    assert status == 0
    assert re.match(
        r"# reference put in place by `tito unlock 01` on \d{4}-\d\d-\d\d\n",
        space.exported(pair).read_text(),
    )
