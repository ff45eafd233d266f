# generated from modules/13_transformers/transformers.py by `tito build`: edit that file

# %% auto #0
__all__ = ['GPTConfig', 'Part', 'CausalSelfAttention', 'FeedForward', 'TransformerBlock', 'start_weights', 'next_token_loss',
           'GPT', 'gpt_size', 'text_batch', 'filter_logits', 'generate']

# %% #78e191b4d512
import math
from dataclasses import dataclass

import numpy as np

from .attention import packed_attention
from .autograd import no_grad
from .embeddings import Embedding, LearnedPositions
from tinytorch.core.layers import (
    Dropout,
    Linear,
    Module,
    ModuleList,
    gelu,
    normal_,
    ones_,
    softmax,
    zeros_,
)
from .losses import cross_entropy
from .normalization import LayerNorm
from .tensor import Generator, Tensor, cat, tensor
from tinytorch.lib.gpt import (
    check_config,
    check_has_config,
    check_ids,
    check_pieces,
    check_sampling,
    check_stream,
    check_targets,
    check_writing,
    evaluating,
)

# %% #8bc7834a367b
@dataclass
class GPTConfig:
    """The sizes of a GPT; in formulas V, T, L, H and D, in this order.

    vocab_size: how many different tokens. block_size: the longest context, in tokens.
    n_layer, n_head: blocks, and heads in each. n_embd: the width, that of every token's vector; it
    divides into the heads. bias: whether linear layers and norms have one. tie_weights: whether the
    output layer's weight is the embedding's. Shapes: none, these are whole numbers.
    Raises: TypeError or ValueError naming the size that cannot be.
    Source: https://github.com/karpathy/nanoGPT, whose names these are.
    """

    vocab_size: int
    block_size: int
    n_layer: int
    n_head: int
    n_embd: int
    dropout: float = 0.0
    bias: bool = True
    tie_weights: bool = False

    def __post_init__(self):
        check_config(self)


class Part(Module):
    """A module of a GPT, which keeps its configuration. Shapes: those of the part."""

    def __init__(self, config: GPTConfig):
        super().__init__()
        check_has_config(type(self).__name__, config)
        self.config = config

# %% #4552f2f54a67
class CausalSelfAttention(Part):
    """Attention with several heads, in which no position sees a later one.

    `c_attn` makes queries, keys and values in one product, `c_proj` joins the heads.
    Shapes: (n, t, n_embd), kept.
    Source: https://github.com/karpathy/nanoGPT, model.py.
    """

    def __init__(self, config: GPTConfig):
        super().__init__(config)
        self.c_attn = Linear(config.n_embd, 3 * config.n_embd, bias=config.bias)
        self.c_proj = Linear(config.n_embd, config.n_embd, bias=config.bias)
        self.resid_dropout = Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        check_stream("CausalSelfAttention", self.config, x)
        p = self.config.dropout if self.training else 0.0
        y = packed_attention(self.c_attn(x), self.config.n_head, dropout_p=p, is_causal=True)
        return self.resid_dropout(self.c_proj(y))

# %% #feed-forward
class FeedForward(Part):
    """Two linear layers with GELU (its tanh form) in between, and dropout at the end.

    `c_fc` is four times as wide as the input, `c_proj` leads back. Each position by itself.
    Shapes: (n, t, n_embd), kept.
    Source: Vaswani et al. (2017), Attention Is All You Need, section 3.3, arXiv:1706.03762; GELU as
    in GPT-2.
    """

    def __init__(self, config: GPTConfig):
        super().__init__(config)
        self.c_fc = Linear(config.n_embd, 4 * config.n_embd, bias=config.bias)
        self.c_proj = Linear(4 * config.n_embd, config.n_embd, bias=config.bias)
        self.dropout = Dropout(config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        check_stream("FeedForward", self.config, x)
        return self.dropout(self.c_proj(gelu(self.c_fc(x), approximate="tanh")))

# %% #block
class TransformerBlock(Part):
    """Attention, then a feed-forward network, each behind a norm of its own and with a shortcut.

    Parts: `ln_1` and `attn`, `ln_2` and `mlp` (the feed-forward network); pre-norm.
    Shapes: (n, t, n_embd), kept.
    Source: Radford et al. (2019), GPT-2, section 2.3; Xiong et al. (2020), arXiv:2002.04745.
    """

    def __init__(self, config: GPTConfig):
        super().__init__(config)
        self.ln_1 = LayerNorm(config.n_embd, bias=config.bias)
        self.attn = CausalSelfAttention(config)
        self.ln_2 = LayerNorm(config.n_embd, bias=config.bias)
        self.mlp = FeedForward(config)

    def forward(self, x: Tensor) -> Tensor:
        check_stream("TransformerBlock", self.config, x)
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))

