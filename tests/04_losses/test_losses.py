"""Module 04, losses: values and gradients of every loss, at any size of logits, and the errors."""

import tracemalloc
import warnings

import numpy as np
import pytest
from ops_table import LAYOUTS, Row

from tinytorch import nn
from tinytorch.autograd import detect_anomaly, gradcheck
from tinytorch.core import losses
from tinytorch.core import tensor as t
from tinytorch.core.autograd import VJPS
from tinytorch.core.tensor import Op, Tensor, from_numpy, tensor
from tinytorch.nn import functional as F

INDICES = np.array([2, 0, -100, 1, 2])
WEIGHT = np.array([0.5, 2.0, 1.25])


# ---- plain formulas, in float64, row by row ----


def log_p(x, dim=1):
    x = np.asarray(x, np.float64)
    return x - np.logaddexp.reduce(x, axis=dim, keepdims=True)


def reduced(values, counts, reduction):
    total = values if reduction == "none" else values.sum()
    return total / counts.sum() if reduction == "mean" else total


def indexed(log_q, target, weight=None, ignore_index=-100, reduction="mean", eps=0.0):
    """The loss of class indices, by a loop over rows: log_q (n, classes), target (n,)."""
    classes = log_q.shape[1]
    weight = np.ones(classes) if weight is None else weight
    values, counts = np.zeros(len(target)), np.zeros(len(target))
    for i, label in enumerate(target):
        if label != ignore_index:
            counts[i] = weight[label]
            values[i] = -(1 - eps) * weight[label] * log_q[i, label]
            values[i] -= eps / classes * (weight * log_q[i]).sum() if eps else 0.0
    return reduced(values, counts, reduction)


def rowwise(x):
    """(n, classes, d1, ...) as rows of classes."""
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


def bce(x, t, weight=1.0, pos_weight=1.0, reduction="mean"):
    x, t = x.astype(np.float64), t.astype(np.float64)
    values = pos_weight * t * np.logaddexp(0, -x) + (1 - t) * np.logaddexp(0, x)
    return reduced(values * weight, np.ones(x.shape), reduction)


def indices_for(x):
    """A class for each row of logits, the same at every call."""
    shape = x.shape[:1] + x.shape[2:]
    return np.random.default_rng(5).integers(0, x.shape[1], shape)


# ---- the table ----

LOGITS = (((5, 3),), ((1, 1),), ((4, 3, 2),), ((2, 3, 2, 2),))
FIVE = (((5, 3),),)
TWO = (((3,), (3,)), ((2, 3), (2, 3)), ((), ()), ((2, 3), (3,)))
SAME = TWO[:3]


def _indexed_row(name, op, call, on_logits, shapes=LOGITS):
    """`call(x, target)` on tensors against `on_logits(x, target)` on rows of NumPy."""

    def reference(x):
        out = on_logits(rowwise(x), indices_for(x).reshape(-1))
        return out.reshape(indices_for(x).shape) if np.ndim(out) else out

    return Row(name, op, lambda x: call(x, tensor(indices_for(x))), reference, shapes)


def _of_five(name, op, options, function=F.cross_entropy, make=log_p):
    """A call with options on five rows of which one is ignored."""
    weight = options.get("weight")
    settings = {**options, "eps": options.get("label_smoothing", 0.0)}
    settings.pop("label_smoothing", None)

    def call(x):
        given = {} if weight is None else {"weight": tensor(weight).to(x.dtype)}
        return function(x, tensor(INDICES), **{**options, **given})

    return Row(name, op, call, lambda x: indexed(make(x), INDICES, **settings), FIVE)


def _pairs(name, op, function, slope, domain="real"):
    return [
        Row(
            f"{name} {reduction}",
            op,
            lambda a, b, how=reduction: function(a, b, reduction=how),
            lambda a, b, how=reduction: reduced(slope(a - b), np.ones_like(a - b), how),
            TWO,
            domain,
            (0, 1),
        )
        for reduction in ("mean", "sum", "none")
    ]


