"""Test the boundary tests: break one function of the exported package, and see who notices.

A file `tests/package_mutants/NN_name.py` is a docstring that names the mistake and a few plain
assignments: `module` (the stem), `function` ("Linear.forward", "linear_rules.for_x"), `old` and
`new`: the text in that function and what stands there instead; `tests`, if not all of
tests/integration/test_*.py are to be run, lists files below tests/; `also`, where a change takes
more than one place, lists further (function, old, new). Such a file is read, never run.

Each variant is tried in a fresh process with a copy of the package of its own in front. It must be
caught: a test fails, and not because the package cannot be imported. A file of the same form in
`tests/package_alternatives/` writes something right in another way: there every test must pass.
"""

import ast
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tito.course import Course
from tito.errors import Mistake

WORKERS = 2
MAX_FAILURES = 3  # of one variant: more take time and tell little
LEAST_LIMIT = 60.0  # seconds a run may take, or BASELINES times what the unchanged package takes
BASELINES = 4
TOOL = Path(__file__).resolve().parents[2]  # for the probe, where the course is another one
KEYS = {"module": str, "function": str, "old": str, "new": str, "also": list, "tests": list}
OPTIONAL = ("also", "tests")
BROKEN, RIGHT = "package_mutants", "package_alternatives"
SLIPS = ("NameError", "ImportError", "ModuleNotFoundError", "UnboundLocalError")


@dataclass(frozen=True)
class Variant:
    """A changed package: `source` is the whole text of its changed file.

    why: the mistake or, if it is `right`, what is done in another way.
    """

    name: str
    why: str
    module: str
    function: str
    source: str
    tests: tuple[str, ...]
    right: bool = False


@dataclass
class Outcome:
    """What the tests said to one variant: `caught` maps tests to the first line of what they said.

    passed: how many passed. problem: what is wrong with the variant or the tests, in a sentence;
    "" if nothing.
    """

    caught: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    passed: int = 0
    seconds: float = 0.0


@dataclass
class Report:
    """The matrix of the package: what was read, what came out, what is wrong."""

    variants: list[Variant] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    baseline: float = 0.0
    seconds: float = 0.0


# ---- reading the files ----


def assignments(text: str) -> tuple[str, dict]:
    """The docstring and the assigned values. Raises: ValueError saying what is wrong."""
    tree = ast.parse(text)
    why = ast.get_docstring(tree)
    if not why:
        raise ValueError("has no docstring: begin it with one that names the mistake")
    values = {}
    for node in tree.body[1:]:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            raise ValueError(f"holds more than plain assignments: {ast.unparse(node)}")
        try:
            values[node.targets[0].id] = ast.literal_eval(node.value)
        except ValueError:
            raise ValueError(f"needs a plain value: {ast.unparse(node)}") from None
    missing = [key for key in KEYS if key not in values and key not in OPTIONAL]
    unknown = [key for key in values if key not in KEYS]
    if missing or unknown:
        wrong = [f"lacks {key}" for key in missing] + [f"assigns {key}" for key in unknown]
        raise ValueError(f"{', '.join(wrong)}: it takes {', '.join(KEYS)}")
    for key, value in values.items():
        if not isinstance(value, KEYS[key]):
            raise ValueError(f"assigns {key} no {KEYS[key].__name__}: {value!r}")
    return why, values


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


def replaced(source: str, function: str, old: str, new: str) -> str:
    """`source` with `old` replaced by `new` in one function.

    Raises: ValueError unless `old` stands there exactly once and the result parses.
    """
    first, last = lines_of(source, function)
    lines = source.splitlines(keepends=True)
    inside = "".join(lines[first - 1 : last])
    if (times := inside.count(old) if old else 0) != 1:
        raise ValueError(f"wants to replace what stands {times} times in {function}: {old!r}")
    if old == new:
        raise ValueError("changes nothing: old and new are the same")
    changed = "".join(lines[: first - 1]) + inside.replace(old, new) + "".join(lines[last:])
    try:
        compile(changed, "changed", "exec", dont_inherit=True)
    except SyntaxError as error:
        raise ValueError(f"makes what does not parse: {error.msg}: {error.text}") from None
    return changed


def test_files(course: Course, names: list | None) -> tuple[str, ...]:
    """The files to run, below tests/. Raises: ValueError for one that is not there."""
    tests = course.root / "tests"
    if names is None:
        found = sorted(course.boundary_tests.glob("test_*.py"))
        return tuple(path.relative_to(tests).as_posix() for path in found)
    for name in names:
        if not (tests / str(name)).is_file():
            raise ValueError(f"names tests/{name}, which is not there")
    return tuple(names)


