"""`tinytorch.lib.masks`, `special` and `sums`: values under a mask, tails, long sums."""

import math

import numpy as np
import pytest

from tito.lib.masks import keep
from tito.lib.special import gelu_exact, mills
from tito.lib.sums import column_sums, sum_along


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 4)])
def test_keep_is_where(shape, dtype):
    rng = np.random.default_rng(0)
    values, mask = np.asarray(rng.normal(size=shape), dtype), np.asarray(rng.random(shape) < 0.5)
    kept = keep(values, mask)
    assert (np.shape(kept), kept.dtype) == (shape, dtype)
    np.testing.assert_array_equal(kept, np.where(mask, values, 0))


def test_keep_computes_nothing_with_what_is_masked_out():
    values = np.array([np.inf, -np.inf, np.nan, -0.0, 1.0])
    np.testing.assert_array_equal(keep(values, np.zeros(5, bool)), np.zeros(5))
    np.testing.assert_array_equal(keep(values, np.ones(5, bool)), values)


@pytest.mark.parametrize(("shape", "other"), [((2, 3), (2, 1)), ((2, 1), (2, 3)), ((3,), ())])
def test_keep_broadcasts(shape, other):
    values, mask = np.ones(shape), np.ones(other, bool)
    np.testing.assert_array_equal(keep(values, mask), np.ones(np.broadcast_shapes(shape, other)))


def test_keep_takes_arrays_of_any_layout():
    values = np.arange(24.0).reshape(4, 6)
    mask = values % 5 < 2
    for change in (np.transpose, lambda x: x[::-1, ::2], lambda x: np.broadcast_to(x[0], (4, 6))):
        got = keep(change(values), change(mask))
        np.testing.assert_array_equal(got, np.where(change(mask), change(values), 0))


@pytest.mark.parametrize(("dtype", "rtol"), [("float64", 2e-14), ("float32", 1e-6)])
def test_mills_is_the_tail_by_the_density(dtype, rtol):
    x = np.linspace(0, 9, 101, dtype=dtype)
    exact = [math.erfc(z / math.sqrt(2)) * math.exp(z * z / 2) for z in x.astype(float)]
    got = mills(x)
    assert got.dtype == dtype
    np.testing.assert_allclose(got, math.sqrt(math.pi / 2) * np.array(exact), rtol=rtol)


@pytest.mark.parametrize(("dtype", "rtol"), [("float64", 2e-14), ("float32", 3e-6)])
def test_gelu_keeps_the_digits_of_its_tail(dtype, rtol):
    x = np.linspace(-9, 9, 201, dtype=dtype)
    z = x.astype(float)
    phi = np.array([0.5 * math.erfc(-one / math.sqrt(2)) for one in z])
    out, slope = gelu_exact(x)
    np.testing.assert_allclose(out, z * phi, rtol=rtol)
    exact = phi + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(slope, exact, rtol=0, atol=2 * rtol)


@pytest.mark.parametrize("rows", [0, 1, 64, 65, 128, 1000, 5000])
def test_column_sums_are_sums(rows):
    x = np.random.default_rng(0).normal(size=(2, rows, 3))
    np.testing.assert_allclose(column_sums(x), x.sum(axis=-2), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(column_sums(x.astype("f4")[1]), x[1].sum(axis=0), atol=1e-4)


@pytest.mark.parametrize("columns", [1, 4])
@pytest.mark.parametrize("values", ["equal", "random"])
def test_column_sums_keep_digits(columns, values):
    """PyTorch's relative error for a million equal rows is 9e-7, for random ones 1e-7."""
    rng = np.random.default_rng(0)
    x = (
        np.full((10**6, columns), 0.1, "f4")
        if values == "equal"
        else rng.random((10**6, columns), "f4")
    )
    exact = x.astype(float).sum(axis=0)
    assert column_sums(x).dtype == np.float32
    np.testing.assert_allclose(column_sums(x), exact, rtol=4e-7)


def test_column_sums_pass_what_is_not_finite_on():
    x = np.ones((200, 3))
    x[150] = [np.inf, np.nan, 1]
    np.testing.assert_array_equal(column_sums(x), [np.inf, np.nan, 200])


def test_sums_along_any_dimension():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    for dim in range(-3, 3):
        np.testing.assert_allclose(sum_along(x, dim), x.sum(axis=dim, keepdims=True))
    assert sum_along(np.float64(2.0), 0) == 2.0
