"""Causal attention of many queries, in blocks; and checks of what attention may be called with.

A block of queries looks only at the keys up to its own end: above the diagonal nothing is computed.
"""

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from .layer_checks import (
    check_float_tensors,
    check_number,
    check_size,
    check_switch,
    check_whole,
)

__all__ = [
    "BLOCK",
    "causal_forward",
    "causal_rule",
    "check_attention",
    "check_heads",
    "check_multihead",
    "check_packed",
    "like",
    "upper",
]

BLOCK = 64  # queries; smaller blocks skip more and call more
CACHED = 1 << 20  # bytes of scores: more are done example by example, which is faster

Shape = tuple[int, ...]


def _blocks(queries: int, keys: int) -> Iterator[tuple[slice, slice]]:
    """Pairs of a block of queries and the keys that it sees."""
    for start in range(0, queries, BLOCK):
        end = min(start + BLOCK, queries)
        yield slice(start, end), slice(0, min(end, keys))


def _examples(q: np.ndarray, k: np.ndarray) -> list[Shape]:
    """Indices that together pick all of `q`: all at once, or one example after the other."""
    scores = q.size // max(q.shape[-2] * q.shape[-1], 1) * BLOCK * k.shape[-2] * q.itemsize
    return [(i,) for i in range(len(q))] if q.ndim > 3 and scores > CACHED else [()]


