# %% [markdown]
# # 11 · Embeddings
#
# A network computes with numbers, and a letter is none. One can number the letters, but such an
# **id** is only a name: c is not three times a. So each id gets a row of numbers of its own, its
# **embedding**, and the table of all rows is learned like any other weight. What is used in similar
# places ends up with similar rows: nobody tells a network which letters are vowels.
#
# In this module you build the table and the way back to it, three ways to tell a network *where* in
# a text an id stands, and one table that serves twice. At the end, a network that you trained on
# names makes up new ones.
#
# ## 1. A row for each id
#
# In the alphabet a, b, c the word "bab" is the ids (1, 0, 1), and its embeddings are rows 1, 0 and
# 1 of a table (rows, dim). That is all a **lookup** does. One trap is in it: NumPy counts a
# negative index from the end. If a bug makes an id -1, the network quietly gets the last row. A
# lookup should refuse it.
#
# **Exercise 1 · easy · 15 minutes.** Fill in `lookup`.

# %% given: imports
# %% given: notebook-imports
# %% given: tests

# %% nbgrader={"grade_id": "lookup", "solution": true}
#| export
def lookup(weight: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """The rows of `weight` that `ids` name, in a new array.

    Shapes: (rows, dim), ids of any shape, () too -> (*ids.shape, dim). The dtype of weight stays.
    Raises: IndexError that names an id without a row, and the number of rows. Ids go from 0 to
    rows - 1: a negative one names nothing. There may be no ids at all.
    """
    # Four lines: is there an id without a row? Which one? Raise; else pick the rows.
    ### BEGIN SOLUTION
    if ids.size and not (ids.min() >= 0 and ids.max() < len(weight)):
        wrong = ids.min() if ids.min() < 0 else ids.max()
        raise IndexError(f"there is no row {wrong}: the table has {len(weight)} rows, from 0 on")
    return np.take(weight, ids, axis=0)  # (*ids.shape, dim)
    ### END SOLUTION


# %% nbgrader={"grade_id": "lookup-test", "grade": true, "points": 2}
# A table of three rows: ids in a row, in a table, a single one; the result is a new array.
weight = np.array([[1, 2, 3], [10, 20, 30], [100, 200, 300]], np.float32)
a, b, c = weight.tolist()
check(lookup(weight, np.array([2, 0, 2])), [c, a, c], "the rows of the ids 2, 0, 2")
close(lookup(weight, np.array([[1, 1], [0, 2]])), [[b, b], [a, c]], "the rows of a table of ids")
found = lookup(weight, np.array(1))
close(found, b, "the row of a single id", dtype="float32")
found[...] = 0
close(weight[1], b, "the table, after writing into that row", hint="hand out a copy, not a view")

# %% nbgrader={"grade_id": "lookup-test-2", "grade": true, "points": 1}
# The error for ids without a row, which names the id and the number of rows.
for ids, wrong in (([0, 7], "7"), ([4, 5, 1], "5"), ([[0, 1], [-2, 4]], "-2"), (-1, "-1")):
    hint = "a negative index counts from the end: refuse it yourself"
    with raises(IndexError, (wrong, "5"), f"the error for the id {wrong} of 5 rows", hint=hint):
        lookup(np.ones((5, 2)), np.array(ids))

# %% nbgrader={"grade_id": "lookup-hidden", "grade": true, "points": 1}
# Also graded: the first and the last row, three dimensions of ids, other dtypes, no ids.
### BEGIN HIDDEN TESTS
weight, ids = np.arange(12.0).reshape(4, 3), np.array([[[0], [3]], [[3], [1]]], np.int32)
close(lookup(weight, ids), weight[ids], "the rows of ids (2, 2, 1)", dtype="float64")
close(lookup(weight, np.array([3], np.uint8)), weight[3:], "the row of an id in uint8")
for rows in (4, 0):
    found = lookup(weight[:rows], np.zeros((0, 2), int))
    equal(found.shape, (0, 2, 3), f"the shape for no ids of {rows} rows")
with raises(IndexError, ("-3", "4"), "the error for the id -3 of 4 rows"):
    lookup(weight, np.array([-3]))
### END HIDDEN TESTS

# %% [markdown]
# A lookup is also a matrix product. Write an id as a **one-hot** row, a 1 at its place and zeros
# elsewhere, and multiply it by the table: all other rows are multiplied by 0. So an embedding is a
# linear layer for ids, only that nobody computes with all those zeros.

# %%
weight = np.round(np.random.default_rng(0).normal(size=(4, 3)), 1)
one_hot = np.eye(4)[[1, 0, 1]]
print(one_hot, "times the table:", one_hot @ weight, "looked up:", sep="\n")
print(lookup(weight, np.array([1, 0, 1])))

# %% [markdown]
# ## 2. The way back adds up
#
# If the output is `weight[ids]`, what is the gradient of the table? Each row's gradient comes from
# the places where the row was picked. In "bab" the row of b was picked twice, so it gets the *sum*
# of two gradients; the row of c gets 0. This is a **scatter-add**: rows are scattered to where they
# came from, and added up there. You met the trap in module 02: `table[ids] = g` and even
# `table[ids] += g` keep only one of the gradients for a repeated id.
#
# **Exercise 2 · medium · 25 minutes.** Fill in `scatter_add`.


# %% nbgrader={"grade_id": "scatter-add", "solution": true}
#| export
def scatter_add(g: np.ndarray, ids: np.ndarray, rows: int) -> np.ndarray:
    """The gradient of a table of `rows` rows, if `g` is that of the rows picked by `ids`.

    A row that was picked several times gets the sum of its gradients; one that was not gets 0.
    Shapes: g (*ids.shape, dim), ids of any shape -> (rows, dim). The dtype of g stays, and no array
    that came in is changed.
    """
    # Three lines.
    ### BEGIN SOLUTION
    table = np.zeros((rows, g.shape[-1]), g.dtype)
    np.add.at(table, ids, g)
    return table
    ### END SOLUTION


# %% nbgrader={"grade_id": "scatter-add-test", "grade": true, "points": 3}
# Row 1 was picked twice, row 0 once, rows 2 and 3 never.
g = np.array([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]])
expected = [[10, 20], [101, 202], [0, 0], [0, 0]]
check(scatter_add(g, np.array([1, 0, 1]), 4), expected, "the gradient for the ids 1, 0, 1")

