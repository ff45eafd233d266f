"""Compressed models still train: the zeros stay, and what was cut is cut everywhere.

A mask that is not kept makes the accuracy better, so zeros are counted, exactly. `-k quick` is a
smoke run.
"""

import functools

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import compression, nn, optim
from tinytorch.core import compression as ops
from tinytorch.nn import functional as F
from tinytorch.nn.utils import clip_grad_norm_, prune
from tinytorch.training import Trainer
from tinytorch.utils.data import DataLoader, TensorDataset
from tinytorch_data import digits


def data():
    found = digits()
    return (
        torch.tensor(found.train_images.reshape(-1, 64)),
        torch.tensor(found.train_labels),
        torch.tensor(found.test_images.reshape(-1, 64)),
        found.test_labels,
    )


def loader(seed=0):
    images, labels, _, _ = data()
    return DataLoader(
        TensorDataset(images, labels), batch_size=32, shuffle=True, generator=torch.Generator(seed)
    )


@functools.cache
def trained():
    """The state of a perceptron that reads digits, and the share it reads."""
    model = perceptron()
    fit(model, optim.Adam(model.parameters(), lr=0.004), 5)
    return {name: value.numpy().copy() for name, value in model.state_dict().items()}, accuracy(
        model
    )


def perceptron():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 32), nn.ReLU(), nn.Linear(32, 10)
    )


def ready():
    model = perceptron()
    model.load_state_dict(trained()[0])
    return model


def fit(model, optimizer, epochs, **settings):
    trainer = Trainer(model, optimizer, F.cross_entropy, progress=False, **settings)
    return trainer.fit(loader(), epochs)["loss"]


def accuracy(model):
    _, _, images, labels = data()
    with torch.no_grad():
        return float((model(images).argmax(dim=1).numpy() == labels).mean())


def pruned(amount=0.9):
    model = ready()
    layers = [(layer, "weight") for layer in model if isinstance(layer, nn.Linear)]
    prune.global_unstructured(layers, prune.L1Unstructured, amount=amount)
    return model


def masks(model):
    return [layer.weight_mask.numpy().copy() for layer in model if isinstance(layer, nn.Linear)]


def holds(model, wanted):
    """Whether every weight is 0 where its mask is, and nowhere else."""
    _, _, images, _ = data()
    model(images[:2])
    layers = [layer for layer in model if isinstance(layer, nn.Linear)]
    for layer, mask in zip(layers, wanted, strict=True):
        np.testing.assert_array_equal(layer.weight_mask.numpy(), mask)
        np.testing.assert_array_equal(layer.weight.numpy() != 0, mask == 1)


