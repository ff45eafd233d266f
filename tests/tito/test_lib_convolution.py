"""Convolution and max pooling below the modules: right in both forms, for every way to lay windows.

The yardstick is the definition, pixel by pixel: what each window sees, and what it pays back.
"""

from itertools import product

import numpy as np
import pytest

from tinytorch.lib import convolution, pooling
from tinytorch.lib.memory import peak_bytes

KERNELS = [(1, 1), (3, 3), (2, 3)]
STRIDES = [(1, 1), (2, 2), (3, 1)]
PADDINGS = [(0, 0), (1, 1), (0, 4)]  # 4: more than a kernel reaches
DILATIONS = [(1, 1), (2, 1)]
SIZES = [(8, 9), (9, 7)]  # some windows end at the edge, others leave a remainder
CHANNELS = [(3, 4, 1), (8, 6, 1), (4, 6, 2), (16, 8, 2), (3, 3, 3)]  # in, out, groups
FORMS = {"columns": 10**9, "rows": 0}  # from how many channels on there are rows


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def channels_last(x):
    return np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)


def every_second(x):
    """The same numbers in memory with gaps."""
    wide = np.zeros((*x.shape[:3], 2 * x.shape[3]), x.dtype)
    wide[..., ::2] = x
    return wide[..., ::2]


