"""Faults of the machine under a student's hands: one sentence each, and nothing lost."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from student_work import RIGHT, run, solve

from tito import files
from tito.errors import Mistake
from tito.notebooks import KERNEL
from tito.student import export as exporting
from tito.student import selfcheck, workspace
from tito.student.submit import write_submission
from tito.student.update import update


@pytest.fixture
def full_disk(monkeypatch):
    """From now on the disk is full."""

    def write_bytes(path, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    return lambda: monkeypatch.setattr(Path, "write_bytes", write_bytes)


def test_a_full_disk_is_one_sentence_and_loses_nothing(space, pair, said, full_disk):
    solve(space, pair, **RIGHT)
    exporting.export(space, pair, said.append)
    solve_again = space.notebook(pair).read_bytes().replace(b"2 * x", b"x + x")
    space.notebook(pair).write_bytes(solve_again)
    package = space.exported(pair).read_bytes()
    full_disk()
    for command in (
        lambda: exporting.export(space, pair, said.append),
        lambda: workspace.reset(space, pair, None, said.append),
        lambda: workspace.reset(space, pair, "double", said.append),
        lambda: write_submission(space, pair, "student-01", said.append),
    ):
        with pytest.raises(Mistake, match=r"No space left on device.*free some space"):
            command()
    assert space.notebook(pair).read_bytes() == solve_again
    assert space.exported(pair).read_bytes() == package


def test_a_full_disk_during_an_update(course, space, pair, said, full_disk):
    solve(space, pair, **RIGHT)
    mine = space.notebook(pair).read_bytes()
    path = course.release(pair)
    path.write_text(path.read_text().replace("small enough", "tiny enough"))
    full_disk()
    with pytest.raises(Mistake, match="No space left on device"):
        update(space, pair, said.append)
    assert space.notebook(pair).read_bytes() == mine


def test_a_check_counts_though_it_cannot_be_noted(space, pair, monkeypatch):
    solve(space, pair, **RIGHT)

    def refuse(path, data):
        raise Mistake(f"{path} cannot be written (Read-only file system)")

    monkeypatch.setattr(workspace, "write", refuse)
    report = selfcheck.check(space, pair)
    assert report.passed
    assert report.remarks[-1].startswith("`tito status` will not know of it: ")
    assert "Read-only file system" in report.remarks[-1]


def test_a_missing_kernel_says_what_to_install(monkeypatch, capsys, course, space):
    monkeypatch.setitem(KERNEL, "name", "tinytorch-is-not-here")
    code, printed = run(monkeypatch, capsys, course, space.root, "check", "01")
    assert code == 2
    assert "is not installed: run `pip install -e .`" in printed


def test_where_a_folder_is_in_the_way_of_a_file(space, pair):
    path = space.root / "here" / "x.txt"
    path.mkdir(parents=True)
    with pytest.raises(Mistake, match=r"x.txt cannot be written"):
        files.write(path, b"1")
    assert list(path.parent.iterdir()) == [path]


def test_the_students_side_needs_none_of_the_instructors():
    """It is what a kit holds, so it imports nothing of the other groups."""
    code = (
        "import pkgutil, importlib, sys, tito.student\n"
        "for page in pkgutil.iter_modules(tito.student.__path__):\n"
        "    importlib.import_module(f'tito.student.{page.name}')\n"
        "others = ('grading', 'authoring', 'variants', 'demo')\n"
        "print([n for n in sys.modules if n.startswith(tuple(f'tito.{o}' for o in others))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