OPTIMIZERS = {
    "SGD with momentum and decay": lambda p: optim.SGD(p, lr=0.02, momentum=0.9, weight_decay=1e-3),
    "Adam": lambda p: optim.Adam(p, lr=0.002),
    "AdamW": lambda p: optim.AdamW(p, lr=0.002, weight_decay=0.1),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_pruned_model_learns_and_its_zeros_stay(name):
    model = pruned()
    before, wanted = accuracy(model), masks(model)
    assert sum(int((m == 0).sum()) for m in wanted) == round(0.9 * sum(m.size for m in wanted))
    losses = fit(model, OPTIMIZERS[name](model.parameters()), 3)
    assert losses[-1] < losses[0]
    holds(model, wanted)
    assert accuracy(model) > max(before, trained()[1] - 0.05)
    assert compression.sparsity(model) == pytest.approx(0.9, abs=1e-3)


def test_quick_zeros_stay_with_a_momentum_that_is_older_than_the_mask():
    model = ready()
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    fit(model, optimizer, 1)
    prune.l1_unstructured(model[0], "weight", 0.8)
    mask = model[0].weight_mask.numpy().copy()
    fit(model, optimizer, 1)
    np.testing.assert_array_equal(model[0].weight.numpy() != 0, mask == 1)
    assert model[0].weight_orig.grad.numpy()[mask == 0].any() == np.False_


def test_quick_zeros_stay_under_clipping_and_accumulation():
    model = pruned(0.7)
    wanted = masks(model)
    fit(model, optim.Adam(model.parameters()), 1, accumulation_steps=3, max_grad_norm=0.5)
    holds(model, wanted)
    clip_grad_norm_(model.parameters(), 1.0)


def test_quick_a_checkpoint_holds_the_mask(tmp_path):
    model = pruned()
    wanted = masks(model)
    torch.save(model.state_dict(), tmp_path / "pruned")
    other = ready()
    layers = [(layer, "weight") for layer in other if isinstance(layer, nn.Linear)]
    prune.global_unstructured(layers, amount=0.5)
    other.load_state_dict(torch.load(tmp_path / "pruned"))
    holds(other, wanted)
    _, _, images, _ = data()
    np.testing.assert_array_equal(model(images).numpy(), other(images).numpy())


def test_quick_the_smallest_of_all_layers_went():
    model, weights = pruned(0.6), [v for v in trained()[0].values() if v.ndim == 2]
    whole = np.sort(np.abs(np.concatenate([w.reshape(-1) for w in weights])))
    limit = whole[round(0.6 * whole.size)]
    for mask, weight in zip(masks(model), weights, strict=True):
        np.testing.assert_array_equal(mask == 1, np.abs(weight) >= limit)


def test_a_cut_model_is_smaller_and_learns_again():
    model = ready()
    small = compression.thinner(model, 0.25)
    sizes = [tuple(p.shape) for p in small.parameters() if p.ndim == 2]
    assert sizes == [(12, 64), (8, 12), (10, 8)]
    before = accuracy(small)
    losses = fit(small, optim.Adam(small.parameters(), lr=0.004), 3)
    assert losses[-1] < losses[0]
    assert accuracy(small) > max(before, 0.8)
    assert tuple(model[0].weight.shape) == (48, 64)


def test_quick_channels_are_cut_with_all_of_their_columns():
    """A convolution, flattened, and the layer behind it: the same as with silent channels."""
    torch.manual_seed(0)
    conv, linear = nn.Conv2d(2, 6, 3), nn.Linear(6 * 4 * 4, 5)
    x, keep = torch.randn(3, 2, 6, 6), [5, 0, 2]
    weight, bias, behind = ops.cut_units(
        conv.weight.numpy(), conv.bias.numpy(), linear.weight.numpy(), keep
    )
    small = F.conv2d(x, torch.tensor(weight), torch.tensor(bias)).flatten(1)
    found = F.linear(small, torch.tensor(behind), linear.bias)
    off = [c for c in range(6) if c not in keep]
    with torch.no_grad():
        conv.weight.array[off] = conv.bias.array[off] = 0
    wanted = linear(conv(x).flatten(1))
    np.testing.assert_allclose(found.detach().numpy(), wanted.detach().numpy(), atol=1e-5)


def test_quick_two_thin_layers_stand_for_one():
    model = ready()
    first, second = compression.low_rank(model[0].weight.numpy(), 24)
    thin = nn.Sequential(
        ops.linear_from(first, None), ops.linear_from(second, model[0].bias.numpy()), *model[1:]
    )
    values = np.linalg.svd(model[0].weight.numpy(), compute_uv=False)
    off = np.linalg.norm(second @ first - model[0].weight.numpy())
    assert off == pytest.approx(np.sqrt((values[24:] ** 2).sum()), rel=1e-4)
    assert accuracy(thin) > trained()[1] - 0.03


def test_a_student_learns_from_its_teacher_who_does_not_learn():
    teacher = ready()
    before = {name: value.numpy().copy() for name, value in teacher.state_dict().items()}
    torch.manual_seed(1)
    student = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
    optimizer = optim.Adam(student.parameters(), lr=0.01)
    losses = []
    for _ in range(4):
        for x, labels in loader():
            optimizer.zero_grad()
            loss = compression.distillation_loss(student(x), teacher(x), labels, 4.0, 1.0)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert losses[-1] < losses[0] / 4
    assert accuracy(student) > 0.85
    for name, value in teacher.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[name])
    assert all(p.grad is None for p in teacher.parameters())


def test_quick_the_distillation_loss_is_that_of_the_formula():
    rng = np.random.default_rng(0)
    a, b, labels = *rng.normal(size=(2, 5, 4)), rng.integers(0, 4, 5)
    leaf = torch.tensor(a, requires_grad=True)
    loss = compression.distillation_loss(leaf, torch.tensor(b), torch.tensor(labels), 3.0, 0.7)
    loss.backward()
    p, q, one = (np.exp(z) / np.exp(z).sum(1, keepdims=True) for z in (b / 3, a / 3, a))
    kl = (p * np.log(p / q)).sum(1).mean()
    nll = -np.log(one[np.arange(5), labels]).mean()
    assert loss.item() == pytest.approx(0.7 * 9 * kl + 0.3 * nll)
    wanted = (0.7 * 3 * (q - p) + 0.3 * (one - np.eye(4)[labels])) / 5
    np.testing.assert_allclose(leaf.grad.numpy(), wanted, atol=1e-12)
