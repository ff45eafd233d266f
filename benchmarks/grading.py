"""Grading a class: `tito grade` against `nbgrader autograde`, in one run on the same submissions.

`python -m benchmarks.grading` makes a class (`tito.demo.invented`) and grades it with nbgrader as
it comes, with nbgrader as this course configures it (our jail and warm kernels included), and with
`tito grade`: all must give the same marks, cell by cell. Then it grades four times as many: the
cost of one must not grow with their number. CPU time is that of all processes, kernels and orphans
included. `tito grade` also writes the pages for students, which `nbgrader autograde` does not.
nbgrader as it comes draws the figures, which this course's configuration leaves out.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tito.catalog import Module, find_all
from tito.course import Course, here
from tito.demo.end_to_end import course_copy
from tito.demo.invented import make_class, submit_all
from tito.grading.configuration import configuration
from tito.grading.engine.score import save_source
from tito.grading.intake.collect import collect_zips
from tito.kernel.sandbox import linux

# nbgrader as it comes has no marks for these.
DISHONEST = ("ends the process", "does not parse")
# tito's own command, on another course's folder.
TITO = """
import sys
from pathlib import Path
from tito.catalog import find_all
from tito.course import Course
from tito.grading import session
from tito.grading.engine import workers
from tito.grading.engine.plan import Request
from tito.terminal import console
if __name__ == "__main__":
    modules = find_all(sys.argv[3].split())
    pool = workers.processes(int(sys.argv[2]))
    session.grade(Course(Path(sys.argv[1])), Request(modules), console, pool)
"""
# nbgrader as it comes: its own preprocessors, and a kernel that is started for each notebook.
PLAIN = """
c = get_config()
c.CourseDirectory.course_id = "tinytorch"
c.CourseDirectory.root = {root!r}
c.Exchange.root = {root!r} + "/exchange"
c.Execute.timeout = 60
"""


@dataclass
class Cost:
    """What grading took: seconds by the clock, and of all processors together."""

    wall: float
    cpu: float


def measured(command: list[str], folder: Path) -> Cost:
    """The cost of a command and of all processes it leaves behind.

    Raises: RuntimeError with its last words if it fails.
    """
    linux.adopt_orphans()
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - begun
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} failed: {done.stderr[-1000:]}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, spent)


def by_tito(course: Course, modules: tuple[Module, ...], jobs: int) -> Cost:
    """The cost of `tito grade -j jobs`."""
    named = " ".join(module.folder for module in modules)
    return measured([sys.executable, "-c", TITO, str(course.root), str(jobs), named], course.root)


def by_nbgrader(course: Course, modules: tuple[Module, ...]) -> Cost:
    """The cost of `nbgrader autograde`, which takes one module at a time."""
    costs = [
        measured([sys.executable, "-m", "nbgrader", "autograde", module.folder], course.root)
        for module in modules
    ]
    return Cost(sum(cost.wall for cost in costs), sum(cost.cpu for cost in costs))


def make(folder: Path, modules: tuple[Module, ...], submissions: int) -> Course:
    """A course in `folder` in which so many have submitted: the invented class, over and over."""
    original = here()
    course = course_copy(original, folder / "course")
    (folder / "zips").mkdir()
    students = [it for it in make_class(original, modules) if it.about not in DISHONEST]
    students = students[: -(-submissions // len(modules))]
    for student in students:
        for path in submit_all(course, student, modules, folder / "students" / student.name):
            shutil.copy(path, folder / "zips")
    collect_zips(course, folder / "zips")
    for module in modules:
        save_source(module, configuration(course))
    return enlarged(course, course.root, submissions)


def enlarged(course: Course, root: Path, submissions: int) -> Course:
    """The same course in `root`, where others have submitted what is there, up to so many."""
    if root != course.root:
        shutil.copytree(course.root, root)
    submitted = root / "submitted"
    names = sorted(path.name for path in submitted.iterdir())
    each = len(list((submitted / names[0]).iterdir()))
    for number in range(len(names), -(-submissions // each)):
        name = names[number % len(names)]
        shutil.copytree(submitted / name, submitted / f"{name}-{number}")
    return Course(root)


def marks(course: Course) -> set[tuple]:
    """{(module, student, cell, points)} as the gradebook has them."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.gradebook}", "tinytorch") as gradebook:
        return {
            (assignment.name, submission.student.id, grade.name, grade.auto_score)
            for assignment in gradebook.assignments
            for submission in assignment.submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def show(rows: list[tuple[str, int, Cost]]) -> None:
    """Print what was measured, and the first row's cost as a multiple of each other's."""
    first = rows[0]
    print(f"{'':32}{'number':>8}{'wall s':>9}{'CPU s':>9}{'wall each':>11}{'CPU each':>10}")
    for name, number, cost in rows:
        each = f"{cost.wall / number:11.2f}{cost.cpu / number:10.2f}"
        print(f"{name:32}{number:8}{cost.wall:9.1f}{cost.cpu:9.1f}{each}")
    for name, number, cost in rows[1:]:
        wall = first[2].wall / first[1] / (cost.wall / number)
        cpu = first[2].cpu / first[1] / (cost.cpu / number)
        print(f"{name} of {number}: {wall:.2f}x faster than {first[0]}, {cpu:.2f}x less CPU")


def main() -> None:
    """Make the classes, grade them and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=60, help="of all modules together")
    parser.add_argument("--modules", default="01..03", help="as `tito grade` takes them")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--times", type=int, default=4, help="how much larger the second class is")
    given = parser.parse_args()
    modules = find_all(given.modules.split())
    larger = given.submissions * given.times
    with tempfile.TemporaryDirectory(prefix="grading-") as name:
        folder = Path(name)
        theirs = make(folder, modules, given.submissions)
        plain = enlarged(theirs, folder / "plain", given.submissions)
        (plain.root / "nbgrader_config.py").write_text(PLAIN.format(root=str(plain.root)))
        ours = enlarged(theirs, folder / "ours", given.submissions)
        many = enlarged(theirs, folder / "many", larger)
        command = f"tito grade -j {given.jobs}"
        rows = [
            ("nbgrader autograde", given.submissions, by_nbgrader(plain, modules)),
            ("nbgrader, configured", given.submissions, by_nbgrader(theirs, modules)),
            (command, given.submissions, by_tito(ours, modules, given.jobs)),
            (command, larger, by_tito(many, modules, given.jobs)),
        ]
        show(rows)
        different = (marks(theirs) ^ marks(ours)) | (marks(plain) ^ marks(ours))
    print(f"the same marks: {'yes' if not different else sorted(different)[:10]}")
    raise SystemExit(bool(different))


if __name__ == "__main__":
    main()
