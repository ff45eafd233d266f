"""Why a cell lost its points, in words: the parts of a check's message, or the student's own line.

A failed check says what was checked, what was expected, what came, which misconception that looks
like and what to try (`tito/checks.py`); the parts are kept apart here. Of any other error a reason
says in which line of the student's own cells it happened. Everything comes from code that a student
wrote: it is text, never markup, and long texts are cut part by part, so that no part hides another.
"""

import re
from dataclasses import dataclass, replace

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

from tito.kernel.run import DIED, NOT_RUN, TIMEOUT, is_graded

_LABELS = {"expected:": "expected", "got:": "got", "it looks like:": "looks_like", "try:": "hint"}
_LONGEST = 400
# Errors whose message says all.
_PLAIN = ("AssertionError", "NotImplementedError", TIMEOUT, DIED)
_EXPLAINED = {
    "NameError": "a name is used that has no value",
    "UnboundLocalError": "a variable is used before the function gave it a value",
    "AttributeError": "something is asked for what it does not have",
    "TypeError": "something is used in a way that its type does not allow",
    "IndexError": "an index lies outside of what there is",
    "KeyError": "a key is looked up that is not there",
    "ZeroDivisionError": "something is divided by zero",
    "RecursionError": "a function calls itself without end",
    "MemoryError": "more memory is asked for than a submission may use",
    "SyntaxError": "this is not Python as it stands, so nothing in the cell was run",
    "IndentationError": "a line is not indented as Python wants it, so nothing in the cell was run",
    "ModuleNotFoundError": "something is imported that is not there when this module is graded",
    "SystemExit": "the code ended itself",
}


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
    def line(self) -> str:
        """All of it on one line, for tables of text."""
        values = [f"expected: {self.expected}", f"got: {self.got}"] if self.expected else []
        parts = [self.what + (f" ({self.explained})" if self.explained else ""), *values]
        parts += [self.where] if self.where else []
        parts += [f"it looks like: {self.looks_like}"] if self.looks_like else []
        parts += [f"try: {self.hint}"] if self.hint else []
        return "; ".join(parts)


NO_REASON = Reason()


def reason(outputs: list[NotebookNode], notebook: NotebookNode | None = None) -> Reason:
    """Why a cell with these outputs failed; empty if it did not.

    notebook: the executed notebook, to find the student's own line in.
    """
    errors = [out for out in outputs if out.output_type == "error"]
    if not errors:
        return NO_REASON
    name, words = one_line(errors[-1].ename), str(errors[-1].evalue)
    if name == "AssertionError" and words:
        why = parse(words)
        return why if why else replace(why, what=name)
    words = re.sub(r" \(\d+\.py, (line \d+)\)$", r" (\1)", words)  # a cell has no file name
    if name == NOT_RUN:
        return Reason(f"not run: {one_line(words)}")
    if name in _PLAIN and words:
        return Reason(one_line(words))
    what = f"{name}: {one_line(words)}" if words else name
    where = own_line(errors[-1], notebook) if notebook else ""
    return Reason(what, explained=_EXPLAINED.get(name, ""), where=where)


def parse(message: str) -> Reason:
    """The parts of a check's message. A text of another form is all `what`."""
    parts, part = {"what": ""}, "what"
    for line in message.splitlines():
        label = next((label for label in _LABELS if line.strip().startswith(label)), None)
        if label and _LABELS[label] not in parts:
            part, line = _LABELS[label], line.strip().removeprefix(label)
        parts[part] = f"{parts.get(part, '')} {line}"
    return Reason(**{name: one_line(text) for name, text in parts.items()})


def one_line(text: object, longest: int = _LONGEST) -> str:
    """A text on one line, without what cannot be printed, cut if it is very long."""
    shown = "".join(letter if letter.isprintable() else " " for letter in strip_ansi(str(text)))
    line = " ".join(shown.split())
    return line if len(line) <= longest else line[: longest - 3] + "..."


def own_line(error: NotebookNode, notebook: NotebookNode) -> str:
    """Where in the student's own cells an error came from, with that line; empty if in none.

    The traceback only says which cell and line: the text is the student's, so that no test shows.
    """
    cells = {cell.get("execution_count"): cell for cell in notebook.cells if "outputs" in cell}
    text = strip_ansi("\n".join(map(str, error.get("traceback", []))))
    for number, line in reversed(re.findall(r"^\s*Cell In\[(\d+)\], line (\d+)", text, re.M)):
        cell = cells.get(int(number))
        if cell is not None and not is_graded(cell):
            # IPython drops empty lines at a cell's beginning.
            lines = cell.source.lstrip("\n").splitlines()
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            place = f"your cell {grade_id}" if grade_id else f"your cell [{number}]"
            quoted = one_line(lines[int(line) - 1], 120) if 0 < int(line) <= len(lines) else ""
            return f"in line {line} of {place}: {quoted}"
    return ""


def redacted(given: Reason, hide) -> Reason:
    """The reason with each of its texts put through `hide`."""
    names = ("what", "expected", "got", "looks_like", "hint", "where")
    return replace(given, **{name: hide(getattr(given, name)) for name in names})
