"""What module 11 gives ready-made, in sections that embeddings.py puts in place."""

# %% given: imports "what the module needs: NumPy, gradients, modules and tensors"
#| default_exp core.embeddings
#| export
import numpy as np

from tinytorch.core.autograd import VJPS, no_grad
from tinytorch.core.layers import Linear, Module, Parameter, normal_
from tinytorch.core.tensor import Op, Tensor, empty
from tinytorch.lib.embedding import (
    check_options,
    check_positions,
    ids_of,
    padding_row,
    scatter_rows,
)
from tinytorch.lib.layer_checks import check_number, check_size, check_switch, check_whole
from tinytorch.lib.modules import placed


# %% given: notebook-imports "what only this notebook needs: figures, data, checks, training"
import itertools
import math
import re
import time
from collections import Counter

import matplotlib.pyplot as plt

from tinytorch.core.layers import ModuleList
from tinytorch.core.losses import cross_entropy
from tinytorch.core.optimizers import SGD, AdamW, CosineAnnealingLR
from tinytorch.core.tensor import manual_seed, tensor
from tinytorch_data import names, shakespeare
from tito.checks import close, equal, raises, true


# %% given: tests "for the tests: MISTAKES and what they give; check, unchanged, turned, ..."
MISTAKES = {
    "the rows of the ids 2, 0, 2": {
        "columns were picked, not rows": [[3, 1, 3], [30, 10, 30], [300, 100, 300]],
        "a negative id was counted from the end of the ids": [[10, 20, 30], [100, 200, 300]],
        "each row once: a repeated id gets its row again": [[1, 2, 3], [100, 200, 300]],
        "the first id only": [100, 200, 300],
    },
    "the gradient for the ids 1, 0, 1": {
        "the last gradient overwrote the one before: add them up": [
            *([10, 20], [100, 200], [0, 0], [0, 0]),
        ],
        "only the first gradient of a repeated id was kept": [[10, 20], [1, 2], [0, 0], [0, 0]],
        "the mean of a repeated id's gradients, not their sum": [
            *([10, 20], [50.5, 101], [0, 0], [0, 0]),
        ],
        "rows that no id names are missing": [[10, 20], [101, 202]],
        "uses were counted, without g": [[1, 1], [2, 2], [0, 0], [0, 0]],
        "that is g by place: each row goes to where its id says": [
            *([1, 2], [10, 20], [100, 200], [0, 0]),
        ],
    },
    "the gradient with padding None": {
        "gradient[None] = 0 is all of it: None means no padding": [[0, 0], [0, 0], [0, 0]],
        "None was taken for row 0": [[0, 0], [0, 0], [101, 202]],
    },
    "the gradient with padding 2": {
        "the padding learns": [[10, 20], [0, 0], [101, 202]],
        "all rows but the padding are 0": [[0, 0], [0, 0], [101, 202]],
        "the row after the padding was meant": [[0, 20], [0, 0], [0, 202]],
    },
    "the gradient with padding 0": {
        "0 counts as false: ask `is not None`": [[10, 20], [0, 0], [101, 202]],
        "all rows but the padding are 0": [[10, 20], [0, 0], [0, 0]],
    },
    "three rows from row 2 on": {
        "the offset was ignored": [[0, 5], [1, 6], [2, 7]],
        "up to row 3: the length counts from the offset on": [[2, 7]],
        "the rows before the offset": [[0, 5], [1, 6]],
        "one row too early": [[1, 6], [2, 7], [3, 8]],
    },
    "two pairs turned": {
        "turned the other way": [[2, -1, 11, 2]],
        "pairs (i, i + dim / 2): neighbors form a pair here": [[-5, -6.8, 1, 7.6]],
        "a lost sign: i times i is -1": [[2, 1, 11, 10]],
        "only the parts along the cosine": [[0, 0, 3, 6]],
    },
    "the gradient of two pairs": {
        "turned on, not back": [[-2, 1, -5, 10]],
        "only the sign of g changed": [[2, -1, 5, -10]],
        "pairs (i, i + dim / 2): neighbors form a pair here": [[5, 9.2, -1, 4.4]],
    },
    "fewer": {
        "bytes, not numbers": 32,
        "the rows, not all of their numbers": 4,
        "both tables were counted": 16,
        "the bias was counted: it stays": 12,
        "that is what is left to learn, or what was there before": 20,
    },
    "count": {
        "every use was counted: a row that is picked twice is one row": 6,
        "the largest id, not how many there are": 5,
        "all rows of the table": 10,
    },
    "dense": {
        "numbers, not bytes": 160,
        "only the rows with a gradient: the array has all of them": 192,
        "eight bytes per number, as in float64": 1280,
        "the table was counted as well": 1280,
    },
    "sparse": {
        "the ids are missing": 192,
        "four bytes per id, as in int32": 204,
        "an id for every number": 576,
        "eight bytes per number, as in float64": 408,
        "every use was counted": 432,
        "one byte per id": 195,
        "numbers, not bytes": 51,
    },
}


