"""Our convolutions and pools against what PyTorch said when `vision_cases.py` ran, and against it.

With PyTorch at hand, hypothesis also makes up images, kernels and how windows lie.
"""

import json

import numpy as np
import pytest
from conformance import vision_cases as page
from conformance.cases import inputs, run
from hypothesis import given, settings
from hypothesis import strategies as st

import tinytorch

RECORD = json.loads(page.RECORD.read_text(encoding="utf-8"))
EXAMPLES = 60
each_case = pytest.mark.parametrize("case", page.CASES, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def recorded():
    with np.load(page.VALUES, allow_pickle=False) as arrays:
        return dict(arrays)


def test_every_case_is_recorded(recorded):
    names = {key.rsplit("/", 1)[0] for key in recorded}
    assert names == {case.name for case in page.CASES} | {"network"}
    assert len({case.name for case in page.CASES}) == len(page.CASES)
    assert list(RECORD["plain"]) == list(page.PLAIN)
    assert list(RECORD["errors"]) == list(page.ERRORS)
    assert all(RECORD["errors"].values())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each_case
def test_values_and_gradients_are_pytorchs(case, dtype, recorded):
    arrays = inputs(case, case.shapes[0], "float64")
    found = run(tinytorch, case, [array.astype(dtype) for array in arrays])
    tolerance = case.tolerance[dtype == "float32"]
    for place, array in enumerate(found):
        theirs = recorded[f"{case.name}/{place}"]
        what = "the result" if place == 0 else f"the gradient of input {place - 1}"
        assert (array.shape, array.dtype) == (theirs.shape, dtype), what
        scale = tolerance * max(1.0, np.abs(theirs).max(initial=0))
        np.testing.assert_allclose(array, theirs, tolerance, scale, err_msg=what)


@pytest.mark.parametrize("name", page.PLAIN)
def test_plain_values_are_pytorchs(name):
    assert page.PLAIN[name](tinytorch) == RECORD["plain"][name]


@pytest.mark.parametrize("name", page.ERRORS)
def test_errors_are_of_pytorchs_type_and_in_words(name):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - its type is compared below
        page.ERRORS[name](tinytorch)
    ours = [cls.__name__ for cls in type(caught.value).__mro__]
    assert RECORD["errors"][name][0] in ours, f"{ours[0]}: {caught.value}"
    said = str(caught.value)
    assert len(said.split()) > 4, said
    assert not any(raw in said for raw in ("ufunc", "broadcast", "_op", "matmul", "unpack")), said


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-9), ("float32", 1e-4)])
def test_a_network_is_pytorchs_in_training_after_a_step_and_in_eval(dtype, tolerance, recorded):
    for name, array in page.whole(tinytorch, dtype).items():
        theirs = recorded[f"network/{name}"]
        assert array.shape == theirs.shape, name
        np.testing.assert_allclose(array, theirs, tolerance, tolerance, err_msg=name)


def test_pytorch_still_says_so(recorded):
    torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    said = page.said_by(torch)
    assert json.loads(json.dumps(said)) == RECORD
    for name, array in page.values(torch).items():
        np.testing.assert_allclose(array, recorded[name], 1e-9, 1e-9, err_msg=name)


@st.composite
def windows(draw):
    """Images that at least one window fits into: size, kernel, stride, padding, dilation."""
    pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))
    kernel, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    padding = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    more = draw(st.tuples(st.integers(0, 5), st.integers(0, 5)))
    size = tuple(
        max(1, d * (k - 1) + 1 - 2 * p) + extra
        for d, k, p, extra in zip(dilation, kernel, padding, more, strict=True)
    )
    return size, kernel, stride, padding, dilation


