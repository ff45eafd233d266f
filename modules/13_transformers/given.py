"""What module 13 gives ready-made, in sections that transformers.py puts in place."""

# %% given: imports "what the module needs: NumPy, tensors, layers, attention, embeddings"
#| default_exp core.transformers
#| export
import math
from dataclasses import dataclass

import numpy as np

from tinytorch.core.attention import packed_attention
from tinytorch.core.autograd import no_grad
from tinytorch.core.embeddings import Embedding, LearnedPositions
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
from tinytorch.core.losses import cross_entropy
from tinytorch.core.normalization import LayerNorm
from tinytorch.core.tensor import Generator, Tensor, cat, tensor
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


# %% given: notebook-imports "what only this notebook needs: figures, names, checks, AdamW"
import matplotlib.pyplot as plt

from tinytorch.core.autograd import is_grad_enabled
from tinytorch.core.optimizers import AdamW
from tinytorch.core.tensor import manual_seed, randn
from tinytorch.core.tokenization import CharTokenizer
from tinytorch_data import names
from tito.checks import close, equal, raises, true


# %% given: config "GPTConfig: the sizes of a GPT; Part: a module that keeps them"
#| export
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


# %% given: attention "CausalSelfAttention: module 12's attention, with heads and two linear layers"
#| export
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


