"""A second run: what is skipped, what is graded again, what is kept, and what is in its way."""

import multiprocessing
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing

import nbformat
import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from tito.errors import Mistake
from tito.grading import session
from tito.grading.engine import gradebook, module_grader, workers
from tito.grading.engine.execute import Settings
from tito.grading.engine.plan import Request, grade, planned
from tito.grading.intake import submission
from tito.grading.results import feedback_page, marks
from tito.kernel.run import Budget

ANSWERS = {
    "crash": {"halve": "import os\ndef halve(x): os._exit(1)"},
    "good": {},
    "squared": {"double": "def double(x): return x**2"},
}


@pytest.fixture(scope="module")
def graded(built, tmp_path_factory):
    """Three students, graded."""
    room = built.copy(tmp_path_factory.mktemp("graded") / "course")
    for student, answers in ANSWERS.items():
        room.submit(student, room.pair, room.answers(room.pair, **answers))
    grade(room.course, Request([room.pair]), workers.processes(2))
    return room


@pytest.fixture
def room(graded, tmp_path):
    """The same, to be graded again."""
    return graded.copy(tmp_path / "course")


@pytest.fixture
def run(room):
    """Grades the class again: who was graded, and {student: points} of everybody."""

    def again(**options):
        with planned(room.course, Request([room.pair], **options)) as plan:
            graded = list(plan.carry_out(workers.processes(1)))
        points = {result.student: result.points for result in (*plan.earlier, *graded)}
        return sorted(result.student for result in graded), points

    return again


@pytest.fixture
def to_do(room):
    """Who would be graded, without grading anybody."""

    def names(**options):
        with planned(room.course, Request([room.pair], **options)) as plan:
            return [submission.student for submission in plan.todo]

    return names


POINTS = {"crash": 5, "good": 10, "squared": 7}


def test_what_has_not_changed_is_not_graded_again(room, run, records):
    before = records(room.course)
    assert run() == ([], POINTS)
    assert records(room.course) == before
    assert not list(room.course.root.glob("backups/*"))[1:], "nothing to do, nothing to back up"


def test_only_what_failed_is_graded_again(run):
    assert run(again="failed") == (["crash"], POINTS)


def test_one_module_is_graded_and_the_others_wait(room):
    """What is new in another module is not touched until it is asked for."""
    room.submit("good", room.total, room.answers(room.total))
    (room.course.root / "submitted/squared/01_pair/pair.ipynb").write_text("{}")
    pool = workers.processes(1)
    done = [result.module for result in grade(room.course, Request([room.total]), pool)]
    assert done == [room.total]
    assert not (room.course.root / "autograded" / "squared" / "02_total").exists()
    pair = room.course.root / "autograded" / "squared" / "01_pair" / "pair.ipynb"
    assert "x**2" in pair.read_text(), "as it was"


def test_nothing_is_done_twice_for_a_submission(room, monkeypatch):
    """Its marks are made once, its notebook is parsed once a step, and the gradebook has a session
    for what is done before it is executed, and one for what is done after."""
    counts: Counter[str] = Counter()

    def count(owner, name):
        own = getattr(owner, name)

        def counted(*arguments, **options):
            counts[name] += 1
            return own(*arguments, **options)

        monkeypatch.setattr(owner, name, counted)

    room.submit("later", room.pair, room.answers(room.pair))
    with planned(room.course, Request([room.pair])) as plan:
        count(module_grader.score, "marks_of")
        count(feedback_page, "marks_of")
        count(marks, "reason")
        count(submission, "_parsed")
        count(nbformat.reader, "parse_json")
        count(gradebook, "scoped_session")
        assert [result.points for result in plan.carry_out(workers.processes(1))] == [10]
    exercises_and_tests = 2 + 4
    parsed = {"_parsed": 1, "parse_json": 1}  # as it was submitted, as it was executed
    assert counts == parsed | {"marks_of": 1, "reason": exercises_and_tests, "scoped_session": 2}


@pytest.mark.slow
def test_everything_is_graded_again_if_asked(run):
    assert run(again="all") == (sorted(POINTS), POINTS)


def test_a_changed_submission_is_graded_again(room, run):
    """So is one that only has a file more; the rest is left alone."""
    folder = room.course.root / "submitted"
    (folder / "squared/01_pair/pair.ipynb").write_text(room.course.source(room.pair).read_text())
    (folder / "good/01_pair/notes.txt").write_text("see my notes")
    assert run() == (["good", "squared"], POINTS | {"squared": 10})


@pytest.mark.parametrize("what", ["due date", "configuration", "reference", "source"])
def test_what_marks_depend_on_makes_them_old(room, to_do, what):
    """All would be graded again; copied to another folder, as here, nobody is."""
    assert to_do() == []
    if what == "due date":
        with closing(sqlite3.connect(room.course.gradebook)) as database, database:
            database.execute("update assignment set duedate = '2026-01-01 00:00:00.000000'")
    elif what == "configuration":
        with (room.course.root / "nbgrader_config.py").open("a") as file:
            file.write("\nc.LimitOutput.max_lines = 500\n")
    elif what == "reference":
        (room.course.package / "more.py").write_text("")
    else:
        notebook = room.source(room.pair)
        notebook.cells[0].source += "\n\nOne more sentence."
        room.course.source(room.pair).write_text(nbformat.writes(notebook))
    assert to_do() == sorted(POINTS)


