"""What grading leaves behind for the instructor: files of marks, and the class report."""

from collections.abc import Sequence

from tito.course import Course
from tito.grading import classreport, integration, spreadsheets
from tito.grading.report import Result


def publish(course: Course, results: Sequence[Result], run: classreport.Run) -> list[str]:
    """Write all of it into the course's folder; lines that say what lies where.

    results: of this run and of earlier ones.
    """
    chains = integration.load(course)
    report = course.root / "report.html"
    classreport.write(course, results, chains, run, report)
    tables = spreadsheets.write_all(results, chains, course.root)
    return [
        f"class report: {report}",
        f"marks: {', '.join(map(str, tables))}",
        f"pages for students: {course.root / 'feedback'}",
    ]
