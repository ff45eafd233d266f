"""What a graded cell says: the form of a message; no odd answer passes or breaks a check."""

import math
import warnings

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from tito import checks
from tito.checks import close, equal, format, parse, raises, true


class Agrees:
    """An answer that says it equals everything."""

    def __eq__(self, other):
        return True

    __hash__ = None


class Boxed:
    """What a Tensor looks like from outside: an array in `array`."""

    def __init__(self, data):
        self.array = np.asarray(data)


def message(check, *args, **kwargs) -> str:
    with pytest.raises(AssertionError) as caught:
        check(*args, **kwargs)
    return str(caught.value)


def test_the_form_of_a_message_is_fixed():
    told = message(
        close,
        np.array([2.0, 4.0]),
        np.array([1.0, 2.0]),
        "the gradient of x",
        suspects={"half of it": [0.5, 1.0], "twice too large: was it added twice?": [2.0, 4.0]},
        hint="count the uses of x",
    )
    assert told == (
        "wrong: the gradient of x\n"
        "  expected: [1., 2.]   shape (2,)\n"
        "  got:      [2., 4.]   shape (2,)\n"
        "  it looks like: twice too large: was it added twice?\n"
        "  try: count the uses of x"
    )


PARTS = {
    "what": "wrong: the sum",
    "expected": "[1., 2.]   shape (2,)",
    "got": "[2., 4.]   shape (2,)",
    "looks_like": "twice too large: was it added twice?",
    "hint": "count the uses of x",
}


@pytest.mark.parametrize("left_out", [None, *list(PARTS)[1:]])
def test_what_format_writes_parse_reads(left_out):
    parts = {name: text for name, text in PARTS.items() if name != left_out}
    assert parse(format(**parts)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", {"what": ""}),
        ("no form\n\nat all", {"what": "no form at all"}),
        ("got: 1\ngot: 2", {"what": "", "got": "1 got: 2"}),
        ("x\n  try: this\nand that", {"what": "x", "hint": "this and that"}),
    ],
)
def test_a_text_of_another_form_is_read_all_the_same(text, parts):
    assert parse(text) == parts


def test_an_empty_answer_is_shown():
    assert "got:      '' of type str" in message(close, "", 1.0, "the sum")


def test_every_suspect_that_fits_is_named():
    """Two mistakes may lead to one value: the test cannot tell which it was."""
    suspects = {"first": [5.0], "other": [6.0], "second": [5.0]}
    assert "it looks like: first or second\n" in message(
        close, [5.0], [4.0], "the sum", suspects=suspects, hint="-"
    )
    assert "it looks like: first or second\n" in message(
        equal, [5.0], [4.0], "the list", suspects=suspects, hint="-"
    )


@pytest.mark.parametrize(
    ("answer", "asked", "told"),
    [
        ([2], None, "int64"),
        ([True], None, "bool"),
        ([2.5], "float32", "float64"),
        ([2.5], None, ""),
    ],
)
def test_a_dtype_is_told_where_it_says_something(answer, asked, told):
    said = message(close, np.array(answer), [1.5], "the result", dtype=asked)
    assert said.splitlines()[2].endswith(f"shape (1,), {told}" if told else "shape (1,)")


def test_a_notebook_shows_the_message_and_not_the_code_that_makes_it():
    """Below a traceback through the checks' own code nobody would find it."""
    with pytest.raises(AssertionError) as caught:
        equal(1, 2, "the count")
    shown = ["AssertionError: wrong: the count\n  expected: 2\n  got:      1"]
    assert caught.value._render_traceback_() == shown


def run_cells(monkeypatch, *sources):
    """Run cells in IPython, which a notebook is: what the last one shows of an error."""
    shown = []
    shell = InteractiveShell()  # not the singleton, which others would meet
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr(shell, "_showtraceback", lambda kind, error, lines: shown.append(lines))
    for source in sources:
        shell.run_cell(source, store_history=True)
    return "\n".join(shown[-1])


RAISES = """\
from tito.checks import raises
with raises(ValueError, "sizes", "the error", hint="look at the shapes"):
    {}
"""


