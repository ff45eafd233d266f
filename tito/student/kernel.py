"""A notebook in a fresh kernel of the student's, as every command runs one."""

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from jupyter_client.kernelspec import NoSuchKernel
from nbformat import NotebookNode

from tito.errors import Mistake
from tito.failures import one_line
from tito.kernel.run import TIMEOUT, Budget, is_graded, run_notebook
from tito.notebooks import KERNEL
from tito.script import Exercise
from tito.student.remarks import SESSION

RUNNING = "TINYTORCH_NOTEBOOK_RUNS"  # set in kernels of a check, where `tito.check()` does nothing
PATIENCE = 10  # seconds a cell runs before it is said what is waited for


class Watch:
    """What a run asks before each cell: it says which one takes long, and leaves out the tests of
    an exercise of which a cell did not end. To be closed by `with`."""

    def __init__(self, exercises: Iterable[Exercise], limit: float, say: Callable[[str], None]):
        self.exercises = {
            cell.grade_id: exercise.grade_id
            for exercise in exercises
            for cell in (exercise.solution, *exercise.graded)
        }
        self.endless: dict[str, str] = {}  # {exercise: its cell that did not end}
        self.limit, self.say = limit, say
        self.cell: NotebookNode | None = None
        self.timer: threading.Timer | None = None

    def __call__(self, cell: NotebookNode) -> str:
        self.close()
        if (before := self.cell) and any(out.get("ename") == TIMEOUT for out in before.outputs):
            self.endless.setdefault(self._exercise(before), called(before))
        self.cell = cell
        if is_graded(cell) and (found := self.endless.get(self._exercise(cell) or called(cell))):
            return f"{found} did not end"
        line = f"still running {called(cell)}: it is stopped after {self.limit:g} s"
        self.timer = threading.Timer(PATIENCE, self.say, [line])
        self.timer.daemon = True
        self.timer.start()
        return ""

    def _exercise(self, cell: NotebookNode) -> str:
        return self.exercises.get(cell.metadata.get("nbgrader", {}).get("grade_id"), "")

    def close(self) -> None:
        """The cell has ended: nothing is waited for."""
        if self.timer:
            self.timer.cancel()

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def called(cell: NotebookNode) -> str:
    """How a cell is told from others: by its grade id, else by its first line, in quotes."""
    lines = [line for line in cell.source.splitlines() if line.strip() and line[:2] != "#|"]
    quoted = f'"{one_line(lines[0], 50)}"' if lines else "an empty cell"
    return cell.metadata.get("nbgrader", {}).get("grade_id") or quoted


def run(
    notebook: NotebookNode, folder: Path, budget: Budget, watch: Watch | None = None
) -> NotebookNode:
    """The notebook, run in a fresh student's kernel in `folder`.

    Raises: Mistake if the kernel is not installed or does not start.
    """
    try:
        env = {**os.environ, RUNNING: "1"}
        env.pop(SESSION, None)  # nobody has it open, also where `tito.check()` was called in one
        return run_notebook(notebook, folder, KERNEL["name"], budget, env=env, watch=watch)
    except NoSuchKernel:
        raise Mistake(
            "the kernel `tinytorch` is not installed: run `pip install -e .` in the course's folder"
        ) from None
    except RuntimeError as error:
        raise Mistake(
            f"the kernel `tinytorch` does not start ({error}): `tito doctor` looks for the reason"
        ) from error
