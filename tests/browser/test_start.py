"""What `tito lab` shows a student: the start page, and nbgrader's Assignment List with an exchange.

JupyterLab is started with the options and the environment that the command gives it.
"""

import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from browser.conftest import PATIENCE, Server, picture
from browser.test_lines import CONTRAST
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tito.course import here
from tito.grading.configuration import configuration
from tito.notebooks import KERNEL
from tito.settings import student_config
from tito.student import lab as students_lab
from tito.student import startpage, workspace

pytestmark = pytest.mark.browser

THEME = """async theme => {
    await window.jupyterapp.commands.execute("apputils:change-theme", {theme});
}"""
MENU = ".lm-Menu .lm-Menu-itemLabel"


@pytest.fixture(scope="module")
def exchange(tmp_path_factory) -> Path:
    """An exchange in which module 01 was released."""
    root = tmp_path_factory.mktemp("shared") / "exchange"
    config = configuration(here())
    config.Exchange.root = str(root)
    place = CourseDirectory(config=config, assignment_id="01_tensor")
    ExchangeFactory(config=config).ReleaseAssignment(coursedir=place, config=config).start()
    return root


@pytest.fixture(scope="module")
def workplace(lab, exchange, tmp_path_factory) -> Server:
    """JupyterLab as `tito lab` opens it in a folder where nothing is begun."""
    space = workspace.make(here(), tmp_path_factory.mktemp("student"))
    text = student_config(here(), exchange)
    (space.root / "nbgrader_config.py").write_text(text)
    startpage.refresh(space)
    options = students_lab.options(space.root, space.root / startpage.NAME)
    with lab(space.root, options=options, environment=students_lab.environment()) as running:
        yield running


def opened(window: Page, workplace: Server):
    """The start page, as the server's own address shows it."""
    window.goto(workplace.page(""))
    page = window.locator(".jp-MarkdownViewer .jp-RenderedMarkdown")
    page.get_by_role("heading", name="TinyTorch").wait_for()
    return page


def menu(window: Page) -> list[str]:
    """What nbgrader's menu holds."""
    window.get_by_role("menuitem", name="Nbgrader").click()
    items = window.locator(MENU)
    items.first.wait_for()
    return [text for text in items.all_inner_texts() if text]  # separators have none


def listed(window: Page, name: str) -> Locator:
    """A button of Assignment List, brought to the front."""
    button = window.get_by_role("button", name=name, exact=True, include_hidden=True)
    button.wait_for(state="attached")
    window.get_by_role("tab", name="Assignments").click()
    return button


def insist(action: Callable[[], None]) -> None:
    """Do something that ends in a TimeoutError as long as something else is in front: once it has
    started, JupyterLab may bring the page that it was opened at to the front again, over what was
    opened in between."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return action()
        except TimeoutError:
            if time.monotonic() > end:
                raise


def test_the_start_page_opens_first(workplace, window):
    """Rendered, every module in it, no question asked, and of nbgrader what students use."""
    page = opened(window, workplace)
    expect(page.locator("table").first.locator("tbody tr")).to_have_count(len(here().modules))
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        window.evaluate(THEME, theme)
        light = str(theme.endswith("Light")).lower()
        window.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")
        picture(window, f"start-{theme.split()[-1].lower()}")
        cells = CONTRAST.replace(".jp-OutputArea table :is(td, th, span)", ".jp-MarkdownViewer *")
        assert window.evaluate(cells) > 4.5, theme
    assert menu(window) == ["Assignment List"]
    assert window.locator(".jp-Dialog").count() == 0
    assert window.locator(".Toastify__toast").all_inner_texts() == []


def test_fetched_and_handed_in_by_clicking(workplace, exchange, window):
    """Assignment List fetches the notebook, the start page then leads to it, Submit hands it in."""
    opened(window, workplace)
    menu(window)
    window.locator(MENU, has_text="Assignment List").click()
    insist(lambda: listed(window, "Fetch").click(timeout=2000))
    listed(window, "Submit")
    picture(window, "assignment-list")
    path = workplace.root / "01_tensor" / "tensor.ipynb"
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata.kernelspec == KERNEL
    insist(lambda: listed(window, "Submit").click(timeout=2000))
    listed(window, "Fetch Feedback")
    window.evaluate(THEME, "JupyterLab Dark")
    picture(window, "assignment-list-dark")
    window.evaluate(THEME, "JupyterLab Light")
    (handed_in,) = (exchange / "tinytorch" / "inbound").iterdir()
    assert (handed_in / "tensor.ipynb").read_bytes() == path.read_bytes()

    startpage.refresh(workspace.Workspace(workplace.root, here()))
    page = opened(window, workplace)
    link = page.get_by_role("link", name="01_tensor", exact=True)
    insist(lambda: link.click(timeout=2000))
    idle = window.get_by_text(f"{KERNEL['display_name']} | Idle")
    idle.wait_for(state="attached")
    window.get_by_role("tab", name="tensor.ipynb").click()
    idle.wait_for()
    window.locator(".jp-Notebook .jp-Cell").nth(10).wait_for(state="attached")
