# %% [markdown]
# # 13 · Transformers
#
# You have made all the parts: tokens (module 10), embeddings and positions (11), attention (12),
# layer norm and shortcuts (08), GELU (03), cross-entropy (04). A **transformer** adds no new
# arithmetic to them. It is a way to stack them, found in 2017, and nearly every large language
# model is built like the one that you build here: a **GPT** (*generative pre-trained transformer*),
# which reads tokens and says, at every place, which token it expects next. You will count its
# parameters before you make it, teach it names in seconds, and let it invent some.

# %% given: imports
# %% given: notebook-imports
# %% given: config
# %% given: attention
# %% given: tests

# %% [markdown]
# ## 1. What each position does by itself
#
# Attention moves information *between* positions. What it brings has to be worked on, and that is
# done by the **feed-forward network**, a perceptron of two layers that is applied to each position
# by itself (**position-wise**), the same one everywhere. It is four times as wide inside as
# outside, and holds two thirds of a block's weights:
#
# $$\text{feed-forward}(x) = W_2\,\text{GELU}(W_1 x + b_1) + b_2$$
#
# The GELU of module 03 has an exact form, and one with a tanh, `approximate="tanh"`, which GPT-2
# took, and which differs by less than 0.0005. Dropout comes last. (`c_fc` and `c_proj` are the
# names of GPT-2's weights. Given above: `GPTConfig`, the sizes of a model, and
# `CausalSelfAttention`, the attention of module 12 between two linear layers.)
#
# **Exercise 1 · easy · 10 minutes.** Fill in `forward`.


# %% nbgrader={"grade_id": "feed-forward", "solution": true}
#| export
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
        # One line.
        ### BEGIN SOLUTION
        return self.dropout(self.c_proj(gelu(self.c_fc(x), approximate="tanh")))
        ### END SOLUTION


# %% nbgrader={"grade_id": "feed-forward-test", "grade": true, "points": 2}
# One number a position, weights set by hand; then the parts, in order, each replaced by a digit.
part = FeedForward(GPTConfig(1, 3, 1, 1, 1))
set_to(part.c_fc, [[1.0], [2.0], [-1.0], [0.0]], [0.0, 1.0, 0.0, 2.0])
set_to(part.c_proj, [[1.0, 1.0, 2.0, -3.0]], [0.5])
inside = np.array([1.0, 2.0, -1.0])[:, None] * [1.0, 2.0, -1.0, 0.0] + [0.0, 1.0, 0.0, 2.0]
expected = tanh_gelu(inside) @ [1.0, 1.0, 2.0, -3.0] + 0.5
check(part(tensor([[[1.0], [2.0], [-1.0]]])), expected[None, :, None], "three positions")
part.c_fc, part.c_proj, part.dropout = digit(1), digit(2), digit(3)
check(part(tensor([[[8.0]]])), [[[8123.0]]], "the order of the parts")

# %% nbgrader={"grade_id": "feed-forward-test-2", "grade": true, "points": 1}
# A change at one position changes that position only.
part, x = FeedForward(GPTConfig(5, 4, 1, 2, 6)), np.ones((2, 4, 6), "float32")
before = part(tensor(x)).numpy()
x[0, 1] += 1.0
where = np.abs(part(tensor(x)).numpy() - before).max(-1) > 0
equal(where.tolist(), [[False, True, False, False], [False] * 4], "where the result changed")

# %% nbgrader={"grade_id": "feed-forward-hidden", "grade": true, "points": 1}
# Also graded: other widths, without biases, dropout in training and after eval().
### BEGIN HIDDEN TESTS
for width, bias in ((8, True), (3, False)):
    manual_seed(width)
    part, x = FeedForward(GPTConfig(5, 4, 1, 1, width, 0.5, bias)), randn(1, 2, width)
    first, second = part.c_fc.weight.numpy(), part.c_proj.weight.numpy()
    b1, b2 = (layer.bias.numpy() if bias else 0 for layer in (part.c_fc, part.c_proj))
    expected = tanh_gelu(x.numpy() @ first.T + b1) @ second.T + b2
    close(part.eval()(x), expected, f"width {width}, after eval()", rtol=1e-4, atol=1e-6)
    dropped = np.mean([(part.train()(x).numpy() == 0).mean() for _ in range(40)])
    true(0.3 < dropped < 0.7, "the share that dropout 0.5 drops", got=dropped)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. A stream, and what is added to it
#
# A **transformer block** is attention and a feed-forward network, each with a norm before it and a
# shortcut past it:
#
# $$x \leftarrow x + \text{attention}(\text{norm}_1(x)) \qquad
# x \leftarrow x + \text{feed-forward}(\text{norm}_2(x))$$
#
# Read $x$ as a river, the **residual stream**: each part takes a normalized copy, works on it, and
# pours its result *back into the river*. Nothing else changes the stream, so the gradient of the
# last block reaches the first one by additions alone. That is **pre-norm**. The paper of 2017 had
# the norm on the stream itself, $x \leftarrow \text{norm}(x + \text{attention}(x))$, **post-norm**:
# there the gradient passes through every norm, and deep stacks learn only with great care. GPT-2
# and its successors have pre-norm. The difference is one bracket.
#
# **Exercise 2 · medium · 20 minutes.** Fill in `forward`.


