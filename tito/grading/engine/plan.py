"""Grades what a class has submitted: sanitise -> execute -> score, and a page for each student.

This process sanitises and scores, one submission after the other, and alone uses the gradebook;
workers execute. A run that ends early, however it ends, goes on where it stopped.
"""

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Literal

import nbformat
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from tito.catalog import Module
from tito.course import Course, Folders, folders
from tito.errors import Mistake
from tito.grading.configuration import configuration
from tito.grading.engine import workers
from tito.grading.engine.gradebook import Book, alone
from tito.grading.engine.module_grader import ModuleGrader
from tito.grading.intake.preflight import printable
from tito.grading.intake.submission import as_json
from tito.grading.results.result import Result
from tito.kernel.sandbox import levels

# What is graded again: what has changed; that and what died or hung; everything.
Again = Literal["changed", "failed", "all"]
Pool = AbstractContextManager[workers.Workers]


@dataclass(frozen=True)
class Request:
    """What `tito grade` is asked to grade: modules, of all students or of one."""

    modules: Sequence[Module]
    student: str | None = None
    again: Again = "changed"


@dataclass
class Submission:
    """A student's notebook of a module; `fingerprint` is what the marks depend on."""

    grader: ModuleGrader
    student: str
    fingerprint: str


@dataclass
class Plan:
    """What a run will grade, and the results of what need not be graded again."""

    todo: list[Submission] = field(default_factory=list)
    earlier: list[Result] = field(default_factory=list)

    def add(self, grader: ModuleGrader, students: list[str], again: Again) -> None:
        """Plan the submissions of one module."""
        grader.save_source(again == "all")
        prints = {student: grader.fingerprint(student) for student in students}
        graded = grader.book.graded(grader.module.folder)
        same = [it for it in students if again != "all" and graded.get(it) == prints[it]]
        earlier = grader.earlier(same, unless_failed=again == "failed")
        self.earlier += earlier.values()
        self.todo += [Submission(grader, it, prints[it]) for it in students if it not in earlier]

    def carry_out(self, pool: Pool | None = None) -> Generator[Result]:
        """Grade what is to be graded: each result, in the order in which they are executed.

        pool: the workers; without one, a process a core.
        """
        if not self.todo:
            return
        grader = self.todo[0].grader
        failed: list[Result] = []  # before they came to a worker
        _fix_jail(grader.config)
        grader.book.back_up()
        with pool or workers.named(None, None) as crew:
            for task, future in crew.outcomes(_tasks(self.todo, failed)):
                yield _finished(task.about, future)
        yield from failed


def grade(course: Course, request: Request, pool: Pool | None = None) -> list[Result]:
    """Grade what is asked for and write the students' pages.

    Returns the results of all of it, in order, with those that were graded before.
    Raises: Mistake as `planned` does.
    """
    with planned(course, request) as plan:
        return in_order([*plan.earlier, *plan.carry_out(pool)])


@contextmanager
def planned(course: Course, request: Request) -> Iterator[Plan]:
    """What there is to grade. Inside, no other run is at work on the course.

    Raises: Mistake if there is nothing to grade, no source to grade it by, or another run.
    """
    modules = list(request.modules)
    submitted = {module.folder: submitters(course, module, request.student) for module in modules}
    if not any(submitted.values()):
        raise Mistake(_nothing(course, modules, request.student))
    modules = [module for module in modules if submitted[module.folder]]
    for module in modules:
        if not course.source(module).is_file():
            raise Mistake(f"{course.source(module)} is missing: run `tito build`")
    with alone(course.gradebook):
        plan = Plan()
        for grader in _graders(course, modules):
            plan.add(grader, submitted[grader.module.folder], request.again)
        yield plan


def submitters(course: Course, module: Module, student: str | None = None) -> list[str]:
    """Who has submitted a module, in order; at most the one named."""
    found = folders(course)
    # Also what is no folder, or a link: it is refused by name.
    names = [path.name for path in found.with_submissions() if not path.name.startswith(".")]
    place = {name: found.submitted(name, module).parent for name in names}
    return [it for it in names if student in (None, it) and os.path.lexists(place[it])]


def with_earlier(course: Course, results: list[Result]) -> list[Result]:
    """The results, and those of all submissions that were graded at another time, in order."""
    found = {(result.module.number, result.student) for result in results}
    added: list[Result] = []
    for grader in _graders(course, [it for it in course.modules if course.source(it).is_file()]):
        students = grader.folders.graded_students(grader.module)
        missing = [student for student in students if (grader.module.number, student) not in found]
        added += grader.earlier(missing).values()
    return in_order(results + added)


def _fix_jail(config: Config) -> None:
    """Have workers on all machines use the jail that this one does, which the report names.

    Raises: Mistake if the configuration asks for a jail that cannot be had.
    """
    asked = config.GradingProvisioner.get("jail", "auto")
    try:
        config.GradingProvisioner.jail = levels.level(asked).name
    except (ValueError, PermissionError) as refusal:
        raise Mistake(str(refusal)) from refusal


def in_order(results: Iterable[Result]) -> list[Result]:
    """By module, then by student."""
    return sorted(results, key=lambda result: (result.module.number, result.student))


def _graders(course: Course, modules: Iterable[Module]) -> list[ModuleGrader]:
    config = configuration(course)
    place = CourseDirectory(config=config)
    book = Book(place.db_url, place.course_id)
    return [ModuleGrader(course, module, config, Folders(place), book) for module in modules]


def _nothing(course: Course, modules: list[Module], student: str | None) -> str:
    named = ", ".join(module.folder for module in modules)
    who = f"{student} has" if student else "nobody has"
    return (
        f"{who} submitted {named}: put notebooks where "
        f"{folders(course).submitted('student-01', modules[0])} would be, "
        "or take in zip files with `tito collect FOLDER`"
    )


def _tasks(todo: list[Submission], failed: list[Result]) -> Iterator[workers.Task]:
    """What workers are to do, each made when it is asked for."""
    for it in todo:
        try:
            notebook = as_json(it.grader.sanitise(it.student))
        except Mistake:
            raise
        except Exception as problem:  # noqa: BLE001 - no disk, no rights: nobody's fault
            failed.append(_without_marks(it, problem))
        else:
            settings = it.grader.settings
            yield workers.Task(notebook, it.grader.module.folder, settings, it.grader.tools, it)


def _finished(it: Submission, future: Future) -> Result:
    try:
        text, seconds = future.result()
        executed = nbformat.reads(text, as_version=4)
        result = it.grader.finish(it.student, it.fingerprint, executed)
    except Mistake:
        raise
    except Exception as problem:  # noqa: BLE001 - no kernel, no disk: nobody's fault
        return _without_marks(it, problem)
    result.seconds = seconds
    return result


def _without_marks(it: Submission, problem: Exception) -> Result:
    words = " ".join(f"{type(problem).__name__}: {problem}".split())[:500]
    return Result(printable(it.student), it.grader.module, problem=words)
