"""Tags ask that a test is not run, or may fail."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "double-hidden was tagged raises-exception"
kind = "tampering"


def edit(notebook):
    cell_of(notebook, "double-test").metadata.tags = ["skip-execution"]
    cell_of(notebook, "double-hidden").metadata.tags = ["raises-exception"]