def wave_mistakes() -> dict:
    """What mistakes in `sinusoids(2, 4)` give."""

    def row(*angles):
        return [part for angle in angles for part in (math.sin(angle), math.cos(angle))]

    (s, c, s2, c2), start = row(1, 0.01), [0, 1, 0, 1]
    return {
        "all sines, then all cosines: they stand side by side": [[0, 0, 1, 1], [s, s2, c, c2]],
        "sine and cosine changed places": [[1, 0, 1, 0], [c, s, c2, s2]],
        "the exponent is half of what it should be: 2i / dim": [start, row(1, 0.1)],
        "the exponent reaches 1: divide by dim": [start, row(1, 1e-4)],
        "each column has an angle of its own: a pair shares one": [
            *(start, [s, math.cos(0.1), s2, math.cos(0.001)]),
        ],
        "multiplied by base**(2i / dim), not divided": [start, row(1, 100)],
        "positions begin at 0, not at 1": [row(1, 0.01), row(2, 0.02)],
        "positions are rows, features are columns": [[0, s], [1, c], [0, s2], [1, c2]],
    }


def check(actual, expected, what: str) -> None:
    """`close`, with what MISTAKES says about `what`."""
    close(actual, expected, what, suspects=MISTAKES[what])


def unchanged(call, **arrays: np.ndarray):
    """What `call(**arrays)` returns, after a check that it left the arrays as they were."""
    copies = {name: array.copy() for name, array in arrays.items()}
    result = call(**arrays)
    for name, array in arrays.items():
        for part in ("real", "imag"):
            now, before = getattr(array, part), getattr(copies[name], part)
            close(now, before, f"{name} after the call", hint="make an array of your own")
    return result


def in_order(function):
    """`function` with its arguments in order, whatever their names are."""
    return lambda **arrays: function(*arrays.values())


