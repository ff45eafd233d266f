# generated from modules/12_attention/attention.py by `tito build`: edit that file

# %% auto #0
__all__ = ['attention_op', 'weights_op', 'packed_op', 'attention_mask', 'attention_weights', 'attention_rules', 'in_blocks',
           'attention_forward', 'additive', 'attention_parts', 'weights_forward', 'weights_parts', 'present',
           'weighted_mean', 'scaled_dot_product_attention', 'head_parts', 'split_heads', 'join_heads', 'packed_views',
           'packed_forward', 'packed_parts', 'packed_attention', 'in_projection', 'merge_masks', 'MultiheadAttention',
           'attention_cost']

# %% #422fe061ae5e
import functools
import math

import numpy as np

from .autograd import VJPS, AllInputs, unbroadcast
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
from .tensor import Op, Tensor, empty
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
from ..lib.layer_checks import check_switch
from ..lib.modules import placed
from ..lib.sums import sum_along

# %% #mask
def attention_mask(queries: int, keys: int, causal: bool = False, lengths=None) -> np.ndarray:
    """Which query may look at which key: booleans, True = takes part.

    causal: query i looks at keys 0 to i, whatever the two numbers are. lengths: a list of n
    numbers; in example i only the first lengths[i] keys are real, the others padding, which nobody
    looks at. With both, both hold; with neither, all are True.
    Shapes: (queries, keys); with lengths (n, 1, queries, keys), the 1 for all heads.
    """
    mask = np.ones((queries, keys), bool)
    if causal:
        mask = np.tril(mask)
    if lengths is not None:
        real = np.arange(keys) < np.reshape(lengths, (-1, 1, 1, 1))  # (n, 1, 1, keys)
        mask = mask & real
    return mask

# %% #weights
def attention_weights(q: np.ndarray, k: np.ndarray, mask, scale: float) -> np.ndarray:
    """The weights with which each query reads the keys: softmax(scale * q @ k.T + mask), by rows.

    mask: None; booleans, where False leaves a pair out; or numbers that are added to the scores,
    where minus infinity leaves a pair out. What is left out has weight 0, exactly. A query with
    nothing to look at has a row of zeros, not NaN; s may be 0. Scores may be of any size.
    Shapes: q (..., t, d), k (..., s, d), mask any that broadcasts to (..., t, s) -> (..., t, s).
    The dtype is that of q; no array that came in is changed.
    """
    p = q @ k.swapaxes(-1, -2)  # (..., t, d) @ (..., d, s)
    p *= scale
    if mask is not None:
        p = np.where(mask, p, -np.inf) if mask.dtype == bool else np.add(p, mask, out=p)
    largest = p.max(axis=-1, keepdims=True, initial=-np.inf)
    largest[largest == -np.inf] = 0  # an empty row: exp(-inf - 0) is 0, exp(-inf + inf) NaN
    p -= largest
    np.exp(p, out=p)
    p /= np.maximum(sum_along(p, -1), 1)  # the largest counts 1, so only an empty row is below
    return p

# %% #rules
def attention_rules(g, y, p, q, k, v, scale: float) -> tuple:
    """The gradients of q, k and v, if `g` is that of y = p @ v.

    p: the attention weights of q and k with this `scale`; masked pairs have weight 0 in it, so the
    mask is not needed. A row of zeros in p gives its query a gradient of 0.
    Shapes: g and y (..., t, e), p (..., t, s), q (..., t, d), k (..., s, d), v (..., s, e)
    -> those of q, k and v. The dtype stays, and no array that came in is changed.
    Source: Dao et al. (2022), FlashAttention, appendix B.2, arXiv:2205.14135.
    """
    ds = g @ v.swapaxes(-1, -2)  # (..., t, e) @ (..., e, s)
    ds -= np.vecdot(g, y)[..., None]  # delta, (..., t, 1)
    ds *= p
    ds *= scale
    return ds @ k, ds.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ g

# %% #cc209c5f099b
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

# %% #heads
def head_parts() -> tuple:
    """Two functions on tensors, `split(x, heads)` and its inverse `join(x)`.

    split: (..., t, width) -> (..., heads, t, width / heads); head 0 gets the first width / heads
    features of every position, head 1 the next ones. join: back again. Gradients flow.
    """

    def split(x: Tensor, heads: int) -> Tensor:
        *lead, t, width = x.shape
        return x.reshape(*lead, t, heads, width // heads).transpose(-3, -2)

    def join(x: Tensor) -> Tensor:
        *lead, heads, t, size = x.shape
        return x.transpose(-3, -2).reshape(*lead, t, heads * size)

    return split, join

# %% #5fcd214f3da0
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

# %% #projection
def in_projection(query: Tensor, key: Tensor, value: Tensor, weight: Tensor, bias=None) -> tuple:
    """(q, k, v): the three inputs of attention through the three layers in one packed weight.

    weight (3 * d, d): that of q on that of k on that of v; bias (3 * d,) likewise, or None.
    Shapes: query (..., t, d), key and value (..., s, d), kept. Gradients flow.
    Where query, key and value are one and the same tensor, `linear` is called only once.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
    """
    if query is key and key is value:
        return linear(query, weight, bias).chunk(3, -1)
    biases = (None,) * 3 if bias is None else bias.chunk(3)
    parts = zip((query, key, value), weight.chunk(3), biases, strict=True)
    return tuple(linear(x, w, b) for x, w, b in parts)

# %% #merge
def merge_masks(attn_mask, key_padding_mask, dtype):
    """One mask for `attention_weights` from the two of `nn.MultiheadAttention`, or None.

    Both are arrays or None: attn_mask (t, s) or (n, heads, t, s), key_padding_mask (n, s), the same
    for all heads and queries. Each holds booleans, and here True = left out, or floats, which are
    added. What one of them leaves out is left out.
    Returns: None if both are None; booleans, True = takes part, if there are no floats; otherwise
    floats of `dtype`, minus infinity where booleans leave out. Shapes: any that broadcasts to
    (n, heads, t, s). No array that came in is changed.
    """
    if key_padding_mask is not None:
        key_padding_mask = key_padding_mask[:, None, None, :]  # (n, 1, 1, s)
    masks = [mask for mask in (attn_mask, key_padding_mask) if mask is not None]
    if not masks:
        return None
    if all(mask.dtype == bool for mask in masks):
        return ~functools.reduce(np.logical_or, masks)
    added = [np.where(m, -np.inf, 0) if m.dtype == bool else m for m in masks]
    return functools.reduce(np.add, added).astype(dtype)

# %% #9386a5dbdb85
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

# %% #cost
def attention_cost(length: int, width: int, heads: int) -> tuple:
    """(projections, scores, kept, crossover) of multi-head self-attention on one example: integers.

    projections: the multiply-adds of the four layers for q, k, v and the output, each of `width`
    features to `width`, without biases. scores: those of q @ k.T and of p @ v in all heads, without
    a mask. kept: the bytes of all heads' attention weights in float32. crossover: the smallest
    length at which `scores` is above `projections`.
    """
    projections = 4 * length * width * width
    scores = 2 * length * length * width  # heads * length * length * (width / heads), twice
    return projections, scores, 4 * heads * length * length, 2 * width + 1
