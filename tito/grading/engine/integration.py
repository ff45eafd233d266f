"""Do a student's own modules work together? The boundary tests, on the student's own package.

The package holds what the student submitted of modules 01, 02, ... up to the first that is missing,
and no reference. It is put together from text here and imported in the grading kernel only, which
runs `tests/integration/test_*.py` on it. What counts are the tests that the reference passes when
it is cut off at the same place; those show which modules each test calls, too. This is a mark of
its own: no points in the gradebook depend on it.
"""

import contextlib
import functools
import inspect
import itertools
import json
import os
import re
import secrets
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from tito.catalog import Module
from tito.course import Course, Folders, folders
from tito.errors import Mistake
from tito.exporter import export
from tito.failures import one_line, reason
from tito.grading.configuration import configuration
from tito.grading.engine import boundaries
from tito.grading.engine.execute import Settings
from tito.grading.engine.execute_preprocessor import Execute
from tito.grading.results import pages
from tito.grading.results.result import Boundary, Integration
from tito.kernel import run

QUICK = "quick"  # in the names of the tests that are run
_DIRECTIVE = re.compile(r"^\s*#\s*(\||nbdev).*\n?", re.MULTILINE)
_EXPORTED = re.compile(r"^\s*#\s*\|\s*export\s*$", re.MULTILINE)
_MISSING = "not submitted"


# ---- the whole job ----


def integrate(course: Course, students: Iterable[str]) -> list[Integration]:
    """Try the chains of these students, keep what came of them, and write their pages.

    Raises: Mistake if the course has no boundary tests, or pytest is not installed.
    """
    bench = Bench(course, boundary_tests(course), folders(course))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        done = list(pool.map(bench.try_student, sorted(set(students))))
    known = {each.student: each for each in [*load_chains(course), *done]}
    rows = [asdict(known[student]) for student in sorted(known)]
    course.integrations.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    for each in done:
        path = bench.folders.integration_page(each.student)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages.render("integration.html.j2", it=each), encoding="utf-8")
    return [known[student] for student in sorted(known)]


def load_chains(course: Course) -> list[Integration]:
    """What came of the chains that were tried last, by student; nothing if none were."""
    if not course.integrations.is_file():
        return []
    rows = json.loads(course.integrations.read_text(encoding="utf-8"))
    return [
        Integration(**{**row, "tests": tuple(Boundary(**test) for test in row["tests"])})
        for row in rows
    ]


def boundary_tests(course: Course) -> dict[str, str]:
    """The texts of the boundary tests and of their helpers, by name: "test_x", "helpers/y".

    Raises: Mistake if there are none, or pytest is not installed.
    """
    folder = course.boundary_tests
    paths = [*folder.glob("test_*.py"), *folder.glob("helpers/*.py")]
    names = [path.relative_to(folder).with_suffix("").as_posix() for path in paths]
    texts = {n: p.read_text(encoding="utf-8") for n, p in zip(names, paths, strict=True)}
    if not texts:
        raise Mistake(f"there are no boundary tests in {folder}: grade without --integration")
    if find_spec("pytest") is None:
        raise Mistake("--integration needs pytest: run `pip install pytest`")
    return texts


# ---- the student's modules, as text ----


