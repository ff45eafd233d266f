"""What a notebook says below a test that passed, and one that failed, in real kernels."""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tito.help import folded
from tito.kernel.run import Budget, run_notebook
from tito.student import kernel, remarks

STEPS = ("How do I begin?", "The idea", "it looks like: squared", "ZeroDivisionError")
TEST = {"nbgrader": {"grade": True, "solution": False, "grade_id": "twice-test", "points": 1}}
SOLUTION = {"nbgrader": {"grade": False, "solution": True, "grade_id": "twice"}}
HINT = 'hint: open "Messages of the tests" above the exercise, then "{}"'
CHECK = "# Two numbers doubled. On a line.\nequal(twice(0), 0, 'zero')\n"
CHECK += "equal(twice(3), 6, 'three', suspects={'squared': 9})"


def notebook(answer, *more, steps=STEPS):
    """A notebook with one exercise, its answer and test, and more cells behind it."""
    prose = "**Exercise 1 · easy · 5 minutes.**\n\n" + folded(dict.fromkeys(steps, "text"))
    return new_notebook(
        cells=[
            new_code_cell("from tito.checks import *"),
            new_markdown_cell(prose),
            new_code_cell(f"def twice(x):\n    {answer}", metadata=SOLUTION),
            new_code_cell(CHECK, metadata=TEST),
            *map(new_code_cell, more),
        ]
    )


def said(whole, tmp_path, opened=True, **variables):
    """What each code cell behind the answer prints, in a notebook that is open."""
    path = tmp_path / "a.ipynb"
    nbformat.write(whole, path)
    session = {remarks.SESSION: str(path)} if opened else {}
    done = run_notebook(whole, tmp_path, "tinytorch", env=os.environ | session | variables)
    texts = [[out.text for out in cell.get("outputs", []) if "text" in out] for cell in done.cells]
    return ["".join(text).strip() for text in texts[3:]]


def test_a_test_that_passes_says_what_was_checked(tmp_path):
    """And a cell in which nothing was checked says nothing."""
    more = ("1 + 1", "# Mine.\nequal(1, 1, 'one')", "true(True, 'yes')", "equal(1, 2, 'one')")
    assert said(notebook("return 2 * x", *more), tmp_path) == [
        "passed: Two numbers doubled (2 checks)",
        "",
        "passed: Mine (1 check)",
        "passed: 1 check",
        "",
    ]


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("return x * x", HINT.format("it looks like: squared")),
        ("return 1 / 0", HINT.format("ZeroDivisionError")),
        ("return 7", 'stuck? Open "The idea" above the exercise'),
        (
            "raise NotImplementedError('this exercise is not solved yet')",
            'stuck? Open "How do I begin?" above the exercise',
        ),
    ],
)
def test_a_test_that_fails_says_which_help_to_open(tmp_path, answer, line):
    assert said(notebook(answer), tmp_path) == [line]


def test_of_help_that_is_not_there_nothing_is_said(tmp_path):
    assert said(notebook("return 7", steps=()), tmp_path) == [""]
    session = {remarks.SESSION: str(tmp_path / "renamed.ipynb")}
    assert said(notebook("return 7"), tmp_path, opened=False, **session) == [""]


@pytest.mark.parametrize("answer", ["return 2 * x", "return x * x"])
def test_in_a_notebook_that_a_tool_runs_nothing_is_said(tmp_path, answer):
    """What nbval compares, and nbgrader keeps, is as it was."""
    assert said(notebook(answer), tmp_path, opened=False) == [""]


def test_a_check_in_an_open_notebook_runs_as_one_outside(space, pair, monkeypatch):
    monkeypatch.setenv(remarks.SESSION, str(space.notebook(pair)))
    whole = new_notebook(
        cells=[new_code_cell("import os, json; print(json.dumps(dict(os.environ)))")]
    )
    done = kernel.run(whole, space.root, Budget())
    seen = json.loads(done.cells[0].outputs[0].text)
    assert remarks.SESSION not in seen
    assert seen[kernel.RUNNING] == "1"
