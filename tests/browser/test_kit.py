"""A student who gets the kit: unpacked, installed, and module 01 worked through in JupyterLab.

The kit lies in an environment of its own, so nothing of this checkout can be imported there.
"""

from collections.abc import Iterator

import nbformat
import pytest
from browser.conftest import EVALUATE, ROOT, Notebook, Server, opened, validate
from environments import Installed, installed
from playwright.sync_api import expect

from tito import script
from tito.course import here

pytestmark = pytest.mark.browser

THEMES = ("JupyterLab Dark", "JupyterLab Light")
# A plausible first try: shapes compared from the left, as `zip` pairs them.
WRONG = "return tuple(max(sizes) for sizes in zip(a, b))"


@pytest.fixture(scope="module")
def kit(chromium, tmp_path_factory) -> Installed:
    """Without a browser nothing is installed."""
    return installed(tmp_path_factory.mktemp("kit"))


@pytest.fixture
def own_server(kit, lab, tmp_path) -> Iterator[Server]:
    """JupyterLab in a folder of the student's own, in which `tito start` was said."""
    root = tmp_path / "my work"
    root.mkdir()
    kit.tito(root, "start", "01")
    with lab(root, python=kit.python, environment=kit.environment) as running:
        yield running


@pytest.fixture
def notebook(own_server, window, module) -> Notebook:
    return opened(own_server, window, own_server.root / module.folder / f"{module.stem}.ipynb")


def answers(module) -> dict[str, str]:
    """{grade id: the reference} of every exercise."""
    source = nbformat.read(here().source(module), as_version=4)
    return {cell.grade_id: cell.source for cell in script.cells_of(source) if cell.is_solution}


def test_from_the_unsolved_notebook_to_ones_own_package(kit, notebook, module):
    root = notebook.path.parent.parent
    cells = script.cells_of(nbformat.read(notebook.path, as_version=4))
    places = {cell.grade_id: cell.index for cell in cells if cell.grade_id}
    first, solved = script.exercises(cells)[0].solution, answers(module)

    # Nothing here comes from the checkout: only from the kit, and from the student's own folder.
    code = "import sys, tito, tinytorch, tinytorch_data"
    files = "' + '.join([tito.__file__, tinytorch_data.__file__, tinytorch.__file__])"
    given = [str(kit.root / name / "__init__.py") for name in ("tito", "tinytorch_data")]
    own = str(root / "tinytorch" / "__init__.py")
    assert notebook.run(EVALUATE, code, files) == repr(" + ".join([*given, own]))
    assert str(ROOT) not in notebook.run(EVALUATE, code, "sys.path")

    # Run as it came: it stops at the first exercise, and says that nothing is wrong but unsolved.
    [error] = notebook.run(RUN_ALL)
    assert error == "NotImplementedError: this exercise is not solved yet"
    notebook.page.get_by_text("this exercise is not solved yet").last.wait_for()
    for theme in THEMES:
        notebook.theme(theme)
        notebook.cell(places["broadcast-shape-test"])
        notebook.picture(f"kit-unsolved-{theme.split()[-1].lower()}")

    # A wrong answer: what was checked, what came instead of what, which mistake it looks like.
    head, _, _ = first.source.partition("# YOUR CODE HERE")
    notebook.run(FILL, {first.index: head + WRONG})
    [error] = notebook.run(RUN_ALL)
    for line in (
        "expected: (32, 64)",
        "got:      (64,)",
        "it looks like: the longer shape was cut",
    ):
        assert line in error
    shown = notebook.cell(places["broadcast-shape-test"])
    hint = 'hint: open "Messages of the tests" above the exercise, then "it looks like: '
    expect(shown.locator(".jp-RenderedText").first).to_have_text(error)
    expect(shown.locator(".jp-RenderedText").last).to_contain_text(hint)
    notebook.picture("kit-wrong")

    # Solved: everything runs, figures appear, Validate says success.
    notebook.run(FILL, {places[name]: source for name, source in solved.items()})
    assert notebook.run(RUN_ALL) == []
    expect(validate(notebook)).to_have_text("Success! Your notebook passes all the tests.")
    notebook.picture("kit-success")
    notebook.page.keyboard.press("Escape")

    # The last words of the notebook, done as they say.
    notebook.page.get_by_text("Done?").last.wait_for()
    for line in ("import tito", "tito.check()", "tito.export()", "tito.status()"):
        assert notebook.run(TYPE, line) == []
    page = notebook.page
    page.get_by_text("29/29").last.wait_for()
    page.get_by_text("exported 01_tensor/tensor.ipynb to").wait_for()
    page.get_by_text("next: hand in with `tito.submit(1)`").wait_for()
    for theme in THEMES:
        notebook.theme(theme)
        notebook.cell(len(cells))
        notebook.picture(f"kit-exported-{theme.split()[-1].lower()}")
    assert (root / "tinytorch" / "core" / "tensor.py").is_file()
    assert "│ 29/29 │ - │ yes" in kit.tito(root, "status")
    code = "import tinytorch; print((tinytorch.arange(3) * 2).tolist(), tinytorch.__file__)"
    shown = kit.run(root, "python", "-c", code)
    assert shown.stdout == f"[0, 2, 4] {own}\n", shown.stderr


# Put texts into cells: {place: text}.
FILL = """(app, panel, texts) => {
    for (const [index, text] of Object.entries(texts))
        panel.content.widgets[index].model.sharedModel.setSource(text);
}"""

# Run all cells as the menu does: the errors, "name: value" each.
RUN_ALL = """async (app, panel) => {
    await app.commands.execute("notebook:run-all-cells");
    return panel.content.widgets.flatMap(cell => cell.model.toJSON().outputs ?? [])
        .filter(out => out.output_type === "error").map(out => `${out.ename}: ${out.evalue}`);
}"""

# Type a line into the cell at the notebook's end, which is made if it is not there, and run it,
# which makes the next: the errors.
TYPE = """async (app, panel, line) => {
    const {content} = panel;
    content.activeCellIndex = content.widgets.length - 1;
    const {model: last} = content.activeCell;
    if (last.type !== "code" || last.sharedModel.getSource())
        await app.commands.execute("notebook:insert-cell-below");
    const {model} = content.activeCell;
    model.sharedModel.setSource(line);
    await app.commands.execute("notebook:run-cell-and-select-next");
    return model.toJSON().outputs.filter(out => out.output_type === "error");
}"""
