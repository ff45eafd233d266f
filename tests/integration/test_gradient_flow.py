"""Gradients exist, are right, are not zero and reach every tensor; training lowers the loss.

These are tests of the boundaries between modules 01, 02, 03 and 08: each builds something a student
would build, and a failure names the tensor, or the parameter and its layer, where the chain broke.
`-k quick` is a smoke run.
"""

import itertools

import numpy as np
import pytest
from integration.helpers.gradients import Chain, check_flow, check_parameters

import tinytorch
from tinytorch import nn
from tinytorch_data import digits


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def log_softmax(x):
    x = x - x.amax(1, keepdim=True)
    return x - x.exp().sum(1, keepdim=True).log()


def softmax_regression(chain):
    """The classifier at the end of module 02: a product, a broadcast bias, a gather."""
    scores = tinytorch.tensor(draw(6, 5)) @ chain.leaf("weight", draw(5, 3, seed=1))
    scores = chain.mark("scores", scores + chain.leaf("bias", draw(3, seed=2)))
    labels = tinytorch.tensor([[0], [1], [2], [0], [1], [1]])
    return -chain.mark("picked", log_softmax(scores).gather(1, labels)).mean()


def perceptron(chain, depth=3, width=4):
    """Layers of tanh: every weight and every bias is reached through all the layers above."""
    x = tinytorch.tensor(draw(5, width))
    for i in range(depth):
        weight = chain.leaf(f"weight {i}", draw(width, width, seed=i) / width**0.5)
        bias = chain.leaf(f"bias {i}", 0.1 * draw(width, seed=100 + i))
        x = chain.mark(f"layer {i}", (x @ weight + bias).tanh())
    return (x * x).mean()


def deep_residual(chain):
    """Fifty layers, each adding to what came before."""
    x = tinytorch.tensor(draw(2, 4))
    for i in range(50):
        weight = chain.leaf(f"weight {i}", 0.2 * draw(4, 4, seed=i))
        x = chain.mark(f"layer {i}", x + (x @ weight).tanh() * 0.1)
    return x.mean()


def shared_weight(chain):
    """One weight used at every step: its gradients add up."""
    weight = chain.leaf("weight", draw(4, 4) / 2)
    x = chain.leaf("start", draw(3, 4, seed=1))
    for i in range(6):
        x = chain.mark(f"step {i}", (x @ weight).tanh())
    return x.sum()


def diamond(chain):
    """Twelve levels of x * x + x: 4,096 paths, one visit a node."""
    x = chain.leaf("x", draw(3) * 0.3)
    y = x
    for i in range(12):
        y = chain.mark(f"level {i}", (y * y + y) * 0.5)
    return y.sum()


def repeated_rows(chain):
    """Rows picked several times, as an embedding does: the gradients of their uses add up."""
    table = chain.leaf("table", draw(5, 3))
    rows = chain.mark("rows", table[tinytorch.tensor([1, 1, 4, 0, 1, 2, 3])])
    return (rows * tinytorch.tensor(draw(7, 3, seed=1))).sum()


def gathered_twice(chain):
    """Values gathered several times along either dimension: the gradients of their uses add up."""
    table = chain.leaf("table", draw(4, 3))
    columns = chain.mark("columns", table.gather(0, tinytorch.tensor([[1, 1, 3], [1, 0, 3]])))
    rows = chain.mark("rows", table.gather(1, tinytorch.tensor([[2, 2], [0, 1], [1, 1], [0, 0]])))
    return (columns * tinytorch.tensor(draw(2, 3))).sum() + (rows * rows).sum()


def joined_and_cut(chain):
    """cat and stack, slices, a permutation and a transpose: every piece gets its own part back."""
    a, b = chain.leaf("a", draw(2, 3)), chain.leaf("b", draw(4, 3, seed=1))
    joined = chain.mark("joined", tinytorch.cat([a, b], 0))
    stacked = chain.mark("stacked", tinytorch.stack([joined[::2], joined[1::2]], 1))
    moved = chain.mark("moved", stacked.permute(2, 0, 1).transpose(0, 2).reshape(6, 3))
    return (moved * tinytorch.tensor(draw(6, 3, seed=2))).sum()


def standardised(chain):
    """Mean and variance depend on the input, too."""
    x = chain.leaf("x", draw(4, 6))
    centred = chain.mark("centred", x - x.mean(1, keepdim=True))
    normed = chain.mark("normed", centred / (centred**2).mean(1, keepdim=True).sqrt())
    return (normed * tinytorch.tensor(draw(4, 6, seed=1))).sum()


