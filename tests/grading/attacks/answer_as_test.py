"""The cell of the answer is marked as a test, and the test as an answer."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "grade and solution of double-hidden were changed"
kind = "tampering"
slow = True


def edit(notebook):
    cell_of(notebook, "double").metadata.nbgrader.update(grade=True, solution=False, points=100)
    cell_of(notebook, "double-hidden").metadata.nbgrader.update(grade=False, solution=True)
