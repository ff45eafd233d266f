"""The student's commands inside JupyterLab: `import tito`, and a table legible in both themes."""

import pytest
from playwright.sync_api import expect

# Slow: test_kit.py takes the same way through JupyterLab, from a kit.
pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Run a cell with the given source, the first code cell of the notebook: its errors.
RUN = """async (app, panel, source) => {
    const place = panel.content.widgets.findIndex(cell => cell.model.type === "code");
    const {model} = panel.content.widgets[place];
    panel.content.activeCellIndex = place;
    model.sharedModel.setSource(source);
    await app.commands.execute("notebook:run-cell");
    return model.toJSON().outputs.filter(out => out.output_type === "error");
}"""

# A table with each colour that the others may have.
COLOURS = """
from rich.table import Table
from tito.student import notebook
table = Table(title="colours")
table.add_column("all")
for name in notebook.COLOURS:
    table.add_row(f"[{name}]{name}[/]")
notebook.show(table)
"""

# The lowest contrast (WCAG: 1 to 21) of any text in the tables with what is behind it.
CONTRAST = """() => {
    const numbers = colour => {
        const [r, g, b, alpha = 1] = colour.match(/[\\d.]+/g).map(Number);
        const scale = colour.startsWith("color(") ? 255 : 1;
        return [r * scale, g * scale, b * scale, alpha];
    };
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = node => {
        const colour = numbers(getComputedStyle(node).backgroundColor);
        return colour[3] === 0 && node.parentElement ? behind(node.parentElement) : colour;
    };
    const nodes = [...document.querySelectorAll(".jp-OutputArea table :is(td, th, span)")];
    return Math.min(...nodes.map(node => {
        const back = behind(node), [r, g, b, alpha] = numbers(getComputedStyle(node).color);
        const text = [r, g, b].map((v, i) => v * alpha + back[i] * (1 - alpha));
        const pair = [text, back.slice(0, 3)].map(light);
        return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    }));
}"""


def test_the_loop_by_lines(notebook):
    page = notebook.page
    assert notebook.run(RUN, "import tito\ntito.check()\ntito.status()\n" + COLOURS) == []
    tables = page.locator(".jp-OutputArea table")
    tables.nth(1).wait_for()
    expect(tables.first.locator("caption")).to_have_text("01_tensor")
    expect(tables.first).to_contain_text("not begun")
    expect(tables.nth(1)).to_contain_text("08_normalization")
    page.get_by_text(
        "next: solve exercise 1, broadcast-shape, in 01_tensor/tensor.ipynb"
    ).wait_for()
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.theme(theme)
        tables.first.scroll_into_view_if_needed()
        notebook.picture(f"lines-{theme.split()[-1].lower()}")
        assert page.evaluate(CONTRAST) > 4.5, theme


def test_a_mistake_is_a_sentence(notebook):
    assert notebook.run(RUN, "import tito\ntito.export(99)") == []
    notebook.page.get_by_text("there is no module '99': choose one of 01_tensor").wait_for()