@pytest.mark.slow
def test_a_lost_gradebook_is_made_again(room, run):
    """Which submissions were graded stands in the gradebook itself: nothing claims otherwise."""
    room.course.gradebook.unlink()
    assert run() == (sorted(POINTS), POINTS)


def test_a_lost_notebook_is_graded_again(room, to_do):
    shutil.rmtree(room.course.root / "autograded" / "good")
    assert to_do() == ["good"]


def test_odd_files_in_a_submission_stop_no_plan(room, to_do):
    """They are looked at without being opened or followed."""
    folder = room.course.root / "submitted" / "good" / "01_pair"
    os.mkfifo(folder / "pipe")
    (folder / "everything").symlink_to("/")
    (folder / os.fsdecode(b"\xff\xfe")).write_text("no UTF-8")
    with (folder / "large").open("wb") as file:
        file.truncate(10**12)  # a file of a terabyte that takes no room
    assert to_do() == ["good"]


@pytest.mark.slow
def test_what_is_given_by_hand_survives(room, run, records):
    """Points and comments given in Formgrader are kept, and kept as nbgrader keeps them."""
    with Gradebook(f"sqlite:///{room.course.gradebook}", "tinytorch") as book:
        mark = book.find_grade("double-hidden", "pair", "01_pair", "squared")
        mark.manual_score, mark.extra_credit, mark.needs_manual_grade = 2.0, 0.5, False
        book.find_comment("double", "pair", "01_pair", "squared").manual_comment = "nearly"
        book.db.commit()
    other = room.copy(room.course.root.parent / "nbgrader")
    assert run()[1] == POINTS | {"squared": 9.5}, "shown without grading again"
    assert run(again="all")[1] == POINTS | {"squared": 9.5}
    found = records(room.course)
    assert found["squared", "grade", "double-hidden"][:4] == (0.0, 2.0, 0.5, 2.5)
    assert found["squared", "comment", "double"] == (None, "nearly")
    page = room.course.root / "feedback" / "squared" / "01_pair" / "pair.html"
    assert "nearly" in page.read_text()
    other.nbgrader_autograde("--force")
    assert records(other.course) == found


def test_marks_are_saved_whole_or_not_at_all(room, run, records, monkeypatch):
    """A run that fails between the marks and the page leaves the marks as they were."""
    before = records(room.course)
    path = room.course.root / "submitted/squared/01_pair/pair.ipynb"
    path.write_text(room.course.source(room.pair).read_text())
    with monkeypatch.context() as patch:
        patch.setattr(module_grader.score.Feedback, "write", _no_disk)
        names, points = run()
        assert (names, points["squared"]) == (["squared"], 0)
    assert records(room.course) == before
    assert run() == (["squared"], POINTS | {"squared": 10})


def _no_disk(*given):
    raise OSError(28, "No space left on device")


# ---- what is in the way ----


def test_a_jail_that_cannot_be_had_ends_the_run_in_a_sentence(room, run):
    """Before anybody is graded, rather than once for everybody."""
    with (room.course.root / "nbgrader_config.py").open("a") as file:
        file.write("\nc.GradingProvisioner.jail = 'granite'\n")
    with pytest.raises(Mistake, match="no jail is called 'granite'"):
        run()


def test_a_second_run_is_refused(room, run):
    """Two at a time would take each other's files away."""
    words = rf"another `tito grade` \(process {os.getpid()}\)"
    with gradebook.alone(room.course.gradebook), pytest.raises(Mistake, match=words):
        run()
    assert run() == ([], POINTS)


def _locked(path, seconds: float) -> threading.Thread:
    """Another program that writes to the gradebook for a while."""
    is_locked = threading.Event()

    def hold():
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("begin exclusive")
            is_locked.set()
            time.sleep(seconds)
            database.execute("rollback")

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_locked.wait(10)
    return thread


@pytest.mark.slow
def test_a_gradebook_that_is_locked_for_a_moment_is_waited_for(room, run, monkeypatch):
    monkeypatch.setattr(gradebook, "PATIENCE", 20.0)
    holder = _locked(room.course.gradebook, 4)
    assert run(again="failed") == (["crash"], POINTS)
    holder.join()


def test_a_gradebook_that_stays_locked_ends_the_run_in_a_sentence(room, run, monkeypatch):
    """And the next run goes on."""
    monkeypatch.setattr(gradebook, "PATIENCE", 1.0)
    holder = _locked(room.course.gradebook, 4)
    with pytest.raises(Mistake, match=r"gradebook\.db is locked by another program: end what"):
        run(again="all")
    holder.join()
    assert run() == ([], POINTS)