def batched_products(chain):
    """A stack of matrices times one matrix and times another stack, as in attention."""
    q, k = chain.leaf("q", draw(2, 3, 4)), chain.leaf("k", draw(1, 3, 4, seed=1))
    w = chain.leaf("w", draw(4, 4, seed=2))
    scores = chain.mark("scores", (q @ w) @ k.transpose(-2, -1) / 2.0)
    weights = chain.mark("weights", scores.exp() / scores.exp().sum(-1, keepdim=True))
    return (weights @ k * tinytorch.tensor(draw(2, 3, 4, seed=3))).sum()


def chosen_values(chain):
    """Maxima, clamps and where: only the chosen values get a gradient."""
    x, y = chain.leaf("x", draw(4, 5)), chain.leaf("y", draw(4, 5, seed=1))
    larger = chain.mark("larger", tinytorch.maximum(x, y).clamp(min=-0.5))
    picked = chain.mark("picked", tinytorch.where(larger > 0.5, larger * 2, y))
    return picked.amax(1).sum() + larger.max(0).values.sum()


CHAINS = [
    softmax_regression,
    perceptron,
    deep_residual,
    shared_weight,
    diamond,
    repeated_rows,
    gathered_twice,
    joined_and_cut,
    standardised,
    batched_products,
    chosen_values,
]


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.__name__)
def test_quick_gradients_reach_every_leaf_and_are_right(chain):
    check_flow(chain)


@pytest.mark.parametrize("depth", [1, 2, 5, 10, 50])
def test_gradients_flow_through_any_depth(depth):
    check_flow(lambda chain: perceptron(chain, depth))


def test_quick_a_broken_chain_is_named():
    """The tests above can fail: detach one layer and the message says between which two."""

    def broken(chain: Chain):
        x = chain.mark("first", tinytorch.tensor(draw(2, 3)) @ chain.leaf("weight", draw(3, 3)))
        x = chain.mark("second", x.tanh())
        return (x.detach() * chain.leaf("scale", draw(3))).sum()

    with pytest.raises(
        AssertionError, match=r"no gradient reaches 'weight'.*the loss and 'second'"
    ):
        check_flow(broken)


def test_quick_a_wrong_gradient_is_named(monkeypatch):
    """A rule that averages where it should add up is found, and the leaf is named."""
    from tinytorch.core import autograd, tensor

    wrong = (lambda g, out, x, **_: np.broadcast_to(np.mean(g), x.shape) / x.size,)
    monkeypatch.setitem(autograd.VJPS, tensor.sum_op, wrong)
    with pytest.raises(AssertionError, match="the gradient of 'weight' is wrong at"):
        check_flow(shared_weight)


def train(steps: int, rate: float = 1.0):
    """Softmax regression on the digits by plain tensors: losses and the learned parameters."""
    data = digits()
    images = tinytorch.tensor(data.train_images.reshape(-1, 64))
    labels = tinytorch.tensor(data.train_labels).unsqueeze(1)
    weight = tinytorch.zeros(64, 10, requires_grad=True)
    bias = tinytorch.zeros(10, requires_grad=True)
    losses = []
    for _ in range(steps):
        loss = -log_softmax(images @ weight + bias).gather(1, labels).mean()
        loss.backward()
        with tinytorch.no_grad():
            for parameter in (weight, bias):
                parameter -= rate * parameter.grad
                parameter.grad = None
        losses.append(loss.item())
    return losses, weight, bias


def test_quick_training_lowers_the_loss():
    losses, *_ = train(20)
    assert losses[0] == pytest.approx(np.log(10), rel=1e-5), "ten classes, no weights: log 10"
    assert all(after < before for before, after in itertools.pairwise(losses)), losses


def test_training_learns_the_digits():
    losses, weight, bias = train(300)
    data = digits()
    with tinytorch.no_grad():
        scores = tinytorch.tensor(data.test_images.reshape(-1, 64)) @ weight + bias
    accuracy = (scores.numpy().argmax(1) == data.test_labels).mean()
    assert losses[-1] < 0.25
    assert accuracy > 0.93


def test_quick_two_runs_are_equal_bit_for_bit():
    assert train(5)[0] == train(5)[0]