def test_an_error_of_another_kind_is_told_first_and_in_short(monkeypatch):
    """With the line of the student's that raised it, and none of forty lines of other code."""
    answer = "import json\n\ndef f(text):\n    return json.loads(text)\n"
    assert run_cells(monkeypatch, answer, RAISES.format("f('{')")) == (
        "AssertionError: wrong: the error\n"
        "  expected: ValueError with a message that mentions 'sizes'\n"
        "  got:      JSONDecodeError: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)\n"
        "  try: look at the shapes\n"
        "raised in\n"
        "  Cell In[1], line 4: return json.loads(text)"
    )


def test_the_line_of_a_test_is_not_quoted(monkeypatch):
    """It may be a hidden one."""
    shown = run_cells(monkeypatch, RAISES.format("(lambda: 1 / 0)()"))
    assert shown.endswith(
        "got:      ZeroDivisionError: division by zero\n  try: look at the shapes"
    )


def test_lines_that_would_be_empty_are_left_out():
    assert message(close, 2.0, 1.0, "the sum") == ("wrong: the sum\n  expected: 1.\n  got:      2.")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (1.0, 1),
        ([1, 2], np.array([1.0, 2.0])),
        (Boxed([1.0, 2.0]), [1.0, 2.0]),
        ([Boxed(1.0), Boxed(2.0)], [1.0, 2.0]),
        (np.float32(0.1), 0.1),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array([np.nan, np.inf]), np.array([np.nan, np.inf])),
        (np.array([True, False]), [True, False]),
    ],
)
def test_close_passes_what_is_right(answer, expected):
    assert close(answer, expected, "the result") is None


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "1.0",
        NotImplemented,
        Agrees(),
        [1.0, Agrees()],
        Boxed([Agrees()]),
        lambda: 1.0,
        [1.0],
        np.array([[1.0, 2.0]]),
        [1.0, 2.1],
        [1.0, np.nan],
        [1.0, [2.0]],
        {"a": 1.0},
        np.array(["1", "2"]),
        1 + 2j,
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_close_fails_anything_else_with_a_message(answer):
    assert message(close, answer, [1.0, 2.0], "the result").startswith("wrong: the result\n")


