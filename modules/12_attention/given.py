"""What module 12 gives ready-made, in sections that attention.py puts in place."""

# %% given: imports "what the module needs: NumPy, gradients, layers and tensors"
#| default_exp core.attention
#| export
import functools
import math

import numpy as np

from tinytorch.core.autograd import VJPS, AllInputs, unbroadcast
from tinytorch.core.layers import (
    Linear,
    Module,
    Parameter,
    dropout,
    linear,
    softmax_op,
    xavier_uniform_,
    zeros_,
)
from tinytorch.core.tensor import Op, Tensor, empty
from tinytorch.lib.attention import (
    BLOCK,
    causal_forward,
    causal_rule,
    check_attention,
    check_heads,
    check_multihead,
    check_packed,
    like,
    upper,
)
from tinytorch.lib.layer_checks import check_switch
from tinytorch.lib.modules import placed
from tinytorch.lib.sums import sum_along


# %% given: notebook-imports "what only this notebook needs: figures, checks, layers, an optimizer"
import itertools
from functools import partial

import matplotlib.pyplot as plt

from tinytorch.core.autograd import no_grad
from tinytorch.core.embeddings import Embedding, LearnedPositions
from tinytorch.core.layers import GELU, ModuleList, Sequential, softmax
from tinytorch.core.losses import cross_entropy
from tinytorch.core.normalization import LayerNorm
from tinytorch.core.optimizers import Adam
from tinytorch.core.tensor import cat, manual_seed, op_hooks, randn, tensor
from tito.checks import close, equal, true