# %% nbgrader={"grade_id": "scatter-add-test-2", "grade": true, "points": 1}
# Ids in a table, one of them three times; a single id; float32; arrays stay as they were.
g, ids = np.arange(12, dtype=np.float32).reshape(2, 3, 2), np.array([[0, 2, 0], [0, 1, 2]])
found = unchanged(lambda g, ids: scatter_add(g, ids, 3), g=g, ids=ids)
close(found, [[10, 13], [8, 9], [12, 14]], "the gradient for ids (2, 3)", dtype="float32")
found = scatter_add(np.array([5.0, 6.0]), np.array(1), 3)
close(found, [[0, 0], [5, 6], [0, 0]], "the gradient for a single id")

# %% nbgrader={"grade_id": "scatter-add-hidden", "grade": true, "points": 2}
# Also graded: many repetitions, three dimensions of ids, no ids at all; float64 to all its digits.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1)
for shape, rows, dim in (((50,), 3, 4), ((2, 5, 3), 7, 1), ((4, 4), 40, 2), ((0,), 3, 2)):
    g, ids = rng.normal(size=(*shape, dim)), rng.integers(0, rows, shape)
    expected = np.zeros((rows, dim))
    for place in np.ndindex(shape):
        expected[ids[place]] += g[place]
    what = f"the gradient for {math.prod(shape)} ids of {rows} rows"
    close(scatter_add(g, ids, rows), expected, what, rtol=1e-12, atol=1e-12, dtype="float64")
### END HIDDEN TESTS

# %% [markdown]
# There are many ways to write it, and they differ in speed. Three of them on the size of a small
# language model, 512 ids with 128 features: rows added by `np.add.at`; the product with one-hot
# rows; and the library's form, which adds up single places of the flat table, two floats at a time,
# read as one complex number.

# %% given: three-ways

# %% [markdown]
# The product does as much work as the table has rows: fine for the 27 of an alphabet, hopeless for
# the 50,000 of a real vocabulary. From here on `summed` calls yours where there is little to add,
# and the library's where there is much.
#
# ## 3. A row that learns nothing
#
# The examples of a batch need equal lengths, so short ones are filled up with an id that means
# nothing, the **padding token**. Its row is 0 and has to stay 0, or the network would learn from
# the filling. The lookup is as before; only the gradient of that row is 0, whatever arrives there,
# even an infinity. Row 0 is a popular choice, and in Python 0 counts as false: ask `is not None`.
#
# **Exercise 3 · easy · 15 minutes.** Fill in `embedding_rule`.

# %% given: summed


