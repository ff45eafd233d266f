"""Test the boundary tests: change one function of the exported package, and see who notices.

`tests/package/NN_stem.py` holds variants of one module, in the form of `reader.py`. A cell assigns
`function` ("Linear.forward", "linear_rules.for_x"), `old` and `new`: the text in that function and
what stands there instead; `tests`, if not all of tests/integration/test_*.py are to be run, lists
files below tests/.

Each variant is tried with a copy of the package of its own in front. A mutant must be caught: a
test fails, and not because the package cannot be imported. An alternative writes something right in
another way: there every test must pass.
"""

import ast
import time
from functools import partial
from pathlib import Path

from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.variants import engine, reader
from tito.variants.report import Report, Variant

MAX_FAILURES = 3  # of one variant: more take time and tell little
LEAST_LIMIT = 60.0  # seconds a run may take, or BASELINES times what the unchanged package takes
BASELINES = 4
TOOL = Path(__file__).resolve().parents[2]  # for the worker, where the course is another one


# ---- reading ----


def lines_of(source: str, function: str) -> tuple[int, int]:
    """The first and last line of a function, a method or a function inside one, from 1.

    Raises: ValueError if there is no such function.
    """
    body, node = ast.parse(source).body, None
    for name in function.split("."):
        kinds = (ast.FunctionDef, ast.ClassDef)
        node = next((n for n in body if isinstance(n, kinds) and n.name == name), None)
        if node is None:
            raise ValueError(f"names the function {function}, which is not there: no {name}")
        body = node.body
    return min([node.lineno, *(d.lineno for d in node.decorator_list)]), node.end_lineno


def changed(source: str, function: str, old: str, new: str) -> str:
    """`source` with `old` replaced by `new` in one function.

    Raises: ValueError unless `old` stands there exactly once, SyntaxError if that does not parse.
    """
    first, last = lines_of(source, function)
    lines = source.splitlines(keepends=True)
    inside = reader.replaced("".join(lines[first - 1 : last]), old, new, function)
    text = "".join([*lines[: first - 1], inside, *lines[last:]])
    compile(text, "changed", "exec", dont_inherit=True)
    return text


def test_files(course: Course, names: object) -> tuple[str, ...]:
    """The files to run, below tests/. Raises: ValueError for one that is not there."""
    tests = course.shared_tests
    if names is None:
        found = sorted(course.boundary_tests.glob("test_*.py"))
        return tuple(path.relative_to(tests).as_posix() for path in found)
    if not isinstance(names, list):
        raise ValueError(f"assigns tests no list: {names!r}")
    for name in names:
        if not (tests / str(name)).is_file():
            raise ValueError(f"names tests/{name}, which is not there")
    return tuple(names)


def variant(course: Course, module: Module, name: str, cell: reader.Cell) -> Variant:
    """The variant that a cell holds. Raises: ValueError saying what is wrong with it."""
    changes, values = reader.edits(cell.code, ("function", "old", "new"), ("tests",))
    source = course.exported(module).read_text(encoding="utf-8")
    for change in changes:
        source = changed(source, *change)
    tests = test_files(course, values.get("tests"))
    return Variant(module.stem, cell.kind, name, cell.why, source, tests, changes[0][0])


def read_package(course: Course, names: list[str], problems: list[str]) -> list[Variant]:
    """The variants that are named, by their names or by numbers of modules; all if none is.

    What is wrong with a file becomes a problem. Raises: Mistake for a name that none has.
    """
    modules = {module.folder: module for module in course.modules}
    known: list[str] = []

    def make(module: Module, cell: reader.Cell) -> Variant | None:
        known.append(f"{module.number:02d}_{cell.name}")
        wanted = not names or any(_is_named(known[-1], name) for name in names)
        return variant(course, module, known[-1], cell) if wanted else None

    variants: list[Variant | None] = []
    for path in sorted(course.package_variants.glob("*.py")):
        if path.stem in modules:
            of_module = partial(make, modules[path.stem])
            variants += reader.read(path, of_module, problems)
        else:
            place = reader.place_of(path)
            problems.append(f"{place} is named after no module: they are {', '.join(modules)}")
    for name in names:
        if not any(_is_named(full, name) for full in known):
            raise Mistake(f"no variant in tests/package/ is called {name}")
    return [variant for variant in variants if variant]


def _is_named(full: str, name: str) -> bool:
    """Whether `name` is that of the variant or the number of its module."""
    return name == full or (name.isdigit() and full.startswith(f"{int(name):02d}_"))


# ---- running ----


def check_package(
    course: Course,
    names: list[str] = (),
    keyword: str = "",
    progress: engine.Progress = engine.silent,
) -> Report:
    """Run every variant, two at a time, after a run of the package as it is.

    names: those of variants, or numbers of modules; all if there are none. keyword: run only the
    tests whose names hold it. Raises: Mistake for an unknown name.
    """
    begun, report = time.perf_counter(), Report("package")
    report.variants = read_package(course, list(names), report.problems)
    if report.variants:
        _run_all(course, report, keyword, progress)
    elif not report.problems:
        report.problems.append("there are no variants in tests/package/")
    report.seconds = time.perf_counter() - begun
    return report


def _run_all(course: Course, report: Report, keyword: str, progress: engine.Progress) -> None:
    progress(0, len(report.variants))
    begun, unchanged = time.perf_counter(), as_it_is(course, report.variants)
    report.problems += _run(course, [unchanged], 0.0, keyword, engine.silent)
    if unchanged.problem:
        report.problems.append(f"the package as it is {unchanged.problem}")
    else:
        limit = max(LEAST_LIMIT, BASELINES * (time.perf_counter() - begun))
        report.problems += _run(course, report.variants, limit, keyword, progress)
        report.judge()


def as_it_is(course: Course, variants: list[Variant]) -> Variant:
    """The package without a change, with the tests of all these variants."""
    module = course.modules[0]
    source = course.exported(module).read_text(encoding="utf-8")
    files = tuple(sorted({name for variant in variants for name in variant.tests}))
    return Variant(module.stem, reader.ALTERNATIVE, "unchanged", "", source, files, "no function")


def _run(
    course: Course, variants: list[Variant], limit: float, keyword: str, progress: engine.Progress
) -> list[str]:
    """Give variants what the tests said of them; a sentence if some of the runs did not end."""
    tests = course.shared_tests
    arguments = ["-q", f"--maxfail={MAX_FAILURES}", "-k", keyword, "-p", "no:cacheprovider"]
    arguments += ["-c", str(course.root / "pyproject.toml"), f"--rootdir={course.root}"]
    # The tests of the tool share fixtures that take a second to import, and are not run here.
    arguments += [f"--confcutdir={course.boundary_tests}"]
    trials = [
        {
            "name": variant.label,
            "module": variant.group,
            "source": variant.source,
            "tests": [str(tests / name) for name in variant.tests],
            "limit": limit,
        }
        for variant in variants
    ]
    plan = {"package": str(course.package), "arguments": arguments, "trials": trials}
    script = Path(__file__).with_name("probe.py")
    rows, ends = engine.run(script, plan, [course.root, TOOL], progress)
    for variant in variants:
        variant.results = rows.get(variant.label, {})
        if itself := variant.results.pop(variant.group, None):
            variant.fault = itself.line
    return ends
