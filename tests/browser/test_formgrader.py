"""nbgrader's Formgrader in JupyterLab, started in a course folder as an instructor does."""

from pathlib import Path

import pytest
from browser.conftest import picture
from playwright.sync_api import FrameLocator, Page, expect
from variant_files import drop

from tito.authoring.build import build
from tito.course import Course, here
from tito.demo.end_to_end import course_copy, grade_class
from tito.demo.invented import MISTAKEN

pytestmark = pytest.mark.browser


@pytest.fixture
def course_server(lab, tmp_path):
    """JupyterLab in a copy of the course that has no gradebook yet."""
    with lab(course_copy(here(), tmp_path / "course").root) as running:
        yield running


def formgrader(server, window: Page) -> FrameLocator:
    """Formgrader, opened by the menu."""
    window.goto(server.page("lab"))
    window.get_by_role("menuitem", name="Nbgrader").click()
    window.get_by_role("menuitem", name="Formgrader", exact=True).click()
    return window.frame_locator("iframe")


@pytest.mark.slow
def test_lists_the_modules(course_server, window):
    """It obeys nbgrader_config.py: it makes a gradebook and lists every module that is built."""
    names = formgrader(course_server, window).locator("#main-table td.name")
    expect(names).to_have_text([module.folder for module in here().modules])
    names.first.scroll_into_view_if_needed()


def shows_its_scores(course: Course, mistaken: int, lab, window, folder: Path) -> None:
    """Grade the class of `tito demo` in a course; Formgrader shows everyone's points."""
    students, results = grade_class(course, folder / "demo", lambda line: None, mistaken)
    [empty] = [student.name for student in students if not student.answers]
    with lab(folder / "demo" / "course") as server:
        for module in course.modules:
            expected = {
                r.student: f"{r.points:g} / {r.max_points:g}" for r in results if r.module == module
            }
            assert len(expected) == len(students)
            frame = formgrader(server, window)
            row = frame.locator("#main-table tr", has_text=module.folder)
            row.get_by_role("link", name=str(len(students)), exact=True).click()
            rows = frame.locator("#main-table tr:has(.score)")
            expect(rows).to_have_count(len(students))
            shown = {
                row.locator(".student-id").inner_text(): row.locator(".score").inner_text()
                for row in rows.all()
            }
            assert shown == expected
            assert shown[empty] == f"0 / {module.points}"
            assert shown["student-01"] == f"{module.points} / {module.points}"  # the reference
            rows.first.scroll_into_view_if_needed()
            picture(window, f"formgrader-{module.folder}")
        window.goto("about:blank")


def test_shows_the_class_of_a_small_demo_with_its_scores(chromium, toy, lab, window, tmp_path):
    course = Course(toy.root, toy.catalog[:1])
    build(course)
    # What becomes of an endless loop is tested elsewhere, and takes a minute.
    for exercise, name in (("halve", "endless"), ("double", "tripled")):
        drop(course.answers(course.modules[0]) / f"{exercise}.py", f"mutant: {name}")
    shows_its_scores(course, 2, lab, window, tmp_path)


@pytest.mark.slow
def test_shows_the_class_of_make_demo_with_its_scores(chromium, lab, window, tmp_path):
    shows_its_scores(here(), MISTAKEN, lab, window, tmp_path)
