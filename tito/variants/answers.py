"""Tests the tests: every mutant must lose points in its own exercise, every alternative none.

A mutant is a plausible wrong answer to one exercise, an alternative a right answer written
differently. They stand in `tests/NN_stem/answers/<exercise>.py`. Each is put in place of the
reference solution and run through the module's graded cells, visible and hidden, in `worker.py`.
"""

import ast
import re
import tempfile
import textwrap
from functools import partial
from pathlib import Path

from tito import package
from tito.catalog import Module
from tito.course import Course
from tito.kernel.server import reference_package
from tito.script import Cell, Exercise, exercises, read, regions, replace_solution
from tito.variants import engine, reader
from tito.variants.reader import MUTANT
from tito.variants.report import Report, Variant

LIMIT = 3.0  # seconds a graded cell may take
STUB = "raise NotImplementedError"
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
    course: Course, module: Module, limit: float = LIMIT, progress: engine.Progress | None = None
) -> Report:
    """Run all variants of a module and say what is wrong with its tests."""
    report, script = Report(module.folder), read(course.script(module))
    known, cells = exercises(script), planned_cells(script)
    report.variants = read_answers(course.answers(module), known, report.problems)
    trials = planned_trials(report.variants, known, cells)
    with tempfile.TemporaryDirectory() as folder:
        # Cells may import what grading allows: the modules before this one and no more.
        reference_package.assemble(course, module, Path(folder))
        if not Path(folder, "tinytorch", "__init__.py").is_file():  # nothing is built yet
            package.write(course.catalog, Path(folder, "tinytorch"))
        plan = {"cells": cells, "trials": trials, "limit": limit}
        rows, ends = engine.run(plan, Path(folder), progress)
    report.problems += ends
    judge(report, known, rows)
    return report


def judge(report: Report, known: list[Exercise], rows: engine.Rows) -> None:
    """Give each variant its results, and say what is wrong with the tests."""
    graded = {cell.grade_id for exercise in known for cell in exercise.graded}
    for variant in report.variants:
        row = rows.get(variant.label, {})
        variant.results = {name: row[name] for name in row if name in graded}
        # Cells after a mutant may fail with it; an alternative leaves all others as they are.
        needed = {variant.group} if variant.kind == MUTANT else row.keys() - graded
        broken = [name for name in row if name in needed and row[name].killed]
        if broken:
            variant.fault = f"the cell {broken[0]!r} does not run: {row[broken[0]].line}"
    problems = baseline_problems(rows, graded)
    report.problems += problems
    if "reference" in rows and not problems:
        report.judge()
        for exercise in known:
            hidden = {cell.grade_id for cell in exercise.graded if cell.is_hidden}
            mutants = [v for v in report.variants if v.kind == MUTANT]
            own = [set(v.killers) & set(v.tests) for v in mutants if v.group == exercise.grade_id]
            if not any(killers and killers <= hidden for killers in own):
                about = f"the exercise {exercise.grade_id!r} has"
                report.problems.append(f"{about} no mutant that only its hidden cells fail")


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