# %% nbgrader={"grade_id": "block", "solution": true}
#| export
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
        # Two lines.
        ### BEGIN SOLUTION
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))
        ### END SOLUTION


# %% nbgrader={"grade_id": "block-test", "grade": true, "points": 3}
# Parts that are simple: norms that multiply by 2 and by 5, attention that adds 3, mlp 7; x is 2.
block = TransformerBlock(GPTConfig(1, 1, 1, 1, 1))
block.ln_1, block.ln_2 = Does(lambda x: 2 * x), Does(lambda x: 5 * x)
block.attn, block.mlp = Does(lambda x: x + 3), Does(lambda x: x + 7)
check(block(tensor([[[2.0]]])), [[[61.0]]], "the stream after both parts")

# %% nbgrader={"grade_id": "block-test-2", "grade": true, "points": 1}
# A block whose parts add nothing hands the stream on; x stays as it was.
block, x = TransformerBlock(GPTConfig(5, 4, 1, 2, 6)), randn(2, 4, 6)
before = x.numpy().copy()
block(x)
close(x, before, "x after the call", hint="x = x + ... makes a new tensor, x += ... does not")
for layer in (block.attn.c_proj, block.mlp.c_proj):
    set_to(layer, 0 * layer.weight.numpy(), 0 * layer.bias.numpy())
close(block(x), before, "a block whose parts add 0")

# %% nbgrader={"grade_id": "block-hidden", "grade": true, "points": 2}
# Also graded: other parts, each called once, gradients.
### BEGIN HIDDEN TESTS
for a, b, c, d in ((3, 1, 2, 4), (0.5, -2, 10, 6)):
    block = TransformerBlock(GPTConfig(1, 1, 1, 1, 1))
    block.ln_1, block.attn = Does(lambda x, a=a: a * x), Does(lambda x, b=b: x + b)
    block.ln_2, block.mlp = Does(lambda x, c=c: c * x), Does(lambda x, d=d: x + d)
    middle = 2 + a * 2 + b
    expected, what = [[[middle + c * middle + d]]], f"the stream, parts {a, b, c, d}"
    close(block(tensor([[[2.0]]])), expected, what)
    calls = [len(part.seen) for part in (block.ln_1, block.attn, block.ln_2, block.mlp)]
    equal(calls, [1, 1, 1, 1], "how often norm, attention, norm and mlp were called")
block = TransformerBlock(GPTConfig(5, 4, 1, 2, 6))
block(randn(3, 2, 6)).sum().backward()
equal([p.grad is None for p in block.parameters()], [False] * 12, "which gradients are missing")
### END HIDDEN TESTS

# %% [markdown]
# ## 3. A quiet start
#
# Every part adds to the stream. At the start, what they add is random, in directions that have
# nothing to do with each other, so the *squares* of the lengths add up: $2L$ additions make the
# stream about $\sqrt{2L}$ times as large as one. GPT-2 counters that. Its weight matrices and
# embeddings begin normal, with a standard deviation of 0.02; but in the matrices that write into
# the stream, called `c_proj`, two in each block, it is $0.02/\sqrt{2L}$. Biases are 0, weights of
# norms 1.
#
# **Exercise 3 · medium · 20 minutes.** Fill in `start_weights`. A parameter's name tells what it
# is: `h.0.mlp.c_proj.weight` is the weight of a `c_proj`. Matrices have two dimensions.


# %% nbgrader={"grade_id": "start-weights", "solution": true}
#| export
def start_weights(model: Module, n_layer: int) -> None:
    """Draw the weights of a GPT or of a part of it anew, in place, as GPT-2's were.

    Matrices: normal, mean 0, standard deviation 0.02, and 0.02 / sqrt(2 * n_layer) where the layer
    is called `c_proj`, at any depth. Biases: 0. Weights of norms, which have one dimension: 1.
    Shapes: any, kept.
    Source: Radford et al. (2019), Language Models are Unsupervised Multitask Learners, section 2.3.
    """
    # About eight lines. normal_, zeros_ and ones_ (module 03) fill a parameter in place.
    ### BEGIN SOLUTION
    for name, parameter in model.named_parameters():
        *_, layer, kind = ["", *name.split(".")]
        if parameter.ndim > 1:
            depth = 2 * n_layer if layer == "c_proj" else 1
            normal_(parameter, 0.0, 0.02 / math.sqrt(depth))
        elif kind == "bias":
            zeros_(parameter)
        else:
            ones_(parameter)
    ### END SOLUTION


# %% nbgrader={"grade_id": "start-weights-test", "grade": true, "points": 2}
# A stack of eight blocks, 32 wide: the standard deviation of each kind of matrix, to a twentieth.
spreads = spreads_of(stack(8), 8)
for name in ("attn.c_attn", "mlp.c_fc"):
    check(spreads[name], 0.02, f"the standard deviation of {name}", rtol=0.05)
