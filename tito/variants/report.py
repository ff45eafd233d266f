"""A variant, what the tests said to it, and how that is told: in a table and as JSON."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from tito.terminal import say
from tito.variants.reader import ALTERNATIVE, MUTANT

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
        return self.outcome not in ("passed", "not run")

    @property
    def line(self) -> str:
        """The first line of the message, and two more where it holds the error's name only."""
        lines = [line.strip() for line in self.message.splitlines() if line.strip()] or [""]
        return " ".join(lines[:3] if lines[0].endswith(":") else lines[:1])


@dataclass
class Variant:
    """A wrong answer ("mutant") or a right one written differently ("alternative").

    group: the exercise that it answers or the module of the package that it changes; source: the
    whole text of that cell or file; tests: the graded cells of the exercise, or the files of tests
    that are run. Of a package also the function that it changes. After a run, results: what each
    test said, and fault: why that proves nothing.
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
    def killers(self) -> list[str]:
        """The tests that it fails."""
        return [name for name, result in self.results.items() if result.killed]

    @property
    def others(self) -> list[str]:
        """Those of them that test another exercise."""
        return [] if self.function else [name for name in self.killers if name not in self.tests]

    @property
    def problem(self) -> str:
        """What the results say against the variant or its tests, "" if nothing."""
        slips = [result.slip for result in self.results.values() if result.slip]
        if not self.results and not self.fault:
            return ""
        if self.fault or (slips and self.kind == MUTANT):
            return f"proves nothing: {self.fault or f'the file itself causes {slips[0]}'}"
        if self.kind == ALTERNATIVE and self.killers:
            return f"fails {self.killers[0]!r}: {self.results[self.killers[0]].line}"
        if self.kind == MUTANT and not self.killers:
            return f"survives: none of {len(self.results)} tests tells it from a right answer"
        if self.kind == MUTANT and self.others == self.killers:
            return f"is failed only by other exercises: {', '.join(self.others)}"
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


def show(
    check: Callable[..., Report], path: Path, console: Console, verbose: bool = False
) -> Report:
    """Run `check(progress=...)`, print its matrix and problems, and keep the matrix as JSON."""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("variants", total=None)
        report = check(progress=lambda done, of: progress.update(task, completed=done, total=of))
    keep(report, path)
    console.print(table(report, verbose))
    for problem in report.problems:
        say(problem, console, "red")
    kinds = [variant.kind for variant in report.variants]
    say(
        f"{kinds.count(MUTANT)} mutants, {kinds.count(ALTERNATIVE)} alternatives, "
        f"{len(report.problems)} problems, {report.seconds:.1f} s; matrix in {path}",
        console,
    )
    return report


def keep(report: Report, path: Path) -> None:
    """Write the matrix, which `tito grade` compares answers with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps(asdict(report), indent=1, ensure_ascii=False)
    path.write_text(content + "\n", encoding="utf-8")


def table(report: Report, verbose: bool = False) -> Table:
    """A row a variant: the graded cells of its exercise, or the tests that caught it.

    With `verbose`, the first line of what each of them said as well.
    """
    rows = Table(
        title=f"{report.module}: {report.seconds:.1f} s",
        title_justify="left",
        caption="x: the test fails the variant; .: it passes it; time: it stopped it after a while",
        caption_justify="left",
    )
    for heading in ("of", "variant", "tests"):
        rows.add_column(heading, overflow="fold")
    rows.add_column("others", justify="right")
    previous = None
    for variant in report.variants:
        if previous not in (None, variant.group):
            rows.add_section()
        group = variant.group if variant.group != previous else ""
        previous = variant.group
        name = variant.name if variant.kind == MUTANT else f"{variant.name} ({variant.kind})"
        said = ("\n" if verbose else "   ").join(_said(variant, verbose))
        rows.add_row(group, name, escape(said), str(len(variant.others) or ""))
    return rows


def _said(variant: Variant, verbose: bool) -> list[str]:
    names = variant.killers if variant.function else variant.tests
    if not variant.results:
        return ["not run"]
    return [_in_words(name, variant.results[name], verbose) for name in names] or [
        f"all {len(variant.results)} tests pass"
    ]


def _in_words(name: str, result: Result, verbose: bool) -> str:
    name = name.rpartition("/")[2]
    if verbose:
        return f"{name}: {result.line if result.killed else result.outcome}"
    return f"{name} {SIGNS[result.outcome]}".strip()
