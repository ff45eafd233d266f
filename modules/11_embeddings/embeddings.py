# %% [markdown]
# # 11 · Embeddings
#
# **Exercise 1 · easy · 15 minutes.** Fill in `lookup`.

# %% given: imports

# %% nbgrader={"grade_id": "lookup", "solution": true}
#| export
def lookup(weight: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """The rows of `weight` that `ids` name, in a new array.

    Shapes: (rows, dim), ids of any shape, () too -> (*ids.shape, dim). The dtype of weight stays.
    Raises: IndexError that names an id without a row, and the number of rows. Ids go from 0 to
    rows - 1: a negative id names nothing.
    """
    # Three lines: find out whether an id is out of range, raise, pick.
    ### BEGIN SOLUTION
    if ids.size and not (ids.min() >= 0 and ids.max() < len(weight)):
        wrong = ids.min() if ids.min() < 0 else ids.max()
        raise IndexError(f"there is no row {wrong}: the table has {len(weight)} rows, from 0 on")
    return np.take(weight, ids, axis=0)
    ### END SOLUTION


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


# %% given: summed

# %% nbgrader={"grade_id": "padding", "solution": true}
#| export
def embedding_rule(g: np.ndarray, ids: np.ndarray, rows: int, padding_idx=None) -> np.ndarray:
    """The gradient of a table as `summed(g, ids, rows)` gives it, but 0 in the row `padding_idx`.

    padding_idx: a row, from 0 on, or None for none. No array that came in is changed.
    """
    # Four lines.
    ### BEGIN SOLUTION
    gradient = summed(g, ids, rows)
    if padding_idx is not None:
        gradient[padding_idx] = 0
    return gradient
    ### END SOLUTION


# %% given: embedding

# %% nbgrader={"grade_id": "sinusoids", "solution": true}
#| export
def sinusoids(length: int, dim: int, base: float = 10000.0) -> np.ndarray:
    """A table (length, dim) in float64: column 2i holds sin(p / base**(2i / dim)) of each position
    p = 0, 1, ..., and column 2i + 1 the cosine of the same angle. `dim` is even.

    Source: Vaswani et al. (2017), Attention is all you need, section 3.5, arXiv:1706.03762.
    """
    # Four or five lines: all angles in a table (length, dim / 2), then sine and cosine in turn.
    ### BEGIN SOLUTION
    angles = np.arange(length)[:, None] / base ** (np.arange(0, dim, 2) / dim)
    table = np.empty((length, dim))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table
    ### END SOLUTION


# %% nbgrader={"grade_id": "rows-at", "solution": true}
#| export
def rows_at(table, length: int, offset: int = 0):
    """Rows `offset` to `offset + length - 1` of `table`, an array or a tensor (rows, dim).

    Shapes: -> (length, dim).
    Raises: IndexError that names the last position asked for and the number of rows, where the
    table ends too early; and for a negative offset.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    if offset < 0 or offset + length > len(table):
        raise IndexError(
            f"positions {offset} to {offset + length - 1} are asked for, and there are {len(table)}"
        )
    return table[offset : offset + length]
    ### END SOLUTION


# %% given: positions
# %% given: pairs

# %% nbgrader={"grade_id": "rotary", "solution": true}
#| export
def rotary_parts() -> tuple:
    """Rotation of pairs of features, and its rule: two functions.

    forward(x, turns) -> x with the pair (2i, 2i + 1) at position p turned by the angle of
    turns[p, i], which is cos(angle) + i sin(angle). rule(g, turns) -> the gradient of x.
    Shapes: x and g (..., length, dim), kept; turns (length, dim / 2), complex. No array that came
    in is changed.
    Source: Su et al. (2021), RoFormer, equation 34, arXiv:2104.09864.
    """
    # Two functions of a line each, with `pairs` and `values`; more with sines and cosines.
    ### BEGIN SOLUTION

    def forward(x, turns):
        return values(pairs(x) * turns)  # (..., length, dim / 2) * (length, dim / 2)

    def rule(g, turns):
        return values(pairs(g) * turns.conj())

    return forward, rule
    ### END SOLUTION


# %% given: rotary

# %% nbgrader={"grade_id": "tie", "solution": true}
#| export
def tie(embedding: Embedding, head: Linear) -> int:
    """Let `head` learn the table of `embedding` as its weight: one Parameter in two places.

    The bias of `head`, if it has one, stays. Returns how many numbers there are less to learn.
    Raises: RuntimeError that names both shapes, if they differ; then nothing has changed.
    Source: Press and Wolf (2016), Using the output embedding, arXiv:1608.05859.
    """
    # About five lines.
    ### BEGIN SOLUTION
    table, weight = embedding.weight, head.weight
    if table.shape != weight.shape:
        raise RuntimeError(f"a table of {table.shape} is no weight of shape {weight.shape}")
    head.weight = table
    return 0 if weight is table else weight.numel()
    ### END SOLUTION


# %% nbgrader={"grade_id": "reached", "solution": true}
#| export
def reached(ids: np.ndarray, rows: int, dim: int, padding_idx=None) -> tuple:
    """(count, dense, sparse): how many rows get a gradient, and the bytes of the gradient.

    count: of the rows that ids name, each once, without the row `padding_idx`.
    dense: bytes of the whole gradient (rows, dim) in float32. sparse: bytes if only these rows are
    kept, each with its id in int64. All three are Python integers.
    """
    # Three or four lines.
    ### BEGIN SOLUTION
    names = set(ids.reshape(-1).tolist()) - {padding_idx}
    return len(names), 4 * rows * dim, len(names) * (4 * dim + 8)
    ### END SOLUTION