# %% given: tests "for the tests: MISTAKES and what they give; Does, a module that does as told"
INFINITE = 1e400
MISTAKES = {  # 1e400 is infinite
    "three positions": {
        "the exact GELU: approximate is missing": [[[-1.8435108], [1.5], [-3.9981236]]],
        "no GELU between the layers": [[[-3.5], [-2.5], [-5.5]]],
    },
    "the order of the parts": {
        "dropout came before the last layer": [[[8132.0]]],
        "dropout is missing": [[[812.0]]],
    },
    "the stream after both parts": {
        "what was there is lost: add to it": [[[42.0]]],
        "the first part is not added to what was there": [[[49.0]]],
        "the second part is not added to what was there": [[[52.0]]],
        "post-norm: the norm came after the sum": [[[175.0]]],
        "the second part did not see what the first one added": [[[26.0]]],
        "the norms are missing": [[[21.0]]],
        "added to the normed copy, not to the stream": [[[117.0]]],
        "both parts have the first norm": [[[34.0]]],
    },
    "the steps from ids to logits": {
        "the last norm is missing": [[[712346.0]]],
        "the blocks are missing": [[[71256.0]]],
        "only one of the blocks": [[[712356.0]]],
        "each block got the embeddings, not what the one before handed on": [[[712456.0]]],
        "the blocks run backwards": [[[7124356.0]]],
        "positions begin at 1": [[[7223456.0]]],
        "positions are missing": [[[723456.0]]],
        "dropout is missing": [[[713456.0]]],
        "dropout came before the positions": [[[7213456.0]]],
        "the output layer is missing": [[[712345.0]]],
    },
    "the standard deviation of attn.c_attn": {"scaled like c_proj": 0.005},
    "the standard deviation of attn.c_proj, 8 blocks": {
        "not scaled with the depth": 0.02,
        "1 / sqrt(L): a block writes twice": 0.0070711,
        "divided by 2 L, not by its root": 0.00125,
    },
    "the standard deviation of mlp.c_proj, 8 blocks": {"not scaled with the depth": 0.02},
    "the parameters of GPT-2": {
        "the output layer is counted though it is the embedding": 163037184,
        "the embedding is missing": 85842432,
        "the positions are missing": 123653376,
        "the last norm is missing": 124438272,
        "one norm a block": 124421376,
        "norms are missing": 124401408,
        "biases are missing": 124337664,
        "the layer that joins the heads is missing": 117352704,
        "each head counted as a whole attention": 358314240,
    },
    "the bytes of GPT-2 in training": {
        "the weights alone": 497759232,
        "AdamW keeps two averages": 1493277696,
    },
    "x": {
        "the last id of a piece has no next one": [[1, 2, 3, 4], [11, 12, 13, 14], [21, 22, 23, 0]],
        "shifted twice": [[1, 2, 3, 0], [11, 12, 13, 14], [21, 0, 0, 0]],
        "x and y are swapped": [[2, 3, 4, 5], [12, 13, 14, 15], [22, 23, 0, 0]],
    },
    "y": {
        "not shifted: those are the inputs": [[1, 2, 3, 4], [11, 12, 13, 14], [21, 22, -100, -100]],
        "a 0 is a target like others": [[2, 3, 4, 5], [12, 13, 14, 15], [22, 23, 0, 0]],
        "those are the ids of the next window": [
            [5, 5, 5, 5],
            [15, 16, 17, 15],
            [22, 23, -100, -100],
        ],
    },
    "the probabilities with {'temperature': 0.5}": {
        "multiplied by the temperature": [0.16270045, 0.32540091, 0.23009319, 0.28180545],
        "probabilities came back, not logits": [0.19764809, 0.32586661, 0.21843492, 0.25805037],
        "in sorted order: put them back": [16 / 30, 9 / 30, 4 / 30, 1 / 30],
    },
    "the probabilities with {'temperature': 0}": {
        "a logit of 0 is no probability of 0": [10 / 34, 4 / 34, 10 / 34, 10 / 34],
        "the smallest was kept": [1, 0, 0, 0],
    },
    "the probabilities with {'top_k': 2}": {
        "a logit of 0 is no probability of 0": [10 / 27, 4 / 27, 10 / 27, 3 / 27],
        "the smallest were kept": [1 / 3, 0, 2 / 3, 0],
    },
    "the probabilities with {'top_p': 0.6}": {
        "the token that crosses top_p is missing": [0, 1, 0, 0]
    },
    "the probabilities with {'top_k': 3, 'top_p': 0.72}": {
        "top_p counts what is left after top_k": [0, 4 / 9, 2 / 9, 3 / 9],
    },
    "the probabilities with {'temperature': 0.5, 'top_p': 0.5}": {
        "top_p comes after the temperature": [0, 16 / 25, 0, 9 / 25],
    },
    "[1.0, 2.0, 2.0, 2.0] with {'top_k': 2}": {
        "equal ones: more than k are left": [-1e400, 2, 2, 2]
    },
    "three ids after 1 and 5": {"only the new ids": [[2, 3, 4], [6, 7, 8]]},
    "three ids from a context of 3": {
        "the model got the beginning of the text": [[1, 2, 3, 4, 1, 1, 1]],
    },
    "five ids, with the stop token 5": {
        "a row goes on after its stop token": [
            [1, 2, 3, 4, 5, 6],
            [3, 4, 5, 6, 7, 8],
            [7, 8, 9, 10, 11, 12],
        ],
        "stopped as soon as one row had": [[1, 2, 3], [3, 4, 5], [7, 8, 9]],
    },
    "how often each id is drawn with {}": {
        "the logits of the first place": [0.25, 0.25, 0.25, 0.25],
        "always the likeliest": [0, 1, 0, 0],
    },
    "how often each id is drawn with {'temperature': 0.5}": {
        "the settings have no effect": [0.1, 0.4, 0.2, 0.3],
        "divided by the temperature twice": [1 / 354, 256 / 354, 16 / 354, 81 / 354],
    },
}


class Does(Module):
    """A module that does what a function says, and keeps what it was called with."""

    def __init__(self, function):
        super().__init__()
        self.function, self.seen = function, []

    def forward(self, x, *rest):
        self.seen.append(x.numpy().copy())
        return self.function(x, *rest)


def digit(k):
    """A module that appends the digit `k` to the number it gets."""
    return Does(lambda x: 10 * x + k)


class Spy(Module):
    """A model whose logits are `function(ids)`, arrays both; it notes what it gets, and when."""

    def __init__(self, function, block_size=8):
        super().__init__()
        self.function, self.config = function, GPTConfig(16, block_size, 1, 1, 1)
        self.inner, self.seen, self.modes = Dropout(0.5), [], []

    def forward(self, ids):
        self.seen.append(ids.numpy().tolist())
        self.modes.append((self.training, self.inner.training, is_grad_enabled()))
        return tensor(self.function(ids.numpy()).astype("float32"))


def sure(ids):
    """Logits that leave no doubt about which ids come next."""
    return (np.eye(16) * 1000)[ids % 16]


