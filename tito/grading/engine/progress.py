"""How far a run of `tito grade` is, and how fast it goes: a bar, or lines without a terminal."""

import time

from rich import progress
from rich.console import Console
from rich.text import Text

from tito.grading.engine.plan import Plan
from tito.grading.results.result import Result
from tito.terminal import say


class Progress:
    """Shown while it is entered."""

    def __init__(self, console: Console):
        self.console = console
        self.count = self.total = 0
        self.begun = self.ended = time.perf_counter()
        self.bar = progress.Progress(
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            _Rate(),
            progress.TimeRemainingColumn(),
            console=console,
            transient=True,
            speed_estimate_period=120,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> "Progress":
        self.bar.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.bar.stop()

    def begin(self, plan: Plan) -> None:
        """Say what there is to do."""
        self.total, self.begun = len(plan.todo), time.perf_counter()
        say(f"{len(plan.earlier)} graded before, {self.total} to do", self.console)
        self.task = self.bar.add_task("grading", total=self.total)

    def advance(self, result: Result) -> None:
        """Say that one submission is finished."""
        self.count, self.ended = self.count + 1, time.perf_counter()
        who = f"{result.student} {result.module.folder}"
        self.bar.update(self.task, advance=1, description=who[:40])
        if not self.console.is_terminal:
            left = duration(self.seconds / self.count * (self.total - self.count))
            line = f"graded {self.count} of {self.total}: {who}; {self._rate()}, {left} left"
            say(line, self.console)

    @property
    def seconds(self) -> float:
        """From the plan to the last submission."""
        return self.ended - self.begun

    def _rate(self) -> str:
        return f"{60 * self.count / self.seconds:.0f} a minute"

    def summary(self) -> str:
        """What was done, in a line."""
        if not self.count:
            return "nothing had to be graded again (`--again` grades it all the same)"
        return f"{self.count} submissions in {duration(self.seconds)}, {self._rate()}"


class _Rate(progress.ProgressColumn):
    """How fast it goes, once that can be told."""

    def render(self, task: progress.Task) -> Text:
        """Submissions a minute."""
        return Text(f"{60 * task.speed:.0f} a minute" if task.speed else "")


def duration(seconds: float) -> str:
    """A time in words, such as `2 min 05 s`."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
