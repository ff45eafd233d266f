"""The class report: one page with all marks, what went wrong most, and how the run went."""

import datetime
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from tito.catalog import Module
from tito.course import Course, nbgrader_config
from tito.grading.results import known_mistakes, pages
from tito.grading.results.marks import Mark
from tito.grading.results.result import Integration, Result
from tito.hints import numberless
from tito.kernel.sandbox.levels import Level, level

_MOST_EXERCISES, _MOST_MESSAGES = 15, 3
_BINS = 10  # shares below 1 in tenths; full marks have a bar of their own


@dataclass(frozen=True)
class About:
    """One call of `tito grade`: when it began, how many submissions, and how many seconds."""

    begun: datetime.datetime
    submissions: int
    seconds: float


def sandbox(course: Course) -> Level:
    """How far this system shuts submissions in, as the course's configuration asks."""
    return level(nbgrader_config(course).GradingProvisioner.get("jail", "auto"))


def write_report(
    course: Course,
    results: Sequence[Result],
    chains: Sequence[Integration],
    about: About,
    path: Path,
) -> None:
    """Write the report on all results, of this run and of earlier ones, as one page of HTML."""
    modules = [module for module in course.modules if any(r.module == module for r in results)]
    groups = [[result for result in results if result.module == module] for module in modules]
    known = [known_mistakes.mutants(course.matrix(module.folder)) for module in modules]
    page = pages.render(
        "report.html.j2",
        about=about,
        sandbox=sandbox(course),
        results=results,
        chains=chains,
        not_graded=[result for result in results if result.problem],
        remarks=[(result, note) for result in results for note in result.notes],
        overview=overview(modules, results),
        sections=list(map(section, modules, groups)),
        hardest=hardest(list(map(lost_in, groups, known))),
        no_matrix=[m.folder for m, mutants in zip(modules, known, strict=True) if not mutants],
    )
    path.write_text(page, encoding="utf-8")


def overview(modules: list[Module], results: Sequence[Result]) -> list[dict]:
    """A row a student: a result for each module or None, and the sums."""
    found = {(result.student, result.module.folder): result for result in results}
    rows = []
    for student in sorted({result.student for result in results}):
        mine = [found.get((student, module.folder)) for module in modules]
        graded = [result for result in mine if result and not result.problem]
        points, most = (sum(getattr(r, name) for r in graded) for name in ("points", "max_points"))
        rows.append({"student": student, "results": mine, "points": points, "max_points": most})
    return rows


def section(module: Module, results: list[Result]) -> dict:
    """What the page says of one module: its marks, its exercises, its distribution."""
    graded = [result for result in results if result.marks and not result.problem]
    shares = [pages.share(result.points, result.max_points) for result in graded]
    names = [mark.exercise for mark in graded[0].marks] if graded else []
    columns = zip(*(result.marks for result in graded), strict=True)
    return {
        "module": module,
        "results": results,
        "exercises": names,
        "max_points": [mark.max_points for mark in graded[0].marks] if graded else [],
        "means": [statistics.fmean(mark.points for mark in column) for column in columns],
        "mean": statistics.fmean(r.points for r in graded) if graded else 0.0,
        "median": statistics.median(r.points for r in graded) if graded else 0.0,
        "most": graded[0].max_points if graded else 0.0,
        "bars": bars(shares),
    }


def bars(shares: list[float]) -> list[dict]:
    """How many shares lie in each tenth, and how many are full."""
    counts = Counter(_BINS if share >= 1 else int(share * _BINS) for share in shares)
    labels = [f"{10 * k}\u2013{10 * k + 9}%" for k in range(_BINS)] + ["100%"]
    tallest = max(counts.values(), default=1)
    return [
        {"label": label, "count": counts[k], "height": counts[k] / tallest}
        for k, label in enumerate(labels)
    ]


def hardest(rows: Iterable[list[dict]]) -> list[dict]:
    """The exercises in which the largest share of answers lost points."""
    ordered = sorted(chain(*rows), key=lambda row: -row["lost"] / row["of"])
    return ordered[:_MOST_EXERCISES]


def lost_in(results: list[Result], known: dict[str, list[known_mistakes.Mutant]]) -> list[dict]:
    """The exercises of one module that lost points: what was said, and what it resembles."""
    columns: dict[str, list[Mark]] = {}
    for mark in chain(*(result.marks for result in results)):
        columns.setdefault(mark.exercise, []).append(mark)
    rows = []
    for exercise, marks in columns.items():
        lost = [mark for mark in marks if mark.points < mark.max_points]
        own = [mark for mark in lost if not mark.is_unlocked]
        like = _likenesses(own, known.get(exercise, []))
        row = {"module": results[0].module, "exercise": exercise, "of": len(marks)}
        row |= {"lost": len(lost), "messages": _messages(lost), "like": like}
        row["unlike"] = len(own) - sum(count for _, count in like)
        rows += [row] if lost else []
    return rows


def _messages(lost: list[Mark]) -> list[tuple[Mark, int]]:
    """The reasons that were given most often, each with one mark it was given for."""
    groups: dict[str, list[Mark]] = {}
    for mark in lost:
        key = numberless(f"{mark.why.what or mark.reason} {mark.why.looks_like}")
        groups.setdefault(key, []).append(mark)
    ordered = sorted(groups.values(), key=len, reverse=True)
    return [(group[0], len(group)) for group in ordered[:_MOST_MESSAGES]]


def _likenesses(
    lost: list[Mark], known: list[known_mistakes.Mutant]
) -> list[tuple[list[known_mistakes.Mutant], int]]:
    """The known mistakes that answers resemble, and how many do."""
    counts = Counter(
        tuple(mutant.name for mutant in known_mistakes.resembled(mark, known)) for mark in lost
    )
    named = {mutant.name: mutant for mutant in known}
    return [([named[name] for name in names], n) for names, n in counts.most_common() if names]
