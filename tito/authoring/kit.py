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
from dataclasses import dataclass
from pathlib import Path
from string import Template

from tito import guide, package, unlocking
from tito.authoring.leaks import SOLUTIONS, leaks
from tito.catalog import Module
from tito.course import GUIDE, Course, exchange
from tito.errors import Mistake
from tito.files import write
from tito.imports import uses
from tito.notebooks import KERNEL, read_notebook, release_cells
from tito.script import cells_of
from tito.settings import student_config, unlockable, unlocked_worth

TOP = "tinytorch-course"  # the archive's one folder
PAGE = "tito/student/jupyter/labconfig/page_config.d/tinytorch.json"
_STUDENTS = (
    *("*.py", "kernel/*.py", "kernel/specs/tinytorch/kernel.json"),
    *("lib/*.py", "extra/*.py", "student/**/*.py", "student/**/*.json"),
)
_TITO = Path(__file__).resolve().parent.parent
_HANDOUT = Path(__file__).with_name("handout")
# What the README says of answers, if the kit holds any.
UNLOCK = """
Stuck for good? This copy holds the answers of {names}. `tito unlock {first:02d} NAME` puts
the answer to the exercise NAME into your notebook and keeps your own version; `tito unlock
{first:02d}` puts the whole module into your package, so that you can go on to the next.
"""
UNLOCK_SELF_STUDY = """
This copy is for learning on your own. `tito check` runs the hidden tests as well, once the others
pass, and `tito unlock 01 NAME` shows you the answer to the exercise NAME after you have tried it.
"""
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a zip file knows


@dataclass(frozen=True)
class Given:
    """What else a kit holds: the answers of `solved`, and for self-study their hidden tests."""

    solved: tuple[Module, ...] = ()
    self_study: bool = False


NOTHING = Given()


def make(course: Course, given: Given, out: Path, say: Callable[[str], None]) -> Path:
    """Write the kit to `out`, a zip file.

    Raises: Mistake if something of the course is missing, if `out` is something else than a kit, or
    if the kit would hold what students must not have (naming file and line).
    """
    refuse_other_file(out)
    made = contents(course, given)
    found = leaks(course, made, given.solved, given.self_study)
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise Mistake(f"no kit was written, because it would leak: {found[0]}{more}")
    write(out, archive(made))
    say(f"made {out}: {len(made)} files, {out.stat().st_size / 1e6:.1f} MB")
    for line in answers_held(course, given):
        say(line)
    return out


def answers_held(course: Course, given: Given) -> Iterator[str]:
    """What an instructor should know of the answers in a kit."""
    if given.self_study:
        yield "it holds all answers and hidden tests, sealed: for self-study, not for a class"
        return
    for module in given.solved:
        yield f"it holds the answers of module {module.folder}, sealed, for `tito unlock`"
    names = [f"{module.number:02d}" for module in given.solved if not unlockable(course, module)]
    if names:
        yield (
            "grading does not know of it: unless the marks are final, add "
            f"{', '.join(names)} to `c.Unlocking.modules` in nbgrader_config.py"
        )


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


def contents(course: Course, given: Given = NOTHING) -> dict[str, bytes]:
    """Every file of the kit: {path: bytes}. Line ends are LF, whatever the system.

    Raises: Mistake naming a file of the course that is missing.
    """
    made = {f"tito/{name}": _lf(_TITO / name) for name in tool()}
    made |= {f"tinytorch/{n}": t.encode() for n, t in package.files(course.catalog).items()}
    made |= dict(data(course.data))
    made |= dict(notebooks(course))
    made |= {
        f"{SOLUTIONS}/{m.stem}.json": sealed(course, m, given.self_study) for m in given.solved
    }
    made |= {GUIDE: _lf(course.file(GUIDE))}
    made |= {"LICENSE": _lf(course.file("LICENSE")), "requirements.txt": requirements(course)}
    made |= {name: text.encode() for name, text in handout(course, given).items()}
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


def sealed(course: Course, module: Module, self_study: bool) -> bytes:
    """The answers of a module, and for `self_study` its hidden tests, for `tito unlock`."""
    cells = cells_of(read_notebook(course.source(module)))
    reference = _lf(course.exported(module)).decode()
    held = unlocking.of_source(cells, reference, unlocked_worth(course), self_study)
    return held.as_json().encode()


def requirements(course: Course) -> bytes:
    """The pinned versions, without the note of how they were compiled."""
    lines = _lf(course.file("requirements-student.txt")).decode().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    return "\n".join(["# The versions that were tested together.", *pins, ""]).encode()


def handout(course: Course, given: Given) -> dict[str, str]:
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
        "commands": guide.table_of_kit(bool(given.solved), given.self_study),
        "id": "" if given.self_study else "ID is what your instructor knows you by. ",
        "unlock": _unlock(given),
    }
    return {
        path.name.removesuffix(".in"): Template(_lf(path).decode()).substitute(values)
        for path in sorted(_HANDOUT.iterdir())
    }


def _unlock(given: Given) -> str:
    if given.self_study:
        return UNLOCK_SELF_STUDY
    if not given.solved:
        return ""
    *some, last = [f"{module.number:02d}" for module in given.solved]
    names = f"modules {', '.join(some)} and {last}" if some else f"module {last}"
    return UNLOCK.format(names=names, first=given.solved[0].number)
