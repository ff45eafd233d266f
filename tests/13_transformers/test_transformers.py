"""Module 13, transformers: GPT and its parts, batches of text, sampling and writing."""

import copy
import math

import numpy as np
import pytest

import tinytorch
from tinytorch import models, nn
from tinytorch.autograd import gradcheck
from tinytorch.core import transformers
from tinytorch.nn import functional as F

SIZES = {"vocab_size": 11, "block_size": 6, "n_layer": 2, "n_head": 2, "n_embd": 8}


def gpt(seed=0, **more):
    tinytorch.manual_seed(seed)
    return models.GPT(models.GPTConfig(**SIZES | more))


def ids(*shape, seed=0):
    return tinytorch.tensor(np.random.default_rng(seed).integers(0, 11, shape))


def sharp(model, factor=20.0):
    """The model with matrices that are `factor` times as large, so that its logits differ."""
    with tinytorch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter *= factor
    return model


# Configuration.


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"n_head": 3}, ValueError, "n_embd=8 does not divide into n_head=3"),
        ({"vocab_size": 0}, ValueError, "vocab_size=0"),
        ({"block_size": 2.5}, ValueError, "block_size=2.5"),
        ({"n_layer": "two"}, TypeError, "n_layer='two'"),
        ({"n_embd": None}, TypeError, "n_embd=None"),
        ({"n_head": math.nan}, ValueError, "n_head=nan"),
        ({"dropout": 1.5}, ValueError, "dropout=1.5"),
        ({"bias": "no"}, TypeError, "bias is True or False, not 'no'"),
        ({"tie_weights": 2}, TypeError, "tie_weights is True or False, not 2"),
    ],
)
def test_sizes_that_cannot_be_are_named(more, error, words):
    with pytest.raises(error, match=words):
        models.GPTConfig(**SIZES | more)


def test_configurations_are_values():
    assert models.GPTConfig(**SIZES) == models.GPTConfig(**SIZES)
    assert models.GPTConfig(**SIZES).dropout == 0.0


# Parts.


@pytest.mark.parametrize("name", ["FeedForward", "CausalSelfAttention", "TransformerBlock"])
@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (np.ones((2, 3, 8), "float32"), TypeError, "x is a Tensor, not ndarray"),
        (tinytorch.ones(2, 3, 8).long(), RuntimeError, "x holds int64, not floats"),
        (tinytorch.ones(2, 8), RuntimeError, r"takes \(n, t, 8\).*\(2, 8\)"),
        (tinytorch.ones(2, 3, 7), RuntimeError, r"takes \(n, t, 8\).*\(2, 3, 7\)"),
    ],
)
def test_parts_name_what_they_cannot_take(name, x, error, words):
    part = getattr(models, name)(models.GPTConfig(**SIZES))
    with pytest.raises(error, match=f"{name}.*{words}"):
        part(x)


@pytest.mark.parametrize("name", ["FeedForward", "CausalSelfAttention", "TransformerBlock"])
def test_parts_have_right_gradients_and_keep_float64(name):
    tinytorch.manual_seed(1)
    part = getattr(models, name)(models.GPTConfig(**SIZES)).double()
    x = np.random.default_rng(0).normal(size=(2, 3, 8))
    assert part(tinytorch.tensor(x)).dtype == np.float64
    gradcheck(part, tinytorch.tensor(x, requires_grad=True))


@pytest.mark.parametrize("shape", [(0, 3, 8), (2, 0, 8), (2, 1, 8)])
def test_parts_take_empty_and_short_inputs(shape):
    block = models.TransformerBlock(models.GPTConfig(**SIZES))
    assert tuple(block(tinytorch.ones(*shape)).shape) == shape


