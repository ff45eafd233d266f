"""A run that is killed or interrupted, again and again, and a cluster behind certificates."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tito.errors import Mistake
from tito.grading.engine import workers
from tito.grading.engine.plan import Request, grade, planned

TESTS = Path(__file__).resolve().parent.parent
GRADE = """
from contextlib import closing
from pathlib import Path
from conftest import TOY_CATALOG
from tito.course import Course
from tito.grading.engine import workers
from tito.grading.engine.plan import Request, planned
if __name__ == "__main__":
    course = Course(Path({root!r}), TOY_CATALOG)
    with planned(course, Request(course.modules[:2])) as plan:
        with closing(plan.carry_out(workers.processes(2))) as graded:
            for result in graded:
                print(result.student, result.problem, flush=True)
"""
ANSWERS = {
    0: {},
    1: {"double": "def double(x): return x**2"},
    2: {"halve": "def halve(x): return x // 2"},
    3: {"double": "def double(x): pass"},
}
POINTS = {0: 10, 1: 7, 2: 7, 3: 5}
STUDENTS = 40
KILLS = 10


def _submit(classroom, students: int) -> None:
    """Four kinds of answers to the first module."""
    for number in range(students):
        notebook = classroom.answers(classroom.pair, **ANSWERS[number % 4])
        classroom.submit(f"student-{number:02d}", classroom.pair, notebook)


@pytest.fixture
def large(classroom):
    """Forty students, of whom the first ten have also submitted the next module."""
    _submit(classroom, STUDENTS)
    for number in range(10):
        second = classroom.answers(classroom.total)
        classroom.submit(f"student-{number:02d}", classroom.total, second)
    return classroom


def _expected(module, students: int = STUDENTS) -> dict[str, float]:
    if module.number == 2:
        return {f"student-{number:02d}": 5 for number in range(10)}
    return {f"student-{number:02d}": POINTS[number % 4] for number in range(students)}


def _scores(found: dict) -> dict[str, float]:
    return {key[0]: value[0] for key, value in found.items() if key[1:] == ("all",)}


@pytest.mark.slow
def test_ten_runs_are_killed_and_nothing_is_lost_or_done_twice(large, records):
    """kill -9 at ten random moments; the gradebook is that of a run that nobody disturbed."""
    calm = large.copy(large.course.root.parent / "calm")
    results = grade(calm.course, Request(calm.course.modules[:2]), workers.processes(2))
    assert [result.problem for result in results if result.problem] == []
    command = [sys.executable, "-c", GRADE.format(root=str(large.course.root))]
    moment = random.Random(6)
    said: list[str] = []
    for _ in range(KILLS):
        run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=TESTS)
        time.sleep(moment.uniform(2, 7))
        run.send_signal(signal.SIGKILL)
        run.wait()
        said += run.stdout.read().splitlines()
        run.stdout.close()
    with planned(large.course, Request(large.course.modules[:2])) as plan:
        graded = plan.carry_out(workers.processes(2))
        said += [f"{result.student} {result.problem}" for result in graded]
    assert len(said) == STUDENTS + 10, "each is told of once, in one of the eleven runs"
    assert not [line for line in said if line.split()[1:]]
    for module in large.course.modules[:2]:
        found = records(large.course, module.folder)
        assert found == records(calm.course, module.folder)
        assert _scores(found) == _expected(module)


@pytest.mark.slow
def test_interrupted_from_the_keyboard_a_run_ends_at_once_and_goes_on(classroom, records):
    """Ctrl-C goes to all processes of the terminal."""
    _submit(classroom, 8)
    command = [sys.executable, "-c", GRADE.format(root=str(classroom.course.root))]
    run = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=TESTS,
        process_group=0,
    )
    early = [run.stdout.readline().split()[0] for _ in range(2)]
    assert os.getpgid(run.pid) == run.pid != os.getpgid(0), "a group of its own, and no other"
    os.killpg(run.pid, signal.SIGINT)
    words, problem = run.communicate(timeout=60)
    assert problem.count("KeyboardInterrupt") == 1, problem
    early += [line.split()[0] for line in words.splitlines()]
    assert len(early) < 8, "it did not go on to the end"
    with planned(classroom.course, Request([classroom.pair])) as plan:
        graded = [result.student for result in plan.carry_out(workers.processes(2))]
    assert set(early).isdisjoint(graded)
    assert len({*early, *graded}) == 8
    assert _scores(records(classroom.course)) == _expected(classroom.pair, 8)


@pytest.mark.slow
def test_a_cluster_behind_certificates(large, tmp_path, records):
    """TLS by Dask's own configuration; a client without a certificate is not let in."""
    import dask
    from distributed import LocalCluster
    from distributed.security import Security

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=grading "
        f"-keyout {key} -out {certificate}",
        shell=True,
        check=True,
        capture_output=True,
    )
    settings = {"distributed.comm.tls.ca-file": str(certificate)}
    for role in ("client", "scheduler", "worker"):
        settings[f"distributed.comm.tls.{role}.key"] = str(key)
        settings[f"distributed.comm.tls.{role}.cert"] = str(certificate)
    with dask.config.set(settings):
        security = Security(require_encryption=True)
        cluster = LocalCluster(
            n_workers=2, protocol="tls://", security=security, dashboard_address=None
        )
        with cluster:
            assert cluster.scheduler_address.startswith("tls://")
            with (
                dask.config.set({"distributed.comm.tls.client.cert": None}),
                pytest.raises(Mistake, match="no Dask scheduler answers"),
                workers.dask(cluster.scheduler_address),
            ):
                pass
            pool = workers.dask(cluster.scheduler_address)
            grade(large.course, Request([large.pair]), pool)
    assert _scores(records(large.course)) == _expected(large.pair)