for name in ("attn.c_proj", "mlp.c_proj"):
    check(spreads[name], 0.005, f"the standard deviation of {name}, 8 blocks", rtol=0.05)

# %% nbgrader={"grade_id": "start-weights-test-2", "grade": true, "points": 1}
# Biases 0, norms 1, whatever they were; means near 0; in place; a part by itself.
model = stack(2)
for parameter in model.parameters():
    parameter.array += 3.0
before = dict(model.named_parameters())
start_weights(model, 2)
for name, parameter in model.named_parameters():
    true(parameter is before[name], f"{name} is still the same Parameter")
    is_norm = "ln_" in name and name.endswith("weight")
    found = parameter.numpy() if parameter.ndim == 1 else parameter.numpy().mean()
    close(found, np.full(np.shape(found), float(is_norm)), f"{name}, or its mean", atol=0.002)
start_weights(model[0].mlp, 32)
close(model[0].mlp.c_proj.weight.numpy().std(), 0.0025, "c_proj of a lone FeedForward", rtol=0.05)

# %% nbgrader={"grade_id": "start-weights-hidden", "grade": true, "points": 1}
# Also graded: other depths, an embedding, no biases, other layers whose names hold "c_proj".
### BEGIN HIDDEN TESTS
for depth in (1, 3, 18):
    spread = spreads_of(stack(3, bias=False), depth)
    close(spread["mlp.c_proj"], 0.02 / (2 * depth) ** 0.5, f"mlp.c_proj, {depth}", rtol=0.07)
    close(spread["mlp.c_fc"], 0.02, f"mlp.c_fc, {depth} blocks", rtol=0.07)
odd = Module()
odd.c_proj_norm, odd.wte, odd.c_projector = LayerNorm(64), Embedding(50, 64), Linear(64, 64)
start_weights(odd, 50)
close(odd.c_proj_norm.weight, np.ones(64), "the weight of a norm called c_proj_norm")
for part in (odd.wte, odd.c_projector):
    close(part.weight.numpy().std(), 0.02, f"the standard deviation of {part}", rtol=0.07)
### END HIDDEN TESTS

# %% [markdown]
# The figure follows the stream through twelve blocks, as many as GPT-2 has, but narrower: the size
# of its values (the root of their mean square) on random input. With 0.02 everywhere it grows
# eightfold, and the tokens' own vectors drown in it. With the scaled start it does not even double.

# %% given: stream
# %% given: next-token-loss

# %% [markdown]
# ## 4. The whole model
#
# From ids to logits there are six steps: the token embedding `wte` looks up a vector for each id;
# `wpe` adds the position's; dropout, `drop`; the blocks `h`, one after the other; a last norm,
# `ln_f`, since nobody has normalized the stream itself; and `lm_head`, a linear layer with an
# output for each token. With `tie_weights`, its weight *is* the embedding's (module 11).
#
# Given: `next_token_loss(logits, targets)`, the mean cross-entropy over all places. Before training
# it should be near $\ln V$, the cost of guessing evenly. If not, something is wrong at the start.
#
# **Exercise 4 · medium · 20 minutes.** Fill in `forward`.


# %% nbgrader={"grade_id": "gpt", "solution": true}
#| export
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
        # Four or five lines.
        ### BEGIN SOLUTION
        x = self.drop(self.wpe(self.wte(ids)))  # (n, t) -> (n, t, n_embd)
        for block in self.h:
            x = block(x)
        return self.lm_head(self.ln_f(x))  # (n, t, vocab_size)
        ### END SOLUTION


# %% nbgrader={"grade_id": "gpt-test", "grade": true, "points": 3}
# Each part is replaced by one that appends its digit to the number that comes in: 7 is the id.
model = GPT(GPTConfig(9, 1, 2, 1, 1))
model.wte = Does(lambda ids: tensor(ids.numpy()[..., None].astype("float32")))
model.wpe = Does(lambda x, offset=0: 10 * x + 1 + offset)
model.drop, model.h = digit(2), ModuleList([digit(3), digit(4)])
model.ln_f, model.lm_head = digit(5), digit(6)
check(model(tensor([[7]])), [[[7123456.0]]], "the steps from ids to logits", rtol=1e-8)

# %% nbgrader={"grade_id": "gpt-test-2", "grade": true, "points": 1}
# A real one: the shape, the loss before training, which logits a changed id changes.
manual_seed(0)
model, ids = GPT(GPTConfig(50, 8, 2, 2, 32)), np.arange(24).reshape(3, 8) % 50
logits = model(tensor(ids))
equal(tuple(logits.shape), (3, 8, 50), "the shape of the logits of ids (3, 8)")
guess, even = next_token_loss(logits, tensor((ids + 1) % 50)).item(), math.log(50)
true(abs(guess - even) < 0.1, "the loss before training", expected="near ln 50 = 3.91", got=guess)
ids[:, 5] = 49
apart = np.abs(model(tensor(ids)).numpy() - logits.numpy()).max((0, 2)) > 0
equal(apart.tolist(), [False] * 5 + [True] * 3, "where logits changed, after a change of id 5")