def read_variant(course: Course, path: Path) -> Variant:
    """The variant in a file. Raises: ValueError saying what is wrong with the file."""
    try:
        why, values = assignments(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise ValueError(f"does not parse: {error.msg}: {(error.text or '').strip()}") from None
    module = next((m for m in course.modules if m.stem == values["module"]), None)
    if module is None or not path.stem.startswith(f"{module.number:02d}_"):
        raise ValueError(f"breaks {values['module']!r}: its name begins with that module's number")
    source = course.exported(module).read_text(encoding="utf-8")
    change = (values["function"], values["old"], values["new"])
    for place in (change, *values.get("also", [])):
        source = replaced(source, *place)
    tests, right = test_files(course, values.get("tests")), path.parent.name == RIGHT
    return Variant(path.stem, why, module.stem, change[0], source, tests, right)


def read_variants(course: Course, names: list[str], report: Report) -> None:
    """Add to the report the variants that are named, by their names or by modules; else all.

    Raises: Mistake for a name that none has.
    """
    folders = [course.root / "tests" / name for name in (BROKEN, RIGHT)]
    paths = {path.stem: path for folder in folders for path in folder.glob("*.py")}
    for name in names:
        if not any(_is_named(stem, name) for stem in paths):
            raise Mistake(f"no variant in tests/{BROKEN}/ or tests/{RIGHT}/ is called {name}")
    for stem in sorted(paths, key=lambda stem: (stem[:2], paths[stem].parent.name == RIGHT, stem)):
        if not names or any(_is_named(stem, name) for name in names):
            try:
                report.variants.append(read_variant(course, paths[stem]))
            except ValueError as error:
                file = paths[stem].relative_to(course.root).as_posix()
                report.problems.append(f"the file {file} {error}")


def _is_named(stem: str, name: str) -> bool:
    """Whether `name` is that of the variant or the number of its module."""
    return name == stem or (name.isdigit() and stem.startswith(f"{int(name):02d}_"))


# ---- running ----


def run(course: Course, variant: Variant, limit: float | None, keyword: str = "") -> Outcome:
    """Run the tests of a variant in a process of their own, with its package in front.

    keyword: run only the tests whose names hold it.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="package-") as folder:
        tree = Path(folder)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(course.package, tree / "tinytorch", ignore=ignored)
        changed = tree / "tinytorch" / "core" / f"{variant.module}.py"
        changed.write_text(variant.source, encoding="utf-8")
        said = _pytest(course, variant, tree, limit, keyword)
        outcome = Outcome(problem=said) if isinstance(said, str) else judged(said, variant, changed)
    outcome.seconds = time.perf_counter() - begun
    return outcome


def _pytest(
    course: Course, variant: Variant, tree: Path, limit: float | None, keyword: str
) -> dict | str:
    """What the probe wrote, or in words why it wrote nothing."""
    tests = course.root / "tests"
    command = [sys.executable, "-m", "pytest", "-q", f"--maxfail={MAX_FAILURES}", "-k", keyword]
    command += ["-p", "tito.mutants.package_probe", "-p", "no:cacheprovider"]
    command += ["-c", str(course.root / "pyproject.toml"), f"--rootdir={course.root}"]
    # The tests of the tool share fixtures that take a second to import, and are not run here.
    command += [f"--confcutdir={tests / 'integration'}"]
    command += [str(tests / name) for name in variant.tests]
    output = tree / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=tree,
            env=_environment(course, variant, tree),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            return f"was still running after {limit:.0f} s, and no test had said why"
        finally:  # what tests began ends with them, also after Ctrl-C
            _end(process)
    probe = tree / "probe.json"
    if not probe.is_file():
        lines = output.read_text(encoding="utf-8", errors="replace").splitlines() or ["no output"]
        return f"ended pytest with status {process.returncode}: {lines[-1]}"
    return json.loads(probe.read_text(encoding="utf-8"))


def _environment(course: Course, variant: Variant, tree: Path) -> dict:
    one_thread = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return {
        **os.environ,
        **dict.fromkeys(one_thread, "1"),
        "PYTHONPATH": os.pathsep.join([str(tree), str(course.root), str(TOOL)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "",
        "PACKAGE_PROBE": str(tree / "probe.json"),
        "PROBED_MODULE": f"tinytorch.core.{variant.module}",
    }


def _end(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def judged(said: dict, variant: Variant, changed: Path) -> Outcome:
    """Which tests failed, and whether that proves anything about the variant in `changed`."""
    caught = {failure["test"]: _line(failure["message"]) for failure in said["failed"]}
    return Outcome(caught, _problem(said, variant, changed), said["passed"])


def _problem(said: dict, variant: Variant, changed: Path) -> str:
    if said["collection"]:
        first = said["collection"][0]
        return f"proves nothing: {first['test']} cannot be collected: {_line(first['message'])}"
    if not said["file"] or not Path(said["file"]).samefile(changed):
        return f"proves nothing: what was tested is {said['file'] or 'not imported'}"
    if variant.right:
        failed = [f"{one['test']}: {_line(one['message'])}" for one in said["failed"]]
        return f"does not pass: {'; '.join(failed)}" if failed else ""
    if not said["failed"]:
        return f"survives: {said['passed']} tests pass"
    if all(_is_slip(failure, changed) for failure in said["failed"]):
        return f"proves nothing: the file itself causes {_line(said['failed'][0]['message'])}"
    return ""


def _line(message: str) -> str:
    """The first line of a message, and two more where it holds the error's name only."""
    lines = [line.strip() for line in message.splitlines() if line.strip()] or [""]
    return " ".join(lines[:3] if lines[0].endswith(":") else lines[:1])


def _is_slip(failure: dict, changed: Path) -> bool:
    """Whether a slip of the variant's author is all that failed."""
    return failure["message"].startswith(SLIPS) and Path(failure["path"]).name == changed.name


def baseline(course: Course, variants: list[Variant], keyword: str) -> Outcome:
    """Run the tests of all the variants with the package as it is."""
    files = tuple(sorted({name for variant in variants for name in variant.tests}))
    module = course.modules[0]
    source = course.exported(module).read_text(encoding="utf-8")
    unchanged = Variant("unchanged", "", module.stem, "", source, files, right=True)
    return run(course, unchanged, None, keyword)


def check_package(
    course: Course,
    names: list[str] = (),
    progress: Callable[[int, int], None] = lambda *_: None,
    keyword: str = "",
) -> Report:
    """Run every variant, two at a time, after a run of the package as it is.

    names: those of variants, or numbers of modules; all if there are none. progress(done, of) is
    told how far it is. keyword: run only the tests whose names hold it.
    Raises: Mistake for an unknown name, or where processes have no groups.
    """
    if not hasattr(os, "killpg"):
        raise Mistake("tito mutants needs process groups: run it on Linux, macOS or WSL")
    begun, report = time.perf_counter(), Report()
    read_variants(course, list(names), report)
    if report.variants:
        _run_all(course, report, progress, keyword)
    elif not report.problems:
        report.problems.append(f"there are no variants in tests/{BROKEN}/")
    report.seconds = time.perf_counter() - begun
    return report


def _run_all(
    course: Course, report: Report, progress: Callable[[int, int], None], keyword: str
) -> None:
    progress(0, len(report.variants))
    unchanged = baseline(course, report.variants, keyword)
    report.baseline = unchanged.seconds
    if unchanged.problem:
        report.problems.append(f"the package as it is {unchanged.problem}")
        return
    limit = max(LEAST_LIMIT, BASELINES * report.baseline)
    with ThreadPoolExecutor(WORKERS) as pool:
        outcomes = pool.map(lambda v: run(course, v, limit, keyword), report.variants)
        for done, (variant, outcome) in enumerate(zip(report.variants, outcomes, strict=True), 1):
            report.outcomes[variant.name] = outcome
            progress(done, len(report.variants))
            if outcome.problem:
                kind = "right variant" if variant.right else "variant"
                report.problems.append(f"the {kind} {variant.name} {outcome.problem}")


# ---- keeping ----


def as_json(report: Report) -> str:
    """The report as JSON: variants with the tests that caught them, problems, seconds."""
    content = {
        "seconds": round(report.seconds, 2),
        "baseline_seconds": round(report.baseline, 2),
        "problems": report.problems,
        "variants": [
            {
                "name": variant.name,
                "why": variant.why,
                "module": variant.module,
                "function": variant.function,
                "right": variant.right,
                "tests": list(variant.tests),
                "caught_by": report.outcomes[variant.name].caught,
                "passed": report.outcomes[variant.name].passed,
                "seconds": round(report.outcomes[variant.name].seconds, 2),
            }
            for variant in report.variants
            if variant.name in report.outcomes
        ],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