def test_quick_gradients_add_up_over_backwards_until_reset():
    x = tinytorch.ones(3, requires_grad=True)
    (x * 2).sum().backward()
    (x * 3).sum().backward()
    assert x.grad.tolist() == [5.0, 5.0, 5.0]
    x.grad = None
    (x * 4).sum().backward()
    assert x.grad.tolist() == [4.0, 4.0, 4.0]


def test_quick_equally_large_values_share_the_gradient():
    """At a tie differences say nothing: the shares are equal and add up to the gradient."""
    x = tinytorch.tensor([[2.0, 5.0, 5.0], [7.0, 7.0, 7.0]], requires_grad=True)
    x.amax(1).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [[0, 1 / 2, 1 / 2], [1 / 3] * 3], err_msg="amax")
    a, b = (tinytorch.tensor([1.0, 4.0], requires_grad=True) for _ in range(2))
    tinytorch.maximum(a, b).sum().backward()
    assert a.grad.tolist() == b.grad.tolist() == [0.5, 0.5], "maximum"


def test_quick_gradients_do_not_share_memory():
    """Scaling one gradient, as clipping does, and adding to it leave the others alone."""
    a, b = (tinytorch.ones(3, requires_grad=True) for _ in range(2))
    for _ in range(2):
        (a + b).backward(tinytorch.ones(3))
    assert a.grad.tolist() == b.grad.tolist() == [2.0] * 3, "the gradient of a went to b as well"
    a.grad *= 0.5
    assert b.grad.tolist() == [2.0] * 3, "halving the gradient of a halved that of b"


def test_quick_a_sum_of_gradients_is_written_to_memory_of_its_own():
    """The gradient given to backward, and those of other tensors, survive the sums."""
    x, given = tinytorch.ones(3, requires_grad=True), tinytorch.ones(3)
    y = x + 0.0
    z = y + 0.0
    (y + z).backward(given)
    assert x.grad.tolist() == [2.0] * 3
    assert given.tolist() == [1.0] * 3, "backward wrote into the gradient it was given"


def test_quick_a_used_up_graph_is_refused():
    x = tinytorch.ones(3, requires_grad=True)
    loss = (x * x).sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="used up by an earlier backward"):
        loss.backward()
    assert x.grad.tolist() == [2.0] * 3


def test_quick_a_value_overwritten_before_backward_is_refused():
    x = tinytorch.ones(3, requires_grad=True)
    factor = tinytorch.tensor([1.0, 2.0, 3.0])
    loss = (x * factor).sum()
    factor *= 10
    with pytest.raises(RuntimeError, match=r"gradient of mul needs a value .* overwritten"):
        loss.backward()


def test_quick_no_grad_records_nothing_and_ends():
    """Nothing is remembered inside; afterwards, also after an error, everything is again."""
    weight = tinytorch.ones(3, 3, requires_grad=True)
    x = tinytorch.ones(2, 3)
    with tinytorch.no_grad():
        y = (x @ weight).tanh()
    assert y.grad_fn is None, "a result under no_grad keeps the graph alive"
    assert not y.requires_grad
    assert (x @ weight).requires_grad, "no_grad did not end"
    with pytest.raises(ZeroDivisionError), tinytorch.no_grad():
        raise ZeroDivisionError
    assert (x @ weight).requires_grad, "no_grad did not end after an error"


def test_quick_float32_stays_float32_from_the_data_to_the_gradient():
    """A learning rate, a mean or a number of NumPy's does not widen what is float32."""
    weight = tinytorch.ones(3, 2, requires_grad=True)
    x = tinytorch.tensor(draw(4, 3).astype("float32"))
    stations = [x @ weight]
    stations += [stations[0] * np.float64(0.1), stations[0] * tinytorch.tensor(np.float64(0.1))]
    stations += [stations[-1] + 1, stations[-1].mean(), (stations[-1] ** 2).mean() / 3]
    assert [y.dtype for y in stations] == [tinytorch.float32] * 6
    stations[-1].backward()
    assert weight.grad.dtype == tinytorch.float32


def test_quick_a_seed_repeats_the_numbers():
    def drawn(seed):
        tinytorch.manual_seed(seed)
        return tinytorch.randn(4).tolist() + nn.Linear(3, 2).weight.numpy().ravel().tolist()

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_quick_updates_stay_in_the_memory_of_the_tensor_and_out_of_the_callers():
    array = np.ones((2, 3))
    weight = tinytorch.tensor(array, requires_grad=True)
    row = weight.detach()[0]
    with tinytorch.no_grad():
        weight -= 0.25
        weight[0] *= 2.0
    assert row.tolist() == [1.5] * 3, "a view of the weight did not follow its update"
    assert (array == 1).all(), "training changed the array the weight was made from"


