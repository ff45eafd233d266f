"""Grades what a class has handed in: sanitise -> execute -> score, then feedback and tables.

This process sanitises and scores, one submission after the other, and alone uses the gradebook;
workers execute. A run that ends early, however it ends, goes on where it stopped.
"""

import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import nbformat
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from tito.catalog import Module
from tito.course import Course, nbgrader_config
from tito.errors import Mistake
from tito.grading.engine import workers
from tito.grading.engine.gradebook import Book, alone
from tito.grading.engine.module_grader import ModuleGrader
from tito.grading.intake.preflight import shown
from tito.grading.results.tables import Result
from tito.kernel.sandbox import levels

# What is graded again: what has changed; that and what died or hung; everything.
Again = Literal["changed", "failed", "all"]


@dataclass
class Submission:
    """What a student handed in of a module; `fingerprint` is what the marks depend on."""

    grader: ModuleGrader
    student: str
    fingerprint: str


@dataclass
class Plan:
    """What a run will grade, and the results of what need not be graded again."""

    todo: list[Submission] = field(default_factory=list)
    earlier: list[Result] = field(default_factory=list)


def grade(
    course: Course,
    modules: Iterable[Module],
    student: str | None = None,
    done: Callable[[Result], None] = lambda result: None,
    *,
    again: Again = "changed",
    pool: AbstractContextManager[workers.Workers] | None = None,
    planned: Callable[[Plan], None] = lambda plan: None,
) -> list[Result]:
    """Grade the submissions of `modules`, of all students or of one, and write their feedback.

    `planned` is told what there is to do, `done` of each submission as it is finished.
    Returns the results of all of them, in order, with those that were graded before.
    Raises: Mistake if there is nothing to grade, or no source to grade it by.
    """
    modules = list(modules)
    handed_in = {module.folder: submitters(course, module, student) for module in modules}
    if not any(handed_in.values()):
        raise Mistake(_nothing(course, modules, student))
    modules = [module for module in modules if handed_in[module.folder]]
    for module in modules:
        if not course.source(module).is_file():
            raise Mistake(f"{course.source(module)} is missing: run `tito build`")
    with alone(course.gradebook):
        graders = _graders(course, modules)
        plan = Plan()
        for grader in graders:
            _plan(grader, handed_in[grader.module.folder], again, plan)
        planned(plan)
        results = []
        if plan.todo:
            _fix_jail(graders[0].config)
            graders[0].book.back_up()
            with pool or workers.named(None, None) as crew:
                for result in _carry_out(plan.todo, crew):
                    done(result)
                    results.append(result)
    return _in_order(plan.earlier + results)


def configuration(course: Course) -> Config:
    """The course's nbgrader_config.py, with the course made known to the grading kernel."""
    warnings.filterwarnings("ignore", category=SAWarning)  # nbgrader's, of no consequence
    config = nbgrader_config(course)
    config.GradingProvisioner.course = course
    if "root" not in config.CourseDirectory:
        config.CourseDirectory.root = str(course.root)
    return config


def submitters(course: Course, module: Module, student: str | None = None) -> list[str]:
    """Who has handed in a module, in order; at most the one named."""
    place = CourseDirectory(config=configuration(course))
    root = Path(place.format_path(place.submitted_directory, ".", "."))
    # Also what is no folder, or a link: it is refused by name.
    folders = [path for path in root.glob("*") if os.path.lexists(path / module.folder)]
    names = sorted(path.name for path in folders if not path.name.startswith("."))
    return [name for name in names if student in (None, name)]


def with_earlier(course: Course, results: list[Result]) -> list[Result]:
    """The results, and those of all submissions that were graded at another time, in order."""
    found = {(result.module.number, result.student) for result in results}
    added = []
    for grader in _graders(course, [it for it in course.modules if course.source(it).is_file()]):
        students = grader.scorer.graded_students()
        missing = [student for student in students if (grader.module.number, student) not in found]
        added += grader.book.write(grader.earlier, missing).values()
    return _in_order(results + added)


def _fix_jail(config: Config) -> None:
    """Have workers on all machines use the jail that this one does, which the report names.

    Raises: Mistake if the configuration asks for a jail that cannot be had.
    """
    asked = config.GradingProvisioner.get("jail", "auto")
    try:
        config.GradingProvisioner.jail = levels.level(asked).name
    except (ValueError, PermissionError) as refusal:
        raise Mistake(str(refusal)) from refusal


def _in_order(results: list[Result]) -> list[Result]:
    return sorted(results, key=lambda result: (result.module.number, result.student))


def _graders(course: Course, modules: Iterable[Module]) -> list[ModuleGrader]:
    config = configuration(course)
    place = CourseDirectory(config=config)
    book = Book(place.db_url, place.course_id)
    return [ModuleGrader(course, module, config, book) for module in modules]


def _nothing(course: Course, modules: list[Module], student: str | None) -> str:
    named = ", ".join(module.folder for module in modules)
    who = f"{student} has" if student else "nobody has"
    return (
        f"{who} handed in {named}: put notebooks where "
        f"{course.root / 'submitted' / 'student-01' / modules[0].folder} would be, "
        "or take in zip files with `tito collect FOLDER`"
    )


def _plan(grader: ModuleGrader, students: list[str], again: Again, plan: Plan) -> None:
    """Add the submissions of one module to the plan, or their results."""
    grader.save_source(again == "all")
    prints = {student: grader.fingerprint(student) for student in students}
    graded = grader.book.graded(grader.module.folder)
    same = [it for it in students if again != "all" and graded.get(it) == prints[it]]
    earlier = grader.book.write(grader.earlier, same)
    if again == "failed":
        earlier = {it: result for it, result in earlier.items() if not grader.has_failed(it)}
    plan.earlier += earlier.values()
    plan.todo += [Submission(grader, it, prints[it]) for it in students if it not in earlier]


def _carry_out(todo: list[Submission], crew: workers.Workers) -> Iterator[Result]:
    """Each submission's result, in the order in which they are executed."""
    failed: list[Result] = []  # before they came to a worker
    for task, future in crew.outcomes(_tasks(todo, failed)):
        yield _finished(task.about, future)
    yield from failed


def _tasks(todo: list[Submission], failed: list[Result]) -> Iterator[workers.Task]:
    """What workers are to do, each made when it is asked for."""
    for it in todo:
        try:
            notebook = nbformat.writes(it.grader.sanitise(it.student))
        except Mistake:
            raise
        except Exception as problem:  # noqa: BLE001 - no disk, no rights: nobody's fault
            failed.append(_not_graded(it, problem))
        else:
            settings = it.grader.settings
            yield workers.Task(notebook, it.grader.module.folder, settings, it.grader.tools, it)


def _finished(it: Submission, future: Future) -> Result:
    try:
        text, seconds = future.result()
        result = it.grader.finish(it.student, it.fingerprint, text)
    except Mistake:
        raise
    except Exception as problem:  # noqa: BLE001 - no kernel, no disk: nobody's fault
        return _not_graded(it, problem)
    result.seconds = seconds
    return result


def _not_graded(it: Submission, problem: Exception) -> Result:
    words = " ".join(f"{type(problem).__name__}: {problem}".split())[:500]
    return Result(shown(it.student), it.grader.module, problem=words)
