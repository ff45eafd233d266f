"""How far a submission is shut in, and how that is said on a report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """A rung of the ladder: a word, a sentence for the report, and whether to say it loudly."""

    name: str
    sentence: str
    weak: bool


def level() -> Level:
    """The rung that submissions graded here and now run on."""
    return Level("none", "NOT SANDBOXED: a submission can do what the grading user can.", True)
