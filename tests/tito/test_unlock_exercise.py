"""`tito unlock` of one exercise: the answer marked, the student's own beside it, and back again."""

import io
import json
import subprocess
import sys
from datetime import date

import nbformat
import pytest
from student_work import RIGHT, edit, run, solve

from tito.authoring import kit
from tito.errors import Mistake
from tito.files import write
from tito.script import cells_of
from tito.student import notebook, selfcheck, status, unlock, update, workspace
from tito.student.export import export
from tito.student.submit import write_submission
from tito.student.unlock import Wish
from tito.unlocking import TAG, is_marked

DAY = date(2026, 1, 31)
LINE = "# unlocked on 2026-01-31 by `tito unlock 01 double`: your own version is below"
OWN = "return x + x + 1"


@pytest.fixture
def space(space, pair):
    """A workspace of a kit with the answers of module 01, in which `double` was tried."""
    hold_answers(space, pair)
    solve(space, pair, double=OWN, halve=RIGHT["halve"])
    selfcheck.check(space, pair)
    return space


def hold_answers(space, module, self_study=False):
    write(space.course.sealed(module), kit.sealed(space.course, module, self_study))


def cells(space, module):
    return nbformat.read(space.notebook(module), as_version=4).cells


def cell(space, module, name="double"):
    found = [
        it for it in cells(space, module) if it.metadata.get("nbgrader", {}).get("grade_id") == name
    ]
    return found[0]


def below(space, module):
    everything = cells(space, module)
    return everything[everything.index(cell(space, module)) + 1]


def unlocked(space, module, name="double", **options):
    said = []
    unlock.grant(space, Wish(module, name, **options), DAY, lambda question: None, said.append)
    return said


def backups(space):
    return [path.read_bytes() for path in sorted((space.marker / "backups").glob("*.ipynb"))]


def result(space, module):
    return {it.grade_id: (it.status, it.points) for it in selfcheck.check(space, module).outcomes}


def state(space, module):
    return {it.grade_id: it.state for it in status.progress(space, module).exercises}


# What it does


def test_the_answer_is_there_marked_with_ones_own_below_it(space, pair):
    before, own = space.notebook(pair).read_bytes(), cell(space, pair).source
    said = unlocked(space, pair)
    found = cell(space, pair)
    assert found.source.splitlines()[:3] == ["#| export", LINE, "def double(x):"]
    assert "    return 2 * x" in found.source.splitlines()
    assert "SOLUTION" not in found.source
    assert (found.metadata.tags, found.outputs, found.execution_count) == ([TAG], [], None)
    assert below(space, pair).cell_type == "markdown"
    assert f"```python\n{own}\n```" in below(space, pair).source
    assert backups(space) == [before]
    assert said[0] == "double is unlocked: your own version is in the cell below it"
    nbformat.validate(nbformat.read(space.notebook(pair), as_version=4))


def test_check_and_status_say_so(space, pair):
    assert state(space, pair) == {"double": "failed", "halve": "passed"}
    unlocked(space, pair)
    assert state(space, pair) == {"double": "unlocked", "halve": "passed"}
    report = selfcheck.check(space, pair)
    assert [(it.status, it.points) for it in report.outcomes] == [("unlocked", 0), ("passed", 2)]
    assert report.passed
    found = status.progress(space, pair)
    assert (found.passed, found.minutes) == (True, 0)
    assert "1 of 2, 1 unlocked" in status.exercises_cell(found)
    assert status.points_cell(found.exercises) == "2/4"


def test_an_answer_that_was_broken_since_fails(space, pair):
    unlocked(space, pair)
    edit(space, pair, lambda cells: cells["double"].update(source="#| export\ndouble = None"))
    assert result(space, pair)["double"] == ("failed", 0)
    assert state(space, pair)["double"] == "failed"


@pytest.mark.parametrize("name", ["1", "double"])
def test_an_exercise_goes_by_its_number_too(space, pair, name):
    assert "double is unlocked" in unlocked(space, pair, name)[0]
    assert LINE in cell(space, pair).source


