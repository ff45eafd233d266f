"""A Markdown cell has five million characters, which take hours to lay out."""

import json

points = (0, 0)
reason = "and may have"


def files(folder):
    path = folder / "pair.ipynb"
    notebook = json.loads(path.read_text())
    cell = {"cell_type": "markdown", "source": "[" * 5_000_000, "metadata": {}}
    notebook["cells"].append(cell)
    path.write_text(json.dumps(notebook))
