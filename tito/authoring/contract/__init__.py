"""The contract of a module, as far as a program can check it: `RULES`, one function a rule.

A rule gets a `Lesson` and returns what is wrong, a sentence each. `tito build --check` runs them.
"""

from collections.abc import Callable

from tito import script
from tito.authoring.contract import code, exercises, figures, module
from tito.authoring.contract.lesson import Lesson
from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake

RULES: dict[str, Callable[[Lesson], list[str]]] = {
    "length": module.length,
    "given": module.given,
    "given_share": module.given_share,
    "exercises": module.exercise_count,
    "opening": module.opening,
    "points": module.points,
    "figures": figures.figures,
    "described": figures.described,
    "folds": module.folds,
    "ladder": module.ladder,
    "reflection": module.reflection,
    "default_exp": module.default_exp,
    "exports": module.exports,
    "terms": module.terms,
    "labels": exercises.labels,
    "regions": exercises.regions,
    "graded": exercises.graded,
    "grade_ids": exercises.grade_ids,
    "variants": exercises.variants,
    "apart": code.apart,
    "kept_names": code.kept_names,
    "checks": code.checks_in_place,
    "quiet": code.quiet,
    "python": code.python,
    "magics": code.magics,
    "defined": code.defined,
    "used": code.used,
    "imports": code.allowed_imports,
}


def check(course: Course, modules: tuple[Module, ...]) -> list[str]:
    """What is wrong with the scripts of `modules`, one line each: script, rule, what is wrong."""
    failures = []
    for row in modules:
        path = course.script(row)
        if path.is_file():
            text, *beside = script.texts(path)
            lesson = Lesson(row, course.catalog, text, course.answers(row), *beside)
            name = course.relative(path)
            try:
                failures += [f"{name}: {rule}: {problem}" for rule, problem in broken(lesson)]
            except Mistake as mistake:  # script and given code do not fit: nothing can be read
                failures.append(f"{name}: {mistake}")
    return failures


def broken(lesson: Lesson) -> list[tuple[str, str]]:
    """The rules a lesson breaks, each with what is wrong."""
    return [(name, problem) for name, rule in RULES.items() for problem in rule(lesson)]


def scenarios(course: Course) -> list[str]:
    """What is wrong with the scripts of the scenarios: each has a title, and tells its figures."""
    failures = []
    for path in course.scenarios:
        cells = script.read(path)
        problems = figures.undescribed(cells)
        if not (cells and cells[0].kind == "markdown" and cells[0].source.startswith("# ")):
            title = "it does not begin with a title, a Markdown cell that starts with `# `"
            problems.insert(0, title)
        failures += [f"{course.relative(path)}: {problem}" for problem in problems]
    return failures
