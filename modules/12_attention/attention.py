# %% [markdown]
# # 12 · Attention
#
# "The trophy does not fit into the suitcase because it is too big." What is too big? To know what
# "it" means, a model has to look at other words of the sentence, and which ones matter is
# different in every sentence. A linear layer cannot do that: it treats each position by itself, or
# mixes positions by fixed weights.
#
# **Attention** computes the weights from the data. Each position asks a question, each position
# says what it has to offer, and where the two fit, information flows. Nearly every language model
# since 2017 is built on it. At the end of this module you own PyTorch's
# `scaled_dot_product_attention`, forward and backward, and its `nn.MultiheadAttention`, and a small
# model of them learns to write a sequence of digits backwards.

# %% given: imports
# %% given: notebook-imports
# %% given: tests

# %% [markdown]
# ## 1. One query
#
# Think of a dictionary that answers inexactly. It has $n$ entries, each with a **key** $k_j$ and a
# **value** $v_j$, all of them vectors. You come with a **query** $q$. A dictionary of Python looks
# for the key that is equal to it. Attention compares $q$ with all keys, and returns a mean of all
# values in which the best fit counts most:
#
# $$s_j = \frac{q \cdot k_j}{\sqrt d} \qquad p_j = \frac{e^{s_j}}{\sum_i e^{s_i}} \qquad
# y = \sum_j p_j\, v_j$$
#
# The **attention scores** $s$ say how well query and keys fit; softmax (module 03) turns them into
# **attention weights** $p$, which are positive and add up to 1. As you know, softmax is computed
# with the largest score subtracted first, so that no exponential overflows.
#
# **Exercise 1 · easy · 15 minutes.** Fill in `attend`.


