"""`tito kit`: the one archive that an instructor hands out.

It holds the release notebooks, the student's part of the tool, the data, the scenario notebooks,
the façades of `tinytorch` with nothing solved, and what installs them. Visible tests are those in
the notebooks. `tests/integration/test_*.py` stay behind: they call what all modules build together,
so they fail until everything is exported, they need pytest, and they are the yardstick of `tito
mutants --package`. Two builds give the same bytes on every system. What would leak is not written.
"""

import ast
import io
import json
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Template

from tito import guide, package
from tito.authoring.leaks import SOLUTIONS, leaks
from tito.catalog import Module
from tito.course import Course, exchange
from tito.errors import Mistake
from tito.files import write
from tito.imports import uses
from tito.notebooks import KERNEL, read_notebook, release_cells
from tito.settings import student_config

TOP = "tinytorch-course"  # the archive's one folder
PAGE = "tito/student/jupyter/labconfig/page_config.d/tinytorch.json"
_STUDENTS = (
    *("*.py", "kernel/*.py", "kernel/specs/tinytorch/kernel.json"),
    *("lib/*.py", "extra/*.py", "student/**/*.py", "student/**/*.json"),
)
_TITO = Path(__file__).resolve().parent.parent
_HANDOUT = Path(__file__).with_name("handout")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a zip file knows


def make(course: Course, solved: tuple[Module, ...], out: Path, say: Callable[[str], None]) -> Path:
    """Write the kit to `out`, a zip file; `solved` are the modules whose reference it holds.

    Raises: Mistake if something of the course is missing, if `out` is something else than a kit, or
    if the kit would hold what students must not have (naming file and line).
    """
    refuse_other_file(out)
    made = contents(course, solved)
    found = leaks(course, made, solved)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise Mistake(f"no kit was written, because it would leak: {found[0]}{more}")
    write(out, archive(made))
    say(f"made {out}: {len(made)} files, {out.stat().st_size / 1e6:.1f} MB")
    for module in solved:
        say(f"it holds the reference of module {module.folder}, for `tito unlock`")
    return out


def refuse_other_file(path: Path) -> None:
    """Raises: Mistake if there is something at `path` that is not an older kit."""
    if not path.exists():
        return
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as file:
            if all(name.startswith(f"{TOP}/") for name in file.namelist()):
                return
    raise Mistake(f"{path} is there already and is not a kit: choose another name with `--out`")


def archive(contents: dict[str, bytes]) -> bytes:
    """A zip file of `contents` in the folder TOP: fixed order, time, rights and system."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in sorted(contents):
            info = zipfile.ZipInfo(f"{TOP}/{name}", _EPOCH)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            file.writestr(info, contents[name], zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


def contents(course: Course, solved: tuple[Module, ...] = ()) -> dict[str, bytes]:
    """Every file of the kit: {path: bytes}. Line ends are LF, whatever the system.

    Raises: Mistake naming a file of the course that is missing.
    """
    made = {f"tito/{name}": _lf(_TITO / name) for name in tool()}
    made |= {f"tinytorch/{n}": t.encode() for n, t in package.files(course.catalog).items()}
    made |= dict(data(course.data))
    made |= dict(notebooks(course))
    made |= {f"{SOLUTIONS}/{m.stem}.py": reference(course, m) for m in solved}
    made |= {"LICENSE": _lf(course.file("LICENSE")), "requirements.txt": requirements(course)}
    made |= {name: text.encode() for name, text in handout(course, solved).items()}
    shared = shared_exchange(course)
    made["nbgrader_config.py"] = student_config(course, shared).encode()
    if shared is None:
        made[PAGE] = without_assignment_list(made[PAGE])
    return made


def without_assignment_list(page: bytes) -> bytes:
    """JupyterLab's page configuration where there is nothing that Assignment List could list."""
    settings = json.loads(page)
    settings["disabledExtensions"]["@jupyter/nbgrader:assignment-list"] = True
    return (json.dumps(settings, indent=2) + "\n").encode()