# %% nbgrader={"grade_id": "gpt-hidden", "grade": true, "points": 2}
# Also graded: more blocks, tied weights, shorter ids, one token, gradients.
### BEGIN HIDDEN TESTS
for tied, t in ((True, 5), (False, 1)):
    manual_seed(1)
    model, ids = GPT(GPTConfig(20, 8, 3, 2, 16, tie_weights=tied)), tensor([[3] * t, [4] * t])
    x = model.wpe(model.wte(ids))
    for block in model.h:
        x = block(x)
    expected = model.ln_f(x).numpy() @ model.lm_head.weight.numpy().T
    close(model(ids), expected, f"ids (2, {t}), tied {tied}", rtol=1e-4, atol=1e-6)
    next_token_loss(model(ids), ids).backward()
    without = [name for name, parameter in model.named_parameters() if parameter.grad is None]
    equal(without, [], "the parameters without a gradient")
### END HIDDEN TESTS

# %% [markdown]
# ## 5. How large is it?
#
# You can know that before you build it: every shape follows from $V$ tokens, a context of $T$, $L$
# blocks, $H$ heads and the width $D$. Go through the classes above with a pencil. In training, a
# parameter costs four float32 numbers: itself, its gradient, and AdamW's two averages (module 06).
#
# **Exercise 5 · easy · 25 minutes.** Fill in `gpt_size`. Predict first: does GPT-2, with
# $V = 50257$, $T = 1024$, $L = 12$, $H = 12$, $D = 768$, fit into 2 GB while it is trained?


# %% nbgrader={"grade_id": "gpt-size", "solution": true}
#| export
def gpt_size(config: GPTConfig) -> tuple:
    """(parameters, bytes): of a GPT, and in training with AdamW, by arithmetic alone.

    Parameters: a tied weight counts once; without `bias`, layers and norms have weights only.
    Bytes: weights, gradients and both averages, in float32, without activations. Shapes: none.
    Source: Radford et al. (2019), GPT-2, table 2.
    """
    # About seven lines: the embeddings, one block, the last norm, the output layer.
    ### BEGIN SOLUTION
    width, bias = config.n_embd, int(config.bias)
    norm = width * (1 + bias)
    attention = 3 * width * (width + bias) + width * (width + bias)  # c_attn, c_proj
    feed_forward = 4 * width * (width + bias) + width * (4 * width + bias)  # c_fc, c_proj
    heads = 1 if config.tie_weights else 2  # the output layer has the shape of the embedding
    embeddings = (heads * config.vocab_size + config.block_size) * width
    count = embeddings + config.n_layer * (2 * norm + attention + feed_forward) + norm
    return count, 16 * count
    ### END SOLUTION


# %% nbgrader={"grade_id": "gpt-size-test", "grade": true, "points": 2}
# GPT-2, the smallest of its four sizes: 124 million parameters.
count, size = gpt_size(GPTConfig(50257, 1024, 12, 12, 768, tie_weights=True))
check_equal(count, 124439808, "the parameters of GPT-2")
check_equal(size, 1991036928, "the bytes of GPT-2 in training")

# %% nbgrader={"grade_id": "gpt-size-test-2", "grade": true, "points": 1}
# Four blocks, 128 wide, not tied: without biases; tied; with one head instead of four.
small = {"vocab_size": 65, "block_size": 64, "n_layer": 4, "n_head": 4, "n_embd": 128}
sizes = {"bias": 812416, "tie_weights": 809856, "n_head": 818176}
for (name, expected), value in zip(sizes.items(), (False, True, 1), strict=True):
    found = gpt_size(GPTConfig(**small | {name: value}))[0]
    equal(found, expected, f"the parameters of 4 x 128 with {name}={value}")

# %% nbgrader={"grade_id": "gpt-size-hidden", "grade": true, "points": 1}
# Also graded: other sizes, against models that are built.
### BEGIN HIDDEN TESTS
for sizes in ((5, 3, 1, 1, 2), (11, 7, 3, 2, 6), (2, 9, 2, 4, 8)):
    for bias, tied in ((True, True), (False, True), (True, False), (False, False)):
        config = GPTConfig(*sizes, bias=bias, tie_weights=tied)
        expected = sum(p.numel() for p in GPT(config).parameters())
        equal(gpt_size(config), (expected, 16 * expected), f"gpt_size of {sizes}, {bias}, {tied}")
### END HIDDEN TESTS

# %% given: measured-size

# %%
for tied in (False, True):
    config = GPTConfig(65, 64, n_layer=4, n_head=4, n_embd=128, tie_weights=tied)
    count, held = measured_size(GPT(config))
    print(f"tied {tied!s:5}: predicted {gpt_size(config)}, measured {count, held}")
    assert (count, held) == gpt_size(config), "the measured size is not the predicted one"