# %% nbgrader={"grade_id": "attend", "solution": true}
def attend(query: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What one query reads: the mean of the values, weighted by how well their keys fit it.

    Score: the dot product of query and key, divided by the root of their size d. Weights: the
    softmax of the scores, which may be of any size. All arrays stay as they are.
    Shapes: query (d,), keys (n, d), values (n, e) -> (e,).
    Source: Vaswani et al. (2017), Attention is all you need, section 3.2.1, arXiv:1706.03762.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    scores = keys @ query / math.sqrt(len(query))  # (n, d) @ (d,)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values  # (n,) @ (n, e)
    ### END SOLUTION


# %% nbgrader={"grade_id": "attend-test", "grade": true, "points": 2}
# Two keys of size 4 with scores 0 and log 3, so that the weights are 1/4 and 3/4.
query, keys = np.array([2.0, 0, 0, 0]), np.array([[0.0, 1, 1, 1], [np.log(3), 0, 0, 0]])
values = np.array([[4.0, 8.0, 0.0], [0.0, -4.0, 4.0]])
check(attend(query, keys, values), [1, -1, 3], "what the query reads")

# %% nbgrader={"grade_id": "attend-test-2", "grade": true, "points": 1}
# Keys that are all alike; scores in the thousands; arrays stay as they were.
alike, what = np.ones((5, 2)), "five equal keys: the plain mean"
close(attend(np.array([3.0, 1.0]), alike, np.arange(10.0).reshape(5, 2)), [4, 5], what)
arrays = {"query": np.array([2000.0]), "keys": np.array([[1.0], [2]]), "values": np.eye(2)}
found, hint = unchanged(in_order(attend), **arrays), "subtract the largest score first"
close(found, [0, 1], "what is read for scores of 2,000 and 4,000", hint=hint)

# %% nbgrader={"grade_id": "attend-hidden", "grade": true, "points": 1}
# Also graded: other sizes, scores far below 0, a single key.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for n, d, e, factor in ((6, 3, 2, 1.0), (4, 16, 5, 3.0), (3, 2, 1, -2000.0), (1, 5, 4, 7.0)):
    query, keys, values = rng.normal(size=d), rng.normal(size=(n, d)) + 1, rng.normal(size=(n, e))
    found = attend(query * factor, keys, values)
    expected = weights_of(query * factor, keys, None, d**-0.5) @ values
    close(found, expected, f"what is read from {n} keys of size {d}, values of size {e}")
### END HIDDEN TESTS

# %% [markdown]
# Why divide by $\sqrt d$? A dot product of two random vectors of size $d$ is a sum of $d$ products,
# and its spread grows like $\sqrt d$. Scores with a large spread make a softmax in which one key
# takes everything; at weights of 0 and 1 it has no slope, so nothing is learned. The figure shows
# how many of 64 random keys a query effectively reads (the exponential of the entropy of its
# weights): with the root about 40 at any size, without it fewer and fewer, in the end a single one.

# %% given: root

# %% [markdown]
# ## 2. Who may look at whom
#
# Often a query may not see all keys, and a **mask** says which.
#
# - A language model predicts the next word. If it saw it, there would be nothing to learn. The
#   **causal mask** lets query $i$ look at keys $0$ to $i$ only: at itself and its past.
# - Sentences of a batch differ in length, and are filled up to the longest. The **padding mask**
#   keeps everybody from looking at what was filled in.
#
# Here, as in `scaled_dot_product_attention`, True means: takes part. Where there are fewer queries
# than keys, PyTorch's causal mask starts at the top left: query 0 sees key 0, wherever the keys
# end. (Someone who adds *one* query to many older keys, as module 18 does, wants the query to see
# them all, and uses no mask.)
#
# **Exercise 2 · easy · 15 minutes.** Fill in `attention_mask`.


# %% nbgrader={"grade_id": "mask", "solution": true}
#| export
def attention_mask(queries: int, keys: int, causal: bool = False, lengths=None) -> np.ndarray:
    """Which query may look at which key: booleans, True = takes part.

    causal: query i looks at keys 0 to i, whatever the two numbers are. lengths: a list of n
    numbers; in example i only the first lengths[i] keys are real, the others padding, which nobody
    looks at. With both, both hold; with neither, all are True.
    Shapes: (queries, keys); with lengths (n, 1, queries, keys), the 1 for all heads.
    """
    # Five or six lines. np.tril keeps a triangle.
    ### BEGIN SOLUTION
    mask = np.ones((queries, keys), bool)
    if causal:
        mask = np.tril(mask)
    if lengths is not None:
        real = np.arange(keys) < np.reshape(lengths, (-1, 1, 1, 1))  # (n, 1, 1, keys)
        mask = mask & real
    return mask
    ### END SOLUTION


# %% nbgrader={"grade_id": "mask-test", "grade": true, "points": 2}
# Causal: as many queries as keys, fewer, more.
for queries, keys in ((3, 3), (2, 4), (4, 2)):
    what, found = f"the causal mask, {queries} x {keys}", attention_mask(queries, keys, causal=True)
    close(found, BY_HAND[queries, keys], what, suspects=MISTAKES[what], dtype="bool")

# %% nbgrader={"grade_id": "mask-test-2", "grade": true, "points": 1}
# Padding: lengths 1 and 3 of three keys; with the causal mask; neither of them.
real = [[[[1, 0, 0]] * 2], [[[1, 1, 1]] * 2]]
check(attention_mask(2, 3, lengths=[1, 3]), real, "the mask for lengths 1 and 3", dtype="bool")
both, what = [[[[1, 0, 0], [1, 0, 0]]], [[[1, 0, 0], [1, 1, 0]]]], "the same, and causal"
check(attention_mask(2, 3, causal=True, lengths=[1, 3]), both, what, dtype="bool")
close(attention_mask(2, 3), np.ones((2, 3)), "the mask without both", dtype="bool")

# %% nbgrader={"grade_id": "mask-hidden", "grade": true, "points": 1}
# Also graded: other sizes, a length of 0, more examples.
### BEGIN HIDDEN TESTS
for queries, keys, lengths in ((5, 5, [5, 0, 2]), (1, 6, [4]), (6, 3, [3, 1]), (3, 4, None)):
    for causal in (True, False):
        seen = [[not causal or j <= i for j in range(keys)] for i in range(queries)]
        expected = np.array(seen)
        if lengths is not None:
            expected = np.stack([expected & (np.arange(keys) < n) for n in lengths])[:, None]
        what = f"the mask {queries} x {keys}, causal={causal}, lengths={lengths}"
        close(attention_mask(queries, keys, causal, lengths), expected, what, dtype="bool")
### END HIDDEN TESTS

# %% [markdown]
# Three masks of six queries (rows) and six keys (columns); dark takes part. Left a triangle, in the
# middle the first four columns, right what is in both.

# %% given: masks

# %% [markdown]
# ## 3. All queries at once
#
# With a query, a key and a value at each position, the rows of three matrices, all scores are one
# matrix product, and a leading dimension or two for examples and heads come for free:
#
# $$P = \text{softmax}(\text{scale} \cdot Q K^\top + \text{mask}) \qquad Y = P V$$
#
# The softmax runs along the rows: each *query* has weights that add up to 1. (Along the columns the
# shapes are right as well, and models learn something; it is a famous mistake.)
#
# A pair is left out *before* the softmax, by a score of $-\infty$, as $e^{-\infty} = 0$. A large
# negative number in its place is a trap: real scores can be lower. There are two kinds of mask:
# booleans, and an **additive mask** of numbers that are added to the scores, 0 or $-\infty$ or any
# preference.
#
# What if nothing is left, as for an example of length 0? Then the largest score is $-\infty$, and
# $-\infty - (-\infty)$ is NaN. One such row is enough: through weights that all rows share, its NaN
# reaches every gradient. Such a query reads nothing, so it gets weights of 0.
#
# **Exercise 3 · medium · 30 minutes.** Fill in `attention_weights`.


# %% nbgrader={"grade_id": "weights", "solution": true}
#| export
def attention_weights(q: np.ndarray, k: np.ndarray, mask, scale: float) -> np.ndarray:
    """The weights with which each query reads the keys: softmax(scale * q @ k.T + mask), by rows.

    mask: None; booleans, where False leaves a pair out; or numbers that are added to the scores,
    where minus infinity leaves a pair out. What is left out has weight 0, exactly. A query with
    nothing to look at has a row of zeros, not NaN; s may be 0. Scores may be of any size.
    Shapes: q (..., t, d), k (..., s, d), mask any that broadcasts to (..., t, s) -> (..., t, s).
    The dtype is that of q; no array that came in is changed.
    """
    # Eight to ten lines. `sum_along(a, -1)` is a fast a.sum(axis=-1, keepdims=True).
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


# %% nbgrader={"grade_id": "weights-test", "grade": true, "points": 2}
# Two queries, two keys, scale 1/2: the exponentials of the scores are 1 and 3, 2 and 1.
q, k = np.eye(2), 2 * np.log([[1.0, 2.0], [3.0, 1.0]])
check(attention_weights(q, k, None, 0.5), [[1 / 4, 3 / 4], [2 / 3, 1 / 3]], "the weights")
triangle = np.array([[True, False], [True, True]])
check(attention_weights(q, k, triangle, 0.5), [[1, 0], [2 / 3, 1 / 3]], "the weights, masked")
added = np.log([[1.0, 2.0], [0.5, 1.0]])
check(attention_weights(q, k, added, 0.5), [[1 / 7, 6 / 7], [1 / 2, 1 / 2]], "an additive mask")

# %% nbgrader={"grade_id": "weights-test-2", "grade": true, "points": 2}
# Scores of any size; rows with nothing left, by both kinds of mask; stacks, float32, no changes.
q, k = np.eye(2), 2 * np.log([[1.0, 2.0], [3.0, 1.0]])
nothing, triangle, other = np.array([[[0, 0], [1, 1]], [[1, 0], [1, 1]], [[0, 1], [1, 0]]], bool)
with np.errstate(all="ignore"):
    found = [attention_weights(q, k, m, 0.5) for m in (nothing, np.where(nothing, 0, -np.inf))]
    big = attention_weights(q, 1e6 * k, triangle, 0.5), attention_weights(q, -1e12 * k, other, 0.5)
close(big[0], [[1, 0], [1, 0]], "the weights for scores of a million")
close(big[1], [[0, 1], [1, 0]], "the weights for scores of minus a million million")
for weights, kind in zip(found, ("booleans", "minus infinity"), strict=True):
    what = f"the weights of a query with nothing to look at, by {kind}"
    close(weights, [[0, 0], [2 / 3, 1 / 3]], what, suspects=MISTAKES["nothing"])
stack = {"q": np.arange(12.0).reshape(2, 3, 2) / 9, "k": np.cos(np.arange(16.0)).reshape(2, 4, 2)}
for mask in (np.eye(3, 4) < 1, np.eye(3, 4)):
    stack["mask"] = mask
    found = unchanged(lambda **arrays: attention_weights(**arrays, scale=1.0), **stack)
    expected = weights_of(*stack.values(), 1.0)
    close(found, expected, f"the weights of a stack (2, 3, 4), one mask of {mask.dtype} for all")
single = attention_weights(q.astype("float32"), k.astype("float32"), triangle, 0.5)
close(single, [[1, 0], [2 / 3, 1 / 3]], "the weights in float32", dtype="float32")

# %% nbgrader={"grade_id": "weights-hidden", "grade": true, "points": 2}
# Also graded: other shapes, masks that broadcast, no keys at all, a preference with minus infinity.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
for lead, t, s, d, of_mask in (
    ((), 4, 6, 3, (4, 6)),
    ((2,), 3, 5, 2, (5,)),
    ((2, 3), 4, 4, 8, (2, 1, 1, 4)),
    ((3,), 1, 7, 1, (3, 1, 7)),
):
    q, k = rng.normal(size=(*lead, t, d)), rng.normal(size=(*lead, s, d))
    takes_part = rng.random(of_mask) < 0.6
    for mask in (None, takes_part, np.where(takes_part, rng.normal(size=of_mask), -np.inf)):
        with np.errstate(all="ignore"):
            found = attention_weights(q, k, mask, 0.7)
        what = f"the weights of {q.shape} and {k.shape}, mask {'None' if mask is None else of_mask}"
        close(found, weights_of(q, k, mask, 0.7), what, dtype="float64")
found = attention_weights(np.ones((2, 3)), np.ones((0, 3)), None, 1.0)
equal(found.shape, (2, 0), "the shape of the weights for no keys")
### END HIDDEN TESTS

# %% [markdown]
# ## 4. The way back
#
# Let $G$ be the gradient of $Y$; a bar marks the gradients of the others. The product is familiar
# (module 02): $\bar V = P^\top G$ and $\bar P = G V^\top$. The rule of softmax (module 03) turns
# $\bar P$ into the gradient of the scores, row by row, where $\odot$ multiplies place by place:
#
# $$\bar S = P \odot (\bar P - \delta) \qquad \delta_i = \sum_j \bar P_{ij} P_{ij}$$
#
# For a thousand positions $\bar P$ and $P$ have a million entries, and $\delta$ sums over all of
# them. But put $\bar P = G V^\top$ in, and change the order of the sums:
# $\delta_i = \sum_c G_{ic} Y_{ic}$, a sum over the few features of $Y$. FlashAttention, the form in
# which most libraries compute attention, does it so. What is left are the two products that lead
# from the scores to $Q$ and $K$, and the scale.
#
# **Exercise 4 · hard · 40 minutes.** Fill in `attention_rules`. Write down the shape of each factor
# before you decide what is transposed.


# %% nbgrader={"grade_id": "rules", "solution": true}
#| export
def attention_rules(g, y, p, q, k, v, scale: float) -> tuple:
    """The gradients of q, k and v, if `g` is that of y = p @ v.

    p: the attention weights of q and k with this `scale`; masked pairs have weight 0 in it, so the
    mask is not needed. A row of zeros in p gives its query a gradient of 0.
    Shapes: g and y (..., t, e), p (..., t, s), q (..., t, d), k (..., s, d), v (..., s, e)
    -> those of q, k and v. The dtype stays, and no array that came in is changed.
    Source: Dao et al. (2022), FlashAttention, appendix B.2, arXiv:2205.14135.
    """
    # Five or six lines.
    ### BEGIN SOLUTION
    ds = g @ v.swapaxes(-1, -2)  # (..., t, e) @ (..., e, s)
    ds -= np.vecdot(g, y)[..., None]  # delta, (..., t, 1)
    ds *= p
    ds *= scale
    return ds @ k, ds.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ g
    ### END SOLUTION


# %% nbgrader={"grade_id": "rules-test", "grade": true, "points": 3}
# One query, two keys, weights 1/4 and 3/4: delta is -2.
q, k, v = np.array([[1.0, 2.0]]), np.array([[0.0, 1], [2, 0]]), np.array([[1.0, 0], [0, 2]])
p, y, g = np.array([[0.25, 0.75]]), np.array([[0.25, 1.5]]), np.array([[4.0, -2.0]])
found = attention_rules(g, y, p, q, k, v, 0.5)
check(found[2], [[1, -0.5], [3, -1.5]], "the gradient of v")
check(found[0], [[-1.5, 0.75]], "the gradient of q")
check(found[1], [[0.75, 1.5], [-0.75, -1.5]], "the gradient of k")

# %% nbgrader={"grade_id": "rules-test-2", "grade": true, "points": 2}
# More queries than keys, a stack, a mask with an empty row, against measured slopes; no changes.
empty_row = np.array([[True, False, False], [False] * 3, [True] * 3])
for shape, of_keys, mask in (((3, 2), (2, 2), None), ((2, 3, 2), (2, 3, 2), empty_row)):
    q, k, v = wave(shape, 0), wave(of_keys, 1), wave(of_keys, 2)
    p = weights_of(q, k, mask, 0.6)
    arrays = {"g": np.sin(1 + q), "y": p @ v, "p": p, "q": q, "k": k, "v": v}
    found = unchanged(lambda **arrays: attention_rules(*arrays.values(), 0.6), **arrays)
    check_slopes(found, arrays["g"], q, k, v, mask, 0.6)
narrow = [array.astype("float32") for array in arrays.values()]
for part, name in zip(attention_rules(*narrow, 0.6), "qkv", strict=True):
    equal(str(part.dtype), "float32", f"the dtype of the gradient of {name} in float32")

# %% nbgrader={"grade_id": "rules-hidden", "grade": true, "points": 2}
# Also graded: other shapes, one query, one key, values of another size, random numbers.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(2)
shapes = ((), 4, 3, 2, 5), ((2,), 1, 4, 3, 1), ((2, 2), 2, 1, 1, 2), ((), 3, 3, 4, 4)
for lead, t, s, d, e in shapes:
    q, k, v = (rng.normal(size=(*lead, *shape)) for shape in ((t, d), (s, d), (s, e)))
    g, p = rng.normal(size=(*lead, t, e)), weights_of(q, k, None, 1.3)
    check_slopes(attention_rules(g, p @ v, p, q, k, v, 1.3), g, q, k, v, None, 1.3)
### END HIDDEN TESTS

# %% [markdown]
# Given: both parts as one operation, and `scaled_dot_product_attention` with PyTorch's arguments.
# Written with tensors, it takes six operations that each leave an array; fused, only the result and
# the weights are kept. For long causal sequences a faster form takes over, which works in blocks of
# queries and never computes what lies above the diagonal: half of all scores.

# %% given: attention
# %% given: attention-gap

# %%
for length in (40, 200):
    gaps = attention_gap(length)
    print(f"{length} positions, fused and written with tensors: largest differences of result and")
    print("  gradients of q, k, v:", *(f"{gap:.0e}" for gap in gaps))
    assert max(gaps) < 1e-5, "fused attention and the composed one should agree"

# %% [markdown]
# Your backward pass can now answer a question about any model: which inputs does an output depend
# on? `influence(f, x)` asks for the gradient of each output position with respect to each input
# position, and takes its size. On the left, causal attention: everything right of the diagonal is
# exactly 0, a triangle. In the middle, no mask: every output depends on every input. On the right,
# a causal mask, but by a mistake that is easily made: the values were taken from one position
# later. Only one diagonal more, and yet each position is told what it should predict: a **leak**.

# %% given: influence

# %%
draw_influence(
    {
        "causal": lambda x: scaled_dot_product_attention(x, x, x, is_causal=True),
        "no mask": lambda x: scaled_dot_product_attention(x, x, x),
        "a leak": lambda x: scaled_dot_product_attention(x, x, cat([x[1:], x[:1]]), is_causal=True),
    }
)

# %% [markdown]
# ## 5. Heads
#
# One softmax tends to pick one thing. But a word may have to look at its verb and at its adjective
# at the same time. So the features are divided among several **attention heads**, each of which
# does attention of its own with its share; their results are put side by side again
# (**multi-head attention**). For eight features and two heads, head 0 gets features 0 to 3.
#
# To the matrix product, a head is one more leading dimension. For that, the features are cut into
# (heads, size), and then the dimension of the heads has to move before that of the positions. A
# reshape straight to the right shape mixes positions and features, no error says so, and a model
# even learns with it, badly.
#
# **Exercise 5 · easy · 15 minutes.** Fill in `head_parts`.


# %% nbgrader={"grade_id": "heads", "solution": true}
#| export
def head_parts() -> tuple:
    """Two functions on tensors, `split(x, heads)` and its inverse `join(x)`.

    split: (..., t, width) -> (..., heads, t, width / heads); head 0 gets the first width / heads
    features of every position, head 1 the next ones. join: back again. Gradients flow.
    """
    # Two functions of two lines each. `x.reshape(...)` cuts, `x.transpose(-3, -2)` swaps.
    ### BEGIN SOLUTION

    def split(x: Tensor, heads: int) -> Tensor:
        *lead, t, width = x.shape
        return x.reshape(*lead, t, heads, width // heads).transpose(-3, -2)

    def join(x: Tensor) -> Tensor:
        *lead, heads, t, size = x.shape
        return x.transpose(-3, -2).reshape(*lead, t, heads * size)

    return split, join
    ### END SOLUTION


# %% nbgrader={"grade_id": "heads-test", "grade": true, "points": 2}
# Three positions of four features, two heads; and back.
split, join = head_parts()
x = np.arange(12.0).reshape(3, 4)
halves = [[[0, 1], [4, 5], [8, 9]], [[2, 3], [6, 7], [10, 11]]]
check(split(tensor(x), 2), halves, "two heads of a (3, 4)")
check(join(tensor(np.array(halves, float))), x, "two heads (2, 3, 2), joined")

# %% nbgrader={"grade_id": "heads-test-2", "grade": true, "points": 1}
# A batch, as many heads as positions; the gradient arrives where the values came from.
split, join = head_parts()
x = np.arange(32.0).reshape(2, 2, 8)
for heads in (2, 4):
    expected = np.stack(np.split(x, heads, -1), 1)  # (2, heads, 2, 8 / heads)
    close(split(tensor(x), heads), expected, f"{heads} heads of a batch (2, 2, 8)")
    close(join(tensor(expected)), x, f"{heads} heads of a batch, joined")
leaf = tensor(x, requires_grad=True)
result = join(split(leaf, 2) * tensor(x.reshape(2, 2, 2, 4)))
true(result.requires_grad, "gradients through both", hint="use tensors, not their arrays")
result.backward(tensor(np.ones((2, 2, 8))))
expected = np.concatenate(list(x.reshape(2, 2, 2, 4).swapaxes(0, 1)), -1)
close(leaf.grad, expected, "the gradient of x through split and join")

# %% nbgrader={"grade_id": "heads-hidden", "grade": true, "points": 1}
# Also graded: other sizes, one head, heads of one feature, two leading dimensions.
### BEGIN HIDDEN TESTS
split, join = head_parts()
for shape, heads in (((5, 6), 3), ((2, 3, 4), 1), ((3, 2, 4), 4), ((2, 3, 4, 6), 2)):
    x = np.random.default_rng(3).normal(size=shape)
    expected = np.stack(np.split(x, heads, -1), -3)
    close(split(tensor(x), heads), expected, f"{heads} heads of {shape}")
    close(join(tensor(expected)), x, f"{heads} heads of {shape}, joined")
### END HIDDEN TESTS

# %% given: heads

# %% [markdown]
# Where do queries, keys and values come from? From three linear layers. In **self-attention** all
# three look at the same sequence; in **cross-attention** the queries come from one (an answer),
# keys and values from another (the question). PyTorch keeps the three weights on top of each other
# in one tensor, `in_proj_weight`, a **packed projection**. For self-attention one large product
# then does the work of three, which is faster.
#
# **Exercise 6 · medium · 20 minutes.** Fill in `in_projection`.


# %% nbgrader={"grade_id": "projection", "solution": true}
#| export
def in_projection(query: Tensor, key: Tensor, value: Tensor, weight: Tensor, bias=None) -> tuple:
    """(q, k, v): the three inputs of attention through the three layers in one packed weight.

    weight (3 * d, d): that of q on that of k on that of v; bias (3 * d,) likewise, or None.
    Shapes: query (..., t, d), key and value (..., s, d), kept. Gradients flow.
    Where query, key and value are one and the same tensor, `linear` is called only once.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
    """
    # Five or six lines. `x.chunk(3, dim)` cuts a tensor into three.
    ### BEGIN SOLUTION
    if query is key and key is value:
        return linear(query, weight, bias).chunk(3, -1)
    biases = (None,) * 3 if bias is None else bias.chunk(3)
    parts = zip((query, key, value), weight.chunk(3), biases, strict=True)
    return tuple(linear(x, w, b) for x, w, b in parts)
    ### END SOLUTION


# %% nbgrader={"grade_id": "projection-test", "grade": true, "points": 2}
# Three inputs of two features, with weights that tell them apart; a bias.
weight = tensor(np.array([[1.0, 0], [0, 1], [10, 0], [0, 10], [0, 100], [100, 0]]))
bias = tensor(np.arange(6.0))
query, key, value = (tensor(np.array([[n, n + 0.5]])) for n in (1.0, 2.0, 3.0))
for part, name in zip(in_projection(query, key, value, weight, bias), "qkv", strict=True):
    expected = {"q": [[1, 2.5]], "k": [[22, 28]], "v": [[354, 305]]}[name]
    check(part, expected, f"{name} of three inputs")

# %% nbgrader={"grade_id": "projection-test-2", "grade": true, "points": 1}
# Self-attention, by one product; without a bias; key and value alike; gradients of the weight.
x = tensor(np.arange(12.0).reshape(2, 3, 2))
weight = tensor(np.array([[1.0, 0], [0, 1], [10, 0], [0, 10], [0, 100], [100, 0]]))
bias = tensor(np.arange(6.0))
for inputs, calls in (
    ((x, x, x), 1),
    ((x, x + 1, x + 1), 3),
    ((x, x, x + 1), 3),
    ((x + 1, x, x), 3),
):
    for b in (bias, None):
        found, counted = count_linear(lambda i=inputs, b=b: in_projection(*i, weight, b))
        what = f"{calls} of 3 products, {'no bias' if b is None else 'a bias'}"
        for i, (part, name) in enumerate(zip(found, "qkv", strict=True)):
            shift = 0 if b is None else bias.numpy()[2 * i : 2 * i + 2]
            expected = inputs[i].numpy() @ weight.numpy()[2 * i : 2 * i + 2].T + shift
            close(part, expected, f"{name} of a batch, {what}")
        if calls == 1:
            equal(counted, 1, "how often linear was called for one tensor three times")
leaf = tensor(weight.numpy(), requires_grad=True)
q, k, v = in_projection(*(tensor([[n, n + 0.5]]).double() for n in (1.0, 2.0, 3.0)), leaf)
true(q.requires_grad, "gradients of the weight", hint="cut the tensor, not its array")
(q + k + v).sum().backward()
close(leaf.grad, [[1, 1.5]] * 2 + [[2, 2.5]] * 2 + [[3, 3.5]] * 2, "the gradient of the weight")

# %% nbgrader={"grade_id": "projection-hidden", "grade": true, "points": 1}
# Also graded: other sizes, more keys than queries, an unbatched sequence.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(4)
for lead, t, s, d in (((), 2, 5, 3), ((4,), 3, 2, 6), ((2, 2), 1, 1, 1)):
    query, key, value = (tensor(rng.normal(size=(*lead, n, d))) for n in (t, s, s))
    weight, bias = tensor(rng.normal(size=(3 * d, d))), tensor(rng.normal(size=3 * d))
    for inputs in ((query, key, value), (query, query, query)):
        for b in (bias, None):
            for i, part in enumerate(in_projection(*inputs, weight, b)):
                rows = slice(i * d, (i + 1) * d)
                expected = inputs[i].numpy() @ weight.numpy()[rows].T
                expected = expected if b is None else expected + bias.numpy()[rows]
                close(part, expected, f"{'qkv'[i]} of {inputs[i].shape}")
### END HIDDEN TESTS

# %% [markdown]
# Now for a trap that PyTorch has laid itself. `nn.MultiheadAttention` has two masks, `attn_mask`
# for pairs and `key_padding_mask` for keys, and in both **True means left out**, the opposite of
# `scaled_dot_product_attention`. Numbers are added, in both. An inverted mask raises no error and
# often costs little accuracy, so nobody notices.
#
# **Exercise 7 · medium · 20 minutes.** Fill in `merge_masks`. And one more trap: in NumPy,
# `False * -np.inf` is NaN.


# %% nbgrader={"grade_id": "merge", "solution": true}
#| export
def merge_masks(attn_mask, key_padding_mask, dtype):
    """One mask for `attention_weights` from the two of `nn.MultiheadAttention`, or None.

    Both are arrays or None: attn_mask (t, s) or (n, heads, t, s), key_padding_mask (n, s), the same
    for all heads and queries. Each holds booleans, and here True = left out, or floats, which are
    added. What one of them leaves out is left out.
    Returns: None if both are None; booleans, True = takes part, if there are no floats; otherwise
    floats of `dtype`, minus infinity where booleans leave out. Shapes: any that broadcasts to
    (n, heads, t, s). No array that came in is changed.
    """
    # Eight to ten lines.
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


# %% nbgrader={"grade_id": "merge-test", "grade": true, "points": 2}
# Two booleans for two examples of three keys, each alone, both; nothing at all.
later = np.array([[False, True, True], [False, False, True]])  # (t, s)
padded = np.array([[False, False, False], [False, True, True]])  # (n, s)
full = (2, 1, 2, 3)
alone = merge_masks(later, None, "float32")
close(alone, ~later, "attn_mask alone", suspects=MISTAKES["attn_mask alone"], dtype="bool")
expected = spread(~padded[:, None, None, :], full)
check(spread(merge_masks(None, padded, "float32"), full), expected, "padding alone", dtype="bool")
expected = [[[[1, 0, 0], [1, 1, 0]]], [[[1, 0, 0], [1, 0, 0]]]]
check(spread(merge_masks(later, padded, "float32"), full), expected, "both masks", dtype="bool")
true(merge_masks(None, None, "float32") is None, "no mask at all", expected="None")

# %% nbgrader={"grade_id": "merge-test-2", "grade": true, "points": 2}
# Numbers with booleans, numbers with numbers; a mask for each head; dtypes; no changes.
later = np.array([[False, True, True], [False, False, True]])
padded, full = np.array([[False, False, False], [False, True, True]]), (2, 1, 2, 3)
liked, out = np.array([[0.5, -1.0, 2.0], [0.0, 3.0, -2.0]], "float32"), -np.inf
expected = [[[[0.5, -1, 2], [0, 3, -2]]], [[[0.5, out, out], [0, out, out]]]]
with np.errstate(all="ignore"):
    found = unchanged(in_order(partial(merge_masks, dtype="float32")), a=liked, b=padded)
    mixed = merge_masks(later, liked, "float64")
    summed = merge_masks(liked, liked[:, ::-1].copy(), "float32")
what = "numbers for pairs, booleans for keys"
close(spread(found, full), expected, what, suspects=MISTAKES["mixed"], dtype="float32")
expected = [[[[0.5, out, out], [0.5, -1, out]]], [[[0, out, out], [0, 3, out]]]]
close(spread(mixed, full), expected, "booleans for pairs, numbers for keys", dtype="float64")
expected = [[[[2.5, -2, 2.5], [2, 2, -1.5]]], [[[-1.5, 2, 2], [-2, 6, -2]]]]
close(spread(summed, full), expected, "numbers in both", dtype="float32")
each = np.random.default_rng(0).random((2, 3, 2, 3)) < 0.5  # three heads
found, expected = merge_masks(each, padded, "float32"), ~(each | padded[:, None, None, :])
close(found, expected, "a mask for each of three heads, and padding", dtype="bool")

# %% nbgrader={"grade_id": "merge-hidden", "grade": true, "points": 2}
# Also graded: as many examples as queries, other sizes, numbers alone, float64 into float32.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(5)
for n, heads, t, s in ((3, 1, 3, 3), (1, 2, 4, 5), (2, 2, 1, 2)):
    bools = rng.random((t, s)) < 0.4, rng.random((n, s)) < 0.4
    numbers = rng.normal(size=(t, s)), rng.normal(size=(n, s))
    for a, b in itertools.product((None, bools[0], numbers[0]), (None, bools[1], numbers[1])):
        if a is None and b is None:
            continue
        with np.errstate(all="ignore"):
            found = merge_masks(a, b, np.dtype("float32"))
        is_bool = all(m is None or m.dtype == bool for m in (a, b))
        parts = [m if m is None or m.dtype != bool else np.where(m, -np.inf, 0.0) for m in (a, b)]
        total = np.zeros((n, heads, t, s))
        total = total if parts[0] is None else total + parts[0]
        total = total if parts[1] is None else total + parts[1][:, None, None, :]
        kinds = " and ".join("None" if m is None else str(m.dtype) for m in (a, b))
        expected = total == 0 if is_bool else total
        what, dtype = f"masks of {kinds}, {n} examples, {t} x {s}", "bool" if is_bool else "float32"
        close(spread(found, total.shape), expected, what, dtype=dtype)
### END HIDDEN TESTS

# %% [markdown]
# Given: the layer, with PyTorch's names, so that `state_dict` goes from one to the other. It
# returns the result and, unless told not to, the weights, averaged over its heads.

# %% given: multihead

# %%
manual_seed(0)
layer = MultiheadAttention(8, 2, batch_first=True)
print({name: tuple(value.shape) for name, value in layer.state_dict().items()})
x, padding = randn(2, 3, 8), tensor(np.array([[False, False, True], [False, False, False]]))
result, weights = layer(x, x, x, key_padding_mask=padding)
print("weights of both examples; the third key of the first one is padding:")
print(weights.detach().numpy().round(2))
order = [2, 0, 1]
moved = layer(x[1:, order], x[1:, order], x[1:, order])[0] - result[1:, order]
print(f"positions in another order, results likewise: difference {moved.abs().max().item():.0e}")

# %% [markdown]
# The last line says something important. Without a mask, attention does not know where a position
# is: shuffle the sequence, and the results are the same, shuffled. What the order means has to be
# in the vectors themselves, as the positions of module 11.
#
# ## 6. What it costs
#
# The four linear layers work on each position by itself, so their work grows like the length $T$.
# The scores are pairs, so theirs grows like $T^2$. Count one multiplication with its addition as
# one multiply-add: a product $(a, b) @ (b, c)$ has $a \cdot b \cdot c$ of them.
#
# **Exercise 8 · medium · 15 minutes.** Fill in `attention_cost`. Guess first: for a model with 512
# features, from which length on do the scores cost more than the layers?


# %% nbgrader={"grade_id": "cost", "solution": true}
#| export
def attention_cost(length: int, width: int, heads: int) -> tuple:
    """(projections, scores, kept, crossover) of multi-head self-attention on one example: integers.

    projections: the multiply-adds of the four layers for q, k, v and the output, each of `width`
    features to `width`, without biases. scores: those of q @ k.T and of p @ v in all heads, without
    a mask. kept: the bytes of all heads' attention weights in float32. crossover: the smallest
    length at which `scores` is above `projections`.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    projections = 4 * length * width * width
    scores = 2 * length * length * width  # heads * length * length * (width / heads), twice
    return projections, scores, 4 * heads * length * length, 2 * width + 1
    ### END SOLUTION


# %% nbgrader={"grade_id": "cost-test", "grade": true, "points": 4}
# Ten positions of eight features, two heads.
names = "projections", "scores", "kept", "crossover"
found = attention_cost(10, 8, 2)
equal(len(found), 4, "how many numbers come back")
for part, expected, name in zip(found, (2560, 1600, 800, 17), names, strict=True):
    equal(part, expected, f"{name} for length 10, width 8, 2 heads", suspects=MISTAKES[name])

# %% nbgrader={"grade_id": "cost-hidden", "grade": true, "points": 1}
# Also graded: other sizes, a single head, a head for each feature.
### BEGIN HIDDEN TESTS
for length, width, heads in ((1024, 768, 12), (3, 5, 1), (1, 4, 4)):
    pairs = length * length
    expected = (4 * length * width**2, 2 * pairs * width, 4 * heads * pairs, 2 * width + 1)
    equal(attention_cost(length, width, heads), expected, f"attention_cost{length, width, heads}")
### END HIDDEN TESTS

# %% [markdown]
# Measured: the weights that a node of the graph holds, and the multiply-adds of all products on the
# way, counted from their shapes. In the figure, both shares of a layer of 512 features: a straight
# line and a parabola, which cross just above twice the width. GPT-2, with 768 features and 1,024
# positions, is still left of its crossing; models that read books are far to the right.

# %% given: measured

# %%
for length, width, heads in ((16, 8, 2), (50, 32, 4)):
    predicted = attention_cost(length, width, heads)[:3]
    counted = measured_cost(length, width, heads)
    print(f"length {length}, width {width}: predicted {predicted}, measured {counted}")
    assert predicted == counted, "the measured numbers are not the predicted ones"
draw_cost(512)

# %% [markdown]
# ## 7. Put to use: backwards
#
# A sequence of eight random digits, a sign (here `=`), and the digits in reverse order. A model
# gets the sequence and predicts at each position what comes next, as language models do. Of the 16
# targets the first seven, digits 2 to 8, are random, so nobody can do better than guess them: a
# loss of $\frac{7}{16} \ln 10 \approx 1.01$ per position is the floor.
#
# `Reverser` is two layers of attention and a small network, with norms and shortcuts (module 08):
# the transformer of module 13, in small. Training uses **teacher forcing**: the true digits so far
# go in, not the model's own guesses. So there are two ways to score it. One asks at each position
# of a true sequence whether the next digit is right. The other lets the model *write*: it gets
# eight digits and `=`, and each digit that it writes goes in for the next; all eight must be right
# (**exact match**). Three models: as it should be, without the causal mask, without positions.

# %% given: reverser

# %%
runs = {
    "as it should be": Reverser(),
    "no causal mask": Reverser(causal=False),
    "no positions": Reverser(positions=False),
}
losses = {name: train(model, steps=150) for name, model in runs.items()}
scores = {name: (forced(model), exact(model)) for name, model in runs.items()}
for name, (right, whole) in scores.items():
    print(f"{name:16} next digit right {right:6.1%}   all eight written {whole:6.1%}")
assert scores["as it should be"][1] > 0.98, "it should write nearly all sequences backwards"
assert scores["no causal mask"][0] > 0.98, "with a leak the next digit should be right"
assert scores["no causal mask"][1] < 0.2, "but a leak should not help to write"
assert scores["no positions"][1] < 0.05, "without positions it should fail"

# %% given: losses

# %% [markdown]
# Look at the model without a mask. By teacher forcing it is perfect. But its loss falls far *below*
# the floor, to almost 0: it predicts random digits! It has learned to read the answer off the next
# position, and when it has to write, there is no next position. A loss that is too good, like a
# score without generating, should make you suspicious: ask `influence` for a triangle. The model
# without positions sees which digits there were, but hardly in what order: about a third of its
# digits are right, and hardly ever a whole answer.
#
# And this is what the heads of the first model look at, while it writes (rows) an answer, from `=`
# on. There it is, in at least one of them: the anti-diagonal. To write the first digit, look at the
# eighth; for the second, at the seventh. Nobody told it so; 150 steps of gradient descent did.

# %% given: maps

# %% [markdown]
# ## 8. For those who want more
#
# **Stretch 1 · hard · 30 minutes.** FlashAttention never holds all the scores of a query: it reads
# the keys piece by piece, and keeps three things, the largest score so far, the sum of the
# exponentials and the weighted sum of the values, both relative to that largest score. When a new
# piece has a larger one, what was summed so far is multiplied by $e^{\text{old} - \text{new}}$.
# Fill in `attend_in_pieces` (the **online softmax**).


# %% nbgrader={"grade_id": "pieces", "solution": true}
def attend_in_pieces(query: np.ndarray, pieces) -> np.ndarray:
    """What `attend` reads, from keys and values that come piece by piece, each seen only once.

    pieces: an iterator of pairs (keys (n, d), values (n, e)), with any n, 0 too; at least one key
    in all. Scores may be of any size. Shapes: query (d,) -> (e,).
    Source: Milakov and Gimelshein (2018), Online normalizer calculation, arXiv:1805.02867.
    """
    # About ten lines.
    ### BEGIN SOLUTION
    largest, total, read = -np.inf, 0.0, 0.0
    for keys, values in pieces:
        scores = keys @ query / math.sqrt(len(query))  # (n,)
        new = max(largest, scores.max(initial=-np.inf))
        if new == -np.inf:
            continue  # nothing was there yet
        shrink, weights = np.exp(largest - new), np.exp(scores - new)
        total, read = total * shrink + weights.sum(), read * shrink + weights @ values
        largest = new
    return read / total
    ### END SOLUTION


# %% nbgrader={"grade_id": "pieces-test", "grade": true, "points": 0}
# Pieces of unequal size, an empty first one, scores that grow by thousands from piece to piece.
rng = np.random.default_rng(6)
query, keys, values = rng.normal(size=4), rng.normal(size=(9, 4)), rng.normal(size=(9, 3))
for factor, cuts in ((1.0, [4]), (1.0, [0, 1, 5]), (3000.0, [3, 6]), (-3000.0, [1, 2, 3])):
    parts = list(zip(np.split(keys * factor, cuts), np.split(values, cuts), strict=True))
    expected = weights_of(query, keys * factor, None, 0.5) @ values
    found, what = attend_in_pieces(query, iter(parts)), f"keys times {factor}, cut at {cuts}"
    close(found, expected, f"what is read from {what}")

# %% [markdown]
# ## Reflection
#
# Twice the length, four times the scores: what would you give up to read a whole book at once? Let
# each position look only at its neighbors, or at a few positions in all, or summarize what lies far
# back? What does the model lose in each case, and for which texts would it not matter?

# %% [markdown]
# *Your answer here.*
