"""The commands `tito grade` and `tito collect`, with what they print."""

import datetime
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console

from tito.course import Course, folders
from tito.grading.engine import integration
from tito.grading.engine.plan import Pool, Request, in_order, planned, with_earlier
from tito.grading.engine.progress import Progress
from tito.grading.intake.collect import collect_zips
from tito.grading.results import class_report, spreadsheets, tables
from tito.grading.results.result import Result
from tito.terminal import say


def grade(
    course: Course,
    request: Request,
    console: Console,
    pool: Pool | None = None,
    integrate: bool = False,
) -> bool:
    """Grade, print the tables, write files of marks and the report; whether all got their marks.

    The files and the report also hold what was graded earlier; the tables hold what was asked for.
    """
    begun = datetime.datetime.now()
    with Progress(console) as progress, planned(course, request) as plan:
        progress.begin(plan)
        results = list(plan.earlier)
        with closing(plan.carry_out(pool)) as graded:  # workers end here, whatever happens
            for result in graded:
                progress.advance(result)
                results.append(result)
    results = in_order(results)
    if integrate:
        chains = integration.integrate(course, {result.student for result in results})
        tables.print_chains(chains, console)
    seconds = (datetime.datetime.now() - begun).total_seconds()
    about = class_report.About(begun, len(results), seconds)
    lines = publish(course, with_earlier(course, results), about)
    tables.print_results(results, console, course.grades())
    sandbox = class_report.sandbox(course)
    for line in [progress.summary(), *lines, *([sandbox.sentence] if sandbox.weak else [])]:
        say(line, console)
    return not any(result.problem for result in results)


def publish(course: Course, results: Sequence[Result], about: class_report.About) -> list[str]:
    """Write the files of marks and the class report; lines that say what lies where.

    results: of this run and of earlier ones.
    """
    chains = integration.load_chains(course)
    class_report.write_report(course, results, chains, about, course.class_report)
    files = spreadsheets.write_all(course, results, chains)
    return [
        f"class report: {course.class_report}",
        f"marks: {', '.join(map(str, files))}",
        f"pages for students: {folders(course).feedback()}",
    ]


def collect(course: Course, folder: Path, console: Console) -> bool:
    """Collect and say what was taken and what was not; whether everything was."""
    taken, refused = collect_zips(course, folder)
    for it in taken:
        say(f"took {it.student} {it.module.folder} of {it.time}", console)
    for line in refused:
        say(f"refused {line}", console)
    say(f"{len(taken)} taken, {len(refused)} refused", console)
    return not refused
