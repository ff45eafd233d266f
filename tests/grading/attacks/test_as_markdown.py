"""The cell of a test is made a Markdown cell, which is not run."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "double-hidden was made a markdown cell"
kind = "tampering"
slow = True


def edit(notebook):
    cell = cell_of(notebook, "double-hidden")
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]
