"""The cells of the tests are removed."""

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "double-hidden was missing"
kind = "mended"


def edit(notebook):
    notebook.cells = [c for c in notebook.cells if "double-" not in str(c.metadata.get("nbgrader"))]
