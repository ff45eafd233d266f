"""`tito status` on the toy course: what it reads off the files, and the next step it names."""

import json
import os
import re
import time

import pytest
from rich.console import Console
from student_work import RIGHT, edit, run, solve

from tito.course import here
from tito.errors import Mistake
from tito.notebooks import read_notebook, release_cells
from tito.script import cells_of, exercises
from tito.student import export as exporting
from tito.student import selfcheck, status, workspace
from tito.student.status import Progress, Standing
from tito.student.submit import write_submission


def note_check(space, module, **results):
    """Note a check as `tito check` does, without running anything."""
    released = exercises(release_cells(space.course, module))
    cells = cells_of(read_notebook(space.notebook(module)))
    outcomes = [
        selfcheck.Outcome(
            e.grade_id, results[e.grade_id], 2 * (results[e.grade_id] == "passed"), 2, 3
        )
        for e in released
    ]
    selfcheck.note(space, module, selfcheck.Report(outcomes, []), cells, released)


def states(space, module):
    return {s.grade_id: s.state for s in status.progress(space, module).exercises}


def next_step(space):
    return status.next_step([status.progress(space, m) for m in space.course.modules])


def test_a_module_from_nothing_to_handed_in(course, pair, total, space, said):
    assert states(space, pair) == {"double": "not begun", "halve": "not begun"}
    assert status.progress(space, pair).minutes == 10
    assert next_step(space) == "solve exercise 1, double, in 01_pair/pair.ipynb"

    solve(space, pair, double="return 3 * x", halve="return x / 2")
    assert states(space, pair) == {"double": "written", "halve": "written"}
    assert next_step(space).startswith("`tito check 01`")

    selfcheck.check(space, pair)
    found = status.progress(space, pair)
    assert [(s.state, s.points, s.possible) for s in found.exercises] == [
        ("failed", 0, 2),
        ("passed", 2, 2),
    ]
    assert found.minutes == 5
    assert next_step(space).startswith("fix exercise 1, double, in 01_pair/pair.ipynb")

    edit(space, pair, lambda cells: cells["double"].update(source=answer_of_double()))
    stale = status.progress(space, pair).exercises[0]
    assert (stale.state, stale.stale, stale.points) == ("written", True, None)

    note_check(space, pair, double="passed", halve="passed")
    assert next_step(space).startswith("`tito export 01`")
    exporting.export(space, pair, said.append)
    assert status.progress(space, pair).exported == "yes"
    assert next_step(space) == (
        "hand in with `tito submit 01`, then `tito start 02` begins 02_total"
    )
    write_submission(space, pair, "student-01", said.append)
    assert status.progress(space, pair).submitted.startswith("20")
    assert next_step(space) == "`tito start 02` begins 02_total"

    edit(space, pair, lambda cells: cells["double"].update(source="#| export\ndouble = 3"))
    assert status.progress(space, pair).exported == "an older version"


def answer_of_double():
    return (
        '#| export\ndef double(x):\n    """Twice `x`, an array of any shape."""\n    return 2 * x'
    )


def test_a_test_that_changed_makes_what_was_found_stale(course, pair, space):
    solve(space, pair, **RIGHT)
    note_check(space, pair, double="passed", halve="passed")
    path = course.release(pair)
    path.write_text(path.read_text().replace("twice [2, 0]", "twice (2, 0)"))
    double, halve = status.progress(space, pair).exercises
    assert (double.state, double.stale) == ("written", True)
    assert (halve.state, halve.stale) == ("passed", False)
    assert next_step(space).startswith("`tito update 01`: a newer release")


@pytest.mark.parametrize(
    "state",
    [
        "{",
        "[]",
        '{"checks": 3, "submitted": [], "exports": null, "unlocked": 1}',
        '{"checks": {"pair": {"double": {"status": "passed", "points": "2"}}}}',
        '{"checks": {"pair": {"double": ["passed"]}}}',
        '{"submitted": {"pair": ["[red]"]}}',
    ],
)
def test_damaged_notes_cost_no_more_than_themselves(space, pair, state):
    solve(space, pair, **RIGHT)
    (space.marker / "state.json").write_text(state)
    found = status.progress(space, pair)
    assert [s.state for s in found.exercises] == ["written", "written"]
    assert status.modules_table([found]).row_count == 1


def test_a_damaged_notebook_is_said_in_its_row(monkeypatch, capsys, course, space, pair):
    space.notebook(pair).write_text("{")
    code, printed = run(monkeypatch, capsys, course, space.root, "status")
    assert code == 0
    assert "cannot be read" in printed
    assert "is not a notebook any more" in printed
    assert "tito reset 01" in printed


def test_a_module_that_was_unlocked_is_marked(space, pair):
    space.remember(unlocked={"pair": "2026-01-01"})
    found = status.progress(space, pair)
    assert (found.exported, found.minutes) == ("the reference", 0)
    assert next_step(space) == "`tito start 02` begins 02_total"


def test_the_command_shows_modules_or_exercises(monkeypatch, capsys, course, space):
    code, printed = run(monkeypatch, capsys, course, space.root / "01_pair", "status")
    assert code == 0
    assert "02_total │ not started │ 0/1 │ 10 │ no │ -" in printed
    assert printed.endswith("next: solve exercise 1, double, in 01_pair/pair.ipynb")
    code, printed = run(monkeypatch, capsys, course, space.root, "status", "01")
    assert "│ 2 halve │ not begun │ -/2 │ 5 │" in printed
    code, printed = run(monkeypatch, capsys, course, space.root, "status", "02")
    assert printed.endswith("next: `tito start 02`")