# %% nbgrader={"grade_id": "padding", "solution": true}
#| export
def embedding_rule(g: np.ndarray, ids: np.ndarray, rows: int, padding_idx=None) -> np.ndarray:
    """The gradient of a table as `summed(g, ids, rows)` gives it, but 0 in the row `padding_idx`.

    padding_idx: a row, from 0 on, or None for none. Its gradient is 0 even where g is infinite.
    Shapes: g (*ids.shape, dim) -> (rows, dim). No array that came in is changed.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    gradient = summed(g, ids, rows)
    if padding_idx is not None:
        gradient[padding_idx] = 0
    return gradient
    ### END SOLUTION


# %% nbgrader={"grade_id": "padding-test", "grade": true, "points": 2}
# Three ids of three rows: without padding, then row 2 and row 0 as the padding.
g, ids = np.array([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]]), np.array([2, 0, 2])
for padding_idx, expected in (
    (None, [[10, 20], [0, 0], [101, 202]]),
    (2, [[10, 20], [0, 0], [0, 0]]),
    (0, [[0, 0], [0, 0], [101, 202]]),
):
    found, what = embedding_rule(g, ids, 3, padding_idx), f"the gradient with padding {padding_idx}"
    check(found, expected, what)

# %% nbgrader={"grade_id": "padding-test-2", "grade": true, "points": 1}
# Ids in a table, float32; arrays stay as they were.
g, ids = np.ones((2, 3, 2), np.float32), np.array([[1, 0, 0], [1, 2, 0]])
found = unchanged(lambda g, ids: embedding_rule(g, ids, 4, 0), g=g, ids=ids)
expected = [[0, 0], [2, 2], [1, 1], [0, 0]]
close(found, expected, "the gradient for ids (2, 3)", dtype="float32")

# %% nbgrader={"grade_id": "padding-hidden", "grade": true, "points": 1}
# Also graded: a padding that does not occur, the last row, an infinite gradient at the padding.
### BEGIN HIDDEN TESTS
g, ids = np.array([[1.0], [2.0], [4.0]]), np.array([1, 3, 1])
for padding_idx, expected in ((0, [0, 5, 0, 2]), (2, [0, 5, 0, 2]), (3, [0, 5, 0, 0])):
    found = embedding_rule(g, ids, 4, padding_idx)
    close(found, np.array(expected)[:, None], f"the gradient with padding {padding_idx}")
found = embedding_rule(np.array([[np.inf], [1.0]]), np.array([0, 1]), 2, 0)
close(found[0], [0], "the gradient of the padding, where an infinity arrives")
### END HIDDEN TESTS

# %% [markdown]
# Given: your parts as one operation, and the layer `Embedding`. PyTorch draws the table from the
# normal distribution N(0, 1). Three names of unequal length, as one batch:

# %% given: embedding

# %%
manual_seed(0)
table = Embedding(27, 2, padding_idx=0)
batch = tensor([[1, 12, 9, 0, 0], [1, 14, 14, 5, 0], [5, 22, 1, 0, 0]])  # ali, anne, eva
out = table(batch)
out.sum().backward()
print(table, ": ids", batch.shape, "become", out.shape)
counts = table.weight.grad.numpy()[:, 0]
print("how often each row was picked, by the gradient of a sum:", counts.astype(int))
assert counts[[0, 14]].tolist() == [0, 2], "n was picked twice, and the padding learns nothing"

# %% [markdown]
# ## 4. Where a word stands
#
# "dog bites man" and "man bites dog" are the same three rows. A network that looks at all positions
# at once, like the attention of module 12, would not know which is which. So each position $p$ gets
# a row of its own too, its **positional encoding**, and it is *added* to the row of the id. The
# first transformer took waves:
#
# $$\text{row}_p[2i] = \sin\frac{p}{b^{2i/d}} \qquad
# \text{row}_p[2i+1] = \cos\frac{p}{b^{2i/d}} \qquad b = 10000,\quad i = 0, \dots, d/2 - 1$$
#
# Sine and cosine of one angle stand side by side. The first pair turns once in about six positions,
# the last in tens of thousands: like the hands of a clock, fast ones for neighbors, slow ones for
# far positions. Keep the angles in float64: float32 knows an angle of 10,000 to 0.0005 only.
#
# **Exercise 4 · medium · 25 minutes.** Fill in `sinusoids`.


# %% nbgrader={"grade_id": "sinusoids", "solution": true}
#| export
def sinusoids(length: int, dim: int, base: float = 10000.0) -> np.ndarray:
    """A table (length, dim) of waves: column 2i holds sin(p / base**(2i / dim)) of the positions
    p = 0, 1, ..., length - 1, and column 2i + 1 the cosine of the same angles. In float64.

    dim is even; length may be 0.
    Source: Vaswani et al. (2017), Attention is all you need, section 3.5, arXiv:1706.03762.
    """
    # Four lines: all angles, (length, dim / 2), then sines and cosines into every other column.
    ### BEGIN SOLUTION
    # (length, 1) / (dim / 2,)
    angles = np.arange(length)[:, None] / base ** (np.arange(0, dim, 2) / dim)
    table = np.empty((length, dim))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table
    ### END SOLUTION


# %% nbgrader={"grade_id": "sinusoids-test", "grade": true, "points": 3}
# Positions 0 and 1 with four features: angles of 1 and 1/100 at position 1.
expected = [[0, 1, 0, 1], [math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)]]
what = "two positions of four features"
close(sinusoids(2, 4), expected, what, suspects=wave_mistakes())

# %% nbgrader={"grade_id": "sinusoids-test-2", "grade": true, "points": 1}
# Far out, at position 10,000, to nine digits; another base.
table = sinusoids(10_001, 6)
hint = "angles in float32 have seven digits, and four of them stand before the point"
for i in range(3):
    angle = 10_000 / 10_000 ** (2 * i / 6)
    expected, what = [math.sin(angle), math.cos(angle)], f"pair {i} of position 10,000"
    close(table[-1, 2 * i : 2 * i + 2], expected, what, hint=hint, rtol=0, atol=1e-9)
expected, what = [math.sin(1), math.cos(1)], "pair 0 of position 1, in a table of 10,001"
close(table[1, :2], expected, what, dtype="float64")
expected = [math.sin(2), math.cos(2), math.sin(0.2), math.cos(0.2)]
close(sinusoids(3, 4, base=100.0)[2], expected, "position 2 with the base 100")

# %% nbgrader={"grade_id": "sinusoids-hidden", "grade": true, "points": 2}
# Also graded: other sizes and bases, a single pair, no positions.
### BEGIN HIDDEN TESTS
for length, dim, base in ((7, 8, 10000.0), (5, 2, 10000.0), (300, 16, 500), (1, 6, 2.0)):
    found, what = sinusoids(length, dim, base), f"sinusoids({length}, {dim}, {base})"
    for p, i in itertools.product({0, length // 2, length - 1}, range(dim // 2)):
        angle = p / base ** (2 * i / dim)
        expected = [math.sin(angle), math.cos(angle)]
        close(found[p, 2 * i : 2 * i + 2], expected, f"{what}, position {p}, pair {i}", atol=1e-9)
equal(sinusoids(0, 4).shape, (0, 4), "the shape for no positions")
### END HIDDEN TESTS

# %% [markdown]
# The first 100 positions with 64 features. On the left, each position is a line: quick waves in the
# first columns, hardly any change in the last. On the right, how similar two positions are (the
# product of their rows, by that of a row with itself): 1 on the diagonal, less with distance, with
# ripples, and the same along each diagonal, whatever the position.

# %% given: waves

# %% [markdown]
# ## 5. Positions that are learned
#
# One can also give every position a row and let it be learned, as GPT-2 does. Then the table has
# an end, and there is a trap. A slice that goes beyond the end of an array is not an error, only
# shorter. And if a single row is left, it broadcasts: every position gets the same row, and nobody
# notices.
#
# When a text is continued one id at a time, its next position is not 0. `offset` says where it is.
#
# **Exercise 5 · easy · 10 minutes.** Fill in `rows_at`.


# %% nbgrader={"grade_id": "rows-at", "solution": true}
#| export
def rows_at(table, length: int, offset: int = 0):
    """Rows `offset` to `offset + length - 1` of `table`, an array or a tensor (rows, dim).

    Shapes: -> (length, dim); length may be 0. A tensor gives a tensor; gradients flow through.
    Raises: IndexError for a negative offset, and for a table that ends too early; it names the last
    position asked for and the number of rows.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    last = offset + length - 1
    if offset < 0 or last >= len(table):
        raise IndexError(f"positions {offset} to {last}: the table has {len(table)}, from 0 on")
    return table[offset : offset + length]
    ### END SOLUTION


