"""The main job from end to end, on an invented class: `tito demo`, results in build/demo/.

Students submit, their zips are collected and graded in a course folder of its own. The demo fails
if anybody's points are not what they must be.
"""

import datetime
import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path

from rich.console import Console

from tito import terminal
from tito.catalog import Module
from tito.checks import UNSOLVED
from tito.course import Course, folders
from tito.demo import showcase
from tito.demo.invented import EMPTY, MISTAKEN, RIGHT, WRONG, Student, make_class, submit_all
from tito.errors import Mistake
from tito.grading.engine.plan import Request, planned
from tito.grading.intake.collect import collect_zips
from tito.grading.results import class_report, spreadsheets, tables
from tito.grading.results.result import Result

# ---- the promise ----

# {student: {module folder: {exercise: (points, of how many)}}}
Scores = dict[str, dict[str, dict[str, tuple[float, float]]]]


def broken_promises(students: list[Student], scores: Scores) -> list[str]:
    """What somebody scored and must not have scored, in sentences; empty if all is well."""
    broken = []
    for student in students:
        for folder, exercises_of in scores[student.name].items():
            clean = True
            for exercise, (points, most) in exercises_of.items():
                answer = student.answer(folder, exercise)
                kind = answer.kind if answer else EMPTY
                clean = clean and kind == RIGHT
                rule, kept = _promise(kind, clean, points, most)
                if not kept:
                    label = f" for {answer.label}" if answer else ""
                    broken.append(
                        f"{student.name} ({student.about}) has {points:g} of {most:g} points in "
                        f"{exercise} of {folder}{label}: {rule}"
                    )
    return broken


def _promise(kind: str, clean: bool, points: float, most: float) -> tuple[str, bool]:
    """The rule for an answer, and whether it is kept; `clean`: all answers up to it are right."""
    if kind == EMPTY:
        return "an empty answer scores 0", points == 0
    if kind == WRONG:
        return "a wrong answer loses points in its own exercise", points < most
    # A right answer may lose points by a mistake before it, on which it builds.
    return "a right answer gets full points", points == most or not clean


# ---- the whole job ----

COURSE, ZIPS = "course", "submissions"  # in the demo's folder
WHOLE = (1, 2)  # the modules that the whole class hands in; the others are for a few


def course_copy(course: Course, into: Path) -> Course:
    """A course folder of its own to grade in, so that the real gradebook is left alone.

    Raises: Mistake if the course is not built.
    """
    for module in course.modules:
        if not course.source(module).is_file() or not course.release(module).is_file():
            raise Mistake(f"{module.folder} is not built: run `tito build`")
    into.mkdir(parents=True)
    for original in course.needed_to_grade:
        copy = into / course.relative(original)
        if original.is_dir():
            shutil.copytree(original, copy, ignore=shutil.ignore_patterns("__pycache__"))
        elif original.is_file():
            shutil.copy(original, copy)
    return Course(into, course.catalog)


def grade_class(
    course: Course,
    folder: Path,
    say: Callable[[str], None],
    mistaken: int = MISTAKEN,
    whole: Iterable[Module] | None = None,
) -> tuple[list[Student], list[Result]]:
    """Make the class, submit, collect and grade, all below `folder`, which is emptied first.

    mistaken, whole: as `make_class` takes them.
    Raises: Mistake if the course is not built.
    """
    shutil.rmtree(folder, ignore_errors=True)
    copy = course_copy(course, folder / COURSE)
    students = make_class(course, course.modules, mistaken, whole)
    (folder / ZIPS).mkdir()
    for student in students:
        for path in submit_all(copy, student, course.modules, folder / "students" / student.name):
            shutil.copy(path, folder / ZIPS)
    of = sum(len(student.submits) for student in students)
    say(f"{len(students)} students made {of} submissions: {folder / ZIPS}")
    collect_zips(copy, folder / ZIPS)
    results = []
    with planned(copy, Request(course.modules)) as plan, closing(plan.carry_out()) as graded:
        for result in graded:
            results.append(result)
            say(
                f"graded {len(results):2} of {of}: {result.student} {result.module.folder} "
                f"{result.points:g}/{result.max_points:g}, {result.seconds:.1f} s"
            )
    return students, results


