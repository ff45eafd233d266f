"""The student's loop on the toy course: start, check, export, submit, with real kernels."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest
from nbgrader.validator import Validator
from student_work import RIGHT, edit, run, solve
from traitlets.config import PyFileConfigLoader

from tito.errors import Mistake
from tito.notebooks import KERNEL, release_text
from tito.student import export as exporting
from tito.student import selfcheck, workspace
from tito.student.submit import write_submission

# start


def test_start_puts_everything_in_place(course, pair, space, said):
    mine, released = (nbformat.read(p, 4) for p in (space.notebook(pair), course.release(pair)))
    assert mine.cells == released.cells
    assert mine.metadata.kernelspec == KERNEL
    assert mine.metadata.language_info.name == "python"
    assert (space.package / "nn.py").is_file()
    assert not space.exported(pair).exists()
    assert said == [f"made {space.notebook(pair)}"]
    assert (space.root / ".tito").is_dir()


def test_start_never_overwrites_a_notebook(course, pair, space, said):
    space.notebook(pair).write_text("mine")
    workspace.start(course, pair, space.root, said.append)
    assert space.notebook(pair).read_text() == "mine"
    assert any("is there already and was left as it is" in line for line in said)


def test_start_in_a_folder_of_the_workspace_uses_the_workspace(course, total, space, said):
    inner = space.root / "01_pair"
    assert workspace.start(course, total, inner, said.append).root == space.root
    assert space.notebook(total).is_file()
    assert any("uses module 01_pair, which you have not exported yet" in line for line in said)


@pytest.mark.parametrize("place", ["", "modules", "release/01_pair"])
def test_start_refuses_the_course_itself(course, pair, place):
    with pytest.raises(Mistake, match="mkdir my-tinytorch && cd my-tinytorch"):
        workspace.start(course, pair, course.root / place, print)
    assert not (course.root / place / ".tito").exists()


def test_start_works_below_the_courses_build_folder(course, pair):
    space = workspace.start(course, pair, course.root / "build" / "lab", lambda line: None)
    assert space.notebook(pair).is_file()


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs /proc, where not even root may write")
def test_start_in_a_folder_that_cannot_be_written(course, pair):
    with pytest.raises(Mistake, match=r"^/proc/work cannot be written .*choose a folder"):
        workspace.start(course, pair, workspace.Path("/proc/work"), print)


def test_start_where_a_file_is_in_the_way(course, total, space, said):
    (space.root / "02_total").write_text("a note")
    with pytest.raises(Mistake, match="cannot be written"):
        workspace.start(course, total, space.root, said.append)
    assert (space.root / "02_total").read_text() == "a note"


def test_a_kit_from_which_something_was_deleted(course, pair, space):
    """A student has no `tito build`."""
    shutil.rmtree(course.root / "modules")
    course.release(pair).unlink()
    with pytest.raises(Mistake, match=r"unpack your copy of the course over .* again"):
        release_text(course, pair)


def test_start_before_the_course_is_built(toy, tmp_path):
    with pytest.raises(Mistake, match="is missing: run `tito build`"):
        workspace.start(toy, toy.catalog[0], tmp_path / "work", print)
    assert not (tmp_path / "work").exists()


# the command line


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["start", "99"], "there is no module '99': choose one of 01_pair, 02_total"),
        (["start", "03"], "module 03_later is planned, but not written yet"),
        (["check", "01"], "is not in a workspace: go to the folder of your work, or make one"),
        (["export", "01"], "is not in a workspace"),
        (["submit", "01", "--student", "student-01"], "is not in a workspace"),
    ],
)
def test_a_mistake_is_one_sentence(monkeypatch, capsys, course, tmp_path, arguments, sentence):
    status, printed = run(monkeypatch, capsys, course, tmp_path, *arguments)
    assert status == 2
    assert sentence in printed
    assert "Traceback" not in printed


def test_the_whole_loop_by_command(monkeypatch, capsys, course, pair, tmp_path):
    status, printed = run(monkeypatch, capsys, course, tmp_path, "start", "01", "--in", "work")
    assert status == 0
    assert f"next: run `tito lab` in {tmp_path / 'work'} and open 01_pair/pair.ipynb" in printed
    space = workspace.Workspace(tmp_path / "work", course)
    solve(space, pair, **RIGHT)
    inner = space.root / "01_pair"
    status, printed = run(monkeypatch, capsys, course, inner, "check", "pair")
    assert status == 0
    assert "2 passed │ 4/4 │ 6" in printed
    assert run(monkeypatch, capsys, course, inner, "check")[0] == 0
    assert run(monkeypatch, capsys, course, inner, "export", "1")[0] == 0
    assert run(monkeypatch, capsys, course, inner, "export")[0] == 0
    status, printed = run(monkeypatch, capsys, course, inner, "submit", "01", "--student", "ada.l")
    assert status == 0
    status, printed = run(monkeypatch, capsys, course, inner, "submit")
    assert status == 0
    assert "this file is what you hand in, where your instructor collects it" in printed
    status, printed = run(monkeypatch, capsys, course, space.root, "check")
    assert (status, "is in no module's folder: say which module, such as 01" in printed) == (
        2,
        True,
    )
    assert len(list((space.root / "submit").glob("01_pair__ada.l__*.zip"))) == 2


# check


def told(outcome):
    """What `tito check` says of an exercise that failed, cell by cell."""
    return [f"{name}: {why.text}" for name, why in outcome.reasons.items()]


def test_check_tells_passed_failed_and_not_begun(space, pair):
    solve(space, pair, halve="return x // 4")
    report = selfcheck.check(space, pair)
    double, halve = report.outcomes
    assert (double.status, double.points, double.possible, double.hidden) == ("not begun", 0, 2, 3)
    assert told(double) == []
    assert (halve.status, halve.points) == ("failed", 0)
    [message] = told(halve)
    assert message.startswith("halve-test: wrong: half of 4\n  expected: 2.0\n  got:      1.0")
    assert "Traceback" not in message
    assert not report.passed


def test_check_uses_the_original_tests_and_points_out_changes(space, pair):
    solve(space, pair, double="return 2 *", halve="return x / 2")

    def cheat(cells):
        cells["double-test"].source = "assert True"
        cells["halve-test"].source = "REMOVE"

    edit(space, pair, cheat)
    report = selfcheck.check(space, pair)
    assert [outcome.status for outcome in report.outcomes] == ["failed", "passed"]
    assert told(report.outcomes[0])[0].startswith("double: SyntaxError: invalid syntax (line 5)")
    assert "the test cell double-test was edited" in report.remarks[0]
    assert report.remarks[1] == "the test cell halve-test is missing"
    edit(space, pair, lambda cells: cells["halve"].update(source="REMOVE"))
    missing = "the exercise cell halve is missing: `tito reset 01 --exercise halve` puts it back"
    assert missing in selfcheck.check(space, pair).remarks


def test_what_only_follows_from_an_answer_that_does_not_run_is_not_said(space, pair):
    """Its test ends in a NameError, which would send the student looking for another mistake."""
    solve(space, pair, double="return 2 *", halve="return x / 2")
    [message] = told(selfcheck.check(space, pair).outcomes[0])
    assert message.startswith("double: SyntaxError")


def test_check_survives_a_notebook_that_ends_its_kernel(space, pair):
    solve(space, pair, double="import os; os._exit(0)", halve="return x / 2")
    double, halve = selfcheck.check(space, pair).outcomes
    assert (double.status, double.points) == ("failed", 0)
    assert "the kernel died while this cell ran" in told(double)[0]
    assert (halve.status, halve.points) == ("failed", 0)


def test_check_sees_the_students_own_package(course, total, space, pair, said):
    workspace.start(course, total, space.root, said.append)
    solve(space, total, total="return pair.low + pair.high")
    with pytest.raises(Mistake, match="not exported yet: run `tito export 01`"):
        selfcheck.check(space, total)
    solve(space, pair, double="return 2 * x + 100", halve="return x / 2")
    exporting.export(space, pair, said.append)
    [outcome] = selfcheck.check(space, total).outcomes
    assert "got:      106.25" in told(outcome)[0]


@pytest.mark.parametrize(
    "line", ["return [x / 0 for x in (x,)][0]", "return sum(x / 0 for x in (x,))"]
)
def test_check_shows_the_line_of_an_error_in_a_comprehension(space, pair, line):
    """Below the frame of a comprehension IPython shows other lines than those that ran."""
    solve(space, pair, double="return 2 * x", halve=line)
    [message] = told(selfcheck.check(space, pair).outcomes[1])
    assert message == (
        "halve-test: ZeroDivisionError: division by zero (something is divided by zero)\n"
        f"  in line 5 of your cell halve: {line}"
    )


def test_check_shows_the_line_of_a_test_that_an_answer_breaks(space, pair):
    """No line of the student's own raised anything."""
    solve(space, pair, double="return 2 * x", halve="return None")
    [message] = told(selfcheck.check(space, pair).outcomes[1])
    line = 'equal(float(halve(4)), 2.0, "half of 4")'
    assert message.endswith(f"\n  in line 2 of the test halve-test: {line}")


