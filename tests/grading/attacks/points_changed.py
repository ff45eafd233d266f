"""A test is worth more points, another none, and one is worth what is no number."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "points of double-hidden were changed"
kind = "tampering"


def edit(notebook):
    cell_of(notebook, "halve-test").metadata.nbgrader.points = 1000
    cell_of(notebook, "double-test").metadata.nbgrader.points = 0
    cell_of(notebook, "double-hidden").metadata.nbgrader.points = float("nan")