def _soft(x, q):
    return F.cross_entropy(x, q, tensor(WEIGHT).to(x.dtype), label_smoothing=0.2)


def _soft_reference(x, q):
    return -(log_p(x) * WEIGHT * (0.8 * q + 0.2 / 3)).sum(axis=1).mean()


def _weighted_bce(x, t):
    weight, pos_weight = tensor([[2.0], [0.5]]).to(x.dtype), tensor(WEIGHT).to(x.dtype)
    return F.binary_cross_entropy_with_logits(x, t, weight, pos_weight=pos_weight, reduction="none")


CE, NLL = losses.cross_entropy_op, losses.nll_op
TABLE = [
    Row(
        "log_softmax",
        losses.log_softmax_op,
        lambda x: F.log_softmax(x, 1),
        log_p,
        (*LOGITS, ((0, 3),)),
    ),
    Row(
        "log_softmax dim 0",
        losses.log_softmax_op,
        lambda x: F.log_softmax(x, dim=-2),
        lambda x: log_p(x, -2),
        (((3, 4),), ((2, 3, 4),)),
    ),
    _indexed_row("nll_loss", NLL, F.nll_loss, indexed),
    _indexed_row("cross_entropy", CE, F.cross_entropy, lambda x, t: indexed(log_p(x), t)),
    _indexed_row(
        "cross_entropy none",
        None,
        lambda x, t: F.cross_entropy(x, t, reduction="none"),
        lambda x, t: indexed(log_p(x), t, reduction="none"),
    ),
    _indexed_row(
        "cross_entropy smoothed",
        None,
        lambda x, t: F.cross_entropy(x, t, reduction="none", label_smoothing=0.3),
        lambda x, t: indexed(log_p(x), t, reduction="none", eps=0.3),
    ),
    *[
        _of_five(
            f"nll_loss weighted {how}",
            NLL,
            {"weight": WEIGHT, "reduction": how},
            F.nll_loss,
            np.asarray,
        )
        for how in ("mean", "sum", "none")
    ],
    *[
        _of_five(f"cross_entropy weighted {how}", CE, {"weight": WEIGHT, "reduction": how})
        for how in ("mean", "sum", "none")
    ],
    *[
        _of_five(
            f"cross_entropy weighted smoothed {how}",
            None,
            {"weight": WEIGHT, "reduction": how, "label_smoothing": 0.1},
        )
        for how in ("mean", "sum", "none")
    ],
    Row(
        "cross_entropy probabilities",
        None,
        _soft,
        _soft_reference,
        (((5, 3), (5, 3)),),
        ("real", "positive"),
        (0, 1),
    ),
    *_pairs("mse_loss", losses.mse_op, F.mse_loss, np.square),
    *_pairs("l1_loss", losses.l1_op, F.l1_loss, np.abs),
    *[
        Row(
            f"bce {how}",
            losses.bce_op,
            lambda x, t, how=how: F.binary_cross_entropy_with_logits(x, t, reduction=how),
            lambda x, t, how=how: bce(x, t, reduction=how),
            SAME,
            ("real", "positive"),
            (0, 1),
        )
        for how in ("mean", "sum", "none")
    ],
    Row(
        "bce weighted",
        losses.bce_op,
        _weighted_bce,
        lambda x, t: bce(x, t, np.array([[2.0], [0.5]]), WEIGHT, "none"),
        (((2, 3), (2, 3)),),
        ("real", "positive"),
        (0, 1),
    ),
]
CASES = [
    pytest.param(row, shapes, layout, dtype, id=f"{row.name} {shapes} {layout} {dtype}")
    for row in TABLE
    for shapes in row.shapes
    for layout, dtype in (*((layout, "float32") for layout in LAYOUTS), ("plain", "float64"))
]
GRADIENTS = [
    pytest.param(row, shapes, layout, id=f"{row.name} {shapes} {layout}")
    for row in TABLE
    for shapes in row.shapes
    for layout in ("plain", "transposed")
]


