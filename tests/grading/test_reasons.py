"""Why points were lost, in words: messages in their parts, the student's own line, a hint."""

import ast
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tito import checks
from tito.course import here
from tito.failures import Hint, Reason, parse, reason
from tito.grading.intake.redact import INSTEAD, hider
from tito.grading.intake.source import Source
from tito.grading.results.marks import BY_HAND, marks_of
from tito.help import folded
from tito.hints import hints_of, matching
from tito.kernel.run import NOT_RUN, TIMEOUT, failure
from tito.script import BEGIN_HIDDEN, END_HIDDEN, cells_of, covers, exercises


def message(check, *args, **options):
    """What a check says of a wrong answer."""
    with pytest.raises(AssertionError) as caught:
        check(*args, **options)
    return str(caught.value)


def error(name, text, *frames):
    """An error output with the frames (cell number, line) that IPython would show."""
    trace = [
        f"\x1b[32mCell In[{cell}]\x1b[39m, line {line}, in f(x)\n  ..." for cell, line in frames
    ]
    return new_output("error", ename=name, evalue=text, traceback=[*trace, f"{name}: {text}"])


def test_the_parts_of_a_check_are_kept_apart():
    suspects = {"squared": [9.0, 1.0]}
    said = message(checks.close, [9.0, 1.0], [6.0, 2.0], "twice x", suspects=suspects, hint="add")
    why = reason([error("AssertionError", said)])
    assert (why.what, why.looks_like, why.hint) == (
        "wrong: twice x",
        "squared",
        "add",
    )
    assert why.expected.startswith("[6., 2.]")
    assert why.got.startswith("[9., 1.]")
    assert why.line.endswith("it looks like: squared; try: add")


def test_the_useful_parts_survive_long_values():
    """What to try stands at the end, and is not cut off by what was expected."""
    said = f"wrong: x\n  expected: {'1, ' * 900}\n  got:      {'2, ' * 900}\n  try: sum first"
    why = parse(said)
    assert why.hint == "sum first"
    assert why.line.endswith("try: sum first")
    assert len(why.line) < 1000


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no form at all",
        "expected: 1\nexpected: 2\ngot: 3",
        "  try:\n  got:\n",
        "a\n\n\nb",
        "\x1b[2J",
    ],
)
def test_a_message_of_any_form_is_text_on_one_line(said):
    why = reason([error("AssertionError", said)])
    assert why.line.isprintable()
    assert why, "a cell that failed has a reason"


def answer_and_test():
    """A student's cell, run third, and its test, run fourth."""
    given = {"grade": False, "solution": True, "grade_id": "f"}
    marks = {"grade": True, "solution": False, "grade_id": "f-test", "points": 1}
    own = new_code_cell("def f(x):\n    return y", metadata={"nbgrader": given}, execution_count=3)
    test = new_code_cell("f(1)  # secret", metadata={"nbgrader": marks}, execution_count=4)
    return own, test


def where(cells, *frames):
    """Where an error with these frames is said to have happened."""
    return reason([error("TypeError", "no", *frames)], new_notebook(cells=cells)).where


def test_an_error_names_the_students_own_line():
    """Of the frames the last in a cell of theirs; the text comes from the cell, not the output."""
    own, test = answer_and_test()
    out = error("NameError", "name 'y' is not defined", (4, 1), (3, 2), (4, 1))
    why = reason([out], new_notebook(cells=[own, test]))
    assert why.what == "NameError: name 'y' is not defined"
    assert why.where == "in line 2 of your cell f: return y"
    assert why.explained.startswith("no such name is defined")
    assert where([own, test], (3, 99)) == ""
    assert where([own, test], (9, 1)) == ""
    assert where([own], (3, "2" * 5000), ("3" * 5000, 1)) == ""


def test_where_no_line_is_the_students_that_of_a_test_is_named_and_never_a_hidden_one():
    own, test = answer_and_test()
    assert where([own, test], (4, 1)) == "in line 1 of the test f-test: f(1) # secret"
    test.source = f"{BEGIN_HIDDEN}\n{test.source}\n{END_HIDDEN}"
    assert where([own, test], (4, 2)) == ""
    assert where([own, test], (4, 2), (3, 1)) == "in line 1 of your cell f: def f(x):"


def test_a_cell_without_a_name_goes_by_its_number():
    own = new_code_cell("\n\ndef f(:", execution_count=1)
    trace = ["  Cell In[1], line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n"]
    out = new_output("error", ename="SyntaxError", evalue="no (12345.py, line 1)", traceback=trace)
    why = reason([out], new_notebook(cells=[own]))
    assert why.what == "SyntaxError: no (line 1)"
    assert why.where == "in line 1 of cell [1]: def f(:"