# %% given: tests "for the tests: MISTAKES and what they give; check, weights_of, check_slopes, ..."
BY_HAND = {
    (3, 3): [[1, 0, 0], [1, 1, 0], [1, 1, 1]],
    (2, 4): [[1, 0, 0, 0], [1, 1, 0, 0]],
    (4, 2): [[1, 0], [1, 1], [1, 1], [1, 1]],
}
MISTAKES = {  # 1e400 is infinite
    "what the query reads": {
        "not divided by the root of d": [0.4, -2.8, 3.6],
        "divided by d, not by its root": [1.46410162, 0.39230485, 2.53589838],
        "the weights do not add up to 1": [4, -4, 12],
        "the scores are the weights: softmax is missing": [0, -4.39444915, 4.39444915],
    },
    "the causal mask, 3 x 3": {
        "the other way round: True means takes part": [[0, 1, 1], [0, 0, 1], [0, 0, 0]],
        "the wrong triangle: that is the future": [[1, 1, 1], [0, 1, 1], [0, 0, 1]],
        "the diagonal is missing: a query sees its own key": [[0, 0, 0], [1, 0, 0], [1, 1, 0]],
    },
    "the causal mask, 2 x 4": {
        "aligned at the end: query 0 sees key 0 only": [[1, 1, 1, 0], [1, 1, 1, 1]],
    },
    "the causal mask, 4 x 2": {
        "aligned at the end: query 0 sees key 0": [[0, 0], [0, 0], [1, 0], [1, 1]],
    },
    "the mask for lengths 1 and 3": {
        "the other way round: True means takes part": [[[[0, 1, 1]] * 2], [[[0, 0, 0]] * 2]],
        "the dimension for the heads is missing": [[[1, 0, 0]] * 2, [[1, 1, 1]] * 2],
        "one key too many: lengths[i] keys are real": [[[[1, 1, 0]] * 2], [[[1, 1, 1]] * 2]],
        "queries were left out, not keys": [[[[1, 1, 1], [0, 0, 0]]], [[[1, 1, 1], [1, 1, 1]]]],
    },
    "the same, and causal": {
        "the causal mask was forgotten": [[[[1, 0, 0]] * 2], [[[1, 1, 1]] * 2]],
        "one of both is enough here": [[[[1, 0, 0], [1, 1, 0]]], [[[1, 1, 1], [1, 1, 1]]]],
    },
    "the weights": {
        "softmax along the queries": [[1 / 3, 3 / 4], [2 / 3, 1 / 4]],
        "the scale is missing": [[0.1, 0.9], [0.8, 0.2]],
        "not normalized": [[1, 3], [2, 1]],
    },
    "the weights, masked": {
        "the mask is inverted": [[0, 1], [0, 0]],
        "a masked score of 0, not minus infinity": [[1 / 2, 1 / 2], [2 / 3, 1 / 3]],
        "masked after the softmax": [[1 / 4, 0], [2 / 3, 1 / 3]],
        "the mask is ignored": [[1 / 4, 3 / 4], [2 / 3, 1 / 3]],
        "booleans were added": [[0.475366886, 0.524633114], [2 / 3, 1 / 3]],
    },
    "an additive mask": {
        "added before the scale": [[0.190743556, 0.809256444], [0.585786438, 0.414213562]],
        "taken for booleans: what is not 0 takes part": [[0, 1], [1, 0]],
        "the mask is ignored": [[1 / 4, 3 / 4], [2 / 3, 1 / 3]],
    },
    "nothing": {
        "uniform weights: nothing is left, so nothing is read": [[0.5, 0.5], [2 / 3, 1 / 3]],
        "the mask of that row was ignored": [[1 / 4, 3 / 4], [2 / 3, 1 / 3]],
    },
    "the gradient of v": {
        "g is missing: the weights were summed": [[0.25, 0.25], [0.75, 0.75]],
        "the gradient of q": [[-1.5, 0.75]],
        "the scale belongs to the scores only": [[0.5, -0.25], [1.5, -0.75]],
    },
    "the gradient of q": {
        "delta, the row sum, is missing": [[-3, 0.5]],
        "the scale is missing": [[-3, 1.5]],
        "p is missing in front of the bracket": [[-2, 3]],
        "delta was added": [[-4.5, 0.25]],
    },
    "the gradient of k": {
        "delta, the row sum, is missing": [[0.5, 1], [-1.5, -3]],
        "the scale is missing": [[1.5, 3], [-1.5, -3]],
        "p is missing in front of the bracket": [[3, 6], [-1, -2]],
        "delta was added": [[0.25, 0.5], [-2.25, -4.5]],
    },
    "two heads of a (3, 4)": {
        "cut straight to (2, 3, 2): positions and features are mixed": [
            [[0, 1], [2, 3], [4, 5]],
            [[6, 7], [8, 9], [10, 11]],
        ],
        "the heads take turns: head 0 gets the first features": [
            [[0, 2], [4, 6], [8, 10]],
            [[1, 3], [5, 7], [9, 11]],
        ],
        "the heads still come after the positions": [
            [[0, 1], [2, 3]],
            [[4, 5], [6, 7]],
            [[8, 9], [10, 11]],
        ],
    },
    "two heads (2, 3, 2), joined": {
        "reshaped without moving the heads back": [[0, 1, 4, 5], [8, 9, 2, 3], [6, 7, 10, 11]],
        "the heads take turns: head 0 gets the first features": [
            [0, 2, 1, 3],
            [4, 6, 5, 7],
            [8, 10, 9, 11],
        ],
    },
    "q of three inputs": {"every third row of the weight": [[1, 16]], "no bias": [[1, 1.5]]},
    "k of three inputs": {
        "of the query: it has an input of its own": [[12, 18]],
        "the weight of v": [[252, 203]],
        "the bias of q": [[20, 26]],
        "no bias": [[20, 25]],
    },
    "v of three inputs": {
        "of the query: it has an input of its own": [[154, 105]],
        "of the key: it has an input of its own": [[254, 205]],
        "the weight of k": [[34, 40]],
        "no bias": [[350, 300]],
    },
    "attn_mask alone": {
        "not inverted: here True = left out": [[0, 1, 1], [0, 0, 1]],
    },
    "padding alone": {
        "not inverted: here True = left out": [[[[0, 0, 0]] * 2], [[[0, 1, 1]] * 2]],
        "padded queries were left out, not keys": [[[[1, 1, 1]] * 2], [[[1, 1, 1], [0, 0, 0]]]],
        "the examples were taken for queries": [[[[1, 1, 1], [1, 0, 0]]]] * 2,
    },
    "both masks": {
        "not inverted: here True = left out": [
            [[[0, 1, 1], [0, 0, 1]]],
            [[[0, 1, 1], [0, 1, 1]]],
        ],
        "left out only where both say so": [[[[1, 1, 1], [1, 1, 1]]], [[[1, 0, 0], [1, 1, 0]]]],
        "the padding was forgotten": [[[[1, 0, 0], [1, 1, 0]]]] * 2,
        "attn_mask was forgotten": [[[[1, 1, 1]] * 2], [[[1, 0, 0]] * 2]],
    },
    "mixed": {
        "True was added as 1": [[[[0.5, -1, 2], [0, 3, -2]]], [[[0.5, 0, 3], [0, 4, -1]]]],
        "a large number in place of infinity": [
            [[[0.5, -1, 2], [0, 3, -2]]],
            [[[0.5, -1e9, -1e9], [0, -1e9, -1e9]]],
        ],
    },
    "projections": {
        "three layers were counted: the output has one, too": 1920,
        "only one layer was counted": 640,
        "for one position only": 256,
        "additions were counted apart: a multiply-add is both": 5120,
    },
    "scores": {
        "only one of both products": 800,
        "for a single head": 800,
        "every head was given all features": 3200,
        "additions were counted apart: a multiply-add is both": 3200,
    },
    "kept": {
        "numbers, not bytes": 200,
        "a single head": 400,
        "eight bytes per number, as in float64": 1600,
    },
    "crossover": {
        "equal there, not above": 16,
        "twice the width already costs as much; one more is needed, not a doubling": 32,
        "the output layer was forgotten": 13,
    },
}