# Modules: perceptrons of layers

# activation: (by what its inputs must be multiplied to keep their size, its value at 0)
ACTIVATIONS = {
    "ReLU": (nn.ReLU(), 2**0.5, 0.0),
    "LeakyReLU": (nn.LeakyReLU(0.2), 1.39, 0.0),
    "Sigmoid": (nn.Sigmoid(), 4.0, 0.5),
    "Tanh": (nn.Tanh(), 1.1, 0.0),
    "GELU": (nn.GELU(), 1.53, 0.0),
    "GELU tanh": (nn.GELU("tanh"), 1.53, 0.0),
    "SiLU": (nn.SiLU(), 1.68, 0.0),
    "Softmax": (nn.Softmax(dim=1), 16.0, 1 / 16),
}
WIDTH = 16


def layer(gain=1.0, centre=0.0, sizes=(WIDTH, WIDTH)):
    """A Linear whose weights keep the size of what an activation of that gain hands on."""
    made = nn.Linear(*sizes)
    nn.init.kaiming_normal_(made.weight, nonlinearity="linear")
    with tinytorch.no_grad():
        made.weight *= gain
        made.bias.copy_(made.weight.sum(1) * -centre + 0.1 * tinytorch.randn(sizes[1]))
    return made


def layered(name, depth, extra=()):
    """`depth` linear layers, each but the last followed by an activation and by `extra`."""
    activation, gain, centre = ACTIVATIONS[name]
    tinytorch.manual_seed(depth)
    parts = [layer()]
    for _ in range(depth - 1):
        parts += [activation, *extra, layer(gain, centre)]
    return nn.Sequential(*parts)


@pytest.mark.parametrize("depth", [1, 2, 5, 10, 50])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_reach_every_layer_and_are_right(activation, depth):
    check_parameters(layered(activation, depth), draw(4, WIDTH), places=2 if depth < 50 else 1)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_quick_gradients_reach_every_layer_of_three(activation):
    check_parameters(layered(activation, 3), draw(3, WIDTH))


@pytest.mark.parametrize("depth", [2, 10])
def test_quick_gradients_flow_through_dropout(depth):
    model = layered("GELU", depth, extra=[nn.Dropout(0.2)])
    check_parameters(model, draw(4, WIDTH))
    check_parameters(model.eval(), draw(4, WIDTH))


def test_quick_a_shared_layer_gets_the_gradients_of_all_its_uses():
    tinytorch.manual_seed(0)
    shared = layer(1.1)
    model = nn.Sequential(layer(), *[shared, nn.Tanh()] * 6, layer())
    names = [name for name, _ in model.named_parameters()]
    assert names == ["0.weight", "0.bias", "1.weight", "1.bias", "13.weight", "13.bias"]
    check_parameters(model, draw(4, WIDTH))


def test_quick_a_tied_weight_gets_the_gradients_of_both_layers():
    tinytorch.manual_seed(0)
    model = nn.Sequential(layer(), nn.SiLU(), layer())
    model[2].weight = model[0].weight
    assert len(list(model.parameters())) == 3
    check_parameters(model, draw(4, WIDTH))


def test_quick_layers_with_leading_dimensions_and_flatten():
    tinytorch.manual_seed(0)
    inner = nn.Sequential(layer(sizes=(4, 5)), nn.ReLU(), nn.Flatten(), layer(sizes=(15, 2)))
    check_parameters(nn.Sequential(inner, nn.Softmax(dim=-1)), draw(6, 3, 4))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_of_fifty_float32_layers_are_there_and_finite(activation):
    model = layered(activation, 50)
    model(tinytorch.tensor(draw(4, WIDTH).astype("float32"))).sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, f"no gradient reaches {name}"
        assert parameter.grad.dtype == tinytorch.float32, name
        assert np.isfinite(parameter.grad.numpy()).all(), name
        assert parameter.grad.numpy().any(), name


class Cut(nn.Module):
    """A mistake that is easily made: the result is right, and knows nothing of its input."""

    def forward(self, input):
        return tinytorch.tensor(input.numpy())


def test_quick_a_cut_between_layers_is_named():
    model = nn.Sequential(layer(), nn.Tanh(), Cut(), layer(), nn.Tanh(), layer())
    with pytest.raises(AssertionError, match=r"reaches '0.weight' of Linear.*far as '3.weight'"):
        check_parameters(model, draw(2, WIDTH))


