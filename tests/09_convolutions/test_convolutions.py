"""Module 09, convolutions: operations against loops and differences, layers, errors in words."""

import itertools
import math

import numpy as np
import pytest
from ops_table import Row

import tinytorch
from tinytorch import nn
from tinytorch.autograd import backward, gradcheck
from tinytorch.core import autograd
from tinytorch.core import convolutions as ops
from tinytorch.core import tensor as t
from tinytorch.extra import convolutions as extra
from tinytorch.nn import functional as F


def both(value):
    return value if isinstance(value, tuple) else (value, value)


def windows(x, kernel, stride=1, padding=0, dilation=1, value=0.0):
    """The windows, cut out in loops: (n, c, h_out, w_out, kh, kw)."""
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = map(both, (kernel, stride, padding, dilation))
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=value)
    rows = range(0, x.shape[2] - dh * (kh - 1), sh)
    columns = range(0, x.shape[3] - dw * (kw - 1), sw)
    found = np.empty((*x.shape[:2], len(rows), len(columns), kh, kw))
    for (i, r), (j, c) in itertools.product(enumerate(rows), enumerate(columns)):
        found[:, :, i, j] = x[:, :, r : r + dh * kh : dh, c : c + dw * kw : dw][..., :kh, :kw]
    return found


def convolved(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    parts = []
    for xs, ws in zip(np.split(x, groups, 1), np.split(w, groups, 0), strict=True):
        seen = windows(xs, ws.shape[2:], stride, padding, dilation)
        parts.append(np.einsum("ncijab,ocab->noij", seen, ws))
    y = np.concatenate(parts, 1)
    return y if b is None else y + b[:, None, None]


def transposed(x, w, stride, padding, groups):
    """Each value paints its filter."""
    n, c, h, width = x.shape
    out, kernel = w.shape[1], w.shape[2:]
    size = [(m - 1) * stride + k for m, k in zip((h, width), kernel, strict=True)]
    y = np.zeros((n, out * groups, *size))
    for i, j, k in np.ndindex(h, width, c):
        first = k // (c // groups) * out
        part = x[:, k, i, j, None, None, None] * w[k]
        rows, columns = (
            slice(m * stride, m * stride + s) for m, s in zip((i, j), kernel, strict=True)
        )
        y[:, first : first + out, rows, columns] += part
    return y[:, :, padding : size[0] - padding, padding : size[1] - padding]


def conv_row(name, shapes, op=None, **how):
    return Row(
        name,
        ops.convolution_op if op is None else op,
        lambda x, w, *b: F.conv2d(x, w, *b, **how),
        lambda x, w, *b: convolved(x, w, *b, **how),
        shapes,
        "real",
        tuple(range(len(shapes[0]))),
    )


def pool_row(name, op, call, numpy, shapes):
    return Row(name, op, call, numpy, shapes)


def largest(x, kernel, **how):
    return windows(x, kernel, **how, value=-np.inf).max((-2, -1))


IMAGES = (((2, 1, 5, 6),), ((1, 2, 7, 4),))
TABLE = (
    conv_row(
        "conv", (((2, 2, 5, 6), (3, 2, 3, 2), (3,)), ((1, 1, 3, 3), (1, 1, 3, 3), (1,))), padding=0
    ),
    conv_row("conv without bias", (((2, 2, 5, 4), (2, 2, 2, 2)),)),
    conv_row("conv 1 x 1", (((2, 3, 4, 4), (2, 3, 1, 1), (2,)),)),
    conv_row("conv, a rest", (((2, 1, 6, 7), (2, 1, 3, 2)),), stride=2, padding=(1, 0)),
    conv_row("conv, all", (((2, 2, 7, 8), (3, 2, 3, 2)),), stride=(2, 3), padding=1, dilation=2),
    conv_row("conv, groups", (((2, 4, 5, 5), (6, 2, 2, 3)),), groups=2, padding=1),
    conv_row("conv, depthwise", (((1, 3, 5, 5), (3, 1, 3, 3)),), groups=3, stride=2),
    conv_row("conv, channels last", (((1, 9, 5, 4), (2, 9, 2, 3), (2,)),), stride=2, padding=1),
    conv_row("conv, channels last, stride 1", (((1, 8, 4, 4), (2, 8, 3, 3)),), padding=1),
    Row(
        "conv transposed",
        extra.conv_transpose_op,
        lambda x, w: F.conv_transpose2d(x, w, stride=2, padding=1, groups=2),
        lambda x, w: transposed(x, w, 2, 1, 2),
        (((2, 4, 3, 4), (4, 2, 3, 3)),),
        "real",
        (0, 1),
    ),
    pool_row(
        "max pool",
        ops.max_pool_op,
        lambda x: F.max_pool2d(x, 2),
        lambda x: largest(x, 2, stride=2),
        IMAGES,
    ),
    pool_row(
        "max pool, overlapping",
        ops.max_pool_op,
        lambda x: F.max_pool2d(x, (3, 2), stride=(1, 2), padding=1, dilation=(2, 1)),
        lambda x: largest(x, (3, 2), stride=(1, 2), padding=1, dilation=(2, 1)),
        IMAGES,
    ),
    pool_row(
        "average pool",
        ops.avg_pool_op,
        lambda x: F.avg_pool2d(x, (2, 3), stride=(1, 2), padding=(1, 0)),
        lambda x: windows(x, (2, 3), (1, 2), (1, 0)).mean((-2, -1)),
        IMAGES,
    ),
    pool_row(
        "pad",
        ops.pad_op,
        lambda x: F.pad(x, (1, 2, -1, 3), value=0.5),
        lambda x: np.pad(x[:, :, 1:], ((0, 0), (0, 0), (0, 3), (1, 2)), constant_values=0.5),
        IMAGES,
    ),
)
CASES = [
    pytest.param(row, shapes, layout, id=f"{row.name}{shapes}{layout}")
    for row in TABLE
    for shapes in row.shapes
    for layout in ("plain", "transposed", "strided", "reversed")
]


def tensors(row, shapes, dtype, layout="plain"):
    return [tinytorch.tensor(x) for x in row.inputs(shapes, dtype, layout)]


def images(*shape, seed=0):
    return tinytorch.tensor(np.random.default_rng(seed).normal(size=shape))


def test_every_operation_has_a_rule_and_a_row():
    own = {op for module in (ops, extra) for op in vars(module).values() if isinstance(op, t.Op)}
    assert own == {row.op for row in TABLE}
    assert own <= set(autograd.VJPS)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("row", "shapes", "layout"), CASES)
