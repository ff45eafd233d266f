"""The folded hints of a module, and which of them an error message asks for.

A hint's title is the message that a student would see, as people write it: in part, with `...` for
what varies, and with the numbers of one example.
"""

import re
from collections.abc import Callable

from tito.checks import LABELS, UNSOLVED
from tito.failures import Hint, Reason
from tito.help import BEGIN, FIRST, IDEA, steps_in
from tito.script import Cell, Exercise

_PARTS = {label.strip(" :"): name for name, label in LABELS if name != "hint"}
_LABEL = re.compile(rf"(?:^|: |, )({'|'.join(_PARTS)}):? ")
_NUMBER = re.compile(r"(?<![A-Za-z_\d.])-?\d+(?:\.\d*)?(?:e[+-]?\d+)?")
_SHORTEST = 4  # a shorter piece of a title would be found in any message


def hints_of(cells: list[Cell], exercises: list[Exercise]) -> dict[str, list[Hint]]:
    """The hints of each exercise: those between the tests of the one before and its own."""
    found, begin = {}, 0
    for exercise in exercises:
        end = max(cell.index for cell in (exercise.solution, *exercise.graded))
        prose = [cell.source for cell in cells[begin:end] if cell.kind == "markdown"]
        found[exercise.grade_id] = [Hint(*step) for step in steps_in("\n".join(prose))]
        begin = end
    return found


def matching(hints: list[Hint], reason: Reason) -> Hint | None:
    """The first hint whose title the reason's message contains: with its numbers, or else without.

    The first steps of an exercise's help have titles of their own, and answer no message.
    """
    asked = [hint for hint in hints if reason and hint.title not in FIRST]
    found = (h for read in (_spaced, numberless) for h in asked if _matches(h.title, reason, read))
    return next(found, None)


def step_to_open(hints: list[Hint], reason: Reason) -> str:
    """Where no hint answers a message: the title of the step that may help, if it is there."""
    step = BEGIN if UNSOLVED in reason.what else IDEA
    return step if step in [hint.title for hint in hints] else ""


def _matches(title: str, reason: Reason, read: Callable[[str], str]) -> bool:
    what, *rest = _LABEL.split(title)
    parts = [(read(what), read(reason.what))] if what else []
    parts += [
        (_rounded(text), _rounded(getattr(reason, _PARTS[label])))
        for label, text in zip(rest[::2], rest[1::2], strict=True)
    ]
    long_enough = any(len(wanted) >= _SHORTEST for wanted, _ in parts)
    return long_enough and all(_contains(text, wanted) for wanted, text in parts)


def _contains(text: str, wanted: str) -> bool:
    pieces = [re.escape(piece.strip()) for piece in wanted.split("...")]
    return re.search(rf"(?<![\w.]){'.*'.join(pieces)}(?![\w.])", text) is not None


def _spaced(text: str) -> str:
    return " ".join(text.split())


def numberless(text: str) -> str:
    """A text with `#` for every number, but not in names such as float32."""
    return " ".join(_NUMBER.sub("#", text).split())


def _rounded(text: str) -> str:
    """A text with its numbers as people write them: 1 for 1.0, 4.2e-18 for 4.24835e-18."""
    return " ".join(_NUMBER.sub(lambda number: f"{float(number[0]):.2g}", text).split())