def check(actual, expected, what: str, **more) -> None:
    """`close`, with what MISTAKES says about `what`."""
    close(actual, expected, what, suspects=MISTAKES[what], **more)


def unchanged(call, **arrays: np.ndarray):
    """What `call(**arrays)` returns, after a check that it left the arrays as they were."""
    copies = {name: array.copy() for name, array in arrays.items()}
    result = call(**arrays)
    for name, array in arrays.items():
        close(array, copies[name], f"{name} after the call", hint="make an array of your own")
    return result


def in_order(function):
    """`function` with its arguments in order, whatever their names are."""
    return lambda **arrays: function(*arrays.values())


def weights_of(q, k, mask, scale: float) -> np.ndarray:
    """The attention weights, row by row, key by key."""
    scores = np.asarray(scale * np.einsum("...td,...sd->...ts", np.atleast_2d(q), k))
    if mask is not None:
        scores = scores + (np.where(mask, 0.0, -np.inf) if mask.dtype == bool else mask)
    weights = np.zeros(scores.shape)
    for place in np.ndindex(scores.shape[:-1]):
        seen = scores[place] > -np.inf
        if seen.any():
            parts = np.exp(scores[place][seen] - scores[place][seen].max())
            weights[place][seen] = parts / parts.sum()
    return weights if np.ndim(q) > 1 else weights[0]


def wave(shape: tuple, start: int) -> np.ndarray:
    """Numbers between -1 and 1 without a pattern, the same for the same arguments."""
    return np.cos((start + np.arange(math.prod(shape))) ** 2.0).reshape(shape)


def check_slopes(found: tuple, g, q, k, v, mask, scale: float) -> None:
    """Check gradients of q, k and v against slopes, measured by small steps both ways."""
    inputs = [q, k, v]
    equal(len(found), 3, "how many gradients come back")
    for i, (x, part) in enumerate(zip(inputs, found, strict=True)):
        slopes = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            values = []
            for step in (1e-6, -1e-6):
                moved = [array.copy() for array in inputs]
                moved[i][place] += step
                values.append((weights_of(*moved[:2], mask, scale) @ moved[2] * g).sum())
            slopes[place] = (values[0] - values[1]) / 2e-6
        what = f"the gradient of {'qkv'[i]} {x.shape}, for q {q.shape} and k {k.shape}"
        close(part, slopes, what, rtol=1e-5, atol=1e-6)


def count_linear(call) -> tuple:
    """What `call()` returns, and how many linear layers it computed."""
    names = []

    def hook(phase, op, run, *args, **params):
        names.append(op.name)
        return run(*args, **params)

    op_hooks.append(hook)
    try:
        return call(), names.count("linear")
    finally:
        op_hooks.remove(hook)


def spread(mask, shape: tuple):
    """`mask` in the full `shape` if it broadcasts, as it is if not."""
    try:
        return np.broadcast_to(mask, shape)
    except ValueError:
        return mask


# %% given: root "the figure: how many of 64 keys a query reads, with and without the root"
def keys_read(d, factor):
    """The exponential of the entropy of weights, the mean of 50 random queries."""
    rng, found = np.random.default_rng(0), []
    for _ in range(50):
        p = attend(rng.normal(size=d) * factor, rng.normal(size=(64, d)), np.eye(64))
        found.append(np.exp(-(p * np.log(np.maximum(p, 1e-300))).sum()))
    return np.mean(found)


sizes = (1, 4, 16, 64, 256, 1024)
fig, ax = plt.subplots(figsize=(5, 2.8), layout="constrained")
for label, power in (("divided by the root of d", 0.0), ("not divided", 0.5)):
    read = [keys_read(d, d**power) for d in sizes]
    print(f"{label:24}", *(f"{keys:5.1f}" for keys in read))
    ax.semilogx(sizes, read, "o-", label=label)