# %% #start-weights
def start_weights(model: Module, n_layer: int) -> None:
    """Draw the weights of a GPT or of a part of it anew, in place, as GPT-2's were.

    Matrices: normal, mean 0, standard deviation 0.02, and 0.02 / sqrt(2 * n_layer) where the layer
    is called `c_proj`, at any depth. Biases: 0. Weights of norms, which have one dimension: 1.
    Shapes: any, kept.
    Source: Radford et al. (2019), Language Models are Unsupervised Multitask Learners, section 2.3.
    """
    for name, parameter in model.named_parameters():
        *_, layer, kind = ["", *name.split(".")]
        if parameter.ndim > 1:
            depth = 2 * n_layer if layer == "c_proj" else 1
            normal_(parameter, 0.0, 0.02 / math.sqrt(depth))
        elif kind == "bias":
            zeros_(parameter)
        else:
            ones_(parameter)

# %% #b4c2e93a3e68
def next_token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean cross-entropy over all places of all rows, except where the target is -100.

    Shapes: (n, t, vocab_size) and int64 (n, t) -> ().
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
    """
    check_targets(logits, targets)
    return cross_entropy(logits.flatten(0, 1), targets.flatten())

# %% #gpt
class GPT(Part):
    """Token and position embeddings, `n_layer` blocks, a norm, and logits of the next token.

    ids: whole numbers below vocab_size, t of them at most block_size.
    Shapes: (n, t) -> (n, t, vocab_size). The logits at place i depend on ids 0 to i.
    Raises: ValueError for ids of another shape, or longer than block_size.
    Source: Radford et al. (2019), GPT-2; the names are those of https://github.com/karpathy/nanoGPT.
    """

    def __init__(self, config: GPTConfig):
        super().__init__(config)
        self.wte = Embedding(config.vocab_size, config.n_embd)
        self.wpe = LearnedPositions(config.block_size, config.n_embd)
        self.drop = Dropout(config.dropout)
        self.h = ModuleList([TransformerBlock(config) for _ in range(config.n_layer)])
        self.ln_f = LayerNorm(config.n_embd, bias=config.bias)
        self.lm_head = Linear(config.n_embd, config.vocab_size, bias=False)
        if config.tie_weights:
            self.lm_head.weight = self.wte.weight
        start_weights(self, config.n_layer)

    def forward(self, ids: Tensor) -> Tensor:
        check_ids("GPT", ids, self.config.block_size)
        x = self.drop(self.wpe(self.wte(ids)))  # (n, t) -> (n, t, n_embd)
        for block in self.h:
            x = block(x)
        return self.lm_head(self.ln_f(x))  # (n, t, vocab_size)

# %% #gpt-size
def gpt_size(config: GPTConfig) -> tuple:
    """(parameters, bytes): of a GPT, and in training with AdamW, by arithmetic alone.

    Parameters: a tied weight counts once; without `bias`, layers and norms have weights only.
    Bytes: weights, gradients and both averages, in float32, without activations. Shapes: none.
    Source: Radford et al. (2019), GPT-2, table 2.
    """
    width, bias = config.n_embd, int(config.bias)
    norm = width * (1 + bias)
    attention = 3 * width * (width + bias) + width * (width + bias)  # c_attn, c_proj
    feed_forward = 4 * width * (width + bias) + width * (4 * width + bias)  # c_fc, c_proj
    heads = 1 if config.tie_weights else 2  # the output layer has the shape of the embedding
    embeddings = (heads * config.vocab_size + config.block_size) * width
    count = embeddings + config.n_layer * (2 * norm + attention + feed_forward) + norm
    return count, 16 * count

# %% #text-batch
def text_batch(pieces, length: int) -> tuple:
    """(x, y): the beginning of each piece, and for each place the id that comes next in the piece.

    pieces: 1-D arrays or lists of ids, maybe empty; the first length + 1 ids are used. Where a
    piece has no next id, x is 0 and y is -100.
    Shapes: two int64 tensors (len(pieces), length).
    Source: https://github.com/karpathy/nanoGPT, train.py, get_batch; the -100 is PyTorch's.
    """
    check_pieces(pieces, length)
    x = np.zeros((len(pieces), length), np.int64)
    y = np.full((len(pieces), length), -100, np.int64)
    for row, ids in enumerate(pieces):
        count = max(min(len(ids) - 1, length), 0)
        x[row, :count], y[row, :count] = ids[:count], ids[1 : count + 1]
    return tensor(x), tensor(y)

# %% #filter-logits
def filter_logits(logits: Tensor, temperature=1.0, top_k=None, top_p=None) -> Tensor:
    """The logits divided by the temperature; minus infinity for tokens that may not be drawn.

    temperature 0: only the largest logit stays, as it is. top_k: the k largest stay (all, if there
    are fewer). top_p: of those, the fewest largest whose probabilities, softmax over what top_k has
    left, add up to top_p or more; 1 keeps all. Of equal logits, earlier ones count as larger.
    Shapes: (..., vocab_size), kept, and so is the dtype. `logits` is not changed.
    Raises: ValueError for a temperature below 0, a top_k below 1, or a top_p not in (0, 1].
    Source: Holtzman et al. (2019), The Curious Case of Neural Text Degeneration, arXiv:1904.09751.
    """
    check_sampling(logits, temperature, top_k, top_p)
    if temperature == 0:
        temperature, top_k = 1.0, 1
    z = logits.numpy() / np.asarray(temperature, logits.dtype)
    order = np.argsort(-z, axis=-1, kind="stable")
    sorted_z = np.take_along_axis(z, order, -1)
    if top_k is not None:
        sorted_z[..., top_k:] = -np.inf
    if top_p is not None and top_p < 1:
        p = np.exp(sorted_z - sorted_z[..., :1])  # the largest is first
        p /= p.sum(-1, keepdims=True)
        sorted_z[p.cumsum(-1) - p >= top_p] = -np.inf  # what comes before it is enough already
    np.put_along_axis(z, order, sorted_z, -1)
    return tensor(z)

# %% #generate
def generate(model, ids: Tensor, max_new_tokens: int, temperature=1.0, top_k=None, top_p=None,
             stop_token=None, seed=None) -> Tensor:  # fmt: skip
    """`ids`, and after them what `model` writes, token by token.

    Each is drawn by softmax of `filter_logits` of the logits at the last place, for the last
    `model.config.block_size` ids. The model is in eval() meanwhile, and no graph is made.
    stop_token: a row that has drawn it is filled up with it, and writing ends when every row has;
    among the ids that came in it has no meaning. seed: an int, for the same draws each time; with
    None the default generator goes on. Shapes: (n, t) -> (n, t + new), int64.
    Raises: ValueError for settings that cannot be, or ids of another shape.
    Source: https://github.com/karpathy/nanoGPT, model.py, generate.
    """
    check_writing(model, ids, max_new_tokens, (temperature, top_k, top_p), stop_token)
    generator = None if seed is None else Generator().manual_seed(seed)
    ended = np.zeros(len(ids), bool)  # which rows have drawn the stop token
    with evaluating(model), no_grad():
        for _ in range(max_new_tokens):
            logits = model(ids[:, -model.config.block_size :])[:, -1]  # (n, vocab_size)
            chances = softmax(filter_logits(logits, temperature, top_k, top_p), -1)
            drawn = chances.multinomial(1, generator=generator)  # (n, 1)
            if stop_token is not None:
                drawn.array[ended] = stop_token
                ended |= drawn.array[:, 0] == stop_token
            ids = cat([ids, drawn], 1)
            if ended.all():
                break
    return ids
