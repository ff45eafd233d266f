"""A variant, what the tests said to it, and how that is shown and kept."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from tito.terminal import say
from tito.variants.reader import ALTERNATIVE, KINDS, MUTANT

SPARED = ("passed", "not run")  # what a test says that does not fail a variant
SIGNS = {"failed": "x", "timeout": "time", "died": "died", "passed": ".", "not run": ""}


@dataclass(frozen=True)
class Result:
    """What one test said to one variant: passed, failed, timeout, died or not run.

    slip: the slip of the pen in the variant that made it fail, if one did.
    """

    outcome: str
    message: str = ""
    slip: str = ""

    @property
    def killed(self) -> bool:
        return self.outcome not in SPARED

    @property
    def line(self) -> str:
        """The first line of the message, and two more where it holds the error's name only."""
        lines = [line.strip() for line in self.message.splitlines() if line.strip()] or [""]
        return " ".join(lines[:3] if lines[0].endswith(":") else lines[:1])


@dataclass
class Variant:
    """A wrong answer ("mutant" or "edge") or a right one written differently ("alternative").

    group: the exercise that it answers or the module of the package that it changes; source: the
    whole text of that cell or file; tests: the graded cells of the exercise, or the files of tests
    that are run; function: what it changes in a package. After a run, results: what each test said,
    and fault: why that proves nothing.
    """

    group: str
    kind: str
    name: str
    why: str
    source: str
    tests: tuple[str, ...]
    function: str = ""
    results: dict[str, Result] = field(default_factory=dict)
    fault: str = ""

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name if self.function else f'{self.group}/{self.name}'}"

    @property
    def is_wrong(self) -> bool:
        return self.kind != ALTERNATIVE

    @property
    def killers(self) -> list[str]:
        """The tests that it fails."""
        return [name for name, result in self.results.items() if result.killed]

    @property
    def problem(self) -> str:
        """What the results say against the variant or its tests, "" if nothing."""
        killers, own = self.killers, set(self.killers) & set(self.tests)
        slips = [result.slip for result in self.results.values() if result.slip]
        if self.fault or (slips and self.is_wrong):
            return f"proves nothing: {self.fault or f'the file itself causes {slips[0]}'}"
        if killers and not self.is_wrong:
            return f"fails {killers[0]!r}: {self.results[killers[0]].line}"
        if self.is_wrong and self.results and not killers:
            return f"survives: none of {len(self.results)} tests tells it from a right answer"
        if self.is_wrong and killers and not self.function and not own:
            return f"is failed only by other exercises: {', '.join(killers)}"
        return ""


@dataclass
class Report:
    """The kill matrix of a module or of the package, and what is wrong with it, in sentences."""

    module: str
    variants: list[Variant] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def judge(self) -> None:
        """Add what the results say against the variants or their tests."""
        self.problems += [f"the {v.label} {v.problem}" for v in self.variants if v.problem]


def show(check: Callable[..., Report], path: Path, console: Console, verbose: bool) -> Report:
    """Run `check(progress=...)`, print its matrix and problems, and keep the matrix as JSON."""
    begun = time.perf_counter()
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("variants", total=None)
        report = check(progress=lambda done, of: progress.update(task, completed=done, total=of))
    report.seconds = time.perf_counter() - begun
    keep(report, path)
    console.print(table(report, verbose))
    for problem in report.problems:
        say(problem, console, "red")
    kinds = [variant.kind for variant in report.variants]
    numbers = ", ".join(f"{kinds.count(kind)} {kind}s" for kind in KINDS if kind in kinds)
    say(f"{numbers}, {len(report.problems)} problems; matrix in {path}", console)
    return report


def keep(report: Report, path: Path) -> None:
    """Write the matrix as JSON, from which others read what tests say to wrong answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(report), indent=1, ensure_ascii=False) + "\n", "utf-8")


def table(report: Report, verbose: bool = False) -> Table:
    """A row a variant: the graded cells of its exercise, or the tests that caught it.

    With `verbose`, the first line of what each of them said as well.
    """
    caption = "x: the test fails the variant; .: it passes it; time: it stopped it after a while"
    rows = Table(title=f"{report.module}: {report.seconds:.1f} s", caption=caption)
    for heading in ("of", "variant", "tests", "others"):
        rows.add_column(heading, overflow="fold")
    for group, variants in groupby(report.variants, key=lambda variant: variant.group):
        rows.add_section()
        for place, variant in enumerate(variants):
            name = variant.name if variant.kind == MUTANT else f"{variant.name} ({variant.kind})"
            said = ("\n" if verbose else "   ").join(_said(variant, verbose))
            others = 0 if variant.function else len(set(variant.killers) - set(variant.tests))
            rows.add_row("" if place else group, name, escape(said), str(others or ""))
    return rows


def _said(variant: Variant, verbose: bool) -> list[str]:
    names = variant.killers if variant.function else variant.tests
    said = []
    for name in names:
        result = variant.results.get(name, Result("not run"))
        words = f": {result.line or result.outcome}" if verbose else f" {SIGNS[result.outcome]}"
        said.append(name.rpartition("/")[2] + words.rstrip())
    return said or [f"all {len(variant.results)} tests pass"]
