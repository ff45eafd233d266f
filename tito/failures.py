"""Why a cell failed, in words: the parts of a check's message, or the line an error came from.

`tito check` and the feedback page read an error's output here. A failed check says what was
checked, what was expected, what came, which misconception that looks like and what to try
(`tito/checks.py`). Of any other error a reason says what it means and in which line of the
student's own cells it happened. Everything comes from code that a student wrote: it is text, never
markup, and long texts are cut part by part, so that no part hides another.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

from tito import checks
from tito.kernel.run import DIED, NOT_RUN, TIMEOUT, is_graded, is_read_only
from tito.script import BEGIN_HIDDEN

_LONGEST = 400
# Errors whose message says all.
_PLAIN = ("NotImplementedError", DIED)
# What an error means, by its name and words in its message: the first row that fits, and nothing is
# said that might not be so.
_EXPLAINED = (
    ("NameError", "", "no such name is defined: is it misspelled, or made in a cell not run yet?"),
    ("UnboundLocalError", "", "a variable is used before the function gave it a value"),
    ("AttributeError", "'NoneType' object", "the object is None: is a return missing somewhere?"),
    ("AttributeError", "has no attribute", "this object has no such attribute"),
    (
        "TypeError",
        "^(list|tuple) indices",
        "a list or tuple takes one integer or slice as its index",
    ),
    ("TypeError", r"\bargument", "the call does not fit the function's arguments"),
    ("TypeError", "NoneType", "a value is None: is a return missing somewhere?"),
    ("TypeError", "", "something is used in a way that its type does not allow"),
    ("IndexError", "shape mismatch", "the arrays used as indices have shapes that do not fit"),
    ("IndexError", "too many indices", "there are more indices than dimensions"),
    (
        "IndexError",
        r"out of (bounds|range)|from (an )?empty",
        "an index lies outside of what is there",
    ),
    ("KeyError", "", "a key is looked up that is not there"),
    ("ZeroDivisionError", "power", "zero is raised to a negative power"),
    ("ZeroDivisionError", "", "something is divided by zero"),
    (
        "RecursionError",
        "",
        "functions call each other too deep: without end, or once for each step of a long chain",
    ),
    (
        "RuntimeError",
        "truth of",
        "a tensor of several values was asked whether it is true: `if`, `and`, `==` of lists and "
        "`in` a list do that; to find the very same tensor, compare with `is` or by `id`",
    ),
    (
        "ValueError",
        "truth value of an array",
        "an array of several values was asked whether it is true: `if`, `and`, `==` of lists and "
        "`in` a list do that",
    ),
    (
        "ValueError",
        "inhomogeneous",
        "parts of different shapes make no array: is one of them a tuple or a list of arrays?",
    ),
    ("ValueError", "to unpack", "there are more or fewer values than names left of the `=`"),
    ("ValueError", "core dimension", "the inner sizes of a matrix product differ"),
    ("MemoryError", "", "more memory is asked for than the code may use"),
    ("SyntaxError", "", "this is not Python as it stands, so nothing in the cell was run"),
    (
        "IndentationError",
        "",
        "a line is not indented as Python wants it: nothing in the cell was run",
    ),
    ("ModuleNotFoundError", "", "this is not installed, or not there when the module is graded"),
    ("SystemExit", "", "the code asked Python to end, as exit() does"),
    (TIMEOUT, "the cell", "an endless loop?"),
    ("KeyboardInterrupt", "", "it was stopped: did it run without end?"),
)


@dataclass(frozen=True)
class Hint:
    """A folded hint of the module: its title, an error message, and its text in Markdown."""

    title: str
    text: str


@dataclass(frozen=True)
class Reason:
    """Why a cell failed. What does not apply is empty; a reason without `what` is none."""

    what: str = ""
    expected: str = ""
    got: str = ""
    looks_like: str = ""
    hint: str = ""
    explained: str = ""
    where: str = ""
    quoted: Hint | None = None

    def __bool__(self) -> bool:
        return bool(self.what)

    @property
    def text(self) -> str:
        """All of it, in the form of a check's message; the hint is left out."""
        what = self.what + (f" ({self.explained})" if self.explained else "")
        what += f"\n  {self.where}" if self.where else ""
        return checks.format(what, self.expected, self.got, self.looks_like, self.hint)

    @property
    def line(self) -> str:
        """The text on one line, for tables."""
        return "; ".join(" ".join(line.split()) for line in self.text.splitlines())


