"""Module 12, attention: its parts on arrays, and what its functions refuse."""

import copy

import numpy as np
import pytest

import tinytorch
from tinytorch import nn
from tinytorch.autograd import detect_anomaly
from tinytorch.core import attention as ops
from tinytorch.lib import attention as lib
from tinytorch.nn.functional import scaled_dot_product_attention as attention


def draw(*shape, seed=0, dtype="float64"):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def tensors(*shapes, dtype="float32"):
    return [tinytorch.tensor(draw(*shape, seed=i, dtype=dtype)) for i, shape in enumerate(shapes)]


# The parts.
@pytest.mark.parametrize(("t", "s"), [(0, 0), (0, 3), (3, 0), (1, 1), (4, 2)])
def test_masks_of_any_size(t, s):
    assert ops.attention_mask(t, s, True).shape == (t, s)
    assert ops.attention_mask(t, s, lengths=[]).shape == (0, 1, t, s)
    assert ops.attention_mask(t, s, True, [0, 5]).dtype == bool


def test_lengths_may_be_an_array():
    expected = ops.attention_mask(2, 4, lengths=[1, 3])
    assert np.array_equal(ops.attention_mask(2, 4, lengths=np.array([1, 3])), expected)
    assert np.array_equal(expected[:, 0, 0], [[1, 0, 0, 0], [1, 1, 1, 0]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_weights_keep_dtype_and_arrays(dtype):
    q, k = draw(2, 3, 4, dtype=dtype), draw(2, 5, 4, seed=1, dtype=dtype)
    for mask in (None, np.ones((3, 5), bool), np.zeros((3, 5), dtype)):
        copies = copy.deepcopy((q, k, mask))
        p = ops.attention_weights(q, k, mask, 0.5)
        assert p.dtype == dtype
        np.testing.assert_allclose(p.sum(-1), 1, rtol=1e-6)
        for array, before in zip((q, k, mask), copies, strict=True):
            assert np.array_equal(array, before)


def test_nan_stays_visible():
    """A NaN among the inputs is nothing that a mask has hidden."""
    q, k = draw(2, 3), draw(4, 3, seed=1)
    q[0, 0] = np.nan
    p = ops.attention_weights(q, k, None, 1.0)
    assert np.isnan(p[0]).all()
    assert np.isfinite(p[1]).all()


def test_rules_on_views():
    """Strided inputs, as heads of a packed projection are."""
    packed = draw(2, 5, 3, 2, 4)
    q, k, v = np.moveaxis(packed, (2, 3), (0, 2))
    p = ops.attention_weights(q, k, None, 0.5)
    g = draw(2, 5, 2, 4, seed=2).transpose(0, 2, 1, 3)
    found = ops.attention_rules(g, p @ v, p, q, k, v, 0.5)
    plain = [np.ascontiguousarray(a) for a in (g, p @ v, p, q, k, v)]
    for part, expected in zip(found, ops.attention_rules(*plain, 0.5), strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-12)


def test_heads_are_views():
    x = tinytorch.tensor(draw(2, 3, 8))
    heads = ops.split_heads(x, 4)
    assert heads.shape == (2, 4, 3, 2)
    assert np.shares_memory(heads.array, x.array)
    assert np.array_equal(ops.join_heads(heads).numpy(), x.numpy())


def test_results_are_laid_out_as_queries():
    """Joining the heads of a result is a view if the queries were one of (n, t, h, d)."""
    (x,) = tensors((2, 3, 4, 5))
    q = x.transpose(1, 2)
    y = attention(q, q, q).transpose(1, 2)
    assert y.array.flags.c_contiguous
    assert np.shares_memory(y.reshape(2, 3, 20).array, y.array)


@pytest.mark.parametrize("shape", [(3,), (3, 4), (2, 3, 4), (4, 2, 3, 5)])
def test_like_has_the_order_of_its_model(shape):
    for order in ([*range(len(shape))], [*range(len(shape))][::-1]):
        x = np.empty([shape[i] for i in np.argsort(order)]).transpose(order)
        made = lib.like(x, x.shape)
        assert made.shape == x.shape
        assert np.argsort(made.strides).tolist() == np.argsort(x.strides).tolist()
    assert lib.like(np.empty((2, 3)), (4, 2, 3)).shape == (4, 2, 3)


def test_the_triangle_is_not_to_be_written():
    assert not lib.upper(3, 3, np.dtype("float32")).flags.writeable


@pytest.mark.parametrize("length", [65, 130])
@pytest.mark.parametrize("lead", [(2, 3), (64, 8), (1, 2, 3)])
def test_blocks_agree_with_the_readable_form(length, lead):
    """Few examples are done at once, many one by one."""
    q, k, v = (draw(*lead, length, 4, seed=i) for i in range(3))
    out, g = np.empty(q.shape), draw(*lead, length, 4, seed=4)
    weights = lib.causal_forward(q, k, v, 0.5, out)
    p = ops.attention_weights(q, k, ops.attention_mask(length, length, True), 0.5)
    np.testing.assert_allclose(out, p @ v, atol=1e-12)
    parts = tuple(np.full(x.shape, np.nan) for x in (q, k, v))
    lib.causal_rule(g, out, weights, (q, k, v), 0.5, parts)
    for part, expected in zip(parts, ops.attention_rules(g, p @ v, p, q, k, v, 0.5), strict=True):
        np.testing.assert_allclose(part, expected, atol=1e-10)


def test_who_works_in_blocks():
    long, short = draw(2, lib.BLOCK + 1, 3), draw(2, lib.BLOCK, 3)
    assert ops.in_blocks(long, long, long, None, True)
    assert not ops.in_blocks(short, short, short, None, True)
    assert not ops.in_blocks(long, long, long, None, False)
    assert not ops.in_blocks(long, long[:1], long[:1], None, True)
    assert not ops.in_blocks(long, long[:, :0], long[:, :0], None, True)


@pytest.mark.parametrize("sizes", [(512, 768, 12), (1, 1, 1)])
def test_costs_are_python_integers(sizes):
    assert [type(n) for n in ops.attention_cost(*sizes)] == [int] * 4


# The function.
@pytest.mark.parametrize(
    "shapes",
    [
        ((0, 3), (0, 3), (0, 3)),
        ((4, 3), (0, 3), (0, 2)),
        ((0, 4, 3), (0, 5, 3), (0, 5, 2)),
        ((2, 4, 0), (2, 5, 0), (2, 5, 3)),
        ((2, 4, 3), (2, 5, 3), (2, 5, 0)),
    ],
)
@pytest.mark.parametrize("causal", [True, False])
def test_sizes_of_zero(shapes, causal):
    q, k, v = tensors(*shapes)
    for x in (q, k, v):
        x.requires_grad_()
    y = attention(q, k, v, is_causal=causal)
    assert y.shape == (*q.shape[:-1], v.shape[-1])
    y.sum().backward()
    assert [x.grad.shape for x in (q, k, v)] == [x.shape for x in (q, k, v)]


def test_features_of_size_zero_give_the_plain_mean():
    q, k, v = tensors((2, 0), (3, 0), (3, 4))
    np.testing.assert_allclose(attention(q, k, v).numpy()[0], v.numpy().mean(0), rtol=1e-6)


@pytest.mark.parametrize("options", [{}, {"is_causal": True}, {"dropout_p": 0.5}])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtypes_stay(options, dtype):
    q, k, v = tensors((70, 3), (70, 3), (70, 2), dtype=dtype)
    assert attention(q, k, v, scale=0.5, **options).dtype == dtype


def test_anomaly_detection_lets_masks_pass():
    x = tinytorch.tensor(draw(3, 4), requires_grad=True)
    mask = tinytorch.tensor(np.where(np.eye(3) > 0, 0.0, -np.inf))
    with detect_anomaly():
        attention(x, x, x, mask).sum().backward()
        attention(x, x, x, is_causal=True).sum().backward()


def test_dropout_follows_the_seed():
    q, k, v = tensors((5, 3), (5, 3), (5, 2))
    drawn = []
    for _ in range(2):
        tinytorch.manual_seed(3)
        drawn.append(attention(q, k, v, dropout_p=0.5).numpy())
    assert np.array_equal(*drawn)


BAD = {
    "a list": (lambda q, k, v: attention([1.0], k, v), TypeError, "query is a Tensor, not list"),
    "integers": (lambda q, k, v: attention(q, k.long(), v), RuntimeError, "key holds int64"),
    "two dtypes": (lambda q, k, v: attention(q, k.double(), v), RuntimeError, "one dtype"),
    "a vector": (lambda q, k, v: attention(q[0, 0], k, v), RuntimeError, r"\(\.\.\., length"),
    "other features": (lambda q, k, v: attention(q[..., :2], k, v), RuntimeError, "same features"),
    "fewer values": (lambda q, k, v: attention(q, k, v[:, :2]), RuntimeError, "same length"),
    "other batches": (
        lambda q, k, v: attention(q, k.expand(2, 5, 3).repeat(2, 1, 1)[:3], v),
        RuntimeError,
        "do not broadcast",
    ),
    "a mask of integers": (
        lambda q, k, v: attention(q, k, v, tinytorch.ones(4, 5).long()),
        RuntimeError,
        "attn_mask holds booleans or float32",
    ),
    "a mask of another float": (
        lambda q, k, v: attention(q, k, v, tinytorch.ones(4, 5).double()),
        RuntimeError,
        "attn_mask holds booleans or float32",
    ),
    "a mask that is no tensor": (
        lambda q, k, v: attention(q, k, v, np.ones((4, 5), bool)),
        TypeError,
        "attn_mask is a Tensor, not ndarray",
    ),
    "a mask of another size": (
        lambda q, k, v: attention(q, k, v, tinytorch.ones(4, 4) > 0),
        RuntimeError,
        r"shape \(4, 4\) for scores of shape \(2, 4, 5\)",
    ),
    "a mask larger than the scores": (
        lambda q, k, v: attention(q, k, v, tinytorch.ones(3, 1, 4, 5) > 0),
        RuntimeError,
        "may not be larger",
    ),
    "a mask and causal": (
        lambda q, k, v: attention(q, k, v, tinytorch.ones(4, 5) > 0, is_causal=True),
        RuntimeError,
        "an attn_mask or is_causal=True",
    ),
    "dropout above 1": (
        lambda q, k, v: attention(q, k, v, dropout_p=1.5),
        RuntimeError,
        "between 0 and 1, not 1.5",
    ),
    "a scale in words": (
        lambda q, k, v: attention(q, k, v, scale="a"),
        TypeError,
        "scale is a num",
    ),
    "causal in words": (
        lambda q, k, v: attention(q, k, v, is_causal="yes"),
        TypeError,
        "is_causal is True or False",
    ),
    "grouped queries": (
        lambda q, k, v: attention(q, k, v, enable_gqa=True),
        RuntimeError,
        "repeat the heads",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_of_attention(name):
    call, error, words = BAD[name]
    with pytest.raises(error, match=words):
        call(*tensors((2, 4, 3), (2, 5, 3), (2, 5, 3)))


PACKED = {
    "heads that do not divide": ((2, 4, 12), 3, RuntimeError, "3 equal heads"),
    "no batch": ((4, 12), 2, RuntimeError, r"takes \(n, t, 3 \* width\)"),
    "no heads": ((2, 4, 12), 0, RuntimeError, "at least 1"),
    "heads in words": ((2, 4, 12), "a", TypeError, "whole number"),
}


@pytest.mark.parametrize("name", PACKED)
def test_errors_of_packed_attention(name):
    shape, heads, error, words = PACKED[name]
    with pytest.raises(error, match=words):
        ops.packed_attention(*tensors(shape), heads)


# The layer.
MADE = {
    "heads that do not divide": ((6, 4), {}, AssertionError, "6 does not divide into 4 heads"),
    "no heads": ((6, 0), {}, ValueError, "at least 1"),
    "heads in words": ((6, "a"), {}, TypeError, "num_heads is a whole number"),
    "dropout above 1": ((6, 2), {"dropout": 2.0}, ValueError, "between 0 and 1"),
    "keys of another size": ((6, 2), {"kdim": 4}, RuntimeError, "has no kdim"),
    "values of another size": ((6, 2), {"vdim": 4}, RuntimeError, "has no vdim"),
    "a bias of keys": ((6, 2), {"add_bias_kv": True}, RuntimeError, "has no add_bias_kv"),
    "a key of zeros": ((6, 2), {"add_zero_attn": True}, RuntimeError, "no add_zero_attn"),
}


@pytest.mark.parametrize("name", MADE)
def test_errors_of_a_layer_when_made(name):
    args, options, error, words = MADE[name]
    with pytest.raises(error, match=words):
        nn.MultiheadAttention(*args, **options)


def test_sizes_that_are_the_same_may_be_said():
    layer = nn.MultiheadAttention(6, 2, kdim=6, vdim=6, device="cpu", dtype=tinytorch.float64)
    assert layer.in_proj_weight.dtype == np.float64


CALLED = {
    "other features": (((3, 2, 4),) * 3, {}, AssertionError, "takes 6 features"),
    "one dimension": (((6,),) * 3, {}, AssertionError, "3 dimensions, or of 2"),
    "dimensions that differ": (((3, 2, 6), (3, 6), (3, 6)), {}, AssertionError, "3 dimensions"),
    "fewer values": (((3, 2, 6), (4, 2, 6), (3, 2, 6)), {}, AssertionError, "a value for each key"),
    "other batches": (((3, 2, 6), (3, 1, 6), (3, 1, 6)), {}, RuntimeError, "one batch size"),
    "a mask of another size": (
        ((3, 2, 6),) * 3,
        {"attn_mask": (2, 2)},
        RuntimeError,
        r"attn_mask has the shape \(3, 3\) or \(4, 3, 3\) here, not \(2, 2\)",
    ),
    "padding of another size": (
        ((3, 2, 6),) * 3,
        {"key_padding_mask": (3, 2)},
        AssertionError,
        r"key_padding_mask has the shape \(2, 3\) here, not \(3, 2\)",
    ),
    "causal without a mask": (((3, 2, 6),) * 3, {"is_causal": True}, RuntimeError, "a hint"),
}


@pytest.mark.parametrize("name", CALLED)
def test_errors_of_a_layer_when_called(name):
    shapes, options, error, words = CALLED[name]
    given = {
        key: tinytorch.ones(value) > 0 if isinstance(value, tuple) else value
        for key, value in options.items()
    }
    with pytest.raises(error, match=words):
        nn.MultiheadAttention(6, 2)(*tensors(*shapes), **given)


def test_masks_of_a_layer_are_booleans_or_floats():
    layer, (x,) = nn.MultiheadAttention(6, 2), tensors((3, 2, 6))
    with pytest.raises(AssertionError, match="booleans, True = left out"):
        layer(x, x, x, attn_mask=tinytorch.ones(3, 3).long())
    with pytest.raises(TypeError, match="key_padding_mask is a Tensor, not list"):
        layer(x, x, x, key_padding_mask=[[True]])
    with pytest.raises(RuntimeError, match="attn_mask learns nothing here"):
        layer(x, x, x, attn_mask=tinytorch.zeros(3, 3, requires_grad=True))


def test_a_mask_in_float64_for_a_layer_in_float32():
    layer, (x,) = nn.MultiheadAttention(6, 2), tensors((3, 2, 6))
    y, weights = layer(x, x, x, attn_mask=tinytorch.zeros(3, 3).double())
    assert y.dtype == weights.dtype == np.float32


def test_padding_of_one_example():
    layer, (x,) = nn.MultiheadAttention(6, 2), tensors((3, 6))
    weights = layer(x, x, x, tinytorch.tensor([False, True, False]))[1].numpy()
    assert not weights[:, 1].any()
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-6)


def test_without_a_bias():
    layer = nn.MultiheadAttention(6, 2, bias=False)
    assert layer.in_proj_bias is None
    assert layer.out_proj.bias is None
    (x,) = tensors((3, 2, 6))
    for need_weights in (True, False):
        assert layer(x, x, x, need_weights=need_weights)[0].shape == (3, 2, 6)


def test_a_copy_learns_by_itself():
    layer = nn.MultiheadAttention(6, 2)
    other = copy.deepcopy(layer)
    with tinytorch.no_grad():
        other.in_proj_weight += 1
    assert not np.array_equal(layer.in_proj_weight.numpy(), other.in_proj_weight.numpy())
