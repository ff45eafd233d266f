"""The contract of a module, as far as a program can check it: `RULES`, one function a rule.

A rule gets a `Lesson` and returns what is wrong, a sentence each. `tito build --check` runs them.
"""

import ast
import builtins
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tito import script
from tito.authoring import names
from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake

EXERCISES = range(4, 9)
WORDS_BEFORE_FIRST = 400
SCRIPT_LINES = 800
# Modules whose given code still stands in their script. One that has moved it, and fits, leaves
# this list; with the last of them the list goes.
UNSPLIT = {
    *("tensor", "autograd", "layers", "losses"),
}
REGION_LINES = 25
WORDS_OF_A_FIGURE = 15
MUTANTS, ALTERNATIVES, FIGURES = 3, 1, 2
# Tensor.backward asks for the next module when it is called: the only import that looks up.
UPWARD = ("tensor", "tinytorch.core.autograd")
# Used inside a function where they are installed; nothing exported needs them.
OPTIONAL = ("matplotlib", "tqdm")
NOTEBOOK_ONLY = ("matplotlib", "tito.checks", "tinytorch_data")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MAGIC = re.compile(r"^[ \t]*[%!?]", re.MULTILINE)


@dataclass(frozen=True)
class Lesson:
    """One module as its author left it: catalog row, script, its tests' folder, given code."""

    module: Module
    catalog: tuple[Module, ...]
    text: str
    tests: Path
    given: str = ""

    @cached_property
    def cells(self) -> list[script.Cell]:
        return script.parse(self.text, self.given)

    @cached_property
    def exercises(self) -> list[script.Exercise]:
        return script.exercises(self.cells)

    @property
    def code(self) -> list[script.Cell]:
        return [cell for cell in self.cells if cell.kind == "code"]

    @property
    def graded(self) -> list[script.Cell]:
        return [cell for cell in self.cells if cell.is_graded]

    @property
    def exported(self) -> list[script.Cell]:
        return [cell for cell in self.cells if cell.is_exported]


def check(course: Course, modules: tuple[Module, ...]) -> list[str]:
    """What is wrong with the scripts of `modules`, one line each: script, rule, what is wrong."""
    failures = []
    for module in modules:
        path = course.script(module)
        if path.is_file():
            text, given = script.texts(path)
            lesson = Lesson(module, course.catalog, text, course.tests(module), given)
            name = path.relative_to(course.root).as_posix()
            try:
                failures += [f"{name}: {rule}: {problem}" for rule, problem in broken(lesson)]
            except Mistake as mistake:  # script and given code do not fit: nothing can be read
                failures.append(f"{name}: {mistake}")
    return failures


def scenarios(course: Course) -> list[str]:
    """What is wrong with the scripts of the scenarios: each has a title, and tells its figures."""
    failures = []
    for path in course.scenarios:
        cells = script.read(path)
        titled = cells and cells[0].kind == "markdown" and cells[0].source.startswith("# ")
        problems = undescribed(cells)
        if not titled:
            problems.insert(
                0, "it does not begin with a title, a Markdown cell that starts with `# `"
            )
        failures += [f"{course.relative(path)}: {problem}" for problem in problems]
    return failures


def broken(lesson: Lesson) -> list[tuple[str, str]]:
    """The rules a lesson breaks, each with what is wrong."""
    return [(name, problem) for name, rule in RULES.items() for problem in rule(lesson)]


def _tree(cell: script.Cell) -> ast.Module:
    """The syntax tree of a cell; an empty one where the rule `python` reports that it has none."""
    try:
        return ast.parse(_MAGIC.sub("#", cell.source) if not cell.is_exported else cell.source)
    except SyntaxError:
        return ast.Module([], [])


def _shown(cell: script.Cell) -> str:
    lines = [line for line in cell.source.splitlines() if not line.startswith("#|")]
    first = next((line for line in lines if line.strip()), "")
    return f"cell `{cell.grade_id}`" if cell.grade_id else f"the cell that begins {first[:50]!r}"


