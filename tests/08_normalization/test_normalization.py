"""Module 08, normalization: the four norms against NumPy and differences, and their layers."""

import copy
import math

import numpy as np
import pytest
from ops_table import Row

import tinytorch
from tinytorch import nn
from tinytorch.autograd import backward, detect_anomaly, gradcheck
from tinytorch.core import autograd
from tinytorch.core import normalization as ops
from tinytorch.core import tensor as t
from tinytorch.nn import functional as F


def along(x, dims, eps=1e-5):
    mean, var = x.mean(axis=dims, keepdims=True), x.var(axis=dims, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)


def per_channel(weight, x):
    return weight.reshape(-1, *[1] * (x.ndim - 2))


def layer(x, w=1.0, b=0.0):
    return along(x, (-1,)) * w + b


def two_last(x, w=1.0, b=0.0):
    return along(x, (-2, -1)) * w + b


def batch(x, w, b):
    dims = tuple(d for d in range(x.ndim) if d != 1)
    return along(x, dims) * per_channel(w, x) + per_channel(b, x)


def group(x, w, b, groups=2):
    normed = along(x.reshape(len(x), groups, -1), (2,)).reshape(x.shape)
    return normed * per_channel(w, x) + per_channel(b, x)


def rms(x, w=1.0, eps=0.01):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + eps) * w


def fixed(x, w, b):
    mean, var = np.arange(x.shape[1]) / 4.0, 1.0 + np.arange(x.shape[1])
    normed = (x - per_channel(mean, x)) / np.sqrt(per_channel(var, x) + 1e-5)
    return normed * per_channel(w, x) + per_channel(b, x)


def call_fixed(x, w, b):
    count = x.shape[1]
    mean, var = (tinytorch.arange(float(count)).to(x.dtype) for _ in range(2))
    return F.batch_norm(x, mean / 4, var + 1, w, b)