def test_check_shows_the_hint_that_a_message_asks_for(monkeypatch, capsys, course, space, pair):
    solve(space, pair, double="2 * x", halve="return x / 2")
    status, printed = run(monkeypatch, capsys, course, space.root, "check", "01")
    assert status == 1
    assert printed.index("got: None") < printed.index('the notebook\'s hint on "got: None":')
    assert "Is a return missing?" in printed
    edit(space, pair, lambda cells: cells["double"].update(source="def double(x): return 3 * x"))
    _, printed = run(monkeypatch, capsys, course, space.root, "check", "01")
    assert "wrong: twice [2, 0]" in printed
    assert "hint on" not in printed
    assert 'stuck? Open "The idea" above the exercise' in printed


def test_validate_does_what_check_does(space, pair):
    warns = "import warnings; warnings.warn('old'); return 2 * x"
    solve(space, pair, double=warns, halve="return x / 0")
    settings = PyFileConfigLoader("nbgrader_config.py", path=str(space.root)).load_config()
    found = Validator(config=settings).validate(str(space.notebook(pair)))
    assert len(found["failed"]) == 1
    assert "half of 4" in found["failed"][0]["source"]
    double, halve = selfcheck.check(space, pair).outcomes
    assert double.status == "passed"
    assert told(halve)[0].endswith("\n  in line 5 of your cell halve: return x / 0")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"cells": 3}', '{"nbformat": 3}', "\udce9"]
)
def test_a_damaged_notebook_is_one_sentence(space, pair, text, said):
    space.notebook(pair).write_bytes(text.encode(errors="surrogateescape"))
    for command in (
        lambda: selfcheck.check(space, pair),
        lambda: exporting.export(space, pair, said.append),
        lambda: write_submission(space, pair, "student-01", said.append),
    ):
        with pytest.raises(Mistake, match="is not a notebook any more"):
            command()