def unsure(ids):
    """Logits of ids 0 to 3 with the probabilities 0.1, 0.4, 0.2 and 0.3, at the last place only."""
    logits = np.full((*ids.shape, 4), -9.0)
    logits[:, -1] = four()
    return logits


def check(actual, expected, what, **more):
    """`close`, with what MISTAKES says about `what`."""
    close(actual, expected, what, suspects=MISTAKES.get(what), **more)


def check_equal(actual, expected, what):
    """`equal`, with what MISTAKES says about `what`."""
    equal(actual, expected, what, suspects=MISTAKES.get(what))


def set_to(linear, weight, bias):
    """Give a Linear these numbers."""
    linear.weight.array[...], linear.bias.array[...] = weight, bias


def tanh_gelu(x):
    """GELU in its tanh form, on an array."""
    return 0.5 * x * (1 + np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)))


def stack(depth, width=32, bias=True):
    """Blocks of two heads, `width` wide."""
    manual_seed(0)
    config = GPTConfig(5, 8, depth, 2, width, bias=bias)
    return ModuleList([TransformerBlock(config) for _ in range(depth)])


def spreads_of(model, n_layer):
    """{part.layer: the standard deviation of its weights, over all blocks}, after start_weights."""
    start_weights(model, n_layer)
    found = {}
    for name, parameter in model.named_parameters():
        if parameter.ndim == 2:
            _, layer = name.removesuffix(".weight").split(".", 1)
            found.setdefault(layer, []).append(parameter.numpy())
    return {name: np.std(arrays) for name, arrays in found.items()}


def four():
    """The logarithms of the probabilities 0.1, 0.4, 0.2 and 0.3."""
    return np.log([0.1, 0.4, 0.2, 0.3])


def chances(logits):
    """Softmax of each row, in NumPy."""
    z = logits.numpy().astype("float64")
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def shares(ids, count=4):
    """How often each of the first `count` ids is the last one of a row."""
    return np.bincount(ids.numpy()[:, -1], minlength=count) / len(ids)


