"""Tests the tests: every wrong answer must fail tests of its own exercise, every right one none.

A mutant is a plausible wrong answer, which fails a test that students see. An edge is one that
only hidden tests fail. An alternative is a right answer written differently. They stand in
`tests/NN_stem/answers/<exercise>.py`. Each is put in place of the reference solution and run
through the module's graded cells, visible and hidden, in `worker.py`.
"""

import ast
import re
import tempfile
import textwrap
from dataclasses import replace
from functools import partial
from pathlib import Path

from tito import package
from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.failures import Reason, one_line, parse
from tito.help import FIRST
from tito.hints import Hint, hints_of, matching
from tito.kernel.server import reference_package
from tito.script import Cell, Exercise, exercises, read, regions, replace_solution
from tito.variants import engine, reader
from tito.variants.reader import EDGE
from tito.variants.report import Report, Variant

LIMIT = 3.0  # seconds a graded cell may take
STUB = "raise NotImplementedError"
ENDED = {"timeout", "died"}
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def read_answers(folder: Path, known: list[Exercise], problems: list[str]) -> list[Variant]:
    """The variants in a folder, in the notebook's order; what is wrong becomes a problem."""
    makers = {exercise.grade_id: partial(answer, exercise) for exercise in known}
    return reader.read_folder(folder, makers, problems)


def answer(exercise: Exercise, cell: reader.Cell) -> Variant:
    """The variant that a cell holds. Raises: ValueError or SyntaxError saying what is wrong."""
    code, tests = cell.code, tuple(graded.grade_id for graded in exercise.graded)
    changes, _ = reader.edits(code, ("old", "new"))
    if changes:
        (region,) = regions(exercise.solution.source)
        code = textwrap.dedent(region)
        for old, new in changes:
            code = reader.replaced(code, old, new, "the reference solution")
    source = replace_solution(exercise.solution.source, code)
    compile(source, cell.name, "exec", dont_inherit=True)
    return Variant(exercise.grade_id, cell.kind, cell.name, cell.why, source, tests)


def given_source(cell: Cell) -> str:
    """What runs of a cell that is neither exercise nor graded.

    Exported cells run. Others run if they only import, define and name plain numbers: figures and
    experiments do not. Imports of matplotlib are left out, as no graded cell needs it.
    """
    if cell.is_exported:
        return cell.source
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:  # a magic: nothing that a graded cell may need
        return ""
    if not all(map(_defines, body)):
        return ""
    lines = map(ast.unparse, body)
    return "\n".join(line for line in lines if not re.match(r"(import|from) matplotlib\b", line))


def _defines(node: ast.stmt) -> bool:
    """Whether a statement imports, defines, or assigns what needs no other name."""
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    return isinstance(node, _DEFINITIONS) or (isinstance(node, ast.Assign) and not names)


def planned_cells(cells: list[Cell]) -> list[dict]:
    """The cells that run, in order, as `worker.py` wants them."""
    plan = []
    for cell in cells:
        own = cell.is_graded or cell.is_solution
        if cell.kind == "code" and (source := cell.source if own else given_source(cell)):
            name = cell.grade_id or f"number {cell.index + 1}"
            plan.append({"name": name, "source": source, "graded": cell.is_graded})
    return plan


def planned_trials(variants: list[Variant], known: list[Exercise], cells: list[dict]) -> list[dict]:
    """The reference, the empty release, and every variant, as `worker.py` wants them."""
    place = {cell["name"]: str(index) for index, cell in enumerate(cells)}
    graded = tuple(cell["name"] for cell in cells if cell["graded"])
    sources = {e.grade_id: e.solution.source for e in known if regions(e.solution.source)}
    stubs = {place[name]: replace_solution(source, STUB) for name, source in sources.items()}
    trials = [("reference", {}, graded), ("release", stubs, graded)]
    trials += [(v.label, {place[v.group]: v.source}, v.tests) for v in variants]
    return [{"name": name, "changes": changes, "own": own} for name, changes, own in trials]


