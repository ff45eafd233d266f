"""The sums below the modules keep the digits of float32, in every order of memory."""

from functools import partial

import numpy as np
import pytest

from tinytorch.core.autograd import backward
from tinytorch.core.tensor import reduce_forward, tensor, zeros
from tinytorch.lib.sums import ALONG_COLUMNS, MANY, column_sums, in_blocks, stretched_sums

ROWS = 300_000
DIMS = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (-1, 0)]


@pytest.mark.parametrize("rows", [1, ALONG_COLUMNS, ALONG_COLUMNS + 1, 5000])
def test_column_sums_are_numpys(rows):
    x = np.random.default_rng(0).normal(size=(2, rows, 3))
    np.testing.assert_allclose(column_sums(x), x.sum(axis=-2))


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dims", DIMS)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_sums_and_means_in_blocks_are_numpys(order, dims, keepdim):
    x = np.random.default_rng(0).normal(size=(70, 80, 90)).transpose(order)
    total = in_blocks(reduce_forward)(x, dims, keepdim)
    np.testing.assert_allclose(total, x.sum(axis=dims, keepdims=keepdim))
    mean = in_blocks(partial(reduce_forward, mean=True), mean=True)(x, dims, keepdim)
    np.testing.assert_allclose(mean, x.mean(axis=dims, keepdims=keepdim))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", ["sum", "mean", "var", "std"])
def test_many_rows_lose_no_digits(name, turned):
    values = np.random.default_rng(0).random((ROWS, 2), dtype=np.float32)
    x = tensor(values)
    found = getattr(x.T, name)(1) if turned else getattr(x, name)(0)
    more = {"ddof": 1} if name in ("var", "std") else {}
    exact = getattr(values.astype(float), name)(axis=0, **more)
    np.testing.assert_allclose(found.array, exact, rtol=5e-7)


def test_gradients_of_many_rows_lose_no_digits():
    for shape in ((2,), (1, 2)):
        bias = zeros(*shape, requires_grad=True)
        backward(bias + tensor(np.zeros((ROWS, 2), np.float32)), np.full((ROWS, 2), 0.1))
        np.testing.assert_allclose(bias.grad.array.ravel(), 0.1 * ROWS, rtol=1e-6)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_what_was_stretched_is_added_up(order):
    g = np.ones((200, 8, 30)).transpose(order)
    for shape in ((8, 1), (30,), (1, 8, 1), (8, 30)):
        full = (1,) * (3 - len(shape)) + shape
        turned = tuple(full[d] for d in order)
        np.testing.assert_array_equal(stretched_sums(g, turned), g.size / np.prod(shape))
        assert stretched_sums(g, turned).shape == turned


def test_what_has_few_rows_is_left():
    g = np.ones((200, 8, 30))
    assert stretched_sums(g, (200, 8, 1)) is g
    assert stretched_sums(np.ones((MANY, 8, 200)), (8, 200)).shape == (MANY, 8, 200)
