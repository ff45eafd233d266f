# %% [markdown]
# # 12 · Attention

# %% given: imports
# %% given: notebook-imports
# %% given: tests

# %% [markdown]
# ## 1. One query
#
# **Exercise 1 · easy · 15 minutes.** Fill in `attend`.


# %% nbgrader={"grade_id": "attend", "solution": true}
def attend(query: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What one query reads: the mean of the values, weighted by how well their keys fit it.

    Score: the dot product of query and key, divided by the root of their size d. Weights: the
    softmax of the scores, for scores of any size. All arrays stay as they are.
    Shapes: query (d,), keys (n, d), values (n, e) -> (e,).
    Source: Vaswani et al. (2017), Attention is all you need, section 3.2.1, arXiv:1706.03762.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    scores = keys @ query / math.sqrt(len(query))  # (n, d) @ (d,)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values  # (n,) @ (n, e)
    ### END SOLUTION


# %% nbgrader={"grade_id": "mask", "solution": true}
#| export
def attention_mask(queries: int, keys: int, causal: bool = False, lengths=None) -> np.ndarray:
    """Which query may look at which key: booleans, True = takes part.

    causal: query i looks at keys 0 to i, whatever the two numbers are. lengths: a list of n
    numbers; in example i only the first lengths[i] keys are real, the others padding, which nobody
    looks at. With both, both hold; with neither, all are True.
    Shapes: (queries, keys); with lengths (n, 1, queries, keys), the 1 for all heads.
    """
    # Four or five lines. np.tril keeps a triangle.
    ### BEGIN SOLUTION
    mask = np.ones((queries, keys), bool)
    if causal:
        mask = np.tril(mask)
    if lengths is not None:
        real = np.arange(keys) < np.reshape(lengths, (-1, 1, 1, 1))  # (n, 1, 1, keys)
        mask = mask & real
    return mask
    ### END SOLUTION


# %% nbgrader={"grade_id": "weights", "solution": true}
#| export
def attention_weights(q: np.ndarray, k: np.ndarray, mask, scale: float) -> np.ndarray:
    """The weights with which each query reads the keys: softmax(scale * q @ k.T + mask), by rows.

    mask: None; booleans, where False leaves a pair out; or numbers that are added to the scores,
    where minus infinity leaves a pair out. What is left out has weight 0, exactly. A query with
    nothing to look at has a row of zeros, not NaN. Scores may be of any size.
    Shapes: q (..., t, d), k (..., s, d), mask any that broadcasts to (..., t, s) -> (..., t, s).
    The dtype is that of q; no array that came in is changed.
    """
    # Seven to ten lines. `sum_along(a, -1)` is a fast a.sum(axis=-1, keepdims=True).
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% nbgrader={"grade_id": "rules", "solution": true}
#| export
def attention_rules(g, y, p, q, k, v, scale: float) -> tuple:
    """The gradients of q, k and v, if `g` is that of y = p @ v with p = attention_weights(q, k).

    Shapes: g and y (..., t, e), p (..., t, s), q (..., t, d), k (..., s, d), v (..., s, e)
    -> those of q, k and v. The dtype stays, and no array that came in is changed. A row of zeros in
    p gives a gradient of 0 to its query.
    Source: Dao et al. (2022), FlashAttention, appendix B.2, arXiv:2205.14135.
    """
    # Five to seven lines.
    ### BEGIN SOLUTION
    delta = np.vecdot(g, y)[..., None]  # (..., t, 1)
    ds = g @ v.swapaxes(-1, -2)  # (..., t, e) @ (..., e, s)
    ds -= delta
    ds *= p
    ds *= scale
    return ds @ k, ds.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ g
    ### END SOLUTION


# %% given: attention


# %% nbgrader={"grade_id": "heads", "solution": true}
#| export
def head_parts() -> tuple:
    """Two functions on tensors, `split(x, heads)` and its inverse `join(x)`.

    split: (..., t, width) -> (..., heads, t, width / heads); head 0 gets the first width / heads
    features of every position, head 1 the next ones. join: back again. Gradients flow.
    """
    # Two functions of a line or two each. reshape cuts dimensions, transpose(-3, -2) swaps two.
    ### BEGIN SOLUTION

    def split(x: Tensor, heads: int) -> Tensor:
        *lead, t, width = x.shape
        return x.reshape(*lead, t, heads, width // heads).transpose(-3, -2)

    def join(x: Tensor) -> Tensor:
        *lead, heads, t, size = x.shape
        return x.transpose(-3, -2).reshape(*lead, t, heads * size)

    return split, join
    ### END SOLUTION


# %% given: heads


# %% nbgrader={"grade_id": "projection", "solution": true}
#| export
def in_projection(query: Tensor, key: Tensor, value: Tensor, weight: Tensor, bias=None) -> tuple:
    """(q, k, v): the three inputs of attention through the three layers in one packed weight.

    weight (3 * d, d) is that of q on that of k on that of v; bias (3 * d,) likewise, or None.
    Shapes: query (..., t, d), key and value (..., s, d), kept. Gradients flow.
    Where query, key and value are one tensor, `linear` is called only once.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
    """
    # Six to eight lines. `x.chunk(3, dim)` cuts a tensor into three.
    ### BEGIN SOLUTION
    if query is key and key is value:
        return linear(query, weight, bias).chunk(3, -1)
    biases = (None,) * 3 if bias is None else bias.chunk(3)
    parts = zip((query, key, value), weight.chunk(3), biases, strict=True)
    return tuple(linear(x, w, b) for x, w, b in parts)
    ### END SOLUTION


# %% nbgrader={"grade_id": "merge", "solution": true}
#| export
def merge_masks(attn_mask, key_padding_mask, dtype):
    """One mask for `attention_weights` from the two of `nn.MultiheadAttention`, or None.

    Both are arrays or None; attn_mask (t, s) or (n, heads, t, s), key_padding_mask (n, s), the same
    for all heads and queries. Each holds booleans, and here True = left out; or floats, which are
    added. What one of them leaves out is left out.
    Returns: None if both are None; booleans, True = takes part, if there are no floats; otherwise
    floats of `dtype`, minus infinity where booleans leave out. Shapes: any that broadcasts to
    (n, heads, t, s). No array that came in is changed.
    """
    # Seven to ten lines.
    ### BEGIN SOLUTION
    if key_padding_mask is not None:
        key_padding_mask = key_padding_mask[:, None, None, :]  # (n, 1, 1, s)
    masks = [mask for mask in (attn_mask, key_padding_mask) if mask is not None]
    if not masks:
        return None
    if all(mask.dtype == bool for mask in masks):
        return ~functools.reduce(np.logical_or, masks)
    added = [np.where(m, -np.inf, 0) if m.dtype == bool else m for m in masks]
    return functools.reduce(np.add, added).astype(dtype)
    ### END SOLUTION


# %% given: multihead


# %% nbgrader={"grade_id": "cost", "solution": true}
#| export
def attention_cost(length: int, width: int, heads: int) -> tuple:
    """(projections, scores, kept, crossover) of multi-head attention on one example, four integers.

    projections: the multiply-adds of the four layers, q, k, v and output, of `width` features each.
    scores: those of all heads' scores and of reading the values. kept: the bytes of all weights,
    in float32. crossover: the smallest length at which `scores` is above `projections`.
    """
    # Four lines.
    ### BEGIN SOLUTION
    projections = 4 * length * width * width
    scores = 2 * length * length * width  # heads * length * length * (width / heads), twice
    return projections, scores, 4 * heads * length * length, 2 * width + 1
    ### END SOLUTION