def test_a_row_is_a_line_in_80_columns(capsys):
    """With a long name, failures, an older export and a date, which is not cut."""
    standings = [Standing("a", "passed", 2, 2, 10), Standing("b", "failed", 0, 2, 10)]
    modules = [
        Progress(module, True, tuple(standings), exported, "2026-11-30T20:15Z")
        for module in here().modules
        for exported in ("yes", "no", "an older version", "the reference")
    ]
    Console(width=80).print(status.modules_table(modules))
    lines = capsys.readouterr().out.splitlines()
    rows = [line for line in lines if re.match(r" *\d\d_", line)]
    assert len(rows) == len(lines) - len(lines[: lines.index(rows[0])]) == len(modules)
    assert all("1 of 2, 1 failed" in row and "2026-11-30" in row for row in rows)


def test_an_export_is_a_green_yes_only_where_all_passed(space, pair):
    solve(space, pair, **RIGHT)
    (space.package / "core" / "pair.py").write_text("")
    cells = cells_of(read_notebook(space.notebook(pair)))
    space.note("exported_cells", pair, exporting.code_hash(cells))
    for double, cell in (("failed", "[yellow]unfinished[/]"), ("passed", "[green]yes[/]")):
        note_check(space, pair, double=double, halve="passed")
        assert status.exported_cell(status.progress(space, pair)) == cell


def test_status_runs_no_code_and_is_quick(space, pair):
    solve(space, pair, double="raise SystemExit", halve="while True: pass")
    begun = time.process_time()
    status.progress(space, pair)
    assert time.process_time() - begun < 1


# reset


def test_reset_keeps_the_old_notebook(course, space, pair, said):
    solve(space, pair, **RIGHT)
    mine = space.notebook(pair).read_bytes()
    workspace.reset(space, pair, None, said.append)
    [kept] = (space.marker / "backups").iterdir()
    assert kept.read_bytes() == mine
    assert str(kept) in said[-1]
    assert states(space, pair) == {"double": "not begun", "halve": "not begun"}


def test_reset_of_one_exercise_leaves_the_rest(space, pair, said):
    solve(space, pair, **RIGHT)
    workspace.reset(space, pair, "halve", said.append)
    assert states(space, pair) == {"double": "written", "halve": "not begun"}
    with pytest.raises(Mistake, match="no exercise 'third': choose one of 1 double, 2 halve, or"):
        workspace.reset(space, pair, "third", said.append)
    assert len(list((space.marker / "backups").iterdir())) == 1


@pytest.mark.parametrize("name", ["halve", "2", " Halve", "halve "])
def test_an_exercise_goes_by_its_name_or_number(space, pair, said, name):
    solve(space, pair, **RIGHT)
    workspace.reset(space, pair, name, said.append)
    assert states(space, pair) == {"double": "written", "halve": "not begun"}
    assert said[-1].startswith("halve has been reset")


def test_an_exercise_goes_by_its_function(course, space, pair):
    path = course.release(pair)
    path.write_text(path.read_text().replace("def halve(", "def half_of("))
    assert workspace.exercise_called("half_of", space, pair).grade_id == "halve"
    path.write_text(path.read_text().replace("def double(", "def half_of("))
    with pytest.raises(Mistake, match="several exercises ask for 'half_of': choose one of 1 doub"):
        workspace.exercise_called("half_of", space, pair)


def test_reset_brings_back_a_cell_that_was_deleted(space, pair, said):
    """To its place, where all that follows finds what it needs."""
    order = [cell.grade_id for cell in cells_of(read_notebook(space.notebook(pair)))]
    for name in ("double", "halve"):
        solve(space, pair, **({"halve": "return x / 2"} if name == "double" else {}))
        edit(space, pair, lambda cells, name=name: cells[name].update(source="REMOVE"))
        workspace.reset(space, pair, name, said.append)
        cells = cells_of(read_notebook(space.notebook(pair)))
        assert [cell.grade_id for cell in cells] == order
    assert states(space, pair) == {"double": "not begun", "halve": "not begun"}


def test_reset_mends_what_is_damaged(space, pair, said):
    space.notebook(pair).write_text("{")
    workspace.reset(space, pair, None, said.append)
    assert states(space, pair)["double"] == "not begun"
    assert [path.read_text() for path in (space.marker / "backups").iterdir()] == ["{"]


def test_reset_asks_first(monkeypatch, capsys, course, space, pair, total):
    before = space.notebook(pair).read_bytes()
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115 - closed at exit
    code, printed = run(monkeypatch, capsys, course, space.root, "reset", "01")
    assert code == 2
    assert "Say `--yes` if you mean it" in printed
    assert space.notebook(pair).read_bytes() == before
    assert run(monkeypatch, capsys, course, space.root, "reset", "01", "--yes")[0] == 0
    code, printed = run(monkeypatch, capsys, course, space.root, "reset", "02", "--yes")
    assert "to reset: `tito start 02` makes it" in printed
    assert json.loads(space.notebook(pair).read_text())
