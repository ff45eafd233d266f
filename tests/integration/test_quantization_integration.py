"""Quantized models over everything below: integers exactly, accuracy as it was, bytes on disk.

Accuracy does not tell a right quantizer from most wrong ones, so integers are compared with NumPy's
own, and accuracy is only a floor. `-k quick` is a smoke run.
"""

import functools

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn, optim
from tinytorch.core import quantization as ops
from tinytorch.nn import functional as F
from tinytorch.quantization import quantize_model
from tinytorch.training import Trainer
from tinytorch.utils.data import DataLoader, TensorDataset
from tinytorch_data import digits


def data():
    found = digits()
    shape = (-1, 1, 8, 8)
    return (
        torch.tensor(found.train_images.reshape(shape)),
        torch.tensor(found.train_labels),
        torch.tensor(found.test_images.reshape(shape)),
        found.test_labels,
    )


def perceptron():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))


def cnn():
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1, groups=2), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10)),
    )


@functools.cache
def trained(make):
    """(a model that reads digits, the share it reads, batches of the training set)."""
    images, labels, _, _ = data()
    torch.manual_seed(0)
    model = make()
    loader = DataLoader(
        TensorDataset(images, labels), batch_size=32, shuffle=True, generator=torch.Generator(0)
    )
    optimizer = optim.Adam(model.parameters(), lr=0.004)
    Trainer(model, optimizer, F.cross_entropy, progress=False).fit(loader, 4)
    model.eval()
    return model, accuracy(model), [images[i : i + 64] for i in range(0, 256, 64)]


def accuracy(model):
    _, _, images, labels = data()
    with torch.no_grad():
        return float((model(images).argmax(dim=1).numpy() == labels).mean())


def by_hand(layer, x):
    """A linear layer in NumPy's own integers."""
    scale, zero = layer.input_scale.item(), layer.input_zero_point.item()
    q = np.clip(np.rint(x / np.float64(scale)) + zero, -128, 127).astype(np.int64) - zero
    steps = np.float32(scale) * layer.weight_scale.numpy().reshape(-1)
    total = q @ layer.weight.numpy().T.astype(np.int64)
    return (total + np.rint(layer.bias.numpy() / steps).astype(np.int64)) * steps


def test_quick_every_integer_of_a_perceptron_is_the_right_one():
    model, _, batches = trained(perceptron)
    small = quantize_model(model, batches)
    _, _, images, _ = data()
    x = images.numpy().reshape(-1, 64)
    for float_layer, layer in zip(model, small, strict=True):
        if not isinstance(float_layer, nn.Linear):
            x = np.maximum(x, 0)
            continue
        weight = float_layer.weight.numpy()
        scales = np.abs(weight).max(axis=1) / np.float32(127)
        np.testing.assert_allclose(layer.weight_scale.numpy().reshape(-1), scales, rtol=1e-6)
        expected = np.rint(weight / layer.weight_scale.numpy())
        np.testing.assert_array_equal(layer.weight.numpy(), expected.astype(np.int8))
        assert np.abs(layer.weight.numpy()).max(axis=1).tolist() == [127] * len(weight)
        found = layer(torch.tensor(x)).numpy()
        np.testing.assert_allclose(found, by_hand(layer, x), rtol=1e-5, atol=1e-6)
        x = found


def test_quick_grids_are_those_of_the_training_set():
    model, _, batches = trained(perceptron)
    small = quantize_model(model, batches)
    seen = np.concatenate([batch.numpy().reshape(-1) for batch in batches])
    assert small[1].input_scale.item() == pytest.approx(max(seen.max(), 0) / 255, rel=1e-6)
    assert small[1].input_zero_point.item() == -128  # no pixel is below 0
    with torch.no_grad():
        hidden = np.maximum(model[1](model[0](batches[0])).numpy(), 0)
        for batch in batches[1:]:
            hidden = np.maximum(hidden.max(), model[1](model[0](batch)).numpy())
    assert small[3].input_scale.item() == pytest.approx(hidden.max() / 255, rel=1e-6)