# %% nbgrader={"grade_id": "rows-at-test", "grade": true, "points": 2}
# Of six rows: the first two, three from row 2 on, the last; and the gradient of a tensor.
table = np.array([[0.0, 5.0], [1.0, 6.0], [2.0, 7.0], [3.0, 8.0], [4.0, 9.0], [5.0, 10.0]])
check(rows_at(table, 3, 2), [[2, 7], [3, 8], [4, 9]], "three rows from row 2 on")
close(rows_at(table, 2), [[0, 5], [1, 6]], "the first two rows")
close(rows_at(table, 1, 5), [[5, 10]], "the last row")
learned = tensor([[0.0], [1.0], [2.0]], requires_grad=True)
found, hint = rows_at(learned, 2, 1), "slice the tensor itself: an array made from it has no graph"
true(getattr(found, "requires_grad", False), "the rows of a tensor that learns", hint=hint)
found.sum().backward()
close(learned.grad, [[0], [1], [1]], "the gradient of a tensor, rows 1 and 2 of three")

# %% nbgrader={"grade_id": "rows-at-test-2", "grade": true, "points": 1}
# The error where the table ends too early, or the offset is negative.
hint = "a slice beyond the end is shorter, and that is no error: compare yourself"
for length, offset, last in ((7, 0, "6"), (3, 5, "7"), (1, 8, "8"), (3, -2, "0")):
    what = f"the error for {length} of 6 rows from row {offset} on"
    with raises(IndexError, (last, "6"), what, hint=hint):
        rows_at(np.ones((6, 2)), length, offset)

