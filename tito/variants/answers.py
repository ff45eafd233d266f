"""Tests the tests: every mutant must lose points in its own exercise, every alternative none.

A mutant is a plausible wrong answer to one exercise, an alternative a right answer written
differently. They stand in `tests/NN_stem/answers/<exercise>.py`, in the form of `reader.py`. Each
is put in place of the reference solution and run through the module's graded cells, visible and
hidden, by `worker.py` (no kernels, two processes, POSIX only).
"""

import ast
import tempfile
import textwrap
import time
from functools import partial
from pathlib import Path

from tito import package
from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.kernel.server import reference_package
from tito.script import Cell, Exercise, exercises, read, regions, replace_solution
from tito.variants import engine, reader, worker
from tito.variants.report import Report, Result, Variant

LIMIT = 3.0  # seconds a graded cell may take
MEMORY = 4 * 2**30  # bytes of address space
STUB = "raise NotImplementedError"
_IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (*_IMPORTS, ast.FunctionDef, ast.ClassDef)


# ---- reading ----


def read_answers(folder: Path, known: list[Exercise], problems: list[str]) -> list[Variant]:
    """The variants in a folder, in the notebook's order; what is wrong becomes a problem."""
    files = {path.stem: path for path in sorted(folder.glob("*.py"))}
    ids = [exercise.grade_id for exercise in known]
    problems += [
        f"{reader.place_of(path)} is named after no exercise: they are {', '.join(ids)}"
        for name, path in files.items()
        if name not in ids
    ]
    variants = []
    for exercise in known:
        if path := files.get(exercise.grade_id):
            variants += reader.read(path, partial(answer, exercise), problems)
    return variants


def answer(exercise: Exercise, cell: reader.Cell) -> Variant:
    """The variant that a cell holds. Raises: ValueError or SyntaxError."""
    code = cell.code
    if reader.is_edit(code):
        changes, _ = reader.edits(code, ("old", "new"))
        (region,) = regions(exercise.solution.source)
        code = textwrap.dedent(region)
        for old, new in changes:
            code = reader.replaced(code, old, new, "the reference solution")
    source = replace_solution(exercise.solution.source, code)
    compile(source, cell.name, "exec", dont_inherit=True)
    tests = tuple(graded.grade_id for graded in exercise.graded)
    return Variant(exercise.grade_id, cell.kind, cell.name, cell.why, source, tests)


# ---- running ----


def given_source(cell: Cell) -> str | None:
    """What runs of a cell that is neither exercise nor graded; None to pass over it.

    Exported cells run. Others run if they only import and define: figures and experiments do
    not. Imports of matplotlib are left out, as no graded cell needs it.
    """
    if cell.is_exported:
        return cell.source
    try:
        body = ast.parse(cell.source).body
    except SyntaxError:  # a magic: nothing that a graded cell may need
        return None
    if not body or not all(isinstance(node, _DEFINITIONS) for node in body):
        return None
    lines = [(node, ast.unparse(node)) for node in body]
    return "\n".join(
        line
        for node, line in lines
        if not isinstance(node, _IMPORTS) or line.split()[1].split(".")[0] != "matplotlib"
    )


def planned_cells(cells: list[Cell]) -> list[dict]:
    """The cells that run, in order, as `worker.py` wants them."""
    plan = []
    for cell in cells:
        if cell.kind == "code":
            own = cell.is_graded or cell.is_solution
            source = cell.source if own else given_source(cell)
            if source is not None:
                name = cell.grade_id or f"number {cell.index + 1}"
                plan.append({"name": name, "source": source, "graded": cell.is_graded})
    return plan


def planned_trials(variants: list[Variant], known: list[Exercise], cells: list[dict]) -> list[dict]:
    """The reference, the empty release, and every variant."""
    place = {cell["name"]: str(index) for index, cell in enumerate(cells)}
    everything = [cell["name"] for cell in cells if cell["graded"]]
    empty = {place[e.grade_id]: replace_solution(e.solution.source, STUB) for e in known}
    trials = [("reference", {}, everything), ("release", empty, everything)]
    trials += [(v.label, {place[v.group]: v.source}, v.tests) for v in variants]
    return [{"name": name, "changes": changes, "own": own} for name, changes, own in trials]