@pytest.mark.filterwarnings("ignore:.*broadcast:UserWarning")
@pytest.mark.parametrize(("row", "shapes", "layout", "dtype"), CASES)
def test_values_are_those_of_the_formula(row, shapes, layout, dtype):
    """Shape, value and dtype; the inputs stay as they were; the receipt names the operation."""
    arrays = row.inputs(shapes, dtype, layout)
    before = [array.copy() for array in arrays]
    tensors = [from_numpy(array).requires_grad_() for array in arrays]
    out, expected = row.call(*tensors), np.asarray(row.numpy(*arrays))
    assert out.shape == expected.shape
    assert out.dtype == dtype
    tolerance = 1e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(out.numpy(), expected, rtol=tolerance, atol=tolerance)
    assert row.op is None or out.grad_fn.op in (row.op, t.reshape_op)
    for array, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)


@pytest.mark.filterwarnings("ignore:.*broadcast:UserWarning")
@pytest.mark.parametrize(("row", "shapes", "layout"), GRADIENTS)
def test_gradients_are_those_of_differences(row, shapes, layout):
    arrays = row.inputs(shapes, "float64", layout)
    assert gradcheck(row.call, *arrays)


def test_every_operation_has_a_row_and_a_rule():
    ops = {value for value in vars(losses).values() if isinstance(value, Op)}
    ops -= {value for value in vars(t).values() if isinstance(value, Op)}
    assert ops == {row.op for row in TABLE} - {None}
    assert ops <= set(VJPS)
    assert len({op.name for op in ops}) == len(ops)


# ---- any size of logits ----

HUGE = np.array([[1e4, -1e4, 0], [-1e4, -1e4, -1e4], [0, 1e4, 1e4]], np.float32)
TARGETS = np.array([1, 2, 0])


