"""`tito doctor`: is everything here that the course needs, and what fixes what is not?

Nothing is assumed that can be asked: the kernel is started, and says which Python and which
`tinytorch` a notebook gets. Needs no network.
"""

import json
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_core.paths import jupyter_config_path, jupyter_path
from nbformat.v4 import new_code_cell, new_notebook
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from rich.markup import escape
from rich.table import Table

from tito.course import Course, exchange
from tito.kernel.run import Budget, run_notebook
from tito.student.workspace import Workspace

KERNEL, EXTENSION = "tinytorch", "@jupyter/nbgrader"
BUTTONS = {"validate_assignment": "the Validate button", "assignment_list": "Assignment List"}
LEAST_SPACE = 500_000_000  # bytes
ASK = """\
import json, os, sys
import numpy, tinytorch
blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
threads = os.environ.get("OPENBLAS_NUM_THREADS")
print(json.dumps([sys.executable, tinytorch.__file__, blas.get("name"), threads]))
"""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found, and what fixes it; without a cure all is well."""

    what: str
    found: str
    cure: str = ""


def examine(course: Course, space: Workspace | None, folder: Path) -> list[Finding]:
    """Everything looked at, for the workspace `space` or, if there is none yet, for `folder`."""
    install = f"run `python -m pip install -r requirements.txt -e .` in {course.root}"
    place = space.root if space else folder
    return [
        python(),
        packages(install),
        *kernel(place, space, install),
        jupyterlab(install),
        *buttons(course),
        workspace(space),
        disk(place),
    ]


def python() -> Finding:
    found, wanted = ".".join(map(str, sys.version_info[:3])), asked_python()
    cure = f"make the environment anew with Python {wanted}"
    return Finding("Python", f"{found}, {sys.prefix}", "" if found in wanted else cure)


def asked_python() -> SpecifierSet:
    try:
        return SpecifierSet(metadata.metadata("tinytorch")["Requires-Python"] or "")
    except metadata.PackageNotFoundError:
        return SpecifierSet()


def packages(install: str) -> Finding:
    """Is what the course asks for installed, in the versions that it asks for?"""
    try:
        wanted = [Requirement(line) for line in metadata.requires("tinytorch") or ()]
    except metadata.PackageNotFoundError:
        return Finding("packages", "tinytorch is not installed", install)
    own = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": "student"})]
    wrong = [problem for r in own if (problem := missing(r))]
    if wrong:
        return Finding("packages", "; ".join(wrong), install)
    return Finding("packages", f"all {len(own)} that the course asks for")


def missing(requirement: Requirement) -> str:
    """What is wrong with an installed package, or nothing."""
    try:
        found = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return f"{requirement.name} is not installed"
    if requirement.specifier.contains(found, prereleases=True):
        return ""
    return f"{requirement.name} is {found}, not {requirement.specifier}"


# What a notebook gets


def kernel(place: Path, space: Workspace | None, install: str) -> list[Finding]:
    """The kernel, and what it says of NumPy and of the package that a notebook imports."""
    try:
        argv = KernelSpecManager().get_kernel_spec(KERNEL).argv
    except NoSuchKernel:
        return [Finding("kernel", f"`{KERNEL}` is not installed", install)]
    if hiding := [path for path in sorted(place.iterdir()) if hides(path)] if space else []:
        cure = "give it another name: it stands in the way of Python's own"
        return [Finding("kernel", f"{hiding[0]} is imported first", cure)]
    answer = ask(place)
    if isinstance(answer, str):
        return [Finding("kernel", f"{answer} (it starts {argv[0]})", install)]
    executable, imported, blas, threads = answer
    return [
        which_python(executable, install),
        numpy_blas(blas, threads, install),
        which_package(Path(imported).parent, space),
    ]


def hides(path: Path) -> bool:
    """Whether a file of the workspace is imported instead of a module that everything needs."""
    is_code = path.suffix == ".py" or (path / "__init__.py").is_file()
    return is_code and path.stem in {*sys.stdlib_module_names, "numpy", "matplotlib", "IPython"}


def ask(place: Path) -> list | str:
    """What the kernel answers in a folder: its Python, `tinytorch`, BLAS and threads; or an error.

    Any of them may be None but the first two.
    """
    notebook = new_notebook(cells=[new_code_cell(ASK)])
    try:
        done = run_notebook(notebook, place, KERNEL, Budget(cell=60, notebook=60))
    except (RuntimeError, OSError) as error:
        return f"does not start: {error}"
    said = done.cells[0].outputs
    errors = [out for out in said if out.output_type == "error"]
    if errors:
        return f"runs no code: {errors[0].ename}: {errors[0].evalue}"
    lines = "".join(out.text for out in said).splitlines()
    return json.loads(lines[-1]) if lines else "gives no answer"


def which_python(executable: str, install: str) -> Finding:
    same = Path(executable).absolute() == Path(sys.executable).absolute()
    cure = f"it is not the Python of this environment, {sys.executable}: {install}"
    return Finding("kernel", f"`{KERNEL}` runs {executable}", "" if same else cure)


def numpy_blas(name: str | None, threads: str | None, install: str) -> Finding:
    if not name or name in ("none", "blas"):
        return Finding("NumPy", "no fast BLAS", f"reinstall numpy from PyPI: {install}")
    count = "1 thread" if threads == "1" else f"{threads or 'all'} threads"
    return Finding("NumPy", f"BLAS is {name}, {count} in a notebook")


def which_package(found: Path, space: Workspace | None) -> Finding:
    if space is None or found.resolve() == space.package.resolve():
        return Finding("tinytorch", f"a notebook here imports {found}")
    cure = f"rename {found}, which hides your own in {space.package}"
    return Finding("tinytorch", f"a notebook here imports {found}", cure)


# JupyterLab


def jupyterlab(install: str) -> Finding:
    """Is the `jupyter lab` that a terminal here starts the one of this environment?"""
    found, scripts = shutil.which("jupyter-lab"), Path(sysconfig.get_path("scripts"))
    if not (scripts / "jupyter-lab").exists() and not (scripts / "jupyter-lab.exe").exists():
        return Finding("JupyterLab", f"not in {scripts}", install)
    if found is None or Path(found).parent.resolve() != scripts.resolve():
        cure = f"activate the environment {sys.prefix} in this terminal"
        return Finding("JupyterLab", f"`jupyter lab` starts {found or 'nothing'}", cure)
    return Finding("JupyterLab", f"{metadata.version('jupyterlab')}, {found}")


def buttons(course: Course) -> list[Finding]:
    """nbgrader's parts of JupyterLab: is each there and enabled, in the page and in the server?

    Assignment List is of use only where there is an exchange.
    """
    from jupyter_server.extension.config import ExtensionConfigManager
    from jupyterlab.commands import get_app_dir
    from jupyterlab_server.config import get_page_config

    page = get_page_config(jupyter_path("labextensions"), str(Path(get_app_dir()) / "settings"))
    settings = ExtensionConfigManager(read_config_path=jupyter_config_path())
    there = any(extension["name"] == EXTENSION for extension in page["federated_extensions"])
    disabled = set(page["disabledExtensions"])
    server = settings.get_jpserver_extensions()
    wanted = [name for name in BUTTONS if name != "assignment_list" or exchange(course)]
    return [button(name, there, disabled, server) for name in wanted]


def button(name: str, there: bool, disabled: set[str], server: dict[str, bool]) -> Finding:
    plugin = f"{EXTENSION}:{name.replace('_', '-')}"
    module = f"nbgrader.server_extensions.{name}"
    if not there:
        cure = "run `python -m pip install --force-reinstall --no-deps nbgrader`"
        return Finding(BUTTONS[name], "nbgrader's extension of JupyterLab is missing", cure)
    for off in sorted(disabled & {EXTENSION, plugin}):
        return Finding(BUTTONS[name], f"{off} is off", f"run `jupyter labextension enable {off}`")
    if not server.get(module):
        cure = f"run `jupyter server extension enable --sys-prefix {module}`"
        return Finding(BUTTONS[name], f"{module} is off", cure)
    return Finding(BUTTONS[name], "enabled")


# The disk


def workspace(space: Workspace | None) -> Finding:
    if space is None:
        return Finding("workspace", "none here yet: `tito start 01` makes one")
    try:
        with tempfile.TemporaryFile(dir=space.root):
            return Finding("workspace", str(space.root))
    except OSError as error:
        cure = "make the folder writable, or copy it to where you may write"
        return Finding("workspace", f"{space.root}: {error.strerror}", cure)


def disk(place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    cure = "" if free >= LEAST_SPACE else f"free {LEAST_SPACE / 1e9:g} GB"
    return Finding("disk", f"{free / 1e9:.1f} GB free", cure)


def table(findings: list[Finding]) -> Table:
    """One row for each thing looked at."""
    rows = Table("what")
    rows.add_column("found", overflow="fold")
    rows.add_column(overflow="fold")
    for finding in findings:
        state = f"[red]fix[/]: {escape(finding.cure)}" if finding.cure else "[green]ok[/]"
        rows.add_row(finding.what, escape(finding.found), state)
    return rows
