"""nbgrader's exchange with the course's configuration: handing out, taking in, and back again.

The classes that nbgrader's commands call are used here; `test_exchange_users.py` runs the commands
themselves, each as the user who would.
"""

import logging
import os
import pwd
import re
import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory
from traitlets.config import Config, PyFileConfigLoader

from tito.grading.configuration import configuration
from tito.grading.engine.plan import Request, grade
from tito.grading.intake import exchange
from tito.grading.intake.preflight import MAX_BYTES, MAX_FILES
from tito.notebooks import students_copy
from tito.settings import student_config

ME = pwd.getpwuid(os.getuid()).pw_name
NOW = "2026-01-31 23:59:59.000000 UTC"


def act(what: str, config: Config, module="01_pair", **options) -> list[str]:
    """What one of nbgrader's exchange commands does; the lines that it logs."""
    lines: list[str] = []
    log = logging.Logger("exchange")
    log.addHandler(handler := logging.Handler())
    handler.emit = lambda record: lines.append(record.getMessage())
    place = CourseDirectory(config=config, log=log, assignment_id=module)
    user = Authenticator(config=config, log=log)
    factory = ExchangeFactory(config=config)
    made = getattr(factory, what)(
        coursedir=place, authenticator=user, config=config, log=log, **options
    )
    made.start()
    return lines


@pytest.fixture
def teacher(classroom, tmp_path) -> Config:
    """The instructor's configuration, with an exchange outside the course."""
    config = configuration(classroom.course)
    config.Exchange.root = str(tmp_path / "exchange")
    return config


@pytest.fixture
def student(classroom, teacher, tmp_path, monkeypatch) -> Config:
    """The configuration of a student in a workspace, as `tito start` writes it, and that folder."""
    folder = tmp_path / "student"
    folder.mkdir()
    text = student_config(classroom.course, Path(teacher.Exchange.root))
    (folder / "nbgrader_config.py").write_text(text)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(folder)
    return PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()


@pytest.fixture
def released(teacher) -> Path:
    act("ReleaseAssignment", teacher)
    return Path(teacher.Exchange.root) / "tinytorch"


def submit(released: Path, student=ME, time=NOW, module="01_pair", **files: str | bytes) -> Path:
    """A folder in the exchange, made by hand, as a student could."""
    folder = released / "inbound" / f"{student}+{module}+{time}+random"
    folder.mkdir()
    for name, content in (files or {"pair_ipynb": "{}"}).items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name.replace("_ipynb", ".ipynb").replace("_txt", ".txt")).write_bytes(data)
    return folder


def submitted(classroom, student=ME) -> Path:
    return classroom.course.root / "submitted" / student / "01_pair"


def test_there_and_back(classroom, teacher, student, released):
    """Handed out, fetched, solved, submitted, collected, graded; the page is back at the student's.

    What is fetched is what `tito start` would have put there, in the student's kernel.
    """
    course = classroom.course
    act("FetchAssignment", student)
    text = Path("01_pair/pair.ipynb").read_text()
    assert text.encode() == students_copy(course.release(classroom.pair).read_text())
    assert nbformat.reads(text, as_version=4).metadata.kernelspec.name == "tinytorch"
    Path("01_pair/pair.ipynb").write_text(nbformat.writes(classroom.answers(classroom.pair)))
    act("Submit", student)
    act("Collect", teacher)
    folder = submitted(classroom)
    assert sorted(it.name for it in folder.iterdir()) == [
        "pair.ipynb",
        "submission_secret.txt",
        "timestamp.txt",
    ]
    results = grade(course, Request([classroom.pair]))
    assert [(it.student, it.points, it.notes) for it in results] == [(ME, 10, [])]
    act("ReleaseFeedback", teacher)
    pages = list((released / "feedback").iterdir())
    assert [stat.S_IMODE(page.stat().st_mode) for page in pages] == [0o644]
    act("FetchFeedback", student)
    fetched = list(Path("01_pair/feedback").glob("*/pair.html"))
    assert len(fetched) == 1
    assert f"Feedback for <strong>{ME}</strong>" in fetched[0].read_text()
    act("Submit", student)  # once more: the page is not submitted with it
    assert any("Updating submission" in line for line in act("Collect", teacher, update=True))
    assert not (folder / "feedback").exists()


def test_who_may_do_what_in_the_folders(released):
    """Students may lay something into `inbound`, but not see what others laid there."""
    modes = {
        path.name: oct(stat.S_IMODE(path.stat().st_mode))
        for path in [released.parent, released, *released.iterdir()]
    }
    assert modes == {
        "exchange": "0o777",
        "tinytorch": "0o755",
        "outbound": "0o755",
        "inbound": "0o2733",
    }


# Late


