"""The visible test is edited so that the wrong answer passes it."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "the test double-test was edited; graded with the original"
kind = "tampering"


def edit(notebook):
    cell_of(notebook, "double-test").source = "close(double(np.zeros(2)), [0.0, 0.0], 'zero')"
