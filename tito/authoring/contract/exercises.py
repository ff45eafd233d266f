"""Rules about exercises."""

import ast
import re
from collections import Counter

from tito import script
from tito.authoring.contract.lesson import Lesson, shown
from tito.variants.answers import read_answers
from tito.variants.reader import ALTERNATIVE, EDGE, MUTANT

REGION_LINES = 25
# Wrong answers of an exercise and of a stretch exercise; of these, at most one in five may pass
# every visible test, and at least one does in an exercise, for that is what hidden tests are for.
WRONG, WRONG_STRETCH, ALTERNATIVES = 5, 3, 1
ONE_EDGE_IN = 5
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def labels(lesson: Lesson) -> list[str]:
    wanted = "write `**Exercise 1 · easy · 5 minutes.**` in the text before it"
    bare = [item for item in lesson.exercises if not (item.difficulty and item.minutes)]
    return [
        f"exercise `{item.grade_id}` says neither how hard nor how long: {wanted}" for item in bare
    ]


def regions(lesson: Lesson) -> list[str]:
    """A solution cell holds one region, inside a function, of few lines; other cells hold none."""
    problems = []
    for cell in lesson.cells:
        found = script.regions(cell.source)
        if not cell.is_solution:
            if found:
                problems.append(f"{shown(cell)} holds a region but is no solution cell")
        elif len(found) != 1:
            problems.append(f"{shown(cell)} holds {len(found)} solution regions: there must be one")
        else:
            lines = sum(bool(line.strip()) for line in found[0].splitlines())
            if lines > REGION_LINES:
                problems.append(f"{shown(cell)} asks for {lines} lines: at most {REGION_LINES}")
            if not _inside_function(cell):
                problems.append(f"the region of {shown(cell)} is not inside a function")
    return problems


def _inside_function(cell: script.Cell) -> bool:
    """Does the cell, with the region replaced by a stub, hold it in a function of its own?"""
    stub = "raise NotImplementedError('the stub')"
    try:
        tree = ast.parse(script.replace_solution(cell.source, stub))
    except SyntaxError:
        return False
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return any(
        isinstance(node, ast.Raise) and ast.unparse(node) == stub
        for function in functions
        for node in ast.walk(function)
    )


def graded(lesson: Lesson) -> list[str]:
    """An exercise has a visible test, and a hidden one that says what it covers; each says what.

    A stretch exercise has no hidden test.
    """
    problems = []
    for exercise in lesson.exercises:
        hidden = [cell for cell in exercise.graded if cell.is_hidden]
        if len(hidden) == len(exercise.graded):
            problems.append(f"exercise `{exercise.grade_id}` has no visible test")
        problems += [
            f"{shown(cell)} does not begin with a comment that says what is checked"
            for cell in exercise.graded
            if not cell.is_hidden and not re.match(r"# *\w", cell.source)
        ]
        if not hidden and not exercise.is_stretch:
            problems.append(f"exercise `{exercise.grade_id}` has no hidden test")
        if hidden and exercise.is_stretch:
            problems.append(f"the stretch exercise `{exercise.grade_id}` has a hidden test")
        problems += [
            f"{shown(cell)} has no visible comment that says what is graded"
            for cell in hidden
            if not re.search(r"^#(?!##) *\w", cell.source.partition(script.BEGIN_HIDDEN)[0], re.M)
        ]
        problems += [
            f"{shown(cell)} does not end with {script.END_HIDDEN}"
            for cell in hidden
            if not cell.source.rstrip().endswith(script.END_HIDDEN)
        ]
    return problems


def grade_ids(lesson: Lesson) -> list[str]:
    ids = [cell.grade_id or "" for cell in lesson.cells if cell.nbgrader]
    problems = [
        f"grade id {one!r} is used twice" for one, times in Counter(ids).items() if times > 1
    ]
    problems += [
        f"grade id {one!r} is not lower-case words joined by hyphens, 64 letters at most"
        for one in ids
        if not _ID.fullmatch(one) or len(one) > 64
    ]
    owned = {cell.index: exercise for exercise in lesson.exercises for cell in exercise.graded}
    for cell in lesson.graded:
        if cell.index not in owned:
            problems.append(f"{shown(cell)} comes before the first exercise")
            continue
        wanted = f"{owned[cell.index].grade_id}-{'hidden' if cell.is_hidden else 'test'}"
        if not (cell.grade_id or "").startswith(wanted):
            problems.append(f"{shown(cell)} must be called `{wanted}`, or that and a number")
    return problems


def variants(lesson: Lesson) -> list[str]:
    """An exercise has wrong answers and right ones, which say what they are and fit into it."""
    problems: list[str] = []
    found = read_answers(lesson.answers, lesson.exercises, problems)
    counts = Counter((variant.group, variant.kind) for variant in found)
    for exercise in lesson.exercises:
        mutants, edges, right = (
            counts[exercise.grade_id, it] for it in (MUTANT, EDGE, ALTERNATIVE)
        )
        about, least = f"exercise `{exercise.grade_id}` has", WRONG
        if exercise.is_stretch:
            least = WRONG_STRETCH
        elif not edges:
            problems.append(f"{about} no {EDGE}, a wrong answer that only hidden tests fail")
        if mutants + edges < least:
            problems.append(f"{about} {mutants + edges} wrong answers: at least {least}")
        if edges * ONE_EDGE_IN > mutants + edges:
            problems.append(
                f"{about} {edges} {EDGE}s among {mutants + edges} wrong answers: visible tests "
                f"must fail at least {ONE_EDGE_IN - 1} in {ONE_EDGE_IN}"
            )
        if right < ALTERNATIVES:
            problems.append(f"{about} {right} {ALTERNATIVE}s: at least {ALTERNATIVES}")
    return problems
