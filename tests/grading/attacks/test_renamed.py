"""The cell of a test gets another grade id."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "double-hidden was missing"
kind = "mended"
slow = True


def edit(notebook):
    cell_of(notebook, "double-hidden").metadata.nbgrader.grade_id = "elsewhere"