NO_REASON = Reason()


def reason(outputs: list[NotebookNode], notebook: NotebookNode | None = None) -> Reason:
    """Why a cell with these outputs failed; empty if it did not.

    notebook: the executed notebook, to find the line in that the error came from.
    """
    errors = [out for out in outputs if out.output_type == "error"]
    if not errors:
        return NO_REASON
    name, words = one_line(errors[-1].ename), str(errors[-1].evalue)
    where = origin(errors[-1], notebook) if notebook else ""
    if name == "AssertionError" and words:
        why = parse(words)
        return replace(why, what=why.what or name, where=where if _is_short(errors[-1]) else "")
    words = re.sub(r" \(\d+\.py, (line \d+)\)$", r" (\1)", words)  # a cell has no file name
    if name == NOT_RUN:
        return Reason(f"not run: {one_line(words)}")
    if name == TIMEOUT:  # the interrupt before it tells the line
        stopped = origin(errors[0], notebook) if notebook else ""
        return Reason(one_line(words), explained=explained(name, words), where=stopped)
    if name in _PLAIN and words:
        return Reason(one_line(words))
    what = f"{name}: {one_line(words)}" if words else name
    return Reason(what, explained=explained(name, words), where=where)


def explained(name: str, words: str) -> str:
    """What an error means; nothing if that cannot be told from its name and message."""
    rows = (text for kind, found, text in _EXPLAINED if kind == name and re.search(found, words))
    return next(rows, "")


def _is_short(error: NotebookNode) -> bool:
    """Whether an error was shown without a traceback but for the line of the answer's own."""
    return str(next(iter(error.get("traceback", [])), "")).startswith("AssertionError: ")


def parse(message: str) -> Reason:
    """The parts of a check's message. A text of another form is all `what`."""
    parts: dict[str, Any] = {k: one_line(text) for k, text in checks.parse(message).items()}
    return Reason(**parts)


def one_line(text: object, longest: int = _LONGEST) -> str:
    """A text on one line, without what cannot be printed, cut if it is very long."""
    shown = "".join(letter if letter.isprintable() else " " for letter in strip_ansi(str(text)))
    line = " ".join(shown.split())
    return line if len(line) <= longest else line[: longest - 3] + "..."


def origin(error: NotebookNode, notebook: NotebookNode) -> str:
    """The line an error came from, and where it stands: the innermost one in the student's own
    cells, else in a test that may be read; empty if it was in none of them.

    The traceback only says which cell and line: the text is the notebook's.
    """
    # The number of the line stands above a frame. What IPython shows below it may be a hidden test,
    # and are the wrong lines for a comprehension.
    text = strip_ansi("\n".join(map(str, error.get("traceback", []))))
    frames = re.findall(r"^\s*Cell In\[(\d{1,9})\], line (\d{1,9})", text, re.M)
    cells = {cell.get("execution_count"): cell for cell in notebook.cells if "outputs" in cell}
    found = [(cells[int(n)], int(line)) for n, line in reversed(frames) if int(n) in cells]
    found.sort(key=lambda frame: is_graded(frame[0]))
    places = (_place(cell, line) for cell, line in found if BEGIN_HIDDEN not in cell.source)
    return next(filter(None, places), "")


def _place(cell: NotebookNode, line: int) -> str:
    """The line of a cell, by its number and in its words; empty if there is none."""
    lines = cell.source.lstrip("\n").splitlines()  # IPython drops empty lines at the beginning
    if not 0 < line <= len(lines):
        return ""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    whose = (
        "the test" if is_graded(cell) else "the given cell" if is_read_only(cell) else "your cell"
    )
    name = f"{whose} {grade_id}" if grade_id else f"cell [{cell.execution_count}]"
    return f"in line {line} of {name}: {one_line(lines[line - 1], 120)}"


def redacted(given: Reason, hide: Callable[[str], str]) -> Reason:
    """The reason with each of its texts put through `hide`."""
    names = ("what", "expected", "got", "looks_like", "hint", "where")
    texts: dict[str, Any] = {name: hide(getattr(given, name)) for name in names}
    return replace(given, **texts)
