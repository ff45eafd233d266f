"""Tests the tests: every mutant must lose points in its own exercise, every alternative none.

A mutant is a plausible wrong answer to one exercise, an alternative a right answer written
differently. Each is put in place of the reference solution and run through the module's graded
cells, visible and hidden, by `tito/mutants/trial.py` (no kernels, two processes, POSIX only).
"""

import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tito import package
from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.kernel.server import reference_package
from tito.script import Cell, Exercise, exercises, read, replace_solution

LIMIT = 3.0  # seconds a graded cell may take
MEMORY = 4 * 2**30  # bytes of address space
WORKERS = 2
FEWEST_MUTANTS = 3
STUB = "raise NotImplementedError"
_IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (*_IMPORTS, ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Variant:
    """An answer to one exercise: `kind` is "mutant" or "alternative", `why` its docstring."""

    exercise: str
    kind: str
    name: str
    why: str
    source: str

    @property
    def label(self) -> str:
        return f"{self.kind} {self.exercise}/{self.name}"


@dataclass(frozen=True)
class Result:
    """What one graded cell said to one variant: passed, failed, timeout, died or not run."""

    outcome: str
    message: str = ""
    slip: str = ""

    @property
    def killed(self) -> bool:
        return self.outcome not in ("passed", "not run")


@dataclass
class Report:
    """The kill matrix of a module, and what is wrong with its tests, in sentences."""

    module: Module
    exercises: list[Exercise]
    variants: list[Variant] = field(default_factory=list)
    results: dict[str, dict[str, Result]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def graded(self) -> list[Cell]:
        return [cell for exercise in self.exercises for cell in exercise.graded]

    def killers(self, variant: Variant) -> list[str]:
        """The graded cells in which the variant loses points."""
        row = self.results.get(variant.label, {})
        return [cell.grade_id for cell in self.graded if row[cell.grade_id].killed] if row else []


# ---- reading the files ----


def split_docstring(text: str) -> tuple[str, str]:
    """The docstring of a mutant file and the code after it.

    Raises: ValueError if there is no docstring, SyntaxError if the file does not parse.
    """
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree)
    if not docstring:
        raise ValueError("has no docstring: begin it with one that names the mistake")
    return docstring, "".join(text.splitlines(keepends=True)[tree.body[0].end_lineno :])


def read_variant(path: Path, kind: str, exercise: Exercise) -> Variant:
    """The variant in a file. Raises: ValueError saying what is wrong with the file."""
    try:
        why, body = split_docstring(path.read_text(encoding="utf-8"))
        source = replace_solution(exercise.solution.source, body)
        compile(source, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise ValueError(f"does not parse: {error.msg}: {(error.text or '').strip()}") from None
    return Variant(exercise.grade_id, kind, path.stem, why, source)


def read_variants(folder: Path, kind: str, report: Report) -> None:
    """Add the variants of `mutants/` or `alternatives/` to the report, in the notebook's order."""
    known = {exercise.grade_id: exercise for exercise in report.exercises}
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        if place.is_dir() and place.name not in known and place.name != "__pycache__":
            ids = ", ".join(known)
            report.problems.append(
                f"the folder {folder.name}/{place.name} names no exercise: they are {ids}"
            )
    for grade_id, exercise in known.items():
        for path in sorted((folder / grade_id).glob("*.py")):
            try:
                report.variants.append(read_variant(path, kind, exercise))
            except ValueError as error:
                name = path.relative_to(folder.parent).as_posix()
                report.problems.append(f"the file {name} {error}")


# ---- what runs ----


def given_source(cell: Cell) -> str | None:
    """What runs of a cell that is neither exercise nor graded; None to pass over it.

    Exported cells run. Others run if they only import, define and name plain numbers: figures and
    experiments do not. Imports of matplotlib are left out, as no graded cell needs it.
    """
    if cell.is_exported:
        return cell.source
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:  # a magic: nothing that a graded cell may need
        return None
    if not tree.body or not all(map(_defines, tree.body)):
        return None
    tree.body = [node for node in tree.body if not _is_matplotlib(node)]
    return ast.unparse(tree)


def _defines(node: ast.stmt) -> bool:
    """Whether a statement imports, defines, or assigns what needs no other name."""
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
    return isinstance(node, _DEFINITIONS) or (isinstance(node, ast.Assign) and not names)


def _is_matplotlib(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import):
        return all(alias.name.split(".")[0] == "matplotlib" for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "matplotlib"


def planned_cells(cells: list[Cell]) -> list[dict]:
    """The cells that run, in order, as `tito/mutants/trial.py` wants them."""
    plan = []
    for cell in cells:
        if cell.kind != "code":
            continue
        source = cell.source if cell.is_graded or cell.is_solution else given_source(cell)
        if source is not None:
            name = cell.grade_id or f"number {cell.index + 1}"
            plan.append({"name": name, "source": source, "graded": cell.is_graded})
    return plan


def planned_trials(report: Report, cells: list[dict]) -> list[dict]:
    """The reference, the empty release, and every variant."""
    place = {cell["name"]: str(index) for index, cell in enumerate(cells)}
    own = {e.grade_id: [cell.grade_id for cell in e.graded] for e in report.exercises}
    everything = [cell.grade_id for cell in report.graded]
    empty = {
        place[exercise.grade_id]: replace_solution(exercise.solution.source, STUB)
        for exercise in report.exercises
    }
    trials = [
        {"name": "reference", "changes": {}, "own": everything},
        {"name": "release", "changes": empty, "own": everything},
    ]
    for variant in report.variants:
        changes = {place[variant.exercise]: variant.source}
        trials.append({"name": variant.label, "changes": changes, "own": own[variant.exercise]})
    return trials


def package_tree(course: Course, module: Module, into: Path) -> None:
    """Make what the cells may import: as in grading, the modules before this one and no more.

    Raises: Mistake if one of those is not built.
    """
    reference_package.assemble(course, module, into)
    if not (into / "tinytorch" / "__init__.py").is_file():  # nothing is built yet
        package.write(course.catalog, into / "tinytorch")


# ---- running ----


def run_worker(plan: dict, folder: Path, tell: Callable[[dict], None]) -> str:
    """Run a plan in `trial.py`, tell each record, and return what ended it early, if any."""
    one_thread = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    environment = {
        **os.environ,
        **dict.fromkeys(one_thread, "1"),
        "PYTHONPATH": str(folder),
        "PYTHONHASHSEED": "0",
    }
    with tempfile.TemporaryDirectory() as cwd, tempfile.TemporaryFile("w+") as stderr:
        # -P: the folder of the script must not be importable, only what PYTHONPATH says.
        with subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("trial.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
            env=environment,
            cwd=cwd,
        ) as worker:
            worker.stdin.write(json.dumps(plan))
            worker.stdin.close()
            for line in worker.stdout:
                tell(json.loads(line))
        stderr.seek(0)
        lines = stderr.read().splitlines()
    return (lines or [f"exit status {worker.returncode}"])[-1] if worker.returncode else ""


def run_trials(
    course: Course, report: Report, limit: float, progress: Callable[[int, int], None]
) -> None:
    """Fill in the report's results: each trial's outcome in each cell that ran."""
    cells = planned_cells(read(course.script(report.module)))
    trials = planned_trials(report, cells)
    names = {trial["name"] for trial in trials}
    done: set[str] = set()

    def tell(record: dict) -> None:
        name, cell = record.pop("trial"), record.pop("cell")
        report.results.setdefault(name, {})[cell] = Result(**record)
        if cell == cells[-1]["name"]:
            done.add(name)
            progress(len(done), len(names))

    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(WORKERS) as pool:
        folder = Path(name)
        package_tree(course, report.module, folder)
        plan = {"cells": cells, "limit": limit, "memory": MEMORY, "package": name}
        shares = [{**plan, "trials": trials[k::WORKERS]} for k in range(WORKERS)]
        ends = list(pool.map(lambda share: run_worker(share, folder, tell), shares))
    for name in names - done:
        report.results.pop(name, None)
    # A change reaches no cell before its own: those ended as with the reference.
    before = {cell["name"]: Result("passed") for cell in cells}
    report.results = {name: before | row for name, row in report.results.items()}
    if names - done:
        reasons = "; ".join(sorted({end for end in ends if end}))
        report.problems.append(f"{len(names - done)} of {len(names)} runs did not end: {reasons}")


def check_module(
    course: Course,
    module: Module,
    limit: float = LIMIT,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Report:
    """Run all variants of a module and say what is wrong with its tests."""
    began = time.perf_counter()
    if not course.script(module).is_file():
        raise Mistake(f"{module.folder} is in the catalog, but {course.script(module)} is not")
    report = Report(module, exercises(read(course.script(module))))
    if not report.exercises:
        report.problems.append(f"the script of {module.folder} has no exercise")
    for exercise in report.exercises:
        try:
            replace_solution(exercise.solution.source, STUB)
        except ValueError as error:
            report.problems.append(f"the exercise {exercise.grade_id!r}: {error}")
    if not report.problems:
        read_variants(course.tests(module) / "mutants", "mutant", report)
        read_variants(course.tests(module) / "alternatives", "alternative", report)
        run_trials(course, report, limit, progress)
        report.problems += baseline_problems(report)
        if "reference" in report.results and not reference_failures(report):
            report.problems += variant_problems(report) + exercise_problems(report)
    report.seconds = time.perf_counter() - began
    return report


# ---- judging ----


def reference_failures(report: Report) -> list[str]:
    """What fails without any change; after a cell that is not a test, all others may."""
    graded = {cell.grade_id for cell in report.graded}
    failures = []
    for name, result in report.results.get("reference", {}).items():
        if result.killed:
            failures.append(f"{name!r}: {result.message}")
            if name not in graded:
                break
    return failures


def baseline_problems(report: Report) -> list[str]:
    """The reference passes every cell; the empty release fails every graded one, and no other."""
    problems = [
        f"the reference itself fails in the cell {text}" for text in reference_failures(report)
    ]
    row = report.results.get("release", {})
    graded = {cell.grade_id for cell in report.graded}
    for name, result in row.items():
        if name in graded and result.outcome == "passed":
            problems.append(f"the empty release passes the graded cell {name!r}")
        elif result.outcome in ("died", "timeout") or (name not in graded and result.killed):
            problems.append(
                f"the empty release does not run to its end: {name!r}: {first_line(result)}"
            )
    return problems


def variant_problems(report: Report) -> list[str]:
    problems = []
    for variant in report.variants:
        if variant.label in report.results:
            judge = mutant_problem if variant.kind == "mutant" else alternative_problem
            problems.append(judge(report, variant))
    return [problem for problem in problems if problem]


def mutant_problem(report: Report, variant: Variant) -> str:
    row, killers = report.results[variant.label], report.killers(variant)
    slips = [result.slip for result in row.values() if result.slip]
    itself = row[variant.exercise]
    if itself.killed:
        return f"the {variant.label} proves nothing: its cell does not run: {first_line(itself)}"
    if slips:
        return f"the {variant.label} proves nothing: the file itself causes {slips[0]}"
    if not killers:
        return f"the {variant.label} survives: no graded cell tells it from a right answer"
    if not set(killers) & set(own_cells(report, variant)):
        return f"the {variant.label} is failed only by other exercises: {', '.join(killers)}"
    return ""


def alternative_problem(report: Report, variant: Variant) -> str:
    row = report.results[variant.label]
    for name, result in row.items():
        if result.killed:
            return f"the {variant.label} loses points in {name!r}: {first_line(result)}"
    return ""


def exercise_problems(report: Report) -> list[str]:
    """Each exercise has mutants enough, an alternative, and one mutant only hidden cells kill."""
    problems = []
    for exercise in report.exercises:
        variants = [v for v in report.variants if v.exercise == exercise.grade_id]
        mutants = [v for v in variants if v.kind == "mutant"]
        about = f"the exercise {exercise.grade_id!r} has"
        if len(mutants) < FEWEST_MUTANTS:
            problems.append(f"{about} {len(mutants)} mutants: write at least {FEWEST_MUTANTS}")
        if len(mutants) == len(variants):
            problems.append(f"{about} no alternative: write a right answer in another way")
        if mutants and not any(only_hidden(report, exercise, mutant) for mutant in mutants):
            problems.append(f"{about} no mutant that only its hidden cells fail")
    return problems


def only_hidden(report: Report, exercise: Exercise, mutant: Variant) -> bool:
    killers = set(report.killers(mutant))
    visible = {cell.grade_id for cell in exercise.graded if not cell.is_hidden}
    hidden = {cell.grade_id for cell in exercise.graded if cell.is_hidden}
    return bool(killers & hidden) and not killers & visible


def own_cells(report: Report, variant: Variant) -> list[str]:
    found = [e for e in report.exercises if e.grade_id == variant.exercise]
    return [cell.grade_id for exercise in found for cell in exercise.graded]


def first_line(result: Result) -> str:
    return result.message.partition("\n")[0]


# ---- keeping ----


def as_json(report: Report) -> str:
    """The report as JSON: cells, variants with their results, problems, seconds."""
    hidden = {cell.grade_id: cell.is_hidden for cell in report.graded}
    content = {
        "module": report.module.folder,
        "seconds": round(report.seconds, 2),
        "problems": report.problems,
        "cells": [
            {"grade_id": cell.grade_id, "exercise": e.grade_id, "hidden": hidden[cell.grade_id]}
            for e in report.exercises
            for cell in e.graded
        ],
        "variants": [
            {
                "exercise": variant.exercise,
                "kind": variant.kind,
                "name": variant.name,
                "why": variant.why,
                "killed_by": report.killers(variant),
                "results": {
                    name: asdict(result)
                    for name, result in report.results.get(variant.label, {}).items()
                    if name in hidden
                },
            }
            for variant in report.variants
        ],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
