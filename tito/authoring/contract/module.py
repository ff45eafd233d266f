"""Rules about a module as a whole."""

import re

from tito import script
from tito.authoring.contract import names
from tito.authoring.contract.lesson import Lesson, shown, tree_of

EXERCISES = range(4, 9)
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


def exercise_count(lesson: Lesson) -> list[str]:
    count = len(lesson.exercises)
    return [] if count in EXERCISES else [f"{count} exercises: there must be 4 to 8"]


def opening(lesson: Lesson) -> list[str]:
    """The first exercise comes soon: the prose before it is short."""
    if not lesson.exercises:
        return []
    until = lesson.exercises[0].solution.index
    prose = "\n".join(cell.source for cell in lesson.cells[:until] if cell.kind == "markdown")
    words = len(prose.partition("**Exercise 1")[0].split())
    limit = WORDS_BEFORE_FIRST
    return [f"{words} words before the first exercise: at most {limit}"] if words > limit else []


def points(lesson: Lesson) -> list[str]:
    worth = {cell.index: cell.points for cell in lesson.graded if isinstance(cell.points, int)}
    total, row = sum(worth.values()), lesson.module.points
    empty = [
        f"{shown(cell)} is worth {cell.points!r}: give it a whole number of points"
        for cell in lesson.graded
        if worth.get(cell.index, 0) <= 0
    ]
    wrong = [f"the graded cells give {total} points, the catalog says {row}"]
    return empty + (wrong if total != row else [])


def details(lesson: Lesson) -> list[str]:
    """A folded hint is shown as Markdown only after a blank line, and its title never is."""
    problems = []
    for cell in lesson.cells:
        if cell.kind != "markdown":
            continue
        lines = cell.source.splitlines()
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            if "</summary>" in line and (following.strip() or not line.endswith("</summary>")):
                problems.append(f"no blank line after {line.strip()!r}")
            if "<summary>" in line and "`" in line:
                problems.append(f"a backtick is shown as it is in {line.strip()!r}")
        if cell.source.count("<details>") != cell.source.count("</details>"):
            problems.append(f"{shown(cell)} does not close each <details>")
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