def run_trials(
    course: Course, module: Module, plan: dict, progress: engine.Progress
) -> tuple[engine.Rows, list[str]]:
    """What each trial of a plan said in each cell, and a sentence if some did not end.

    They may import what grading allows: the modules before this one and no more.
    """
    with tempfile.TemporaryDirectory() as name:
        reference_package.assemble(course, module, Path(name))
        if not Path(name, "tinytorch", "__init__.py").is_file():  # nothing is built yet
            package.write(course.catalog, Path(name, "tinytorch"))
        plan = {**plan, "memory": MEMORY, "package": name}
        rows, ends = engine.run(Path(worker.__file__), plan, [Path(name)], progress)
    names = [cell["name"] for cell in plan["cells"]]
    return {label: complete(row, names) for label, row in rows.items()}, ends


def complete(row: dict[str, Result], names: list[str]) -> dict[str, Result]:
    """A result for each cell, also for those that a trial did not come to."""
    # A change reaches no cell before its own: those ended as with the reference.
    passed = dict.fromkeys(names, Result("passed"))
    if death := row.pop("", None):
        row |= dict.fromkeys(names[names.index(list(row)[-1]) :], death)
    return passed | row


def check_module(
    course: Course, module: Module, limit: float = LIMIT, progress: engine.Progress = engine.silent
) -> Report:
    """Run all variants of a module and say what is wrong with its tests."""
    began = time.perf_counter()
    if not course.script(module).is_file():
        raise Mistake(f"{module.folder} is in the catalog, but {course.script(module)} is not")
    script = read(course.script(module))
    known = exercises(script)
    report = Report(module.folder, problems=script_problems(module, known))
    if not report.problems:
        report.variants = read_answers(course.answers(module), known, report.problems)
        cells = planned_cells(script)
        trials = planned_trials(report.variants, known, cells)
        plan = {"cells": cells, "limit": limit, "trials": trials}
        conclude(report, known, *run_trials(course, module, plan, progress))
    report.seconds = time.perf_counter() - began
    return report


# ---- judging ----


def script_problems(module: Module, known: list[Exercise]) -> list[str]:
    """What keeps a script's exercises from being answered at all."""
    problems = [] if known else [f"the script of {module.folder} has no exercise"]
    for exercise in known:
        try:
            replace_solution(exercise.solution.source, STUB)
        except ValueError as error:
            problems.append(f"the exercise {exercise.grade_id!r}: {error}")
    return problems


def conclude(report: Report, known: list[Exercise], rows: engine.Rows, ends: list[str]) -> None:
    """Give each variant its results, and say what is wrong with the tests."""
    graded = {cell.grade_id for exercise in known for cell in exercise.graded}
    for variant in report.variants:
        row = rows.get(variant.label, {})
        variant.results = {name: row[name] for name in row if name in graded}
        # Cells after a mutant may fail with it; an alternative leaves all others as they are.
        needed = {variant.group} if variant.kind == reader.MUTANT else row.keys() - graded
        for name in row:
            if name in needed and row[name].killed and not variant.fault:
                variant.fault = f"the cell {name!r} does not run: {row[name].line}"
    failures = reference_failures(rows.get("reference", {}), graded)
    report.problems += ends + [
        f"the reference itself fails in the cell {text}" for text in failures
    ]
    report.problems += release_problems(rows.get("release", {}), graded)
    if "reference" in rows and not failures:
        report.judge()
        for exercise in known:
            mine = [v for v in report.variants if v.group == exercise.grade_id]
            if not any(only_hidden(exercise, v) for v in mine if v.kind == reader.MUTANT):
                about = f"the exercise {exercise.grade_id!r} has"
                report.problems.append(f"{about} no mutant that only its hidden cells fail")


def reference_failures(row: dict[str, Result], graded: set[str]) -> list[str]:
    """What fails without any change; after a cell that is not a test, all others may."""
    failures = []
    for name, result in row.items():
        if result.killed:
            failures.append(f"{name!r}: {result.message}")
            if name not in graded:
                break
    return failures


def release_problems(row: dict[str, Result], graded: set[str]) -> list[str]:
    """The empty release fails every graded cell, and no other."""
    problems = []
    for name, result in row.items():
        if name in graded and result.outcome == "passed":
            problems.append(f"the empty release passes the graded cell {name!r}")
        elif result.outcome in ("died", "timeout") or (name not in graded and result.killed):
            problems.append(f"the empty release does not run to its end: {name!r}: {result.line}")
    return problems


def only_hidden(exercise: Exercise, mutant: Variant) -> bool:
    """Whether of the exercise's cells hidden ones fail the mutant, and no visible one."""
    hidden = [cell.is_hidden for cell in exercise.graded if cell.grade_id in mutant.killers]
    return bool(hidden) and all(hidden)
