"""Activations of large arrays say what the plain forms of module 03 say, in fewer passes."""

import numpy as np
import pytest

from tinytorch.core import layers, losses
from tinytorch.core.autograd import VJPS
from tinytorch.lib import activations, special
from tinytorch.lib.activations import LARGE, when_large

SIZES = [-200, -90, -20, -1, -1e-3, 0, 1e-3, 1, 20, 90, 200]
NOT_FINITE = [np.nan, np.inf, -np.inf]
OPS = [
    (layers.leaky_relu_op, {}),
    (layers.leaky_relu_op, {"negative_slope": 0.0}),
    (layers.leaky_relu_op, {"negative_slope": -0.5}),
    (layers.leaky_relu_op, {"negative_slope": 3.0}),
    (layers.sigmoid_op, {}),
    (layers.silu_op, {}),
    (layers.softmax_op, {"dim": 1}),
    (layers.softmax_op, {"dim": 0}),
]
IDS = [f"{op.name} {params}" for op, params in OPS]
PLAIN = {
    layers.leaky_relu_op: layers.leaky_relu_forward,
    layers.sigmoid_op: layers.sigmoid_forward,
    layers.silu_op: layers.silu_forward,
    layers.softmax_op: layers.softmax_forward,
}


def table(values, dtype, columns=1024):
    """LARGE values or more in rows: some of `values`, and random ones between."""
    x = np.random.default_rng(0).normal(size=(8, columns)).astype(dtype)
    x[::2, ::7] = np.resize(values, x[::2, ::7].shape)
    assert x.size >= LARGE
    return x


def both(op, params, x):
    """(results of the operation, those of the plain form), each as (result, saved)."""
    with np.errstate(all="ignore"):
        found, plain = op.forward(x, **params), PLAIN[op](x, **params)
    pairs = [it if isinstance(it, tuple) else (it, it) for it in (found, plain)]
    return pairs[0], pairs[1]


def compare(found, plain, dtype):
    assert found.dtype == dtype
    tiny = 200 * np.finfo(dtype).tiny  # what is smaller has lost digits, or is 0, as in PyTorch
    np.testing.assert_allclose(found, plain, rtol=20 * np.finfo(dtype).eps, atol=tiny)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("values", [SIZES, NOT_FINITE], ids=["finite", "not finite"])
@pytest.mark.parametrize(("op", "params"), OPS, ids=IDS)
def test_large_arrays_get_what_small_ones_get(op, params, values, dtype):
    x = table(values, dtype)
    copy = x.copy()
    for found, plain in zip(*both(op, params, x), strict=True):
        compare(found, plain, dtype)
    np.testing.assert_array_equal(x, copy)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("values", [SIZES, NOT_FINITE], ids=["finite", "not finite"])
@pytest.mark.parametrize(("op", "params"), OPS, ids=IDS)
def test_gradients_of_large_arrays_are_those_of_small_ones(op, params, values, dtype):
    x, rng = table(SIZES, dtype), np.random.default_rng(1)
    _, (_, saved) = both(op, params, x)
    g = rng.normal(size=x.shape).astype(dtype)
    g[1::2, ::5] = np.resize(values, g[1::2, ::5].shape)
    copies = [array.copy() for array in (g, saved, x)]
    rule = layers.activation_rules()[op][0]
    with np.errstate(all="ignore"):
        found, plain = VJPS[op][0](g, saved, x, **params), rule(g, saved, x, **params)
    assert found.dtype == dtype
    scale = np.abs(g[np.isfinite(g)]).max()
    np.testing.assert_allclose(found, plain, rtol=1e-4, atol=scale * 20 * np.finfo(dtype).eps)
    for array, copy in zip((g, saved, x), copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("shift", [-1e4, -70, -30, 0, 30, 59, 61, 1e4])
def test_softmax_of_rows_far_from_0(shift):
    """Shifted or not, rows add up to 1 and have the same proportions."""
    x = table([-3, 3], "f4") + np.float32(shift)
    x[0] = -1e4
    x[3, 5] = -np.inf
    z = x.astype(float)
    powers = np.exp(z - z.max(1, keepdims=True))
    exact = powers / powers.sum(1, keepdims=True)
    np.testing.assert_allclose(activations.large_softmax(x, -1), exact, rtol=2e-6, atol=1e-30)


def test_softmax_of_rows_of_both_kinds():
    """A row of small numbers beside one of large ones: neither overflows nor disappears."""
    x = table([0], "f4")
    x[0], x[1], x[2, :9] = -88, 55, 60
    found = activations.large_softmax(x, 1)
    np.testing.assert_allclose(found.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(found[:2], 1 / x.shape[1], rtol=1e-6)


def test_small_arrays_and_whole_numbers_are_left_to_the_plain_form():
    rule = when_large(lambda x: "plain", lambda x: "large")
    assert rule(np.zeros(LARGE - 1)) == "plain"
    assert rule(np.zeros(LARGE)) == "large"
    assert rule(np.zeros(LARGE, int)) == "plain"
    assert rule(np.float32(1)) == "plain"


@pytest.mark.parametrize("function", [special.gelu_exact, special.gelu_tanh])
def test_gelu_in_parts_is_gelu(function):
    """Also where the last part is short, and for arrays that are not in one piece."""
    x = np.random.default_rng(0).normal(size=(5 * special.PART + 3,)).astype("f4")
    for array in (x, x[::-1], x[: 4 * special.PART].reshape(2, -1).T):
        for found, whole in zip(function(array), function.__wrapped__(array), strict=True):
            np.testing.assert_array_equal(found, whole)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shift", [-1e4, -30, 0, 30, 1e4])
@pytest.mark.parametrize("classes", [4, 65, 1024])
def test_cross_entropy_of_many_logits_is_that_of_few(classes, shift, dtype):
    rng, rows = np.random.default_rng(0), LARGE // classes
    x = (5 * rng.normal(size=(rows, classes)) + shift).astype(dtype)
    x[0], x[1, 0], x[1, 1] = shift, shift + 100, shift - 100
    target = rng.integers(0, classes, rows)
    target[:2] = 0, 1
    found, e = losses.cross_entropy_op.forward(x, target=target, scale=1.0, reduction="none")
    z = x.astype(float) - x.max(1, keepdims=True)
    exact = np.log(np.exp(z).sum(1)) - z[np.arange(rows), target]
    assert found.dtype == e.dtype == dtype
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(found, exact, rtol=8 * eps, atol=4 * eps)
    rule = VJPS[losses.cross_entropy_op][0]
    gradient = rule(np.ones(rows, dtype), e, x, target=target, scale=1.0, reduction="none")
    right = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    right[np.arange(rows), target] -= 1
    np.testing.assert_allclose(gradient, right, rtol=40 * eps, atol=4 * eps)


def test_an_infinite_logit_is_an_infinite_loss():
    x, target = np.zeros((LARGE // 4, 4), "f4"), np.zeros(LARGE // 4, int)
    x[3, 0] = -np.inf
    found, _ = losses.cross_entropy_op.forward(x, target=target, scale=1.0, reduction="none")
    assert found[3] == np.inf
    np.testing.assert_allclose(np.delete(found, 3), np.log(4), rtol=1e-6)
