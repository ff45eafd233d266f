"""`tinytorch.lib.masks` and `special`: the values under a mask, and a tail of the normal bell."""

import math

import numpy as np
import pytest

from tito.lib.masks import keep
from tito.lib.special import erfcx


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


def test_keep_takes_arrays_of_any_layout():
    values = np.arange(24.0).reshape(4, 6)
    mask = values % 5 < 2
    for change in (np.transpose, lambda x: x[::-1, ::2], lambda x: np.broadcast_to(x[0], (4, 6))):
        got = keep(change(values), change(mask))
        np.testing.assert_array_equal(got, np.where(change(mask), change(values), 0))


@pytest.mark.parametrize(("dtype", "rtol"), [("float64", 4e-15), ("float32", 1e-6)])
def test_erfcx_is_the_scaled_tail(dtype, rtol):
    z = np.linspace(0, 5, 101, dtype=dtype)
    expected = [math.exp(float(x) ** 2) * math.erfc(float(x)) for x in z]
    got = erfcx(z)
    assert got.dtype == dtype
    np.testing.assert_allclose(got, expected, rtol=rtol)
