"""The student's commands from inside a notebook: `import tito`, then `tito.check()`.

The module is told from the notebook's folder. Tables come as HTML in JupyterLab's own colours, and
a mistake as one sentence. In a notebook that runs for a check these lines do nothing.
"""

import functools
import os
import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from IPython.display import Image, display
from rich.console import Console, RenderableType
from rich.table import Column, Table
from rich.text import Text

from tito import catalog, guide
from tito import course as courses
from tito.catalog import Module
from tito.errors import Mistake
from tito.failures import Hint
from tito.student import selfcheck, startpage, workspace
from tito.student.kernel import RUNNING
from tito.student.submit import write_submission
from tito.student.update import update_all
from tito.student.workspace import Workspace

# JupyterLab's colours for success and errors are made for areas; as text they need more contrast.
_MIX = "color-mix(in srgb, var(--jp-{0}-color1, {1}) 50%, var(--jp-content-font-color1, {1}))"
COLOURS = {
    "green": _MIX.format("success", "#2e7d32"),
    "red": _MIX.format("error", "#c62828"),
    "yellow": _MIX.format("warn", "#b25900"),
    "dim": "inherit",
}
JUST_SAVED = 10  # seconds, in which nothing is said
RELOAD = "if it is open, choose File > Reload Notebook from Disk"
_COMMAND = re.compile(r"`tito (\w+)(?: 0?(\d+))?`")
_CODE = re.compile(r"`([^`\n]+)`")


def line(work: Callable) -> Callable:
    """A function for notebooks: a mistake becomes a sentence; within a check it does nothing."""

    @functools.wraps(work)
    def wrapped(*arguments: Any, **options: Any) -> None:
        if os.environ.get(RUNNING):
            return
        try:
            work(*arguments, **options)
            startpage.refresh(_here())
        except Mistake as mistake:
            say(str(mistake), "red")

    more = f"\n\n{work.__doc__}" if work.__doc__ else ""
    wrapped.__doc__ = guide.COMMANDS[work.__name__].help + more
    return wrapped


@line
def check(module: int | str | None = None) -> None:
    space, wanted = _here(), _module(module)
    _say_when_saved(space, wanted)
    with ThreadPoolExecutor(1) as pool:  # this thread runs an event loop already
        report = pool.submit(selfcheck.check, space, wanted, say).result()
    show(selfcheck.table(report, wanted.folder))
    for text in filter(None, [report.blamed]):
        say(text)
    for failed in report.failed:
        for name, why in failed.reasons.items():
            say(f"{name}: {why.text}")
            fold(why.quoted)
        for text in selfcheck.step_lines(failed):
            say(text.strip())
    unseen = [selfcheck.unseen_line(report)] if report.unseen else []
    for text in [*selfcheck.broken_lines(report), *report.remarks, *unseen]:
        say(text)


@line
def export(module: int | str | None = None) -> None:
    from tito.student.export import export

    space, wanted = _here(), _module(module)
    _say_when_saved(space, wanted)
    export(space, wanted, say)


@line
def status(module: int | str | None = None) -> None:
    from tito.student import status

    space = _here()
    if module is not None:
        found = status.progress(space, _module(module))
        show(status.exercises_table(found))
        say(f"next: {status.next_in(found)}")
        return
    everything = [status.progress(space, m) for m in space.course.modules]
    show(status.modules_table(everything))
    say(f"next: {status.next_step(everything)}")


@line
def start(module: int | str | None = None) -> None:
    """Without `module`, the one after this notebook's."""
    space = _here()
    wanted = _module(module) if module is not None else _next(space.course.modules)
    workspace.start(space.course, wanted, space.root, say)
    say(f"next: open {space.relative(space.notebook(wanted))} in the file browser on the left")


@line
def reset(module: int | str | None = None, exercise: str | None = None, yes: bool = False) -> None:
    space, wanted = _here(), _module(module)
    if yes is not True:
        raise Mistake(
            f"this puts {exercise or wanted.folder} back as it came and keeps your notebook as a "
            "backup: add yes=True if you mean it"
        )
    workspace.reset(space, wanted, exercise, say)
    say(RELOAD)


@line
def update(module: int | str | None = None) -> None:
    if update_all(_here(), None if module is None else _module(module), say):
        say(RELOAD)


@line
def unlock(
    exercise: str,
    module: int | str | None = None,
    yes: bool = False,
    undo: bool = False,
    tests: bool = False,
) -> None:
    """With `undo=True` your own version comes back; `tests=True` shows the hidden tests, if your
    copy of the course is one for self-study."""
    from tito.student.unlock import Wish, grant

    def ask(question: str) -> None:
        if yes is not True:
            raise Mistake(f"{question} Add yes=True if you mean it")

    space, wanted = _here(), _module(module)
    _say_when_saved(space, wanted)
    wish = Wish(wanted, str(exercise), undo is True, tests is True)
    grant(space, wish, date.today(), ask, say)
    say(RELOAD)