def check_module(
    course: Course,
    module: Module,
    limit: float = LIMIT,
    progress: engine.Progress | None = None,
    only: str = "",
) -> Report:
    """Run the variants of a module, or of the one exercise `only`, and say what is wrong.

    Raises: Mistake if the module has no exercise of that name.
    """
    report, script = Report(module.folder), read(course.script(module))
    known, cells = exercises(script), planned_cells(script)
    helping = hints_of(script, known)
    report.variants = read_answers(course.answers(module), known, report.problems)
    if only:
        names = [exercise.grade_id for exercise in known]
        if only not in names:
            raise Mistake(f"{module.folder} has no exercise {only!r}: it has {', '.join(names)}")
        report.variants = [variant for variant in report.variants if variant.group == only]
    trials = planned_trials(report.variants, known, cells)
    with tempfile.TemporaryDirectory() as folder:
        # Cells may import what grading allows: the modules before this one and no more.
        reference_package.assemble(course, module, Path(folder))
        if not Path(folder, "tinytorch", "__init__.py").is_file():  # nothing is built yet
            package.write(course.catalog, Path(folder, "tinytorch"))
        plan = {"cells": cells, "trials": trials, "limit": limit}
        rows, ends = engine.run(plan, Path(folder), progress)
    report.problems += ends
    graded = {cell["name"] for cell in cells if cell["graded"]}
    if judge(report, graded, rows):
        for exercise in [one for one in known if only in ("", one.grade_id)]:
            mine = [v for v in report.variants if v.group == exercise.grade_id and v.is_wrong]
            report.problems += unseen(exercise, mine)
            report.problems += unasked(helping[exercise.grade_id], exercise, mine)
    return report


def judge(report: Report, graded: set[str], rows: engine.Rows) -> bool:
    """Give each variant its results, and say what is wrong with it; whether the tests are right."""
    for variant in report.variants:
        row = rows.get(variant.label, {})
        variant.results = {name: row[name] for name in row if name in graded}
        # Cells after a mutant may fail with it; an alternative leaves all others as they are.
        needed = {variant.group} if variant.is_wrong else row.keys() - graded
        broken = [name for name in row if name in needed and row[name].killed]
        if broken:
            variant.fault = f"the cell {broken[0]!r} does not run: {row[broken[0]].line}"
    problems = baseline_problems(rows, graded)
    report.problems += problems
    fine = "reference" in rows and not problems
    if fine:
        report.judge()
    return fine


def unseen(exercise: Exercise, wrong: list[Variant]) -> list[str]:
    """Whether students see why: mutants fail a visible test, edges do not, and a check says so."""
    visible = {cell.grade_id for cell in exercise.graded if not cell.is_hidden}
    problems = []
    for variant in [v for v in wrong if not v.problem]:
        seen, reasons = visible & set(variant.killers), own_reasons(variant)
        raised = {
            one.what.partition(":")[0] for one in reasons if one.what.partition(":")[0] not in ENDED
        }
        if variant.kind == EDGE and seen:
            problems.append(f"the {variant.label} fails {min(seen)!r}, which is visible: a mutant")
        elif variant.kind != EDGE and not seen:
            problems.append(
                f"the {variant.label} passes all visible tests: add a check, or make it an {EDGE}"
            )
        if raised and "wrong" not in raised and not any(name in variant.why for name in raised):
            problems.append(
                f"the {variant.label} fails no check but ends in {', '.join(sorted(raised))}: if "
                "this is what the mistake does, and no slip of the pen, its docstring says so"
            )
    return problems


def own_reasons(variant: Variant) -> list[Reason]:
    """Why it fails the tests of its exercise."""
    failed = [variant.results[name] for name in variant.killers if name in variant.tests]
    return [
        parse(one.message) if one.message.startswith("wrong:") else Reason(one_line(one.message))
        for one in failed
    ]


def unasked(hints: list[Hint], exercise: Exercise, wrong: list[Variant]) -> list[str]:
    """Hints that are titled by a message which no wrong answer gets in a visible test."""
    hidden = {cell.grade_id for cell in exercise.graded if cell.is_hidden}
    reasons = [
        one
        for variant in wrong
        for one in own_reasons(replace(variant, tests=tuple(set(variant.tests) - hidden)))
    ]
    return [
        f"the hint {hint.title!r} of {exercise.grade_id!r} answers no message: no wrong answer "
        "gets it from a visible test"
        for hint in hints
        if hint.title not in FIRST and not any(matching([hint], one) for one in reasons)
    ]


def baseline_problems(rows: engine.Rows, graded: set[str]) -> list[str]:
    """The reference passes every cell; the empty release fails every graded one, and no other."""
    problems = [
        f"the reference itself fails in the cell {name!r}: {result.message}"
        for name, result in rows.get("reference", {}).items()
        if result.killed
    ]
    for name, result in rows.get("release", {}).items():
        if name in graded and not result.killed:
            problems.append(f"the empty release passes the graded cell {name!r}")
        if name not in graded and result.killed:
            problems.append(f"the empty release does not run to its end: {name!r}: {result.line}")
    return problems
