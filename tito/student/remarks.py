"""What a notebook says below a test: what was checked if it passed, which help to open if not.

An extension of IPython that the student's kernel loads. It speaks only in a notebook that someone
has open, so that what a tool runs puts out what its cells do, and no more.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tito import checks

if TYPE_CHECKING:
    from tito.failures import Hint

SESSION = "JPY_SESSION_NAME"  # Jupyter's server gives a kernel the path of its notebook


def load_ipython_extension(shell: Any) -> None:
    """What IPython calls: from now on something is said behind each cell that calls for it."""

    def begin(info: Any) -> None:
        checks.passed[0] = 0

    def end(result: Any) -> None:
        path = opened(shell.user_ns)
        if path and result.info.store_history and (said := remark(result, path)):
            print(said)

    shell.events.register("pre_run_cell", begin)
    shell.events.register("post_run_cell", end)


def opened(names: Mapping[str, object]) -> Path | None:
    """The notebook that someone has open in this kernel; None if a tool runs it."""
    found = os.environ.get(SESSION) or names.get("__vsc_ipynb_file__")  # VS Code's
    return Path(str(found)) if found else None


def remark(result: Any, path: Path) -> str:
    """What is said behind a cell that ended in `result`; nothing behind most."""
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return passing(result.info.raw_cell, checks.passed[0])
    return help_for(result.info.raw_cell, error, path) if isinstance(error, Exception) else ""


def passing(source: str, count: int) -> str:
    """What was checked, which is the first sentence of a test, if anything was."""
    if not count:
        return ""
    from tito.script import covers

    checked = f"{count} check{'s' * (count > 1)}"
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z])", covers(source))[0].rstrip(".")
    return f"passed: {sentence} ({checked})" if sentence else f"passed: {checked}"


def help_for(source: str, error: Exception, path: Path) -> str:
    """Which of the folds above an exercise to open, if the cell is one of its tests."""
    # Here, since it takes half a second, and most cells do not fail.
    from tito import hints
    from tito.failures import Reason, parse
    from tito.help import MESSAGES

    known = folds_above(source, path)
    kind, words = type(error).__name__, str(error)
    why = parse(words) if kind == "AssertionError" else Reason(f"{kind}: {words}")
    if found := hints.matching(known, why):
        return f'hint: open "{MESSAGES}" above the exercise, then "{found.title}"'
    step = hints.step_to_open(known, why)
    return f'stuck? Open "{step}" above the exercise' if step else ""


def folds_above(source: str, path: Path) -> "list[Hint]":
    """The help of the exercise whose test is this cell, as it was saved; none of another cell."""
    from tito.errors import Mistake
    from tito.hints import hints_of
    from tito.notebooks import plain, read_notebook
    from tito.script import cells_of, exercises

    try:
        cells = cells_of(read_notebook(path))
    except Mistake:  # it was renamed or is damaged: what the cell itself has said is there
        return []
    found = exercises(cells)
    for exercise in found:
        if plain(source) in [plain(cell.source) for cell in exercise.graded]:
            return hints_of(cells, found)[exercise.grade_id]
    return []