def agree(call, *shapes, seed=0, domain="normal"):
    """Values and gradients of a call, in both frameworks, images with their channels last, too."""
    torch = pytest.importorskip("torch", reason="no PyTorch here: run `make conformance`")
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape) for shape in shapes]
    if domain == "tied":
        arrays = [np.round(array) for array in arrays]
    arrays[0] = np.ascontiguousarray(arrays[0].transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    case = page.Case("generated", call, ())
    ours, theirs = (run(framework, case, arrays) for framework in (tinytorch, torch))
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.shape == other.shape
        np.testing.assert_allclose(mine, other, 1e-9, 1e-9)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(windows(), st.sampled_from([(1, 2, 1), (3, 4, 1), (8, 4, 1), (4, 6, 2), (16, 8, 2)]),
       st.integers(0, 3))  # fmt: skip
def test_live_convolutions(laid, channels, images):
    size, kernel, stride, padding, dilation = laid
    c, out, groups = channels

    def call(torch, x, weight, bias):
        how = stride, padding, dilation, groups
        return torch.nn.functional.conv2d(x, weight, bias, *how)

    agree(call, (images, c, *size), (out, c // groups, *kernel), (out,))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(windows(), st.sampled_from([(1, 2, 1), (3, 8, 1), (8, 4, 1), (4, 6, 2)]),
       st.tuples(st.integers(0, 2), st.integers(0, 2)))  # fmt: skip
def test_live_transposed_convolutions(laid, channels, more):
    size, kernel, stride, padding, dilation = laid
    c, out, groups = channels
    more = tuple(min(m, max(s, d) - 1) for m, s, d in zip(more, stride, dilation, strict=True))
    padding = tuple(min(p, d * (k - 1)) for p, k, d in zip(padding, kernel, dilation, strict=True))
    large = tuple(
        max(n, 1 + (2 * p) // s) for n, p, s in zip(size, padding, stride, strict=True)
    )  # so that something is left

    def call(torch, x, weight):
        return torch.nn.functional.conv_transpose2d(
            x, weight, None, stride, padding, more, groups, dilation
        )

    agree(call, (2, c, *large), (c, out // groups, *kernel))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(windows(), st.booleans(), st.sampled_from(["normal", "tied"]))
def test_live_max_pools(laid, ceil_mode, domain):
    size, kernel, stride, padding, dilation = laid
    padding = tuple(min(p, k // 2) for p, k in zip(padding, kernel, strict=True))
    size = tuple(n + 2 * p for n, p in zip(size, laid[3], strict=True))

    def call(torch, x):
        how = kernel, stride, padding, dilation, ceil_mode
        return torch.nn.functional.max_pool2d(x, *how)

    agree(call, (2, 3, *size), domain=domain)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(windows(), st.booleans(), st.booleans(), st.sampled_from([None, 1, -3]))
def test_live_mean_pools(laid, ceil_mode, counted, divisor):
    size, kernel, stride, padding, _ = laid
    padding = tuple(min(p, k // 2) for p, k in zip(padding, kernel, strict=True))
    size = tuple(n + 2 * p for n, p in zip(size, laid[3], strict=True))

    def call(torch, x):
        how = kernel, stride, padding, ceil_mode, counted, divisor
        return torch.nn.functional.avg_pool2d(x, *how)

    agree(call, (2, 3, *size))
    agree(lambda torch, x: torch.nn.functional.adaptive_avg_pool2d(x, kernel), (2, 3, *size))
    agree(lambda torch, x: torch.nn.functional.adaptive_max_pool2d(x, kernel), (2, 3, *size))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(-1, 2), min_size=4, max_size=4),
    st.sampled_from(["constant", "reflect", "replicate", "circular"]),
)
def test_live_padding(sizes, mode):
    sizes = [abs(size) for size in sizes] if mode != "constant" else sizes
    agree(lambda torch, x: torch.nn.functional.pad(x, tuple(sizes), mode), (2, 3, 4, 5))


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(st.integers(1, 4), st.integers(1, 9), st.tuples(st.integers(2, 5), st.integers(1, 5)))
def test_live_batch_norm(images, channels, size):
    def call(torch, x, weight, bias):
        mean, var = torch.zeros(channels).double(), torch.ones(channels).double()
        out = torch.nn.functional.batch_norm(x, mean, var, weight, bias, True, 0.3)
        return torch.cat([out.flatten(), mean + 0 * weight, var + 0 * weight])

    agree(call, (images, channels, *size), (channels,), (channels,))
