"""Module 16, compression: masks count exactly, and PyTorch's pruning functions do what they say."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinytorch as torch
from tinytorch import compression, nn, optim
from tinytorch.core import compression as ops
from tinytorch.nn.utils import prune


def layer(seed=0):
    torch.manual_seed(seed)
    return nn.Linear(6, 4)


def zeros(module, name="weight"):
    return int((getattr(module, name).numpy() == 0).sum())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=30), st.data())
def test_a_mask_has_exactly_as_many_zeros_as_asked_for(values, data):
    weight = np.array(values, np.float64)
    count = data.draw(st.integers(0, len(values)))
    mask = ops.magnitude_mask(weight, count)
    assert (mask == 0).sum() == count
    gone, kept = np.abs(weight[mask == 0]), np.abs(weight[mask == 1])
    assert not len(gone) or not len(kept) or gone.max() <= kept.min()


# ---- nn.utils.prune ----


def test_names_and_state_are_pytorchs():
    found = prune.l1_unstructured(layer(), "weight", 0.5)
    assert [name for name, _ in found.named_parameters()] == ["bias", "weight_orig"]
    assert list(found.state_dict()) == ["bias", "weight_orig", "weight_mask"]
    assert zeros(found) == 12
    assert prune.is_pruned(found)
    assert not prune.is_pruned(layer())


def test_pruning_again_takes_from_what_is_left():
    found = prune.l1_unstructured(layer(), "weight", 0.5)
    first = found.weight_mask.numpy().copy()
    prune.l1_unstructured(found, "weight", 0.5)
    assert zeros(found) == 18
    assert (found.weight_mask.numpy() <= first).all()
    prune.l1_unstructured(found, "weight", 2)
    assert zeros(found) == 20
    assert list(found.state_dict()) == ["bias", "weight_orig", "weight_mask"]


def test_remove_makes_it_permanent_and_the_parameter_stays_the_same():
    found = layer()
    parameter = found.weight
    prune.l1_unstructured(found, "weight", 0.25)
    prune.l1_unstructured(found, "bias", 1)
    pruned, x = found.weight.numpy().copy(), torch.randn(3, 6)
    before = found(x).numpy()
    assert prune.remove(found, "weight") is found
    assert found.weight is parameter
    np.testing.assert_array_equal(found.weight.numpy(), pruned)
    np.testing.assert_array_equal(found(x).numpy(), before)
    assert sorted(found.state_dict()) == ["bias_mask", "bias_orig", "weight"]
    found.bias_orig.array[...] = 1.0  # the other mask still works
    assert zeros(found.eval(), "bias") == 1
    with pytest.raises(ValueError, match=r"'weight' of .* has not been pruned"):
        prune.remove(found, "weight")


def test_a_copy_has_a_mask_of_its_own():
    found = prune.l1_unstructured(layer(), "weight", 0.5)
    other = copy.deepcopy(found)
    prune.remove(other, "weight")
    x = torch.randn(2, 6)
    np.testing.assert_array_equal(found(x).numpy(), other(x).numpy())
    assert prune.is_pruned(found)
    with torch.no_grad():
        other.weight *= 0
    assert zeros(found) == 12


def test_random_pruning_follows_the_seed():
    masks = []
    for seed in (1, 1, 2):
        found = layer()
        torch.manual_seed(seed)
        prune.random_unstructured(found, "weight", 0.5)
        masks.append(found.weight_mask.numpy())
        assert zeros(found) == 12
    np.testing.assert_array_equal(masks[0], masks[1])
    assert (masks[0] != masks[2]).any()


def test_global_pruning_compares_all_layers():
    small, large = layer(0), layer(1)
    with torch.no_grad():
        large.weight *= 100
    prune.global_unstructured(
        [(small, "weight"), (large, "weight")], pruning_method=prune.L1Unstructured, amount=20
    )
    assert zeros(small) + zeros(large) == 20
    assert zeros(small) > 15


def test_a_mask_of_ones_own():
    found = prune.custom_from_mask(layer(), "bias", torch.tensor([1.0, 0.0, 1.0, 0.0]))
    assert (found.bias.numpy()[[1, 3]] == 0).all()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda m: prune.l1_unstructured(m, "weight", 1.5), ValueError, "amount=1.5 is neither"),
        (lambda m: prune.l1_unstructured(m, "weight", -1), ValueError, "amount=-1 is neither"),
        (lambda m: prune.l1_unstructured(m, "weight", 99), ValueError, "more than the 24 values"),
        (lambda m: prune.l1_unstructured(m, "weight", "a"), TypeError, "amount is a share"),
        (lambda m: prune.l1_unstructured(m, "wieght", 1), AttributeError, "no parameter 'wieght'"),
        (lambda m: prune.l1_unstructured(3, "weight", 1), TypeError, "takes a module, not int"),
        (lambda m: prune.remove(m, "weight"), ValueError, "has not been pruned"),
        (
            lambda m: prune.custom_from_mask(m, "bias", torch.ones(3)),
            ValueError,
            r"the mask has shape \(3,\), bias \(4,\)",
        ),
        (lambda m: prune.custom_from_mask(m, "bias", [1]), TypeError, "takes a tensor as a mask"),
        (lambda m: prune.global_unstructured([], amount=1), TypeError, "takes a list of pairs"),
        (lambda m: prune.global_unstructured([m], amount=1), TypeError, "takes pairs"),
        (
            lambda m: prune.global_unstructured([(m, "weight")], len, amount=1),
            NotImplementedError,
            "no method but L1Unstructured",
        ),
        (lambda m: prune.is_pruned(None), TypeError, "takes a module"),
    ],
)
def test_what_cannot_be_pruned_is_said(call, error, words):
    with pytest.raises(error, match=words):
        call(layer())


@pytest.mark.parametrize("make", ["SGD", "AdamW", "RMSprop"])
def test_zeros_stay_whatever_the_optimizer_does(make):
    found = layer()
    rate = {"lr": 0.05, "weight_decay": 0.1} | ({"momentum": 0.9} if make == "SGD" else {})
    optimizer = getattr(optim, make)(found.parameters(), **rate)
    x = torch.randn(8, 6)
    for step in range(8):
        if step == 4:
            prune.l1_unstructured(found, "weight", 0.5)
            mask = found.weight_mask.numpy().copy()
        optimizer.zero_grad()
        ((found(x) - 1) ** 2).sum().backward()
        optimizer.step()
    found(x)
    assert (found.weight.numpy()[mask == 0] == 0).all()
    assert (found.weight.numpy()[mask == 1] != 0).all()


# ---- structures ----


def test_sparsity_counts_weights_and_not_biases():
    model = nn.Sequential(layer(), nn.ReLU(), nn.Linear(4, 2))
    assert compression.sparsity(model) == 0
    prune.l1_unstructured(model[0], "weight", 8)
    assert compression.sparsity(model) == 8 / 32
    prune.remove(model[0], "weight")
    assert compression.sparsity(model) == 8 / 32


def test_a_thinner_model_computes_what_the_model_with_silent_units_computes():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 3))
    small = compression.thinner(model, 0.5)
    assert [tuple(p.shape) for p in small.parameters()] == [
        (4, 6),
        (4,),
        (3, 4),
        (3,),
        (3, 3),
        (3,),
    ]
    quiet = copy.deepcopy(model)
    for i in (0, 2):
        weight = model[i].weight.numpy()
        if i == 2:
            weight = weight[:, ops.strongest(model[0].weight.numpy(), 4)]
        off = np.setdiff1d(np.arange(len(weight)), ops.strongest(weight, len(weight) // 2))
        quiet[i].weight.array[off] = quiet[i].bias.array[off] = 0
    x = torch.randn(5, 6)
    np.testing.assert_allclose(small(x).numpy(), quiet(x).numpy(), atol=1e-6)


def test_whole_units_keep_their_order():
    weight = np.array([[1.0], [-5.0], [3.0], [0.0]])
    assert ops.strongest(weight, 2).tolist() == [1, 2]
    assert ops.strongest(weight, 9).tolist() == [0, 1, 2, 3]


def test_the_public_low_rank_and_distillation_loss():
    weight = np.random.default_rng(0).normal(size=(4, 6))
    first, second = compression.low_rank(weight, 4)
    np.testing.assert_allclose(second @ first, weight, atol=1e-12)
    logits = torch.randn(3, 5)
    loss = compression.distillation_loss(logits, logits, torch.tensor([0, 1, 2]), 2.0, 1.0)
    assert loss.item() == pytest.approx(0, abs=1e-7)
