"""nbgrader's Formgrader in JupyterLab, started in a course folder as an instructor does."""

import pytest
from playwright.sync_api import expect

from tito.course import here
from tito.demo.show import course_copy

pytestmark = pytest.mark.browser


@pytest.fixture
def course_server(lab, tmp_path):
    """JupyterLab in a copy of the course that has no gradebook yet."""
    with lab(course_copy(here(), tmp_path / "course").root) as running:
        yield running


def test_lists_the_modules(course_server, window):
    """It obeys nbgrader_config.py: it makes a gradebook and lists every module that is built."""
    window.goto(course_server.page("lab"))
    window.get_by_role("menuitem", name="Nbgrader").click()
    window.get_by_role("menuitem", name="Formgrader", exact=True).click()
    names = window.frame_locator("iframe").locator("#main-table td.name")
    expect(names).to_have_text([module.folder for module in here().modules], timeout=60_000)
    names.first.scroll_into_view_if_needed()
