"""The table of cases against PyTorch itself, on shapes and values that hypothesis makes up.

Runs where PyTorch is installed: `make conformance`.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from conformance import plain_cases
from conformance.cases import CASES, ERRORS, Case, run
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import tinytorch

torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
pytest.importorskip("torch.nn.utils.prune")  # which PyTorch does not import by itself

SIDES = {"min_side": 0, "max_side": 5}
RANGES = {"real": (-3, 3), "positive": (0.5, 2), "chance": (0.05, 0.95)}


def _broadcast(count: int):
    shapes = hnp.mutually_broadcastable_shapes(num_shapes=count, max_dims=3, max_side=4)
    return shapes.map(lambda found: found.input_shapes)


def _products():
    return hnp.mutually_broadcastable_shapes(
        signature="(m?,k),(k,n?)->(m?,n?)", max_dims=2, max_side=4
    ).map(lambda found: found.input_shapes)


FAMILIES = {
    "unary": hnp.array_shapes(min_dims=0, max_dims=3, **SIDES).map(lambda shape: (shape,)),
    "matrix": hnp.array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=5).map(lambda s: (s,)),
    "binary": _broadcast(2),
    "matmul": _products(),
}


@st.composite
def arrays(draw, case: Case):
    """Inputs of a case: shapes of its family, both dtypes, values far enough from each other."""
    shapes = draw(FAMILIES.get(case.family, st.sampled_from(case.shapes)))
    dtype = draw(st.sampled_from(["float32", "float64"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if case.domain == "apart":
        return [rng.permutation(int(np.prod(s))).reshape(s).astype(dtype) * 0.1 for s in shapes]
    return [rng.uniform(*RANGES[case.domain], shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_values_and_gradients_are_pytorchs(case):
    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(arrays(case))
    def compare(given_arrays):
        dtype = given_arrays[0].dtype
        tolerance = case.tolerance[dtype == np.float32]
        ours, theirs = run(tinytorch, case, given_arrays), run(torch, case, given_arrays)
        for mine, other in zip(ours, theirs, strict=True):
            assert (mine.shape, mine.dtype) == (other.shape, other.dtype)
            np.testing.assert_allclose(mine, other, tolerance, tolerance)

    compare()


@pytest.mark.parametrize("name", plain_cases.CASES)
def test_plain_values_are_pytorchs(name):
    ours, theirs = (plain_cases.plain(plain_cases.CASES[name](f)) for f in (tinytorch, torch))
    assert ours == theirs


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_of_pytorchs_type(name):
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - its type is asked for below
        ERRORS[name](torch)
    with pytest.raises(theirs.type):
        ERRORS[name](tinytorch)


def test_the_recorded_signatures_are_still_pytorchs():
    """Ours are compared with the record in test_recorded.py and in integration/test_api_*.py."""
    from conformance import record  # it needs PyTorch

    text = Path(__file__).with_name("recorded.json").read_text(encoding="utf-8")
    recorded = json.loads(text)
    assert record.signatures() == recorded["signatures"]
    assert record.calls() == recorded["calls"]
