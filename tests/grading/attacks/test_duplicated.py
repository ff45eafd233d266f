"""The cell of a test stands twice, and the last one holds nothing."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "stands more than once"
kind = "mended"
slow = True


def edit(notebook):
    import copy

    again = copy.deepcopy(cell_of(notebook, "double-hidden"))
    again.id, again.source = "again", "pass"
    notebook.cells.append(again)
