"""What a student meets in each module, in numbers: `tito measures`.

Lines are lines of code, without blank ones and comments. Words count prose and docstrings, not the
folded help. What wrong answers fail comes from the matrices that `tito mutants` left.
"""

import ast
import json
from dataclasses import dataclass
from statistics import median

from rich.table import Table

from tito import help
from tito.authoring.contract.lesson import Lesson, lines_of
from tito.catalog import Module
from tito.course import Course
from tito.script import GIVEN, Cell, Exercise, regions, texts
from tito.variants.reader import ALTERNATIVE
from tito.variants.report import SPARED


@dataclass(frozen=True)
class Measures:
    """The numbers of one module; shares lie between 0 and 1, and are None without a matrix."""

    module: str
    exercises: int
    minutes: int
    visible: int  # points
    hidden: int
    wrong: int  # wrong answers
    seen: float | None  # the share of them that visible tests fail
    written: int  # lines of the solutions
    read: int  # lines of exercise cells and visible tests
    given: int  # lines
    before: int  # words before the first exercise's code
    words: int  # an exercise, the median


def measure(course: Course, module: Module) -> Measures:
    """The numbers of one module."""
    text, *beside = texts(course.script(module))
    lesson = Lesson(module, course.catalog, text, course.answers(module), *beside)
    worth = [exercise for exercise in lesson.exercises if not exercise.is_stretch]
    seen = [cell for exercise in worth for cell in exercise.graded if not cell.is_hidden]
    own = [cell for exercise in lesson.exercises for cell in exercise.graded]
    solutions = [exercise.solution for exercise in lesson.exercises]
    words = words_of(lesson.cells, worth)
    wrong, share = _failed(course, module, {cell.grade_id for cell in own if not cell.is_hidden})
    return Measures(
        module.folder,
        len(worth),
        sum(exercise.minutes or 0 for exercise in worth),
        sum(cell.points for cell in seen),
        sum(cell.points for exercise in worth for cell in exercise.graded if cell.is_hidden),
        wrong,
        share,
        sum(lines_of(region) for cell in solutions for region in regions(cell.source)),
        sum(lines_of(it.source) for it in (*solutions, *own) if not it.is_hidden),
        sum(lines_of(cell.source) for cell in lesson.code if GIVEN in cell.tags),
        words[0] if words else 0,
        round(median(words)) if words else 0,
    )


def words_of(cells: list[Cell], exercises: list[Exercise]) -> list[int]:
    """The words of prose and docstring before the code of each exercise, from the one before."""
    found, begin = [], 0
    for exercise in exercises:
        end = exercise.solution.index
        prose = [help.unfolded(it.source) for it in cells[begin:end] if it.kind == "markdown"]
        found.append(len(" ".join([*prose, _docstring(exercise.solution)]).split()))
        begin = end
    return found


def _docstring(cell: Cell) -> str:
    nodes = ast.walk(ast.parse(cell.source))
    return " ".join(
        ast.get_docstring(node) or ""
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    )


def _failed(course: Course, module: Module, visible: set[str]) -> tuple[int, float | None]:
    """How many wrong answers a module's matrix holds, and the share that visible tests fail."""
    path = course.matrix(module.folder)
    if not path.is_file():
        return 0, None
    variants = json.loads(path.read_text(encoding="utf-8"))["variants"]
    wrong = [variant for variant in variants if variant["kind"] != ALTERNATIVE]
    seen = [
        any(variant["results"][name]["outcome"] not in SPARED for name in own if name in visible)
        for variant in wrong
        if (own := [name for name in variant["tests"] if name in variant["results"]])
    ]
    return len(wrong), sum(seen) / len(wrong) if wrong else None


def table(rows: list[Measures]) -> Table:
    """A row a module."""
    shown = Table(title="what a student meets", caption="wrong answers: after `tito mutants`")
    shown.add_column("module", no_wrap=True)
    heads = ("exercises", "minutes", "points seen + hidden", "wrong answers seen")
    for head in (*heads, "lines written", "lines given / read", "words before code", "an exercise"):
        shown.add_column(head, justify="right")
    for it in rows:
        share = "" if it.seen is None else f"{it.seen:.0%} of {it.wrong}"
        given = f"{it.given} / {it.read} = {it.given / max(it.read, 1):.1f}"
        points = f"{it.visible} + {it.hidden}"
        numbers = (it.exercises, it.minutes, points, share, it.written, given, it.before, it.words)
        shown.add_row(it.module, *map(str, numbers))
    return shown
