"""The notebook has a hundred thousand cells."""

import json

points = (0, 0)
reason = "and may have 1,000"


def files(folder):
    path = folder / "pair.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"] += [{"cell_type": "code", "source": "", "metadata": {}}] * 100_000
    path.write_text(json.dumps(notebook))
