# %% mutant: biases_forgotten
"""Linear layers and norms are counted without biases."""

old = "width, bias = config.n_embd, int(config.bias)"
new = "width, bias = config.n_embd, 0"

# %% mutant: biases_always
"""Biases are counted even where there are none."""

old = "width, bias = config.n_embd, int(config.bias)"
new = "width, bias = config.n_embd, 1"

# %% mutant: each_head_whole
"""Each head is counted as a whole attention."""

old = "attention = 3 * width * (width + bias) + width * (width + bias)"
new = "attention = config.n_head * (3 * width * (width + bias)) + width * (width + bias)"

# %% mutant: last_norm_forgotten
"""The last norm is not counted."""

old = "(2 * norm + attention + feed_forward) + norm"
new = "(2 * norm + attention + feed_forward)"

# %% mutant: norms_forgotten
"""Norms are not counted at all."""

old = "norm = width * (1 + bias)"
new = "norm = 0"

# %% mutant: one_norm_a_block
"""One norm a block."""

old = "2 * norm + attention"
new = "norm + attention"

# %% mutant: output_layer_always
"""The output layer is counted though it is the embedding."""

old = "heads = 1 if config.tie_weights else 2"
new = "heads = 2"

# %% mutant: output_layer_never
"""The output layer is never counted."""

old = "heads = 1 if config.tie_weights else 2"
new = "heads = 1"

# %% mutant: positions_forgotten
"""Positions are not counted."""

old = "(heads * config.vocab_size + config.block_size) * width"
new = "heads * config.vocab_size * width"

# %% mutant: projection_forgotten
"""The layer that joins the heads is not counted."""

old = "3 * width * (width + bias) + width * (width + bias)"
new = "3 * width * (width + bias)"

# %% mutant: weights_only
"""The bytes of the weights alone."""

old = "16 * count"
new = "4 * count"

# %% mutant: one_average
"""Weights, gradients and one average."""

old = "16 * count"
new = "12 * count"

# %% mutant: by_the_formula
"""12 D squared a block, and nothing else in it."""

old = "(2 * norm + attention + feed_forward)"
new = "12 * width * width"

# %% edge: wide_enough
"""The feed-forward network is counted as 512 wide, as in the example of 128."""

old = "4 * width * (width + bias) + width * (4 * width + bias)"
new = "max(4 * width, 512) * (width + bias) + width * (max(4 * width, 512) + bias)"

# %% alternative: by_shapes
"""The shapes of all parameters, one by one."""

d = config.n_embd
layers = [(config.vocab_size, d), (config.block_size, d)]
for _ in range(config.n_layer):
    layers += [(d,), (3 * d, d), (d, d), (d,), (4 * d, d), (d, 4 * d)]
layers.append((d,))
count = sum(math.prod(shape) + (shape[0] if config.bias else 0) for shape in layers[2:])
count += sum(math.prod(shape) for shape in layers[:2])
if not config.tie_weights:
    count += config.vocab_size * d
return count, 4 * 4 * count

# %% alternative: closed_form
"""The closed form: 12 D squared + 13 D a block, or + 2 D without biases."""

v, t, n, d = config.vocab_size, config.block_size, config.n_layer, config.n_embd
count = n * (12 * d**2 + (13 if config.bias else 2) * d) + t * d + (2 if config.bias else 1) * d
count += v * d if config.tie_weights else 2 * v * d
return count, 16 * count