def defined(x, weight, stride, padding, dilation, groups):
    """Convolution by its definition: the result, and the function that gives both gradients."""
    (top, left), (n, c, h, w) = padding, x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (top, top), (left, left)))
    height, width = convolution.output_size(
        x.shape[2:], weight.shape[2:], *(stride, padding, dilation)
    )
    split, out = c // groups, len(weight) // groups
    places = [(group, i, j) for group, i, j in product(range(groups), range(height), range(width))]

    def at(group, i, j):
        """What a window of a group sees, and which filters look at it."""
        down, along = (
            s * k + d * np.arange(size)
            for s, k, d, size in zip(stride, (i, j), dilation, weight.shape[2:], strict=True)
        )
        seen = np.ix_(range(n), range(group * split, (group + 1) * split), down, along)
        return seen, slice(group * out, (group + 1) * out)

    y = np.zeros((n, len(weight), height, width))
    for place in places:
        seen, filters = at(*place)
        y[:, filters, place[1], place[2]] = np.einsum(
            "ncij,ocij->no", padded[seen], weight[filters]
        )

    def gradients(g):
        gx, gw = np.zeros_like(padded), np.zeros_like(weight)
        for place in places:
            seen, filters = at(*place)
            part = g[:, filters, place[1], place[2]]
            gx[seen] += np.einsum("no,ocij->ncij", part, weight[filters])
            gw[filters] += np.einsum("no,ncij->ocij", part, padded[seen])
        return gx[:, :, top : top + h, left : left + w], gw

    return y, gradients


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_forward_and_gradients_are_those_of_the_definition(monkeypatch, form, channels, kernel):
    monkeypatch.setattr(convolution, "MANY_CHANNELS", FORMS[form])
    c, out, groups = channels
    weight = draw(out, c // groups, *kernel, seed=1)
    for size, *where in product(SIZES, STRIDES, PADDINGS, DILATIONS):
        x = draw(2, c, *size)
        y, gradients = defined(x, weight, *where, groups)
        g = draw(*y.shape, seed=2)
        gx, gw = gradients(g)
        said = f"size {size}; stride, padding, dilation {where}"
        found = convolution.forward(x, weight, *where, groups)
        np.testing.assert_allclose(found, y, atol=1e-12, err_msg=f"forward, {said}")
        found = convolution.input_gradient(g, x.shape, weight, *where, groups)
        np.testing.assert_allclose(found, gx, atol=1e-12, err_msg=f"images, {said}")
        found = convolution.weight_gradient(g, x, weight.shape, *where, groups)
        np.testing.assert_allclose(found, gw, atol=1e-12, err_msg=f"filters, {said}")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cached", [1, 2000, 10**9])
def test_blocks_of_any_size_give_the_same(monkeypatch, form, cached):
    monkeypatch.setattr(convolution, "MANY_CHANNELS", FORMS[form])
    x, weight = draw(5, 4, 9, 7), draw(6, 4, 3, 2, seed=1)
    y = convolution.forward(x, weight, padding=(1, 1))
    g = draw(*y.shape, seed=2)
    whole = [
        y,
        convolution.input_gradient(g, x.shape, weight, padding=(1, 1)),
        convolution.weight_gradient(g, x, weight.shape, padding=(1, 1)),
    ]
    monkeypatch.setattr(convolution, "CACHED", cached)
    monkeypatch.setattr(convolution, "MIN_WINDOWS", 1)
    parts = [
        convolution.forward(x, weight, padding=(1, 1)),
        convolution.input_gradient(g, x.shape, weight, padding=(1, 1)),
        convolution.weight_gradient(g, x, weight.shape, padding=(1, 1)),
    ]
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize("layout", [channels_last, every_second, lambda x: x.astype(np.float32)])
@pytest.mark.parametrize("channels", [2, 8])
@pytest.mark.parametrize("stride", [(1, 1), (2, 2)])
def test_memory_in_any_order_and_float32(layout, channels, stride):
    x, weight = draw(2, channels, 7, 6), draw(3, channels, 3, 3, seed=1)
    y = convolution.forward(x, weight, stride)
    g = draw(*y.shape, seed=2)
    laid = [layout(a) for a in (x, weight, g)]
    tolerance = {"rtol": 1e-4, "atol": 1e-5} if laid[0].dtype == np.float32 else {"atol": 1e-12}
    for found, wanted in (
        (convolution.forward(laid[0], laid[1], stride), y),
        (
            convolution.input_gradient(laid[2], x.shape, laid[1], stride),
            convolution.input_gradient(g, x.shape, weight, stride),
        ),
        (
            convolution.weight_gradient(laid[2], laid[0], weight.shape, stride),
            convolution.weight_gradient(g, x, weight.shape, stride),
        ),
    ):
        assert found.dtype == laid[0].dtype
        np.testing.assert_allclose(found, wanted, **tolerance)


@pytest.mark.parametrize("shape", [(0, 3, 5, 5), (2, 0, 5, 5), (0, 8, 5, 5)])
@pytest.mark.parametrize("out", [0, 4])
def test_nothing_gives_zeros(shape, out):
    x, weight = np.ones(shape), np.ones((out, shape[1], 3, 3))
    y = convolution.forward(x, weight)
    assert y.shape == (shape[0], out, 3, 3)
    assert not y.any()
    for stride in ((1, 1), (2, 2)):
        g = np.ones(convolution.forward(x, weight, stride).shape)
        gradient = convolution.input_gradient(g, x.shape, weight, stride)
        assert gradient.shape == x.shape
        assert not gradient.any() or out
        gradient = convolution.weight_gradient(g, x, weight.shape, stride)
        assert gradient.shape == weight.shape
        assert not gradient.any() or shape[0]


@pytest.mark.parametrize("channels", [1, 8])
def test_no_input_is_changed(channels):
    x, weight = draw(2, channels, 6, 6), draw(3, channels, 3, 3, seed=1)
    y = convolution.forward(x, weight)
    arrays = x, weight, y
    for a in arrays:
        a.flags.writeable = False
    for stride in ((1, 1), (2, 2)):
        g = y[:, :, :: stride[0], :: stride[1]]
        convolution.input_gradient(g, x.shape, weight, stride)
        convolution.weight_gradient(g, x, weight.shape, stride)


def test_windows_are_a_view():
    x = draw(1, 2, 6, 7)
    windows = convolution.windows_of(x, (3, 2), (2, 1), (1, 2))
    assert windows.shape == (1, 2, 3, 2, 2, 5)
    assert np.shares_memory(windows, x)
    np.testing.assert_array_equal(windows[0, 1, :, :, 1, 3], x[0, 1, 2:5, 3:7:2])
    with pytest.raises(ValueError, match="read-only"):
        windows[...] = 0


def test_what_is_written_down_at_a_time_fits_the_cache():
    """64 channels of 32 x 32 take 75 MB of windows, which nobody must hold at once."""
    x, weight = np.zeros((32, 64, 32, 32), np.float32), np.zeros((64, 64, 3, 3), np.float32)
    peak = peak_bytes(convolution.forward, x, weight, (1, 1), (1, 1))
    assert peak < 3 * x.nbytes  # the result, the padded images, and a few blocks


# Max pooling


def pooled(x, kernel, stride, padding, dilation, size):
    """Max pooling by its definition: values, places in the image, and the gradient's function."""
    y, places = np.zeros((*x.shape[:2], *size)), np.zeros((*x.shape[:2], *size), int)
    for at in np.ndindex(y.shape):
        best = None
        for i, j in np.ndindex(*kernel):
            row, column = (
                at[2 + a] * stride[a] - padding[a] + (i, j)[a] * dilation[a] for a in (0, 1)
            )
            if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
                value = x[at[0], at[1], row, column]
                if best is None or value > best or np.isnan(value):
                    best, places[at] = value, row * x.shape[3] + column
        y[at] = best

    def gradient(g):
        gx = np.zeros((*x.shape[:2], x.shape[2] * x.shape[3]))
        for at in np.ndindex(y.shape):
            gx[at[0], at[1], places[at]] += g[at]
        return gx.reshape(x.shape)

    return y, places, gradient


def with_ties(x):
    return np.round(x)


def with_nan(x):
    return np.where(draw(*x.shape, seed=5) > 1, np.nan, x)


def with_minus_infinity(x):
    return np.where(draw(*x.shape, seed=6) > -1, -np.inf, x)


POOLS = [  # kernel, stride, padding, dilation, ceil_mode
    ((2, 2), (2, 2), (0, 0), (1, 1), False),
    ((2, 2), (2, 2), (0, 0), (1, 1), True),
    ((3, 3), (2, 2), (1, 1), (1, 1), False),
    ((3, 2), (1, 1), (1, 0), (1, 2), False),
    ((2, 3), (3, 2), (1, 1), (2, 1), True),
    ((1, 1), (3, 3), (0, 0), (1, 1), False),
]


@pytest.mark.parametrize("layout", [np.array, channels_last, every_second])
@pytest.mark.parametrize("values", [with_ties, with_nan, with_minus_infinity])
@pytest.mark.parametrize("pool", POOLS, ids=str)
def test_max_pool_is_that_of_the_definition(layout, values, pool):
    *where, ceil_mode = pool
    for size in ((6, 8), (7, 5)):
        x = values(draw(2, 2, *size))
        out = pooling.pooled_size(size, *where, ceil_mode)
        y, places, gradient = pooled(x, *where, out)
        g = draw(*y.shape, seed=1)
        found, winners = pooling.max_pool(layout(x), *where, ceil_mode)
        np.testing.assert_array_equal(found, y)
        np.testing.assert_array_equal(pooling.flat_places(winners, x.shape, *where), places)
        paid = pooling.max_pool_gradient(layout(g), winners, x.shape, *where)
        np.testing.assert_allclose(paid, gradient(g), atol=1e-12)


def test_a_window_in_the_padding_is_not_there():
    """With ceil_mode a last window must begin in the image or in the padding before it."""
    where = (2, 2), (2, 2), (1, 1), (1, 1)
    assert pooling.pooled_size((4, 5), *where, True) == (3, 3)
    assert pooling.pooled_size((5, 5), (1, 1), (3, 3), (0, 0), (1, 1), True) == (2, 2)


def test_an_infinite_gradient_stays_with_the_winner():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    where = (2, 2), (2, 2)
    _, winners = pooling.max_pool(x, *where)
    g = np.full((1, 1, 2, 2), np.inf)
    gradient = pooling.max_pool_gradient(g, winners, x.shape, *where)
    assert np.isinf(gradient).sum() == 4
    assert not np.isnan(gradient).any()


@pytest.mark.parametrize("shape", [(0, 2, 4, 4), (2, 0, 4, 4)])
@pytest.mark.parametrize("where", [((2, 2), (2, 2)), ((3, 3), (1, 1))])
def test_pooling_nothing(shape, where):
    y, winners = pooling.max_pool(np.ones(shape), *where)
    assert y.shape[:2] == shape[:2]
    assert pooling.max_pool_gradient(y, winners, shape, *where).shape == shape