# %% nbgrader={"grade_id": "rows-at-hidden", "grade": true, "points": 1}
# Also graded: the whole table, no rows at the start and at the end, a negative offset alone.
### BEGIN HIDDEN TESTS
table = np.arange(8.0).reshape(4, 2)
for length, offset in ((4, 0), (3, 1), (0, 0), (0, 4), (0, 2)):
    what = f"{length} of 4 rows from row {offset} on"
    close(rows_at(table, length, offset), table[offset : offset + length], what)
for length, offset, last in ((2, 3, "4"), (1, 4, "4"), (1, -1, "-1")):
    what = f"the error for {length} of 4 rows from row {offset} on"
    with raises(IndexError, (last, "4"), what):
        rows_at(table, length, offset)
### END HIDDEN TESTS

# %% [markdown]
# Given: both kinds of positions as layers. `SinusoidalPositions(max_len, dim)` adds rows of your
# table, `LearnedPositions(max_len, dim)` rows of a `Parameter`.

# %% given: positions

# %% [markdown]
# ## 6. Positions that turn
#
# Attention, in module 12, compares a **query** with the **keys** of other positions by their dot
# product, a score. What should count is how far apart the two are, not where in the text they
# stand. **Rotary position embedding**, RoPE for short, gets exactly that. Nothing is added: query
# and key are *turned*, each pair of features by an angle that grows with the position. If both move
# on by ten positions, both turn by the same angle more, and their dot product stays what it was.
#
# A pair of features $(a, b)$ is a point in the plane, a complex number $a + b\mathrm{i}$. To turn
# it by an angle $\theta$ is to multiply:
#
# $$(a + b\mathrm{i})(\cos\theta + \mathrm{i}\sin\theta) = (a\cos\theta - b\sin\theta) +
# (a\sin\theta + b\cos\theta)\,\mathrm{i}$$
#
# The angles are those of exercise 4, so sines and cosines come from your table. And the rule? The
# derivative of a rotation is the rotation, and a vector-Jacobian product takes its transpose: the
# rotation *back*, by $-\theta$.
#
# Neighbors form a pair here, features $2i$ and $2i + 1$. Other code pairs $i$ with $i + d/2$. Each
# is right with weights that were trained with it, and talks nonsense with those of the other.
#
# Given: `pairs` reads neighbors of an array as complex numbers, `values` goes back.

# %% given: pairs

# %% [markdown]
# **Exercise 6 · hard · 30 minutes.** Fill in `rotary_parts`.


# %% nbgrader={"grade_id": "rotary", "solution": true}
#| export
def rotary_parts() -> tuple:
    """Rotation of pairs of features, and its rule: two functions.

    forward(x, turns) -> x with the pair (2i, 2i + 1) at position p turned by the angle of
    turns[p, i], which is cos(angle) + i sin(angle). rule(g, turns) -> the gradient of x.
    Shapes: x and g (..., length, dim), kept; turns (length, dim / 2), complex, of the same
    precision. The dtype of x and g stays, and no array that came in is changed.
    Source: Su et al. (2021), RoFormer, equation 34, arXiv:2104.09864.
    """
    # Two functions of a line each, with `pairs` and `values`; more lines with sines and cosines.
    ### BEGIN SOLUTION

    def forward(x, turns):
        return values(pairs(x) * turns)  # (..., length, dim / 2) * (length, dim / 2)

    def rule(g, turns):
        return values(pairs(g) * turns.conj())

    return forward, rule
    ### END SOLUTION


# %% nbgrader={"grade_id": "rotary-test", "grade": true, "points": 3}
# One position, two pairs: the first is turned by a quarter, the second by cos 0.6 and sin 0.8.
forward, rule = rotary_parts()
x, turns = np.array([[1.0, 2.0, 5.0, 10.0]]), np.array([[1j, 0.6 + 0.8j]])
check(forward(x, turns), [[-2, 1, -5, 10]], "two pairs turned")
check(rule(x, turns), [[2, -1, 11, 2]], "the gradient of two pairs")