def test_values_and_dtype(row, shapes, layout, dtype):
    arrays = row.inputs(shapes, dtype, layout)
    copies = [array.copy() for array in arrays]
    out = row.call(*map(t.from_numpy, arrays))
    assert str(out.dtype) == dtype
    expected = row.numpy(*(array.astype("float64") for array in arrays))
    tolerance = 1e-4 if dtype == "float32" else 1e-11
    np.testing.assert_allclose(out.numpy(), expected, tolerance, tolerance)
    for array, kept in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(array, kept)


@pytest.mark.parametrize(("row", "shapes", "layout"), CASES)
def test_gradients_are_right(row, shapes, layout):
    inputs = [x.requires_grad_() for x in tensors(row, shapes, "float64", layout)]
    assert gradcheck(row.call, *inputs)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_gradients_of_float32_are_float32_and_only_where_wanted(row):
    inputs = tensors(row, row.shapes[0], "float32")
    for wanted in range(len(inputs)):
        for i, x in enumerate(inputs):
            x.grad = None
            x.requires_grad_(i == wanted)
        out = row.call(*inputs)
        assert out.grad_fn.op is row.op
        backward(out, np.ones(out.shape, "float32"))
        assert [x.grad is not None for x in inputs] == [i == wanted for i in range(len(inputs))]
        assert inputs[wanted].grad.dtype == tinytorch.float32


def test_without_gradients_nothing_is_kept():
    with tinytorch.no_grad():
        out = nn.Conv2d(1, 2, 3)(images(1, 1, 5, 5).float())
    assert out.grad_fn is None


