"""Module 03, layers: every operation against NumPy and differences, and what a Module promises."""

import copy
import gc
import math
import pickle
import weakref

import numpy as np
import pytest
from ops_table import UNARY, Row, laid_out

import tinytorch
from tinytorch import nn
from tinytorch.autograd import backward, detect_anomaly, gradcheck
from tinytorch.core import autograd
from tinytorch.core import layers as layers_module
from tinytorch.core import tensor as t
from tinytorch.nn import functional as F
from tinytorch.nn import init

erf = np.vectorize(math.erf, otypes=[float])


def normal_cdf(x):
    return 0.5 * (1 + erf(x / math.sqrt(2)))


def softmax(x, dim):
    powers = np.exp(x - x.max(axis=dim, keepdims=True, initial=-np.inf))
    return powers / powers.sum(axis=dim, keepdims=True)


def linear(x, weight, bias=0.0):
    return np.einsum("...i,ji->...j", x, weight) + bias


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


ops = layers_module
PLANES = (((2, 3),), ((2, 3, 4),), ((3,),), ((2, 0),), ((0, 3),))
TABLE = (
    Row(
        "linear",
        ops.linear_op,
        F.linear,
        linear,
        (
            ((2, 3), (4, 3), (4,)),
            ((3,), (4, 3), (4,)),
            ((5, 2, 3), (4, 3), (4,)),
            ((2, 1, 5, 3), (3, 3), (3,)),
            ((0, 3), (4, 3), (4,)),
            ((2, 0, 3), (4, 3), (4,)),
            ((2, 0), (4, 0), (4,)),
            ((2, 3), (0, 3), (0,)),
        ),
        "real",
        (0, 1, 2),
    ),
    Row(
        "linear without bias",
        ops.linear_op,
        F.linear,
        linear,
        (((2, 3), (4, 3)), ((3,), (2, 3)), ((2, 2, 3), (1, 3))),
        "real",
        (0, 1),
    ),
    Row("relu", ops.relu_op, F.relu, lambda x: np.maximum(x, 0), UNARY, "nonzero"),
    Row(
        "leaky relu",
        ops.leaky_relu_op,
        F.leaky_relu,
        lambda x: np.where(x > 0, x, 0.01 * x),
        UNARY,
        "nonzero",
    ),
    Row(
        "leaky relu falling",
        ops.leaky_relu_op,
        lambda x: F.leaky_relu(x, -0.5),
        lambda x: np.where(x > 0, x, -0.5 * x),
        UNARY,
        "nonzero",
    ),
    Row("sigmoid", ops.sigmoid_op, F.sigmoid, lambda x: 1 / (1 + np.exp(-x)), UNARY),
    Row("silu", ops.silu_op, F.silu, lambda x: x / (1 + np.exp(-x)), UNARY),
    Row("gelu", ops.gelu_op, F.gelu, lambda x: x * normal_cdf(x), UNARY),
    Row("gelu tanh", ops.gelu_op, lambda x: F.gelu(x, approximate="tanh"), gelu_tanh, UNARY),
    Row("softmax", ops.softmax_op, lambda x: F.softmax(x, -1), lambda x: softmax(x, -1), PLANES),
    Row(
        "softmax dim 0",
        ops.softmax_op,
        lambda x: F.softmax(x, dim=0),
        lambda x: softmax(x, 0),
        (*PLANES, ((),)),
    ),
    Row("tanh", None, F.tanh, np.tanh, UNARY),
)
CASES = [
    pytest.param(row, shapes, layout, id=f"{row.name}{shapes}{layout}")
    for row in TABLE
    for shapes in row.shapes
    for layout in ("plain", "transposed", "strided", "reversed")
    if layout == "plain" or any(shapes)
]


# Every operation


def test_every_operation_has_a_rule_and_a_row():
    own = {op.name for op in vars(layers_module).values() if isinstance(op, t.Op)}
    assert own == {row.op.name for row in TABLE if row.op}
    assert own <= {op.name for op in autograd.VJPS}


@pytest.mark.parametrize(("row", "shapes", "layout"), CASES)
def test_values_are_numpys(row, shapes, layout):
    for dtype, tolerance in (("float64", 1e-12), ("float32", 2e-6)):
        arrays = row.inputs(shapes, dtype, layout)
        kept = [array.copy() for array in arrays]
        out = row.call(*map(tinytorch.from_numpy, arrays))
        expected = row.numpy(*(array.astype(float) for array in arrays))
        assert out.dtype == dtype
        np.testing.assert_allclose(out.numpy(), expected, rtol=tolerance, atol=tolerance)
        for array, before in zip(arrays, kept, strict=True):
            np.testing.assert_array_equal(array, before)


