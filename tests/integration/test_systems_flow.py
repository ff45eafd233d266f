"""One perceptron and one CNN through modules 14 to 16: each pair of them composes.

Accuracy tells little here, so zeros, integers, bytes and counts are compared exactly. `-k quick` is
a smoke run.
"""

import copy
import functools

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import compression, nn, optim
from tinytorch.nn import functional as F
from tinytorch.nn.utils import prune
from tinytorch.profiler import count_flops, profile
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


MODELS = {
    "perceptron": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10)
    ),
    "cnn": lambda: nn.Sequential(
        *(nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 10)),
    ),
}
each_model = pytest.mark.parametrize("name", MODELS)


def fit(model, epochs, lr=0.004):
    images, labels, _, _ = data()
    loader = DataLoader(
        TensorDataset(images, labels), batch_size=32, shuffle=True, generator=torch.Generator(0)
    )
    optimizer = optim.Adam(model.parameters(), lr=lr)
    return Trainer(model, optimizer, F.cross_entropy, progress=False).fit(loader, epochs)["loss"]


@functools.cache
def _trained(name):
    torch.manual_seed(0)
    model = MODELS[name]()
    fit(model, 4)
    return model.eval()


def trained(name):
    return copy.deepcopy(_trained(name))


def accuracy(model):
    _, _, images, labels = data()
    with torch.no_grad():
        return float((model.eval()(images).argmax(dim=1).numpy() == labels).mean())


def layers(model):
    return [m for m in model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]


def pruned(name, amount=0.7, epochs=2):
    model = trained(name)
    prune.global_unstructured([(m, "weight") for m in layers(model)], amount=amount)
    if epochs:
        fit(model, epochs)
    return model.eval()


def calibration():
    images, _, _, _ = data()
    return [images[i : i + 64] for i in range(0, 192, 64)]


@each_model
def test_what_is_pruned_stays_zero_in_integers(name):
    """16, then 15: masks held and masks made permanent give the same integers."""
    held = pruned(name)
    kept = [m.weight_mask.numpy() == 1 for m in layers(held)]
    made = copy.deepcopy(held)
    for layer in layers(made):
        prune.remove(layer, "weight")
    small, same = quantize_model(held, calibration()), quantize_model(made, calibration())
    weights = [m.weight.numpy() for m in small.modules() if hasattr(m, "weight_scale")]
    again = [m.weight.numpy() for m in same.modules() if hasattr(m, "weight_scale")]
    assert len(weights) == len(kept)
    for weight, other, mask in zip(weights, again, kept, strict=True):
        assert weight.dtype == np.int8
        np.testing.assert_array_equal(weight, other)
        assert (weight[~mask] == 0).all()
    assert accuracy(small) >= accuracy(held) - 0.02


@each_model
def test_quick_a_quantized_model_is_seen_by_the_profiler(name):
    """15 under 14: the same layers, the same work, and nothing recorded for gradients."""
    model, images = trained(name), calibration()[0]
    small = quantize_model(model, calibration())
    found = {}
    for what, each in (("float", model), ("int8", small)):
        with profile() as prof, torch.no_grad():
            each(images)
        found[what] = {row.key: (row.count, row.flops) for row in prof.key_averages()}
    for key in ("linear", "convolution"):
        assert found["int8"].get(f"quantized_{key}") == found["float"].get(key)
    with torch.no_grad():
        assert count_flops(lambda: small(images))[1] == 0


@each_model
def test_quick_masks_cost_work_and_save_none(name):
    """16 under 14: a mask is one multiplication a weight; the products stay as large."""
    model, images = trained(name), calibration()[0]
    dense, _ = count_flops(lambda: model(images))
    prune.global_unstructured([(m, "weight") for m in layers(model)], amount=0.9)
    masked, _ = count_flops(lambda: model(images))
    assert masked - dense == sum(m.weight.numel() for m in layers(model))
    for layer in layers(model):
        prune.remove(layer, "weight")
    assert count_flops(lambda: model(images))[0] == dense


def test_cutting_saves_work_and_bytes_and_all_three_compose():
    """16, 15 and 14 on one model: a quarter of the units, int8, counted."""
    model, images = trained("perceptron"), calibration()[0]
    small = nn.Sequential(nn.Flatten(), *compression.thinner(nn.Sequential(*model[1:]), 0.25))
    assert fit(small, 2)[-1] < 2.0
    before, after = (count_flops(lambda m=m: m.eval()(images))[0] for m in (model, small))
    assert after == pytest.approx(before / 4, rel=0.05)
    tiny = quantize_model(small, calibration())
    held = sum(v.numpy().nbytes for v in tiny.state_dict().values())
    assert held < 4 * sum(p.numel() for p in model.parameters()) / 10
    assert accuracy(tiny) >= accuracy(small) - 0.02


@each_model
def test_quick_a_profile_changes_no_compressed_result(name):
    model, images = pruned(name, epochs=0), calibration()[0]
    small = quantize_model(model, calibration())
    for each in (model, small):
        with torch.no_grad():
            plain = each(images).numpy()
            with profile(profile_memory=True):
                watched = each(images).numpy()
        np.testing.assert_array_equal(plain, watched)
