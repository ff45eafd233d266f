"""Asks a kernel, between graded cells, something that must fail.

A graded cell passes if nothing in it fails, so code that keeps things from failing (another
`close`, a changed IPython, a forged answer) would earn points. A probe is a cell with wrong answers
to questions that are new each time; where it does not fail with the words that belong to them,
nothing that the kernel says of graded cells counts.
"""

import secrets

FORGED = "Forged"
# No name is left behind, and no traceback made, which would take most of the time.
_CELL = """
class Probe(Exception):
    def _render_traceback_(self):
        return []
checks = __import__("tito.checks").checks
words = []
try:
    checks.close([{wrong}, 0.5], [{right}, 0.5], {what!r})
except AssertionError as failure:
    words.append(str(failure))
try:
    checks.equal({wrong}, {right}, {what!r})
except AssertionError as failure:
    words.append(str(failure))
try:
    checks.true({wrong} == {right}, {what!r})
except AssertionError as failure:
    words.append(str(failure))
try:
    with checks.raises(ValueError, {what!r}, {what!r}):
        pass
except AssertionError as failure:
    words.append(str(failure))
raise Probe("; ".join(words))
"""


def probe() -> tuple[str, str]:
    """The source of a cell, and the message with which a `Probe` must be raised there."""
    right, what = secrets.randbelow(90) + 5.0, f"number {secrets.token_hex(4)}"
    wrong = right - 1 - secrets.randbelow(4)
    cell = _CELL.format(wrong=wrong, right=right, what=what)
    return f"exec({cell!r}, {{}})", _words(cell)


def _words(cell: str) -> str:
    """What the same cell, written on this page, says here."""
    try:
        exec(cell, {})
    except Exception as probe:  # noqa: BLE001 - a `Probe`
        return str(probe)
    return ""
