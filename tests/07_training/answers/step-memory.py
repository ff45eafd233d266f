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

# %% alternative: layer_by_layer
"""A layer at a time."""

forward = backward = 0
for i in range(1, len(sizes)):
    weights = (sizes[i - 1] + 1) * sizes[i]
    forward += 4 * weights * (1 + slots) + 8 * batch * sizes[i]
    backward += 4 * weights * (2 + slots)
return forward, backward