@pytest.mark.parametrize(("row", "shapes", "layout"), CASES)
def test_gradients_are_those_of_differences(row, shapes, layout):
    assert gradcheck(row.call, *(laid_out(x, layout) for x in row.inputs(shapes, "float64")))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_gradients_of_float32_are_float32(row):
    shapes = row.shapes[0]
    tensors = [tinytorch.tensor(x, requires_grad=True) for x in row.inputs(shapes)]
    node = row.call(*tensors)
    parts = autograd.input_gradients(node, np.ones(node.shape, np.float32))
    assert [str(part.dtype) for _, part in parts] == ["float32"] * len(tensors)


EXTREMES = {
    "relu": (F.relu, [0, 0, 1e4, np.inf]),
    "leaky_relu": (F.leaky_relu, [-np.inf, -100, 1e4, np.inf]),
    "sigmoid": (F.sigmoid, [0, 0, 1, 1]),
    "tanh": (F.tanh, [-1, -1, 1, 1]),
    "gelu": (F.gelu, [0, 0, 1e4, np.inf]),
    "softmax": (lambda x: F.softmax(x[:3], 0), [0, 0, 1]),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_exact_and_silent(name, dtype):
    function, expected = EXTREMES[name]
    x = tinytorch.tensor(np.array([-np.inf, -1e4, 1e4, np.inf], dtype))
    np.testing.assert_allclose(function(x).numpy(), expected, rtol=1e-6)


def test_tiny_results_keep_their_digits():
    """sigmoid and GELU far below zero, where 1 - (almost 1) would have none left."""
    x = np.array([-5.0, -10.0, -20.0, -30.0])
    s = F.sigmoid(tinytorch.tensor(x)).numpy()
    np.testing.assert_allclose(s, [1 / (1 + math.exp(-v)) for v in x], rtol=1e-14)
    out = F.gelu(tinytorch.tensor(x)).numpy()
    tails = [v * 0.5 * math.erfc(-v / math.sqrt(2)) for v in x]
    np.testing.assert_allclose(out, tails, rtol=1e-12)


def test_gelu_is_right_to_double_precision():
    x = np.linspace(-9, 9, 3001)
    expected = [v * 0.5 * math.erfc(-v / math.sqrt(2)) for v in x]
    np.testing.assert_allclose(F.gelu(tinytorch.tensor(x)).numpy(), expected, rtol=1e-13, atol=0)


@pytest.mark.parametrize("function", [F.relu, lambda x: F.leaky_relu(x, 0.5)])
def test_an_infinite_gradient_is_no_nan_where_a_unit_is_off(function):
    x = tinytorch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    big = tinytorch.tensor([np.inf, 1.0, -np.inf])
    function(x).backward(big)
    below = 0.0 if function is F.relu else 0.5
    np.testing.assert_array_equal(x.grad.numpy(), [np.inf if below else 0, below, -np.inf])


def test_softmax_adds_up_to_one_and_forgets_a_common_shift():
    x = tinytorch.tensor(np.random.default_rng(0).normal(size=(4, 5)))
    np.testing.assert_allclose(F.softmax(x, 1).sum(1).numpy(), 1, rtol=1e-12)
    np.testing.assert_allclose(F.softmax(x + 1e3, 1).numpy(), F.softmax(x, 1).numpy(), rtol=1e-9)


def test_softmax_of_an_overflowing_row_has_a_finite_gradient():
    x = tinytorch.tensor([[1e4, -1e4, 0.0]], requires_grad=True)
    with detect_anomaly():
        F.softmax(x, 1)[0, 0].backward()
    assert x.grad.tolist() == [[0, 0, 0]]


def test_an_overwritten_input_is_noticed():
    x = tinytorch.ones(3, requires_grad=True)
    y = F.silu(x * 1.0)
    with tinytorch.no_grad():
        y.grad_fn.inputs[0].zero_()
    with pytest.raises(RuntimeError, match=r"silu needs a value .* overwritten"):
        y.sum().backward()


# Dropout


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean_and_drops_the_right_share(p):
    tinytorch.manual_seed(0)
    out = F.dropout(tinytorch.ones(200, 200), p).numpy()
    assert (out == 0).mean() == pytest.approx(p, abs=0.02)
    assert out.mean() == pytest.approx(1, abs=0.05)
    np.testing.assert_allclose(out[out != 0], 1 / (1 - p), rtol=1e-6)


def test_dropout_drops_each_value_by_itself():
    tinytorch.manual_seed(0)
    x = tinytorch.ones(1000)
    counts = np.array([(F.dropout(x, 0.3).numpy() == 0).sum() for _ in range(200)])
    assert counts.std() == pytest.approx(math.sqrt(1000 * 0.3 * 0.7), rel=0.3)  # of a binomial


def test_dropout_follows_the_seed_and_changes_from_call_to_call():
    layer, x = nn.Dropout(0.5), tinytorch.ones(50)
    tinytorch.manual_seed(3)
    first, second = layer(x), layer(x)
    tinytorch.manual_seed(3)
    assert layer(x).equal(first)
    assert not first.equal(second)


def test_dropout_is_off_after_eval_and_at_p_0_and_everything_at_p_1():
    x = tinytorch.ones(20)
    assert nn.Dropout(0.5).eval()(x) is x
    assert nn.Dropout(0.0)(x).equal(x)
    assert nn.Dropout(1.0)(x).equal(tinytorch.zeros(20))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dropout_keeps_the_dtype(dtype):
    out = F.dropout(tinytorch.ones(9, dtype=dtype), 0.3)
    assert out.dtype == dtype
    assert set(out.tolist()) <= {0.0, float(np.dtype(dtype).type(1) / np.dtype(dtype).type(0.7))}


def test_dropout_passes_the_gradient_of_what_it_left():
    x = tinytorch.ones(100, requires_grad=True)
    out = F.dropout(x, 0.5)
    out.sum().backward()
    assert x.grad.equal(out.detach())


# Registration


class Net(nn.Module):
    """A parameter, a buffer and two children, one of them used twice."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(np.ones(3))
        self.register_buffer("mean", tinytorch.zeros(3))
        self.first = nn.Linear(3, 3)
        self.again = self.first
        self.block = nn.Sequential(nn.ReLU(), nn.Linear(3, 2, bias=False))
        self.rate = 0.1

    def forward(self, input):
        return self.block(self.again(self.first(input * self.scale - self.mean)))


PARAMETERS = ["scale", "first.weight", "first.bias", "block.1.weight"]
STATE = ["scale", "mean", "first.weight", "first.bias", "again.weight", "again.bias"]
STATE += ["block.1.weight"]


def test_everything_is_found_once_in_order():
    net = Net()
    assert [name for name, _ in net.named_parameters()] == PARAMETERS
    assert [name for name, _ in net.named_parameters("net")] == [f"net.{n}" for n in PARAMETERS]
    assert [name for name, _ in net.named_parameters(recurse=False)] == ["scale"]
    assert [name for name, _ in net.named_buffers()] == ["mean"]
    assert [name for name, _ in net.named_modules()] == ["", "first", "block", "block.0", "block.1"]
    assert [name for name, _ in net.named_children()] == ["first", "block"]
    assert [type(m).__name__ for m in net.modules()][1:] == [
        "Linear",
        "Sequential",
        "ReLU",
        "Linear",
    ]
    assert list(net.children()) == [net.first, net.block]
    pairs = zip(net.parameters(), net.named_parameters(), strict=True)
    assert all(one is other for one, (_, other) in pairs)
    assert list(net.buffers()) == [net.mean]


def test_shared_parameters_count_once_and_get_both_gradients():
    net = Net()
    assert sum(p.numel() for p in net.parameters()) == 3 + 9 + 3 + 6
    tied = nn.Sequential(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 3))
    tied[2].weight = tied[0].weight
    assert [name for name, _ in tied.named_parameters()] == ["0.weight", "0.bias", "2.bias"]
    assert "2.weight" in tied.state_dict()


def test_assigning_replaces_and_none_switches_off():
    net = Net()
    net.block = nn.Linear(3, 1)
    assert "block.weight" in dict(net.named_parameters())
    assert net(tinytorch.ones(2, 3)).shape == (2, 1)
    net.again = None
    assert net.again is None
    net.scale = None
    assert next(net.named_parameters())[0] == "first.weight"
    net.scale = nn.Parameter(np.zeros(3))
    assert "scale" in dict(net.named_parameters())
    net.rate = nn.Parameter(np.ones(1))
    assert "rate" in dict(net.named_parameters())
    assert "rate" not in vars(net)
    net.mean = tinytorch.ones(3)
    assert dict(net.named_buffers())["mean"] is net.mean


def test_deletion_removes_from_every_account():
    net = Net()
    for name in ("scale", "mean", "first", "rate"):
        delattr(net, name)
        assert not hasattr(net, name)
    assert list(net.state_dict()) == ["again.weight", "again.bias", "block.1.weight"]
    with pytest.raises(AttributeError, match="rate"):
        del net.rate


def test_names_appear_in_dir():
    assert {"scale", "mean", "first", "rate", "forward"} <= set(dir(Net()))


class Early(nn.Module):
    def __init__(self, value):
        self.early = value


REFUSED = {
    "a layer before init": (
        lambda net: Early(nn.ReLU()),
        AttributeError,
        r"super\(\).__init__\(\) in Early.*self.early",
    ),
    "a parameter before init": (
        lambda net: Early(nn.Parameter([1.0])),
        AttributeError,
        r"super\(\).__init__\(\)",
    ),
    "a number for a parameter": (lambda n: setattr(n, "scale", 2.0), TypeError, "scale.*float"),
    "a tensor for a parameter": (
        lambda net: setattr(net, "scale", tinytorch.ones(3)),
        TypeError,
        "`scale` of Net is a parameter: assign a Parameter or None, not Tensor",
    ),
    "a number for a module": (lambda net: setattr(net, "first", 3), TypeError, "first.*int"),
    "a list for a buffer": (lambda net: setattr(net, "mean", [1]), TypeError, "mean.*list"),
    "no attribute": (lambda net: net.frist, AttributeError, "Net has no attribute 'frist'"),
    "a dot in a name": (lambda n: n.add_module("a.b", nn.ReLU()), KeyError, "a.b"),
    "an empty name": (lambda n: n.register_buffer("", tinytorch.ones(1)), KeyError, "empty"),
    "a name that is taken": (
        lambda net: net.register_buffer("forward", tinytorch.ones(1)),
        KeyError,
        "already has an attribute 'forward'",
    ),
    "a class, not a module": (lambda net: nn.Sequential(nn.ReLU), TypeError, "must be a Module"),
    "a tensor, not a parameter": (
        lambda net: net.register_parameter("w", tinytorch.ones(1)),
        TypeError,
        "'w' must be a Parameter",
    ),
    "whole numbers": (lambda n: nn.Parameter(tinytorch.tensor([1])), RuntimeError, "int64"),
    "no forward": (lambda net: nn.Module()(1), NotImplementedError, "forward"),
    "a list of modules": (lambda net: nn.ModuleList()(1), NotImplementedError, "ModuleList"),
    "features": (
        lambda net: nn.Linear(4, 2)(tinytorch.ones(3, 5)),
        RuntimeError,
        r"Linear\(4 -> 2\) got an input of shape \(3, 5\)",
    ),
    "no dimension": (
        lambda net: nn.Linear(4, 2)(tinytorch.tensor(1.0)),
        RuntimeError,
        r"Linear\(4 -> 2\) got an input of shape \(\)",
    ),
    "a list as input": (lambda net: nn.Linear(1, 1)([1.0]), TypeError, r"tensor\(\.\.\.\)"),
    "features of F.linear": (
        lambda net: F.linear(tinytorch.ones(3, 5), tinytorch.ones(2, 4)),
        RuntimeError,
        r"linear got inputs of shape \(3, 5\) and \(2, 4\): 5 features.*4",
    ),
    "p of Dropout": (lambda net: nn.Dropout(1.5), ValueError, "1.5"),
    "p of dropout": (lambda n: F.dropout(tinytorch.ones(1), -0.1), ValueError, "-0.1"),
    "approximate": (
        lambda net: F.gelu(tinytorch.ones(1), approximate="erf"),
        RuntimeError,
        "'none' or 'tanh', not 'erf'",
    ),
    "dim of softmax": (lambda n: F.softmax(tinytorch.ones(2), 3), IndexError, "softmax: dim 3"),
    "index": (lambda net: net.block[2], IndexError, "no module 2: Sequential has 2"),
    "train": (lambda net: net.train("yes"), ValueError, "'yes'"),
    "a state that is a list": (lambda net: net.load_state_dict([1]), TypeError, "list"),
    "fans of a vector": (
        lambda net: init.xavier_uniform_(tinytorch.ones(3)),
        ValueError,
        r"2 dimensions, not of shape \(3,\)",
    ),
    "mode": (lambda n: init.kaiming_normal_(n.first.weight, mode="in"), ValueError, "'in'"),
    "gain": (lambda net: init.calculate_gain("swish"), ValueError, "'swish': choose one of linear"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_say_what_came(name):
    call, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        call(Net())


# State


def test_state_dict_shares_memory_and_names_everything():
    net = Net()
    state = net.state_dict()
    assert list(state) == STATE
    assert not any(value.requires_grad for value in state.values())
    assert state["scale"].numpy() is net.scale.numpy()
    assert list(net.first.state_dict(prefix="x.")) == ["x.weight", "x.bias"]


@pytest.mark.parametrize("kind", ["tensors", "arrays", "lists", "float64"])
def test_a_state_moves_from_model_to_model(kind):
    source, target = Net(), Net()
    convert = {
        "tensors": lambda x: x,
        "arrays": lambda x: x.numpy(),
        "lists": lambda x: x.tolist(),
        "float64": lambda x: x.numpy().astype(float),
    }[kind]
    weight = target.first.weight
    result = target.load_state_dict({n: convert(x) for n, x in source.state_dict().items()})
    assert result == ([], [])
    assert target.first.weight is weight
    assert weight.dtype == tinytorch.float32
    x = tinytorch.ones(2, 3)
    np.testing.assert_allclose(target(x).numpy(), source(x).numpy(), rtol=1e-6)
    source.first.weight.numpy()[...] = 7
    assert (target.first.weight != 7).all(), "the values are copied"


def test_a_state_that_does_not_fit_names_every_problem_and_changes_nothing():
    net = Net()
    before = {name: value.numpy().copy() for name, value in net.state_dict().items()}
    state = {name: np.full(value.shape, 5.0) for name, value in before.items()}
    del state["mean"], state["first.bias"]
    state |= {"first.wieght": np.ones(1), "scale": np.ones((1, 3)), "block.1.weight": "words"}
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(state)
    for part in (
        "Net",
        "missing: mean, first.bias",
        "unexpected: first.wieght",
        "scale has shape (3,) here, but got (1, 3)",
        "block.1.weight has shape (2, 3) here, but got a str",
    ):
        assert part in str(caught.value)
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[name])


def test_not_strict_reports_what_is_left_but_never_takes_a_wrong_shape():
    net = Net()
    result = net.load_state_dict({"scale": np.full(3, 2.0), "other": np.ones(1)}, strict=False)
    assert result.missing_keys == STATE[1:]
    assert result.unexpected_keys == ["other"]
    assert net.scale.tolist() == [2, 2, 2]
    with pytest.raises(RuntimeError, match=r"\(3,\) here, but got \(2,\)"):
        net.load_state_dict({"scale": np.ones(2)}, strict=False)


def test_loading_between_forward_and_backward_is_noticed():
    net = nn.Linear(2, 2)
    x = tinytorch.ones(1, 2, requires_grad=True)
    loss = net(x).sum()
    net.load_state_dict({"weight": np.zeros((2, 2)), "bias": np.zeros(2)})
    with pytest.raises(RuntimeError, match="overwritten in place"):
        loss.backward()


def test_buffers_that_are_not_persistent_stay_out_of_the_state():
    module = nn.Module()
    module.register_buffer("kept", tinytorch.ones(1))
    module.register_buffer("scratch", tinytorch.ones(1), persistent=False)
    module.register_buffer("none", None)
    assert list(module.state_dict()) == ["kept"]
    assert [name for name, _ in module.named_buffers()] == ["kept", "scratch"]
    del module.scratch
    module.register_buffer("scratch", tinytorch.ones(1))
    assert list(module.state_dict()) == ["kept", "scratch"]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_are_equal_and_independent(copied):
    net, x = Net(), tinytorch.ones(2, 3)
    other = copied(net)
    assert other(x).equal(net(x))
    assert other.again is other.first
    other.scale.numpy()[...] = 9
    assert net.scale.tolist() == [1, 1, 1]


# Switches


def test_train_and_eval_reach_every_module():
    net = nn.Sequential(nn.Sequential(nn.Dropout()), nn.ModuleList([nn.Dropout()]))
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    assert net.train() is net
    assert all(module.training for module in net.modules())


def test_zero_grad_drops_or_zeroes():
    net = Net()
    net(tinytorch.ones(2, 3)).sum().backward()
    grads = [p.grad for p in net.parameters()]
    net.zero_grad(set_to_none=False)
    assert [p.grad is g for p, g in zip(net.parameters(), grads, strict=True)] == [True] * 4
    assert not any(g.numpy().any() for g in grads)
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_requires_grad_freezes():
    net = Net()
    assert net.first.requires_grad_(False) is net.first
    net(tinytorch.ones(2, 3)).sum().backward()
    frozen = [name for name, p in net.named_parameters() if p.grad is None]
    assert frozen == ["first.weight", "first.bias"]


def test_apply_visits_children_first():
    seen = []
    net = nn.Sequential(nn.Linear(1, 1), nn.Sequential(nn.ReLU()))
    assert net.apply(seen.append) is net
    assert seen == [net[0], net[1][0], net[1], net]


def test_double_and_float_turn_everything():
    net = Net()
    weight = net.first.weight
    net(tinytorch.ones(2, 3)).sum().backward()
    assert net.double() is net
    assert net.first.weight is weight
    assert {str(x.dtype) for x in net.state_dict().values()} == {"float64"}
    assert weight.grad.dtype == tinytorch.float64
    assert net(tinytorch.ones(2, 3).double()).dtype == tinytorch.float64
    assert {str(x.dtype) for x in net.float().state_dict().values()} == {"float32"}


def test_parameters_are_float32_leaves_that_share_a_tensors_memory():
    source = tinytorch.zeros(2)
    made = nn.Parameter(source)
    assert (made.is_leaf, made.requires_grad, made.dtype) == (True, True, tinytorch.float32)
    assert made.numpy() is source.numpy()
    assert nn.Parameter([1, 2]).dtype == tinytorch.float32
    assert not nn.Parameter([1.0], requires_grad=False).requires_grad
    assert type(made * 2) is tinytorch.Tensor


# Text and containers

REPR = """\
Sequential(
  (0): Flatten(start_dim=1, end_dim=-1)
  (1): Linear(in_features=4, out_features=2, bias=True)
  (2): LeakyReLU(negative_slope=0.01)
  (3): ModuleList(
    (0-1): 2 x Linear(in_features=2, out_features=2, bias=False)
    (2): GELU(approximate='none')
    (3-4): 2 x Sequential(
      (0): Dropout(p=0.5, inplace=False)
    )
  )
  (4): Softmax(dim=-1)
  (5): Identity()
)"""


def test_repr_is_pytorchs():
    inner = [nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False), nn.GELU()]
    inner += [nn.Sequential(nn.Dropout()), nn.Sequential(nn.Dropout())]
    tail = (nn.ModuleList(inner), nn.Softmax(dim=-1), nn.Identity())
    assert repr(nn.Sequential(nn.Flatten(), nn.Linear(4, 2), nn.LeakyReLU(), *tail)) == REPR
    assert repr(nn.Parameter([1.0])) == "Parameter containing:\ntensor([1.], requires_grad=True)"


def test_sequential_is_a_list_of_steps():
    layers = [nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)]
    model = nn.Sequential(*layers)
    assert (len(model), list(model), model[-1]) == (3, layers, layers[2])
    assert list(model[1:]) == layers[1:]
    assert type(model[:2]) is nn.Sequential
    assert model.append(nn.Tanh()) is model
    assert isinstance(model[3], nn.Tanh)
    model[1] = nn.SiLU()
    assert isinstance(model[1], nn.SiLU)
    del model[0]
    assert [name for name, _ in model.named_children()] == ["0", "1", "2"]
    del model[1:]
    assert len(model) == 1
    x = tinytorch.ones(2)
    assert nn.Sequential()(x) is x


def test_sequential_with_names_calls_in_order():
    model = nn.Sequential({"first": nn.Linear(2, 2), "act": nn.Tanh()})
    assert [name for name, _ in model.named_parameters()] == ["first.weight", "first.bias"]
    x = tinytorch.ones(2)
    assert model(x).equal(model.first(x).tanh())


def test_a_module_that_stands_twice_is_deleted_once():
    tanh = nn.Tanh()
    model = nn.Sequential(tanh, nn.ReLU(), tanh)
    del model[0]
    assert [type(m).__name__ for m in model] == ["ReLU", "Tanh"]


def test_module_list_registers_and_changes_like_a_list():
    stack = nn.ModuleList([nn.Linear(2, 2)])
    stack.append(nn.ReLU()).extend([nn.Linear(2, 1)])
    stack.insert(0, nn.Tanh())
    assert [type(m).__name__ for m in stack] == ["Tanh", "Linear", "ReLU", "Linear"]
    assert [name for name, _ in stack.named_parameters()][::2] == ["1.weight", "3.weight"]
    assert type(stack[1:3]) is nn.ModuleList
    assert stack[-1] is stack[3]


def test_flatten_and_identity():
    x = tinytorch.ones(2, 3, 4)
    assert nn.Flatten()(x).shape == (2, 12)
    assert nn.Flatten(0, 1)(x).shape == (6, 4)
    assert nn.Identity(5, anything=True)(x) is x


@pytest.mark.parametrize(
    ("layer", "function"),
    [
        (nn.ReLU(), F.relu),
        (nn.LeakyReLU(0.3), lambda x: F.leaky_relu(x, 0.3)),
        (nn.Sigmoid(), F.sigmoid),
        (nn.Tanh(), F.tanh),
        (nn.GELU(), F.gelu),
        (nn.GELU("tanh"), lambda x: F.gelu(x, approximate="tanh")),
        (nn.SiLU(), F.silu),
        (nn.Softmax(dim=0), lambda x: F.softmax(x, 0)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_layers_are_their_functions(layer, function):
    x = tinytorch.tensor(np.random.default_rng(0).normal(size=(3, 4)))
    assert layer(x).equal(function(x))
    assert not list(layer.parameters())


# Initialisation


def test_linear_starts_as_pytorch_does():
    tinytorch.manual_seed(0)
    layer = nn.Linear(100, 400)
    assert layer.weight.shape == (400, 100)
    for values in (layer.weight.numpy(), layer.bias.numpy()):
        assert np.abs(values).max() <= 0.1
        assert values.std() == pytest.approx(0.1 / math.sqrt(3), rel=0.1)
    tinytorch.manual_seed(0)
    assert nn.Linear(100, 400).weight.equal(layer.weight)
    assert nn.Linear(2, 2, bias=False).bias is None
    assert nn.Linear(0, 2)(tinytorch.ones(3, 0)).shape == (3, 2)


ROOT3 = math.sqrt(3)
FILLED = {
    "uniform_": ((300, 200), {"a": -1.0, "b": 3.0}, 1.0, 4 / math.sqrt(12), 3.0),
    "normal_": ((300, 200), {"mean": 2.0, "std": 0.5}, 2.0, 0.5, None),
    "xavier_uniform_": ((300, 200), {"gain": 2.0}, 0.0, 2 / math.sqrt(250), ROOT3 * 2 / 250**0.5),
    "xavier_normal_": ((300, 200), {}, 0.0, 1 / math.sqrt(250), None),
    "kaiming_uniform_": ((300, 200), {"a": math.sqrt(5)}, 0.0, 1 / math.sqrt(600), 1 / 200**0.5),
    "kaiming_normal_": (
        (64, 32, 3, 3),
        {"mode": "fan_out", "nonlinearity": "relu"},
        0.0,
        math.sqrt(2 / 576),
        None,
    ),
}


@pytest.mark.parametrize("name", FILLED)
def test_init_fills_in_place_with_the_right_spread(name):
    shape, options, mean, std, bound = FILLED[name]
    generator = tinytorch.Generator(0)
    parameter = nn.Parameter(np.zeros(shape))
    array = parameter.numpy()
    assert getattr(init, name)(parameter, **options, generator=generator) is parameter
    assert parameter.numpy() is array
    assert (parameter.requires_grad, parameter.is_leaf) == (True, True)
    assert array.mean() == pytest.approx(mean, abs=0.03 * std)
    assert array.std() == pytest.approx(std, rel=0.02)
    if bound:
        assert array.max() == pytest.approx(bound, rel=0.01)
        assert array.max() <= bound * 1.000001


def test_reset_parameters_draws_anew_in_place():
    layer = nn.Linear(30, 20).double()
    weight, before = layer.weight, layer.weight.clone()
    layer.reset_parameters()
    assert layer.weight is weight
    assert weight.dtype == "float64"
    assert not weight.equal(before)
    assert np.abs(weight.numpy()).max() <= 30**-0.5


def test_constants():
    parameter = nn.Parameter(np.zeros((2, 3)))
    assert init.ones_(parameter).tolist() == [[1] * 3] * 2
    assert init.constant_(parameter, 0.25).tolist() == [[0.25] * 3] * 2
    assert init.zeros_(parameter) is parameter
    assert not parameter.numpy().any()


GAINS = {"linear": 1, "conv2d": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": 2**0.5, "selu": 0.75}


def test_gains_are_pytorchs():
    assert {name: init.calculate_gain(name) for name in GAINS} == pytest.approx(GAINS)
    assert init.calculate_gain("leaky_relu") == pytest.approx(math.sqrt(2 / 1.0001))
    assert init.calculate_gain("leaky_relu", 1.0) == 1


# The whole


def test_a_layer_passes_gradcheck_with_float64_inputs():
    model = nn.Sequential(nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 2), nn.Softmax(dim=1))
    assert gradcheck(model, np.random.default_rng(0).normal(size=(5, 3)))


def test_linear_is_one_operation():
    layer = nn.Linear(3, 2)
    out = layer(tinytorch.ones(4, 3))
    assert out.grad_fn.op is ops.linear_op
    for got, expected in zip(out.grad_fn.inputs[1:], (layer.weight, layer.bias), strict=True):
        assert got is expected


def test_a_model_is_freed_without_the_garbage_collector():
    gc.disable()
    try:
        model = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Dropout(0.1), nn.Linear(3, 1))
        backward(model(tinytorch.ones(2, 3)).sum())
        gone = [weakref.ref(model), weakref.ref(model[0]), weakref.ref(model[0].weight)]
        del model
        assert [ref() for ref in gone] == [None] * 3
    finally:
        gc.enable()


def test_moving_to_the_cpu_changes_nothing():
    net = nn.Linear(3, 2)
    before = net.weight.array
    assert net.to("cpu") is net
    assert net.weight.array is before
    with pytest.raises(AssertionError, match="asks for a GPU"):  # PyTorch's type, without CUDA
        net.to("cuda")


def test_the_gradient_of_a_bias_keeps_its_digits():
    """PyTorch's relative error is 1e-7 to 9e-7 here; row after row, it was 1e-3."""
    layer = nn.Linear(1, 4)
    layer(tinytorch.ones(10**6, 1)).backward(tinytorch.full((10**6, 4), 0.1))
    exact = 10**6 * float(np.float32(0.1))
    np.testing.assert_allclose(layer.bias.grad.numpy(), exact, rtol=4e-7)


def test_hooks_are_removed_one_by_one():
    layer, seen = nn.ReLU(), []
    handles = [layer.register_forward_hook(lambda *args, n=n: seen.append(n)) for n in range(3)]
    handles[1].remove()
    handles[1].remove()
    layer(tinytorch.ones(1))
    with layer.register_forward_pre_hook(lambda *args: seen.append("before")):
        layer(tinytorch.ones(1))
    layer(tinytorch.ones(1))
    assert seen == [0, 2, "before", 0, 2, 0, 2]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.Linear(2.5, 1), TypeError, "Linear: in_features is a whole number, not 2.5"),
        (lambda: nn.Linear(2, -1), RuntimeError, "Linear: out_features is -1"),
        (lambda: nn.Linear(2, 1, dtype=tinytorch.int64), TypeError, "a dtype of floats"),
        (lambda: init.calculate_gain("leaky_relu", True), ValueError, "True"),
        (lambda: nn.Sequential(nn.ReLU()).get_submodule("1.a"), AttributeError, "no module '1'"),
        (lambda: F.linear(x_of(5, 3), x_of(3), x_of(1)), RuntimeError, "weight of 2 dimensions"),
        (lambda: F.linear(x_of(5, 3), x_of(4, 3), x_of(3)), RuntimeError, r"bias has .*\(4,\)"),
    ],
)
def test_arguments_are_refused_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def x_of(*shape):
    return tinytorch.ones(*shape)


def test_layers_are_made_in_a_dtype():
    layer = nn.Linear(3, 2, False, "cpu", tinytorch.float64)
    assert (layer.weight.dtype, layer.bias) == (tinytorch.float64, None)
    assert F.linear(x_of(5, 3), x_of(3)).tolist() == [3.0] * 5
