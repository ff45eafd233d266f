"""What grading leaves behind for the instructor: files of marks, and the class report."""

from collections.abc import Sequence

from tito.course import Course
from tito.grading.engine import integration
from tito.grading.results import class_report, spreadsheets
from tito.grading.results.tables import Result


def publish(course: Course, results: Sequence[Result], run: class_report.Run) -> list[str]:
    """Write all of it into the course's folder; lines that say what lies where.

    results: of this run and of earlier ones.
    """
    chains = integration.load(course)
    report = course.root / "report.html"
    class_report.write(course, results, chains, run, report)
    tables = spreadsheets.write_all(results, chains, course.root)
    return [
        f"class report: {report}",
        f"marks: {', '.join(map(str, tables))}",
        f"pages for students: {course.root / 'feedback'}",
    ]