@line
def integrate(scenario: str | None = None) -> None:
    from tito.student import integrate

    space = _here()
    with ThreadPoolExecutor(1) as pool:
        paths = integrate.scenarios(space, scenario)
        results = list(pool.map(lambda path: integrate.integrate(space, path), paths))
    show(integrate.table(results))
    for text in integrate.lines(results, space.root):
        say(text)
    for picture in [picture for result in results for picture in result.pictures]:
        display(Image(picture, alt=f"a figure of {picture.stem}"))


@line
def submit(module: int | str | None = None, student: str | None = None) -> None:
    space, wanted = _here(), _module(module)
    _say_when_saved(space, wanted)
    student = student or space.student
    if not student:
        raise Mistake(
            'whose work is it: say tito.submit(student="ID"), with the id your instructor knows'
        )
    write_submission(space, wanted, str(student), say)


# Where we are


def _here() -> Workspace:
    return workspace.here(courses.here(), Path.cwd())


def _module(module: int | str | None) -> Module:
    """The module asked for, or that of the notebook's folder."""
    course = courses.here()
    if module is not None:
        return catalog.find(str(module), course.catalog)
    for row in course.modules:
        if row.folder == Path.cwd().name:
            return row
    raise Mistake("this notebook lies in no module's folder: say which module, as in check(1)")


def _next(modules: tuple[Module, ...]) -> Module:
    later = [row for row in modules if row.number > _module(None).number]
    if not later:
        raise Mistake("this is the last module: there is none after it")
    return later[0]


def _say_when_saved(space: Workspace, module: Module) -> None:
    path = space.notebook(module)
    if path.is_file():
        seconds = time.time() - path.stat().st_mtime
        ago = f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"
        if seconds > JUST_SAVED:
            say(f"{path.name} as saved {ago} ago: save it first (Ctrl+S) if you changed it since")


# What is shown


def say(text: str, style: str = "") -> None:
    """Show a line, with the commands in it as they are called here."""
    text = _COMMAND.sub(as_called_here, text)
    colour = f"color: {COLOURS[style]}; " if style else ""
    block = f'<div style="{colour}white-space: pre-wrap">{escape(text)}</div>'
    _display(text, block)


def fold(hint: Hint | None) -> None:
    """Show a hint of the notebook, if there is one, folded as it is there."""
    if hint is None:
        return
    title = f"the notebook's hint on <q>{escape(hint.title)}</q>"
    text = _CODE.sub(r"<code>\1</code>", escape(hint.text))
    block = f'<div style="white-space: pre-wrap; margin-left: 1em">{text}</div>'
    _display(
        "\n".join(selfcheck.hint_lines(hint)),
        f"<details><summary>{title}</summary>{block}</details>",
    )


def as_called_here(found: re.Match) -> str:
    """A command, as `_COMMAND` finds it, as it is called in a notebook, if it can be."""
    called = found[1] in guide.in_notebooks()
    return f"`tito.{found[1]}({found[2] or ''})`" if called else found[0]


def show(table: Table) -> None:
    """Show a table: HTML that JupyterLab colours, and plain text where there is no HTML."""
    console = Console(width=100, color_system=None, force_jupyter=False)
    with console.capture() as captured:
        console.print(table)
    _display(captured.get(), html(table))


def _display(text: str, block: str) -> None:
    display({"text/plain": text, "text/html": block}, raw=True)


def html(table: Table) -> str:
    """A rich table as an HTML table."""
    columns = table.columns
    rows = zip(*(column.cells for column in columns), strict=True)
    head = _row([column.header for column in columns], columns, "th")
    body = "".join(_row(row, columns) for row in rows)
    foot = _row([column.footer for column in columns], columns) if table.show_footer else ""
    caption = f'<caption style="text-align: left">{escape(str(table.title))}</caption>'
    return (
        f"<table>{caption}<thead>{head}</thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"
    )


def _row(cells: Iterable[RenderableType], columns: list[Column], tag: str = "td") -> str:
    scope = ' scope="col"' * (tag == "th")
    made = [
        f'<{tag}{scope} style="text-align: {column.justify}">{_inner(cell)}</{tag}>'
        for cell, column in zip(cells, columns, strict=True)
    ]
    return f"<tr>{''.join(made)}</tr>"


def _inner(cell: RenderableType) -> str:
    """A cell's text with rich's markup turned into a colour of JupyterLab's theme."""
    text = Text.from_markup(str(cell))
    style = next((str(span.style) for span in text.spans if str(span.style) in COLOURS), "")
    inner = escape(text.plain)
    return f'<span style="color: {COLOURS[style]}">{inner}</span>' if style else inner
