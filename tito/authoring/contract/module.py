"""Rules about a module as a whole."""

import re

from tito import help, script
from tito.authoring.contract import names
from tito.authoring.contract.lesson import Lesson, lines_of, shown, tree_of

EXERCISES = range(4, 9)
STRETCH = range(1, 3)
GIVEN_SHARE = 3
WORDS_BEFORE_FIRST = 400
SCRIPT_LINES = 800


def length(lesson: Lesson) -> list[str]:
    """A script is read in one go."""
    lines = len(lesson.text.splitlines())
    if lines <= SCRIPT_LINES:
        return []
    return [f"{lines} lines: at most {SCRIPT_LINES}, so move what is not taught to given.py"]


def given(lesson: Lesson) -> list[str]:
    """Ready-made code that arrives folded has a title, which it gets in given.py."""
    return [
        f"{shown(cell)} is tagged {script.GIVEN}: make it a section of given.py"
        for cell in lesson.code
        if script.GIVEN in cell.tags and not cell.source.startswith(script.TITLE)
    ]


def given_share(lesson: Lesson) -> list[str]:
    """Most of what a module's notebook holds is what a student writes and reads in exercises."""
    given = sum(lines_of(cell.source) for cell in lesson.code if script.GIVEN in cell.tags)
    own = sum(lines_of(exercise.solution.source) for exercise in lesson.exercises)
    own += sum(lines_of(cell.source) for cell in lesson.graded if not cell.is_hidden)
    if given <= GIVEN_SHARE * own:
        return []
    return [
        f"{given} lines of code are given, more than {GIVEN_SHARE} times the {own} of exercises "
        "and visible tests: move what the notebook need not show to tito/lib/"
    ]


def exercise_count(lesson: Lesson) -> list[str]:
    stretch = sum(exercise.is_stretch for exercise in lesson.exercises)
    count = len(lesson.exercises) - stretch
    problems = [] if count in EXERCISES else [f"{count} exercises: there must be 4 to 8"]
    one_or_two = f"{stretch} stretch exercises, worth 0 points: there must be 1 or 2"
    return problems + ([] if stretch in STRETCH else [one_or_two])


def opening(lesson: Lesson) -> list[str]:
    """The first exercise comes soon: the prose before it is short."""
    if not lesson.exercises:
        return []
    until = lesson.exercises[0].solution.index
    texts = (cell.source for cell in lesson.cells[:until] if cell.kind == "markdown")
    prose = help.unfolded("\n".join(texts))
    words = len(prose.partition("**Exercise 1")[0].split())
    limit = WORDS_BEFORE_FIRST
    return [f"{words} words before the first exercise: at most {limit}"] if words > limit else []


def points(lesson: Lesson) -> list[str]:
    """Whole points, those of the catalog together, and most of them where a student sees why."""
    worth = {cell.index: cell.points for cell in lesson.graded if isinstance(cell.points, int)}
    total, row = sum(worth.values()), lesson.module.points
    hidden = sum(worth.get(cell.index, 0) for cell in lesson.graded if cell.is_hidden)
    stretch = {c.index for e in lesson.exercises if e.is_stretch for c in e.graded}
    problems = [
        f"{shown(cell)} is worth {cell.points!r}: give it a whole number of points"
        for cell in lesson.graded
        if worth.get(cell.index, -1) < 0 or (not worth[cell.index] and cell.index not in stretch)
    ]
    if total != row:
        problems.append(f"the graded cells give {total} points, the catalog says {row}")
    if hidden > total / 3:
        problems.append(f"{hidden} of {total} points are hidden: at most a third")
    return problems


def folds(lesson: Lesson) -> list[str]:
    """Help is folded, and stands in help.md; a title is shown as it is, which Markdown is not."""
    problems = [
        f"{shown(cell)} folds: move it to help.md beside the script"
        for cell in script.parse(lesson.text, lesson.given)
        if "<details>" in cell.source
    ]
    titles = [title for steps in help.read(lesson.helping).values() for title in steps]
    return problems + [f"a backtick is shown as it is in {it!r}" for it in titles if "`" in it]


def ladder(lesson: Lesson) -> list[str]:
    """An exercise helps in steps: how to begin, the idea, and hints titled by messages."""
    problems, there = [], help.read(lesson.helping)
    for exercise in lesson.exercises:
        steps = there.get(exercise.grade_id, {})
        about = f"the help for `{exercise.grade_id}`"
        if tuple(steps)[:2] != help.FIRST:
            problems.append(f"{about} must begin with {' and '.join(map(repr, help.FIRST))}")
        elif len(steps) < 3:
            problems.append(f"{about} has no hint that is titled by a message")
        problems += [f"{about} is empty in {it!r}" for it, text in steps.items() if not text]
    return problems


def reflection(lesson: Lesson) -> list[str]:
    """After the last exercise there is a question, and a cell to answer it in."""
    last = lesson.exercises[-1].solution.index if lesson.exercises else -1
    for cell, answer in zip(lesson.cells, lesson.cells[1:], strict=False):
        if cell.index > last and re.search(r"^#+ .*Reflection", cell.source, re.MULTILINE):
            is_open = not answer.is_graded and not answer.nbgrader.get("locked")
            return [] if is_open else ["the cell after the reflection question is locked or graded"]
    return ["no heading with the word Reflection, with a cell for the answer, after the exercises"]


def default_exp(lesson: Lesson) -> list[str]:
    sources = "\n".join(cell.source for cell in lesson.code)
    found = re.findall(r"^#\| *default_exp +(\S+)", sources, re.MULTILINE)
    wanted = f"core.{lesson.module.stem}"
    return (
        [] if found == [wanted] else [f"`#| default_exp {wanted}` must stand in it once: {found}"]
    )


def terms(lesson: Lesson) -> list[str]:
    """The field's words that the catalog lists stand in the prose."""
    prose = "\n".join(cell.source for cell in lesson.cells if cell.kind == "markdown")
    return [
        f"the prose never says {term!r}, a term that the catalog lists"
        for term in lesson.module.terms
        if not _said(term, prose)
    ]


def _said(term: str, prose: str) -> bool:
    """Whether a text holds a term, or its plural, as words; `reverse-mode` is `reverse mode`."""
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]", term))
    return re.search(rf"\b{words}(s|es)?\b", prose, re.IGNORECASE) is not None


def exports(lesson: Lesson) -> list[str]:
    """What the catalog says a module gives is defined in its exported cells."""
    defined = {name for cell in lesson.exported for name in names.bound(tree_of(cell))}
    promised = [
        name.split(".")[0] for row in lesson.module.public.values() for name in row.values()
    ]
    missing = sorted({name for name in promised if name not in defined})
    return [f"no exported cell defines {name}, which the catalog names" for name in missing]
