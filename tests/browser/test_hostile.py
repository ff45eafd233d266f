"""A submission that tries to run scripts is looked at in Chromium: nothing of it runs.

The pages are formgrader's view of the submission, as an instructor opens it, the student's feedback
page and the class report. Every way in `grading/hostile.py` would call `alert`.
"""

import json
import shutil
from datetime import datetime

import nbformat
import pytest
from browser.conftest import picture
from grading.hostile import PIXEL, SVG, poison
from nbgrader.api import Gradebook

from tito.course import Course
from tito.grading.engine.plan import Request, grade
from tito.grading.results import class_report
from tito.grading.results.result import Result

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def graded(built_toy, tmp_path_factory) -> tuple[Course, list[Result]]:
    """The toy course, in which one student submitted the hostile notebook."""
    root = tmp_path_factory.mktemp("hostile") / "course"
    shutil.copytree(built_toy.root, root)
    course = Course(root, built_toy.catalog)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(
            "from tito.catalog import Module\nfrom tito.course import Course\n"
            f"c.GradingProvisioner.course = Course(HERE, {course.catalog!r})\n"
        )
    pair = course.modules[0]
    path = root / "submitted" / "student-01" / pair.folder / f"{pair.stem}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(poison(nbformat.read(course.source(pair), as_version=4)), path)
    results = grade(course, Request([pair]))
    assert results[0].problem == ""
    return course, results


@pytest.fixture
def watched(window):
    """A window, and what it was made to do: dialogs, and addresses that are not our server's."""
    seen = []
    window.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))

    def note(request):
        if not request.url.startswith(("http://localhost", "data:", "blob:", "file:")):
            seen.append(request.url)

    window.on("request", note)
    return window, seen


def click_everything(frame) -> None:
    """Follow what a student's links would do, opened details and all."""
    frame.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
    for link in frame.locator("a").all():
        href = link.get_attribute("href") or ""
        if href.startswith(("javascript", "data")):
            link.dispatch_event("click")
    frame.wait_for_timeout(500)


def test_the_tries_run_where_nothing_is_cleaned(watched, tmp_path):
    """Otherwise the tests below could not fail: a page of the same texts runs most of them."""
    window, seen = watched
    (tmp_path / "page.html").write_text(
        f"<script>alert('script')</script>{SVG}<img src=x onerror=\"alert('onerror')\">"
        f'<img src="data:image/png;base64,{PIXEL}" width=1 onload=alert("width")>'
        "<img src='http://127.0.0.1:9/tracked.png'>"
    )
    window.goto(f"file://{tmp_path}/page.html")
    window.wait_for_timeout(500)
    assert set(seen) == {"script", "svg", "in svg", "onerror", "width", TRACKED}


TRACKED = "http://127.0.0.1:9/tracked.png"


@pytest.mark.parametrize("name", ["feedback", "report"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_run_and_load_nothing(graded, watched, name, theme):
    course, results = graded
    window, seen = watched
    page = course.root / "feedback" / "student-01" / "01_pair" / "pair.html"
    if name == "report":
        page = course.root / "report.html"
        evil = "<script>alert('name')</script>"
        class_report.write_report(
            course,
            [*results, Result(evil, course.modules[0], problem=evil)],
            [],
            class_report.About(datetime(2026, 1, 31), 1, 1.0),
            page,
        )
    window.emulate_media(color_scheme=theme)
    window.goto(f"file://{page}")
    click_everything(window)
    assert seen == []
    assert "<script>alert(" in window.locator("body").inner_text()
    assert window.locator("body").is_visible()
    contrast = window.evaluate(CONTRAST)
    assert contrast > 7, f"text against its page in the {theme} theme"
    wide = window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide, "the page scrolls sideways"


@pytest.mark.slow
def test_formgrader_runs_nothing(graded, lab, watched):
    """The instructor's view of the submission, with the configuration that the course ships."""
    course, _ = graded
    window, seen = watched
    with Gradebook(f"sqlite:///{course.gradebook}", "tinytorch") as gradebook:
        submission = gradebook.find_submission_notebook("pair", "01_pair", "student-01").id
    with lab(course.root) as server:
        window.goto(server.page(f"formgrader/submissions/{submission}/"))
        window.locator("#notebook").first.wait_for()
        click_everything(window)
        text = window.locator("#notebook").first.inner_text()
        own = (server.url, "https://cdnjs.cloudflare.com/")  # nbgrader's page asks for MathJax
        outside = [it for it in seen if not it.startswith(own)]
        picture(window, "formgrader-hostile")
        window.goto("about:blank")
    assert "<script>alert('printed')</script>" in text
    assert "double-hidden" in text, "the instructor sees the hidden tests"
    assert outside == [], json.dumps(outside)


# The contrast of the page's text with its background, as WCAG reckons it.
CONTRAST = """() => {
    const style = getComputedStyle(document.body);
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(it => it / 255)
            .map(it => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const [a, b] = [light(style.color), light(style.backgroundColor)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
}"""