def test_attention_is_that_of_module_12():
    tinytorch.manual_seed(2)
    attention = models.CausalSelfAttention(models.GPTConfig(**SIZES))
    theirs = nn.MultiheadAttention(8, 2, batch_first=True)
    state = attention.state_dict()
    theirs.load_state_dict(
        {
            "in_proj_weight": state["c_attn.weight"],
            "in_proj_bias": state["c_attn.bias"],
            "out_proj.weight": state["c_proj.weight"],
            "out_proj.bias": state["c_proj.bias"],
        }
    )
    x = tinytorch.randn(3, 5, 8)
    mask = tinytorch.tensor(np.triu(np.ones((5, 5), bool), 1))
    wanted = theirs(x, x, x, attn_mask=mask, need_weights=False)[0]
    np.testing.assert_allclose(attention(x).numpy(), wanted.numpy(), 1e-5, 1e-6)


def test_inputs_need_not_be_contiguous():
    block = models.TransformerBlock(models.GPTConfig(**SIZES))
    array = np.random.default_rng(0).normal(size=(8, 4, 2)).astype("float32").T
    straight = block(tinytorch.tensor(np.ascontiguousarray(array))).numpy()
    np.testing.assert_allclose(block(tinytorch.tensor(array)).numpy(), straight, 1e-5, 1e-6)


# The model.


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ([[1, 2]], TypeError, "ids are a Tensor, not list"),
        (tinytorch.ones(1, 2), RuntimeError, "whole numbers, not float32"),
        (tinytorch.ones(2).long(), ValueError, r"takes ids \(n, t\), not of shape \(2,\)"),
        (tinytorch.ones(1, 7).long(), ValueError, "7 positions, and block_size is 6"),
        (tinytorch.full((1, 2), 11), IndexError, "11"),
        (tinytorch.full((1, 2), -1), IndexError, "-1"),
    ],
)
def test_ids_that_cannot_be_are_named(given, error, words):
    with pytest.raises(error, match=words):
        gpt()(given)


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8"])
def test_ids_may_be_any_whole_numbers(dtype):
    model = gpt()
    found = model(tinytorch.tensor(np.array([[1, 2, 3]], dtype))).numpy()
    np.testing.assert_array_equal(found, model(tinytorch.tensor([[1, 2, 3]])).numpy())


@pytest.mark.parametrize("shape", [(0, 3), (2, 0)])
def test_no_ids_give_no_logits(shape):
    assert tuple(gpt()(ids(*shape)).shape) == (*shape, 11)


def test_tied_weights_are_one_parameter():
    model = gpt(tie_weights=True)
    assert model.lm_head.weight is model.wte.weight
    names = [name for name, _ in model.named_parameters()]
    assert "wte.weight" in names
    assert "lm_head.weight" not in names
    model(ids(2, 3)).sum().backward()
    first = model.wte.weight.grad.numpy().copy()
    rows = np.abs(first).sum(1)
    assert np.all(rows > 0), "the output layer's part reaches every row"


def test_a_state_goes_to_another_model_tied_or_not():
    for tied in (False, True):
        first, second = gpt(1, tie_weights=tied), gpt(2, tie_weights=tied)
        second.load_state_dict(first.state_dict())
        given = ids(2, 5)
        np.testing.assert_array_equal(first(given).numpy(), second(given).numpy())
        assert (second.lm_head.weight is second.wte.weight) == tied
        third = copy.deepcopy(second)
        assert (third.lm_head.weight is third.wte.weight) == tied


def test_without_biases_there_are_none():
    assert [name for name, _ in gpt(bias=False).named_parameters() if "bias" in name] == []


def test_the_loss_before_training_is_that_of_guessing():
    for vocabulary in (11, 300):
        model = gpt(vocab_size=vocabulary)
        given = tinytorch.tensor(np.random.default_rng(0).integers(0, vocabulary, (40, 6)))
        loss = models.next_token_loss(model(given), given).item()
        assert abs(loss - math.log(vocabulary)) < 0.1


def test_no_graph_under_no_grad():
    with tinytorch.no_grad():
        assert gpt()(ids(1, 2)).grad_fn is None