def test_quick_a_dead_layer_is_named():
    model = nn.Sequential(layer(), nn.ReLU(), layer())
    nn.init.constant_(model[0].bias, -1e3)
    with pytest.raises(AssertionError, match=r"'0.weight' of Linear.*zero.*as far as '2.bias'"):
        check_parameters(model, draw(2, WIDTH))


def test_quick_a_wrong_rule_of_a_layer_is_named(monkeypatch):
    from tinytorch.core import autograd, layers

    for_x, _, for_bias = autograd.VJPS[layers.linear_op]
    wrong = (for_x, lambda g, out, x, *_: (g.T @ x) / len(x), for_bias)
    monkeypatch.setitem(autograd.VJPS, layers.linear_op, wrong)
    with pytest.raises(AssertionError, match=r"the gradient of '0.weight' of Linear.* is wrong at"):
        check_parameters(layered("Tanh", 2), draw(3, WIDTH))


def test_quick_a_perceptron_of_layers_learns():
    data = digits()
    tinytorch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    images, labels = tinytorch.tensor(data.train_images), tinytorch.tensor(data.train_labels)
    losses = []
    for _ in range(100):
        loss = -log_softmax(model(images)).gather(1, labels.unsqueeze(1)).mean()
        model.zero_grad()
        loss.backward()
        with tinytorch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.5 * parameter.grad
        losses.append(loss.item())
    with tinytorch.no_grad():
        guesses = model(tinytorch.tensor(data.test_images)).argmax(1).numpy()
    assert losses[-1] < 0.2 * losses[0]
    assert (guesses == data.test_labels).mean() > 0.9


# Normalization

NORMS = {
    "BatchNorm1d": lambda: nn.BatchNorm1d(WIDTH),
    "LayerNorm": lambda: nn.LayerNorm(WIDTH),
    "GroupNorm": lambda: nn.GroupNorm(4, WIDTH),
    "RMSNorm": lambda: nn.RMSNorm(WIDTH),
}


class Residual(nn.Module):
    """What deep networks are made of: the input, plus a norm, a linear layer and an activation."""

    def __init__(self, norm):
        super().__init__()
        self.norm, self.linear = norm(), layer()

    def forward(self, input):
        return input + nn.functional.gelu(self.linear(self.norm(input)))


def normalized(norm, depth):
    """`depth` linear layers, each followed by a norm with a weight and bias of its own, and tanh.

    The biases of the linear layers are left out: those before batch norm get no gradient at all.
    """
    tinytorch.manual_seed(depth)
    parts = []
    for _ in range(depth):
        made = NORMS[norm]()
        with tinytorch.no_grad():
            for parameter in made.parameters():
                parameter += 0.2 * tinytorch.randn(*parameter.shape)
        parts += [nn.Linear(WIDTH, WIDTH, bias=False), made, nn.Tanh()]
    return nn.Sequential(*parts, layer())


@pytest.mark.parametrize("depth", [1, 2, 5, 10])
@pytest.mark.parametrize("norm", NORMS)
def test_gradients_reach_every_layer_through_norms(norm, depth):
    check_parameters(normalized(norm, depth), draw(6, WIDTH))


@pytest.mark.parametrize("norm", NORMS)
def test_quick_gradients_flow_through_norms_after_eval(norm):
    model = normalized(norm, 2)
    model(tinytorch.tensor(draw(6, WIDTH).astype("float32")))
    check_parameters(model.eval(), draw(6, WIDTH))


@pytest.mark.parametrize("norm", ["BatchNorm1d", "LayerNorm"])
def test_gradients_reach_fifty_residual_layers_with_norms(norm):
    tinytorch.manual_seed(0)
    model = nn.Sequential(*[Residual(NORMS[norm]) for _ in range(50)], layer())
    check_parameters(model, draw(6, WIDTH), places=1)


def test_quick_a_bias_before_batch_norm_has_no_say():
    """Batch norm takes out whatever was added to a whole feature."""
    tinytorch.manual_seed(0)
    model = nn.Sequential(layer(), nn.BatchNorm1d(WIDTH), nn.Tanh(), layer()).double()
    model(tinytorch.tensor(draw(6, WIDTH))).sum().backward()
    assert np.abs(model[0].bias.grad.numpy()).max() < 1e-12
    assert np.abs(model[0].weight.grad.numpy()).max() > 1e-3


