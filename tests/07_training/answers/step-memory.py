# %% mutant: always_adam
"""Two slots, whatever the optimizer."""

old = "parameters = sum(n * m + m for n, m in pairwise(sizes))"
new = """\
parameters = sum(n * m + m for n, m in pairwise(sizes))
slots = 2"""

# %% mutant: biases_forgotten
"""Only weights are counted."""

old = "parameters = sum(n * m + m for n, m in pairwise(sizes))"
new = "parameters = sum(n * m for n, m in pairwise(sizes))"

# %% mutant: gradients_during_forward
"""The gradients of the last step are counted in the forward pass too."""

old = "forward = parameters * (1 + slots) + 2 * outputs"
new = "forward = parameters * (2 + slots) + 2 * outputs"

# %% mutant: input_counted
"""The input counts along."""

old = "outputs = batch * sum(sizes[1:])"
new = "outputs = batch * sum(sizes)"

# %% mutant: numbers_not_bytes
"""Numbers are counted, not bytes."""

old = "return 4 * forward, 4 * parameters * (2 + slots)"
new = "return forward, parameters * (2 + slots)"

# %% mutant: one_hidden_layer
"""Written for one hidden layer."""

old = "parameters = sum(n * m + m for n, m in pairwise(sizes))"
new = """\
first, hidden, last = sizes[0], sizes[1], sizes[-1]
parameters = first * hidden + hidden + hidden * last + last"""
old = "outputs = batch * sum(sizes[1:])"
new = "outputs = batch * (hidden + last)"

# %% mutant: outputs_once
"""Each output is counted once, as if ReLU worked in place."""

old = "forward = parameters * (1 + slots) + 2 * outputs"
new = "forward = parameters * (1 + slots) + outputs"

# %% mutant: gradients_forgotten
"""The gradients are not counted at the end of the backward pass."""

old = "return 4 * forward, 4 * parameters * (2 + slots)"
new = "return 4 * forward, 4 * parameters * (1 + slots)"

# %% mutant: outputs_after_backward
"""The graph is still counted at the end of the backward pass."""

old = "return 4 * forward, 4 * parameters * (2 + slots)"
new = "return 4 * forward, 4 * (parameters * (2 + slots) + 2 * outputs)"

# %% mutant: last_output_once
"""The output of the last layer is counted once, as if the loss kept nothing."""

old = "forward = parameters * (1 + slots) + 2 * outputs"
new = "forward = parameters * (1 + slots) + 2 * outputs - batch * sizes[-1]"

# %% edge: a_hidden_layer_needed
"""The first layer is taken apart from the hidden ones; without one there is none (IndexError)."""

old = "parameters = sum(n * m + m for n, m in pairwise(sizes))"
new = """\
hidden = sizes[1:-1]
parameters = (sizes[0] + 1) * hidden[0] + (hidden[-1] + 1) * sizes[-1]
parameters += sum(n * m + m for n, m in pairwise(hidden))"""

# %% alternative: arrays
"""On arrays of sizes."""

wide, deep = np.array(sizes[:-1]), np.array(sizes[1:])
parameters, outputs = int(((wide + 1) * deep).sum()), batch * int(deep.sum())
return (4 * ((1 + slots) * parameters + 2 * outputs), 4 * (2 + slots) * parameters)

# %% alternative: layer_by_layer
"""A layer at a time."""

forward = backward = 0
for i in range(1, len(sizes)):
    weights = (sizes[i - 1] + 1) * sizes[i]
    forward += 4 * weights * (1 + slots) + 8 * batch * sizes[i]
    backward += 4 * weights * (2 + slots)
return forward, backward
