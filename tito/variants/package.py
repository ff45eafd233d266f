"""Test the boundary tests: change one function of the exported package, and see who notices.

A cell of `tests/package/NN_stem.py` assigns `function` ("Linear.forward", "linear_rules.for_x"),
`old` and `new`: the text in that function and what stands there instead; `tests`, if not all of
tests/integration/test_*.py are to be run, lists files below tests/. A mutant must be caught: a test
fails, and not because the package cannot be imported. An alternative must pass every test.
"""

import ast
from functools import partial

from tito.catalog import Module
from tito.course import Course
from tito.errors import Mistake
from tito.variants import engine, reader
from tito.variants.report import Report, Variant

ARGUMENTS = ["-q", "--maxfail=3", "-p", "no:cacheprovider"]  # more failures tell little
LIMIT = 600.0  # seconds a run may take


def changed(source: str, function: str, old: str, new: str) -> str:
    """`source` with `old` replaced by `new` in a function, a method or a function inside one.

    Raises: ValueError unless `old` is there exactly once, SyntaxError if the result does not parse.
    """
    body, kinds = ast.parse(source).body, (ast.FunctionDef, ast.ClassDef)
    for name in function.split("."):
        found = [each for each in body if isinstance(each, kinds) and each.name == name]
        if not found:
            raise ValueError(f"names the function {function}, which is not there: no {name}")
        node, body = found[0], found[0].body
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
    lines = source.splitlines(keepends=True)
    inside = reader.replaced("".join(lines[first : node.end_lineno]), old, new, function)
    text = "".join([*lines[:first], inside, *lines[node.end_lineno :]])
    compile(text, "changed", "exec", dont_inherit=True)
    return text


def variant(course: Course, module: Module, name: str, cell: reader.Cell) -> Variant:
    """The variant that a cell holds. Raises: ValueError or SyntaxError saying what is wrong."""
    if cell.kind == reader.EDGE:
        raise ValueError("is an edge: a package has no hidden tests, so make it a mutant")
    changes, tests = reader.edits(cell.code, ("function", "old", "new"))
    source = course.exported(module).read_text(encoding="utf-8")
    for change in changes:
        source = changed(source, *change)
    folder, files = course.shared_tests, sorted(course.boundary_tests.glob("test_*.py"))
    if tests is None:
        tests = [path.relative_to(folder).as_posix() for path in files]
    if missing := [test for test in tests if not (folder / str(test)).is_file()]:
        raise ValueError(f"names tests/{missing[0]}, which is not there")
    return Variant(module.stem, cell.kind, name, cell.why, source, tuple(tests), changes[0][0])


def read_package(course: Course, names: list[str], problems: list[str]) -> list[Variant]:
    """The variants that are named, by their names or by numbers of modules; all if none is.

    What is wrong with a file becomes a problem. Raises: Mistake for a name that none has.
    """
    known: list[str] = []

    def make(module: Module, cell: reader.Cell) -> Variant | None:
        number, name = f"{module.number:02d}", f"{module.number:02d}_{cell.name}"
        mine = [number, str(module.number), name]
        known.extend(mine)
        return variant(course, module, name, cell) if not names or set(mine) & set(names) else None

    makers = {module.folder: partial(make, module) for module in course.modules}
    variants = reader.read_folder(course.package_variants, makers, problems)
    if unknown := set(names) - set(known):
        raise Mistake(f"no variant in tests/package/ is called {', '.join(sorted(unknown))}")
    return [variant for variant in variants if variant]


def check_package(
    course: Course, names: list[str], progress: engine.Progress | None = None
) -> Report:
    """Run the package as it is and the variants that are named, see `read_package`."""
    report = Report("package")
    report.variants = read_package(course, names, report.problems)
    if not report.variants:
        report.problems = report.problems or ["there is no variant to try in tests/package/"]
        return report
    tests = tuple(sorted({name for variant in report.variants for name in variant.tests}))
    source = course.exported(course.modules[0]).read_text(encoding="utf-8")
    place = (course.modules[0].stem, reader.ALTERNATIVE)
    unchanged = Variant(*place, "as it is", "", source, tests, "no function")
    report.problems += run(course, [unchanged, *report.variants], progress)
    if unchanged.problem:
        report.problems.append(f"the package as it is {unchanged.problem}")
    else:
        report.judge()
    return report


def run(course: Course, variants: list[Variant], progress: engine.Progress | None) -> list[str]:
    """Give variants what the tests said of them; a sentence if some of the runs did not end."""
    folder, trials = course.shared_tests, []
    for variant in variants:
        trial = {"name": variant.label, "module": variant.group, "source": variant.source}
        trials.append({**trial, "tests": [str(folder / name) for name in variant.tests]})
    # The tests of the tool share fixtures that take a second to import, and are not run here.
    arguments = [*ARGUMENTS, f"--rootdir={course.root}", f"--confcutdir={course.boundary_tests}"]
    arguments += ["-c", str(course.file("pyproject.toml"))]
    plan = {"package": str(course.package), "arguments": arguments, "limit": LIMIT}
    rows, ends = engine.run({**plan, "trials": trials}, course.root, progress)
    for variant in variants:
        variant.results = rows.get(variant.label, {})
        if itself := variant.results.pop(variant.group, None):
            variant.fault = itself.line
    return ends
