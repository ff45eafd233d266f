"""Module 15, quantization: integers exactly, layers against float64, errors in words."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinytorch as torch
from tinytorch import nn
from tinytorch.core import quantization as ops
from tinytorch.quantization import QuantizedConv2d, QuantizedLinear, quantize_model


def perceptron(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3)).eval()


def batches(shape=(16, 6), count=4, seed=0):
    rng = np.random.default_rng(seed)
    return [torch.tensor(rng.normal(size=shape).astype(np.float32)) for _ in range(count)]


# ---- grids ----

ends = st.floats(-1e6, 1e6)


@settings(max_examples=200, deadline=None)
@given(ends, ends, st.sampled_from([(-128, 127), (0, 255), (-8, 7), (-2, 1)]))
def test_zero_is_exact_and_values_move_by_half_a_step(low, high, integers):
    low, high = sorted((low, high))
    qmin, qmax = integers
    scale, zero = ops.affine_grid(low, high, qmin, qmax)
    assert qmin <= zero <= qmax
    assert isinstance(zero, int)
    if qmax > 127:
        return  # quantize makes int8
    x = np.linspace(min(low, 0), max(high, 0), 50)
    q = ops.quantize(np.append(x, 0.0), scale, zero, qmin, qmax)
    back = scale * (q.astype(float) - zero)
    assert back[-1] == 0
    # Half a step, and half a step more at an end: the zero point was rounded, too.
    assert np.abs(back[:-1] - x).max() <= scale * (1 + 1e-6)


def test_dequantize_is_the_inverse_on_the_grid():
    q = np.arange(-128, 128).astype(np.int8)
    x = ops.dequantize(q, 0.25, 3)
    assert x.dtype == np.float32
    np.testing.assert_array_equal(ops.quantize(x, 0.25, 3), q)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.integers(-128, 127), st.integers(0, 2**32 - 1))
def test_products_are_exact_for_every_length(k, zero, seed):
    rng = np.random.default_rng(seed)
    q = rng.integers(-128, 128, (2, k)).astype(np.int8)
    p = rng.integers(-127, 128, (3, k)).astype(np.int8)
    expected = (q.astype(np.int64) - zero) @ p.T.astype(np.int64)
    np.testing.assert_array_equal(ops.int_matmul(q, zero, p), expected)


def test_products_of_extreme_integers_are_exact():
    for value, zero in itertools.product((-128, 127), (-128, 0, 127)):
        q, p = np.full((1, 5000), value, np.int8), np.full((1, 5000), -127, np.int8)
        assert ops.int_matmul(q, zero, p)[0, 0] == 5000 * (value - zero) * -127


# ---- layers ----


def test_a_quantized_layer_holds_int8_and_is_close():
    linear = perceptron()[0]
    x = batches()[0]
    grid = ops.affine_grid(*ops.observed_range([x.array]))
    layer = QuantizedLinear(linear, grid)
    state = layer.state_dict()
    assert {name: value.numpy().dtype.name for name, value in state.items()} == {
        "weight": "int8",
        "weight_scale": "float32",
        "bias": "float32",
        "input_scale": "float32",
        "input_zero_point": "int32",
    }
    assert list(layer.parameters()) == []
    with torch.no_grad():
        wanted, found = linear(x).numpy(), layer(x).numpy()
    assert found.dtype == np.float32
    assert np.abs(found - wanted).max() < 0.02 * np.abs(wanted).max() + 2 * grid[0]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"stride": 2, "padding": 1},
        {"padding": "same", "dilation": 2},
        {"groups": 2, "padding": (1, 0)},
        {"padding": 1, "padding_mode": "replicate"},
    ],
)
def test_a_quantized_convolution_is_that_of_the_rounded_numbers(how, bias):
    """Equal to the float convolution of what the integers stand for, up to the bias's rounding."""
    torch.manual_seed(0)
    conv = nn.Conv2d(4, 6, 3, bias=bias, **how).double().eval()
    x = np.random.default_rng(0).normal(size=(2, 4, 9, 8))
    scale, zero = ops.affine_grid(x.min(), x.max())
    x = ops.dequantize(ops.quantize(x, scale, zero), scale, zero)
    layer = QuantizedConv2d(conv, (scale, zero))
    rounded = layer.weight.numpy() * layer.weight_scale.numpy().reshape(-1, 1, 1, 1)
    with torch.no_grad():
        conv.weight.copy_(torch.tensor(rounded.astype(np.float64)))
        wanted = conv(torch.tensor(x.astype(np.float64))).numpy()
        found = layer(torch.tensor(x)).numpy()
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() <= 0.51 * scale * layer.weight_scale.numpy().max() + 1e-4


def test_padding_is_the_zero_point():
    """All inputs are far from 0: a padding of the integer 0 would be far from 0, too."""
    conv = nn.Conv2d(1, 1, 3, padding=1, bias=False).eval()
    x = torch.ones(1, 1, 4, 4) * 5
    layer = QuantizedConv2d(conv, ops.affine_grid(5.0, 5.0))
    with torch.no_grad():
        wanted, found = conv(x).numpy(), layer(x).numpy()
    assert np.abs(found - wanted).max() < 0.1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: QuantizedLinear(nn.ReLU(), (1.0, 0)), TypeError, "made from a Linear, not ReLU"),
        (lambda: QuantizedConv2d(nn.ReLU(), (1.0, 0)), TypeError, "made from a Conv2d, not ReLU"),
        (
            lambda: ready()(torch.ones(2, 5)),
            RuntimeError,
            r"\(6 -> 8\) got an input of shape \(2, 5\)",
        ),
        (lambda: ready()([1.0]), TypeError, "QuantizedLinear"),
        (lambda: ready().train()(torch.ones(2, 6)), RuntimeError, "no gradient flows"),
        (lambda: ready()(torch.ones(2, 6, requires_grad=True)), RuntimeError, "no gradient flows"),
        (lambda: quantize_model(None, []), TypeError, "takes a module, not NoneType"),
        (lambda: quantize_model(nn.ReLU(), batches()), ValueError, "no Linear or Conv2d"),
        (lambda: quantize_model(perceptron(), []), ValueError, "no batch reached the layer '0'"),
    ],
)
def test_what_cannot_be_done_is_said(call, error, words):
    with pytest.raises(error, match=words):
        call()