def test_who_hands_in_is_reminded(space, pair):
    unlocked(space, pair)
    said = []
    write_submission(space, pair, "student-01", said.append)
    assert "unlocked, so worth what your instructor says: double" in said


def test_it_is_exported_like_any_answer(space, pair):
    unlocked(space, pair)
    text = export(space, pair, lambda line: None).read_text()
    assert LINE in text
    assert OWN not in text


def test_undo_brings_ones_own_back_to_the_letter(space, pair):
    own = [(it.cell_type, it.source, it.metadata.get("nbgrader")) for it in cells(space, pair)]
    unlocked(space, pair)
    said = unlocked(space, pair, undo=True)
    back = [(it.cell_type, it.source, it.metadata.get("nbgrader")) for it in cells(space, pair)]
    assert back == own
    assert said[0] == "double is your own version again"
    assert len(backups(space)) == 2
    assert not is_marked(cell(space, pair).source, cell(space, pair).metadata.tags)
    assert result(space, pair)["double"][0] == "failed"


@pytest.mark.parametrize("own", ["x = '''```python\n```'''", "# ````\n\n\n", "ü = '\\n'"])
def test_undo_whatever_was_written(space, pair, own):
    edit(space, pair, lambda cells: cells["double"].update(source=own))
    unlocked(space, pair)
    unlocked(space, pair, undo=True)
    assert cell(space, pair).source == own


def test_a_second_time_changes_nothing_unless_it_was_edited(space, pair):
    unlocked(space, pair)
    before = space.notebook(pair).read_bytes()
    assert unlocked(space, pair) == ["double is unlocked already"]
    assert space.notebook(pair).read_bytes() == before
    edit(space, pair, lambda cells: cells["double"].update(source="mine = 1"))
    unlocked(space, pair)
    assert "mine = 1" in below(space, pair).source
    unlocked(space, pair, undo=True)
    assert cell(space, pair).source == "mine = 1"
    assert OWN in below(space, pair).source


def test_a_reset_takes_the_mark_away(space, pair):
    unlocked(space, pair)
    workspace.reset(space, pair, "double", lambda line: None)
    assert state(space, pair)["double"] == "not begun"
    assert OWN in below(space, pair).source


def test_an_update_keeps_the_mark(space, pair):
    unlocked(space, pair)
    release = space.course.release(pair)
    release.write_text(release.read_text().replace("A module small", "A module very small"))
    assert update.update(space, pair, lambda line: None)
    assert cell(space, pair).metadata.tags == [TAG]
    assert OWN in below(space, pair).source


# When it does nothing


def refused(space, module, sentence, name="double", **options):
    """Nothing is changed, and the reason is a sentence."""
    path = space.notebook(module)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(Mistake, match=sentence):
        unlocked(space, module, name, **options)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert backups(space) == []


def test_a_kit_without_permission(space, pair):
    space.course.sealed(pair).unlink()
    refused(space, pair, "does not hold the answers of module 01_pair: ask your instructor")


def test_a_module_that_is_not_begun(space, pair):
    space.notebook(pair).unlink()
    refused(space, pair, "is missing: `tito start 01` puts a new one there")


def test_a_deleted_cell(space, pair):
    edit(space, pair, lambda cells: cells["double"].update(source="REMOVE"))
    refused(
        space,
        pair,
        "double is not in your notebook: `tito reset 01 --exercise double` puts it back",
    )


def test_a_name_that_is_none(space, pair):
    refused(space, pair, "there is no exercise 'single': choose one of 1 double, 2 halve", "single")
    for name in ("single", "9"):
        with pytest.raises(Mistake) as refusal:
            unlock.place(space, pair, name)
        assert "reset" not in str(refusal.value)


@pytest.mark.parametrize(
    ("answer", "note", "count"),
    [(None, {"status": "failed"}, 3), (OWN, {"status": "not begun"}, None), (OWN, "odd", None)],
    ids=["a stub", "never run", "a damaged note"],
)
def test_what_was_not_tried(space, pair, answer, note, count):
    workspace.reset(space, pair, None, lambda line: None)
    if answer:
        solve(space, pair, double=answer)
    edit(space, pair, lambda cells: cells["double"].update(execution_count=count))
    space.note("checks", pair, {"double": note})
    for path in (space.marker / "backups").iterdir():
        path.unlink()
    refused(space, pair, "try double first: write something in its cell, save, and run")


