"""Grade ids are no names: numbers, lists, text that steers a terminal."""

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
slow = True


def edit(notebook):
    for cell, name in zip(
        notebook.cells[:5], [7, ["double"], {"a": 1}, "\x1b[2J", "../x"], strict=True
    ):
        cell.metadata["nbgrader"] = {"grade_id": name, "grade": True, "points": 5}