@pytest.mark.parametrize(
    ("method", "hours", "points", "noted"),
    [
        ("none", 26.5, 10, ["submitted 1 d 2 h 30 min after the due date; points taken off: 0"]),
        ("zero", 26, 0, ["submitted 1 d 2 h after the due date; points taken off: 10"]),
        ("zero", -1, 10, []),
    ],
)
def test_late(classroom, teacher, released, monkeypatch, method, hours, points, noted):
    """nbgrader's plugin takes the points; tables, report and page say so. Zones change nothing."""
    course = classroom.course
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write(f"c.LateSubmissionPlugin.penalty_method = {method!r}\n")
    due = datetime(2026, 2, 1, 22)
    with Gradebook(f"sqlite:///{course.gradebook}", "tinytorch") as gradebook:
        gradebook.update_or_create_assignment("01_pair", duedate=due)
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time = f"{due + timedelta(hours=hours):%Y-%m-%d %H:%M:%S.%f} UTC"
    submit(released, time=time, pair_ipynb=nbformat.writes(classroom.answers(classroom.pair)))
    act("Collect", teacher)
    (result,) = grade(course, Request([classroom.pair]))
    assert (result.points, result.notes) == (points, noted)
    with Gradebook(f"sqlite:///{course.gradebook}", "tinytorch") as gradebook:
        found = gradebook.find_submission("01_pair", ME)
        assert found.total_seconds_late == max(0, hours * 3600)
        assert found.score - found.late_submission_penalty == points
    page = (course.root / "feedback" / ME / "01_pair" / "pair.html").read_text()
    assert ("taken off because it was late" in page) == (points == 0)


def test_a_time_that_students_make_up(classroom, teacher, released):
    """The file in the folder does not count, and a name that is older than the folder is told."""
    old = "2026-01-01 00:00:00.000000 UTC"
    folder = submit(released, time=old, pair_ipynb="{}", timestamp_txt="2025-01-01 00:00:00 UTC")
    lines = act("Collect", teacher)
    changed = datetime.fromtimestamp(folder.stat().st_ctime, UTC)
    assert any(f"was changed at {changed:%Y-%m-%d %H:%M} UTC, later than" in it for it in lines)
    assert (submitted(classroom) / "timestamp.txt").read_text() == old


# What students could lay into the exchange


def link(folder: Path, course: Path) -> None:
    (folder / "pair.ipynb").symlink_to(course / "source" / "01_pair" / "pair.ipynb")


def linked_folder(folder: Path, course: Path) -> None:
    (folder / "pair.ipynb").write_text("{}")
    (folder / "data").symlink_to(course / "source")


def fifo(folder: Path, course: Path) -> None:
    os.mkfifo(folder / "pair.ipynb")


def secret_link(folder: Path, course: Path) -> None:
    (folder / "submission_secret.txt").symlink_to(course / "nbgrader_config.py")


def many(folder: Path, course: Path) -> None:
    (folder / "pair.ipynb").write_text("{}")
    for number in range(MAX_FILES + 5):
        (folder / f"a{number}").touch()


def large(folder: Path, course: Path) -> None:
    (folder / "pair.ipynb").write_text("{}")
    with (folder / "data").open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # a sparse file: no room on the disk


def deep(folder: Path, course: Path) -> None:
    (folder / "a/b/c/d/e/f").mkdir(parents=True)
    (folder / "a/b/c/d/e/f/pair.ipynb").write_text("{}")


WORDS = {
    link: "pair.ipynb was left out: it is a link",
    linked_folder: "data was left out: it is a link",
    fifo: "pair.ipynb was left out: it is no plain file",
    secret_link: "submission_secret.txt was left out: it is a link",
    many: "the rest was left out",
    large: "the rest was left out",
    deep: "more than 4 folders deep was left out",
}


@pytest.mark.parametrize("lay", WORDS, ids=lambda lay: lay.__name__)
def test_no_link_is_followed_and_nobody_else_is_stopped(classroom, teacher, released, lay):
    teacher.ExchangeCollect.check_owner = False
    folder = submit(released, student="mallory")
    (folder / "pair.ipynb").unlink()
    lay(folder, classroom.course.root)
    submit(released, student="student-01", pair_ipynb="mine")
    lines = act("Collect", teacher)
    assert any(WORDS[lay] in line for line in lines), lines
    assert (submitted(classroom, "student-01") / "pair.ipynb").read_text() == "mine"
    taken = submitted(classroom, "mallory")
    assert not any(path.is_symlink() for path in taken.rglob("*"))
    text = "".join(p.read_text() for p in taken.rglob("*") if p.is_file())
    assert "BEGIN SOLUTION" not in text
    assert "get_config" not in text
    if lay in (many, large, linked_folder):
        assert (taken / "pair.ipynb").read_text() == "{}"


