"""`tito check`: cells of no exercise, stretch exercises, and modules broken by earlier ones."""

import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from student_work import RIGHT, edit, run, solve

from tito.course import here
from tito.failures import reason
from tito.kernel.run import run_notebook
from tito.student import earlier, kernel, remarks, selfcheck, status, workspace
from tito.student.export import export
from tito.student.submit import write_submission

LABEL = "## More\n\n**Stretch 1 · hard · 30 minutes.** Fill in `third`."
STUB = '#| export\ndef third(x):\n    """A third of `x`."""\n    # YOUR CODE HERE\n'
STUB += '    raise NotImplementedError("this exercise is not solved yet")'
TEST = "# One number.\nequal(third(6), 2.0, 'a third of 6')"


def nbgrader(name, **more):
    return {
        "nbgrader": {"grade_id": name, "grade": False, "solution": False, "locked": True} | more
    }


@pytest.fixture
def stretched(course, pair, said, tmp_path):
    """A workspace with module 01, to which a stretch exercise and a demonstration were added."""
    path = course.release(pair)
    release = nbformat.read(path, as_version=4)
    release.cells += [
        new_markdown_cell(LABEL),
        new_code_cell(STUB, metadata=nbgrader("third", solution=True)),
        new_code_cell(TEST, metadata=nbgrader("third-test", grade=True, points=0)),
        new_code_cell("third(6)"),
    ]
    nbformat.write(release, path)
    return workspace.start(course, pair, tmp_path / "stretched", said.append)


def showing(course, module, folder, source):
    """A workspace with a release in which the code that draws the figure goes on with `source`."""
    path = course.release(module)
    notebook = nbformat.read(path, as_version=4)
    [cell] = [cell for cell in notebook.cells if "plt.subplots" in cell.source]
    cell.source += f"\n{source}"
    nbformat.write(notebook, path)
    return workspace.start(course, module, folder, lambda line: None)


# cells that are no exercise's


def test_a_demonstration_that_fails_is_said_though_all_exercises_pass(
    monkeypatch, capsys, course, pair, tmp_path
):
    space = showing(course, pair, tmp_path / "work", "assert 65 > 93, 'only 65%'")
    solve(space, pair, **RIGHT)
    code, printed = run(monkeypatch, capsys, course, space.root, "check", "01")
    assert code == 1
    assert "2 passed" in printed
    assert (
        'the cell "fig, axes = plt.subplots(figsize=(3, 2))", below "Doubling": only 65%' in printed
    )
    step = status.next_in(status.progress(space, pair))
    cell = 'the cell "fig, axes = plt.subplots(figsize=(3, 2))", below "Doubling"'
    assert step.startswith(f"see {cell}, in 01_pair/pair.ipynb: it fails, and")
    edit(space, pair, lambda cells: cells["double"].update(source=cells["double"].source + "\n"))
    assert status.progress(space, pair).broken, "blank lines change nothing"
    edit(space, pair, lambda cells: cells["double"].update(source="#| export\ndouble = 3"))
    assert not status.progress(space, pair).broken


def test_behind_an_exercise_that_fails_only_its_own_reason_is_said(course, pair, tmp_path):
    space = showing(course, pair, tmp_path / "work", "assert double(1) == 2, 'a consequence'")
    solve(space, pair, double="return 3 * x", halve="return x / 2")
    report = selfcheck.check(space, pair)
    assert report.broken == {}
    assert report.remarks == []


def test_a_cell_of_ones_own_that_fails_is_no_failure(space, pair):
    solve(space, pair, **RIGHT)
    path = space.notebook(pair)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell("1 / 0"))
    nbformat.write(notebook, path)
    report = selfcheck.check(space, pair)
    assert report.passed
    [remark] = report.remarks
    assert remark.startswith('a cell of your own fails, "1 / 0", below "')
    assert "ZeroDivisionError: division by zero" in remark


def test_a_given_cell_that_was_changed_is_called_the_courses(course, pair, tmp_path):
    space = showing(course, pair, tmp_path / "work", "assert True")
    solve(space, pair, **RIGHT)
    path = space.notebook(pair)
    notebook = nbformat.read(path, as_version=4)
    [cell] = [cell for cell in notebook.cells if cell.source.endswith("assert True")]
    cell.source += "\nassert False, 'edited'"
    nbformat.write(notebook, path)
    report = selfcheck.check(space, pair)
    assert report.passed
    [remark] = report.remarks
    assert remark.startswith("a cell of the course's that you changed fails, ")
    assert ', below "Doubling": edited' in remark


def test_points_that_nobody_sees_are_said(monkeypatch, capsys, course, space):
    _, printed = run(monkeypatch, capsys, course, space.root, "check", "01")
    assert printed.endswith("6 points are in hidden tests, which run when your work is graded")
    outcome = selfcheck.Outcome("double", "passed", 1, 1, hidden=1)
    assert selfcheck.unseen_line(selfcheck.Report([outcome], [])).startswith("1 point is in hidden")


# exercises that do not end


