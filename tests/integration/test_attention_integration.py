"""Attention from linear layers to gradients: modules 01 to 03 and 12, and training with 06.

The fused operation is the composed one, in values and gradients, for any shapes and masks; what a
mask hides changes no bit; rows with nothing to look at poison no gradient; heads, packed weights
and both kinds of mask mean what PyTorch means; dropout acts in training only; backward frees the
scores. `-k quick` is a smoke run.
"""

import gc
import weakref

import numpy as np
import pytest

import tinytorch as torch
from tinytorch import nn
from tinytorch.autograd import gradcheck
from tinytorch.core.attention import packed_attention
from tinytorch.nn.functional import scaled_dot_product_attention as attention

LONG = 150  # positions: three blocks of queries


def draw(*shape, seed=0, dtype="float64"):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def triangle(t, s):
    return np.tril(np.ones((t, s), bool))


def hidden(t, s, seed=3):
    """A mask with an empty row and one that is full."""
    mask = np.random.default_rng(seed).random((t, s)) < 0.6
    mask[0], mask[-1] = False, True
    return mask


def plain(q, k, v, mask=None, scale=None):
    """Attention on arrays, row by row."""
    scores = np.einsum("...td,...sd->...ts", q, k) * (
        q.shape[-1] ** -0.5 if scale is None else scale
    )
    if mask is not None:
        scores = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask
    with np.errstate(invalid="ignore"):
        p = np.exp(scores - scores.max(-1, keepdims=True))
    p = np.nan_to_num(p / p.sum(-1, keepdims=True))
    return p @ v


def composed(q, k, v, mask=None):
    """The same in single operations on tensors, for rows that are not empty."""
    scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(torch.tensor(~mask), -np.inf)
    return scores.softmax(-1) @ v


def leaves(*arrays):
    return [torch.tensor(array, requires_grad=True) for array in arrays]


def gradients(y, g, *inputs):
    for x in inputs:
        x.grad = None
    y.backward(torch.tensor(g))
    return [x.grad.numpy() for x in inputs]