# The module as a whole


def length(lesson: Lesson) -> list[str]:
    """A script is read in one go."""
    lines = len(lesson.text.splitlines())
    return (
        [f"{lines} lines: at most {SCRIPT_LINES}, so move what is not taught to given.py"]
        if lines > SCRIPT_LINES and lesson.module.stem not in UNSPLIT
        else []
    )


def given(lesson: Lesson) -> list[str]:
    """Ready-made code that arrives folded has a title, which it gets in given.py."""
    if lesson.module.stem in UNSPLIT:
        return []
    return [
        f"{_shown(cell)} is tagged {script.GIVEN}: make it a section of given.py"
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
        f"{_shown(cell)} is worth {cell.points!r}: give it a whole number of points"
        for cell in lesson.graded
        if worth.get(cell.index, 0) <= 0
    ]
    wrong = [f"the graded cells give {total} points, the catalog says {row}"]
    return empty + (wrong if total != row else [])


def figures(lesson: Lesson) -> list[str]:
    shown = [cell for cell in lesson.code if not cell.is_graded and not cell.is_exported]
    drawn = [cell for cell in shown if _uses(cell, "plt")]
    return (
        [] if len(drawn) >= FIGURES else [f"{len(drawn)} cells draw a figure: at least {FIGURES}"]
    )


def described(lesson: Lesson) -> list[str]:
    """A figure is told in words too, for those who cannot see it."""
    return undescribed(lesson.cells)


def undescribed(cells: list[script.Cell]) -> list[str]:
    """The cells that show a figure without a text beside them, a sentence each.

    The text is the Markdown cell before, or that behind down to its first heading; between the text
    before and the figure there may be code that prepares it, but no exercise.
    """
    drawers, problems = {"plt"}, []
    for place, cell in enumerate(cells):
        if cell.kind != "code":
            continue
        defined, run = _defined_and_run(cell)
        drawers |= {node.name for node in defined if _names(node) & {"plt"}}
        if cell.is_graded or not any(_names(node) & drawers for node in run):
            continue
        behind = cells[place + 1].source if place + 1 < len(cells) else ""
        texts = _before(cells[:place]), re.split(r"^#", behind, maxsplit=1, flags=re.MULTILINE)[0]
        if max(len(text.split()) for text in texts) < WORDS_OF_A_FIGURE:
            problems.append(
                f"{_shown(cell)} shows a figure: say what is to be seen, in {WORDS_OF_A_FIGURE} "
                "words or more, in the Markdown cell before or behind it"
            )
    return problems


