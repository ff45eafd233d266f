"""What grading found out: one student's module, and one student's chain of modules."""

from dataclasses import dataclass, field

from tito.catalog import Module
from tito.grading.results.marks import Mark


@dataclass
class Result:
    """One student's module: marks, what was mended, and why it has no marks if it has none.

    penalty: points taken off because it was late.
    """

    student: str
    module: Module
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    seconds: float = 0.0
    penalty: float = 0

    @property
    def points(self) -> float:
        return sum(mark.points for mark in self.marks) - self.penalty

    @property
    def max_points(self) -> float:
        return sum(mark.max_points for mark in self.marks)


def delay(seconds: float, penalty: float) -> list[str]:
    """A note on a late submission; none for one that came in time."""
    if not seconds:
        return []
    minutes = max(1, round(seconds / 60))
    parts = zip((minutes // 1440, minutes // 60 % 24, minutes % 60), ("d", "h", "min"), strict=True)
    span = " ".join(f"{number} {unit}" for number, unit in parts if number)
    return [f"submitted {span} after the due date; points taken off: {penalty:g}"]


@dataclass(frozen=True)
class Boundary:
    """One boundary test: what it is about, the modules it calls, and what it said if it failed."""

    name: str
    about: str
    modules: tuple[str, ...]
    message: str = ""


@dataclass(frozen=True)
class Integration:
    """What became of one student's chain of modules; `broken` says where it broke, in words."""

    student: str
    chain: tuple[str, ...]
    tests: tuple[Boundary, ...] = ()
    broken: str = ""
    problem: str = ""

    @property
    def passed(self) -> int:
        return sum(not test.message for test in self.tests)

    @property
    def total(self) -> int:
        return len(self.tests)
