"""nbgrader's Formgrader in JupyterLab, started in a course folder as an instructor does."""

import pytest
from browser.conftest import picture
from playwright.sync_api import FrameLocator, Page, expect

from tito.course import Course, here
from tito.demo.show import course_copy, run

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


def test_lists_the_modules(course_server, window):
    """It obeys nbgrader_config.py: it makes a gradebook and lists every module that is built."""
    names = formgrader(course_server, window).locator("#main-table td.name")
    expect(names).to_have_text([module.folder for module in here().modules], timeout=60_000)
    names.first.scroll_into_view_if_needed()


@pytest.fixture
def graded(chromium, lab, tmp_path):
    """The class of `make demo`, graded in module 01: a server in its course, and its results."""
    folder, said = tmp_path / "demo", []
    _, results = run(Course(here().root, here().catalog[:1]), folder, said.append)
    with lab(folder / "course") as running:
        yield running, results


def test_shows_the_class_of_the_demo_with_its_scores(graded, window):
    server, results = graded
    frame = formgrader(server, window)
    frame.get_by_role("link", name=str(len(results)), exact=True).click()
    rows = frame.locator("#main-table tbody tr")
    expect(rows).to_have_count(len(results), timeout=60_000)
    shown = {
        row.locator("td").nth(1).inner_text(): row.inner_text().split("\t") for row in rows.all()
    }
    print(shown)