def causal_forward(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, scale: float, out: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Fill `out` with causal attention, and return the weights, block by block.

    Shapes: q (..., t, d), k (..., s, d), v (..., s, e), out (..., t, e), with equal leading
    dimensions and s at least 1. Query i sees keys 0 to i.
    """
    weights = []
    for at in _examples(q, k):
        for rows, seen in _blocks(q.shape[-2], k.shape[-2]):
            p = q[at][..., rows, :] @ k[at][..., seen, :].swapaxes(-1, -2)
            p *= scale
            if rows.start < seen.stop:
                diagonal = p[..., rows.start :]
                diagonal += upper(*diagonal.shape[-2:], p.dtype)
            p -= p.max(-1, keepdims=True, initial=-np.inf)  # `initial` makes it twice as fast
            np.exp(p, out=p)
            p *= np.reciprocal(p @ np.ones(seen.stop, p.dtype))[..., None]
            np.matmul(p, v[at][..., seen, :], out=out[at][..., rows, :])
            weights.append(p)
    return tuple(weights)


@functools.lru_cache(maxsize=32)
def upper(rows: int, columns: int, dtype: np.dtype) -> np.ndarray:
    """0 on the diagonal and below, minus infinity above; to be added, and not to be changed."""
    mask = np.triu(np.full((rows, columns), -np.inf, dtype), 1)
    mask.flags.writeable = False
    return mask


def causal_rule(
    g: np.ndarray,
    y: np.ndarray,
    weights: tuple[np.ndarray, ...],
    inputs: tuple[np.ndarray, ...],
    scale: float,
    out: tuple[np.ndarray, ...],
) -> None:
    """Fill `out` with the gradients of `inputs`, which are q, k and v; `g` is that of the result y.

    Source: Dao (2023), FlashAttention-2, algorithm 2, arXiv:2307.08691.
    """
    blocks = list(_blocks(inputs[0].shape[-2], inputs[1].shape[-2]))
    for n, at in enumerate(_examples(*inputs[:2])):
        (q, k, v), (gq, gk, gv) = (x[at] for x in inputs), (x[at] for x in out)
        delta = np.vecdot(g[at], y[at])[..., None]
        unseen = slice(blocks[-1][1].stop, None)
        gk[..., unseen, :] = gv[..., unseen, :] = 0
        for i in reversed(range(len(blocks))):  # the last block sees the most keys
            (rows, seen), p = blocks[i], weights[n * len(blocks) + i]
            block = g[at][..., rows, :]
            ds = block @ v[..., seen, :].swapaxes(-1, -2)
            ds -= delta[..., rows, :]
            ds *= p
            ds *= scale
            np.matmul(ds, k[..., seen, :], out=gq[..., rows, :])
            is_first = i == len(blocks) - 1
            _add_product(ds, q[..., rows, :], gk[..., seen, :], is_first)
            _add_product(p, block, gv[..., seen, :], is_first)


def _add_product(a: np.ndarray, b: np.ndarray, out: np.ndarray, is_first: bool) -> None:
    """Add a.T @ b to `out`, or write it there."""
    if is_first:
        np.matmul(a.swapaxes(-1, -2), b, out=out)
    else:
        out += a.swapaxes(-1, -2) @ b


def like(x: np.ndarray, shape: Shape) -> np.ndarray:
    """An empty array of `shape`, with its dimensions in the order that those of `x` have in memory.

    For queries (n, h, t, d) that are a view of (n, t, h, d), joining the heads is then a view, too.
    """
    if x.ndim != len(shape):
        return np.empty(shape, x.dtype)
    order = sorted(range(x.ndim), key=lambda d: -abs(x.strides[d]))
    return np.empty([shape[d] for d in order], x.dtype).transpose(np.argsort(order))


def check_attention(
    name: str, q: Any, k: Any, v: Any, mask: Any, dropout_p: Any, is_causal: Any, scale: Any
) -> None:
    """What `scaled_dot_product_attention` may be called with.

    Raises: TypeError for what is no tensor or number, RuntimeError for dtypes, shapes and
    probabilities that do not fit.
    """
    check_float_tensors(name, query=q, key=k, value=v)
    check_number(name, dropout_p=dropout_p, scale=1 if scale is None else scale)
    check_switch(name, is_causal=is_causal)
    if not 0 <= dropout_p <= 1:
        raise RuntimeError(f"{name}: dropout_p is between 0 and 1, not {dropout_p}")
    shapes = f"query {q.shape}, key {k.shape} and value {v.shape}"
    if min(q.ndim, k.ndim, v.ndim) < 2:
        raise RuntimeError(f"{name} takes (..., length, features), not {shapes}")
    if not q.dtype == k.dtype == v.dtype:
        raise RuntimeError(
            f"{name}: query, key and value need one dtype, not {q.dtype}, {k.dtype} and {v.dtype}"
        )
    if q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        raise RuntimeError(
            f"{name} got {shapes}: query and key need the same features (the last dimension), key "
            "and value the same length (the one before)"
        )
    lead = _broadcast(name, shapes, q.shape[:-2], k.shape[:-2], v.shape[:-2])
    if mask is not None:
        _check_mask(name, mask, q.dtype, (*lead, q.shape[-2], k.shape[-2]), bool(is_causal))


def _check_mask(name: str, mask: Any, dtype: Any, scores: Shape, is_causal: bool) -> None:
    if not isinstance(getattr(mask, "array", None), np.ndarray):
        raise TypeError(
            f"{name}: attn_mask is a Tensor, not {type(mask).__name__}: use tensor(...)"
        )
    if is_causal:
        raise RuntimeError(f"{name} takes an attn_mask or is_causal=True: join them in one mask")
    if mask.dtype not in (np.bool_, dtype):
        raise RuntimeError(
            f"{name}: attn_mask holds booleans or {dtype}, as the query does, not {mask.dtype}"
        )
    what = f"an attn_mask of shape {mask.shape} for scores of shape {scores}"
    if _broadcast(name, what, mask.shape, scores) != scores:
        raise RuntimeError(f"{name} got {what}: a mask may not be larger than the scores")


def _broadcast(name: str, what: str, *shapes: Shape) -> Shape:
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise RuntimeError(f"{name} got {what}: these do not broadcast") from None


def check_packed(qkv: Any, heads: Any, mask: Any, dropout_p: Any, is_causal: Any) -> None:
    """What `packed_attention` may be called with. Raises: as `check_attention`."""
    name = "packed_attention"
    check_float_tensors(name, qkv=qkv)
    check_size(name, least=1, num_heads=heads)
    if qkv.ndim != 3 or qkv.shape[-1] % (3 * heads):
        raise RuntimeError(
            f"{name} takes (n, t, 3 * width) with a width of {heads} equal heads, not {qkv.shape}"
        )
    one = _Like(qkv, (qkv.shape[0], heads, qkv.shape[1], qkv.shape[2] // (3 * heads)))
    check_attention(name, one, one, one, mask, dropout_p, is_causal, None)


class _Like:
    """What the checks read of a tensor, with another shape."""

    def __init__(self, x: Any, shape: Shape):
        self.array, self.dtype, self.shape, self.ndim = x.array, x.dtype, shape, len(shape)


def check_heads(width: Any, heads: Any, dropout: Any, refused: dict[str, Any]) -> None:
    """What `MultiheadAttention` may be made with. refused: arguments that should not be given.

    Raises: TypeError, ValueError for sizes and chances that there are not; AssertionError for heads
    that do not divide the features, as in PyTorch; RuntimeError for what is not there.
    """
    name = "MultiheadAttention"
    check_whole(name, embed_dim=width, num_heads=heads)
    check_number(name, dropout=dropout)
    if width < 1 or heads < 1:
        raise ValueError(f"{name}: embed_dim {width} and num_heads {heads} must be at least 1")
    if not 0 <= dropout <= 1:
        raise ValueError(f"{name}: dropout is between 0 and 1, not {dropout}")
    if width % heads:
        raise AssertionError(f"{name}: embed_dim {width} does not divide into {heads} heads")
    for key, value in refused.items():
        if value is not None and value is not False and (type(value) is not int or value != width):
            raise RuntimeError(
                f"{name} has no {key}: leave it out; for keys and values of other sizes put a "
                "Linear in front"
            )


def check_multihead(
    name: str, width: int, heads: int, batch_first: bool, inputs: tuple, masks: dict[str, Any]
) -> None:
    """What a `MultiheadAttention` may be called with. masks: {name: mask or None}.

    Raises: TypeError for what is no tensor; as in PyTorch, AssertionError for inputs and padding
    that do not fit, RuntimeError for an attn_mask that does not.
    """
    query, key, value = inputs
    check_float_tensors(name, query=query, key=key, value=value)
    shapes = f"query {query.shape}, key {key.shape} and value {value.shape}"
    if query.ndim not in (2, 3) or not query.ndim == key.ndim == value.ndim:
        raise AssertionError(f"{name} takes three inputs of 3 dimensions, or of 2, not {shapes}")
    if not query.shape[-1] == key.shape[-1] == value.shape[-1] == width:
        raise AssertionError(f"{name} takes {width} features in the last dimension, not {shapes}")
    if key.shape != value.shape:
        raise AssertionError(f"{name} takes a value for each key, not {shapes}")
    lengths, batch = (0, 1) if query.ndim == 3 and not batch_first else (-2, 0)
    if query.ndim == 3 and query.shape[batch] != key.shape[batch]:
        raise RuntimeError(f"{name} takes one batch size, in dimension {batch}, not {shapes}")
    n = query.shape[batch] if query.ndim == 3 else 1
    t, s = query.shape[lengths], key.shape[lengths]
    pairs, padding = ((t, s), (n * heads, t, s)), ((n, s) if query.ndim == 3 else (s,),)
    _check_one_mask(f"{name}: attn_mask", masks["attn_mask"], pairs, RuntimeError)
    _check_one_mask(f"{name}: key_padding_mask", masks["key_padding_mask"], padding, AssertionError)


def _check_one_mask(what: str, mask: Any, shapes: tuple[Shape, ...], error: type) -> None:
    if mask is None:
        return
    if not isinstance(getattr(mask, "array", None), np.ndarray):
        raise TypeError(f"{what} is a Tensor, not {type(mask).__name__}: use tensor(...)")
    if mask.dtype.kind not in "bf":
        raise AssertionError(f"{what} holds booleans, True = left out, or floats, not {mask.dtype}")
    if mask.shape not in shapes:
        wanted = " or ".join(map(str, shapes))
        raise error(f"{what} has the shape {wanted} here, not {mask.shape}")
    if mask.requires_grad:
        raise RuntimeError(f"{what} learns nothing here: use scaled_dot_product_attention for that")