TABLE = (
    Row(
        "layer norm",
        ops.layer_norm_op,
        lambda x, w, b: F.layer_norm(x, (x.shape[-1],), w, b),
        layer,
        tuple((shape, shape[-1:], shape[-1:]) for shape in ((4, 3), (3,), (2, 3, 5), (0, 3))),
        "real",
        (0, 1, 2),
    ),
    Row(
        "layer norm over two",
        ops.layer_norm_op,
        lambda x, w, b: F.layer_norm(x, x.shape[-2:], w, b),
        two_last,
        (((2, 3, 4), (3, 4), (3, 4)), ((3, 2), (3, 2), (3, 2))),
        "real",
        (0, 1, 2),
    ),
    Row(
        "layer norm, nothing learned",
        ops.layer_norm_op,
        lambda x: F.layer_norm(x, (x.shape[-1],)),
        layer,
        (((4, 3),), ((2, 3, 5),)),
    ),
    Row(
        "layer norm without bias",
        ops.layer_norm_op,
        lambda x, w: F.layer_norm(x, (x.shape[-1],), w),
        layer,
        (((4, 3), (3,)),),
        "real",
        (0, 1),
    ),
    Row(
        "layer norm without weight",
        ops.layer_norm_op,
        lambda x, b: F.layer_norm(x, (x.shape[-1],), None, b),
        lambda x, b: layer(x, 1.0, b),
        (((4, 3), (3,)),),
        "real",
        (0, 1),
    ),
    Row(
        "batch norm",
        ops.batch_norm_op,
        lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
        batch,
        tuple(
            (shape, (3,), (3,)) for shape in ((4, 3), (3, 3), (2, 3, 5), (1, 3, 3), (2, 3, 2, 2))
        ),
        "real",
        (0, 1, 2),
    ),
    Row(
        "batch norm, fixed",
        ops.fixed_norm_op,
        call_fixed,
        fixed,
        tuple((shape, (3,), (3,)) for shape in ((4, 3), (1, 3), (2, 3, 5), (3, 3, 3), (0, 3))),
        "real",
        (0, 1, 2),
    ),
    Row(
        "group norm",
        ops.group_norm_op,
        lambda x, w, b: F.group_norm(x, 2, w, b),
        group,
        tuple((shape, (4,), (4,)) for shape in ((3, 4), (2, 4, 5), (1, 4, 4), (2, 4, 2, 3))),
        "real",
        (0, 1, 2),
    ),
    Row(
        "rms norm",
        ops.rms_norm_op,
        lambda x, w: F.rms_norm(x, (x.shape[-1],), w, 0.01),
        rms,
        tuple((shape, shape[-1:]) for shape in ((4, 3), (3,), (2, 3, 5), (0, 3))),
        "real",
        (0, 1),
    ),
    Row(
        "rms norm, nothing learned",
        ops.rms_norm_op,
        lambda x: F.rms_norm(x, (x.shape[-1],), eps=0.01),
        rms,
        (((4, 3),),),
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


def test_every_operation_has_a_rule_and_a_row():
    own = {op.name for op in vars(ops).values() if isinstance(op, t.Op)}
    assert own == {row.op.name for row in TABLE}
    assert own <= {op.name for op in autograd.VJPS}


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
        with detect_anomaly():
            out = row.call(*inputs)
            assert out.grad_fn.op is row.op
            backward(out, np.ones(out.shape, "float32"))
        assert [x.grad is not None for x in inputs] == [i == wanted for i in range(len(inputs))]
        assert inputs[wanted].grad.dtype == tinytorch.float32


def test_the_gradient_adds_up_to_nothing_and_has_no_part_along_the_result():
    rng = np.random.default_rng(0)
    x = tinytorch.tensor(rng.normal(size=(4, 6)), requires_grad=True)
    out = F.layer_norm(x, (6,), eps=0.0)
    backward(out, rng.normal(size=(4, 6)))
    np.testing.assert_allclose(x.grad.numpy().sum(1), 0, atol=1e-12)
    np.testing.assert_allclose((x.grad.numpy() * out.numpy()).sum(1), 0, atol=1e-12)


def test_far_from_zero_digits_stay():
    x = np.float32([[10001, 10002, 10003]])
    found = F.layer_norm(tinytorch.tensor(x), (3,)).numpy()
    np.testing.assert_allclose(found, [[-1.2247, 0, 1.2247]], atol=1e-3)


def test_equal_values_become_zero_with_finite_gradients():
    x = tinytorch.full((3, 4), 7.0, requires_grad=True)
    out = F.layer_norm(x, (4,))
    out.sum().backward()
    assert out.tolist() == np.zeros((3, 4)).tolist()
    assert np.isfinite(x.grad.numpy()).all()


def test_rms_norm_without_eps_takes_the_dtypes():
    for dtype in ("float32", "float64"):
        x = np.full((1, 4), 1e-4, dtype)
        expected = x / np.sqrt(1e-8 + np.finfo(dtype).eps)
        found = F.rms_norm(tinytorch.tensor(x), (4,)).numpy()
        np.testing.assert_allclose(found, expected, 1e-6)


# Accuracy: sums of many values


def relative_error(found, exact):
    return float(np.abs(found - exact).max() / np.abs(exact).max())


@pytest.mark.parametrize("shape", [(1_000_003, 4), (4, 1_000_003), (300, 4, 1000)])
@pytest.mark.parametrize("values", ["equal", "random"])
def test_sums_of_many_values_keep_their_digits(values, shape):
    """In float32: to two millionths, also where every rounding errs the same way."""
    rng, dims = np.random.default_rng(0), (0, 2) if len(shape) == 3 else (int(shape[0] < 10),)
    x = np.full(shape, 0.1, "float32")
    if values == "random":
        x += rng.random(shape, "float32")
    exact = x.astype(float)
    found = ops.total(dims, x)
    assert found.dtype == np.float32
    assert relative_error(found, exact.sum(axis=dims, keepdims=True)) < 2e-6
    found = ops.total(dims, x, x)
    assert relative_error(found, (exact**2).sum(axis=dims, keepdims=True)) < 2e-6


@pytest.mark.parametrize("dims", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2), (-1,)])
@pytest.mark.parametrize(
    "shape", [(2, 3, 4), (0, 3, 4), (3, 0, 2), (300, 2, 3), (2, 257, 3), (1, 2, 2049)]
)
def test_sums_along_any_dimensions(shape, dims):
    """Below and above what is added up in one go, and of nothing."""
    x, y = np.random.default_rng(0).normal(size=(2, *shape))
    for found, wanted in ((ops.total(dims, x), x), (ops.total(dims, x, y), x * y)):
        np.testing.assert_allclose(found, wanted.sum(axis=dims, keepdims=True), 1e-9, 1e-12)