# %% [markdown]
# GPT-2 takes 1.99 GB: it just fits, without its activations. Nearly a third of its parameters are
# the embedding; untied, it would have 163 million. With letters for tokens, tying saves little.
#
# ## 6. Text to learn from
#
# A language model needs no labels: the text answers itself. At each place the **target** is the
# token that comes next, so the targets are the text, *shifted by one*. And since no position sees a
# later one, all places of a row are examples at once. From the name `.eva.` come the four inputs
# `.`, `e`, `v`, `a` and the four targets `e`, `v`, `a`, `.`.
#
# Without the shift, the model has to repeat what it sees: the loss soon falls to 0, and what it
# writes is one letter again and again. A loss that looks too good to be true usually is.
#
# Pieces of text are not equally long, and a batch is a rectangle. The places left over in `y` get
# the target -100, which `cross_entropy` leaves out of its mean (`ignore_index`, module 04). In `x`
# a 0 stands there, which no earlier position sees.
#
# **Exercise 6 · easy · 20 minutes.** Fill in `text_batch`.


# %% nbgrader={"grade_id": "text-batch", "solution": true}
#| export
def text_batch(pieces, length: int) -> tuple:
    """(x, y): the beginning of each piece, and for each place the id that comes next in the piece.

    pieces: 1-D arrays or lists of ids, maybe empty; the first length + 1 ids are used. Where a
    piece has no next id, x is 0 and y is -100.
    Shapes: two int64 tensors (len(pieces), length).
    Source: https://github.com/karpathy/nanoGPT, train.py, get_batch; the -100 is PyTorch's.
    """
    check_pieces(pieces, length)
    # About six lines, one of them a loop over the pieces.
    ### BEGIN SOLUTION
    x = np.zeros((len(pieces), length), np.int64)
    y = np.full((len(pieces), length), -100, np.int64)
    for row, ids in enumerate(pieces):
        count = max(min(len(ids) - 1, length), 0)
        x[row, :count], y[row, :count] = ids[:count], ids[1 : count + 1]
    return tensor(x), tensor(y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "text-batch-test", "grade": true, "points": 2}
# A piece that is just long enough, a longer one, a shorter one.
x, y = text_batch([[1, 2, 3, 4, 5], [11, 12, 13, 14, 15, 16, 17], [21, 22, 23]], 4)
check_equal(x.numpy().tolist(), [[1, 2, 3, 4], [11, 12, 13, 14], [21, 22, 0, 0]], "x")
check_equal(y.numpy().tolist(), [[2, 3, 4, 5], [12, 13, 14, 15], [22, 23, -100, -100]], "y")

# %% nbgrader={"grade_id": "text-batch-test-2", "grade": true, "points": 1}
# Arrays as well as lists; int64; the pieces stay; what cross_entropy makes of it.
pieces = [np.array([3, 1, 2], np.uint16), np.array([4, 0], np.uint16)]
x, y = text_batch(pieces, 3)
equal([str(x.dtype), str(y.dtype)], ["int64", "int64"], "the dtypes of x and y")
equal(x.numpy().tolist(), [[3, 1, 0], [4, 0, 0]], "x of two arrays")
equal(y.numpy().tolist(), [[1, 2, -100], [0, -100, -100]], "y of two arrays")
equal([piece.tolist() for piece in pieces], [[3, 1, 2], [4, 0]], "the pieces after the call")
logits = np.zeros((2, 3, 5), "float32")
logits[0, 2], logits[1, 1:] = [9, 0, 0, 0, 0], [9, 0, 0, 0, 0]
close(next_token_loss(tensor(logits), y), math.log(5), "the loss, whatever stands at -100")

# %% nbgrader={"grade_id": "text-batch-hidden", "grade": true, "points": 1}
# Also graded: a piece of one id, an empty one, no pieces, a length of one.
### BEGIN HIDDEN TESTS
for pieces, length, first, second in (
    ([[7], [1, 2]], 2, [[0, 0], [1, 0]], [[-100, -100], [2, -100]]),
    ([[], [1, 2]], 2, [[0, 0], [1, 0]], [[-100, -100], [2, -100]]),
    ([[5, 6, 7]], 1, [[5]], [[6]]),
    ([[1, 2, 3, 4]], 3, [[1, 2, 3]], [[2, 3, 4]]),
):
    found = [part.numpy().tolist() for part in text_batch(pieces, length)]
    equal(found, [first, second], f"x and y of {pieces}, length {length}")
equal([tuple(part.shape) for part in text_batch([], 4)], [(0, 4)] * 2, "the shapes of no pieces")
### END HIDDEN TESTS

# %% [markdown]
# ## 7. Choosing the next token
#
# Softmax turns logits into probabilities. Always taking the likeliest token (**greedy**) soon goes
# in circles. Drawing by the probabilities is livelier, but among thousands of nearly impossible
# tokens one is drawn now and then, and spoils all that follows. Three remedies, in this order:
#
# - **temperature** $\tau$: the logits are divided by it. Below 1 the differences grow, and the
#   likely becomes likelier; above 1 they shrink. At 0 only the likeliest is left.
# - **top-k**: only the $k$ likeliest stay.
# - **top-p** (nucleus sampling): only the fewest likeliest tokens stay whose probabilities, softmax
#   of what top-k has left, add up to $p$ *or more*. So the token that crosses $p$ stays, too.
#
# What goes gets the logit $-\infty$, which softmax makes a probability of exactly 0. There are two
# traps. Equal logits: sort so that they keep their order (`kind="stable"`), and decide by place.
# Rounding: 50,000 probabilities in float32 may add up to 1 too early; a $p$ of 1 keeps them all.
#
# **Exercise 7 · medium · 35 minutes.** Fill in `filter_logits`.