# Convolution

SETTINGS = list(
    itertools.product((1, 2, 3, (2, 1)), (0, 1, (2, 1)), (1, 2, (1, 2)), ((6, 7), (9, 8)))
)


@pytest.mark.parametrize("channels", [2, 8])
def test_every_stride_padding_and_dilation_in_both_forms(channels):
    rng = np.random.default_rng(0)
    w = rng.normal(size=(2, channels, 2, 3))
    for stride, padding, dilation, size in SETTINGS:
        x = rng.normal(size=(2, channels, *size))
        leaf, weight = (tinytorch.tensor(a, requires_grad=True) for a in (x, w))
        out = F.conv2d(leaf, weight, None, stride, padding, dilation)
        expected = convolved(x, w, None, stride, padding, dilation)
        np.testing.assert_allclose(out.numpy(), expected, atol=1e-11)
        g = rng.normal(size=out.shape)
        backward(out, g)
        # Linear in x and in w: their products with the gradients are those of the result.
        for moved, grad in ((x, leaf.grad), (w, weight.grad)):
            assert math.isclose((moved * grad.numpy()).sum(), (g * expected).sum(), abs_tol=1e-9)


@pytest.mark.parametrize("kernel", [1, 2, 3, 4, (2, 5)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_keeps_the_size(kernel, dilation):
    x, (kh, kw) = images(1, 1, 8, 9), both(kernel)
    out = F.conv2d(x, tinytorch.ones(1, 1, kh, kw).double(), padding="same", dilation=dilation)
    assert out.shape == (1, 1, 8, 9)
    spans = [dilation * (k - 1) for k in (kh, kw)]
    around = np.pad(x.numpy(), ((0, 0), (0, 0), *((s // 2, s - s // 2) for s in spans)))
    expected = windows(around, (kh, kw), dilation=dilation).sum((-2, -1))
    np.testing.assert_allclose(out.numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_groups_are_convolutions_side_by_side(groups):
    x, w = images(2, 16, 5, 5), images(8, 16 // groups, 3, 3, seed=1)
    parts = [F.conv2d(a, b) for a, b in zip(x.chunk(groups, 1), w.chunk(groups, 0), strict=True)]
    found = F.conv2d(x, w, groups=groups)
    np.testing.assert_allclose(found.numpy(), tinytorch.cat(parts, 1).numpy(), atol=1e-11)


def test_one_image_is_a_batch_of_one():
    x, w = images(2, 5, 5), images(3, 2, 2, 2)
    for call in (
        lambda x: F.conv2d(x, w),
        lambda x: F.max_pool2d(x, 2),
        lambda x: F.avg_pool2d(x, 2),
        lambda x: F.adaptive_avg_pool2d(x, 2),
        lambda x: F.conv_transpose2d(x, images(2, 1, 2, 2)),
    ):
        np.testing.assert_array_equal(call(x).numpy(), call(x.unsqueeze(0))[0].numpy())


@pytest.mark.parametrize("channels", [1, 8])
def test_no_images_give_no_results_and_gradients_of_zero(channels):
    layer = nn.Conv2d(channels, 2, 3, padding=1).double()
    x = tinytorch.tensor(np.zeros((0, channels, 4, 4)), requires_grad=True)
    out = F.adaptive_avg_pool2d(F.avg_pool2d(F.max_pool2d(layer(x), 2), 1), 1)
    assert out.shape == (0, 2, 1, 1)
    out.sum().backward()
    assert x.grad.shape == x.shape
    assert not layer.weight.grad.numpy().any()


def test_the_bias_gradient_keeps_its_digits():
    x = tinytorch.ones(1000, 1, 1, 1)
    weight, bias = tinytorch.ones(1, 1, 1, 1), tinytorch.zeros(1, requires_grad=True)
    out = F.conv2d(x.expand(1000, 1, 1, 1), weight, bias)
    backward(out, np.full(out.shape, 0.1, "float32"))
    assert abs(bias.grad.item() - 1000 * float(np.float32(0.1))) < 1e-4


def test_overwriting_the_image_before_backward_is_noticed():
    x = images(1, 1, 4, 4).requires_grad_()
    kept = x * 1
    out = F.conv2d(kept, images(1, 1, 2, 2).requires_grad_())
    with tinytorch.no_grad():
        kept += 1
    with pytest.raises(RuntimeError, match="overwritten"):
        out.sum().backward()


# Pooling


def test_of_equal_values_the_first_gets_the_gradient():
    for how in ({"kernel_size": 2}, {"kernel_size": 2, "stride": (2, 2), "padding": 1}):
        x = tinytorch.zeros(1, 1, 4, 4, requires_grad=True)
        F.max_pool2d(x, **how).sum().backward()
        if "padding" in how:
            assert x.grad.sum().item() > 0
        else:
            assert x.grad.tolist() == [[[[1, 0, 1, 0], [0] * 4, [1, 0, 1, 0], [0] * 4]]]


def test_padding_never_wins():
    x = tinytorch.full((1, 1, 3, 3), -5.0)
    assert F.max_pool2d(x, 3, 1, 1).tolist() == x.tolist()


def test_nan_wins():
    x = images(1, 1, 4, 4).numpy()
    x[0, 0, 1, 1] = np.nan
    for how in ((2,), (3, 1)):
        found = F.max_pool2d(tinytorch.tensor(x), *how).numpy()
        expected = np.isnan(windows(x, how[0], *(how[1:] or how[:1]))).any((-2, -1))
        np.testing.assert_array_equal(np.isnan(found), expected)


@pytest.mark.parametrize("how", [(2,), (3, 2, 1), (2, 1, 0, 2), ((3, 2), (2, 1), (1, 0))])
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_indices_are_where_the_largest_values_are(how, ceil_mode):
    x = images(2, 3, 6, 7)
    values, places = F.max_pool2d(x, *how, ceil_mode=ceil_mode, return_indices=True)
    assert places.dtype == tinytorch.int64
    flat = x.numpy().reshape(2, 3, -1)
    found = np.take_along_axis(flat, places.numpy().reshape(2, 3, -1), 2)
    np.testing.assert_array_equal(found.reshape(values.shape), values.numpy())


def test_ceil_mode_counts_a_window_that_begins_inside():
    x = tinytorch.tensor(np.arange(5.0).reshape(1, 1, 1, 5))
    assert F.max_pool2d(x, (1, 2), ceil_mode=True).tolist() == [[[[1, 3, 4]]]]
    assert F.avg_pool2d(x, (1, 2), ceil_mode=True).tolist() == [[[[0.5, 2.5, 4]]]]
    # The third window would begin in the padding behind.
    assert F.max_pool2d(x[..., :3], (1, 2), 2, (0, 1), ceil_mode=True).shape[-1] == 2


def test_what_averages_are_divided_by():
    x = tinytorch.ones(1, 1, 2, 2)
    for how, expected in (
        ({}, 0.25),
        ({"count_include_pad": False}, 1.0),
        ({"divisor_override": 2}, 0.5),
    ):
        assert F.avg_pool2d(x, 2, 2, 1, **how).flatten().tolist() == [expected] * 4


@pytest.mark.parametrize("size", [1, 3, 7, (2, None), (None, 9)])
def test_adaptive_pools_cover_everything(size):
    x = images(1, 2, 7, 5)
    sizes = [n if k is None else k for k, n in zip(both(size), (7, 5), strict=True)]
    bounds = [
        [(i * n // k, -(-(i + 1) * n // k)) for i in range(k)]
        for k, n in zip(sizes, (7, 5), strict=True)
    ]
    for call, reduce in ((F.adaptive_avg_pool2d, np.mean), (F.adaptive_max_pool2d, np.max)):
        expected = [
            [reduce(x.numpy()[..., a:b, c:d], (-2, -1)) for c, d in bounds[1]] for a, b in bounds[0]
        ]
        found = call(x, size).numpy()
        np.testing.assert_allclose(found, np.array(expected).transpose(2, 3, 0, 1), atol=1e-12)
    assert gradcheck(lambda x: F.adaptive_avg_pool2d(x, size), x)


def test_an_infinity_stays_where_it_is():
    x = tinytorch.zeros(1, 1, 4, 4)
    x[0, 0, 0, 0] = math.inf
    for call in (F.avg_pool2d, F.adaptive_avg_pool2d, F.max_pool2d):
        assert np.isinf(call(x, 2).numpy()).sum() == 1


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_pad_modes_are_numpys(mode):
    x, name = images(1, 2, 4, 5), {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    found = F.pad(x, (1, 2, 3, 0), mode).numpy()
    expected = np.pad(x.numpy(), ((0, 0), (0, 0), (3, 0), (1, 2)), name[mode])
    np.testing.assert_array_equal(found, expected)
    assert gradcheck(lambda x: F.pad(x, (1, 2, 3, 0), mode), x)


# Layers


def test_a_convolution_begins_as_pytorchs():
    tinytorch.manual_seed(0)
    layer = nn.Conv2d(8, 200, (5, 2), groups=4)
    assert (layer.weight.shape, layer.bias.shape) == ((200, 2, 5, 2), (200,))
    for parameter in layer.parameters():
        assert 0.95 * 20**-0.5 < abs(parameter.detach().numpy()).max() <= 20**-0.5
    before = layer.weight.numpy().copy()
    tinytorch.manual_seed(0)
    layer.reset_parameters()
    np.testing.assert_array_equal(layer.weight.numpy(), before)
    assert nn.Conv2d(1, 1, 1, bias=False).bias is None


def test_layers_are_their_functions():
    x = images(2, 4, 7, 6).float()
    for layer, expected in (
        (nn.MaxPool2d(3, 2, 1), F.max_pool2d(x, 3, 2, 1)),
        (nn.AvgPool2d(3, 2, 1, True, False), F.avg_pool2d(x, 3, 2, 1, True, False)),
        (nn.AdaptiveAvgPool2d((2, None)), F.adaptive_avg_pool2d(x, (2, None))),
        (nn.AdaptiveMaxPool2d(3), F.adaptive_max_pool2d(x, 3)),
        (nn.ZeroPad2d((1, 0, 2, 1)), F.pad(x, (1, 0, 2, 1))),
        (nn.Unflatten(1, (2, 2)), x.reshape(2, 2, 2, 7, 6)),
    ):
        np.testing.assert_array_equal(layer(x).numpy(), expected.numpy())


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("padding", [1, (2, 1), "same", "valid"])
def test_padding_modes_of_the_layer(mode, padding):
    layer, x = (
        nn.Conv2d(1, 1, (2, 3), padding=padding, padding_mode=mode),
        images(1, 1, 5, 6).float(),
    )
    around = {"same": (1, 1, 0, 1), "valid": (0,) * 4}.get(padding)
    p, q = both(padding) if around is None else (0, 0)
    wide = F.pad(x, around or (q, q, p, p), mode)
    expected = F.conv2d(wide, layer.weight, layer.bias)
    np.testing.assert_allclose(layer(x).detach().numpy(), expected.detach().numpy(), atol=1e-6)


def test_batch_norm_of_images_is_that_of_their_pixels():
    x, norm, flat = images(3, 4, 5, 2), nn.BatchNorm2d(4).double(), nn.BatchNorm1d(4).double()
    expected = flat(x.permute(0, 2, 3, 1).reshape(-1, 4)).reshape(3, 5, 2, 4).permute(0, 3, 1, 2)
    np.testing.assert_allclose(norm(x).detach().numpy(), expected.detach().numpy(), atol=1e-12)
    for name, buffer in norm.named_buffers():
        np.testing.assert_allclose(buffer.numpy(), dict(flat.named_buffers())[name].numpy())


def test_dropout_takes_whole_channels():
    tinytorch.manual_seed(0)
    layer, x = nn.Dropout2d(0.5), tinytorch.ones(20, 10, 3, 3)
    kept = layer(x).numpy()
    assert set(np.unique(kept)) == {0.0, 2.0}
    assert (kept == kept[..., :1, :1]).all()
    assert layer.eval()(x).tolist() == x.tolist()


def test_a_transposed_convolution_turns_shapes_round():
    layer = nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1)
    assert layer(images(1, 3, 5, 6).float()).shape == (1, 4, 10, 12)
    x, w = images(1, 4, 7, 7), images(2, 4, 3, 3)
    y = F.conv2d(x, w, stride=2)
    z = images(*y.shape, seed=3)
    back = F.conv_transpose2d(z, w, stride=2)
    assert math.isclose((y * z).sum().item(), (x * back).sum().item())


def test_layers_say_what_they_are():
    for layer, shown in (
        (nn.Conv2d(3, 8, 5), "Conv2d(3, 8, kernel_size=(5, 5), stride=(1, 1))"),
        (
            nn.Conv2d(4, 8, 3, 2, 1, 2, 2, False, "reflect"),
            "Conv2d(4, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), dilation=(2, 2), "
            "groups=2, bias=False, padding_mode=reflect)",
        ),
        (
            nn.MaxPool2d(2),
            "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
        ),
        (nn.AvgPool2d(3, 1), "AvgPool2d(kernel_size=3, stride=1, padding=0)"),
        (nn.AdaptiveAvgPool2d(1), "AdaptiveAvgPool2d(output_size=1)"),
        (
            nn.BatchNorm2d(2),
            "BatchNorm2d(2, eps=1e-05, momentum=0.1, affine=True, bias=True, "
            "track_running_stats=True)",
        ),
        (nn.Dropout2d(0.2), "Dropout2d(p=0.2, inplace=False)"),
    ):
        assert repr(layer) == shown


# Errors in words

X, W = images(1, 2, 5, 5), images(4, 2, 3, 3)
WRONG = {
    "an array": (lambda: F.conv2d(X.numpy(), W), TypeError, "input is a Tensor"),
    "a weight that is a list": (lambda: F.conv2d(X, [1.0]), TypeError, "weight is a Tensor"),
    "no weight": (lambda: F.conv2d(X, None), TypeError, "weight is a Tensor"),
    "integers": (lambda: F.conv2d(X.long(), W), RuntimeError, "floats"),
    "a table": (lambda: F.conv2d(X[0, 0], W), RuntimeError, "images"),
    "channels": (lambda: F.conv2d(images(1, 3, 5, 5), W), RuntimeError, "3 channels.*takes 2"),
    "a weight of 3 dimensions": (lambda: F.conv2d(X, W[0]), RuntimeError, r"\(2, 3, 3\)"),
    "groups": (lambda: F.conv2d(X, W, groups=3), RuntimeError, "4 filters.*3 groups"),
    "no groups": (lambda: F.conv2d(X, W, groups=0), RuntimeError, "0 groups"),
    "half a group": (lambda: F.conv2d(X, W, groups=1.5), TypeError, "whole number"),
    "a bias": (lambda: F.conv2d(X, W, images(3)), RuntimeError, r"\(4,\), not \(3,\)"),
    "a large kernel": (lambda: F.conv2d(X, images(1, 2, 7, 7)), RuntimeError, "7.*5"),
    "a large kernel, channels last": (
        lambda: F.conv2d(images(1, 8, 5, 5), images(1, 8, 7, 7)),
        RuntimeError,
        "7.*5",
    ),
    "a stride of 0": (lambda: F.conv2d(X, W, stride=0), RuntimeError, "stride is 0"),
    "three strides": (lambda: F.conv2d(X, W, stride=(1, 1, 1)), RuntimeError, "two of them"),
    "a negative padding": (lambda: F.conv2d(X, W, padding=-1), RuntimeError, "padding is -1"),
    "a padding in words": (lambda: F.conv2d(X, W, padding="full"), RuntimeError, "padding is"),
    "same with a stride": (
        lambda: F.conv2d(X, W, padding="same", stride=2),
        RuntimeError,
        "stride of 1",
    ),
    "pooling too large": (lambda: F.max_pool2d(X, 6), RuntimeError, "6.*5"),
    "pooling too large, in pairs": (lambda: F.max_pool2d(X[..., :1], 2), RuntimeError, "2.*1"),
    "pooling by words": (lambda: F.max_pool2d(X, "2"), TypeError, "kernel_size"),
    "more padding than half": (lambda: F.max_pool2d(X, 2, padding=2), RuntimeError, "half"),
    "an average of integers": (lambda: F.avg_pool2d(X.long(), 2), RuntimeError, "floats"),
    "divided by 0": (lambda: F.avg_pool2d(X, 2, divisor_override=0), RuntimeError, "is 0"),
    "no windows": (lambda: F.adaptive_avg_pool2d(X, 0), RuntimeError, "output_size is"),
    "three sizes": (lambda: F.adaptive_avg_pool2d(X, (1, 2, 3)), RuntimeError, "output_size"),
    "an odd pad": (lambda: F.pad(X, (1,)), RuntimeError, "two a dimension"),
    "a pad of words": (lambda: F.pad(X, "1"), TypeError, "two a dimension"),
    "too much reflected": (lambda: F.pad(X, (5, 0, 0, 0), "reflect"), RuntimeError, "at most 4"),
    "a mode": (lambda: F.pad(X, (1, 1), "mirror"), ValueError, "mirror"),
    "all cut off": (lambda: F.pad(X, (-3, -3)), RuntimeError, "leaves nothing"),
    "layer: groups": (lambda: nn.Conv2d(3, 4, 3, groups=2), ValueError, "3 channels.*2 groups"),
    "layer: no channels": (lambda: nn.Conv2d(0, 4, 3), ValueError, "in_channels is 0"),
    "layer: kernel": (lambda: nn.Conv2d(1, 4, 0), RuntimeError, "kernel_size is 0"),
    "layer: mode": (lambda: nn.Conv2d(1, 1, 1, padding_mode="x"), ValueError, "padding_mode"),
    "norm of a table": (lambda: nn.BatchNorm2d(3)(images(4, 3).float()), ValueError, "4-D"),
    "a probability": (lambda: nn.Dropout2d(2.0), ValueError, "between 0 and 1"),
    "output padding": (
        lambda: F.conv_transpose2d(X, images(2, 1, 2, 2), output_padding=1),
        RuntimeError,
        "smaller than stride",
    ),
    "transposed channels": (
        lambda: F.conv_transpose2d(X, images(3, 1, 2, 2)),
        RuntimeError,
        "2 channels.*takes 3",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors_say_what_came_and_what_is_asked_for(name):
    call, kind, text = WRONG[name]
    with pytest.raises(kind, match=text):
        call()


# What the student's functions are called with


@pytest.mark.parametrize("size", range(1, 9))
def test_output_size_counts_the_windows(size):
    for k, s, p, d in itertools.product((1, 2, 3), (1, 2, 3), (0, 1, 2), (1, 2)):
        span = d * (k - 1) + 1
        if span > size + 2 * p:
            with pytest.raises(RuntimeError, match=rf"{span}.*{size + 2 * p}"):
                ops.output_size(size, k, s, p, d)
        else:
            counted = sum(1 for i in range(0, size + 2 * p, s) if i + span <= size + 2 * p)
            assert ops.output_size(size, k, s, p, d) == counted


def test_windows_are_a_view_that_may_be_written_to():
    x = np.zeros((1, 1, 4, 4))
    view = ops.windows(x, (2, 2), (2, 2), (1, 1))
    view += 1
    assert x.sum() == 16
    assert not ops.windows(
        np.broadcast_to(1.0, (1, 1, 3, 3)), (2, 2), (1, 1), (1, 1)
    ).flags.writeable


def test_costs_of_lenet():
    assert ops.costs(1, 28, [(6, 5, 1, 2), (0, 2, 2, 0), (16, 5, 1, 0)]) == (
        2572,
        357600,
        78400,
        14,
    )
