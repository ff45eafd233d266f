"""The student's commands; what each does, as its help says it, stands in tito/guide.py."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tito import catalog, guide
from tito.errors import Mistake
from tito.terminal import ModuleHere, OneModule, OptionalModule, console, say

if TYPE_CHECKING:
    from tito.catalog import Module
    from tito.student.workspace import Workspace

app = typer.Typer()
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
AllowRoot = Annotated[bool, typer.Option("--allow-root", help="Run JupyterLab as root.")]


def _here() -> "Workspace":
    from tito.course import here
    from tito.student import workspace

    return workspace.here(here(), Path.cwd())


def _module(space: "Workspace", name: str | None) -> "Module":
    """The module named, or that of the folder where the command was typed."""
    from tito.student import workspace

    if name is None:
        return workspace.module_here(space.course, Path.cwd())
    return catalog.find(name, space.course.catalog)


def _refresh(space: "Workspace") -> None:
    """Bring the start page up to date, or say why not: what the command did is done."""
    from tito.student import startpage

    try:
        startpage.refresh(space)
    except Mistake as mistake:
        say(f"the start page is as it was: {mistake}")


def start(
    module: OneModule,
    folder: Annotated[
        Path, typer.Option("--in", metavar="DIR", help="The folder for your work.")
    ] = Path(),
    lab: Annotated[bool, typer.Option(help="Open JupyterLab at the notebook.")] = True,
    allow_root: AllowRoot = False,
) -> None:
    from tito.course import here
    from tito.student import workspace

    course = here()
    wanted = catalog.find(module, course.catalog)
    space = workspace.start(course, wanted, folder, say)
    _refresh(space)
    _open(space, space.notebook(wanted), allow_root, lab)


def lab(
    folder: Annotated[
        Path, typer.Option("--in", metavar="DIR", help="The folder for your work.")
    ] = Path(),
    allow_root: AllowRoot = False,
) -> None:
    from tito.course import here
    from tito.student import startpage, workspace

    course = here()
    is_new = workspace.find(course, folder) is None
    space = workspace.make(course, folder)
    if is_new:
        say(f"{space.root} is the folder of your work now: it was none before")
    _refresh(space)
    _open(space, space.root / startpage.NAME, allow_root)


def _open(space: "Workspace", path: Path, allow_root: bool, lab: bool = True) -> None:
    """Open a file in JupyterLab, or say how that is done where nobody would see it."""
    from tito.student.lab import open_lab, running

    if not (lab and sys.stdin.isatty() and sys.stdout.isatty()):
        say(f"next: run `tito lab` in {space.root} and open {space.relative(path)}")
    elif address := running(path):
        say(f"JupyterLab is running already: open {address}")
    else:
        open_lab(space.root, path, allow_root)


def check(module: ModuleHere = None) -> None:
    from tito.student import selfcheck

    space = _here()
    wanted = _module(space, module)
    with console.status(f"running {space.notebook(wanted)} in a fresh kernel"):
        report = selfcheck.check(space, wanted, say)
    _refresh(space)
    console.print(selfcheck.table(report, wanted.folder))
    for line in selfcheck.lines(report):
        say(line)
    raise typer.Exit(0 if report.passed else 1)


def export(module: ModuleHere = None) -> None:
    from tito.student.export import export

    space = _here()
    export(space, _module(space, module), say)
    _refresh(space)


def status(module: OptionalModule = None) -> None:
    from tito.student import status

    space = _here()
    everything = [status.progress(space, m) for m in space.course.modules]
    if module is None:
        console.print(status.modules_table(everything))
        say(f"next: {status.next_step(everything)}")
    else:
        wanted = catalog.find(module, space.course.catalog)
        everything = [p for p in everything if p.module == wanted]
        console.print(status.exercises_table(everything[0]))
        say(f"next: {status.next_in(everything[0])}")


def reset(
    module: ModuleHere = None,
    exercise: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only this exercise: its name, number or function."),
    ] = None,
    yes: Yes = False,
) -> None:
    from tito.student import workspace

    space = _here()
    wanted = _module(space, module)
    if not yes:
        what = f"exercise {exercise} of {wanted.folder}" if exercise else wanted.folder
        _ask(f"begin {what} again (your notebook is kept as a backup)?")
    workspace.reset(space, wanted, exercise, say)
    _refresh(space)


def _ask(question: str) -> None:
    """Raises: Mistake unless the user says yes, or if there is no one to ask."""
    if not sys.stdin.isatty():
        raise Mistake(f"{question} Say `--yes` if you mean it")
    if not typer.confirm(question):
        raise Mistake("nothing was changed")


def update(module: OptionalModule = None) -> None:
    from tito.student.update import update_all

    space = _here()
    wanted = catalog.find(module, space.course.catalog) if module else None
    update_all(space, wanted, say)
    _refresh(space)


def integrate(
    scenario: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One scenario; all by default.")
    ] = None,
) -> None:
    from tito.student import integrate

    space, results = _here(), []
    for path in integrate.scenarios(space, scenario):
        with console.status(f"running {path.stem} in a fresh kernel"):
            results.append(integrate.integrate(space, path))
    console.print(integrate.table(results))
    for line in integrate.lines(results, space.root):
        say(line)
    raise typer.Exit(1 if any(r.state == integrate.FAILED for r in results) else 0)


def unlock(
    module: OneModule,
    exercise: Annotated[
        str | None,
        typer.Argument(metavar="[EXERCISE]", help="Only this one; else the whole module."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Put your own version back.")] = False,
    tests: Annotated[
        bool, typer.Option("--tests", help="Show its hidden tests, in a copy for self-study.")
    ] = False,
    yes: Yes = False,
) -> None:
    from datetime import date

    from tito.student.unlock import Wish, grant

    space = _here()
    wish = Wish(catalog.find(module, space.course.catalog), exercise, undo, tests)
    grant(space, wish, date.today(), _agree if yes else _ask, say)
    _refresh(space)


def _agree(question: str) -> None:
    """For who has said `--yes`."""


def doctor() -> None:
    from tito.course import here
    from tito.student import doctor, workspace

    course, folder = here(), Path.cwd()
    with console.status("checking your installation"):
        findings = doctor.examine(course, workspace.find(course, folder), folder)
    console.print(doctor.table(findings))
    raise typer.Exit(1 if any(finding.cure for finding in findings) else 0)


def submit(
    module: ModuleHere = None,
    student: Annotated[
        str | None, typer.Option(metavar="ID", help="Who you are; asked once, then remembered.")
    ] = None,
) -> None:
    from tito.student.submit import write_submission

    space = _here()
    wanted = _module(space, module)
    student = student or space.student
    if not student and not sys.stdin.isatty():
        raise Mistake("whose work is it: say `--student ID`, with the id your instructor knows")
    write_submission(space, wanted, student or typer.prompt("your student id"), say)
    _refresh(space)


for _name, _command in guide.COMMANDS.items():
    app.command(help=_command.help)(globals()[_name])