def scores_of(results: list[Result]) -> Scores:
    """The points of the class, as the promise and the figure want them."""
    scores: Scores = {}
    for result in results:
        marks = {mark.exercise: (mark.points, mark.max_points) for mark in result.marks}
        scores.setdefault(result.student, {})[result.module.folder] = marks
    return scores


def not_graded(students: list[Student], results: list[Result]) -> list[str]:
    """Who has no marks in what they handed in, and why, in sentences."""
    found = {(result.student, result.module.folder): result for result in results}
    missing = []
    for student in students:
        for folder in student.submits:
            result = found.get((student.name, folder))
            if result is None or not result.marks:
                why = result.problem if result else "nothing was collected"
                missing.append(f"{student.name} ({student.about}) has no marks in {folder}: {why}")
    return missing


def not_run(students: list[Student], results: list[Result]) -> list[str]:
    """Where the empty notebook did not run to its end, in sentences.

    The reason of each mark tells; a stretch exercise, worth nothing, loses no points and has none.
    """
    empty = {student.name for student in students if not student.answers}
    return [
        f"{result.student} (nothing solved) did not run to the end of {result.module.folder}: "
        f"{mark.exercise}: {mark.reason}"
        for result in results
        for mark in result.marks
        if result.student in empty and mark.max_points and UNSOLVED not in mark.reason
    ]


def run_demo(course: Course, folder: Path, console: Console, full: bool = False) -> bool:
    """Run the demo, print the table, leave the figures: whether everybody scored what they must.

    full: the whole class hands in every module, and not just those numbered in `WHOLE`.
    """

    if not console.is_terminal:  # a pipe has no width: 80 columns would cut the table
        console = Console(width=160)

    say = partial(terminal.say, to=console)
    begun = datetime.datetime.now()
    whole = None if full else [m for m in course.modules if m.number in WHOLE]
    students, results = grade_class(course, folder, say, whole=whole)
    took = (datetime.datetime.now() - begun).total_seconds()
    made = {"points": folder / "scores.csv", "class report": folder / "report.html"}
    spreadsheets.write_csv(spreadsheets.grades(results), made["points"])
    facts = class_report.About(begun, len(results), took)
    class_report.write_report(course, results, [], facts, made["class report"])
    tables.print_results(results, console, made["points"])
    broken = not_graded(students, results)
    if not broken:
        scores = scores_of(results)
        broken = broken_promises(students, scores) + not_run(students, results)
        made["points by exercise"] = folder / "scores.png"
        shown = course.modules if whole is None else whole
        draw_class(students, shown, scores, made["points by exercise"])
    say("training a softmax classifier of the digits with the built package")
    losses, accuracy = showcase.train()
    say(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, {accuracy:.1%} of the test digits right")
    made["loss curve"] = folder / "loss.png"
    showcase.draw_curve(losses, accuracy, made["loss curve"])
    for what, path in (made | feedback_pages(students, folder)).items():
        say(f"{what}: {course.relative(path)}")
    say(verdict(students, broken))
    return not broken


def draw_class(
    students: list[Student], modules: Iterable[Module], scores: Scores, path: Path
) -> None:
    """The figure of points by exercise, wrong answers framed."""
    wrong = {
        (student.name, folder, exercise)
        for student in students
        for folder, given in student.answers.items()
        for exercise, answer in given.items()
        if answer.kind == WRONG
    }
    rows = [(student.name, student.about) for student in students]
    showcase.draw_scores(rows, modules, scores, wrong, path)


def feedback_pages(students: list[Student], folder: Path) -> dict[str, Path]:
    """Each student's folder of feedback pages, under the name of what they submitted."""
    graded = folders(Course(folder / COURSE))
    return {
        f"feedback for {student.name} ({student.about})": graded.feedback(student.name)
        for student in students
    }


def verdict(students: list[Student], broken: list[str]) -> str:
    """What the demo has shown."""
    if broken:
        return "\n".join(["FAILED:", *(f"  {line}" for line in broken)])
    return (
        f"as it must be: {len(students)} students; the reference and all other right answers have "
        "full points, the empty notebook runs to its end and has 0, and each of the "
        f"{sum(student.count(WRONG) for student in students)} wrong answers lost points in its own "
        "exercise"
    )