ax.set(xlabel="size d of queries and keys", ylabel="keys that are read", ylim=(0, 64))
ax.legend()
plt.show()


# %% given: masks "the figure: a causal mask, a padding mask, and both"
fig, axes = plt.subplots(1, 3, figsize=(6.5, 2.3), layout="constrained")
shown = {"causal": (True, None), "padding": (False, [4]), "both": (True, [4])}
for ax, (name, given) in zip(axes, shown.items(), strict=True):
    ax.imshow(attention_mask(6, 6, *given).reshape(6, 6), cmap="Blues", vmin=0, vmax=1.4)
    ax.set(title=name, xlabel="key", ylabel="query", xticks=range(6), yticks=range(6))
plt.show()


# %% given: attention "attention_op and its rules, from your parts; scaled_dot_product_attention"
#| export
def in_blocks(q, k, v, mask, is_causal: bool) -> bool:
    """Whether `causal_forward` of tinytorch.lib does the work, and not `attention_weights`.

    It skips what lies above the diagonal. With one block of queries there is nothing to skip, and
    `attention_weights` is as fast; it also takes masks, and leading dimensions that broadcast.
    """
    many = is_causal and mask is None and q.shape[-2] > BLOCK and k.shape[-2] > 0
    return many and q.shape[:-2] == k.shape[:-2] == v.shape[:-2]


def attention_forward(q, k, v, mask=None, *, scale, is_causal, out=None):
    """Attention, written to `out` if given; and what the rules read: the result and the weights."""
    if out is None:
        lead = np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
        out = like(q, (*lead, q.shape[-2], v.shape[-1]))
    if in_blocks(q, k, v, mask, is_causal):
        return out, (out, *causal_forward(q, k, v, scale, out))
    p = attention_weights(q, k, additive(q, k, mask, is_causal), scale)
    np.matmul(p, v, out=out)  # (..., t, s) @ (..., s, e)
    return out, (out, p)


def additive(q, k, mask, is_causal):
    """`mask`, or for causal attention numbers to be added, which is faster than booleans."""
    return upper(q.shape[-2], k.shape[-2], q.dtype) if is_causal else mask


def attention_parts(g, saved, q, k, v, mask=None, *, scale, is_causal, out=None) -> list:
    """The gradients of q, k and v, written to the three arrays `out` if given; None for a mask."""
    y, *p = saved
    if in_blocks(q, k, v, mask, is_causal):
        parts = out or tuple(like(x, x.shape) for x in (q, k, v))
        causal_rule(g, y, tuple(p), (q, k, v), scale, parts)
    else:
        parts = attention_rules(g, y, p[0], q, k, v, scale)
        parts = [unbroadcast(part, x.shape) for part, x in zip(parts, (q, k, v), strict=True)]
        for own, part in zip(out or (), parts, strict=bool(out)):
            own[...] = part
    return [*parts] if mask is None else [*parts, None]


attention_op = Op("scaled_dot_product_attention", attention_forward, saves="inputs output")
VJPS[attention_op] = AllInputs(attention_parts)


def weights_forward(q, k, mask=None, *, scale):
    return attention_weights(q, k, mask, scale)


def weights_parts(g, p, q, k, mask=None, *, scale) -> list:
    """The gradients of q, k and mask, by the rule of softmax from module 03."""
    ds = VJPS[softmax_op][0](g, p, p, dim=-1)
    scaled = ds * scale
    parts = [unbroadcast(scaled @ k, q.shape), unbroadcast(scaled.swapaxes(-1, -2) @ q, k.shape)]
    return parts if mask is None else [*parts, unbroadcast(ds, mask.shape)]


weights_op = Op("attention_weights", weights_forward, saves="inputs output")
VJPS[weights_op] = AllInputs(weights_parts)


def present(*inputs) -> tuple:
    """The inputs that are not None."""
    return tuple(x for x in inputs if x is not None)


