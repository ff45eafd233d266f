"""Calls of `generated.py` give what PyTorch gives, or a row of docs/differences.md says why not.

Runs where PyTorch is installed: `make conformance`.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conformance import embedding_differences, engine_differences
from conformance.generated import RANDOM, RECIPES, Call, Outcome, calls, in_float64, outcome

import tinytorch

PAGE = Path(__file__).resolve().parents[2] / "docs" / "differences.md"
TOLERANCE = 1e-5, 1e-6
LAST_DIGITS = 4


def refused_in_words(call: Call, ours: Outcome, theirs: Outcome) -> bool:
    """Whether we raised for integers, as PyTorch does by another type, or not if they are empty."""
    if "not floats" not in ours.message:
        return False
    return theirs.error == "NotImplementedError" or ("softmax" in call.name and not theirs.error)


# {words of a row of the page: whether a mismatch is of its kind, asked with call, ours, theirs}
DIFFERENCES: dict[str, Callable[[Call, Outcome, Outcome], bool]] = {
    "functions of floats, such as `softmax`, given integers or booleans": refused_in_words,
    "`gelu` far below 0 and at infinity": lambda call, ours, theirs: (
        call.name == "gelu" and "inf" in str(call)
    ),
    "the gradient of `relu` and `leaky_relu` at NaN": lambda call, ours, theirs: (
        call.name in ("relu", "leaky_relu") and "nan" in str(call)
    ),
    "`dropout` of integers with `p=1`": lambda call, ours, theirs: (
        call.name == "dropout" and not theirs.error and "holds" in ours.message
    ),
    **embedding_differences.DIFFERENCES,
    **engine_differences.DIFFERENCES,
}


def unexplained(
    torch: Any,
    calls: list[Call],
    rows_of: Callable[[Call, Outcome, Outcome], list[str]],
    explained: set[str],
    random: bool,
) -> list[str]:
    """The calls on which the frameworks differ, a line each, but for those that rows explain.

    rows_of: the rows for a mismatch, which go into `explained`. random: only dtype and shape count.
    """
    left = []
    for call in calls:
        ours, theirs = outcome(tinytorch, call), outcome(torch, call)
        exact = partial(outcome, torch, in_float64(call))
        if found := mismatch(ours, theirs, random, exact):
            rows = rows_of(call, ours, theirs)
            explained.update(rows)
            if not rows:
                left.append(f"{call}: {found} ({ours.message or theirs.message})")
    return left


def covering(call: Call, ours: Outcome, theirs: Outcome) -> list[str]:
    """The rows of DIFFERENCES that explain a mismatch."""
    return [row for row, covers in DIFFERENCES.items() if covers(call, ours, theirs)]


def told(left: list[str], count: int) -> str:
    return f"{len(left)} of {count} calls, such as " + "\n".join(left[:20])


def mismatch(ours: Outcome, theirs: Outcome, random: bool, exact: Callable[[], Outcome]) -> str:
    """In what the two differ, "" if in nothing. exact: gives what comes in float64."""
    if ours.error != theirs.error:
        return f"error: {ours.error or 'none'}, PyTorch {theirs.error or 'none'}"
    for what in ("values", "grads"):
        mine, other = getattr(ours, what), getattr(theirs, what)
        if len(mine) != len(other):
            return f"{what}: {len(mine)} of them, PyTorch {len(other)}"
        for place, ((kind, value), (wanted, right)) in enumerate(zip(mine, other, strict=True)):
            if kind != wanted:
                return f"{what}: {kind}, PyTorch {wanted}"
            if what == "grads" and kind == "float32" and np.isfinite(right).all():
                found = _inaccurate(value, right, exact().grads[place][1])
            else:
                found = _differ(value, right, random)
            if found:
                return f"{what}: {found}"
    return ""


def _inaccurate(mine: np.ndarray, other: np.ndarray, truth: np.ndarray) -> str:
    """What is wrong with a gradient in float32: it may be 4 times as far from that in float64 as
    PyTorch's is, which is right by luck at times: and a few last digits of its largest number."""
    if mine.shape != other.shape:
        return f"shape {mine.shape}, PyTorch {other.shape}"
    ours, theirs = (np.abs(x - truth).max(initial=0.0) for x in (mine, other))
    digit = np.spacing(np.abs(truth).max(initial=0.0).astype("float32"))
    few = 4 * theirs + LAST_DIGITS * digit
    return "" if ours <= few else f"{ours:.2g} off, PyTorch {theirs:.2g}: {mine.tolist()}"[:200]


def _differ(mine: object, other: object, random: bool) -> str:
    if not isinstance(mine, np.ndarray):
        same = mine == other or (mine != mine and other != other)
        return "" if same else f"{mine}, PyTorch {other}"
    if mine.shape != other.shape:
        return f"shape {mine.shape}, PyTorch {other.shape}"
    # Rounding goes with the largest numbers that were added up, not with what is left of them.
    wanted = other.astype(float)
    finite = np.abs(wanted[np.isfinite(wanted)])
    atol = TOLERANCE[1] * max(1.0, finite.max(initial=0.0))
    same = random or np.allclose(mine.astype(float), wanted, TOLERANCE[0], atol, equal_nan=True)
    return "" if same else f"{mine.tolist()}, PyTorch {other.tolist()}"[:200]


@pytest.fixture(scope="session")
def torch():
    return pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")


@pytest.fixture(scope="session")
def explained() -> set[str]:
    """The rows of the page that explained a mismatch."""
    return set()


@pytest.mark.parametrize("name", RECIPES)
def test_values_errors_and_gradients_are_pytorchs(torch, explained, name):
    made = calls(name)
    left = unexplained(torch, made, covering, explained, name in RANDOM)
    assert not left, told(left, len(made))


def test_a_gradient_that_lost_digits_is_told():
    truth = np.array([1.0, 1e-4])
    rounded = truth.astype("float32")
    off = rounded + np.float32(1e-6)
    assert _inaccurate(rounded, rounded, truth) == ""
    assert _inaccurate(off, off, truth) == ""
    assert "off, PyTorch" in _inaccurate(off, rounded, truth)


def test_no_difference_is_out_of_date(torch, explained):
    """Runs last: a row that explains nothing any more leaves the page and the table."""
    assert set(DIFFERENCES) == explained
    page = PAGE.read_text(encoding="utf-8")
    assert [row for row in DIFFERENCES if row not in page] == []