def test_of_an_exercise_that_does_not_end_one_test_is_waited_for(
    monkeypatch, course, pair, said, tmp_path
):
    """Meanwhile it is said what is waited for; the tests of other exercises run."""
    path = course.release(pair)
    release = nbformat.read(path, as_version=4)
    [place] = [i for i, cell in enumerate(release.cells) if "double-test" in str(cell.metadata)]
    more = nbgrader("double-test-2", grade=True, points=0)
    release.cells.insert(place + 1, new_code_cell("equal(double(1), 2, 'two')", metadata=more))
    nbformat.write(release, path)
    space = workspace.start(course, pair, tmp_path / "endless", lambda line: None)
    solve(space, pair, double="while True: pass", halve="return x")
    monkeypatch.setattr(selfcheck, "cell_limit", lambda course: 3)
    monkeypatch.setattr(kernel, "PATIENCE", 1)
    double, halve = selfcheck.check(space, pair, said.append).outcomes
    whys = {name: why.what for name, why in double.reasons.items()}
    assert whys == {
        "double-test": "stopped: the cell did not end within 3 s",
        "double-test-2": "not run: double-test did not end",
    }
    assert "still running double-test: it is stopped after 3 s" in said
    assert not [line for line in said if "double-test-2" in line]
    assert "expected: 2.0" in halve.reasons["halve-test"].text


# stretch exercises


def test_a_stretch_exercise_may_stay_as_it_is(stretched, pair, said, monkeypatch, capsys):
    space = stretched
    solve(space, pair, **RIGHT)
    code, printed = run(monkeypatch, capsys, space.course, space.root, "check", "01")
    assert code == 0
    assert "stretch 1 third │ not begun │ - │ - │" in printed
    assert "all │ 2 passed │ 4/4 │ 6 │" in printed
    assert "NotImplementedError" not in printed
    found = status.progress(space, pair)
    assert (found.passed, found.minutes) == (True, 0)
    assert status.next_in(found).startswith("`tito export 01`")
    said.clear()
    export(space, pair, said.append)
    write_submission(space, pair, "student-01", said.append)
    assert not [line for line in said if "third" in line]


@pytest.mark.parametrize(("answer", "state"), [("return x / 3", "passed"), ("return x", "failed")])
def test_a_stretch_exercise_that_was_tried_is_shown_as_such(stretched, pair, answer, state):
    solve(stretched, pair, third=answer, **RIGHT)
    report = selfcheck.check(stretched, pair)
    assert report.passed
    assert report.outcomes[2].status == state
    found = status.progress(stretched, pair)
    assert found.exercises[2].state == state
    extra = " + 1" if state == "passed" else ""
    assert status.exercises_cell(found) == f"[green]2 of 2{extra}[/]"


# modules that stand on others


def test_an_earlier_module_is_blamed_for_what_it_breaks(
    monkeypatch, capsys, course, space, pair, total, said
):
    workspace.start(course, total, space.root, said.append)
    solve(space, total, total="return pair.low + pair.high")
    solve(space, pair, double="return 2 * x + 100", halve="return x / 2")
    export(space, pair, said.append)
    code, printed = run(monkeypatch, capsys, course, space.root, "check", "02")
    assert code == 1
    assert (
        "the cause may be in module 01_pair, which this one uses: its double-test fails on what "
        "you exported (wrong: twice [2, 0]). Look at `tito check 01`, say `tito export 01` when"
    ) in printed


def test_an_earlier_module_that_is_right_or_the_reference_is_not(space, pair, total, course, said):
    workspace.start(course, total, space.root, said.append)
    solve(space, total, total="return 1")
    solve(space, pair, **RIGHT)
    export(space, pair, said.append)
    report = selfcheck.check(space, total)
    assert report.failed
    assert report.blamed == ""
    space.exported(pair).write_text("raise ValueError")
    space.remember(unlocked={"pair": "2026-01-01"})
    assert earlier.blamed(space, total) == ""


@pytest.mark.parametrize(("missing", "named"), [("double", True), ("halve", False)])
def test_a_stub_is_blamed_where_it_was_met(space, pair, total, course, said, missing, named):
    """Not where something else is wrong."""
    workspace.start(course, total, space.root, said.append)
    solve(space, pair, **{name: answer for name, answer in RIGHT.items() if name != missing})
    export(space, pair, said.append)
    solve(space, total, total="import tinytorch\n    return tinytorch.double(x)")
    edit(space, total, lambda cells: cells["total"].update(source=without_pair(cells["total"])))
    report = selfcheck.check(space, total)
    assert report.failed
    assert ("its double-test fails" in report.blamed) == named
    assert bool(report.blamed) == named


def without_pair(cell):
    return cell.source.replace("pair = Pair(x)", "")


def test_where_all_passes_no_earlier_module_is_asked(space, pair, monkeypatch):
    monkeypatch.setattr(selfcheck, "blamed", lambda *_, **__: pytest.fail("asked"))
    solve(space, pair, **RIGHT)
    assert selfcheck.check(space, pair).passed


@pytest.mark.parametrize("module", here().modules, ids=lambda module: module.folder)
def test_each_visible_test_runs_without_the_demonstrations_above_it(module, tmp_path):
    """Else a module would be blamed for what is the tool's fault. And each says that it passed."""
    course = here()
    space = workspace.make(course, tmp_path)
    for one in course.modules:
        space.exported(one).write_bytes(course.exported(one).read_bytes())
    cells = earlier.tests_of(space, module)
    whole = new_notebook(cells=[cell for _, cell in cells])
    env = os.environ | {remarks.SESSION: str(tmp_path / "a.ipynb")}
    done = run_notebook(whole, tmp_path, "tinytorch", env=env)
    for (name, cell), ran in zip(cells, done.cells, strict=True):
        assert not reason(ran.outputs, done), f"{name}: {cell.source}"
        said = [out.text for out in ran.outputs if "text" in out]
        assert [text.startswith("passed: ") for text in said] == [True] * bool(name), cell.source
    assert [name for name, _ in cells if name]