def test_gpt_size_counts_what_is_there():
    for bias in (True, False):
        for tied in (True, False):
            config = models.GPTConfig(**SIZES | {"bias": bias, "tie_weights": tied})
            count = sum(p.numel() for p in models.GPT(config).parameters())
            assert transformers.gpt_size(config) == (count, 16 * count)


# Text.


def test_text_batch_is_a_view_of_nothing():
    piece = np.arange(5)
    x, y = models.text_batch([piece], 4)
    piece[:] = 9
    assert x.tolist() == [[0, 1, 2, 3]]
    assert y.tolist() == [[1, 2, 3, 4]]


def test_the_loss_leaves_out_padding():
    x, y = models.text_batch([[1, 2, 3], [4]], 4)
    logits = sharp(gpt())(x)
    rows = logits.numpy()[0, :2].astype("float64")
    chosen = rows[np.arange(2), [2, 3]] - np.log(np.exp(rows).sum(1))
    np.testing.assert_allclose(models.next_token_loss(logits, y).item(), -chosen.mean(), 1e-5)


def test_start_weights_draws_from_the_generator():
    models_of_a_seed = [gpt(seed) for seed in (3, 3, 4)]
    first, again, other = (model.wte.weight.numpy() for model in models_of_a_seed)
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


# Sampling.


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"temperature": -0.1}, ValueError, "temperature=-0.1"),
        ({"temperature": math.nan}, ValueError, "temperature=nan"),
        ({"temperature": "hot"}, TypeError, "temperature='hot'"),
        ({"top_k": 0}, ValueError, "top_k=0"),
        ({"top_k": 2.5}, ValueError, "top_k=2.5"),
        ({"top_p": 0.0}, ValueError, "top_p=0.0"),
        ({"top_p": 1.1}, ValueError, "top_p=1.1"),
    ],
)
def test_settings_that_cannot_be_are_named(settings, error, words):
    with pytest.raises(error, match=words):
        models.filter_logits(tinytorch.ones(3), **settings)
    with pytest.raises(error, match=words):
        models.generate(gpt(), ids(1, 2), 1, **settings)


def test_filter_logits_takes_what_is_excluded_already():
    z = tinytorch.tensor([-math.inf, 1.0, 0.0])
    found = models.filter_logits(z, 0.5, top_k=2, top_p=0.5).numpy()
    np.testing.assert_array_equal(found, [-math.inf, 2.0, -math.inf])


def test_filter_logits_takes_empty_and_strided_rows():
    assert tuple(models.filter_logits(tinytorch.ones(0, 3), top_k=1).shape) == (0, 3)
    z = np.arange(12.0).reshape(3, 4)
    found = models.filter_logits(tinytorch.tensor(z).T, top_k=1, top_p=0.9).numpy()
    np.testing.assert_array_equal(found, np.where(np.arange(3) == 2, z.T, -math.inf))


def test_top_p_keeps_the_fewest_that_reach_it():
    rng = np.random.default_rng(0)
    for _ in range(50):
        z = rng.normal(size=12) * 3
        p = np.exp(z) / np.exp(z).sum()
        top_p = float(rng.uniform(0.05, 0.95))
        kept = models.filter_logits(tinytorch.tensor(z), top_p=top_p).numpy() > -math.inf
        assert p[kept].sum() >= top_p - 1e-9
        assert p[kept].sum() - p[kept].min() < top_p
        assert p[kept].min() >= p[~kept].max()


def test_generate_at_every_length_is_the_last_of_the_model():
    model, given = sharp(gpt()), ids(3, 2)
    written = models.generate(model, given, 9, temperature=0).numpy()
    assert written.shape == (3, 11)
    for end in range(2, 11):
        logits = model(tinytorch.tensor(written[:, max(end - 6, 0) : end]))[:, -1].numpy()
        np.testing.assert_array_equal(written[:, end], logits.argmax(-1))