def weighted_mean(query, key, value, attn_mask, dropout_p: float, scale: float) -> tuple:
    """(result, weights): attention in single operations, which shows the weights.

    Needed for dropout, for a mask that learns, and for whoever wants to see the weights.
    """
    weights = dropout(weights_op(*present(query, key, attn_mask), scale=scale), dropout_p)
    return weights @ value, weights


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """softmax(scale * query @ key.T + mask) @ value: each query's weighted mean of the values.

    Shapes: query (..., t, d), key (..., s, d), value (..., s, e) -> (..., t, e); leading dimensions
    broadcast. attn_mask: booleans, True = takes part, or floats to be added, of a shape that
    broadcasts to (..., t, s). is_causal: query i sees keys 0 to i, aligned at the top left: for a
    single new query and a cache of keys, leave it out. scale: 1 / sqrt(d) unless given.
    dropout_p: acts whenever it is above 0. A query with nothing to look at gives zeros.
    Raises: TypeError, RuntimeError for shapes, dtypes and numbers that do not fit.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
    """
    name = "scaled_dot_product_attention"
    if enable_gqa is not False:
        raise RuntimeError(f"{name} has no enable_gqa: repeat the heads of key and value instead")
    check_attention(name, query, key, value, attn_mask, dropout_p, is_causal, scale)
    if scale is None:
        scale = 1 / math.sqrt(max(query.shape[-1], 1))
    if dropout_p or (attn_mask is not None and attn_mask.requires_grad):
        if is_causal:
            attn_mask = Tensor(upper(query.shape[-2], key.shape[-2], query.dtype))
        return weighted_mean(query, key, value, attn_mask, dropout_p, scale)[0]
    inputs = present(query, key, value, attn_mask)
    return attention_op(*inputs, scale=float(scale), is_causal=bool(is_causal))


# %% given: attention-gap "attention_gap: your attention against the same written with tensors"
def attention_gap(length):
    """How far causal attention is from the same written with tensors: result and gradients."""
    rng, found = np.random.default_rng(0), []
    q, k, v = (tensor(rng.normal(size=(2, 3, length, 8)), requires_grad=True) for _ in range(3))
    seed, future = tensor(rng.normal(size=q.shape)), upper(length, length, np.dtype("float64"))
    for y in (
        scaled_dot_product_attention(q, k, v, is_causal=True),
        softmax(q @ k.transpose(-1, -2) / math.sqrt(8) + tensor(future), dim=-1) @ v,
    ):
        q.grad = k.grad = v.grad = None
        y.backward(seed)
        found.append((y.numpy(), q.grad.numpy(), k.grad.numpy(), v.grad.numpy()))
    return [float(np.abs(ours - theirs).max()) for ours, theirs in zip(*found, strict=True)]


# %% given: influence "influence, of inputs on outputs; draw_influence"
def influence(f, x):
    """The size of the gradient of each output position (rows) by each input position (columns).

    f: takes and returns a tensor (t, d), or (t, anything); x: an array (t, d).
    """
    x = tensor(x, requires_grad=True)
    weights, rows = np.random.default_rng(0).normal(size=f(x).shape), []
    for position, weight in enumerate(weights):
        x.grad = None
        (f(x)[position] * tensor(weight.astype("float32"))).sum().backward()
        rows.append(np.abs(x.grad.numpy()).sum(-1))
    return np.array(rows)


def draw_influence(functions, length=10):
    """Draw the influence of random inputs for each of {name: function}."""
    x = np.random.default_rng(1).normal(size=(length, 16)).astype("float32")
    _, axes = plt.subplots(1, len(functions), figsize=(8, 2.8), layout="constrained")
    for ax, (name, f) in zip(axes, functions.items(), strict=True):
        found = influence(f, x)
        above = float(np.triu(found, 1).max())
        print(f"{name:10} largest influence of a later input: {above:.3g}")
        ax.imshow(np.where(found == 0, np.nan, found), cmap="Blues", vmin=-0.3 * found.max())
        ax.set(title=name, xlabel="input position", ylabel="output position")
    plt.show()


# %% given: heads "split_heads and join_heads; packed_attention, which reads q, k, v as views"
#| export
def split_heads(x: Tensor, heads: int) -> Tensor:
    """(..., t, width) -> (..., heads, t, width / heads), by your `split`."""
    return head_parts()[0](x, heads)


def join_heads(x: Tensor) -> Tensor:
    """(..., heads, t, size) -> (..., t, heads * size), by your `join`."""
    return head_parts()[1](x)


