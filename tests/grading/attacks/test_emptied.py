"""The cell of the hidden test is emptied."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "the test double-hidden was edited"
kind = "tampering"
slow = True


def edit(notebook):
    cell_of(notebook, "double-hidden").source = "pass"