# %% given: next-token-loss "next_token_loss: cross-entropy over all places that have a target"
#| export
def next_token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean cross-entropy over all places of all rows, except where the target is -100.

    Shapes: (n, t, vocab_size) and int64 (n, t) -> ().
    Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html
    """
    check_targets(logits, targets)
    return cross_entropy(logits.flatten(0, 1), targets.flatten())


# %% given: stream "the figure: the size of the residual stream after each of 12 blocks"
def stream_sizes(model, x):
    """The root of the mean square of `x`, and of what each block of `model` hands on."""
    found = [(x.numpy() ** 2).mean() ** 0.5]
    with no_grad():
        for block in model:
            x = block(x)
            found.append((x.numpy() ** 2).mean() ** 0.5)
    return found


blocks = stack(12, 128)
random_input = randn(2, 8, 128) * 0.02 * 2**0.5  # as a token's and a position's vector, added
fig, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
streams = {}
for label, n_layer in (("0.02 everywhere", 0.5), ("c_proj: 0.02 / sqrt(2 L)", 12)):
    manual_seed(1)
    start_weights(blocks, n_layer)
    streams[label] = stream_sizes(blocks, random_input)
    ax.plot(streams[label], label=label)
    print(f"{label}: from {streams[label][0]:.3f} to {streams[label][-1]:.3f} after 12 blocks")
ax.set(xlabel="blocks passed", ylabel="size of the stream (RMS)", ylim=(0, None))
ax.legend()
plt.show()
plain, scaled = streams.values()
assert plain[-1] > 3 * scaled[-1], "the scaled start should keep the stream much smaller"


# %% given: measured-size "measured_size: parameters and bytes of a model after a step of AdamW"
def measured_size(model):
    """(parameters, bytes of weights, gradients and AdamW's averages), after a step."""
    optimizer = AdamW(model.parameters(), lr=0.0)
    model(tensor([[0, 1]])).sum().backward()
    optimizer.step()
    parameters = list(model.parameters())
    averages = [
        value.numpy()
        for state in optimizer.state.values()
        for value in state.values()
        if getattr(value, "ndim", 0)
    ]
    held = [p.numpy() for p in parameters] + [p.grad.numpy() for p in parameters] + averages
    return sum(p.numel() for p in parameters), sum(array.nbytes for array in held)


# %% given: temperatures "the figure: what follows an m in names, at four temperatures"
followers = np.zeros(27)
for name in names().train:
    for letter, following in zip(name, name[1:] + "`", strict=True):
        followers[ord(following) - 96] += letter == "m"
likely = np.argsort(-followers)[:10]
fig, panels = plt.subplots(1, 4, figsize=(9, 2.3), sharey=True, layout="constrained")
for ax, temperature in zip(panels, (0.25, 0.5, 1.0, 4.0), strict=True):
    p = chances(filter_logits(tensor(np.log(followers[likely])), temperature))
    ax.bar([".abcdefghijklmnopqrstuvwxyz"[i] for i in likely], p)
    ax.set_title(f"temperature {temperature}", fontsize="medium")
    print(f"temperature {temperature}: {p[0]:.0%} for the likeliest, {p[-1]:.2%} for the tenth")
panels[0].set_ylabel("probability")
plt.show()


# %% given: names "names_batch, names_loss, spelled: names as ids and back; learn, gradient_norms"
letters = CharTokenizer(".abcdefghijklmnopqrstuvwxyz")  # the dot has the id 0
pieces, unseen = ([letters.encode(f".{name}.") for name in part] for part in names())


def names_batch(step, size=32):
    """Inputs and targets: `size` names to learn from, others at each step."""
    rng = np.random.default_rng(step)
    return text_batch([pieces[i] for i in rng.integers(0, len(pieces), size)], 16)


def names_loss(model):
    """The mean loss of a letter, over all names that are not learned from."""
    with evaluating(model), no_grad():
        x, y = text_batch(unseen, 16)
        return next_token_loss(model(x), y).item()


def spelled(ids):
    """The names that rows of ids spell, as far as the first stop token after the start."""
    return [letters.decode(row)[1:].split(".")[0] for row in ids.numpy()]


def gradient_norms(model):
    """{name: the norm of its gradient} of every matrix."""
    named = model.named_parameters()
    return {name: np.linalg.norm(p.grad.numpy()) for name, p in named if p.ndim == 2}


def learn(model, steps=250, rate=0.02):
    """Learn names: losses and gradient norms of all steps; {step: (test loss, names written)}."""
    optimizer, losses, norms, tests = AdamW(model.parameters(), lr=rate), [], [], {}
    for step in range(steps + 1):
        if step % 50 == 0 or step == 10:
            written = spelled(generate(model, tensor([[0]] * 5), 15, stop_token=0, seed=4))
            tests[step] = names_loss(model), written
        optimizer.param_groups[0]["lr"] = rate * (1 - step / (steps + 1))
        x, y = names_batch(step)
        loss = next_token_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        norms.append(gradient_norms(model))
    return losses, norms, tests


# %% given: curve "the figure: the loss, what guessing costs, names written; gradient norms"
fig, (ax, right) = plt.subplots(
    1, 2, figsize=(10, 3.8), layout="constrained", width_ratios=(2.2, 1)
)
ax.plot(losses, color="C0", alpha=0.35, label="batch of 32 names")
ax.plot(list(tests), [loss for loss, _ in tests.values()], "C0o-", label="names not seen before")
for cost, label in ((math.log(27), "uniform"), (2.82, "unigram"), (2.340, "bigram")):
    ax.axhline(cost, color="C1", linestyle=":")
    ax.text(302, cost + 0.02, label, color="C1", ha="right")
for step, (loss, words) in tests.items():
    ax.text(step + 4, max(loss + 0.1, 2.37), "\n".join(words[:3]), fontsize="small", va="bottom")
ax.set(xlabel="step", ylabel="nats a letter", xlim=(-5, 305), ylim=(2.1, 3.75))
ax.legend(loc="upper center")
for name in gradients[0]:
    short = name.removesuffix(".weight").removeprefix("h.0.")
    smooth = np.convolve([norms[name] for norms in gradients], np.ones(10) / 10, "valid")
    right.semilogy(smooth, label=short)
right.set(xlabel="step", ylabel="norm of the gradient, mean of 10 steps")
right.legend(fontsize="small", ncols=2)
plt.show()
