"""However a class is graded, the gradebook says the same, field by field.

The measure is nbgrader's own command. Against it: one worker, two, a cluster of which a worker is
killed at work, and a run that is killed half-way and goes on. One submission is late and penalised.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tito.errors import Mistake
from tito.grading.engine import fingerprint, workers
from tito.grading.engine.execute import Settings
from tito.grading.engine.plan import Request, grade, planned
from tito.kernel.run import Budget

TESTS = Path(__file__).resolve().parent.parent
SLOW = "import time\ndef double(x):\n    time.sleep(0.5)\n    return 2 * x"
ANSWERS = {
    "floor": {"halve": "def halve(x): return x // 2"},
    "late": {},
    "slow": {"double": SLOW},
    "squared": {"double": "def double(x): return x**2"},
}
# What `tito grade` does, said line by line, in a process that can be killed.
GRADE = """
from pathlib import Path
from conftest import TOY_CATALOG
from tito.course import Course
from tito.grading.engine import workers
from tito.grading.engine.execute import Settings
from tito.grading.engine.plan import Request, planned
from tito.kernel.run import Budget
if __name__ == "__main__":
    course = Course(Path({root!r}), TOY_CATALOG)
    with planned(course, Request(course.modules[:1])) as plan:
        for result in plan.carry_out(workers.processes(2)):
            print(result.student, flush=True)
"""


@pytest.fixture(scope="module")
def honest(built, tmp_path_factory):
    """A class that means well, before it is graded."""
    room = built.copy(tmp_path_factory.mktemp("honest") / "course")
    with Gradebook(f"sqlite:///{room.course.gradebook}", "tinytorch") as gradebook:
        gradebook.find_assignment("01_pair").duedate = datetime(2026, 1, 31)
        gradebook.db.commit()
    for student, answers in ANSWERS.items():
        room.submit(student, room.pair, room.answers(room.pair, **answers))
    room.submit("blank", room.pair, room.course.release(room.pair).read_text())
    submitted = room.course.root / "submitted"
    (submitted / "late/01_pair/timestamp.txt").write_text("2026-02-01 12:00:00 UTC")
    (submitted / "slow/01_pair/timestamp.txt").write_text("2026-01-30 12:00:00 UTC")
    return room


@pytest.fixture(scope="module")
def expected(honest, records, tmp_path_factory):
    """The gradebook as `nbgrader autograde` leaves it."""
    room = honest.copy(tmp_path_factory.mktemp("nbgrader") / "course")
    room.nbgrader_autograde()
    found = records(room.course)
    scores = {key[0]: value[0] for key, value in found.items() if key[1:] == ("all",)}
    assert scores == {"blank": 0, "floor": 7, "late": 10, "slow": 10, "squared": 7}
    assert found["late", "all"][-1] == 10, "the penalty is the whole score"
    return found


@pytest.fixture
def room(honest, tmp_path):
    """The class, to be graded once more."""
    return honest.copy(tmp_path / "course")


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_worker_processes_agree(room, expected, records, jobs):
    results = grade(room.course, Request([room.pair]), workers.processes(jobs))
    assert [result.student for result in results] == sorted([*ANSWERS, "blank"])
    assert records(room.course) == expected


def test_a_run_that_is_killed_and_goes_on_agrees(room, expected, records):
    """kill -9 after two of five: the second run grades the others only."""
    run = subprocess.Popen(
        [sys.executable, "-c", GRADE.format(root=str(room.course.root))],
        stdout=subprocess.PIPE,
        text=True,
        cwd=TESTS,
    )
    before = {run.stdout.readline().strip() for _ in range(2)}
    run.kill()
    run.wait()
    before |= set(run.stdout.read().split())
    run.stdout.close()
    with planned(room.course, Request([room.pair])) as plan:
        graded = [result.student for result in plan.carry_out()]
    assert len(plan.earlier) + len(graded) == 5
    assert 2 <= len(before) < 5
    assert before.isdisjoint(graded)
    assert records(room.course) == expected


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes with a scheduler, as on other machines."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster


def _kill_one_at_work(cluster, killed: list) -> None:
    """Send SIGKILL to the first worker that has something to do."""
    from distributed import Client

    with Client(cluster.scheduler_address, set_as_default=False) as client:
        pids = client.run(os.getpid)
        while not killed:
            busy = [worker for worker, tasks in client.processing().items() if tasks]
            time.sleep(0.5)  # its kernel is at work by then
            for worker in busy[:1]:
                os.kill(pids[worker], signal.SIGKILL)
                killed.append(worker)


def test_a_cluster_agrees_although_a_worker_is_killed_at_work(room, expected, records, cluster):
    """What the killed worker had in hand is run elsewhere; nobody is without marks."""
    killed: list = []
    killer = threading.Thread(target=_kill_one_at_work, args=(cluster, killed))
    killer.start()
    results = grade(room.course, Request([room.pair]), workers.dask(cluster.scheduler_address))
    killer.join()
    assert killed
    assert [result.problem for result in results] == [""] * 5
    assert records(room.course) == expected


def test_a_worker_with_another_course_is_refused(room, cluster):
    """Marks never come from another reference or other checks than those here."""
    settings = Settings("tinytorch-grading", Budget(), room.course)
    tools = fingerprint.of_course(room.course, room.pair) | {"numpy": "0.1", "tito/kernel": "-"}
    task = workers.Task("{}", "01_pair", settings, tools)
    with (
        workers.dask(cluster.scheduler_address) as crew,
        pytest.raises(Mistake, match="differs from this machine in numpy, tito/kernel: bring"),
    ):
        list(crew.outcomes([task]))
