"""Which known mistakes an answer resembles: the mutants that fail as it failed.

`tito mutants` keeps what each wrong answer fails, and with which message, in `build/mutants/`. An
answer resembles a mutant of its exercise if the same graded cells fail, with the same messages; the
numbers in them may differ. Where more than two mutants are like it, the messages say too little.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tito.checks import UNSOLVED
from tito.failures import Reason, parse
from tito.grading.results.marks import Mark
from tito.hints import numberless

_MOST = 2
# {graded cell: its message}, of the cells that failed
Failures = dict[str, Reason]


@dataclass(frozen=True)
class Mutant:
    """A wrong answer that is known: its name, the mistake in words, and how it fails."""

    name: str
    why: str
    failures: Failures

    @cached_property
    def signatures(self) -> list[tuple]:
        return signatures(self.failures)


def mutants(path: Path) -> dict[str, list[Mutant]]:
    """The mutants in a matrix of `tito mutants`, by exercise; none if there is no such file."""
    if not path.is_file():
        return {}
    known: dict[str, list[Mutant]] = {}
    content = json.loads(path.read_text(encoding="utf-8"))
    for variant in content["variants"]:
        if variant["kind"] != "alternative":
            failures = {
                name: _said(result)
                for name, result in variant["results"].items()
                if name in variant["tests"] and result["outcome"] not in ("passed", "not run")
            }
            if failures:
                mutant = Mutant(variant["name"], variant["why"], failures)
                known.setdefault(variant["group"], []).append(mutant)
    return known


def _said(result: dict) -> Reason:
    return Reason("timeout") if result["outcome"] == "timeout" else parse(result["message"])


def resembled(mark: Mark, known: list[Mutant]) -> list[Mutant]:
    """The mutants that an answer resembles, at most two; none if it is right or not begun."""
    failures = {cell.name: _in_short(cell.why) for cell in mark.cells if cell.why}
    if not failures or any(UNSOLVED in why.what for why in failures.values()):
        return []
    for level, mine in enumerate(signatures(failures)):
        like = [mutant for mutant in known if mutant.signatures[level] == mine]
        if like:
            return like if len(like) <= _MOST else []
    return []


def _in_short(why: Reason) -> Reason:
    return Reason("timeout") if "did not end within" in why.what else why


def signatures(failures: Failures) -> list[tuple]:
    """What two answers are compared by, from all that was said to the first cell's words."""
    said = sorted((name, _message(why)) for name, why in failures.items())
    first = next(iter(failures))
    words = numberless(f"{failures[first].what} {failures[first].looks_like}")
    return [
        tuple(said),
        tuple((name, numberless(message)) for name, message in said),
        (*sorted(failures), words),
    ]


def _message(why: Reason) -> str:
    return "\n".join((why.what, why.expected, why.got, why.looks_like))
