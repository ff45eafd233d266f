"""The exchange between users of one machine: nbgrader's own commands, each run by who would.

An instructor and three students are users who exist only in a mount namespace: what they may read
and write is up to the system. Needs root, and is skipped where there is no way to be several users.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from tito.settings import student_config

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
USERS = {"grader": 61001, "student-01": 61002, "student-02": 61003, "student-03": 61004}


def private(path: Path) -> Path | None:
    """The topmost folder on the way to a path that is closed to other users, if there is one."""
    return next((it for it in reversed(path.parents) if not it.stat().st_mode & 0o001), None)


def preparation(base: Path) -> str:
    """Shell commands after which USERS exist and may run this Python, in a mount namespace."""
    passwd = Path("/etc/passwd").read_text()
    for name, number in USERS.items():
        passwd += f"{name}:x:{number}:{number}::{base / name}:/bin/sh\n"
    (base / "passwd").write_text(passwd)
    lines = ["set -e", f"mount --bind {base / 'passwd'} /etc/passwd"]
    needed = {Path(sys.base_prefix), Path(sys.prefix), ROOT}
    closed = {path: top for path in needed if (top := private(path))}
    for number, path in enumerate(closed):
        held = base / f"held{number}"
        held.mkdir()
        lines.append(f"mount --bind {shlex.quote(str(path))} {held}")
    lines += [
        f"mount -t tmpfs -o mode=755 none {shlex.quote(str(top))}" for top in {*closed.values()}
    ]
    for number, path in enumerate(closed):
        place = shlex.quote(str(path))
        lines.append(f"mkdir -p {place} && mount --bind {base / f'held{number}'} {place}")
    return "\n".join(lines)


# `tito grade` in the toy course.
GRADE = """
from pathlib import Path
from tito.catalog import Module
from tito.course import Course
from tito.grading.engine.plan import Request, grade
course = Course(Path.cwd(), {!r})
for it in grade(course, Request(course.modules[:1])):
    print(it.student, it.points, it.notes, it.problem)
"""


@dataclass
class Machine:
    """A folder for everybody, and a way to be somebody."""

    base: Path
    ready: str

    def as_user(self, name: str, folder: Path, *command: str, zone="UTC") -> str:
        """What a command prints that a user runs in a folder; it ends the test if it fails."""
        done = self.tries(name, folder, *command, zone=zone)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def tries(self, name: str, folder: Path, *command: str, zone="UTC"):
        """A command that a user runs, and that may fail."""
        number, home = USERS[name], self.base / name
        become = ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups"]
        own = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "TZ": zone, "LANG": "C.UTF-8"}
        own["PATH"] = f"{BIN}:/usr/bin:/bin"
        line = shlex.join([*become, "env", "-i", *(f"{k}={v}" for k, v in own.items()), *command])
        script = f"{self.ready}\ncd {shlex.quote(str(folder))}\nexec {line}"
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c", script],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    if os.getuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv"))):
        pytest.skip("several users are tried by root only, with `unshare` and `setpriv`")
    base = Path(tempfile.mkdtemp(prefix="exchange-"))
    base.chmod(0o755)
    for name, number in USERS.items():
        for folder in (base / name, base / name / "tmp"):
            folder.mkdir(mode=0o700)
            os.chown(folder, number, number)
    made = Machine(base, preparation(base))
    tried = made.tries(
        "grader", base, "python", "-c", "import tito, getpass; print(getpass.getuser())"
    )
    if tried.returncode != 0:
        shutil.rmtree(base)
        pytest.skip(f"this machine lets nobody be several users: {tried.stdout.strip()[-200:]}")
    yield made
    shutil.rmtree(base)


def own(folder: Path, name: str) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, USERS[name], USERS[name], follow_symlinks=False)


def nbgrader(*arguments: str) -> list[str]:
    return ["python", "-m", "nbgrader", *arguments]


def test_a_class_of_users(machine, built):
    """Released, fetched, submitted by three (one late, one with a link), collected, and back."""
    base = machine.base
    room = built.copy(base / "grader" / "course")
    course, exchange = room.course.root, base / "exchange"
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(
            f"c.Exchange.root = {str(exchange)!r}\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
        )
    exchange.mkdir()
    os.chown(exchange, USERS["grader"], USERS["grader"])
    own(base / "grader", "grader")
    fetch = nbgrader("fetch_assignment", "01_pair")
    early = machine.tries("student-01", base / "student-01", *fetch)
    assert early.returncode != 0
    machine.as_user("grader", course, *nbgrader("release_assignment", "01_pair"))
    due = nbgrader("db", "assignment", "add", "01_pair", "--duedate", "2026-02-01 12:00:00 UTC")
    machine.as_user("grader", course, *due)

    zones = {"student-01": "Asia/Kolkata", "student-02": "America/New_York", "student-03": "UTC"}
    for name, zone in zones.items():
        home = base / name
        (home / "nbgrader_config.py").write_text(student_config(room.course, exchange))
        own(home, name)
        machine.as_user(name, home, *fetch, zone=zone)
        notebook = home / "01_pair" / "pair.ipynb"
        notebook.write_text(nbformat.writes(room.answers(room.pair)))
        machine.as_user(name, home, *nbgrader("submit", "01_pair"), zone=zone)

    inbound = exchange / "tinytorch" / "inbound"
    for folder in inbound.iterdir():  # the clock cannot be turned back, so the names are
        name, module, _, rest = folder.name.split("+")
        time = "2026-02-01 11:59:00.0 UTC" if name == "student-01" else "2026-02-01 12:30:00.0 UTC"
        folder.rename(inbound / f"{name}+{module}+{time}+{rest}")
    # The third tries what nbgrader itself would collect: the instructor's own solutions, and a
    # submission in the name of another student.
    (mine,) = inbound.glob("student-03+*")
    spoil = f"""
import os, shutil
os.remove({str(mine / "pair.ipynb")!r})
os.symlink({str(course / "source" / "01_pair" / "pair.ipynb")!r}, {str(mine / "pair.ipynb")!r})
fake = {str(inbound / "student-01+01_pair+2026-02-01 11:59:30.0 UTC+fake")!r}
os.mkdir(fake)
open(fake + "/pair.ipynb", "w").write("{{}}")
"""
    machine.as_user("student-03", base / "student-03", "python", "-c", spoil)
    looks = machine.tries("student-03", base / "student-03", "ls", str(inbound))
    assert "Permission denied" in looks.stdout

    said = machine.as_user("grader", course, *nbgrader("collect", "01_pair"))
    assert "it says that it is student-01's and belongs to student-03" in said
    assert "pair.ipynb was left out: it is a link" in said
    graded = machine.as_user("grader", course, "python", "-c", GRADE.format(room.course.catalog))
    assert "student-01 10.0 []" in graded
    late = "['submitted 30 min after the due date; points taken off: 10']"
    assert f"student-02 0.0 {late}" in graded
    assert "student-03 0.0 [" in graded
    assert "Traceback" not in graded
    assert list((base / "grader" / "tmp").iterdir()) == []

    said = machine.as_user("grader", course, *nbgrader("release_feedback", "01_pair"))
    for name in zones:
        machine.as_user(name, base / name, *nbgrader("fetch_feedback", "01_pair"))
    for name in ("student-01", "student-02"):
        (page,) = (base / name / "01_pair" / "feedback").glob("*/pair.html")
        assert f"Feedback for <strong>{name}</strong>" in page.read_text()