@pytest.mark.parametrize(
    ("name", "words", "explained"),
    [
        ("IndexError", "list index out of range", "an index lies outside of what is there"),
        (
            "IndexError",
            "shape mismatch: indexing arrays could not be broadcast together with (1,2) (1,4)",
            "the arrays used as indices have shapes that do not fit",
        ),
        ("IndexError", "no such row", ""),
        (
            "RecursionError",
            "maximum recursion depth",
            "functions call each other too deep: without",
        ),
        ("RuntimeError", "the truth of 2 values is ambiguous", "a tensor of several values was"),
        ("RuntimeError", "no", ""),
        (
            "ZeroDivisionError",
            "0.0 cannot be raised to a negative power",
            "zero is raised to a neg",
        ),
        ("TypeError", "f() missing 1 required positional argument: 'x'", "the call does not fit"),
        (
            "AttributeError",
            "'NoneType' object has no attribute 'shape'",
            "the object is None: is a",
        ),
        (
            "TypeError",
            "tuple indices must be integers or slices, not tuple",
            "a list or tuple takes",
        ),
        ("TypeError", "string indices must be integers, not 'str'", "something is used in a way"),
        (
            "ValueError",
            "not enough values to unpack (expected 1, got 0)",
            "there are more or fewer",
        ),
        (
            "ValueError",
            "setting an array element with a sequence. ... has an inhomogeneous shape",
            "parts of different shapes",
        ),
        (
            "ValueError",
            "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature",
            "the inner sizes of a matrix product",
        ),
        ("KeyboardInterrupt", "", "it was stopped: did it run without end?"),
        ("ValueError", "no", ""),
    ],
)
def test_what_is_said_of_an_error_holds_for_its_message(name, words, explained):
    told = reason([error(name, words)]).explained
    assert told.startswith(explained)
    assert bool(told) == bool(explained)


def test_a_time_limit_says_that_it_was_one_and_where():
    """The interrupt by which the cell was stopped is not the reason."""
    own, test = answer_and_test()
    stopped = [error("KeyboardInterrupt", "", (4, 1), (3, 2))]
    stopped.append(failure(TIMEOUT, "stopped: the cell did not end within 60 s"))
    why = reason(stopped, new_notebook(cells=[own, test]))
    assert why.text == (
        "stopped: the cell did not end within 60 s (an endless loop?)\n"
        "  in line 2 of your cell f: return y"
    )


def test_an_error_that_a_check_caught_names_the_line_it_came_from():
    own, test = answer_and_test()
    said = "wrong: the error\n  expected: ValueError\n  got:      NameError: no"
    out = new_output("error", ename="AssertionError", evalue=said, traceback=[])
    out.traceback = [f"AssertionError: {said}", "raised in", "  Cell In[3], line 2: return y"]
    found = new_notebook(cells=[own, test])
    assert reason([out], found).where == "in line 2 of your cell f: return y"
    assert reason([error("AssertionError", said, (3, 2))], found).where == ""


def test_what_tests_share_is_not_the_students_cell():
    shared = {"locked": True, "grade": False, "solution": False, "grade_id": "tests"}
    helper = new_code_cell("def g(x):\n    x.y", metadata={"nbgrader": shared}, execution_count=2)
    assert where([helper], (2, 2)) == "in line 2 of the given cell tests: x.y"


def test_what_did_not_run_says_so():
    assert reason([failure(NOT_RUN, "the kernel died")]).line == "not run: the kernel died"


DTYPE = "its dtype: expected float32, got float64"
TINY = "wrong: f(-40), expected 4.2e-18, got 0"
SHAPES = "expected: ... shape (2, 3), got: ... shape (6,)"


@pytest.mark.parametrize(
    ("title", "said", "matches"),
    [
        ("it looks like: squared", "wrong: x\n  got: 2\n  it looks like: squared", True),
        ("it looks like: squared", "it does not look like: squared", False),
        (DTYPE, "wrong: m: its dtype\nexpected: float32\ngot: float64", True),
        (DTYPE, "wrong: m: its dtype\nexpected: float64\ngot: float32", False),
        (TINY, "wrong: f(-40)\nexpected: 4.24835e-18\ngot: 0.", True),
        (TINY, "wrong: f(-40)\nexpected: 4.24835e-18\ngot: 0.5", False),
        (SHAPES, "wrong: x\nexpected: [1] shape (2, 3)\ngot: 1 shape (6,)", True),
        (SHAPES, "wrong: x\nexpected: [1] shape (2, 3)\ngot: 1 shape (3, 2)", False),
        (
            "ValueError: (32, 64) and (64,) do not fit",
            "ValueError: (2, 6) and (6,) do not fit",
            True,
        ),
        ("a", "wrong: a", False),
        ("The idea", "wrong: The idea", False),
    ],
)
def test_a_hint_is_quoted_for_the_message_it_is_titled_by(title, said, matches):
    assert (matching([Hint(title, "text")], parse(said)) is not None) == matches