# %% nbgrader={"grade_id": "filter-logits", "solution": true}
#| export
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
    # About ten lines of NumPy. `tensor(array)` makes the result.
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% nbgrader={"grade_id": "filter-logits-test", "grade": true, "points": 2}
# Four tokens with probabilities 0.1, 0.4, 0.2 and 0.3: how likely each of them still is.
for settings, expected in (
    ({"temperature": 0.5}, [1 / 30, 16 / 30, 4 / 30, 9 / 30]),
    ({"temperature": 0}, [0, 1, 0, 0]),
    ({"top_k": 2}, [0, 4 / 7, 0, 3 / 7]),
    ({"top_p": 0.6}, [0, 4 / 7, 0, 3 / 7]),
    ({"top_p": 0.75}, [0, 4 / 9, 2 / 9, 3 / 9]),
    ({"top_k": 3, "top_p": 0.72}, [0, 4 / 7, 0, 3 / 7]),
    ({"temperature": 0.5, "top_p": 0.5}, [0, 1, 0, 0]),
):
    found = chances(filter_logits(tensor(four()), **settings))
    check(found, expected, f"the probabilities with {settings}")

# %% nbgrader={"grade_id": "filter-logits-test-2", "grade": true, "points": 2}
# The logits themselves; equal ones, few and many; row by row; the dtype; the logits that came in.
z, none = four(), -INFINITE
close(filter_logits(tensor(z), 2.0, 1), [none, z[1] / 2, none, none], "temperature 2, top_k 1")
close(filter_logits(tensor(z), 1.0, 9, 1.0), z, "the logits with top_k 9 and top_p 1.0")
for logits, settings, expected in (
    ([1.0, 2.0, 2.0, 2.0], {"top_k": 2}, [none, 2, 2, none]),
    ([1.0, 2.0, 2.0, 2.0], {"temperature": 0}, [none, 2, none, none]),
    ([0.0, 0.0, 0.0, 0.0], {"top_p": 0.5}, [0, 0, none, none]),
    ([[[0.0, 3.0, 1.0], [5.0, 4.0, 4.5]]], {"top_k": 2}, [[[none, 3, 1], [5, none, 4.5]]]),
    ([[0.0, 9.0], [0.0, 0.0]], {"top_p": 0.9}, [[none, 9], [0, 0]]),
):
    rows = tensor(logits)
    found = filter_logits(rows, **settings)
    check(found, expected, f"{logits} with {settings}", dtype="float32")
    close(rows, logits, "the logits that came in, after the call")
found = filter_logits(tensor(np.zeros((2, 50000), "float32")), top_p=1.0)
close(found, np.zeros((2, 50000)), "50,000 equal logits with top_p 1.0")

# %% nbgrader={"grade_id": "filter-logits-hidden", "grade": true, "points": 2}
# Also graded: many rows with equal logits, against a loop; large logits; a tiny top_p; errors.
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
logits = rng.integers(-3, 4, (5, 3, 12)).astype("float64")
for t, k, p in ((0.7, 5, 0.81), (1, None, 0.33), (3, 2, None), (0, None, 0.5), (1.5, 12, 0.99)):
    found = filter_logits(tensor(logits), t, k, p).numpy().reshape(-1, 12)
    for got, row in zip(found, logits.reshape(-1, 12), strict=True):
        places = sorted(range(12), key=lambda i, row=row: (-row[i], i))[: 1 if t == 0 else k]
        z, expected, sum_before = row / (t or 1.0), np.full(12, -INFINITE), 0.0
        whole = sum(math.exp(z[i]) for i in places)
        for i in places:
            if p is None or sum_before < p:
                expected[i] = z[i]
            sum_before += math.exp(z[i]) / whole
        close(got, expected, f"the row {row.tolist()} with {t, k, p}")
found = filter_logits(tensor([1000.0, 999.0, -1000.0]), top_p=0.7)
close(found, [1000, -INFINITE, -INFINITE], "logits of 1000, 999, -1000 with top_p 0.7")
close(chances(filter_logits(tensor(four()), top_p=1e-9)), [0, 1, 0, 0], "the chances, top_p 1e-9")
for settings in ({"temperature": -1}, {"top_k": 0}, {"top_p": 0.0}, {"top_p": 1.5}):
    with raises(ValueError, next(iter(settings)), f"the error for {settings}"):
        filter_logits(tensor(four()), **settings)
### END HIDDEN TESTS

# %% [markdown]
# What a temperature does: the bars show how likely each letter is after an `m` in names. At 0.25 it
# is nearly always an `a`; at 4, the tenth letter still has a third of the first one's chance. Top-k
# and top-p cut off the right end instead, and leave the rest in proportion.

