# generated from modules/11_embeddings/embeddings.py by `tito build`: edit that file

# %% auto #0
__all__ = ['embedding_op', 'rotary_op', 'lookup', 'scatter_add', 'summed', 'embedding_rule', 'embedding', 'Embedding',
           'sinusoids', 'rows_at', 'part_of', 'even', 'SinusoidalPositions', 'LearnedPositions', 'pairs', 'values',
           'rotary_parts', 'RotaryPositions', 'tie', 'reached']

# %% #1ebd7f1d5e87
import numpy as np

from .autograd import VJPS, no_grad
from .layers import Linear, Module, Parameter, normal_
from .tensor import Op, Tensor, empty
from tinytorch.lib.embedding import (
    check_options,
    check_positions,
    ids_of,
    padding_row,
    scatter_rows,
)
from ..lib.layer_checks import check_number, check_size, check_switch, check_whole
from ..lib.modules import placed

# %% #lookup
def lookup(weight: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """The rows of `weight` that `ids` name, in a new array.

    Shapes: (rows, dim), ids of any shape, () too -> (*ids.shape, dim). The dtype of weight stays.
    Raises: IndexError that names an id without a row, and the number of rows. Ids go from 0 to
    rows - 1: a negative one names nothing. There may be no ids at all.
    """
    if ids.size and not (ids.min() >= 0 and ids.max() < len(weight)):
        wrong = ids.min() if ids.min() < 0 else ids.max()
        raise IndexError(f"there is no row {wrong}: the table has {len(weight)} rows, from 0 on")
    return np.take(weight, ids, axis=0)  # (*ids.shape, dim)

# %% #scatter-add
def scatter_add(g: np.ndarray, ids: np.ndarray, rows: int) -> np.ndarray:
    """The gradient of a table of `rows` rows, if `g` is that of the rows picked by `ids`.

    A row that was picked several times gets the sum of its gradients; one that was not gets 0.
    Shapes: g (*ids.shape, dim), ids of any shape -> (rows, dim). The dtype of g stays, and no array
    that came in is changed.
    """
    table = np.zeros((rows, g.shape[-1]), g.dtype)
    np.add.at(table, ids, g)
    return table

# %% #26c1e38176a7
def summed(g: np.ndarray, ids: np.ndarray, rows: int) -> np.ndarray:
    """`scatter_add(g, ids, rows)`, but where there is much to add the library's faster form."""
    if g.size <= 512:
        return scatter_add(g, ids, rows)
    return scatter_rows(g.reshape(-1, g.shape[-1]), ids.reshape(-1), rows)  # (n, dim) and (n,)

# %% #padding
def embedding_rule(g: np.ndarray, ids: np.ndarray, rows: int, padding_idx=None) -> np.ndarray:
    """The gradient of a table as `summed(g, ids, rows)` gives it, but 0 in the row `padding_idx`.

    padding_idx: a row, from 0 on, or None for none. Its gradient is 0 even where g is infinite.
    Shapes: g (*ids.shape, dim) -> (rows, dim). No array that came in is changed.
    """
    gradient = summed(g, ids, rows)
    if padding_idx is not None:
        gradient[padding_idx] = 0
    return gradient

# %% #ec04bae27413
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

# %% #sinusoids
def sinusoids(length: int, dim: int, base: float = 10000.0) -> np.ndarray:
    """A table (length, dim) of waves: column 2i holds sin(p / base**(2i / dim)) of the positions
    p = 0, 1, ..., length - 1, and column 2i + 1 the cosine of the same angles. In float64.

    dim is even; length may be 0.
    Source: Vaswani et al. (2017), Attention is all you need, section 3.5, arXiv:1706.03762.
    """
    # (length, 1) / (dim / 2,)
    angles = np.arange(length)[:, None] / base ** (np.arange(0, dim, 2) / dim)
    table = np.empty((length, dim))
    table[:, 0::2], table[:, 1::2] = np.sin(angles), np.cos(angles)
    return table

# %% #rows-at
def rows_at(table, length: int, offset: int = 0):
    """Rows `offset` to `offset + length - 1` of `table`, an array or a tensor (rows, dim).

    Shapes: -> (length, dim); length may be 0. A tensor gives a tensor; gradients flow through.
    Raises: IndexError for a negative offset, and for a table that ends too early; it names the last
    position asked for and the number of rows.
    """
    last = offset + length - 1
    if offset < 0 or last >= len(table):
        raise IndexError(f"positions {offset} to {last}: the table has {len(table)}, from 0 on")
    return table[offset : offset + length]

# %% #f0d13c9a9fe5
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

# %% #ecf74c5afe8c
def pairs(x: np.ndarray) -> np.ndarray:
    """`x` (..., dim) as complex numbers (..., dim / 2): the pair (a, b) is a + bi."""
    return np.ascontiguousarray(x).view(np.result_type(x, 1j))


def values(z: np.ndarray) -> np.ndarray:
    """The real and imaginary parts of `z` (..., dim / 2), in turn: (..., dim)."""
    return z.view(z.real.dtype)

# %% #rotary
def rotary_parts() -> tuple:
    """Rotation of pairs of features, and its rule: two functions.

    forward(x, turns) -> x with the pair (2i, 2i + 1) at position p turned by the angle of
    turns[p, i], which is cos(angle) + i sin(angle). rule(g, turns) -> the gradient of x.
    Shapes: x and g (..., length, dim), kept; turns (length, dim / 2), complex, of the same
    precision. The dtype of x and g stays, and no array that came in is changed.
    Source: Su et al. (2021), RoFormer, equation 34, arXiv:2104.09864.
    """

    def forward(x, turns):
        return values(pairs(x) * turns)  # (..., length, dim / 2) * (length, dim / 2)

    def rule(g, turns):
        return values(pairs(g) * turns.conj())

    return forward, rule

# %% #3fa961c747d2
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

# %% #tie
def tie(embedding: Embedding, head: Linear) -> int:
    """Let `head` learn the table of `embedding` as its weight: one Parameter in two places.

    A bias of `head` stays. Returns how many numbers fewer there are to learn: 0 if the two were
    tied before. Raises: RuntimeError that names both shapes if they differ, before any change.
    Source: Press and Wolf (2016), Using the output embedding to improve language models,
    arXiv:1608.05859.
    """
    table, weight = embedding.weight, head.weight
    if table.shape != weight.shape:
        raise RuntimeError(f"a table of {table.shape} cannot be a weight of shape {weight.shape}")
    head.weight = table
    return 0 if weight is table else weight.numel()

# %% #reached
def reached(ids: np.ndarray, rows: int, dim: int, padding_idx=None) -> tuple:
    """(count, dense, sparse): how many rows get a gradient, and the bytes of the gradient.

    count: of the rows that ids name, each once, without the row `padding_idx`, if there is one.
    dense: bytes of the whole gradient (rows, dim) in float32. sparse: bytes if only the counted
    rows are kept, in float32, each with its id in int64.
    """
    names = set(ids.reshape(-1).tolist()) - {padding_idx}
    return len(names), 4 * rows * dim, len(names) * (4 * dim + 8)