def test_a_missing_notebook_is_one_sentence(space, pair):
    space.notebook(pair).unlink()
    with pytest.raises(Mistake, match="is missing: `tito start 01` puts a new one there"):
        selfcheck.check(space, pair)


# export


def test_export_makes_a_module_that_imports(space, pair, said):
    solve(space, pair, double="return 2 * x")
    target = exporting.export(space, pair, said.append)
    text = target.read_text(encoding="utf-8")
    head = "# generated from 01_pair/pair.ipynb by `tito export 01`: edit that file\n"
    assert text.startswith(head)
    assert said[-2:] == ["not solved yet: halve", "not checked since you wrote it: double"]
    selfcheck.check(space, pair)
    exporting.export(space, pair, said.append)
    assert said[-1] == "not solved yet: halve"
    solve(space, pair, halve="return x")
    selfcheck.check(space, pair)
    exporting.export(space, pair, said.append)
    assert said[-1] == "failed when you last checked: halve"
    command = [sys.executable, "-P", "-c", "import tinytorch; assert tinytorch.double(4) == 8"]
    env = os.environ | {"PYTHONPATH": str(space.root)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0


def backups(space):
    return sorted((space.root / ".tito" / "backups").glob("*"))


def test_export_keeps_what_was_edited_by_hand(space, pair, said):
    target = exporting.export(space, pair, said.append)
    exporting.export(space, pair, said.append)
    solve(space, pair, **RIGHT)
    exporting.export(space, pair, said.append)
    assert backups(space) == []
    for note in ("first", "second"):  # within one second, too
        target.write_text(f"# {note}\n")
        exporting.export(space, pair, said.append)
        assert any("was edited by hand: that version is kept as" in line for line in said)
        assert "return 2 * x" in target.read_text()
    assert [path.read_text() for path in backups(space)] == ["# first\n", "# second\n"]
    assert re.fullmatch(r"pair-\d{8}T\d{6}\.py", backups(space)[0].name)


def test_export_without_its_notes_keeps_a_backup(space, pair, said):
    exporting.export(space, pair, said.append).write_text("# mine\n")
    (space.root / ".tito" / "state.json").write_text("{")
    exporting.export(space, pair, said.append)
    assert [path.read_text() for path in backups(space)] == ["# mine\n"]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("return 2 *", r"\(double\) of 01_pair/pair.ipynb is not Python, line 5: return 2 \*"),
        ("return (2,", r"is not Python, line 5: return \(2, \('\(' was never closed\)"),
        ("%timeit x", r"\(double\) of 01_pair/pair.ipynb is not Python, line 5: %timeit x"),
        ("return x\n\nlost", r"cannot be imported \(NameError: name 'lost' is not defined"),
        ("return x\n\nimport os; os._exit(3)", r"\(importing it ended Python with status 3\)"),
    ],
)
def test_export_refuses_what_does_not_work(space, pair, said, answer, sentence, monkeypatch):
    monkeypatch.chdir(space.root)  # where students type the command
    before = exporting.export(space, pair, said.append).read_bytes()
    solve(space, pair, double=answer)
    with pytest.raises(Mistake, match=sentence):
        exporting.export(space, pair, said.append)
    assert space.exported(pair).read_bytes() == before