def test_a_cell_that_was_run_in_the_notebook_was_tried(space, pair):
    space.note("checks", pair, {})
    edit(space, pair, lambda cells: cells["double"].update(execution_count=1))
    assert "is unlocked" in unlocked(space, pair)[0]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"worth": 0, "reference": "", "answers": {"double": "x"}, "hidden": {}}'],
)
def test_a_damaged_seal(space, pair, text):
    space.course.sealed(pair).write_text(text)
    refused(space, pair, "is damaged: unpack your copy of the course over")


def test_nothing_to_undo(space, pair):
    refused(space, pair, "double is not unlocked: there is nothing to undo", undo=True)


def test_undo_without_the_cell_says_where_to_look(space, pair):
    unlocked(space, pair)
    edit(
        space,
        pair,
        lambda cells: [it.update(source="REMOVE") for it in cells.values() if OWN in it.source],
    )
    before = space.notebook(pair).read_bytes()
    with pytest.raises(Mistake, match=r"is not there any more: look for it in .*backups"):
        unlocked(space, pair, undo=True)
    assert space.notebook(pair).read_bytes() == before


def test_a_forged_cell_of_ones_own_is_not_taken(space, pair):
    """One of another exercise, or whose note is none, is not put in the place of an answer."""
    unlocked(space, pair)

    def forge(cells):
        for it in cells.values():
            if OWN in it.source:
                it.metadata["tinytorch"] = ["before_unlock", "double"]

    edit(space, pair, forge)
    with pytest.raises(Mistake, match="is not there any more"):
        unlocked(space, pair, undo=True)


def test_a_mark_that_is_forged_shows_and_gains_nothing(space, pair):
    def forge(cells):
        cells["halve"].source += "\n# unlocked on never by `tito unlock 01 halve`"

    edit(space, pair, forge)
    assert result(space, pair)["halve"] == ("unlocked", 0)


KILLED = """
import os, sys
from datetime import date
from pathlib import Path
from tito import files
from tito.catalog import Module
from tito.course import Course
from tito.student import unlock, workspace

catalog = eval(sys.argv[3])
space = workspace.Workspace(Path(sys.argv[2]), Course(Path(sys.argv[1]), catalog))
moved = []
def replace(part, path, real=os.replace):
    if len(moved) == int(sys.argv[4]):
        os._exit(9)
    moved.append(real(part, path))
os.replace = replace
unlock.unlock_exercise(space, catalog[0], "double", date(2026, 1, 31), print)
"""


@pytest.mark.parametrize("files", [0, 1], ids=["before the backup", "before the notebook"])
def test_a_run_that_is_killed_half_way(space, pair, files):
    """The notebook is as it was, and the same command then does its work."""
    before = space.notebook(pair).read_bytes()
    arguments = [space.course.root, space.root, repr(space.course.catalog), files]
    command = [sys.executable, "-c", KILLED, *map(str, arguments)]
    assert subprocess.run(command, capture_output=True, text=True).returncode == 9
    assert space.notebook(pair).read_bytes() == before
    unlocked(space, pair)
    assert cell(space, pair).metadata.tags == [TAG]
    assert before in backups(space)


# Where it is called


@pytest.mark.parametrize(
    ("terminal", "typed", "code", "sentence", "put"),
    [
        (False, "", 2, "counts 0 of its 5 points)? Say `--yes` if you mean it", False),
        (True, "n\n", 2, "nothing was changed", False),
        (True, "y\n", 0, "double is unlocked", True),
    ],
)
def test_it_says_what_it_costs_and_asks(
    monkeypatch, capsys, space, pair, terminal, typed, code, sentence, put
):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal)
    found, printed = run(monkeypatch, capsys, space.course, space.root, "unlock", "01", "double")
    assert (found, sentence in printed) == (code, True)
    assert is_marked(cell(space, pair).source, ()) == put