# %% nbgrader={"grade_id": "rotary-test-2", "grade": true, "points": 1}
# As many heads as positions, each position by its own angles; float32; arrays stay as they were.
forward, rule = rotary_parts()
x = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
turns = np.array([[1], [1j]], np.complex64)
expected = [[[0, 1], [-3, 2]], [[4, 5], [-7, 6]]]
found, what = unchanged(in_order(forward), x=x, turns=turns), "two heads, position 1 turned"
close(found, expected, what, dtype="float32", hint="turns[p] belongs to position p, dim -2 of x")
expected = [[[0, 1], [3, -2]], [[4, 5], [7, -6]]]
found = unchanged(in_order(rule), g=x, turns=turns)
close(found, expected, "the gradient of two heads, position 1 turned", dtype="float32")

# %% nbgrader={"grade_id": "rotary-hidden", "grade": true, "points": 2}
# Also graded: other shapes, arrays that do not lie in order in memory, no positions; all digits.
### BEGIN HIDDEN TESTS
forward, rule = rotary_parts()
rng = np.random.default_rng(2)
for shape in ((5, 6), (3, 4, 2), (2, 3, 1, 8), (2, 0, 4)):
    x, angles = rng.normal(size=shape), rng.uniform(-3, 3, (shape[-2], shape[-1] // 2))
    for sign, function, name in ((1, forward, "rotation"), (-1, rule, "gradient")):
        expected = turned(x, sign * angles)
        turns = np.exp(1j * angles)
        what = f"the {name} of {shape}"
        close(function(x, turns), expected, what, rtol=1e-12, atol=1e-12, dtype="float64")
        swapped = np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2)
        close(function(swapped, turns), expected, f"{what}, transposed in memory")
### END HIDDEN TESTS

# %% [markdown]
# Given: the operation, and `RotaryPositions(head_dim)`, a layer that learns nothing.
#
# The figure asks all three kinds the same: what is the score of a fixed query and a fixed key, if
# they stand `distance` positions apart? A line for each of six positions of the query. With added
# waves the lines fall and rise together, if not alike, since part of the score depends on the
# distance alone; with a learned table, here untrained, each goes its own way. With rotary positions
# there are six lines as well, one upon the other.

# %% given: rotary
# %% given: scores

# %% [markdown]
# ## 7. One table, two uses
#
# A language model has a table at its beginning, ids to rows, and a linear layer at its end, a row
# to a score for each id. Their weights have the same shape, (ids, dim), and the same purpose: ids
# that are alike get similar rows. So many models, GPT-2 among them, learn *one* table and use it
# twice: **weight tying**. It must be one `Parameter` then, not a copy, which would go its own way
# after the first step, and not a second `Parameter` in the same memory, which an optimizer would
# move twice.
#
# **Exercise 7 · medium · 20 minutes.** Fill in `tie`.


# %% nbgrader={"grade_id": "tie", "solution": true}
#| export
def tie(embedding: Embedding, head: Linear) -> int:
    """Let `head` learn the table of `embedding` as its weight: one Parameter in two places.

    A bias of `head` stays. Returns how many numbers fewer there are to learn: 0 if the two were
    tied before. Raises: RuntimeError that names both shapes if they differ, before any change.
    Source: Press and Wolf (2016), Using the output embedding to improve language models,
    arXiv:1608.05859.
    """
    # About five lines.
    ### BEGIN SOLUTION
    table, weight = embedding.weight, head.weight
    if table.shape != weight.shape:
        raise RuntimeError(f"a table of {table.shape} cannot be a weight of shape {weight.shape}")
    head.weight = table
    return 0 if weight is table else weight.numel()
    ### END SOLUTION


# %% nbgrader={"grade_id": "tie-test", "grade": true, "points": 3}
# A table (4, 2) and its head: one Parameter, with the values of the table; gradients add up.
table, head = Embedding(4, 2), Linear(2, 4)
values_before, bias = table.weight.numpy().copy(), head.bias
equal(tie(table, head), 8, "how many numbers fewer", suspects=MISTAKES["fewer"])
close(head.weight, values_before, "the weight of the head", hint="the table is what stays")
close(table.weight, values_before, "the table", hint="the table is what stays")
hint = "a copy, or another Parameter in the same memory, is a second one: assign the table's"
true(head.weight is table.weight, "the weight of the head", expected="the table's", hint=hint)
true(head.bias is bias, "the bias of the head", expected="the one it had")
equal(list(ModuleList([table, head]).state_dict()), ["0.weight", "1.weight", "1.bias"], "the state")
(table(tensor([1])) * 2 + head(tensor([[3.0, 5.0]]))[:, :2]).sum().backward()
close(table.weight.grad, [[3, 5], [5, 7], [0, 0], [0, 0]], "the gradient of both uses")

# %% nbgrader={"grade_id": "tie-test-2", "grade": true, "points": 1}
# A step of weight decay moves the table once; shapes that differ are refused, and nothing changes.
table, head = Embedding(3, 2), Linear(2, 3)
tie(table, head)
before = table.weight.numpy().copy()
table.weight.grad = tensor(np.zeros((3, 2), "float32"))
SGD(ModuleList([table, head]).parameters(), lr=0.5, weight_decay=0.5).step()
close(table.weight, 0.75 * before, "the table after a step of weight decay")
table, head = Embedding(4, 2), Linear(4, 2)
own = head.weight
with raises(RuntimeError, ("(4, 2)", "(2, 4)"), "the error for a table (4, 2), a weight (2, 4)"):
    tie(table, head)
true(head.weight is own, "the weight of the head after the error", expected="its own")

# %% nbgrader={"grade_id": "tie-hidden", "grade": true, "points": 1}
# Also graded: other sizes, a head without a bias, a square table, tying twice.
### BEGIN HIDDEN TESTS
for rows, dim in ((5, 3), (4, 4), (1, 1)):
    table, head = Embedding(rows, dim), Linear(dim, rows, bias=False)
    before = table.weight.numpy().copy()
    equal(tie(table, head), rows * dim, f"how many numbers fewer, for a table ({rows}, {dim})")
    true(head.weight is table.weight, "the weight of the head", expected="the table's")
    close(head.weight, before, "the weight of the head")
    equal(tie(table, head), 0, "how many numbers fewer, tied for the second time")
    equal(len(list(ModuleList([table, head]).parameters())), 1, "the parameters")
with raises(RuntimeError, ("(3, 2)", "(3, 4)"), "the error for a table (3, 2), a weight (3, 4)"):
    tie(Embedding(3, 2), Linear(4, 3))
### END HIDDEN TESTS

# %% [markdown]
# ## 8. Predict, then measure: how much of a table learns?
#
# The gradient of a table is as large as the table, and after one step most of it is 0: rows that
# were not picked. Take 512 words of *Hamlet* and a table of 4,096 rows, one for each frequent word.
# Which share of the rows gets a gradient? Write down your guess before you go on.
#
# A **sparse gradient** keeps only the rows that were picked, each with its id. PyTorch offers it;
# we do not, since optimizers such as Adam move every row anyway.
#
# **Exercise 8 · medium · 20 minutes.** Fill in `reached`.


# %% nbgrader={"grade_id": "reached", "solution": true}
#| export
def reached(ids: np.ndarray, rows: int, dim: int, padding_idx=None) -> tuple:
    """(count, dense, sparse): how many rows get a gradient, and the bytes of the gradient.

    count: of the rows that ids name, each once, without the row `padding_idx`, if there is one.
    dense: bytes of the whole gradient (rows, dim) in float32. sparse: bytes if only the counted
    rows are kept, in float32, each with its id in int64.
    """
    # Two or three lines.
    ### BEGIN SOLUTION
    names = set(ids.reshape(-1).tolist()) - {padding_idx}
    return len(names), 4 * rows * dim, len(names) * (4 * dim + 8)
    ### END SOLUTION


# %% nbgrader={"grade_id": "reached-test", "grade": true, "points": 4}
# Two texts of three ids: rows 0, 2 and 5 of ten, with 16 features; then with row 0 as the padding.
ids = np.array([[5, 0, 2], [2, 5, 0]])
count, dense, sparse = reached(ids, 10, 16)
equal(count, 3, "the rows that get a gradient", suspects=MISTAKES["count"])
equal(dense, 640, "the bytes of the whole gradient", suspects=MISTAKES["dense"])
equal(sparse, 216, "the bytes of the rows and their ids", suspects=MISTAKES["sparse"])
for padding_idx, count in ((0, 2), (5, 2)):
    what = f"the three numbers, row {padding_idx} is the padding"
    equal(reached(ids, 10, 16, padding_idx), (count, 640, 72 * count), what)

# %% nbgrader={"grade_id": "reached-hidden", "grade": true, "points": 1}
# Also graded: other sizes, a padding that does not occur, no ids.
### BEGIN HIDDEN TESTS
ids = np.array([7, 7, 7, 1])
equal(reached(ids, 8, 3), (2, 96, 40), "reached of ids 7, 7, 7, 1")
equal(reached(ids, 8, 3, 4), (2, 96, 40), "reached with a padding that does not occur")
equal(reached(ids, 8, 3, 1), (1, 96, 20), "reached with row 1 as the padding")
equal(reached(np.zeros((0, 2), int), 5, 4), (0, 80, 0), "reached of no ids")
### END HIDDEN TESTS

# %% given: hamlet

# %%
ids = hamlet(4096)[:512]
predicted = reached(ids, 4096, 128)
table = Embedding(4096, 128)
table(tensor(ids)).sum().backward()
gradient = table.weight.grad.numpy()
measured = np.count_nonzero(gradient.any(1)), gradient.nbytes
print(f"rows: {predicted[0]} predicted, {measured[0]} measured, {measured[0] / 4096:.1%} of all")
print(f"bytes: {predicted[1]:,} predicted, {measured[1]:,} measured, {predicted[2]:,} if sparse")
assert predicted[:2] == measured, "the measured numbers are not the predicted ones"

# %% [markdown]
# Six rows in a hundred. Half of the words are repetitions, as in every text: "the", "and", "of".
# Rare words wait long for a gradient, and learn little: a reason to cut them into parts, as module
# 10 does.
#
# ## 9. Put to use: new names
#
# The model of Bengio et al. (2003), for letters: the rows of the last three letters side by side, a
# hidden layer, and a score for each of 27 signs, the letters and the dot, which begins and ends a
# name. The head is tied to the table. A **bigram** model counts what follows each letter, which is
# all that the last letter alone can tell. Its test loss is 2.34 **nats**, as the unit of a loss
# with natural logarithms is called.

# %% given: letters

# %%
model = LetterModel()
fewer = tie(model.table, model.head)
print(f"{sum(p.numel() for p in model.parameters()):,} numbers to learn, {fewer} fewer by tying")
losses, norms, seconds = train(model)
loss = test_loss(model)
print(f"{len(losses):,} steps, {seconds:.1f} s: test loss {loss:.3f}, bigram {BIGRAM:.3f}")
assert loss < 2.2, "three letters should tell much more than one"

# %% given: learning

# %% [markdown]
# On the left, the training loss is below the line of the bigram within 200 steps. On the right, the
# norms of three weights' gradients: none vanishes or explodes, all stay within a factor of ten of
# one another, and the table, which gets gradients from both of its uses, has the largest.
#
# Now look at what the table has learned. Its 27 rows have 16 features; a **singular value
# decomposition** finds the two directions in which the rows differ most.

# %% given: plane

# %% [markdown]
# The vowels a, e, i, o, u stand together in a corner, with y among them, and apart from the
# consonants. Nobody told the model what a vowel is: it saw that the same letters follow them. The
# first direction is mostly how often a letter occurs, from q, x and j to a, e and i. It comes from
# the table's second use: as the head, it has to give rare letters low scores. And here is what the
# model makes up, letter by letter:

# %%
print(*sampled(model, 12))

# %% [markdown]
# Pronounceable, mostly, and here and there a name that exists. It gets better with more than three
# letters in view, and with a way to choose which of them matter: that is attention.
#
# ## 10. For those who want more
#
# **Stretch 1 · hard · 25 minutes.** Weights that were trained with the pairs $(2i, 2i + 1)$ are to
# run in code that pairs $i$ with $i + d/2$. It is enough to put the rows of the layers that make
# queries and keys in another order, in each head by itself: then the features that belong together
# stand where the other code looks for them. Fill in `to_halves`.


# %% nbgrader={"grade_id": "to-halves", "solution": true}
def to_halves(weight: np.ndarray, heads: int) -> np.ndarray:
    """The rows of `weight` in the order that code with pairs (i, i + dim / 2) needs.

    weight: (heads * dim, in), of a linear layer that makes the queries or keys of all heads, one
    head after another, for pairs (2i, 2i + 1). A new array of the same shape.
    Source: https://github.com/huggingface/transformers, convert_llama_weights_to_hf.py.
    """
    # Two or three lines: split the rows into heads, pairs and the two of a pair.
    ### BEGIN SOLUTION
    split = weight.reshape(heads, -1, 2, weight.shape[1])  # (heads, dim / 2, 2, in)
    return split.swapaxes(1, 2).reshape(weight.shape)
    ### END SOLUTION


# %% nbgrader={"grade_id": "to-halves-test", "grade": true, "points": 0}
# Two heads of four rows; then the scores of both conventions, which must be equal.
rows = np.arange(8.0).repeat(3).reshape(8, 3)
close(to_halves(rows, 2)[:, 0], [0, 2, 1, 3, 4, 6, 5, 7], "the order of the rows of two heads")
rng = np.random.default_rng(3)
(query, key), x = rng.normal(size=(2, 6, 5)), rng.normal(size=(4, 5))
turns, forward = np.exp(1j * rng.normal(size=(4, 3))), rotary_parts()[0]
expected = forward(x @ query.T, turns) @ forward(x @ key.T, turns).T
q, k = (halves_turned(x @ to_halves(w, 1).T, turns) for w in (query, key))
close(q @ k.T, expected, "the scores by pairs (i, i + 3)")

# %% [markdown]
# ## Reflection
#
# Sinusoidal, learned or rotary: which would you choose for texts that are longer than any in the
# training data, and what may happen there with each? And when would you rather *not* tie the head
# to the table: think of a vocabulary of two languages, or of what each use asks of a rare word's
# row.

# %% [markdown]
# *Your answer here.*