LARGE = {
    "layer norm": ((2, 1_500_000), (1,), lambda x: F.layer_norm(x, x.shape[1:])),
    "group norm": ((2, 4, 500_000), (1, 2), lambda x: F.group_norm(x, 1)),
    "batch norm": ((500_000, 3), (0,), lambda x: F.batch_norm(x, None, None, training=True)),
}


@pytest.mark.parametrize("name", LARGE)
def test_norms_of_many_values_keep_their_digits(name):
    """The largest errors of a composition in float32 are 1e-6; those of plain sums were 1e-3."""
    shape, dims, norm = LARGE[name]
    rng = np.random.default_rng(0)
    x, g = rng.normal(3.0, 1.0, shape).astype("float32"), rng.normal(1.0, 1.0, shape)
    leaf = tinytorch.tensor(x, requires_grad=True)
    out = norm(leaf)
    backward(out, g.astype("float32"))
    exact, inverse = (
        x.astype(float),
        1 / np.sqrt(x.astype(float).var(axis=dims, keepdims=True) + 1e-5),
    )
    normed = (exact - exact.mean(axis=dims, keepdims=True)) * inverse
    assert np.abs(out.numpy() - normed).max() < 3e-6
    along_normed = normed * (g * normed).mean(axis=dims, keepdims=True)
    wanted = inverse * (g - g.mean(axis=dims, keepdims=True) - along_normed)
    assert relative_error(leaf.grad.numpy(), wanted) < 3e-6


def test_long_rows_leave_numpys_buffers_as_they_were():
    size = np.getbufsize()
    F.layer_norm(ones(2, 2000, requires_grad=True), (2000,)).sum().backward()
    assert np.getbufsize() == size
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        F.layer_norm(ones(2, 2000), (2000,), eps=0.0)
    assert np.getbufsize() == size


# Batch norm in training and after

X = np.random.default_rng(5).normal(2.0, 3.0, (6, 3))


def test_running_statistics_are_unbiased_and_normalizing_is_not():
    norm = nn.BatchNorm1d(3, eps=0.0)
    out = norm(tinytorch.tensor(X)).numpy()
    np.testing.assert_allclose(out, along(X, (0,), 0.0), 1e-6)
    np.testing.assert_allclose(norm.running_mean.numpy(), 0.1 * X.mean(0), 1e-5)
    np.testing.assert_allclose(norm.running_var.numpy(), 0.9 + 0.1 * X.var(0, ddof=1), 1e-5)
    assert norm.num_batches_tracked.item() == 1
    assert norm.num_batches_tracked.dtype == tinytorch.int64


def test_the_count_of_a_sequence_includes_its_length():
    norm, x = nn.BatchNorm1d(3), np.random.default_rng(1).normal(size=(2, 3, 5))
    norm(tinytorch.tensor(x))
    expected = 0.9 + 0.1 * x.transpose(1, 0, 2).reshape(3, -1).var(1, ddof=1)
    np.testing.assert_allclose(norm.running_var.numpy(), expected, 1e-5)