def packed_views(qkv: np.ndarray, heads: int) -> tuple:
    """Three views (n, heads, t, size) of a packed (n, t, 3 * heads * size)."""
    n, t, width = qkv.shape
    return tuple(qkv.reshape(n, t, 3, heads, width // (3 * heads)).transpose(2, 0, 3, 1, 4))


def packed_forward(qkv, mask=None, *, heads, **params):
    n, t, width = qkv.shape
    out = np.empty((n, t, heads, width // (3 * heads)), qkv.dtype)
    views = packed_views(qkv, heads)
    _, saved = attention_forward(*views, mask, **params, out=out.transpose(0, 2, 1, 3))
    return out.reshape(n, t, width // 3), saved


def packed_parts(g, saved, qkv, mask=None, *, heads, **params) -> list:
    """The gradient of q, k and v, packed as they are."""
    gradient = np.empty(qkv.shape, qkv.dtype)
    out, g = packed_views(gradient, heads), g.reshape(*g.shape[:2], heads, -1).transpose(0, 2, 1, 3)
    attention_parts(g, saved, *packed_views(qkv, heads), mask, **params, out=out)
    return [gradient] if mask is None else [gradient, None]


packed_op = Op("packed_attention", packed_forward, saves="inputs output")
VJPS[packed_op] = AllInputs(packed_parts)


def packed_attention(
    qkv: Tensor, num_heads: int, attn_mask=None, dropout_p: float = 0.0, is_causal: bool = False
) -> Tensor:
    """Self-attention of q, k and v that lie side by side, as one linear layer makes them.

    The same as cutting `qkv` in three, `split_heads`, `scaled_dot_product_attention` and
    `join_heads`, without copies. Shapes: (n, t, 3 * width) -> (n, t, width).
    """
    check_packed(qkv, num_heads, attn_mask, dropout_p, is_causal)
    if dropout_p or (attn_mask is not None and attn_mask.requires_grad):
        q, k, v = (split_heads(x, num_heads) for x in qkv.chunk(3, -1))
        y = scaled_dot_product_attention(q, k, v, attn_mask, dropout_p, is_causal)
        return join_heads(y)
    scale = 1 / math.sqrt(max(qkv.shape[-1] // (3 * num_heads), 1))
    settings = {"heads": num_heads, "scale": scale, "is_causal": bool(is_causal)}
    return packed_op(*present(qkv, attn_mask), **settings)


# %% given: multihead "MultiheadAttention, from your parts"
#| export
class MultiheadAttention(Module):
    """Attention in `num_heads` heads, between layers for query, key and value and one for output.

    Shapes: query (t, n, embed_dim), key and value (s, n, embed_dim) -> (t, n, embed_dim); with
    batch_first n comes first, and one example may come without n. Learns `in_proj_weight`
    (3 * embed_dim, embed_dim), `in_proj_bias` and the layer `out_proj`. dropout: of the weights.
    add_bias_kv, add_zero_attn, kdim and vdim stay as they are here: PyTorch's rarely used options.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
    """

    @placed
    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim=None,
        vdim=None,
        batch_first: bool = False,
    ):
        refused = {"add_bias_kv": add_bias_kv, "add_zero_attn": add_zero_attn}
        check_heads(embed_dim, num_heads, dropout, {**refused, "kdim": kdim, "vdim": vdim})
        super().__init__()
        self.embed_dim, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.head_dim, self.batch_first = embed_dim // num_heads, batch_first
        self.in_proj_weight = Parameter(empty(3 * embed_dim, embed_dim))
        self.register_parameter("in_proj_bias", Parameter(empty(3 * embed_dim)) if bias else None)
        self.out_proj = Linear(embed_dim, embed_dim, bias)
        xavier_uniform_(self.in_proj_weight)
        for start in (self.in_proj_bias, self.out_proj.bias) if bias else ():
            zeros_(start)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple:
        """(result, weights). weights: (n, t, s), the mean over heads, or None if not needed.

        In both masks True = left out, the opposite of `scaled_dot_product_attention`; floats are
        added. key_padding_mask: (n, s). attn_mask: (t, s) or (n * heads, t, s). is_causal: says
        that attn_mask is the causal one, which is faster without weights. average_attn_weights:
        if not, the weights are (n, heads, t, s). Without a batch there is no n anywhere.
        A query with nothing to look at has weights of 0.
        """
        inputs, masks = (query, key, value), (attn_mask, key_padding_mask)
        self._check(inputs, masks, need_weights, average_attn_weights, is_causal)
        turned = query.ndim == 3 and not self.batch_first
        if query is key and key is value:  # and so they stay one tensor
            inputs = (self._batched(query),) * 3
        else:
            inputs = tuple(self._batched(x) for x in inputs)
        skips = is_causal and key_padding_mask is None and not need_weights
        mask = None if skips else self._merged(*masks, inputs)
        y, weights = self._attend(inputs, mask, skips, need_weights)
        y = self.out_proj(y)
        y = y.transpose(0, 1) if turned else y
        if weights is not None and average_attn_weights:
            weights = weights.mean(1)
        if query.ndim == 2:
            y, weights = y[0], None if weights is None else weights[0]
        return y, weights

    def _attend(self, inputs, mask, is_causal: bool, need_weights: bool) -> tuple:
        """(result of all heads (n, t, embed_dim), weights (n, heads, t, s) or None)."""
        p, weights = self.dropout if self.training else 0.0, None
        if inputs[0] is inputs[1] is inputs[2] and not need_weights:
            qkv = linear(inputs[0], self.in_proj_weight, self.in_proj_bias)
            return packed_attention(qkv, self.num_heads, mask, p, is_causal), None
        parts = in_projection(*inputs, self.in_proj_weight, self.in_proj_bias)
        q, k, v = (split_heads(x, self.num_heads) for x in parts)
        if need_weights:
            y, weights = weighted_mean(q, k, v, mask, p, 1 / math.sqrt(self.head_dim))
        else:
            y = scaled_dot_product_attention(q, k, v, mask, p, is_causal)
        return join_heads(y), weights

    def _batched(self, x: Tensor) -> Tensor:
        """`x` as (n, t, embed_dim)."""
        if x.ndim == 2:
            return x.unsqueeze(0)
        return x if self.batch_first else x.transpose(0, 1)

    def _merged(self, attn_mask, key_padding_mask, inputs) -> Tensor | None:
        """Both masks as one that `scaled_dot_product_attention` takes."""
        (n, t, _), s = inputs[0].shape, inputs[1].shape[1]
        attn_mask, padding = (m if m is None else m.array for m in (attn_mask, key_padding_mask))
        if attn_mask is not None and attn_mask.ndim == 3:
            attn_mask = attn_mask.reshape(n, self.num_heads, t, s)
        padding = padding if padding is None else padding.reshape(n, s)
        mask = merge_masks(attn_mask, padding, inputs[0].dtype)
        return None if mask is None else Tensor(mask)

    def _check(self, inputs, masks, need_weights, average_attn_weights, is_causal) -> None:
        name = f"MultiheadAttention({self.embed_dim}, {self.num_heads})"
        check_switch(name, need_weights=need_weights, is_causal=is_causal)
        check_switch(name, average_attn_weights=average_attn_weights)
        given = dict(zip(("attn_mask", "key_padding_mask"), masks, strict=True))
        check_multihead(name, self.embed_dim, self.num_heads, self.batch_first, inputs, given)
        if is_causal and masks[0] is None:
            raise RuntimeError(f"{name}: is_causal is a hint about attn_mask, which is None here")


# %% given: measured "measured_cost: multiply-adds of all products, bytes kept; draw_cost"
def measured_cost(length, width, heads):
    """(projections, scores, kept) of one example: products by their shapes, bytes by the array."""
    found = {"linear": 0, "attention_weights": 0, "matmul": 0}

    def hook(phase, op, run, *args, **params):
        result = run(*args, **params)
        if op.name in found:
            found[op.name] += result.size * args[0].shape[-1]
        return result

    layer, x = MultiheadAttention(width, heads, batch_first=True), randn(1, length, width)
    op_hooks.append(hook)
    try:
        _, weights = layer(x, x, x, average_attn_weights=False)
    finally:
        op_hooks.remove(hook)
    return found["linear"], found["attention_weights"] + found["matmul"], weights.array.nbytes


def draw_cost(width):
    """Draw the multiply-adds of layers and scores over the length."""
    lengths = np.arange(0, 2049, 64)
    costs = np.array([attention_cost(int(n), width, 8)[:2] for n in lengths]) / 1e9
    crossover = attention_cost(1, width, 8)[3]
    _, ax = plt.subplots(figsize=(5, 2.8), layout="constrained")
    ax.plot(lengths, costs, label=["four layers", "scores and values"])
    ax.axvline(crossover, color="gray", linestyle=":", label=f"length {crossover}")
    ax.set(xlabel="length", ylabel="billions of multiply-adds")
    ax.legend()
    plt.show()


# %% given: reverser "sequences, Reverser, train; forced and exact, two ways to score it"
DIGITS, SIGN = 8, 10


def sequences(rng, count):
    """Rows of eight random digits, the sign, and the digits in reverse order: (count, 17)."""
    digits = rng.integers(0, 10, (count, DIGITS))
    return np.concatenate([digits, np.full((count, 1), SIGN), digits[:, ::-1]], 1)


class Block(Module):
    """Attention, then a small network, each behind a norm and beside a shortcut."""

    def __init__(self, width, heads, causal):
        super().__init__()
        self.norm, self.causal = LayerNorm(width), causal
        self.attention = MultiheadAttention(width, heads, batch_first=True)
        wide = (Linear(width, 4 * width), GELU(approximate="tanh"), Linear(4 * width, width))
        self.network = Sequential(LayerNorm(width), *wide)

    def forward(self, x, need_weights=False):
        normed, length = self.norm(x), x.shape[1]
        mask = tensor(~attention_mask(length, length, self.causal))  # True = left out
        settings = {"attn_mask": mask, "is_causal": self.causal, "average_attn_weights": False}
        y, weights = self.attention(normed, normed, normed, need_weights=need_weights, **settings)
        x = x + y
        return x + self.network(x), weights


class Reverser(Module):
    """Token ids (n, t) -> scores of the next token (n, t, 11), by two blocks of four heads."""

    def __init__(self, width=32, heads=4, causal=True, positions=True):
        manual_seed(0)
        super().__init__()
        self.tokens = Embedding(11, width)
        self.positions = LearnedPositions(2 * DIGITS, width) if positions else None
        self.blocks = ModuleList([Block(width, heads, causal) for _ in range(2)])
        self.last = Sequential(LayerNorm(width), Linear(width, 11))

    def forward(self, ids, maps=None):
        """maps: a list that gets the weights of each block."""
        x = self.tokens(tensor(ids))
        x = x if self.positions is None else self.positions(x)
        for block in self.blocks:
            x, weights = block(x, need_weights=maps is not None)
            if maps is not None:
                maps.append(weights.numpy())
        return self.last(x)


def train(model, steps, batch=64, rate=0.01):
    """The losses of all steps, on new sequences each, with the true digits so far as inputs."""
    rng, losses, optimizer = np.random.default_rng(0), [], Adam(model.parameters(), rate)
    for _ in range(steps):
        rows = sequences(rng, batch)
        loss = cross_entropy(model(rows[:, :-1]).reshape(-1, 11), tensor(rows[:, 1:].reshape(-1)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def forced(model, count=200):
    """Teacher forcing: the share of the answers' digits that are right, given the true ones."""
    rows = sequences(np.random.default_rng(1), count)
    with no_grad():
        guesses = model(rows[:, :-1]).argmax(2).numpy()[:, DIGITS:]
    return float((guesses == rows[:, DIGITS + 1 :]).mean())


def written(model, ids):
    """`ids`, which end with the sign, with eight more digits: the most likely one, each time."""
    with no_grad():
        for _ in range(DIGITS):
            ids = np.concatenate([ids, model(ids)[:, -1:].argmax(2).numpy()], 1)
    return ids


def exact(model, count=200):
    """Generating: the share of sequences whose eight written digits are all right."""
    rows = sequences(np.random.default_rng(1), count)
    return float((written(model, rows[:, : DIGITS + 1]) == rows).all(1).mean())


# %% given: losses "the figure: three losses, and the floor"
fig, ax = plt.subplots(figsize=(5, 2.8), layout="constrained")
for name, line in losses.items():
    ax.plot(line, label=name)
ax.axhline(7 / 16 * math.log(10), color="black", linestyle=":", label="floor: 7 random digits")
ax.set(xlabel="step", ylabel="loss", ylim=(0, 3.8))
ax.legend(loc="upper right", ncols=2, fontsize="small")
plt.show()


# %% given: maps "the figure: what each head looks at while the model writes"
ids, maps = sequences(np.random.default_rng(2), 1), []
with no_grad():
    runs["as it should be"](ids[:, :-1], maps)
names = ["=" if token == SIGN else str(token) for token in ids[0]]
fig, axes = plt.subplots(2, 4, figsize=(9, 3.4), layout="constrained")
diagonals = np.zeros((2, 4))
for layer, head in np.ndindex(2, 4):
    found, ax = maps[layer][0, head, DIGITS:], axes[layer, head]  # (8, 16)
    diagonals[layer, head] = found[range(DIGITS), range(DIGITS - 1, -1, -1)].mean()
    ax.imshow(found, cmap="Blues", vmin=0, vmax=1)
    ax.set(title=f"layer {layer + 1}, head {head + 1}", xticks=range(16), yticks=range(8))
    ax.set_xticklabels(names[:-1])
    ax.set_yticklabels(names[DIGITS:-1])
fig.supxlabel("looks at")
fig.supylabel("after")
plt.show()
print("share of the weight on the anti-diagonal, by layer and head:")
print(diagonals.round(2))
assert diagonals.max() > 0.5, "a head should have learned to look at the mirrored position"
