"""Grades what a class has handed in: sanitise -> execute -> score, then feedback and tables."""

import contextlib
import logging
import os
import shutil
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from tito.catalog import Module
from tito.course import Course, nbgrader_config
from tito.grading import sanitise, score
from tito.grading.execute import Execute, Settings, execute
from tito.grading.preflight import shown
from tito.grading.report import Result, delay
from tito.kernel import provisioner
from tito.mistake import Mistake


def grade(
    course: Course,
    modules: Iterable[Module],
    student: str | None = None,
    done: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Grade the submissions of `modules`, of all students or of one, and write their feedback.

    `done` is told of each as it is finished.
    Raises: Mistake if there is nothing to grade, or no source to grade it by.
    """
    config, log = configuration(course), _silent()
    todo = [(module, submitters(course, module, student)) for module in modules]
    for module, students in todo:
        if students and not course.source(module).is_file():
            raise Mistake(f"{course.source(module)} is missing: run `tito build`")
    if not any(students for _, students in todo):
        raise Mistake(_nothing(course, [module for module, _ in todo], student))
    results = []
    for module, students in todo:
        if students:
            results += _grade_module(course, module, students, config, log, done)
    return results


def configuration(course: Course) -> Config:
    """The course's nbgrader_config.py, with the course made known to the grading kernel."""
    _make_nbgrader_quiet_and_whole()
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
    config, log = configuration(course), _silent()
    found = {(result.module.number, result.student): result for result in results}
    for module in [module for module in course.modules if course.source(module).is_file()]:
        scorer = score.Scorer(module, config, log)
        for student in scorer.graded_students():
            if (module.number, student) not in found:
                notebook = nbformat.read(scorer.autograded(student), as_version=4)
                with contextlib.suppress(MissingEntry, KeyError):  # graded by another source
                    result = Result(student, module)
                    _fill(result, scorer, student, course, notebook)
                    result.notes += _notes(notebook)
                    found[module.number, student] = result
    return [found[key] for key in sorted(found)]


def _fill(
    result: Result, scorer: score.Scorer, student: str, course: Course, notebook: NotebookNode
) -> None:
    """Put into a result what the gradebook says of a graded notebook."""
    result.marks = scorer.marks(student, course, notebook)
    seconds, result.penalty = scorer.lateness(student)
    result.notes = delay(seconds, result.penalty)


def _notes(notebook: NotebookNode) -> list[str]:
    return [*filter(None, [sanitise.blocked(notebook)]), *sanitise.notes(notebook)]


def _nothing(course: Course, modules: list[Module], student: str | None) -> str:
    named = ", ".join(module.folder for module in modules)
    who = f"{student} has" if student else "nobody has"
    return (
        f"{who} handed in {named}: put notebooks where "
        f"{course.root / 'submitted' / 'student-01' / modules[0].folder} would be, "
        "or take in zip files with `tito collect FOLDER`"
    )


def _grade_module(
    course: Course,
    module: Module,
    students: list[str],
    config: Config,
    log: logging.Logger,
    done: Callable[[Result], None],
) -> list[Result]:
    score.save_source(module, config)
    sanitiser = sanitise.Sanitiser(module, config, log)
    scorer = score.Scorer(module, config, log)
    feedback = score.Feedback(module, config, log)
    settings = Execute(config=config).settings()
    provisioner.packages()  # made once, before threads ask for it
    results = []
    # A kernel a core. Only kernels run side by side: this thread alone uses the gradebook.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        runs = [_start(pool, sanitiser, student, module, settings) for student in students]
        try:
            for student, run in zip(students, runs, strict=True):
                result = Result(shown(student), module)
                try:
                    clean, text, result.seconds = run.result()
                    notebook = nbformat.reads(text, as_version=4)
                    scorer.score(student, notebook)
                    feedback.write(student)
                except Exception as problem:  # noqa: BLE001 - no kernel, no disk: nobody's fault
                    result.problem = " ".join(f"{type(problem).__name__}: {problem}".split())[:500]
                else:
                    _fill(result, scorer, student, course, notebook)
                    result.notes += _notes(clean)
                results.append(result)
                done(result)
        finally:
            pool.shutdown(cancel_futures=True)  # after Ctrl-C, nothing more is begun
    return results


def _start(
    pool: Executor,
    sanitiser: sanitise.Sanitiser,
    student: str,
    module: Module,
    settings: Settings,
) -> Future:
    """Sanitise a submission here and now, and have `pool` execute it."""
    try:
        clean = _sanitise(sanitiser, student)
    except Exception as problem:  # noqa: BLE001 - reported with the others, when its turn comes
        failed: Future = Future()
        failed.set_exception(problem)
        return failed
    return pool.submit(_execute, clean, module.folder, settings)


def _execute(clean: NotebookNode, folder: str, settings: Settings) -> tuple:
    """The sanitised notebook, the same executed (as JSON), and the seconds that took."""
    begun = time.perf_counter()
    # The seam: this call may be made in another process or on another machine.
    text = execute(nbformat.writes(clean), folder, settings)
    return clean, text, time.perf_counter() - begun


def _sanitise(sanitiser: sanitise.Sanitiser, student: str) -> NotebookNode:
    try:
        return sanitiser.sanitise(student)
    except Exception as problem:  # noqa: BLE001 - one submission must not stop the others
        words = " ".join(str(problem).split())[:200]
        return sanitiser.stand_in(student, f"it cannot be read ({words})")


def _silent() -> logging.Logger:
    """Takes what nbgrader has to say: the report says it in words."""
    log = logging.Logger("tito.grading")
    log.addHandler(logging.NullHandler())
    return log


def _make_nbgrader_quiet_and_whole() -> None:
    """It warns of what has no consequence, and makes a gradebook with a command, `alembic`, that
    lies beside Python, whether the environment is activated or not."""
    warnings.filterwarnings("ignore", category=SAWarning)
    if shutil.which("alembic") is None:
        path = os.environ.get("PATH", os.defpath)
        os.environ["PATH"] = os.pathsep.join([path, str(Path(sys.executable).parent)])