def test_no_momentum_is_the_mean_over_all_batches():
    norm, batches = nn.BatchNorm1d(3, momentum=None), (X, X * 2, X - 1)
    for x in batches:
        norm(tinytorch.tensor(x))
    expected = np.mean([x.mean(0) for x in batches], axis=0)
    np.testing.assert_allclose(norm.running_mean.numpy(), expected, 1e-5)
    expected = np.mean([x.var(0, ddof=1) for x in batches], axis=0)
    np.testing.assert_allclose(norm.running_var.numpy(), expected, 1e-5)


EXTREME = {
    "a tiny spread, all batches alike": (None, ([0.0, 1e-5, 2e-5],)),
    "a huge batch before": (1.0, ([1e8, 1e8, 1.00000008e8], [1.0, 2.0])),
    "a tiny spread after the ones of the start": (1.0, ([1.0, 1.0001],)),
}


@pytest.mark.parametrize("name", EXTREME)
def test_running_statistics_of_extreme_values_are_those_of_the_batch(name):
    momentum, batches = EXTREME[name]
    norm = nn.BatchNorm1d(1, momentum=momentum, eps=1e-12)
    for batch in batches:
        x = np.float32(batch).reshape(-1, 1)
        norm(tinytorch.tensor(x))
    last = x.astype(float)
    np.testing.assert_allclose(norm.running_mean.numpy(), last.mean(0), 1e-6)
    np.testing.assert_allclose(norm.running_var.numpy(), last.var(0, ddof=1), 1e-5)


def test_tracking_can_be_switched_off_and_on():
    """As in PyTorch: off, training uses the batch alone; eval uses the statistics there are."""
    norm = nn.BatchNorm1d(3)
    norm(tinytorch.tensor(X))
    state = {name: value.numpy().copy() for name, value in norm.state_dict().items()}
    norm.track_running_stats = False
    found = norm(tinytorch.tensor(X * 5)).numpy()
    np.testing.assert_allclose(found, along(X * 5, (0,)), 1e-5)
    for name, value in norm.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), state[name], err_msg=name)
    expected = (X - state["running_mean"]) / np.sqrt(state["running_var"] + 1e-5)
    np.testing.assert_allclose(norm.eval()(tinytorch.tensor(X)).numpy(), expected, 1e-5)
    norm.train().track_running_stats = True
    norm(tinytorch.tensor(X))
    assert norm.num_batches_tracked.item() == 2


def test_eval_uses_running_statistics_and_leaves_them():
    norm = nn.BatchNorm1d(3)
    norm(tinytorch.tensor(X))
    state = {name: value.numpy().copy() for name, value in norm.state_dict().items()}
    out = norm.eval()(tinytorch.tensor(X[:1])).numpy()
    expected = (X[:1] - state["running_mean"]) / np.sqrt(state["running_var"] + 1e-5)
    np.testing.assert_allclose(out, expected, 1e-5)
    for name, value in norm.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), state[name], err_msg=name)


def test_gradients_in_eval_survive_a_later_training_step():
    norm = nn.BatchNorm1d(3).double().eval()
    x = tinytorch.tensor(X, requires_grad=True)
    out = norm(x)
    norm.train()(tinytorch.tensor(X * 9))
    out.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 1 / np.sqrt(1 + 1e-5))


def test_without_running_statistics_eval_uses_the_batch():
    norm = nn.BatchNorm1d(3, track_running_stats=False).eval()
    assert list(norm.state_dict()) == ["weight", "bias"]
    np.testing.assert_allclose(norm(tinytorch.tensor(X)).numpy(), along(X, (0,)), 1e-6)


def test_a_refused_batch_moves_nothing():
    norm = nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match=r"more than one value per channel, not \(1, 3\)"):
        norm(tinytorch.ones(1, 3))
    assert norm.num_batches_tracked.item() == 0
    assert norm.running_mean.tolist() == [0.0] * 3


def test_an_empty_batch_gives_an_empty_result_and_moves_nothing():
    norm = nn.BatchNorm1d(3)
    assert norm(tinytorch.ones(0, 3)).shape == (0, 3)
    assert [norm.running_var.tolist(), norm.num_batches_tracked.item()] == [[1.0] * 3, 0]