def test_quick_an_outlier_is_cut_off_where_asked():
    model, _, batches = trained(perceptron)
    spoilt = [batch.clone() for batch in batches]
    spoilt[0][0, 0, 0, 0] = 1e6  # the whole hidden layer of this image is an outlier, too
    whole, cut = (quantize_model(model, spoilt, keep) for keep in (1.0, 0.98))
    assert whole[1].input_scale.item() > 1000 * cut[1].input_scale.item()
    assert accuracy(whole) < 0.5 < accuracy(cut)


@pytest.mark.parametrize("make", [perceptron, cnn])
def test_models_read_as_many_digits_and_take_a_quarter_of_the_bytes(make, tmp_path):
    model, share, batches = trained(make)
    assert share > 0.9
    small = quantize_model(model, batches)
    assert accuracy(small) >= share - 0.01
    with torch.no_grad():
        off = np.abs(small(batches[0]).numpy() - model(batches[0]).numpy()).max()
    assert off < 0.05 * np.abs(model(batches[0]).detach().numpy()).max()
    held = sum(value.numpy().nbytes for value in small.state_dict().values())
    weights = sum(p.numel() for p in model.parameters())
    assert held < 4 * weights * 0.45  # small layers: biases and scales weigh more
    matrices = [v.numpy() for n, v in small.state_dict().items() if n.endswith("weight")]
    assert {m.dtype.name for m in matrices} >= {"int8"}


def test_quick_a_quantized_model_refuses_training():
    model, _, batches = trained(perceptron)
    small = quantize_model(model, batches)
    loader = DataLoader(TensorDataset(batches[0], torch.zeros(64, dtype=torch.long)), batch_size=8)
    other = nn.Linear(2, 2)  # an optimizer needs a parameter
    trainer = Trainer(small, optim.SGD(other.parameters(), lr=0.1), F.cross_entropy, progress=False)
    with pytest.raises(RuntimeError, match="train the model first"):
        trainer.fit(loader, 1)


def test_quick_zeros_stay_zeros():
    """What a mask has pruned is 0 after quantizing as well."""
    model = perceptron()
    with torch.no_grad():
        mask = (model[1].weight.abs() > 0.06).float()
        model[1].weight *= mask
    _, _, batches = trained(perceptron)
    small = quantize_model(model, batches)
    np.testing.assert_array_equal(small[1].weight.numpy() == 0, mask.numpy() * 127 < 1)


def test_practice_on_the_grid_brings_back_what_two_bits_lost():
    model, share, _ = trained(perceptron)
    images, labels, test_images, test_labels = data()
    weights = [model[i].weight.numpy().copy() for i in (1, 3)]
    biases = [model[i].bias.numpy().copy() for i in (1, 3)]
    learned = [nn.Parameter(torch.tensor(w)) for w in weights]

    def forward(x):
        x = x.flatten(1)
        for i, weight in enumerate(learned):
            scales = torch.tensor(ops.channel_scales(weight.numpy(), 2).reshape(-1))
            points = torch.zeros(len(scales.numpy()), dtype=torch.int32)
            rounded = torch.fake_quantize_per_channel_affine(weight, scales, points, 0, -1, 1)
            assert len(np.unique(rounded[0].detach().numpy())) <= 3
            x = F.linear(x if i == 0 else F.relu(x), rounded, torch.tensor(biases[i]))
        return x

    def reads():
        with torch.no_grad():
            return float((forward(test_images).argmax(dim=1).numpy() == test_labels).mean())

    before = reads()
    optimizer = optim.Adam(learned, lr=0.003)
    order = np.random.default_rng(0)
    for _ in range(120):
        picked = order.choice(len(labels.numpy()), 64, replace=False)
        optimizer.zero_grad()
        F.cross_entropy(forward(images[picked]), labels[picked]).backward()
        assert all(np.abs(w.grad.numpy()).max() > 0 for w in learned)
        optimizer.step()
    assert reads() > max(before, share - 0.1)