NAMES = {
    f"-x+01_pair+{NOW}+r": "is named with letters",
    f"{ME}+01_pair+yesterday": "the time in its name is none",
    f"{ME}+01_pair+99999-01-01": "the time in its name is none",
    f"{ME}+01_pair+2026-01-31 +x+y+z": "student\\+module\\+time|is named with letters",
    f"a\nb+01_pair+{NOW}+r": "is named with letters",
    f"nobody+01_pair+{NOW}+r": f"is nobody's and belongs to {ME}",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_none_stops_nobody(classroom, teacher, released, name):
    """nbgrader would leave the course's folder, or end, or give the submission to somebody else."""
    for each in (name, f"..+01_pair+{NOW}+r"):
        (released / "inbound" / each).mkdir()
        (released / "inbound" / each / "pair.ipynb").write_text("theirs")
    submit(released, pair_ipynb="mine")
    lines = act("Collect", teacher)
    assert [line for line in lines if line.startswith("refused ")]
    assert any(re.search(NAMES[name], line) for line in lines), lines
    found = sorted((classroom.course.root / "submitted").rglob("pair.ipynb"))
    assert [path.read_text() for path in found] == ["mine"]
    assert not (classroom.course.root / "01_pair").exists()


def test_a_file_in_place_of_a_folder(classroom, teacher, released):
    (released / "inbound" / f"{ME}+01_pair+{NOW}").write_text("a note")
    (released / "inbound" / f"{ME}+01_pair+{NOW}+r").symlink_to(classroom.course.root / "source")
    lines = act("Collect", teacher)
    assert sum(line.startswith("refused ") for line in lines) == 2
    assert not submitted(classroom).exists()


def test_a_folder_that_is_exchanged_for_a_link_while_it_is_copied(tmp_path, monkeypatch):
    """Between the look at a folder and its opening its owner puts a link in its place."""
    secret, folder = tmp_path / "secret", tmp_path / "submitted"
    secret.mkdir()
    (secret / "a.txt").write_text("secret")
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "a.txt").write_text("mine")
    (folder / "b.txt").write_text("mine")
    reads = exchange._bytes_of

    def swap(name, handle, room):
        if name == "b.txt":
            (folder / "inner").rename(tmp_path / "gone")
            (folder / "inner").symlink_to(secret)
        return reads(name, handle, room)

    monkeypatch.setattr(exchange, "_bytes_of", swap)
    exchange.copy_files(folder, tmp_path / "taken", [])
    texts = [path.read_text() for path in (tmp_path / "taken").rglob("*.txt")]
    assert texts == ["mine"]


def test_a_submission_that_is_taken_away(teacher, released, monkeypatch):
    folder = submit(released)
    looks = exchange.sender

    def then_gone(path, *more):
        found = looks(path, *more)
        shutil.rmtree(folder)
        return found

    monkeypatch.setattr(exchange, "sender", then_gone)
    lines = act("Collect", teacher)
    assert any("it is gone" in line for line in lines)


def test_a_student_without_a_secret_keeps_no_page_back(classroom, teacher, released):
    """Who submitted by zip has none; a student may also lay in one that is no text, or empty."""
    for name, secret in {"by-zip": None, "odd": b"\xff", "empty": b" ", "fine": b"s"}.items():
        folder = classroom.course.root / "feedback" / name / "01_pair"
        folder.mkdir(parents=True)
        (folder / "pair.html").write_text(f"for {name}")
        (folder / "timestamp.txt").write_text(NOW)
        if secret is not None:
            (folder / "submission_secret.txt").write_bytes(secret)
    lines = act("ReleaseFeedback", teacher)
    assert [page.read_text() for page in (released / "feedback").iterdir()] == ["for fine"]
    for name in ("by-zip", "odd", "empty"):
        assert any(line.startswith(f"{name} did not submit 01_pair by") for line in lines)


# A user's mistakes


@pytest.mark.parametrize(
    ("what", "module", "sentence"),
    [
        ("FetchAssignment", "09_none", "Assignment not found at"),
        ("Submit", "09_none", "Assignment not found at"),
        ("FetchFeedback", "01_pair", "Assignment not found at"),
    ],
)
def test_an_unknown_module(student, released, what, module, sentence):
    with pytest.raises(ExchangeError, match=sentence):
        act(what, student, module)


def test_an_exchange_that_is_not_there(student):
    for what in ("FetchAssignment", "Submit"):
        with pytest.raises(ExchangeError, match="Unwritable directory, please contact"):
            act(what, student)


def test_fetching_leaves_what_is_there(student, released):
    Path("01_pair").mkdir()
    Path("01_pair/pair.ipynb").write_text("mine")
    with pytest.raises(ExchangeError, match="You already have a copy"):
        act("FetchAssignment", student)
    assert Path("01_pair/pair.ipynb").read_text() == "mine"


def test_fetching_works_from_anywhere(student, released, tmp_path, monkeypatch):
    """A hub starts JupyterLab in the user's home, and shows the folder of the course."""
    folder = Path.cwd()
    monkeypatch.chdir(tmp_path)
    act("FetchAssignment", student)
    assert (folder / "01_pair" / "pair.ipynb").is_file()
