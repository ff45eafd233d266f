"""START.md, which JupyterLab opens first: every module with a link, and where the student stands.

It is written anew whenever that may have changed, so that what it says is what `tito status` says.
"""

import re
from functools import partial

from rich.text import Text

from tito import guide
from tito.course import GUIDE, exchange
from tito.files import write
from tito.student import status
from tito.student.status import Progress
from tito.student.workspace import Workspace

NAME, GUIDE_NAME = "START.md", "GUIDE.md"
_NOTEBOOK = re.compile(r"\b\d\d_[a-z_]+/[a-z_]+\.ipynb\b")
PAGE = """\
<!-- Written by `tito` whenever you begin, check, export or submit a module. -->

# TinyTorch

**Next:** {step}
{guide}
| module | you build | exercises passed | points | minutes left | exported | submitted |
|---|---|---|---:|---:|---|---|
{rows}

A module's name opens its notebook. To begin a module that has no link yet, run `tito start NUMBER`
in a terminal (File > New > Terminal), or `import tito` and `tito.start(NUMBER)` in a notebook.

{commands}

Save before you check: Ctrl+S, or Cmd+S on a Mac.
{hand_in}"""
GUIDE_LINE = """
New here, or stuck? [The guide]({name}) says how to begin, where the hints are, how points work.
"""
EXCHANGE = """
You can also hand in through Nbgrader > Assignment List: Submit sends the notebook, as last saved,
to your instructor, and Fetch Feedback brings back the graded page.
"""


def refresh(space: Workspace) -> None:
    """Write the page of a workspace.

    Raises: Mistake if a release is not built, or the page cannot be written.
    """
    everything = [status.progress(space, module) for module in space.course.modules]
    rows = "\n".join(map(partial(row, space), everything))
    hand_in = EXCHANGE if exchange(space.course) else ""
    step = linked(text(status.next_step(everything)))
    solved = any(space.course.sealed(module).is_file() for module in space.course.modules)
    alone = any(not p.hands_in for p in everything)
    commands = guide.table_of_kit(solved, alone)
    line = GUIDE_LINE.format(name=GUIDE_NAME) if copy_guide(space) else ""
    page = PAGE.format(step=step, guide=line, rows=rows, hand_in=hand_in, commands=commands)
    write(space.root / NAME, page.encode())


def copy_guide(space: Workspace) -> bool:
    """Put the student's guide beside the page, where JupyterLab can open it; whether there is one.

    Raises: Mistake if it cannot be written.
    """
    original = space.course.file(GUIDE)
    if not original.is_file():
        return False
    write(space.root / GUIDE_NAME, original.read_bytes())
    return True


def row(space: Workspace, p: Progress) -> str:
    """The row of a module; its name is a link to the notebook if that is there."""
    name = p.module.folder
    if p.started:
        name = f"[{name}]({space.relative(space.notebook(p.module))})"
    exercises, points = status.exercises_cell(p), status.points_cell(p.exercises)
    cells = (exercises, points, p.minutes or "-", p.exported, text(p.submitted[:10]) or "-")
    plain = (Text.from_markup(str(cell)).plain for cell in cells)
    return f"| {' | '.join([name, p.module.title, *plain])} |"


def linked(line: str) -> str:
    """A line in which the paths of notebooks are links."""
    return _NOTEBOOK.sub(lambda found: f"[{found[0]}]({found[0]})", line)


def text(line: str) -> str:
    """A line in which nothing is markup but code between backticks."""
    return re.sub(r"[<>&|\[\]]", lambda found: f"&#{ord(found[0])};", line)