def value_and_gradient(function, array):
    """Both as arrays; any warning of NumPy is an error."""
    x = tensor(array, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out = function(x)
        out.sum().backward()
    return out.numpy(), x.grad.numpy()


@pytest.mark.parametrize(
    "function",
    [
        lambda x: F.cross_entropy(x, tensor(TARGETS), reduction="none"),
        lambda x: F.nll_loss(F.log_softmax(x, 1), tensor(TARGETS), reduction="none"),
        lambda x: F.cross_entropy(x, tensor(np.eye(3, dtype="f4")[TARGETS]), reduction="none"),
    ],
    ids=["cross_entropy", "nll_loss of log_softmax", "probabilities"],
)
def test_cross_entropy_of_huge_logits(function):
    values, gradient = value_and_gradient(function, HUGE)
    np.testing.assert_allclose(values, [2e4, np.log(3), 1e4 + np.log(2)], rtol=1e-6)
    third = 1 / 3
    expected = [[1, -1, 0], [third, third, third - 1], [-1, 0.5, 0.5]]
    np.testing.assert_allclose(gradient, expected, atol=1e-6)
    assert values.dtype == gradient.dtype == np.float32


def test_a_sure_and_right_answer_costs_zero_not_minus_zero():
    values, gradient = value_and_gradient(
        lambda x: F.cross_entropy(x, tensor([0]), reduction="none"), HUGE[:1]
    )
    assert not np.signbit(values).any()
    assert not gradient.any()


def test_log_softmax_of_huge_logits():
    values, gradient = value_and_gradient(lambda x: F.log_softmax(x, 1)[:, 0], HUGE)
    np.testing.assert_allclose(values, [0, -np.log(3), -1e4 - np.log(2)], rtol=1e-6)
    np.testing.assert_allclose(gradient, [[0, 0, 0], [2 / 3, -1 / 3, -1 / 3], [1, -0.5, -0.5]])


def test_excluded_classes():
    """A logit of minus infinity excludes a class: no probability, no gradient."""
    x = np.array([[0.0, -np.inf, 0.0]], np.float32)
    values, gradient = value_and_gradient(lambda x: F.cross_entropy(x, tensor([0])), x)
    np.testing.assert_allclose(values, np.log(2), rtol=1e-6)
    np.testing.assert_allclose(gradient, [[-0.5, 0, 0.5]])
    values, gradient = value_and_gradient(lambda x: F.cross_entropy(x, tensor([1])), x)
    assert values == np.inf


@pytest.mark.parametrize("pos_weight", [None, 3.0])
def test_binary_cross_entropy_of_huge_logits(pos_weight):
    x = np.array([1e4, 1e4, -1e4, -1e4, 0], np.float32)
    answers, w = tensor([1.0, 0.0, 1.0, 0.0, 1.0]), pos_weight or 1.0
    values, gradient = value_and_gradient(
        lambda x: F.binary_cross_entropy_with_logits(
            x, answers, reduction="none", pos_weight=pos_weight and tensor(pos_weight)
        ),
        x,
    )
    np.testing.assert_allclose(values, [0, 1e4, w * 1e4, 0, w * np.log(2)], rtol=1e-6)
    np.testing.assert_allclose(gradient, [0, 1, -w, 0, -w / 2], atol=1e-7)


def test_binary_cross_entropy_of_a_sure_and_right_answer_is_small_and_not_zero():
    x = tensor([20.0, 80.0])
    losses = F.binary_cross_entropy_with_logits(x, tensor([1.0, 1.0]), reduction="none")
    np.testing.assert_allclose(losses.numpy(), [np.exp(-20), np.exp(-80)], rtol=1e-5)


# ---- what counts ----


def test_ignored_rows_get_no_gradient_and_do_not_count():
    x = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    target = np.array([0, -100, 2, -100])
    value, gradient = value_and_gradient(lambda x: F.cross_entropy(x, tensor(target)), x)
    kept_value, kept = value_and_gradient(
        lambda x: F.cross_entropy(x, tensor(target[::2])), x[::2].copy()
    )
    np.testing.assert_allclose(value, kept_value, rtol=1e-6)
    np.testing.assert_allclose(gradient[::2], kept, rtol=1e-6)
    assert not gradient[1::2].any()


def test_an_ignored_row_may_hold_an_infinite_loss():
    x = np.array([[-np.inf, 0.0], [0.0, 1.0]], np.float32)
    value, gradient = value_and_gradient(lambda x: F.cross_entropy(x, tensor([-100, 0])), x)
    np.testing.assert_allclose(value, np.log(1 + np.e), rtol=1e-6)
    assert not gradient[0].any()


def smoothed(x, target, **settings):
    return F.cross_entropy(x, target, label_smoothing=0.1, **settings)


@pytest.mark.parametrize("function", [F.cross_entropy, F.nll_loss, smoothed])
def test_where_all_is_ignored(function):
    """The mean of nothing is NaN, the sum 0, and no gradient comes back."""
    x, target = np.ones((2, 3), np.float32), tensor([-100, -100])
    value, gradient = value_and_gradient(lambda x: function(x, target), x)
    assert np.isnan(value)
    assert not gradient.any()
    value, gradient = value_and_gradient(lambda x: function(x, target, reduction="sum"), x)
    assert value == 0
    assert not gradient.any()


def test_a_class_can_be_ignored():
    x = np.random.default_rng(0).normal(size=(4, 3))
    target = np.array([0, 1, 2, 1])
    out = F.cross_entropy(tensor(x), tensor(target), ignore_index=1)
    np.testing.assert_allclose(out.item(), indexed(log_p(x), target, ignore_index=1))


def test_no_rows():
    x, target = tensor(np.zeros((0, 3), np.float32)), tensor(np.zeros(0, np.int64))
    assert F.cross_entropy(x, target, reduction="none").shape == (0,)
    assert F.cross_entropy(x, target, reduction="sum").item() == 0
    assert np.isnan(F.cross_entropy(x, target).item())


def test_without_a_batch():
    x = tensor([0.0, 1.0, 2.0])
    alone = F.cross_entropy(x, tensor(2), reduction="none")
    assert alone.shape == ()
    assert alone.item() == F.cross_entropy(x.reshape(1, 3), tensor([2])).item()
    assert F.nll_loss(x, tensor(1)).item() == -1


def test_bytes_as_targets():
    x, target = tensor(np.eye(3, dtype=np.float32)), np.array([0, 2, 1])
    small = F.cross_entropy(x, tensor(target.astype(np.uint8)))
    assert small.item() == F.cross_entropy(x, tensor(target)).item()


def test_targets_of_another_kind_do_not_widen():
    x = tensor([1.0, 2.0], requires_grad=True)
    for function in (F.mse_loss, F.l1_loss):
        out = function(x, tensor([1, 0]))
        assert out.dtype == np.float32
        assert out.grad_fn.saved.dtype == np.float32
    weight = tensor(WEIGHT)
    out = F.cross_entropy(
        tensor(np.eye(3, dtype="f4"), requires_grad=True), tensor([0, 1, 2]), weight
    )
    assert out.dtype == np.float32


# ---- backward ----


def test_a_second_backward_gives_the_same_gradient():
    """No rule may overwrite what forward saved."""
    targets = tensor([[1.0, 0.0], [0.5, 1.0]])
    for function, target in [
        (F.cross_entropy, tensor([1, 0])),
        (F.cross_entropy, targets),
        (F.mse_loss, targets),
        (F.l1_loss, targets),
        (F.binary_cross_entropy_with_logits, targets),
    ]:
        x = tensor([[0.3, -1.0], [2.0, 0.1]], requires_grad=True)
        loss = function(x, target)
        loss.backward(retain_graph=True)
        first = x.grad.numpy().copy()
        loss.backward()
        np.testing.assert_allclose(x.grad.numpy(), 2 * first, rtol=1e-6)


def test_targets_overwritten_after_the_forward_pass_do_no_harm():
    x, target = tensor(np.eye(3, dtype=np.float32), requires_grad=True), tensor([0, 1, 2])
    loss = F.cross_entropy(x, target)
    target[...] = 0
    loss.backward()
    assert np.diag(x.grad.numpy()).max() < 0


def test_anomalies_are_named():
    x = tensor([[np.inf, 0.0]], requires_grad=True)
    with pytest.raises(RuntimeError, match="cross_entropy"), detect_anomaly():
        F.cross_entropy(x, tensor([0]))
    with detect_anomaly():
        F.cross_entropy(tensor([[1e4, 0.0]], requires_grad=True), tensor([1])).backward()


def test_cross_entropy_makes_one_array_forward_and_one_backward():
    x = tensor(np.zeros((256, 1000), np.float32), requires_grad=True)
    z, target = x * 1, tensor(np.zeros(256, np.int64))  # so that no leaf copies its gradient
    tracemalloc.start()
    loss = F.cross_entropy(z, target)
    after_forward = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert after_forward < 1.1 * x.nbytes
    assert loss.grad_fn.saved.nbytes == x.nbytes


# ---- what is refused ----

Z, T = tensor(np.zeros((4, 3), np.float32)), tensor([0, 1, 2, 0])
CUBE = tensor(np.zeros((2, 3, 4), np.float32))
LONG = tensor(np.zeros((4, 3), np.int64))
ERRORS = {
    "too large a class": (
        lambda: F.cross_entropy(Z, tensor([0, 1, 3, 0])),
        IndexError,
        "target 3 is no class: there are 3, from 0 to 2",
    ),
    "a negative class": (
        lambda: F.cross_entropy(Z, tensor([0, -1, 0, 0])),
        IndexError,
        "target -1",
    ),
    "a bad class beside an ignored one": (
        lambda: F.nll_loss(Z, tensor([-100, 7, 0, 0])),
        IndexError,
        "target 7",
    ),
    "a bad class in a picture": (
        lambda: F.cross_entropy(CUBE, tensor([[0, 1, 2, 3], [0] * 4])),
        IndexError,
        "target 3",
    ),
    "a bad class, smoothed": (
        lambda: F.cross_entropy(Z, tensor([0, 1, 3, 0]), label_smoothing=0.1),
        IndexError,
        "target 3",
    ),
    "floats for indices": (
        lambda: F.cross_entropy(Z, tensor([0.0, 1.0, 2.0, 0.0])),
        RuntimeError,
        r"float32.*target.long\(\)",
    ),
    "int32 for indices": (lambda: F.cross_entropy(Z, T.int()), RuntimeError, "int32"),
    "booleans for indices": (lambda: F.nll_loss(Z, T.bool()), RuntimeError, "bool"),
    "another number of rows": (
        lambda: F.cross_entropy(Z, tensor([0, 1, 2])),
        ValueError,
        r"shape \(4, 3\) needs class indices of shape \(4,\), not \(3,\)",
    ),
    "a column of indices": (
        lambda: F.cross_entropy(Z, T.reshape(4, 1)),
        RuntimeError,
        r"\(4,\), not \(4, 1\)",
    ),
    "indices of the logits' shape": (lambda: F.cross_entropy(Z, LONG), RuntimeError, "int64"),
    "indices of another picture": (
        lambda: F.cross_entropy(CUBE, tensor(np.zeros((2, 5), int))),
        RuntimeError,
        r"\(2, 4\), not \(2, 5\)",
    ),
    "no dimensions": (lambda: F.cross_entropy(tensor(1.0), tensor(0)), RuntimeError, "input"),
    "weights of other classes": (
        lambda: F.cross_entropy(Z, T, tensor([1.0, 2.0])),
        RuntimeError,
        r"3 classes.*\(2,\)",
    ),
    "weights of other classes, soft": (
        lambda: F.cross_entropy(Z, Z, tensor([1.0, 2.0])),
        RuntimeError,
        r"3 classes.*\(2,\)",
    ),
    "too much smoothing": (
        lambda: F.cross_entropy(Z, T, label_smoothing=1.5),
        RuntimeError,
        "label_smoothing is 1.5",
    ),
    "a class of probabilities ignored": (
        lambda: F.cross_entropy(Z, Z, ignore_index=1),
        RuntimeError,
        "ignore_index",
    ),
    "integers for logits": (lambda: F.cross_entropy(LONG, T), RuntimeError, "input holds int64"),
    "a list of targets": (lambda: F.cross_entropy(Z, [0, 1, 2, 0]), TypeError, "target.*list"),
    "an array of logits": (lambda: F.log_softmax(Z.numpy(), 1), TypeError, "input.*ndarray"),
    "log_softmax of integers": (lambda: F.log_softmax(LONG, 1), RuntimeError, "int64"),
    "a dim that is not there": (lambda: F.log_softmax(Z, 2), IndexError, "from -2 to 1"),
    "mse_loss of integers": (lambda: F.mse_loss(LONG, LONG), RuntimeError, "int64"),
    "mse_loss of a number": (lambda: F.mse_loss(Z, 1.0), TypeError, "target.*float"),
    "shapes of other logits": (
        lambda: F.binary_cross_entropy_with_logits(Z, Z[:, 0]),
        ValueError,
        r"\(4, 3\).*\(4,\)",
    ),
    "integers as answers": (
        lambda: F.binary_cross_entropy_with_logits(Z, LONG),
        RuntimeError,
        "target holds int64",
    ),
    "a pos_weight that does not fit": (
        lambda: F.binary_cross_entropy_with_logits(Z, Z, pos_weight=tensor([1.0, 2.0])),
        RuntimeError,
        "binary_cross_entropy_with_logits got inputs",
    ),
    "a weight that is too large": (
        lambda: F.binary_cross_entropy_with_logits(Z, Z, weight=tensor(np.ones((2, 4, 3)))),
        RuntimeError,
        r"\(2, 4, 3\)",
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), ERRORS.values(), ids=ERRORS)
def test_errors_say_what_came(call, error, message):
    with pytest.raises(error, match=message) as caught:
        call()
    assert type(caught.value) is error


REDUCTIONS = {
    "cross_entropy": lambda how: F.cross_entropy(Z, T, reduction=how),
    "soft cross_entropy": lambda how: F.cross_entropy(Z, Z, reduction=how),
    "nll_loss": lambda how: F.nll_loss(Z, T, reduction=how),
    "mse_loss": lambda how: F.mse_loss(Z, Z, reduction=how),
    "l1_loss": lambda how: F.l1_loss(Z, Z, reduction=how),
    "bce": lambda how: F.binary_cross_entropy_with_logits(Z, Z, reduction=how),
}


@pytest.mark.parametrize("call", REDUCTIONS.values(), ids=REDUCTIONS)
def test_an_unknown_reduction(call):
    with pytest.raises(ValueError, match="'avg': choose 'mean', 'sum' or 'none'"):
        call("avg")


def test_shapes_that_broadcast_are_warned_of():
    x, y = tensor(np.zeros((4, 1))), tensor(np.zeros(4))
    with pytest.warns(UserWarning, match=r"\(4, 1\).*\(4,\)") as caught:
        assert F.mse_loss(x, y, reduction="none").shape == (4, 4)
    assert caught[0].filename == __file__
    with pytest.raises(RuntimeError, match="got inputs"), pytest.warns(match="broadcast"):
        F.mse_loss(tensor(np.zeros((4, 3))), tensor(np.zeros((4, 2))))


# ---- the classes ----

MODULES = {
    "CrossEntropyLoss": (
        {"weight": WEIGHT, "ignore_index": 1, "reduction": "sum", "label_smoothing": 0.1},
        F.cross_entropy,
        np.array([0, 1, 2, 0]),
    ),
    "NLLLoss": ({"weight": WEIGHT, "ignore_index": 1, "reduction": "none"}, F.nll_loss, T.numpy()),
    "MSELoss": ({"reduction": "sum"}, F.mse_loss, np.ones((4, 3))),
    "L1Loss": ({"reduction": "none"}, F.l1_loss, np.ones((4, 3))),
    "BCEWithLogitsLoss": (
        {"weight": WEIGHT, "reduction": "sum", "pos_weight": WEIGHT},
        F.binary_cross_entropy_with_logits,
        np.ones((4, 3)),
    ),
}


@pytest.mark.parametrize("name", MODULES)
def test_classes_call_their_functions(name):
    settings, function, target = MODULES[name]
    settings = {k: tensor(v) if isinstance(v, np.ndarray) else v for k, v in settings.items()}
    x = tensor(np.random.default_rng(0).normal(size=(4, 3)))
    criterion = getattr(nn, name)(**settings)
    expected = function(x, tensor(target), **settings)
    np.testing.assert_array_equal(criterion(x, tensor(target)).numpy(), expected.numpy())
    plain = getattr(nn, name)()
    assert plain(x, tensor(target)).item() == function(x, tensor(target)).item()
    assert repr(plain) == f"{name}()"
    assert not list(criterion.parameters())


def test_weights_are_buffers():
    criterion = nn.BCEWithLogitsLoss(pos_weight=tensor(WEIGHT))
    assert list(criterion.state_dict()) == ["pos_weight"]
    assert nn.CrossEntropyLoss().state_dict() == {}
    criterion = nn.CrossEntropyLoss(tensor(WEIGHT))
    assert isinstance(criterion.weight, Tensor)
    assert list(dict(criterion.named_buffers())) == ["weight"]
