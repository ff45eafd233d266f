"""Gradients exist, are right, are not zero and reach every tensor; training lowers the loss.

These are tests of the boundary between modules 01 and 02: each builds something a student would
build, from both, and a failure names the tensor where the chain broke. `-k quick` is a smoke run.
"""

import itertools

import numpy as np
import pytest
from integration.flow import Chain, check_flow

import tinytorch
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
    monkeypatch.setitem(autograd.RULES, tensor.sum_op, wrong)
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
