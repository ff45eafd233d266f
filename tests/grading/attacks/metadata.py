# %% attack: another_kernel
"""The notebook asks for another kernel, in another language."""

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "it was saved for R, and was run as Python"
kind = "mended"
slow = True


def edit(notebook):
    notebook.metadata["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}


# %% attack: answer_as_test
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


# %% attack: grade_id_odd
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


# %% attack: hidden_markers
"""The markers of hidden tests stand in an answer, where nbgrader would fail over them."""

cells = {
    "double": """
def double(x):
    ### BEGIN HIDDEN TESTS
    return 0 * x
### END HIDDEN TESTS
### BEGIN HIDDEN TESTS
""",
}
reason = "wrong: twice [2, 0]"

# %% attack: metadata_nested
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


# %% attack: points_changed
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


# %% attack: script_in_markdown
"""A script stands in a Markdown cell, in several ways."""

import nbformat

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = ""
kind = "mended"


def edit(notebook):
    for text in (
        "<script>alert(1)</script>",
        "<img src=x onerror='<script>alert(1)</script>'>",
        "[x](javascript:alert(1))",
        "<svg><style><script>alert(1)</script></style></svg>",
    ):
        notebook.cells.append(nbformat.v4.new_markdown_cell(text))


# %% attack: tag_skip
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


# %% attack: test_as_markdown
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


# %% attack: test_as_raw
"""The cell of a test is made a raw cell, which is not run."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "double-hidden was made a raw cell"
kind = "tampering"


def edit(notebook):
    cell = cell_of(notebook, "double-hidden")
    cell.cell_type = "raw"
    del cell["outputs"], cell["execution_count"]


# %% attack: test_duplicated
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


# %% attack: test_edited
"""The visible test is edited so that the wrong answer passes it."""

from grading.attack import cell_of

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "the test double-test was edited; graded with the original"
kind = "tampering"


def edit(notebook):
    cell_of(notebook, "double-test").source = "close(double(np.zeros(2)), [0.0, 0.0], 'zero')"


# %% attack: test_emptied
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


# %% attack: test_removed
"""The cells of the tests are removed."""

cells = {"double": "def double(x): return 0 * x"}
points = (0, 5)
reason = "wrong: twice [2, 0]"
note = "double-hidden was missing"
kind = "mended"


def edit(notebook):
    notebook.cells = [c for c in notebook.cells if "double-" not in str(c.metadata.get("nbgrader"))]


# %% attack: test_renamed
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


# %% attack: time_odd
"""The time of submission is none."""

points = (5, 5)
note = ""
slow = True


def files(folder):
    (folder / "timestamp.txt").write_bytes(b"\xff\x1b[2J yesterday")
