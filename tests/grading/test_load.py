"""What takes long: a larger class, and a run that is killed half-way. `make test-all` runs it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tito.grading.grade import grade

TESTS = Path(__file__).resolve().parent.parent
GRADE = """
from pathlib import Path
from conftest import TOY_CATALOG
from tito.course import Course
from tito.grading.grade import grade
course = Course(Path({root!r}), TOY_CATALOG)
grade(course, course.modules[:1], done=lambda result: print(result.student, flush=True))
"""
ANSWERS = {
    0: {},
    1: {"double": "def double(x): return x**2"},
    2: {"halve": "def halve(x): return x // 2"},
    3: {"double": "def double(x): pass"},
}
POINTS = {0: 10, 1: 7, 2: 7, 3: 5}


@pytest.fixture
def large(classroom):
    """Forty students, four kinds of answers."""
    for number in range(40):
        notebook = classroom.answers(classroom.pair, **ANSWERS[number % 4])
        classroom.hand_in(f"student-{number:02d}", classroom.pair, notebook)
    return classroom


def points(course) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        found = gradebook.assignment_submissions("01_pair")
        return {submission.student.id: submission.score for submission in found}


@pytest.mark.slow
def test_a_run_that_is_killed_half_way_and_started_again_loses_nothing(large):
    """kill -9 after a third of the class; the next run gives everybody what they must get."""
    command = [sys.executable, "-c", GRADE.format(root=str(large.course.root))]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=TESTS)
    for _ in range(13):
        assert run.stdout.readline().startswith("student-")
    time.sleep(0.3)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    early = points(large.course)
    assert 13 <= sum(score > 0 for score in early.values()) < 40

    results = grade(large.course, [large.pair])
    expected = {f"student-{number:02d}": POINTS[number % 4] for number in range(40)}
    assert {result.student: result.points for result in results} == expected
    assert points(large.course) == expected