def turned(x: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """`x` (..., length, dim) with its neighbors turned by `angles` (length, dim / 2)."""
    a, b, cos, sin = x[..., 0::2], x[..., 1::2], np.cos(angles), np.sin(angles)
    return np.stack([a * cos - b * sin, a * sin + b * cos], -1).reshape(x.shape)


def halves_turned(x: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """`x` (length, dim) with the pairs (i, i + dim / 2) turned."""
    first, second = np.split(x, 2, axis=-1)
    z = (first + 1j * second) * turns
    return np.concatenate([z.real, z.imag], axis=-1)


# %% given: three-ways "microseconds of scatter_add, a product with one-hot rows, and scatter_rows"
def one_hot_product(g, ids, rows):
    """The sum of one-hot rows times `g`: (rows, n) @ (n, dim)."""
    picked = np.zeros((len(ids), rows), g.dtype)
    picked[np.arange(len(ids)), ids] = 1
    return picked.T @ g


def microseconds(function, *args, times=20):
    """The best of several calls, the one that other work on the computer disturbed least."""
    best = math.inf
    for _ in range(times):
        start = time.perf_counter()
        function(*args)
        best = min(best, time.perf_counter() - start)
    return 1e6 * best


ways = {"np.add.at, by rows": scatter_add, "one-hot product": one_hot_product}
ways["flat, in pairs"] = scatter_rows
print(f"{'microseconds':16}", *(f"{name:>20}" for name in ways))
for rows in (27, 65, 1024, 4096):
    rng = np.random.default_rng(0)
    ids, g = rng.integers(0, rows, 512), rng.normal(size=(512, 128)).astype("float32")
    for function in ways.values():
        gap = np.abs(function(g, ids, rows) - scatter_add(g, ids, rows)).max()
        assert gap < 1e-4, "the three ways should agree"
    found = [microseconds(function, g, ids, rows) for function in ways.values()]
    print(f"{rows:5,} rows      ", *(f"{one:20.0f}" for one in found))


# %% given: summed "summed: scatter_add, and for many values the faster form"
#| export
def summed(g: np.ndarray, ids: np.ndarray, rows: int) -> np.ndarray:
    """`scatter_add(g, ids, rows)`, but where there is much to add the library's faster form."""
    if g.size <= 512:
        return scatter_add(g, ids, rows)
    return scatter_rows(g.reshape(-1, g.shape[-1]), ids.reshape(-1), rows)  # (n, dim) and (n,)


# %% given: embedding "embedding_op with its rule, embedding, and the layer Embedding"
#| export
embedding_op = Op("embedding", lambda weight, ids, padding_idx=None: lookup(weight, ids))
VJPS[embedding_op] = (
    lambda g, out, weight, ids, padding_idx=None: embedding_rule(g, ids, len(weight), padding_idx),
)


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` that the ids in `input` name.

    Shapes: input (...) of whole numbers, weight (rows, dim) -> (..., dim).
    padding_idx: a row that gets no gradient; a negative one counts from the end.
    max_norm, scale_grad_by_freq, sparse: not here; the first and the last may be left as they are.
    Raises: IndexError naming an id that has no row; a negative id has none.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
    """
    ids = ids_of(input, weight)
    check_options(
        "embedding", max_norm=max_norm, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse
    )
    if padding_idx is None:
        return embedding_op(weight, ids=ids)
    padding_idx = padding_row("embedding", padding_idx, len(weight.array))
    return embedding_op(weight, ids=ids, padding_idx=padding_idx)


class Embedding(Module):
    """A table of `num_embeddings` rows, one for each id, which are learned.

    Shapes: ids (...) of whole numbers -> (..., embedding_dim). Learns `weight`, (num_embeddings,
    embedding_dim), from the normal distribution N(0, 1).
    padding_idx: a row of zeros that stays as it is, for ids that only fill up a batch.
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
    """

    @placed
    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx=None,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
        sparse=False,
        _weight=None,
        _freeze: bool = False,
    ):
        super().__init__()
        check_options(
            "Embedding", max_norm=max_norm, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse
        )
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_row("Embedding", padding_idx, num_embeddings)
        self.max_norm, self.norm_type = max_norm, norm_type
        self.scale_grad_by_freq, self.sparse = scale_grad_by_freq, sparse
        if _weight is None:
            self.weight = Parameter(empty(num_embeddings, embedding_dim), not _freeze)
            self.reset_parameters()
        else:
            self.weight = Parameter(_weight, not _freeze)

    def reset_parameters(self) -> None:
        """Draw the table anew, as a new layer does."""
        normal_(self.weight)
        if self.padding_idx is not None:
            with no_grad():
                self.weight[self.padding_idx] = 0

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx=None,
        max_norm=None,
        norm_type=2.0,
        scale_grad_by_freq=False,
        sparse=False,
    ) -> "Embedding":
        """A layer with the table `embeddings` (rows, dim), whose memory it shares.

        freeze: the table is not learned. The padding row stays as it was given.
        Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
        """
        if not isinstance(embeddings, Tensor):
            raise TypeError(
                f"from_pretrained takes a Tensor, not {type(embeddings).__name__}: use tensor(...)"
            )
        if embeddings.ndim != 2 or not embeddings.is_floating_point():
            raise AssertionError(
                "from_pretrained takes a table of floats (rows, dim), not "
                f"{embeddings.dtype} of shape {embeddings.shape}"
            )
        check_switch("from_pretrained", freeze=freeze)
        options = max_norm, norm_type, scale_grad_by_freq, sparse
        return cls(*embeddings.shape, padding_idx, *options, embeddings.detach(), freeze)

    def forward(self, input: Tensor) -> Tensor:
        return embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        shown = f"{self.num_embeddings}, {self.embedding_dim}"
        return shown if self.padding_idx is None else f"{shown}, padding_idx={self.padding_idx}"


# %% given: waves "the figure: the table of waves, and how similar positions are"
table = sinusoids(100, 64)
fig, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3.4), layout="constrained")
left.imshow(table, aspect="auto", cmap="RdBu", interpolation="none")
left.set(xlabel="column", ylabel="position")
similar = right.imshow(table @ table.T / 32, cmap="viridis", interpolation="none")
right.set(xlabel="position", ylabel="position")
fig.colorbar(similar, ax=right, label="similarity")
plt.show()


# %% given: positions "SinusoidalPositions and LearnedPositions"
#| export
def part_of(layer: Module, table, x: Tensor, dim: int, offset: int):
    """The rows of `table` for the positions of `x` (..., length, dim), from `offset` on."""
    name = type(layer).__name__
    check_positions(name, x, dim)
    check_whole(name, offset=offset)
    return rows_at(table, x.array.shape[-2], int(offset))


def even(name: str, dim: int) -> None:
    """Raises: ValueError for a size that is odd; TypeError or ValueError for no size at all."""
    check_size(name, dim=dim)
    if dim % 2:
        raise ValueError(f"{name}: sine and cosine come in pairs, so {dim} must be even")


class SinusoidalPositions(Module):
    """Adds to each position a row of `sinusoids`. Nothing is learned, and nothing saved.

    Shapes: (..., length, dim), kept. offset: the position of the first one.
    Raises: ValueError for an odd dim; IndexError for positions beyond max_len.
    Source: Vaswani et al. (2017), Attention is all you need, section 3.5, arXiv:1706.03762.
    """

    def __init__(self, max_len: int, dim: int):
        super().__init__()
        check_size("SinusoidalPositions", max_len=max_len)
        even("SinusoidalPositions", dim)
        self.max_len, self.dim, self.table = max_len, dim, sinusoids(max_len, dim)

    def forward(self, input: Tensor, offset: int = 0) -> Tensor:
        return input + part_of(self, self.table, input, self.dim, offset).astype(input.dtype)

    def extra_repr(self) -> str:
        return f"{self.max_len}, {self.dim}"


class LearnedPositions(Module):
    """Adds to each position a row of its own, which is learned.

    Shapes: (..., length, dim), kept. Learns `weight`, (max_len, dim), from N(0, 0.02), as GPT-2.
    offset: the position of the first one. Raises: IndexError for positions beyond max_len.
    Source: Radford et al. (2019), https://github.com/openai/gpt-2, src/model.py.
    """

    @placed
    def __init__(self, max_len: int, dim: int):
        super().__init__()
        self.max_len, self.dim = max_len, dim
        self.weight = Parameter(empty(max_len, dim))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the table anew, as a new layer does."""
        normal_(self.weight, std=0.02)

    def forward(self, input: Tensor, offset: int = 0) -> Tensor:
        return input + part_of(self, self.weight, input, self.dim, offset)

    def extra_repr(self) -> str:
        return f"{self.max_len}, {self.dim}"


# %% given: pairs "pairs and values: two neighbors as a complex number, and back"
#| export
def pairs(x: np.ndarray) -> np.ndarray:
    """`x` (..., dim) as complex numbers (..., dim / 2): the pair (a, b) is a + bi."""
    return np.ascontiguousarray(x).view(np.result_type(x, 1j))


def values(z: np.ndarray) -> np.ndarray:
    """The real and imaginary parts of `z` (..., dim / 2), in turn: (..., dim)."""
    return z.view(z.real.dtype)


# %% given: rotary "rotary_op with its rule, and RotaryPositions"
#| export
rotary_op = Op("rotary", lambda x, turns: rotary_parts()[0](x, turns))
VJPS[rotary_op] = (lambda g, out, x, turns: rotary_parts()[1](g, turns),)


class RotaryPositions(Module):
    """Turns each pair of features by an angle that grows with the position.

    Pair i of a query or key are its features 2i and 2i + 1, as in the paper and in Meta's Llama; at
    position p they turn by p / base**(2i / head_dim). Other code, such as Hugging Face's, pairs i
    and i + head_dim/2: the same model with the features in another order, so that weights go from
    one to the other only if the rows of the layers that make queries and keys are put in order.
    Shapes: (..., length, head_dim), kept. Nothing is learned, and nothing saved. offset: the
    position of the first one.
    Raises: ValueError for an odd head_dim; IndexError for positions beyond max_len.
    Source: Su et al. (2021), RoFormer, equations 14 and 15, arXiv:2104.09864.
    """

    def __init__(self, head_dim: int, max_len: int = 2048, base: float = 10000.0):
        super().__init__()
        check_size("RotaryPositions", max_len=max_len)
        check_number("RotaryPositions", base=base)
        even("RotaryPositions", head_dim)
        if not base > 0:
            raise ValueError(f"RotaryPositions: base is above 0, not {base}")
        self.head_dim, self.max_len, self.base = head_dim, max_len, base
        table = sinusoids(max_len, head_dim, base)
        self.turns = table[:, 1::2] + 1j * table[:, 0::2]  # cos + i sin

    def forward(self, input: Tensor, offset: int = 0) -> Tensor:
        turns = part_of(self, self.turns, input, self.head_dim, offset)
        return rotary_op(input, turns=turns.astype(np.result_type(input.array, 1j)))

    def extra_repr(self) -> str:
        return f"{self.head_dim}, max_len={self.max_len}, base={self.base}"


# %% given: scores "the figure: the score of a query and a key, by their distance"
def scores(layer, query, length=256):
    """(length, length): the scores of one query at all positions with one key, the same, at all."""
    rows = tensor(np.tile(query, (length, 1)))
    with no_grad():
        q = layer(rows).numpy()
    return q @ q.T / len(query) ** 0.5


manual_seed(0)
query = np.random.default_rng(0).normal(size=64).astype("float32")
learned = LearnedPositions(256, 64)
normal_(learned.weight, std=0.7)  # as large as the waves
kinds = {"sinusoidal": SinusoidalPositions(256, 64), "learned": learned}
kinds["rotary"] = RotaryPositions(64, 256)
fig, panels = plt.subplots(1, 3, figsize=(9, 2.8), sharex=True, layout="constrained")
distance, places = np.arange(61), (60, 99, 138, 177, 216, 255)
for ax, (name, layer) in zip(panels, kinds.items(), strict=True):
    table = scores(layer, query)
    lines = np.array([table[place, place - distance] for place in places])
    ax.plot(distance, lines.T, lw=1)
    ax.set(title=name, xlabel="distance")
    spread = np.ptp(lines, axis=0).max()
    print(f"{name}: the six lines differ by up to {spread:.1e}")
    assert (spread < 1e-3) == (name == "rotary"), "only rotary scores depend on the distance alone"
panels[0].set_ylabel("score")
plt.show()


# %% given: hamlet "hamlet: the words of Hamlet as ids, by the most frequent words of eight plays"
def hamlet(rows):
    """Ids of the words of the play, which is the first of the file; row 0 is for rare words."""
    words = re.findall("[a-z']+", shakespeare().train.lower())
    frequent = [word for word, _ in Counter(words).most_common(rows - 1)]
    ids = {word: i for i, word in enumerate(frequent, 1)}
    return np.array([ids.get(word, 0) for word in words[:30_000]])


# %% given: letters "LetterModel; train, test_loss, sampled; BIGRAM: what the last letter tells"
SIGNS, CONTEXT = ".abcdefghijklmnopqrstuvwxyz", 3


def contexts(names):
    """(ids of the last three signs, id of the next one) for every letter and end of the names."""
    found = []
    for name in names:
        ids = [SIGNS.index(sign) for sign in "." * CONTEXT + name + "."]
        found += [ids[i : i + CONTEXT + 1] for i in range(len(ids) - CONTEXT)]
    found = np.array(found)
    return found[:, :-1], found[:, -1]


(known, answers), (unseen, test_answers) = (contexts(part) for part in names())
counts = np.ones((27, 27))
np.add.at(counts, (known[:, -1], answers), 1)
chances = counts / counts.sum(1, keepdims=True)
BIGRAM = -np.log(chances[unseen[:, -1], test_answers]).mean()


class LetterModel(Module):
    """Three rows side by side, a hidden layer, a row, and its score with each row of the head."""

    def __init__(self, dim=16, hidden=128):
        super().__init__()
        manual_seed(0)
        self.table = Embedding(27, dim)
        normal_(self.table.weight, std=0.1)
        self.hidden, self.row = Linear(CONTEXT * dim, hidden), Linear(hidden, dim)
        self.head = Linear(dim, 27)

    def forward(self, ids):
        rows = self.table(ids)  # (n, 3, dim)
        return self.head(self.row(self.hidden(rows.flatten(1)).tanh()))


def train(model, steps=2000):
    """Losses of all steps, gradient norms of three weights at each, and the seconds it took."""
    optimizer = AdamW(model.parameters(), lr=0.01, weight_decay=0.1)
    schedule, rng = CosineAnnealingLR(optimizer, steps), np.random.default_rng(0)
    weights, losses, norms = (model.table, model.hidden, model.row), [], []
    start = time.perf_counter()
    for _ in range(steps):
        chosen = rng.integers(0, len(known), 128)
        loss = cross_entropy(model(tensor(known[chosen])), tensor(answers[chosen]))
        optimizer.zero_grad()
        loss.backward()
        norms.append([np.linalg.norm(layer.weight.grad.numpy()) for layer in weights])
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses, norms, time.perf_counter() - start


def test_loss(model):
    with no_grad():
        return cross_entropy(model(tensor(unseen)), tensor(test_answers)).item()


def sampled(model, count):
    """Names that the model makes up, sign by sign until it draws the dot."""
    rng, found = np.random.default_rng(1), []
    while len(found) < count:
        ids = [0] * CONTEXT
        while len(ids) == CONTEXT or ids[-1]:
            with no_grad():
                logits = model(tensor([ids[-CONTEXT:]])).numpy()[0].astype(float)
            p = np.exp(logits - logits.max())
            ids.append(int(rng.choice(27, p=p / p.sum())))
        found.append("".join(SIGNS[i] for i in ids[CONTEXT:-1]))
    return found


# %% given: learning "the figure: the loss, and the gradient norms of three weights"
def smooth(lines, window=50):
    """The mean of each `window` steps in a row."""
    lines = np.array(lines)
    return lines[: len(lines) // window * window].reshape(-1, window, *lines.shape[1:]).mean(1)


fig, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3), layout="constrained")
steps = np.arange(len(smooth(losses))) * 50 + 25
left.plot(steps, smooth(losses), label="letter model")
left.axhline(math.log(27), color="gray", linestyle=":", label="all signs alike")
left.axhline(BIGRAM, color="black", linestyle="--", label="bigram, test")
left.set(xlabel="step", ylabel="loss in nats")
left.legend()
right.semilogy(steps, smooth(norms), label=["table and head", "hidden", "row"])
right.set(xlabel="step", ylabel="norm of the gradient")
right.legend(loc="center", bbox_to_anchor=(0.5, 0.68))
plt.show()


# %% given: plane "the figure: letters in the two directions in which their rows differ most"
rows = model.table.weight.numpy()
rows = rows - rows.mean(0)
places = rows @ np.linalg.svd(rows)[2][:2].T  # (27, 2)
fig, ax = plt.subplots(figsize=(5, 4), layout="constrained")
for sign, (x, y) in zip(SIGNS, places, strict=True):
    color = "tab:red" if sign in "aeiou" else "black"
    ax.text(x, y, sign, color=color, ha="center", va="center", fontsize=12)
span = 0.05 * np.ptp(places, axis=0)
ax.set(xlim=(places[:, 0].min() - span[0], places[:, 0].max() + span[0]))
ax.set(ylim=(places[:, 1].min() - span[1], places[:, 1].max() + span[1]))
ax.set(xlabel="first direction", ylabel="second direction")
plt.show()