# %% given: temperatures

# %% [markdown]
# ## 8. Writing
#
# Ask for the logits of the *last* place, filter them, draw a token, append it, and ask again. The
# model reads no more than `block_size` tokens: of a longer text it gets the *end*. Writing is
# inference, without a graph and without dropout. Given: inside `with evaluating(model), no_grad():`
# the model is in `eval()`, and afterwards as it was before.
#
# **Exercise 8 · medium · 30 minutes.** Fill in `generate`.


# %% nbgrader={"grade_id": "generate", "solution": true}
#| export
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
    # About ten lines. `chances.multinomial(1, generator=generator)` draws an id a row, (n, 1).
    ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% nbgrader={"grade_id": "generate-test", "grade": true, "points": 2}
# Models without doubts: one counts on from each id, one says again what its context begins with.
counts, echo = Spy(lambda ids: sure(ids + 1)), Spy(lambda ids: sure(ids[:, :1] + 0 * ids), 3)
found = generate(counts, tensor([[1], [5]]), 3)
check_equal(found.numpy().tolist(), [[1, 2, 3, 4], [5, 6, 7, 8]], "three ids after 1 and 5")
found = generate(echo, tensor([[1, 2, 3, 4]]), 3)
check_equal(found.numpy().tolist(), [[1, 2, 3, 4, 2, 3, 4]], "three ids from a context of 3")
equal(echo.seen, [[[2, 3, 4]], [[3, 4, 2]], [[4, 2, 3]]], "what a model with block_size 3 gets")
found = generate(counts, tensor([[1], [3], [7]]), 5, stop_token=5)
expected = [[1, 2, 3, 4, 5, 5], [3, 4, 5, 5, 5, 5], [7, 8, 9, 10, 11, 12]]
check_equal(found.numpy().tolist(), expected, "five ids, with the stop token 5")

# %% nbgrader={"grade_id": "generate-test-2", "grade": true, "points": 2}
# How often each id is drawn; seeds; an early end; eval() and no graph meanwhile; ids stay.
model, ids = Spy(unsure), tensor(np.zeros((4000, 2), "int64"))
for settings, expected in (
    ({}, [0.1, 0.4, 0.2, 0.3]),
    ({"temperature": 0.5}, [1 / 30, 16 / 30, 4 / 30, 9 / 30]),
    ({"top_k": 2}, [0, 4 / 7, 0, 3 / 7]),
    ({"top_p": 0.75}, [0, 4 / 9, 2 / 9, 3 / 9]),
    ({"temperature": 0}, [0, 1, 0, 0]),
):
    found = shares(generate(model, ids, 1, seed=1, **settings))
    check(found, expected, f"how often each id is drawn with {settings}", atol=0.04)
close(ids, np.zeros((4000, 2)), "the ids that came in, after the call")
first, again, other = (generate(model, ids[:9], 8, seed=k).numpy().tolist() for k in (1, 1, 2))
true(first == again and first != other, "seeds 1, 1 and 2", expected="the same, the same, others")
model = Spy(lambda ids: sure(ids + 1))
found = generate(model, tensor([[5, 3], [5, 2]]), 9, stop_token=5)
equal(found.numpy().tolist(), [[5, 3, 4, 5, 5], [5, 2, 3, 4, 5]], "both rows with the stop token 5")
wrong = {"dropout is on": (True, True, False), "a graph is recorded": (False, False, True)}
equal(model.modes[0], (False,) * 3, "in training: model, parts; a graph?", suspects=wrong)
equal((model.training, model.inner.training), (True, True), "in training, after the call")

# %% nbgrader={"grade_id": "generate-hidden", "grade": true, "points": 2}
# Also graded: no ids to write, a real model, the default generator, stop tokens that come in.
### BEGIN HIDDEN TESTS
counts = Spy(lambda ids: sure(ids + 1))
equal(generate(counts, tensor([[1, 2]]), 0).numpy().tolist(), [[1, 2]], "no new ids")
for ids, stop, expected in (([6, 5, 1], 6, [6, 5, 1, 2, 3]), ([14], 0, [14, 15, 0])):
    found = generate(counts, tensor([ids]), 2 + (stop == 0), stop_token=stop).numpy().tolist()
    equal(found, [expected], f"what follows {ids} with the stop token {stop}")
model, ids = Spy(unsure), tensor([[0]] * 3)
rows = []
for seed in (None, None, 9):
    manual_seed(5)
    generate(model, ids, 8, seed=seed)
    rows.append(generate(model, ids, 8).numpy().tolist())
equal((rows[0] == rows[1], rows[0] == rows[2]), (True, False), "the default generator, and a seed")
model, text = GPT(GPTConfig(16, 3, 2, 2, 8, dropout=0.5)), [1, 2, 3, 4, 5]
start_weights(model, 1 / 800)
model.h[0].mlp.eval()
found = generate(model, tensor([text]), 9, temperature=0).numpy().tolist()
equal((model.training, model.h[0].mlp.training), (True, False), "in training, as before")
for _ in range(9):
    text = [*text, int(model.eval()(tensor([text[-3:]])).numpy()[0, -1].argmax())]