def ready():
    return quantize_model(perceptron(), batches())[0]


# ---- whole models ----


def test_the_model_itself_stays_as_it_is():
    model = perceptron()
    before = {name: value.numpy().copy() for name, value in model.state_dict().items()}
    model.train()
    small = quantize_model(model, batches())
    assert model.training
    assert not small.training
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[name])
    assert [type(layer).__name__ for layer in small] == [
        "QuantizedLinear",
        "ReLU",
        "QuantizedLinear",
    ]
    assert model._forward_pre_hooks == {}


def test_a_lone_layer_can_be_quantized():
    assert isinstance(quantize_model(nn.Linear(6, 2), batches()), QuantizedLinear)


def test_every_layer_has_the_grid_of_its_own_input():
    model = perceptron()
    with torch.no_grad():
        model[0].weight *= 100
    small = quantize_model(model, batches())
    scales = [small[i].input_scale.item() for i in (0, 2)]
    assert scales[1] > 10 * scales[0]
    assert small[2].input_zero_point.item() == -128  # behind a ReLU


def test_calibration_runs_in_evaluation_mode():
    model = nn.Sequential(nn.Dropout(0.9), nn.Linear(6, 2)).train()
    x = batches(count=1)
    small = quantize_model(model, x)
    assert small[1].input_scale.item() == pytest.approx((x[0].max() - x[0].min()).item() / 255)


@pytest.mark.parametrize("norm", ["1d", "2d"])
@pytest.mark.parametrize("bias", [True, False])
def test_batch_norms_are_folded_first(norm, bias):
    torch.manual_seed(0)
    if norm == "1d":
        parts = nn.Linear(6, 8, bias=bias), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3)
        data = batches()
    else:
        parts = nn.Conv2d(2, 4, 3, bias=bias), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 1)
        data = batches((4, 2, 6, 6))
    model = nn.Sequential(*parts)
    for batch in data:
        model(batch * 3 + 1)
    model.eval()
    with torch.no_grad():
        wanted = model(data[0]).numpy()
        flat = ops.copy.deepcopy(nn.Sequential(model))
        ops.fold_norms(flat)
        np.testing.assert_allclose(flat(data[0]).numpy(), wanted, rtol=1e-4, atol=1e-5)
    small = quantize_model(model, data)
    assert isinstance(small[1], nn.Identity)
    assert isinstance(model[1], (nn.BatchNorm1d, nn.BatchNorm2d))
    assert np.abs(small(data[0]).numpy() - wanted).max() < 0.05 * np.abs(wanted).max()


def test_state_is_saved_and_loaded(tmp_path):
    first, second = (quantize_model(perceptron(seed), batches(seed=seed)) for seed in (0, 1))
    torch.save(first.state_dict(), tmp_path / "small")
    second.load_state_dict(torch.load(tmp_path / "small"))
    x = batches()[0]
    np.testing.assert_array_equal(first(x).numpy(), second(x).numpy())
    assert second[0].weight.numpy().dtype == np.int8


# ---- fake quantization ----


def test_fake_quantize_has_a_gradient_inside_the_range_only():
    x = torch.tensor([0.2, 0.3, 5.0, -9.0], requires_grad=True)
    y = torch.fake_quantize_per_tensor_affine(x, 0.5, 0, -4, 3)
    assert y.tolist() == [0.0, 0.5, 1.5, -2.0]
    (y * torch.tensor([1.0, 2.0, 3.0, 4.0])).sum().backward()
    assert x.grad.tolist() == [1.0, 2.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda f, x: f(x, 0.1, 9, -8, 7), "zero point must be between quant_min, -8, and"),
        (lambda f, x: f(x, 0.1, 0, 8, 7), "quant_min is 8, above quant_max, 7"),
        (lambda f, x: f(x, 0.1, 0, -8.5, 7), "quant_min is a whole number, not -8.5"),
        (lambda f, x: f(x, "a", 0, -8, 7), "scale and zero_point are numbers"),
        (lambda f, x: f([1.0], 0.1, 0, -8, 7), "fake_quantize_per_tensor_affine"),
    ],
)
def test_a_grid_that_is_none_is_refused(call, words):
    with pytest.raises((TypeError, RuntimeError), match=words):
        call(torch.fake_quantize_per_tensor_affine, torch.ones(2))


@pytest.mark.parametrize(
    ("scale", "axis", "words"),
    [
        (2, 0, "a value for each of the 3 channels"),
        (3, 2, "run along a dimension from 0 to 1, not 2"),
    ],
)
def test_a_grid_for_each_channel_must_fit(scale, axis, words):
    scales, points = torch.ones(scale), torch.zeros(scale, dtype=torch.int32)
    with pytest.raises(RuntimeError, match=words):
        torch.fake_quantize_per_channel_affine(torch.ones(3, 4), scales, points, axis, -8, 7)