def test_export_names_a_cell_that_is_missing(space, pair, said):
    def break_off(cells):
        cells["halve"].source = "REMOVE"
        cells["double"].source = "#| export\nhalve"

    edit(space, pair, break_off)
    with pytest.raises(Mistake, match=r"The cell of halve is missing: `tito reset 01 --exercise h"):
        exporting.export(space, pair, said.append)


def test_export_refuses_a_notebook_that_exports_nothing(space, pair, said):
    def strip(cells):
        for cell in cells.values():
            cell.source = cell.source.replace("#| export", "#")

    edit(space, pair, strip)
    with pytest.raises(Mistake, match="exports nothing: no cell begins with"):
        exporting.export(space, pair, said.append)


def test_an_import_that_does_not_end_is_stopped(space, pair, said, monkeypatch):
    monkeypatch.setattr(exporting, "IMPORT_LIMIT", 1)
    solve(space, pair, double="return x\n\nwhile True:\n    pass")
    with pytest.raises(Mistake, match="importing it took longer than 1 s"):
        exporting.export(space, pair, said.append)


def test_a_write_killed_half_way_leaves_the_old_file(tmp_path):
    path = tmp_path / "pair.py"
    path.write_text("old")
    script = (
        "import os, pathlib, sys\nfrom tito import files\n"
        "os.replace = lambda *names: os._exit(9)\n"
        "files.write(pathlib.Path(sys.argv[1]), b'new')\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    root = str(workspace.Path(workspace.__file__).parents[2])
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": root}, check=False)
    assert done.returncode == 9
    assert path.read_text() == "old"


# submit


def test_submit_makes_the_zip(space, pair, said):
    solve(space, pair, double="return 2 * x")
    path = write_submission(space, pair, "student-01", said.append)
    assert re.fullmatch(r"01_pair__student-01__\d{8}T\d{6}\.zip", path.name)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [f"{path.stem}/pair.ipynb"]
        assert archive.read(f"{path.stem}/pair.ipynb") == space.notebook(pair).read_bytes()
    assert "not solved yet: halve" in said
    assert "not checked since you wrote it: double" in said
    assert json.loads((space.root / ".tito" / "state.json").read_text())["student"] == "student-01"
    assert write_submission(space, pair, "student-01", said.append) != path


def test_submit_says_what_failed(space, pair, said):
    solve(space, pair, double="return 2 *", halve="return x / 4")
    selfcheck.check(space, pair)
    path = write_submission(space, pair, "student-01", said.append)
    wrong = "(double) is not Python, line 5: return 2 * (invalid syntax)"
    assert "failed when you last checked: double, halve" in said
    assert any(line.endswith(wrong) for line in said)
    assert said[-2].startswith(f"made {path}: this file is what you hand in")
    assert said[-1] == "or hand in by Nbgrader > Assignment List, in JupyterLab"


@pytest.mark.parametrize("student", ["", "-x", "../x", "a/b", "a__b", "a b", "é", "x\n"])
def test_submit_refuses_an_id_that_is_no_file_name(space, pair, said, student):
    with pytest.raises(Mistake, match="such as student-01"):
        write_submission(space, pair, student, said.append)
    assert not (space.root / "submit").exists()


def test_submit_asks_who_it_is(monkeypatch, capsys, course, space):
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115 - closed at exit
    status, printed = run(monkeypatch, capsys, course, space.root, "submit", "01")
    assert status == 2
    assert "say `--student ID`" in printed