equal(found, [text], "nine ids of a GPT at temperature 0")
### END HIDDEN TESTS

# %% [markdown]
# ## 9. Put to use: names
#
# A name is a text that begins and ends with `.`, the token 0. One block, four heads, a width of 16,
# tied: 4,000 parameters, and 250 steps of 32 names. Is the result any good? Three lines tell.
# Guessing evenly among 27 letters costs $\ln 27 = 3.296$ nats a letter (the unit of a loss with
# natural logarithms). Knowing how often each letter occurs (**unigram**) costs 2.82 on names not
# seen in training; knowing how often each one follows each other one (a bigram model, module 11),
# 2.340. To get below that, a model must look back further.

# %% given: names

# %%
manual_seed(0)
config = GPTConfig(len(letters.vocabulary), 16, n_layer=1, n_head=4, n_embd=16, tie_weights=True)
model = GPT(config)
print(f"{gpt_size(config)[0]} parameters; the loss at the start is {names_loss(model):.3f}")
losses, gradients, tests = learn(model)
print({step: round(loss, 3) for step, (loss, _) in tests.items()})
assert tests[250][0] < 2.26, "250 steps should bring the test loss well below the bigram's 2.340"

# %% given: curve

# %% [markdown]
# Left: the loss falls past the unigram within ten steps, past the bigram within a hundred. The
# names pinned to it were drawn at that step, always with the same seed: letters at random, then
# vowels and consonants in turn, at the end mostly what can be spoken. Right: the norm of each
# matrix's gradient. The embedding, which is the output layer too, gets the largest, and none fades
# out.
#
# Now let it write, cautiously and boldly: what is different?

# %%
for settings in ({"temperature": 0.5}, {"top_p": 0.9}, {"temperature": 2.0}):
    written = generate(model, tensor([[0]] * 12), 15, stop_token=0, seed=7, **settings)
    print(settings, *spelled(written), sep="  ")
new = set(spelled(generate(model, tensor([[0]] * 500), 15, stop_token=0, seed=8)))
print(f"{len(new - set(names().train))} of {len(new)} names are not in the training set")

# %% [markdown]
# The same code with four blocks, 128 wide, reads Shakespeare in `integration_tinygpt.ipynb`.
#
# ## 10. For those who want more
#
# **Stretch 1 · hard · 30 minutes.** How well does a model predict a text longer than its block? Cut
# into blocks, the first token of each would be guessed without context, and the loss would come out
# too high. So let the block slide: it moves on by `stride` tokens, and of each window only those
# count that have not been counted yet. Fill in `sliding_loss`.


# %% nbgrader={"grade_id": "sliding-loss", "solution": true}
def sliding_loss(model, ids, stride: int) -> float:
    """The mean loss of ids[1:], each counted once, in nats.

    ids: a 1-D array of two or more. The first window is ids[: block_size + 1], the next one begins
    `stride` ids later (1 to block_size), until all are predicted; the last may be shorter. In each,
    the places count that no earlier window predicted. The model is in eval(), without a graph.
    Source: https://huggingface.co/docs/transformers/perplexity
    """
    # About ten lines. `text_batch` makes a window's x and y, and -100 leaves places out.
    ### BEGIN SOLUTION
    size, total, done = model.config.block_size, 0.0, 0
    with evaluating(model), no_grad():
        for start in range(0, len(ids), stride):
            window = ids[start : start + size + 1]
            x, y = text_batch([window], len(window) - 1)
            y.array[:, : done - start] = -100  # counted before; start is never beyond done
            count = start + len(window) - 1 - done
            total += next_token_loss(model(x), y).item() * count
            done += count
            if done == len(ids) - 1:
                return total / done
    ### END SOLUTION


# %% nbgrader={"grade_id": "sliding-loss-test", "grade": true, "points": 0}
# Against each token by itself, with as many ids before it as its window has.
manual_seed(3)
slider, text = GPT(GPTConfig(12, 5, 1, 2, 8, dropout=0.3)), np.arange(23) ** 2 % 12
start_weights(slider, 1 / 200)
for stride, length in ((1, 23), (2, 23), (5, 23), (3, 6), (4, 3), (2, 2)):
    expected, first = [], 0
    with evaluating(slider), no_grad():
        for place in range(1, length):
            first += stride * (place > first + 5)
            logits = slider(tensor(text[None, first:place]))[:, -1]
            expected.append(cross_entropy(logits, tensor(text[place : place + 1])).item())
    what = f"the loss of {length} ids, block_size 5, stride {stride}"
    close(sliding_loss(slider, text[:length], stride), np.mean(expected), what, rtol=1e-4)
equal(slider.training, True, "whether the model is in training after the call")

# %% [markdown]
# ## Reflection
#
# Two models have a test loss of 2.2: yours, per letter of names, and another one, per token of
# 50,000. Which is better, and what must you know to say so? And where in your model is it written
# down that most names end after five to seven letters?

# %% [markdown]
# *Your answer here.*