@pytest.mark.parametrize("norm", NORMS)
def test_quick_a_wrong_rule_of_a_norm_is_named(norm, monkeypatch):
    from tinytorch.core import autograd, normalization

    names = {"BatchNorm1d": "batch", "LayerNorm": "layer", "GroupNorm": "group", "RMSNorm": "rms"}
    op = getattr(normalization, f"{names[norm]}_norm_op")
    right = autograd.VJPS[op]
    detached = (lambda g, saved, *_, **__: g * saved[1].mean(), *right[1:])
    monkeypatch.setitem(autograd.VJPS, op, detached)
    with pytest.raises(AssertionError, match=r"the gradient of '0.weight' of Linear.* is wrong at"):
        check_parameters(normalized(norm, 1), draw(6, WIDTH))


@pytest.mark.parametrize("shape", [(4, WIDTH), (WIDTH,), (3, 4, WIDTH)])
@pytest.mark.parametrize("name", ["LayerNorm", "RMSNorm"])
def test_quick_norms_over_the_last_dimensions_of_a_shape(name, shape):
    """Each example of the shape has its own statistics, and each place its own weight."""
    x, norm = draw(2, 3, 4, WIDTH), getattr(nn, name)(shape, eps=1e-5).double()
    norm.weight.array[...] = draw(*shape, seed=1)
    dims = tuple(range(-len(shape), 0))
    centered = x - x.mean(dims, keepdims=True) if name == "LayerNorm" else x
    expected = centered / np.sqrt((centered**2).mean(dims, keepdims=True) + 1e-5)
    found = norm(tinytorch.tensor(x)).numpy()
    np.testing.assert_allclose(found, expected * norm.weight.numpy(), 1e-9)
    check_parameters(norm, x)


def test_quick_parts_of_sequences_and_channels():
    tinytorch.manual_seed(0)
    x = draw(3, 4, WIDTH)
    for model in (
        nn.Sequential(nn.BatchNorm1d(4), nn.GroupNorm(2, 4), nn.Flatten(), nn.LayerNorm(4 * WIDTH)),
        nn.Sequential(nn.LayerNorm((4, WIDTH)), nn.Tanh(), nn.RMSNorm((4, WIDTH))),
    ):
        check_parameters(model, x)


class Shortcut(nn.Module):
    """The input, plus linear, norm and ReLU."""

    def __init__(self, norm, width):
        super().__init__()
        self.linear, self.norm = nn.Linear(width, width), norm(width)

    def forward(self, input):
        return input + nn.functional.relu(self.norm(self.linear(input)))


def fifty_layers(norm, width=32, steps=100):
    """Losses of a perceptron of fifty layers on the digits, and how many new ones it reads."""
    data, rng = digits(), np.random.default_rng(0)
    tinytorch.manual_seed(0)
    blocks = [Shortcut(norm, width) for _ in range(48)]
    model = nn.Sequential(nn.Linear(64, width), *blocks, norm(width), nn.Linear(width, 10))
    images, losses = data.train_images.reshape(-1, 64), []
    for _ in range(steps):
        rows = rng.choice(len(images), 128, replace=False)
        with np.errstate(all="ignore"):  # without a norm it overflows
            scores = model(tinytorch.tensor(images[rows]))
            loss = nn.functional.cross_entropy(scores, tinytorch.tensor(data.train_labels[rows]))
            model.zero_grad()
            loss.backward()
            with tinytorch.no_grad():
                for parameter in model.parameters():
                    parameter -= 0.05 * parameter.grad
        losses.append(loss.item())
    with tinytorch.no_grad(), np.errstate(all="ignore"):
        scores = model.eval()(tinytorch.tensor(data.test_images.reshape(-1, 64)))
    return losses, (scores.argmax(1).numpy() == data.test_labels).mean()


LEARN = {
    "BatchNorm1d": nn.BatchNorm1d,
    "LayerNorm": nn.LayerNorm,
    "GroupNorm": lambda width: nn.GroupNorm(4, width),
}


@pytest.mark.parametrize("norm", LEARN)
def test_fifty_layers_learn_with_a_norm(norm):
    losses, accuracy = fifty_layers(LEARN[norm])
    assert np.mean(losses[-10:]) < 0.5 * losses[0]
    assert accuracy > 0.5


def test_fifty_layers_without_a_norm_do_not_learn():
    _, accuracy = fifty_layers(lambda width: nn.Identity())
    assert accuracy < 0.3