def test_generate_leaves_the_model_as_it_was_even_after_an_error():
    model = gpt(dropout=0.5)
    model.h[1].eval()
    before = [module.training for module in model.modules()]
    models.generate(model, ids(1, 2), 2)
    assert [module.training for module in model.modules()] == before
    with pytest.raises(IndexError):
        models.generate(model, tinytorch.full((1, 2), 99), 2)
    assert [module.training for module in model.modules()] == before
    assert tinytorch.is_grad_enabled()


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ([[1]], TypeError, "generate: ids are a Tensor"),
        (tinytorch.ones(1, 2), RuntimeError, "generate: ids are whole numbers"),
        (tinytorch.ones(2).long(), ValueError, r"generate takes ids \(n, t\)"),
    ],
)
def test_generate_names_ids_that_cannot_be(given, error, words):
    with pytest.raises(error, match=words):
        models.generate(gpt(), given, 1)


def test_generate_does_not_change_the_weights_or_make_gradients():
    model = gpt()
    before = {name: value.numpy().copy() for name, value in model.state_dict().items()}
    models.generate(model, ids(2, 2), 3, seed=1)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), before[name])
    assert all(parameter.grad is None for parameter in model.parameters())


# PyTorch's encoder.


def encoder(**more):
    tinytorch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, **more)
    return nn.TransformerEncoder(layer, 2)


def test_a_pre_norm_encoder_with_a_causal_mask_is_our_block():
    layer = nn.TransformerEncoderLayer(
        8, 2, 32, 0.0, lambda x: F.gelu(x, approximate="tanh"), batch_first=True, norm_first=True
    )
    block = models.TransformerBlock(models.GPTConfig(**SIZES))
    state = block.state_dict()
    pairs = {
        "self_attn.in_proj_": "attn.c_attn.",
        "self_attn.out_proj.": "attn.c_proj.",
        "linear1.": "mlp.c_fc.",
        "linear2.": "mlp.c_proj.",
        "norm1.": "ln_1.",
        "norm2.": "ln_2.",
    }
    layer.load_state_dict(
        {f"{theirs}{k}": state[f"{ours}{k}"] for theirs, ours in pairs.items() for k in WB}
    )
    x, mask = tinytorch.randn(2, 5, 8), tinytorch.tensor(np.triu(np.ones((5, 5), bool), 1))
    for is_causal in (False, True):
        found = layer(x, mask, is_causal=is_causal).numpy()
        np.testing.assert_allclose(found, block(x).numpy(), 1e-4, 1e-6)


WB = ("weight", "bias")


def test_layers_of_an_encoder_are_copies_of_their_own():
    model = encoder()
    first, second = model.layers
    assert first is not second
    np.testing.assert_array_equal(first.linear1.weight.numpy(), second.linear1.weight.numpy())
    with tinytorch.no_grad():
        first.linear1.weight *= 2
    assert np.abs(first.linear1.weight.numpy() - second.linear1.weight.numpy()).max() > 0


def test_padding_changes_no_other_position():
    model, x = encoder(), tinytorch.randn(2, 5, 8)
    padding = np.zeros((2, 5), bool)
    padding[0, 3:] = True
    moved = x.numpy().copy()
    moved[0, 3:] += 9
    masks = {"src_key_padding_mask": tinytorch.tensor(padding)}
    found, other = (model(tinytorch.tensor(a), **masks).numpy() for a in (x.numpy(), moved))
    np.testing.assert_array_equal(found[0, :3], other[0, :3])
    assert np.abs(found[0, 3:] - other[0, 3:]).max() > 0.1


def test_encoders_name_what_they_cannot_take():
    with pytest.raises(RuntimeError, match="activation is 'relu', 'gelu' or a function"):
        nn.TransformerEncoderLayer(8, 2, activation="swish")
    with pytest.raises(TypeError, match="activation is"):
        nn.TransformerEncoderLayer(8, 2, activation=3)
    with pytest.raises(TypeError, match="encoder_layer is a Module, not type"):
        nn.TransformerEncoder(nn.TransformerEncoderLayer, 2)
    with pytest.raises(TypeError, match="num_layers is a whole number"):
        nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 2.5)