def _defined_and_run(cell: script.Cell) -> tuple[list[ast.AST], list[ast.AST]]:
    """The functions and classes of a cell, and the statements that do something at once."""
    body = [n for n in _tree(cell).body if not isinstance(n, ast.Import | ast.ImportFrom)]
    defined = [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return defined, [n for n in body if n not in defined]


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _before(cells: list[script.Cell]) -> str:
    """The prose of the nearest Markdown cell, if no exercise stands behind it."""
    for cell in reversed(cells):
        if cell.is_graded or cell.is_solution:
            return ""
        if cell.kind == "markdown":
            return re.sub(r"(?s:<details>.*?</details>)|^#.*$", "", cell.source, flags=re.M)
    return ""


def _uses(cell: script.Cell, name: str) -> bool:
    return name in _names(_tree(cell))


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
            problems.append(f"{_shown(cell)} does not close each <details>")
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


def exports(lesson: Lesson) -> list[str]:
    """What the catalog says a module gives is defined in its exported cells."""
    defined = {name for cell in lesson.exported for name in names.bound(_tree(cell))}
    promised = [
        name.split(".")[0] for row in lesson.module.public.values() for name in row.values()
    ]
    missing = sorted({name for name in promised if name not in defined})
    return [f"no exported cell defines {name}, which the catalog names" for name in missing]


# Exercises


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
            problems += [f"{_shown(cell)} holds a region but is no solution cell"] * bool(found)
        elif len(found) != 1:
            problems.append(
                f"{_shown(cell)} holds {len(found)} solution regions: there must be one"
            )
        else:
            lines = sum(bool(line.strip()) for line in found[0].splitlines())
            if lines > REGION_LINES:
                problems.append(f"{_shown(cell)} asks for {lines} lines: at most {REGION_LINES}")
            if not _inside_function(cell):
                problems.append(f"the region of {_shown(cell)} is not inside a function")
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
    """An exercise has a visible test, and a hidden one that says what it covers."""
    problems = []
    for exercise in lesson.exercises:
        hidden = [cell for cell in exercise.graded if cell.is_hidden]
        if len(hidden) == len(exercise.graded):
            problems.append(f"exercise `{exercise.grade_id}` has no visible test")
        if not hidden:
            problems.append(f"exercise `{exercise.grade_id}` has no hidden test")
        problems += [
            f"{_shown(cell)} has no visible comment that says what is graded"
            for cell in hidden
            if not re.search(r"^#(?!##) *\w", cell.source.partition(script.BEGIN_HIDDEN)[0], re.M)
        ]
        problems += [
            f"{_shown(cell)} does not end with {script.END_HIDDEN}"
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
            problems.append(f"{_shown(cell)} comes before the first exercise")
            continue
        wanted = f"{owned[cell.index].grade_id}-{'hidden' if cell.is_hidden else 'test'}"
        if not (cell.grade_id or "").startswith(wanted):
            problems.append(f"{_shown(cell)} must be called `{wanted}`, or that and a number")
    return problems


def variants(lesson: Lesson) -> list[str]:
    """An exercise has wrong answers and right ones, a file each, that say what they are."""
    problems = []
    for kind, least in (("mutants", MUTANTS), ("alternatives", ALTERNATIVES)):
        ids = {exercise.grade_id for exercise in lesson.exercises}
        for grade_id in sorted(ids):
            count = len(list((lesson.tests / kind / grade_id).glob("*.py")))
            if count < least:
                problems.append(f"exercise `{grade_id}` has {count} {kind}: at least {least}")
        for path in sorted((lesson.tests / kind).glob("*/*.py")):
            name = f"{kind}/{path.parent.name}/{path.name}"
            if path.parent.name not in ids:
                problems.append(f"{name} belongs to no exercise")
            if not _docstring(path):
                problems.append(f"{name} has no docstring that says what it is")
    return problems


def _docstring(path: Path) -> str | None:
    try:
        return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    except SyntaxError:
        return None


# Graded cells


def apart(lesson: Lesson) -> list[str]:
    """A graded cell does not use what another graded cell assigned."""
    bound = {cell.index: names.bound(_tree(cell)) for cell in lesson.code}
    given = {name for cell in lesson.code if not cell.is_graded for name in bound[cell.index]}
    problems = []
    for cell in lesson.graded:
        for other in lesson.graded:
            if other is not cell:
                shared = (names.needed(_tree(cell)) & bound[other.index]) - given
                problems += [
                    f"{_shown(cell)} uses `{name}`, which {_shown(other)} assigns"
                    for name in sorted(shared)
                ]
    return problems


def quiet(lesson: Lesson) -> list[str]:
    """A graded cell shows nothing: nbgrader reads a value at its end as points."""
    problems = []
    for cell in lesson.graded:
        tree = _tree(cell)
        if any(isinstance(node, ast.Name) and node.id == "print" for node in ast.walk(tree)):
            problems.append(f"{_shown(cell)} prints")
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr) and not isinstance(last.value, (ast.Call, ast.Await)):
            problems.append(f"{_shown(cell)} ends in a value, which nbgrader reads as points")
    return problems


# Code


def python(lesson: Lesson) -> list[str]:
    problems = []
    for cell in lesson.code:
        try:
            ast.parse(_MAGIC.sub("#", cell.source))
        except SyntaxError as error:
            problems.append(f"{_shown(cell)} is not Python: {error.msg}, line {error.lineno}")
    return problems


def magics(lesson: Lesson) -> list[str]:
    return [
        f"{_shown(cell)} is exported and holds a magic"
        for cell in lesson.exported
        if (_MAGIC.search(cell.source) and not _tree(cell).body) or "get_ipython" in cell.source
    ]


def defined(lesson: Lesson) -> list[str]:
    """Some cell defines each name that is used: ruff sees one of the two files at a time."""
    known = {name for cell in lesson.code for name in names.bound(_tree(cell))} | set(dir(builtins))
    return [
        f"{_shown(cell)} uses `{name}`, which no cell defines"
        for cell in lesson.code
        for name in sorted(names.needed(_tree(cell)) - known - {"display", "get_ipython"})
    ]


def used(lesson: Lesson) -> list[str]:
    """Some cell uses each name that is imported."""
    trees = [_tree(cell) for cell in lesson.code]
    loaded = {name for tree in trees for name in _names(tree)}
    return [
        f"{_shown(cell)} imports `{name}`, which no cell uses"
        for cell, tree in zip(lesson.code, trees, strict=True)
        for name in sorted(_imported_names(tree) - loaded)
    ]


def _imported_names(tree: ast.Module) -> set[str]:
    """What the imports of a tree bind, those inside functions too."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.alias)]
    return {(alias.asname or alias.name).partition(".")[0] for alias in found}


def imports(lesson: Lesson) -> list[str]:
    """Only NumPy, the standard library and the modules that the catalog's row allows."""
    row = lesson.module
    allowed = {f"tinytorch.core.{m.stem}" for m in lesson.catalog if m.number in row.imports}
    problems, upward = [], 0
    for cell in lesson.code:
        more = () if cell.is_exported else NOTEBOOK_ONLY
        for name, in_function in _imported(_tree(cell), allowed):
            if (row.stem, name) == UPWARD and in_function:
                upward += 1
            elif not _may_import(name, allowed, (*more, *(OPTIONAL if in_function else ()))):
                problems.append(f"{_shown(cell)} imports {name}, which it may not")
    if upward > 1:
        problems.append(f"{UPWARD[1]} is imported {upward} times: once is the one exception")
    return problems


def _may_import(name: str, allowed: set[str], more: tuple[str, ...]) -> bool:
    top = name.partition(".")[0]
    if top == "numpy" or top in sys.stdlib_module_names or name in allowed:
        return True
    return any(name == other or name.startswith(f"{other}.") for other in more)


def _imported(tree: ast.AST, modules: set[str], in_function=False) -> list[tuple[str, bool]]:
    """The modules a tree imports, each with whether that happens inside a function."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, in_function) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            is_parent = base in ("tinytorch", "tinytorch.core", "tito")  # the names are modules
            full = [f"{base}.{alias.name}" for alias in node.names] if is_parent else [base]
            found += [(name, in_function) for name in full]
        else:
            inside = in_function or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            found += _imported(node, modules, inside)
    return found


RULES: dict[str, Callable[[Lesson], list[str]]] = {
    "length": length,
    "given": given,
    "exercises": exercise_count,
    "opening": opening,
    "points": points,
    "figures": figures,
    "described": described,
    "details": details,
    "reflection": reflection,
    "default_exp": default_exp,
    "exports": exports,
    "labels": labels,
    "regions": regions,
    "graded": graded,
    "grade_ids": grade_ids,
    "variants": variants,
    "apart": apart,
    "quiet": quiet,
    "python": python,
    "magics": magics,
    "defined": defined,
    "used": used,
    "imports": imports,
}