def test_a_title_with_the_numbers_of_the_message_comes_first():
    """Two titles of an exercise may differ in their numbers alone: neither hides the other."""
    hints = [Hint(f"wrong: cost({count}, num_workers={n})", "") for count, n in ((9, 1), (9, 4))]
    for hint in hints:
        assert matching(hints, parse(f"{hint.title}\n  got: 3")) is hint
    assert matching(hints, parse("wrong: cost(7, num_workers=3)")) is hints[0]


def test_hints_belong_to_their_exercise():
    def solution(name):
        return new_code_cell("pass", metadata={"nbgrader": {"grade_id": name, "solution": True}})

    folded = "<details><summary>got: &lt;b&gt; of {0}</summary>\n\nTry *{0}*.\n\n</details>"
    cells = [new_markdown_cell(folded.format("f")), solution("f")]
    cells += [new_markdown_cell("prose\n\n" + folded.format("g")), solution("g")]
    found = cells_of(new_notebook(cells=cells))
    hints = hints_of(found, exercises(found))
    assert hints["f"] == [Hint("got: <b> of f", "Try *f*.")]
    assert hints["g"] == [Hint("got: <b> of g", "Try *g*.")]


def test_hints_are_read_in_the_fold_that_hides_their_titles():
    steps = {"The idea": "Look.", "got: 1": "Add $x$.", "got: 2": "Add `y`."}
    metadata = {"nbgrader": {"grade_id": "f", "solution": True}}
    cells = [new_markdown_cell(folded(steps)), new_code_cell("pass", metadata=metadata)]
    found = cells_of(new_notebook(cells=cells))
    assert hints_of(found, exercises(found)) == {"f": [Hint(*step) for step in steps.items()]}


@pytest.mark.parametrize("module", here().modules, ids=lambda module: module.folder)
def test_hiding_leaves_the_checks_own_words(module):
    """What hidden tests say of wrong answers is not taken for their text."""
    source = nbformat.read(here().source(module), as_version=4)
    hide, cells = hider(source), cells_of(source)
    for cell in cells:
        if cell.is_hidden:
            assert INSTEAD in hide(f"In[-1] is {cell.source}")
            assert INSTEAD in hide(repr([cell.source]))
        elif cell.kind == "code":
            assert hide(cell.source) == cell.source
    texts = [node for cell in cells if cell.is_hidden for node in strings(cell.source)]
    assert texts
    for text in texts:
        assert hide(f"wrong: {text}") == f"wrong: {text}"


def strings(source):
    """The short texts in a cell of Python: what is checked, misconceptions, hints."""
    nodes = ast.walk(ast.parse(source))
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_marks_are_given_cell_by_cell(built):
    """Part of the points for a part that is right, and no reason where none was lost."""
    source = built.source(built.pair)
    done = built.source(built.pair)
    said = "wrong: twice [3, -1]\n  expected: 6\n  got:      9\n  it looks like: squared"
    for cell in done.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double-hidden":
            cell.outputs = [error("AssertionError", said)]
    names = ("double-test", "double-hidden", "halve-test", "halve-hidden")
    grades = dict(zip(names, [(2, 2), (0, 3), (2, 2), (1, 3)], strict=True))
    double, halve = marks_of(Source(source), done, grades)
    assert (double.points, double.max_points, double.why.looks_like) == (2, 5, "squared")
    assert [(cell.points, cell.is_hidden) for cell in double.cells] == [(2, False), (0, True)]
    assert double.cells[1].covers == "Also graded: other numbers."
    assert (halve.points, halve.reason) == (3, BY_HAND)
    json.dumps(double.reason)


def test_what_a_cell_covers_is_its_first_comment():
    assert (
        covers("# Also graded: a,\n# and b.\n### BEGIN HIDDEN TESTS\n# c")
        == "Also graded: a, and b."
    )
    assert covers("x = 1\n# later") == ""
    assert Reason() == Reason("")