def exported(notebook: NotebookNode, module: Module) -> str:
    """The text of the module that a student's notebook exports.

    Directives could send a cell to any file, so none of the student's is kept: the cells that are
    begin with `#| export` alone are exported, to where they belong.
    Raises: Mistake if they are not Python.
    """
    cells = [new_code_cell(f"#| default_exp core.{module.stem}")]
    for cell in notebook.cells:
        if cell.cell_type == "code" and _EXPORTED.search(cell.source):
            cells.append(new_code_cell("#| export\n" + _DIRECTIVE.sub("", cell.source)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notebook.ipynb"
        nbformat.write(new_notebook(cells=cells), path)
        made = export(path, module, Path(folder) / "made", module.folder)
        return made.read_text(encoding="utf-8")


def placeholder(module: Module, why: str) -> str:
    """The text of a module with the public names of `module`, whose values cannot be used.

    They can be made, because tests name what they try when they are read.
    """
    tables = module.public.values()
    names = {inner.partition(".")[0] for table in tables for inner in table.values()}
    return _PLACEHOLDER.format(why=why) + "".join(
        f"class {name}(_Missing):\n    pass\n" for name in sorted(names)
    )


_PLACEHOLDER = """
class _Missing:
    def __init__(self, *args, **options):
        pass

    def __call__(self, *args, **options):
        raise NotImplementedError({why!r})

    def __getattr__(self, name):
        raise (AttributeError if name.startswith("__") else NotImplementedError)({why!r})
"""


# ---- the tests, in the kernel ----


@dataclass
class Bench:
    """Where chains are tried: the course, the texts of its tests, and the work of its students."""

    course: Course
    tests: dict[str, str]
    folders: Folders
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = Execute(config=configuration(self.course)).settings()
        self.expected = functools.cache(self._expected)

    def chain_of(self, student: str) -> list[Module]:
        """The modules that a student has submitted, from 01 up to the first that is missing."""

        def is_there(module: Module) -> bool:
            return self.folders.autograded(student, module).is_file()

        return list(itertools.takewhile(is_there, self.course.modules))

    def try_student(self, student: str) -> Integration:
        """What becomes of a student's chain. Never raises for what was submitted."""
        chain = self.chain_of(student)
        names = tuple(module.folder for module in chain)
        if not chain:
            missing = f"{self.course.modules[0].folder} was {_MISSING}, so there is no chain to try"
            return Integration(student, names, problem=missing)
        try:
            return self._tried(student, chain, names)
        except Exception as problem:  # noqa: BLE001 - no kernel, no disk: nobody's fault
            return Integration(student, names, problem=one_line(f"not tried: {problem}"))

    def _tried(self, student: str, chain: list[Module], names: tuple[str, ...]) -> Integration:
        core, unusable = {}, {}
        for module in chain:
            notebook = nbformat.read(self.folders.autograded(student, module), as_version=4)
            try:
                core[module.stem] = exported(notebook, module)
            except Mistake as mistake:
                unusable[module.folder] = one_line(mistake)
        expected = self.expected(len(chain))
        if not expected:
            needed = f"no boundary test needs only {' and '.join(names)}"
            return Integration(student, names, problem=needed)
        rows, failures = self._run(core, follow=False)
        tests = []
        for test in expected:
            said = _message_of(test, rows, failures)
            if said:
                said = next((unusable[name] for name in test.modules if name in unusable), said)
            tests.append(replace(test, message=said))
        return Integration(student, names, tuple(tests), self._broken(tests))

    def _broken(self, tests: list[Boundary]) -> str:
        failed = [test for test in tests if test.message]
        if not failed:
            return ""
        folders = [module.folder for module in self.course.modules]
        first = min(failed, key=lambda test: [folders.index(name) for name in test.modules[::-1]])
        *_, before, last = ("", *first.modules)
        where = f"between {before} and {last}" if before else f"in {last}"
        return f"the chain broke {where}: {first.about}: {first.message}"

    def _expected(self, length: int) -> list[Boundary]:
        """The tests that the reference passes, cut off after so many modules."""
        chain = self.course.modules[:length]
        texts = {it.stem: self.course.exported(it).read_text(encoding="utf-8") for it in chain}
        rows, _ = self._run(texts, follow=True)
        expected = []
        for name, row in rows.items():
            called = tuple(it.folder for it in chain if it.stem in row.get("modules", ()))
            if row.get("outcome") == "passed" and called:
                expected.append(Boundary(name, row["about"], called))
        return expected

    def _run(self, core: dict[str, str], follow: bool) -> tuple[dict[str, dict], dict[str, str]]:
        """The row of each test, and for files that did not come to their end what was said."""
        token = secrets.token_hex()
        core = core | {
            module.stem: placeholder(module, f"{module.folder} is not in this chain")
            for module in self.course.modules
            if module.stem not in core
        }
        files = sorted(name for name in self.tests if name.startswith("test_"))
        page = inspect.getsource(boundaries)
        cells = [new_code_cell(f"{page}\nlay_out({core!r}, {self.tests!r})")]
        cells += [
            new_code_cell(f"run_tests({name!r}, {QUICK!r}, {token!r}, {follow})") for name in files
        ]
        for cell in cells:
            cell.metadata.nbgrader = {"grade": True, "solution": False, "grade_id": cell.id}
        place = self.course.modules[0].folder  # its kernel has no reference at all
        done = run.run_notebook(
            new_notebook(cells=cells),
            place,
            self.settings.kernel_name,
            self.settings.budget,
            self.settings.config(),
        )
        rows: dict[str, dict] = {}
        failures: dict[str, str] = {}
        for name, cell in zip(files, done.cells[1:], strict=True):
            said = _rows(cell, token)
            told = said.pop("collection", {}).get("message") or reason(cell.outputs).line
            failures[f"integration/{name}.py"] = one_line(told) or "the tests did not end"
            rows |= said
        return rows, failures


def _message_of(test: Boundary, rows: dict[str, dict], failures: dict[str, str]) -> str:
    """What a test said; nothing if it passed."""
    row = rows.get(test.name, {})
    if row.get("outcome") == "passed":
        return ""
    stopped = failures.get(test.name.partition("::")[0], "it could not be run")
    if not row:
        return f"not run: {stopped}"
    return one_line(row.get("message") or stopped) or "it failed"


def _rows(cell: NotebookNode, token: str) -> dict[str, dict]:
    """What a cell printed behind the token, if it has the right form: hostile code ran there."""
    text = "".join(out.text for out in cell.outputs if out.output_type == "stream")
    rows: dict[str, dict] = {}
    for line in text.splitlines():
        if line.startswith(token):
            with contextlib.suppress(ValueError):
                made = json.loads(line.removeprefix(token))
                if isinstance(made, dict) and all(isinstance(row, dict) for row in made.values()):
                    rows |= made
    return rows