@pytest.mark.parametrize("option", ["--undo", "--tests"])
def test_an_option_needs_an_exercise(monkeypatch, capsys, space, option):
    code, printed = run(monkeypatch, capsys, space.course, space.root, "unlock", "01", option)
    assert (code, "say which exercise: `tito unlock 01 NAME`" in printed) == (2, True)


def test_from_inside_the_notebook(monkeypatch, capsys, space, pair):
    monkeypatch.setattr("tito.course.here", lambda: space.course)
    monkeypatch.chdir(space.notebook(pair).parent)
    notebook.unlock("double")
    assert "Add yes=True if you mean it" in capsys.readouterr().out
    notebook.unlock("double", yes=True)
    assert "double is unlocked" in capsys.readouterr().out
    assert cell(space, pair).metadata.tags == [TAG]
    notebook.unlock("double", undo=True)
    assert OWN in cell(space, pair).source


# On one's own


def test_a_check_runs_hidden_tests_where_the_kit_holds_them(space, pair):
    """`halve` is right; this `double` passes what is visible and fails what is hidden."""
    solve_again(space, pair, "return x + x * (x == 2)")
    assert result(space, pair) == {"double": ("passed", 2), "halve": ("passed", 2)}
    hold_answers(space, pair, self_study=True)
    report = selfcheck.check(space, pair)
    double, halve = report.outcomes
    assert (halve.status, halve.points, halve.possible, halve.hidden) == ("passed", 5, 5, 0)
    assert (double.status, double.points, double.possible) == ("failed", 2, 5)
    assert double.reasons["double-hidden"].what == "wrong: twice [3, -1]"
    assert report.remarks == []
    shown = " ".join(selfcheck.lines(report))
    assert "close(double" not in shown
    assert state(space, pair) == {"double": "failed", "halve": "passed"}
    assert status.points_cell(status.progress(space, pair).exercises) == "7/10"


def solve_again(space, pair, answer):
    edit(
        space,
        pair,
        lambda cells: cells["double"].update(source=f"#| export\ndef double(x):\n    {answer}"),
    )


def test_hidden_tests_say_nothing_while_visible_ones_fail(space, pair):
    hold_answers(space, pair, self_study=True)
    [double, _] = selfcheck.check(space, pair).outcomes
    assert (double.status, double.possible, double.hidden) == ("failed", 2, 3)
    assert list(double.reasons) == ["double-test"]


def test_hidden_tests_can_be_read_after_a_try(space, pair):
    refused(space, pair, "does not hold hidden tests of double", tests=True)
    hold_answers(space, pair, self_study=True)
    assert unlocked(space, pair, tests=True)[0] == "double-hidden: the test is in its cell now"
    lines = cell(space, pair, "double-hidden").source.splitlines()
    assert lines[0] == "# Also graded: other numbers."
    assert lines[1].startswith("close(double(")
    report = selfcheck.check(space, pair)
    assert report.remarks == []
    assert "HIDDEN" not in space.notebook(pair).read_text()


def test_who_learns_alone_is_not_asked_to_hand_in(space, pair):
    unlocked(space, pair)
    export(space, pair, lambda line: None)
    assert "tito submit" in status.next_in(status.progress(space, pair))
    hold_answers(space, pair, self_study=True)
    selfcheck.check(space, pair)
    assert status.next_in(status.progress(space, pair)) == "nothing is left to do here"
    assert "tito submit" not in status.next_step([status.progress(space, pair)])


def test_what_is_sealed_is_json_with_a_seal_an_exercise(space, pair):
    hold_answers(space, pair, self_study=True)
    found = json.loads(space.course.sealed(pair).read_text())
    assert list(found["answers"]) == ["double", "halve"]
    assert list(found["hidden"]) == ["double-hidden", "halve-hidden"]
    assert "return 2" not in space.course.sealed(pair).read_text()
    assert [it.grade_id for it in cells_of(nbformat.read(space.notebook(pair), 4)) if it.tags] == []
