"""Metadata are nested deeply, and nbgrader's are no objects."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = ""
kind = "mended"
slow = True


def edit(notebook):
    nested = {}
    for _ in range(400):
        nested = {"a": nested}
    notebook.metadata["tinytorch"] = {"blocked": nested, "notes": 5}
    notebook.cells[0].metadata["nbgrader"] = "all"
    cell_of(notebook, "double").metadata["other"] = nested