def shared_exchange(course: Course) -> Path | None:
    """The exchange, if it is a folder that students can reach: one outside the course's own."""
    folder = exchange(course)
    inside = folder is None or folder.is_relative_to(course.root)
    return None if inside else folder


def _lf(path: Path) -> bytes:
    if not path.is_file():
        raise Mistake(f"{path} is missing, and the kit needs it: run `tito build`")
    return path.read_bytes().replace(b"\r\n", b"\n")


def tool() -> list[str]:
    """The files of `tito` that a student needs, as paths below it."""
    own = [path for pattern in _STUDENTS for path in _TITO.glob(pattern)]
    return sorted({path.relative_to(_TITO).as_posix() for path in own})


def data(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The datasets with their sources and readers. Their bytes are checked, so they stay."""
    for path in sorted(folder.glob("*")):
        if path.suffix in (".npy", ".npz", ".txt"):
            yield f"tinytorch_data/{path.name}", path.read_bytes()
        elif path.suffix in (".py", ".md"):
            yield f"tinytorch_data/{path.name}", _lf(path)


def notebooks(course: Course) -> Iterator[tuple[str, bytes]]:
    """Release and scenario notebooks, in the student's kernel."""
    for module in course.modules:
        release_cells(course, module)  # says so if it is not built
        path = course.release(module)
        yield course.relative(path), in_kernel(path)
    for path in sorted(course.scenario_notebooks.glob("*.ipynb")):
        if not needs_tests(course, path):
            yield course.relative(path), in_kernel(path)


def in_kernel(path: Path) -> bytes:
    """A notebook that opens in the student's kernel and says nothing of what it was made from."""
    notebook = json.loads(_lf(path))
    notebook["metadata"] = {"kernelspec": KERNEL}
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def needs_tests(course: Course, notebook: Path) -> bool:
    """Whether a scenario imports what lies below tests/: such a one is for maintainers."""
    code = [cell.source for cell in read_notebook(notebook).cells if cell.cell_type == "code"]
    imported = {use.name.partition(".")[0] for source in code for use in uses(ast.parse(source))}
    return any(path.stem in imported for path in course.shared_tests.iterdir())


def reference(course: Course, module: Module) -> bytes:
    """The exported reference, with a first line that says what it is for."""
    _, _, body = _lf(course.exported(module)).partition(b"\n")
    number = module.number
    note = f"# the reference of module {module.folder}: `tito unlock {number:02d}` puts it in place"
    return note.encode() + b"\n" + body


def requirements(course: Course) -> bytes:
    """The pinned versions, without the note of how they were compiled."""
    lines = _lf(course.file("requirements-student.txt")).decode().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    return "\n".join(["# The versions that were tested together.", *pins, ""]).encode()


def handout(course: Course, solved: tuple[Module, ...]) -> dict[str, str]:
    """README.md, pyproject.toml and environment.yml for students."""
    project = tomllib.loads(_lf(course.file("pyproject.toml")).decode())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["student"]
    values = {
        "version": project["version"],
        "description": project["description"],
        "python": project["requires-python"],
        "dependencies": "\n".join(f'    "{line}",' for line in wanted),
        "modules": "\n".join(
            f"| {m.number:02d} | {m.title} | {m.minutes / 60:g} h |" for m in course.modules
        ),
        "commands": guide.table_of_kit(solved=bool(solved)),
        "unlock": _unlock(solved),
    }
    return {
        path.name.removesuffix(".in"): Template(_lf(path).decode()).substitute(values)
        for path in sorted(_HANDOUT.iterdir())
    }


def _unlock(solved: tuple[Module, ...]) -> str:
    if not solved:
        return ""
    names = ", ".join(f"{module.number:02d}" for module in solved)
    return (
        f"\nStuck for good? This copy holds the reference of module {names}: `tito unlock "
        f"{solved[0].number:02d}` puts\nit into your package, so that you can go on. Your own "
        "version is kept, and your notebook stays as it is.\n"
    )