def test_reset_running_stats():
    norm = nn.BatchNorm1d(3)
    norm(tinytorch.tensor(X))
    norm.reset_running_stats()
    found = [norm.running_mean.tolist(), norm.running_var.tolist()]
    assert [*found, norm.num_batches_tracked.item()] == [[0.0] * 3, [1.0] * 3, 0]


def test_statistics_are_updated_under_no_grad_too():
    norm = nn.BatchNorm1d(3)
    with tinytorch.no_grad():
        norm(tinytorch.tensor(X))
    assert norm.num_batches_tracked.item() == 1
    assert norm.running_mean.numpy().any()


# Layers

LAYERS = {
    "batch": (lambda: nn.BatchNorm1d(4), (6, 4)),
    "layer": (lambda: nn.LayerNorm(4), (2, 3, 4)),
    "layer of two": (lambda: nn.LayerNorm((3, 4)), (2, 3, 4)),
    "group": (lambda: nn.GroupNorm(2, 4), (2, 4, 5)),
    "rms": (lambda: nn.RMSNorm(4), (2, 3, 4)),
}
NAMES = {
    "batch": ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"],
    "rms": ["weight"],
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_state_moves_to_another_layer(name):
    make, shape = LAYERS[name]
    first, second = make(), make()
    assert list(first.state_dict()) == NAMES.get(name, ["weight", "bias"])
    tinytorch.manual_seed(0)
    x = tinytorch.randn(*shape)
    with tinytorch.no_grad():
        for parameter in first.parameters():
            parameter += tinytorch.randn(*parameter.shape)
    first(x)
    second.load_state_dict(first.state_dict())
    expected = first.eval()(x).numpy()
    np.testing.assert_array_equal(second.eval()(x).numpy(), expected)
    np.testing.assert_array_equal(copy.deepcopy(first)(x).numpy(), expected)
    assert first.double()(x.double()).dtype == tinytorch.float64


OFF = {
    "batch": lambda: nn.BatchNorm1d(4, affine=False),
    "layer": lambda: nn.LayerNorm(4, elementwise_affine=False),
    "group": lambda: nn.GroupNorm(2, 4, affine=False),
    "rms": lambda: nn.RMSNorm(4, elementwise_affine=False),
}


@pytest.mark.parametrize("name", OFF)
def test_without_parameters(name):
    norm, (make, shape) = OFF[name](), LAYERS[name]
    assert list(norm.parameters()) == []
    tinytorch.manual_seed(0)
    x = tinytorch.randn(*shape)
    np.testing.assert_array_equal(norm(x).numpy(), make()(x).numpy())


@pytest.mark.parametrize("name", LAYERS)
def test_a_device_and_a_dtype_are_taken(name):
    kind = type(LAYERS[name][0]())
    sizes = (2, 4) if kind is nn.GroupNorm else (4,)
    norm = kind(*sizes, device="cpu", dtype=tinytorch.float64)
    assert {p.dtype for p in norm.parameters()} == {np.dtype("float64")}
    assert {b.dtype.kind for b in norm.buffers()} <= {"f", "i"}
    with pytest.raises(AssertionError, match="CPU only"):
        kind(*sizes, device="cuda")


def test_without_a_bias():
    for norm in (nn.BatchNorm1d(4, bias=False), nn.LayerNorm(4, bias=False)):
        assert [name for name, _ in norm.named_parameters()] == ["weight"]
        assert norm.bias is None


REPRS = {
    "BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)": (
        lambda: nn.BatchNorm1d(3)
    ),
    "LayerNorm((2, 3), eps=1e-05, elementwise_affine=True, bias=False)": (
        lambda: nn.LayerNorm((2, 3), bias=False)
    ),
    "GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)": lambda: nn.GroupNorm(2, 4),
    "RMSNorm((3,), eps=None, elementwise_affine=True)": lambda: nn.RMSNorm(3),
}


@pytest.mark.parametrize("text", REPRS)
def test_layers_show_themselves_as_pytorchs(text):
    assert repr(REPRS[text]()) == text


ones = tinytorch.ones
ERRORS = [
    (lambda: nn.BatchNorm1d(3)(ones(2, 4)), RuntimeError, r"BatchNorm1d\(3\).*\(2, 4\).*must be 3"),
    (lambda: nn.BatchNorm1d(3)(ones(3)), ValueError, r"2-D or 3-D input, not one of shape \(3,\)"),
    (lambda: nn.BatchNorm1d(3)(ones(1, 3, 1)), ValueError, "more than one value per channel"),
    (lambda: nn.BatchNorm1d(3)(ones(2, 3).long()), RuntimeError, "int64, not floats"),
    (lambda: nn.BatchNorm1d(3)(X), TypeError, "a Tensor, not ndarray"),
    (lambda: F.batch_norm(ones(2, 3), None, None), RuntimeError, "or training=True"),
    (lambda: F.batch_norm(ones(2, 3), ones(4), ones(3)), RuntimeError, r"running_mean has .*\(4,"),
    (lambda: F.batch_norm(ones(2, 3), ones(3), ones(3), ones(2)), RuntimeError, "3 channels.*weig"),
    (lambda: F.batch_norm(ones(3), ones(3), ones(3)), RuntimeError, r"not the shape \(3,\)"),
    (lambda: nn.LayerNorm(3)(ones(2, 4)), RuntimeError, r"over \(3,\) got.*\(2, 4\)"),
    (lambda: nn.LayerNorm(())(ones(2)), RuntimeError, "at least one dimension"),
    (lambda: F.layer_norm(ones(2, 3), 3), TypeError, r"a tuple, as \(3,\)"),
    (lambda: F.layer_norm(ones(2, 3), (3,), ones(4)), RuntimeError, r"a weight of shape \(4,\)"),
    (lambda: nn.LayerNorm(3)(ones(2, 3).long()), RuntimeError, "int64, not floats"),
    (lambda: nn.RMSNorm(3)(ones(2, 4)), RuntimeError, r"over \(3,\) got.*\(2, 4\)"),
    (lambda: nn.GroupNorm(3, 4), ValueError, "4 channels do not divide into 3 groups"),
    (lambda: nn.GroupNorm(2, 4)(ones(2, 6)), RuntimeError, r"GroupNorm\(2, 4\).*must be 4"),
    (lambda: F.group_norm(ones(2, 4), 3), RuntimeError, "4 channels do not divide into 3"),
    (lambda: F.group_norm(ones(1, 3), 3), ValueError, "more than one value per group"),
    (lambda: F.group_norm(ones(3), 3), RuntimeError, r"not the shape \(3,\)"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[row[2][:30] for row in ERRORS])
def test_mistakes_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def functions(x, over, groups, weight, eps):
    """Calls of all functions of `nn.functional` with these arguments."""
    return {
        "layer_norm": lambda: F.layer_norm(x, over, weight, eps=eps),
        "rms_norm": lambda: F.rms_norm(x, over, weight, eps),
        "group_norm": lambda: F.group_norm(x, groups, weight, eps=eps),
        "batch_norm": lambda: F.batch_norm(x, None, None, weight, training=True, eps=eps),
    }


WRONG = {
    "a list": ({"x": [[1.0, 2.0]]}, TypeError, "input is a Tensor, not list"),
    "an array": ({"x": X}, TypeError, "input is a Tensor, not ndarray"),
    "nothing": ({"x": None}, TypeError, "input is a Tensor, not NoneType"),
    "integers": ({"x": ones(6, 4).long()}, RuntimeError, "input holds int64, not floats"),
    "booleans": ({"x": ones(6, 4) > 0}, RuntimeError, "input holds bool, not floats"),
    "one number": ({"x": tinytorch.tensor(1.0)}, RuntimeError, r"shape \(\)"),
    "an array as weight": ({"weight": np.ones(4)}, TypeError, "weight is a Tensor, not ndarray"),
    "a number as weight": ({"weight": 2.0}, TypeError, "weight is a Tensor, not float"),
    "a weight of another shape": ({"weight": ones(3)}, RuntimeError, r"weight.* shape \(3,\)"),
    "a weight of integers": ({"weight": ones(4).long()}, RuntimeError, "weight holds int64"),
    "words as eps": ({"eps": "small"}, TypeError, "eps is a number, not 'small'"),
    "a list as eps": ({"eps": [1e-5]}, TypeError, "eps is a number, not"),
}


@pytest.mark.parametrize("name", ["layer_norm", "rms_norm", "group_norm", "batch_norm"])
@pytest.mark.parametrize("what", WRONG)
def test_wrong_arguments_are_named(what, name):
    change, error, message = WRONG[what]
    arguments = {"x": ones(6, 4), "over": (4,), "groups": 2, "weight": ones(4), "eps": 1e-5}
    functions(**arguments)[name]()
    with pytest.raises(error, match=f"{name}.*{message}"):
        functions(**(arguments | change))[name]()


COUNTS = {
    "BatchNorm1d num_features": (lambda n: nn.BatchNorm1d(n), -1),
    "LayerNorm normalized_shape": (lambda n: nn.LayerNorm(n), -1),
    "LayerNorm normalized_shape of two": (lambda n: nn.LayerNorm((2, n)), -1),
    "RMSNorm normalized_shape": (lambda n: nn.RMSNorm(n), -1),
    "GroupNorm num_groups": (lambda n: nn.GroupNorm(n, 4), 0),
    "GroupNorm num_channels": (lambda n: nn.GroupNorm(1, n), -1),
    "group_norm num_groups": (lambda n: F.group_norm(ones(2, 4), n), 0),
    "layer_norm normalized_shape": (lambda n: F.layer_norm(ones(2, 3), (n,)), -1),
}


@pytest.mark.parametrize("name", COUNTS)
def test_sizes_that_are_no_sizes_are_named(name):
    make, too_small = COUNTS[name]
    owner, argument = name.split()[:2]
    with pytest.raises(RuntimeError, match=f"{owner}: .*{argument}.* must be at least"):
        make(too_small)
    for odd in ("a", 2.0, None, True):
        with pytest.raises(TypeError, match=f"{owner}: .*{argument} is a whole number, not"):
            make(odd)


def test_running_statistics_come_in_pairs_and_get_no_gradient():
    x, stats = ones(2, 3), ones(3)
    for pair in ((stats, None), (None, stats)):
        with pytest.raises(RuntimeError, match="needs running_mean and running_var"):
            F.batch_norm(x, *pair)
        with pytest.raises(ValueError, match="or neither"):
            F.batch_norm(x, *pair, training=True)
    wanting = ones(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="no gradient"):
        F.batch_norm(x, wanting, stats)
    with tinytorch.no_grad():
        assert F.batch_norm(x, wanting, stats).shape == (2, 3)
    with pytest.raises(TypeError, match="momentum is a number, not None"):
        F.batch_norm(x, stats, stats, training=True, momentum=None)


def test_the_receipt_keeps_no_more_than_predicted():
    x = tinytorch.ones(10, 100, requires_grad=True)
    saved = F.layer_norm(x, (100,)).grad_fn.saved
    assert sum(array.nbytes for array in saved) == ops.kept_bytes(10, 100)[0]


def test_fold_is_batch_norm():
    rng = np.random.default_rng(0)
    mean, var, weight, bias = rng.uniform(0.5, 2.0, (4, 3))
    scale, shift = ops.fold(mean, var, 1e-5, weight, bias)
    arrays = (X, mean, var, weight, bias)
    expected = F.batch_norm(*(tinytorch.tensor(array) for array in arrays)).numpy()
    np.testing.assert_allclose(X * scale + shift, expected, 1e-12)
    assert math.isclose(scale[0], weight[0] / math.sqrt(var[0] + 1e-5))