SHAPES = {
    "one example": ((4, 6), (4, 6), (4, 5)),
    "a batch": ((3, 4, 6), (3, 4, 6), (3, 4, 6)),
    "heads": ((2, 3, 5, 4), (2, 3, 5, 4), (2, 3, 5, 4)),
    "more keys": ((2, 3, 6), (2, 7, 6), (2, 7, 2)),
    "more queries": ((2, 2, 7, 3), (2, 2, 4, 3), (2, 2, 4, 3)),
    "one query": ((2, 1, 6), (2, 5, 6), (2, 5, 6)),
    "one key": ((3, 4), (1, 4), (1, 4)),
    "broadcast": ((2, 3, 4, 5), (3, 6, 5), (1, 1, 6, 4)),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("kind", ["none", "causal", "bool", "float"])
def test_values_quick(name, kind):
    q, k, v = (draw(*shape, seed=i) for i, shape in enumerate(SHAPES[name]))
    t, s = q.shape[-2], k.shape[-2]
    mask = {"none": None, "causal": triangle(t, s), "bool": hidden(t, s)}.get(kind)
    if kind == "float":
        mask = np.where(hidden(t, s), draw(t, s, seed=9), -np.inf)
    options = {"is_causal": True} if kind == "causal" else {}
    if kind in ("bool", "float"):
        options["attn_mask"] = torch.tensor(mask)
    for scale in (None, 0.3):
        y = attention(*map(torch.tensor, (q, k, v)), scale=scale, **options)
        np.testing.assert_allclose(y.numpy(), plain(q, k, v, mask, scale), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("kind", ["none", "causal", "bool", "float"])
def test_gradcheck_quick(name, kind):
    q, k, v = (draw(*shape, seed=i) for i, shape in enumerate(SHAPES[name]))
    t, s = q.shape[-2], k.shape[-2]
    if kind == "float":  # which learns
        assert gradcheck(lambda q, k, v, m: attention(q, k, v, m), q, k, v, draw(t, s, seed=8))
        mask = torch.tensor(np.where(hidden(t, s), 0.5, -np.inf))
        assert gradcheck(lambda q, k, v: attention(q, k, v, mask), q, k, v)
        return
    options = {"none": {}, "causal": {"is_causal": True}}.get(kind)
    options = {"attn_mask": torch.tensor(hidden(t, s))} if options is None else options
    assert gradcheck(lambda q, k, v: attention(q, k, v, scale=0.8, **options), q, k, v)


@pytest.mark.parametrize(("t", "s"), [(64, 64), (65, 65), (LONG, LONG), (LONG, 70), (70, LONG)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("lead", [(), (2,), (2, 3), (40, 4)])
def test_long_causal_attention_is_the_composed_one(t, s, dtype, lead):
    arrays = [draw(*lead, n, 8, seed=i, dtype=dtype) for i, n in enumerate((t, s, s))]
    q, k, v = leaves(*arrays)
    g = draw(*lead, t, 8, seed=7, dtype=dtype)
    fused, reference = attention(q, k, v, is_causal=True), composed(q, k, v, triangle(t, s))
    tolerance = 1e-6 if dtype == "float64" else 2e-5
    np.testing.assert_allclose(fused.numpy(), reference.numpy(), atol=tolerance)
    found, expected = gradients(fused, g, q, k, v), gradients(reference, g, q, k, v)
    for part, other, x in zip(found, expected, (q, k, v), strict=True):
        assert part.dtype == dtype
        assert part.shape == x.shape
        np.testing.assert_allclose(part, other, atol=10 * tolerance)


@pytest.mark.parametrize("t", [6, LONG])
@pytest.mark.parametrize("masked", ["none", "causal", "mask"])
def test_packed_is_cut_quick(t, masked):
    heads, width = 3, 12
    (qkv,), g = leaves(draw(2, t, 3 * width)), draw(2, t, width, seed=1)
    mask = torch.tensor(hidden(t, t)) if masked == "mask" else None
    y = packed_attention(qkv, heads, mask, is_causal=masked == "causal")
    (found,) = gradients(y, g, qkv)
    parts = (x.reshape(2, t, heads, -1).transpose(1, 2) for x in qkv.split(width, 2))
    cut = attention(*parts, attn_mask=mask, is_causal=masked == "causal")
    cut = cut.transpose(1, 2).reshape(2, t, width)
    np.testing.assert_allclose(y.numpy(), cut.numpy(), atol=1e-12)
    np.testing.assert_allclose(found, gradients(cut, g, qkv)[0], atol=1e-12)


@pytest.mark.parametrize("t", [10, LONG])
def test_the_future_changes_no_bit_quick(t):
    place = t // 2
    layer, x = nn.MultiheadAttention(8, 2, batch_first=True), draw(2, t, 8, dtype="float32")
    changed = x.copy()
    changed[:, place] += 5.0
    future = torch.tensor(~triangle(t, t))
    for need_weights in (False, True):
        before, after = (
            layer(
                *[torch.tensor(a)] * 3, need_weights=need_weights, attn_mask=future, is_causal=True
            )
            for a in (x, changed)
        )
        before, after = before[0].numpy(), after[0].numpy()
        assert np.array_equal(before[:, :place], after[:, :place])
        assert (before[:, place:] != after[:, place:]).any(-1).all()


@pytest.mark.parametrize("t", [9, LONG])
def test_no_gradient_reaches_the_future_quick(t):
    (x,) = leaves(draw(t, 4))
    y = attention(x, x, x, is_causal=True)
    y[t // 2].sum().backward()
    reached = np.abs(x.grad.numpy()).sum(1) > 0
    assert reached[: t // 2 + 1].all()
    assert not reached[t // 2 + 1 :].any()


def test_an_order_of_its_own_quick():
    """Without mask and positions, permuted inputs give permuted results."""
    layer, x = nn.MultiheadAttention(12, 3, batch_first=True), draw(2, 7, 12, dtype="float32")
    order = np.random.default_rng(1).permutation(7)
    y = layer(*[torch.tensor(x)] * 3)[0].numpy()
    moved = layer(*[torch.tensor(x[:, order])] * 3)[0].numpy()
    np.testing.assert_allclose(moved, y[:, order], atol=1e-6)


@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize("kind", ["bool", "float"])
def test_an_empty_row_poisons_nothing_quick(need_weights, kind):
    """An example of nothing but padding, through weights that it shares with others."""
    layer = nn.MultiheadAttention(8, 2, batch_first=True)
    (x,) = leaves(draw(2, 3, 8, dtype="float32"))
    padding = np.array([[True] * 3, [False, False, True]])
    if kind == "float":
        padding = np.where(padding, -np.inf, 0.0).astype("float32")
    y, weights = layer(x, x, x, torch.tensor(padding), need_weights)
    np.testing.assert_array_equal(
        y.numpy()[0], np.broadcast_to(layer.out_proj.bias.numpy(), (3, 8))
    )
    if need_weights:
        assert not weights.numpy()[0].any()
    (y * y).sum().backward()
    for parameter in (*layer.parameters(), x):
        assert np.isfinite(parameter.grad.numpy()).all()
    assert np.abs(layer.in_proj_weight.grad.numpy()).max() > 0
    assert not x.grad.numpy()[0].any()


def test_nothing_to_look_at_quick():
    """A mask with an empty row; no keys at all."""
    q, k, v = leaves(*(draw(2, 4, 6, seed=i) for i in range(3)))
    y = attention(q, k, v, torch.tensor(hidden(4, 4)))
    assert not y.numpy()[:, 0].any()
    found = gradients(y, draw(2, 4, 6, seed=5), q, k, v)
    assert all(np.isfinite(part).all() for part in found)
    assert not found[0][:, 0].any()
    for options in ({}, {"is_causal": True}):
        none = attention(q, k[:, :0], v[:, :0], **options)
        assert none.shape == (2, 4, 6)
        assert not none.numpy().any()


def test_scores_of_any_size_quick():
    q, k = np.array([[1e4], [-1e4]]), np.array([[1e4], [2e4]])
    v = np.eye(2)
    y = attention(*map(torch.tensor, (q, k, v)))
    np.testing.assert_allclose(y.numpy(), [[0, 1], [1, 0]])
    masked = attention(*map(torch.tensor, (-q, k, v, ~np.eye(2, dtype=bool))))
    np.testing.assert_allclose(masked.numpy(), [[0, 1], [1, 0]])
    long = np.concatenate([q * 1e3] * LONG)
    y = attention(*map(torch.tensor, (long, long, long)), is_causal=True)
    assert np.isfinite(y.numpy()).all()


def test_the_two_meanings_of_true_quick():
    """PyTorch's: taking part in the function, left out in the layer."""
    layer = nn.MultiheadAttention(4, 1, bias=False, batch_first=True).double()
    layer.load_state_dict(
        {"in_proj_weight": np.concatenate([np.eye(4)] * 3), "out_proj.weight": np.eye(4)}
    )
    x = torch.tensor(draw(1, 5, 4))
    mask = triangle(5, 5)
    y = attention(x, x, x, torch.tensor(mask)).numpy()
    np.testing.assert_allclose(
        layer(x, x, x, attn_mask=torch.tensor(~mask))[0].numpy(), y, atol=1e-12
    )
    only_first = np.array([[False, True, True, True, True]])
    first = layer(x, x, x, key_padding_mask=torch.tensor(only_first))[0].numpy()
    np.testing.assert_allclose(first, np.broadcast_to(x.numpy()[:, :1], (1, 5, 4)), atol=1e-12)
    both = layer(
        x, x, x, torch.tensor(only_first), attn_mask=torch.tensor(mask & ~np.eye(5, dtype=bool))
    )
    assert not both[1].numpy()[0, 1:].any()
    assert both[1].numpy()[0, 0, 0] == 1


def heads_by_hand(layer, query, key, mask):
    """MultiheadAttention head by head, from slices of its weights."""
    width, size = layer.embed_dim, layer.head_dim
    weight, bias = layer.in_proj_weight.numpy(), layer.in_proj_bias.numpy()
    q, k, v = (
        x @ weight[i * width : (i + 1) * width].T + bias[i * width : (i + 1) * width]
        for i, x in enumerate((query, key, key))
    )
    parts = [
        plain(q[..., h : h + size], k[..., h : h + size], v[..., h : h + size], mask)
        for h in range(0, width, size)
    ]
    return np.concatenate(parts, -1) @ layer.out_proj.weight.numpy().T + layer.out_proj.bias.numpy()


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize("kind", ["self", "cross", "one example"])
def test_heads_by_hand_quick(batch_first, need_weights, kind):
    torch.manual_seed(0)
    layer = nn.MultiheadAttention(6, 3, batch_first=batch_first).double()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter += torch.tensor(0.3 * draw(*parameter.shape, seed=parameter.ndim))
    query = draw(2, 4, 6)
    key = draw(2, 5, 6, seed=1) if kind == "cross" else query
    mask = hidden(4, key.shape[1])
    mask[0, 0] = True
    expected = heads_by_hand(layer, query, key, mask)
    if kind == "one example":
        query, key, expected = query[0], key[0], expected[0]
    turn = kind != "one example" and not batch_first
    inputs = [x.swapaxes(0, 1) if turn else x for x in (query, key)]
    q, k = map(torch.tensor, inputs)
    k = q if kind != "cross" else k
    y, weights = layer(q, k, k, need_weights=need_weights, attn_mask=torch.tensor(~mask))
    np.testing.assert_allclose(y.numpy(), expected.swapaxes(0, 1) if turn else expected, atol=1e-10)
    if need_weights:
        assert weights.shape == (*query.shape[:-2], 4, key.shape[-2])
        np.testing.assert_allclose(weights.numpy().sum(-1), 1, atol=1e-12)
        assert not (weights.numpy() * ~mask).any()
    else:
        assert weights is None
    assert gradcheck(
        lambda a, b: layer(a, b, b, need_weights=need_weights, attn_mask=torch.tensor(~mask))[0],
        *inputs,
    )


def test_weights_of_each_head_quick():
    layer, x = nn.MultiheadAttention(8, 4), torch.tensor(draw(5, 2, 8, dtype="float32"))
    y, mean = layer(x, x, x)
    z, each = layer(x, x, x, average_attn_weights=False)
    assert each.shape == (2, 4, 5, 5)
    assert mean.shape == (2, 5, 5)
    assert y.shape == (5, 2, 8)
    np.testing.assert_allclose(each.numpy().mean(1), mean.numpy(), atol=1e-6)
    np.testing.assert_allclose(layer(x, x, x, need_weights=False)[0].numpy(), z.numpy(), atol=1e-6)
    assert gradcheck(
        lambda x: layer.double()(x, x, x, average_attn_weights=False)[1], draw(3, 1, 8)
    )


def test_a_mask_for_each_head_quick():
    layer, x = (
        nn.MultiheadAttention(6, 3, batch_first=True),
        torch.tensor(draw(2, 4, 6, dtype="float32")),
    )
    out = np.random.default_rng(5).random((6, 4, 4)) < 0.5
    out[..., 0] = False
    weights = layer(x, x, x, attn_mask=torch.tensor(out), average_attn_weights=False)[1].numpy()
    assert np.array_equal(weights.reshape(6, 4, 4) == 0, out)


def test_state_and_start_quick():
    torch.manual_seed(0)
    layer = nn.MultiheadAttention(64, 4)
    shapes = {name: tuple(x.shape) for name, x in layer.state_dict().items()}
    assert shapes == {
        "in_proj_weight": (192, 64),
        "in_proj_bias": (192,),
        "out_proj.weight": (64, 64),
        "out_proj.bias": (64,),
    }
    assert not layer.in_proj_bias.numpy().any()
    assert not layer.out_proj.bias.numpy().any()
    bound = np.sqrt(6 / (192 + 64))
    assert 0.95 * bound < np.abs(layer.in_proj_weight.numpy()).max() <= bound
    other = nn.MultiheadAttention(64, 4)
    other.load_state_dict(layer.state_dict())
    x = torch.tensor(draw(3, 1, 64, dtype="float32"))
    assert np.array_equal(layer(x, x, x)[0].numpy(), other(x, x, x)[0].numpy())
    assert list(nn.MultiheadAttention(4, 2, bias=False).state_dict()) == [
        "in_proj_weight",
        "out_proj.weight",
    ]


@pytest.mark.parametrize("need_weights", [True, False])
def test_dropout_acts_in_training_only_quick(need_weights):
    torch.manual_seed(0)
    layer = nn.MultiheadAttention(8, 2, dropout=0.5, batch_first=True)
    x = torch.tensor(draw(2, 30, 8, dtype="float32"))
    first, second = (layer(x, x, x, need_weights=need_weights) for _ in range(2))
    assert (first[0].numpy() != second[0].numpy()).any()
    if need_weights:
        share = (layer(x, x, x, average_attn_weights=False)[1].numpy() == 0).mean()
        assert 0.4 < share < 0.6
    layer.eval()
    first, second = (layer(x, x, x, need_weights=need_weights)[0].numpy() for _ in range(2))
    assert np.array_equal(first, second)
    plain_layer = nn.MultiheadAttention(8, 2, batch_first=True)
    plain_layer.load_state_dict(layer.state_dict())
    np.testing.assert_allclose(plain_layer(x, x, x)[0].numpy(), first, atol=1e-6)


def test_dropped_weights_are_made_up_for_quick():
    torch.manual_seed(0)
    q, k = (torch.tensor(draw(1, 3, 4, seed=i)) for i in range(2))
    v = torch.tensor(np.eye(3)[None])
    weights = attention(q, k, v).numpy()
    drawn = np.stack([attention(q, k, v, dropout_p=0.25).numpy() for _ in range(2000)])
    kept = drawn != 0
    np.testing.assert_allclose(drawn[kept], (np.broadcast_to(weights / 0.75, drawn.shape))[kept])
    assert abs(kept.mean() - 0.75) < 0.02
    assert not attention(q, k, v, dropout_p=1.0, is_causal=True).numpy().any()
    packed = packed_attention(torch.tensor(draw(1, 3, 12)), 2, dropout_p=1.0)
    assert packed.shape == (1, 3, 4)
    assert not packed.numpy().any()


@pytest.mark.parametrize("t", [20, LONG])
def test_backward_frees_the_scores_quick(t):
    (qkv,) = leaves(draw(2, t, 24, dtype="float32"))
    y = packed_attention(qkv, 2, is_causal=True)
    kept = [weakref.ref(array) for array in y.grad_fn.saved[1:]]
    scores = sum(ref().nbytes for ref in kept)
    assert scores <= 4 * 2 * 2 * t * t  # a float32 for each pair, example and head
    y.sum().backward()
    gc.collect()
    assert kept
    assert not any(ref() is not None for ref in kept)


def test_no_grad_keeps_nothing_quick():
    (x,) = leaves(draw(3, 4))
    with torch.no_grad():
        y = attention(x, x, x)
    assert y.grad_fn is None
    assert not y.requires_grad


def test_an_input_overwritten_is_noticed_quick():
    (x,) = leaves(draw(3, 4))
    k = x * 2
    y = attention(x, k, x)
    with torch.no_grad():
        k += 1
    with pytest.raises(RuntimeError, match="overwritten in place"):
        y.sum().backward()


def test_a_layer_learns_to_look_at_the_previous_position():
    torch.manual_seed(0)
    table, layer = torch.randn(6, 16), nn.MultiheadAttention(16, 2, batch_first=True)
    head, places = nn.Linear(16, 6), torch.randn(8, 16, requires_grad=True)
    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters(), places], 0.02)
    rng, losses = np.random.default_rng(0), []
    for _ in range(120):
        ids = rng.integers(0, 6, (32, 8))
        x = table[torch.tensor(ids)] + places
        scores = head(layer(x, x, x, need_weights=False)[0])[:, 1:].reshape(-1, 6)
        loss = nn.functional.cross_entropy(scores, torch.tensor(ids[:, :-1].reshape(-1)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[0] > 1.5
    assert losses[-1] < 0.1