def test_close_warns_of_nothing():
    """A warning on stderr would cost a right answer its points in nbgrader."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        close(np.array([np.inf, 1e38], np.float32), [np.inf, 1e38], "large values", rtol=1e-3)


def test_close_asks_for_a_dtype_where_one_is_given():
    told = message(close, np.ones(2), np.ones(2), "the sum", dtype=np.float32)
    assert told == "wrong: the sum: its dtype\n  expected: float32\n  got:      float64"


def test_close_refuses_an_expectation_that_is_no_number():
    with pytest.raises(TypeError, match="a check expects numbers"):
        close(1.0, None, "the result")


def test_a_large_answer_is_cut_short():
    assert len(message(close, np.ones((500, 500)), np.zeros((500, 500)), "the result")) < 500
    assert len(message(close, "x" * 10**6, 1.0, "the result")) < 500


@pytest.mark.parametrize(
    ("answer", "expected", "looks_like"),
    [
        ([32, 64], (32, 64), "a list, not a tuple"),
        ((32, 64), [32, 64], "a tuple, not a list"),
        ((64, 32), (32, 64), "in reverse order"),
        (4.0, 4, "a float, not an int"),
        (True, 1, "a bool, not an int"),
        ([(1, 2), (3, 4.0)], [(1, 2), (3, 4)], "a float, not an int"),
        ([[1, 2], (3, 4)], [(1, 2), (3, 4)], "a list, not a tuple"),
        ({"a": 1.0}, {"a": 1}, ""),
        ([64, 32], (32, 64), ""),
        ((32,), (32, 64), ""),
        ((), (32, 64), ""),
        (None, (32, 64), ""),
    ],
)
def test_equal_asks_for_types_all_the_way_down(answer, expected, looks_like):
    """What is right but for its type or order is told so, and not what to try for wrong values."""
    said = parse(message(equal, answer, expected, "the shape", hint="align on the right"))
    assert said.get("looks_like", "") == looks_like
    assert ("hint" in said) == (not looks_like)


def test_a_suspect_goes_before_what_the_check_sees_itself():
    suspects = {"transposed": (64, 32)}
    told = message(equal, (64, 32), (32, 64), "the shape", suspects=suspects, hint="align")
    assert told.endswith("it looks like: transposed\n  try: align")


def test_equal_refuses_an_expectation_that_is_no_plain_value():
    with pytest.raises(TypeError, match="a check expects plain values"):
        equal(1.0, np.ones(2), "the result")


def test_what_is_not_a_number_equals_itself():
    assert equal([math.nan], [math.nan], "the values") is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "expected: true\n  got:      False"),
        ({"expected": "two floats"}, "expected: two floats"),
        (
            {"expected": "two floats", "got": (1, 2.0)},
            "expected: two floats\n  got:      (1, 2.0) of type tuple",
        ),
        ({"expected": "two floats", "got": "an int"}, "expected: two floats\n  got:      an int"),
        ({"expected": "two floats", "got": None}, "expected: two floats\n  got:      None"),
    ],
)
def test_true_shows_what_came_and_never_that_a_condition_was_false(options, told):
    assert f"wrong: what f returns\n  {told}" in message(true, False, "what f returns", **options)


def test_what_is_neither_true_nor_false_is_shown():
    assert "expected: set\n  got:      None" in message(true, None, "it", expected="set")


def test_checks_that_pass_are_counted():
    checks.passed[0] = 0
    close(1.0, 1, "it")
    equal(1, 1, "it")
    true(True, "it")
    with raises(ValueError, "", "it"):
        raise ValueError
    for check, answer in ((close, 2), (equal, 2), (true, False)):
        message(check, answer, *([] if check is true else [1]), "it")
    assert checks.passed == [4]


@pytest.mark.parametrize("answer", [(2, 3), (np.int64(2), 3)])
def test_equal_passes_plain_values(answer):
    assert equal(answer, (2, 3), "the shape") is None


@pytest.mark.parametrize("answer", [[2, 3], (2, 3.0, 1), (3, 2), None, Agrees(), (2, Agrees())])
def test_equal_fails_anything_else(answer):
    assert message(equal, answer, (2, 3), "the shape").startswith("wrong: the shape\n")


def test_equal_names_a_suspect():
    told = message(equal, (3, 2), (2, 3), "the shape", suspects={"transposed": (3, 2)})
    assert "it looks like: transposed" in told


def test_true_takes_true_alone():
    assert true(np.bool_(True), "it shares memory") is None
    for answer in (1, "yes", Agrees(), None, False, np.ones(1, bool)):
        assert "wrong: it shares memory" in message(true, answer, "it shares memory")


def test_raises_wants_the_error_and_its_message():
    with raises(ValueError, "sizes 2 and 3", "the error"):
        raise ValueError("the sizes 2 and 3 differ")


@pytest.mark.parametrize("text", ["sizes 2 and 3", "size 3\nagainst 2"])
def test_raises_takes_several_patterns_in_any_order(text):
    with raises(ValueError, ("2", "3"), "the error"):
        raise ValueError(text)
    wanted = pytest.raises(AssertionError, match="that mentions '2' and '4'")
    with wanted, raises(ValueError, ("2", "4"), "the error"):
        raise ValueError(text)


@pytest.mark.parametrize("error", [ValueError("no"), TypeError("sizes 2 and 3")])
def test_raises_fails_another_error_or_message(error):
    with (
        pytest.raises(AssertionError, match="expected: ValueError with a message that mentions"),
        raises(ValueError, "sizes", "the error"),
    ):
        raise error


def test_raises_fails_where_nothing_is_raised():
    said = r"expected: ValueError\n  got:      no error at all"
    with pytest.raises(AssertionError, match=said), raises(ValueError, "", "it"):
        pass


def test_raises_does_not_take_an_unsolved_exercise_for_an_error():
    """NotImplementedError is a RuntimeError: a stub must not pass a test for one."""
    with pytest.raises(NotImplementedError), raises(RuntimeError, "", "the error"):
        raise NotImplementedError
