"""Calls of `generated_more.py` give what PyTorch gives, or docs/differences.md says why not.

Runs where PyTorch is installed: `make conformance`.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from conformance.generated import Call, Outcome, T
from conformance.generated_more import MORE, RANDOM, calls
from conformance.test_generated import PAGE, covering, told, unexplained

# {another name: that of module 01, whose rows of the page hold for both}
TAUGHT = {"absolute": "abs", "clip": "clamp", "square": "pow", "subtract": "sub"}
RANDOM_ANSWERS = ("bernoulli", "normal", "unique", "bincount")


def _widened(call: Call, ours: Outcome, theirs: Outcome) -> bool:
    """A 0-d whole number and a larger tensor of narrower ones."""
    tensors = [x for x in call.args if isinstance(x, T)]
    return len({x.dtype for x in tensors}) == 2 and any(not x.shape for x in tensors)


# {words of a row of the page: whether a mismatch is of its kind, asked with call, ours, theirs}
DIFFERENCES: dict[str, Callable[[Call, Outcome, Outcome], bool]] = {
    "what PyTorch has no kernel for, such as `floor` of booleans": lambda call, ours, theirs: (
        ours.error == "RuntimeError" and theirs.error == "NotImplementedError"
    ),
    "whole numbers of two sizes, one of them in a 0-d tensor": _widened,
    "types of errors": lambda call, ours, theirs: (
        call.name in ("mv", "movedim", "moveaxis", "to", "concat", "concatenate")
        and bool(ours.error)
        and bool(theirs.error)
    ),
    "random numbers, and answers such as `unique`": lambda call, ours, theirs: (
        call.name in RANDOM_ANSWERS and "float" in str(call)
    ),
    "`norm` of order 0": lambda call, ours, theirs: call.name == "norm" and call.args[1] == 0,
    "gradients that PyTorch has not": lambda call, ours, theirs: (
        "invalid gradient" in theirs.message
        or (call.name == "mod" and type(call.args[0]) is not T and not ours.error)
    ),
    "running sums of booleans, in place": lambda call, ours, theirs: (
        call.name in ("cumsum_", "cumprod_") and "bool" in str(call)
    ),
}


def covering_more(call: Call, ours: Outcome, theirs: Outcome) -> list[str]:
    """The rows that explain a mismatch: of this table, or of the name that module 01 teaches."""
    plain = call.name.rstrip("_")
    taught = replace(call, name=TAUGHT.get(plain, plain))
    rows = [row for row, covers in DIFFERENCES.items() if covers(call, ours, theirs)]
    return rows + covering(taught, ours, theirs)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")


@pytest.fixture(scope="module")
def explained_more() -> set[str]:
    """The rows that explained a mismatch of this page."""
    return set()


@pytest.mark.parametrize("name", MORE)
def test_values_errors_and_gradients_are_pytorchs(torch, explained_more, name):
    made = calls(name)
    left = unexplained(torch, made, covering_more, explained_more, name in RANDOM)
    assert not left, told(left, len(made))


def test_no_difference_is_out_of_date(torch, explained_more):
    """Runs last: a row that explains nothing any more leaves the page and the table."""
    assert set(DIFFERENCES) <= explained_more
    page = PAGE.read_text(encoding="utf-8")
    assert [row for row in DIFFERENCES if row not in page] == []