def test_the_gradebook_is_backed_up_before_each_run(room, run):
    """The copy holds the marks from before, and ten copies stay."""
    folder = room.course.root / "backups"
    for old in folder.glob("*"):
        old.unlink()
    for number in range(12):
        (folder / f"gradebook-20250101T0000{number:02d}.db").touch()
    room.submit("later", room.pair, "{}")
    assert run()[0] == ["later"]
    copies = sorted(folder.iterdir())
    assert len(copies) == 10
    assert copies[0].name == "gradebook-20250101T000003.db"
    with Gradebook(f"sqlite:///{copies[-1]}", "tinytorch") as book:
        students = {each.student.id: each.score for each in book.assignment_submissions("01_pair")}
    assert students == POINTS


# ---- the command ----


def test_the_command_says_what_there_is_to_do(room):
    """How many were graded before, how far it is, and how long it takes yet."""
    room.submit("later", room.pair, "{}")
    console = Console(record=True, width=200)
    assert session.grade(room.course, Request([room.pair]), console, workers.processes(1))
    text = console.export_text()
    assert "3 graded before, 1 to do" in text
    assert re.search(r"graded 1 of 1: later 01_pair; \d+ a minute, 0 s left", text)
    assert "squared" in text, "the table holds all"
    assert session.grade(room.course, Request([room.pair]), console)
    assert "4 graded before, 0 to do" in console.export_text()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-j", "0"], "--jobs 0 is no number of processes"),
        (["--executor", "ray=here"], "--executor ray=here is not known"),
        (["--executor", "dask="], "give dask=tcp://HOST:8786"),
        (["--executor", "dask=tcp://127.0.0.1:1", "-j", "2"], "leave it out"),
        (["4..2"], "runs backwards"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(options, words):
    done = subprocess.run(
        [sys.executable, "-m", "tito", "grade", *options], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_cluster_that_does_not_answer_is_named():
    import dask
    import distributed  # noqa: F401 - its configuration must be there before it is changed

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(Mistake, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"),
        workers.dask("tcp://127.0.0.1:1"),
    ):
        pass


def test_without_dask_the_command_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = r"pip install -e \.\[cluster\]"
    with pytest.raises(Mistake, match=words), workers.dask("tcp://127.0.0.1:1"):
        pass


# ---- workers that are lost ----


def _task(room, student: str) -> workers.Task:
    source = room.course.root / "submitted" / student / "01_pair" / "pair.ipynb"
    settings = Settings("tinytorch-grading", Budget(), room.course)
    return workers.Task(source.read_text(), "01_pair", settings, {}, about=student)


def test_what_a_killed_worker_had_in_hand_is_run_again(room):
    """The system kills a worker (memory): nothing is lost, and nobody else pays."""
    with workers.processes(2) as crew:
        outcomes = crew.outcomes(_task(room, student) for student in ("good", "squared", "good"))
        killed: list = []
        killer = threading.Thread(target=_kill_a_child, args=(killed,))
        killer.start()
        done = [(task.about, future.exception()) for task, future in outcomes]
        killer.join()
    assert len(killed) == 1
    assert sorted(done) == [("good", None), ("good", None), ("squared", None)]


def _kill_a_child(killed: list) -> None:
    while not multiprocessing.active_children():
        time.sleep(0.1)
    time.sleep(1)  # its kernel is being started by then, or at work
    killed.append(multiprocessing.active_children()[0].pid)
    os.kill(killed[0], signal.SIGKILL)


def test_what_takes_every_worker_along_is_given_up_alone(room, monkeypatch):
    """After three tries it is reported; the others, which it took along, are done."""
    monkeypatch.setattr(workers, "work", _deadly)
    with workers.processes(2) as crew:
        outcomes = crew.outcomes(_task(room, student) for student in ("good", "squared", "good"))
        done = {task.about: future.exception() for task, future in outcomes}
    assert done["good"] is None
    assert "terminated abruptly" in str(done["squared"])


def test_a_kernel_that_does_not_start_is_started_again(room, monkeypatch):
    """The machine was too busy for a moment: nobody is without marks for that."""
    monkeypatch.setattr(workers, "work", _fails_once)
    with workers.processes(1) as crew:
        outcomes = crew.outcomes(_task(room, student) for student in ("good", "squared"))
        done = {task.about: future.exception() for task, future in outcomes}
    assert done == {"good": None, "squared": None}
    assert (room.course.root / "failed").exists()


def _fails_once(notebook: str, folder: str, settings: Settings, expected: dict):
    try:
        (settings.course.root / "failed").touch(exist_ok=False)
    except FileExistsError:
        return notebook, 0.0
    raise RuntimeError("the kernel could not be started")


def _deadly(notebook: str, folder: str, settings: Settings, expected: dict):
    if "x**2" in notebook:
        os.kill(os.getpid(), signal.SIGKILL)
    return notebook, 0.0
