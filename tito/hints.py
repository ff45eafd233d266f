"""The folded hints of a module, and which of them an error message asks for.

A hint's title is the message that a student would see, as people write it: in part, with `...` for
what varies, and with the numbers of one example.
"""

import html
import re

from tito.checks import LABELS
from tito.failures import Hint, Reason
from tito.help import FIRST
from tito.script import Cell, Exercise

_FOLDED = re.compile(r"<details>\s*<summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
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
        folded = _FOLDED.findall("\n".join(prose))
        found[exercise.grade_id] = [
            Hint(html.unescape(" ".join(title.split())), text.strip()) for title, text in folded
        ]
        begin = end
    return found


def matching(hints: list[Hint], reason: Reason) -> Hint | None:
    """The first hint whose title the reason's message contains, whatever the numbers.

    The first steps of an exercise's help have titles of their own, and answer no message.
    """
    asked = [hint for hint in hints if reason and hint.title not in FIRST]
    return next((hint for hint in asked if _matches(hint.title, reason)), None)


def _matches(title: str, reason: Reason) -> bool:
    what, *rest = _LABEL.split(title)
    parts = [(numberless(what), numberless(reason.what))] if what else []
    parts += [
        (_rounded(text), _rounded(getattr(reason, _PARTS[label])))
        for label, text in zip(rest[::2], rest[1::2], strict=True)
    ]
    long_enough = any(len(wanted) >= _SHORTEST for wanted, _ in parts)
    return long_enough and all(_contains(text, wanted) for wanted, text in parts)


def _contains(text: str, wanted: str) -> bool:
    pieces = [re.escape(piece.strip()) for piece in wanted.split("...")]
    return re.search(rf"(?<![\w.]){'.*'.join(pieces)}(?![\w.])", text) is not None


def numberless(text: str) -> str:
    """A text with `#` for every number, but not in names such as float32."""
    return " ".join(_NUMBER.sub("#", text).split())


def _rounded(text: str) -> str:
    """A text with its numbers as people write them: 1 for 1.0, 4.2e-18 for 4.24835e-18."""
    return " ".join(_NUMBER.sub(lambda number: f"{float(number[0]):.2g}", text).split())
