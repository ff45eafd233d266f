"""Module 01 as a student meets it in JupyterLab: opened, validated unsolved, solved, validated."""

import re

import nbformat
import pytest
from browser.conftest import EVALUATE, validate
from playwright.sync_api import expect

from tito import script
from tito.course import here
from tito.notebooks import KERNEL

# Slow: test_kit.py takes the same way through JupyterLab, from a kit.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNSOLVED = "NotImplementedError: this exercise is not solved yet"


@pytest.fixture
def cells(notebook):
    """The cells of the student's notebook as `tito start` wrote it."""
    return script.cells_of(nbformat.read(notebook.path, as_version=4))


def says_something(cell) -> bool:
    """Whether a graded cell holds code: hidden tests leave only a comment in a release."""
    return any(line and not line.startswith("#") for line in cell.source.splitlines())


def test_opens_ready_to_work(notebook):
    """No question, no notification, nothing to save, the course's kernel, the student's package."""
    page = notebook.page
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".Toastify__toast").all_inner_texts() == []
    assert notebook.run("(_, panel) => panel.sessionContext.session.kernel.name") == KERNEL["name"]
    assert notebook.run("(_, panel) => panel.context.model.dirty") is False
    own = notebook.path.parent.parent / "tinytorch" / "__init__.py"
    assert notebook.run(EVALUATE, "import tinytorch", "tinytorch.__file__") == repr(str(own))


def test_reads_well(notebook, cells):
    """Given code and hints are folded, hints are Markdown, formulas are drawn."""
    folded = notebook.run("(_, panel) => panel.content.widgets.map(cell => cell.inputHidden)")
    assert folded == ["given" in cell.tags for cell in cells]
    hints = 0
    for cell in cells:
        if cell.kind != "markdown":
            continue
        shown = notebook.cell(cell.index)
        shown.locator(".jp-RenderedMarkdown").wait_for()
        if "$" in cell.source:
            shown.locator("mjx-container").first.wait_for()
            formulas = shown.locator("mjx-container[display=true]")
            expect(formulas).to_have_count(cell.source.count("$$") // 2)
        expect(shown).not_to_contain_text("$", use_inner_text=True)
        details = shown.locator("details")
        expect(details).to_have_count(cell.source.count("<details>"))
        hints += details.count()
        for hint in details.all():
            assert hint.get_attribute("open") is None
            hint.locator("> summary").click()
            hint.locator("> p, > ul, > ol, > pre, > details").first.wait_for()
            assert "`" not in hint.inner_text().replace("``", "")
    assert hints >= len(script.exercises(cells))
    assert notebook.page.locator("mjx-merror").count() == 0


def test_validate_names_what_is_not_solved(notebook, cells):
    message = validate(notebook)
    tests = [cell.source.strip() for cell in cells if cell.is_graded and says_something(cell)]
    assert tests
    expect(message.locator("pre")).to_have_count(2 * len(tests))
    shown = [text.strip() for text in message.locator("pre").all_inner_texts()]
    named, errors = shown[0::2], shown[1::2]
    assert named == tests
    assert [text.splitlines()[-1] for text in errors] == [UNSOLVED] * len(tests)


def test_a_test_that_fails_names_the_help(notebook, cells):
    """The folds that it names stand above the exercise."""
    wrong = {"broadcast-shape": "#| export\ndef broadcast_shape(a, b):\n    return (64,)"}
    test = next(cell for cell in cells if cell.is_graded)
    for cell in cells[: test.index + 1]:
        if cell.kind == "code":
            notebook.run(RUN_CELL, cell.index, wrong.get(cell.grade_id))
    shown = notebook.cell(test.index)
    line = shown.get_by_text(re.compile("(hint: open|stuck\\? Open) "))
    line.wait_for()
    titles = re.findall('"(.+?)"', line.inner_text())
    assert titles
    for title in titles:
        assert notebook.page.locator("summary", has_text=title).count() > 0
    notebook.picture("help")


def test_solved_cell_by_cell(notebook, cells, module):
    """Every exercise filled in from the reference and run: nothing fails, Validate says success."""
    source = nbformat.read(here().source(module), as_version=4)
    answers = {cell.grade_id: cell.source for cell in script.cells_of(source) if cell.is_solution}
    for cell in cells:
        if cell.kind == "code":
            failed = notebook.run(RUN_CELL, cell.index, answers.get(cell.grade_id))
            assert failed == [], cell.source
    figures = notebook.page.locator(".jp-Notebook .jp-RenderedImage img")
    figures.nth(1).wait_for(state="attached")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.theme(theme)
        figures.first.scroll_into_view_if_needed()
        notebook.picture(f"figure-{theme.split()[-1].lower()}")
    expect(validate(notebook)).to_have_text("Success! Your notebook passes all the tests.")
    saved = nbformat.read(notebook.path, as_version=4)  # Validate saves first
    assert {c.grade_id: c.source for c in script.cells_of(saved) if c.is_solution} == answers
    for cell in cells:
        if cell.is_graded and says_something(cell):
            said = "".join(out.get("text", "") for out in saved.cells[cell.index].outputs)
            assert said.startswith("passed: "), cell.grade_id


# Run a cell as a student does, first putting an answer in it if there is one: its errors.
RUN_CELL = """async (app, panel, index, answer) => {
    const {model} = panel.content.widgets[index];
    panel.content.activeCellIndex = index;
    if (answer !== null) model.sharedModel.setSource(answer);
    await app.commands.execute("notebook:run-cell");
    const outputs = model.toJSON().outputs;
    return outputs.filter(out => out.output_type === "error").map(out => out.evalue);
}"""
