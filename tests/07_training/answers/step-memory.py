# %% mutant: always_adam
"""Two slots, whatever the optimizer."""

parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return 4 * (parameters * 3 + 2 * outputs), 16 * parameters

# %% mutant: biases_forgotten
"""Only weights are counted."""

parameters = sum(n * m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return 4 * (parameters * (1 + slots) + 2 * outputs), 4 * parameters * (2 + slots)

# %% mutant: gradients_during_forward
"""The gradients of the last step are counted in the forward pass too."""

parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return 4 * (parameters * (2 + slots) + 2 * outputs), 4 * parameters * (2 + slots)

# %% mutant: input_counted
"""The input counts along."""

parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes)
return 4 * (parameters * (1 + slots) + 2 * outputs), 4 * parameters * (2 + slots)

# %% mutant: numbers_not_bytes
"""Numbers are counted, not bytes."""

parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return parameters * (1 + slots) + 2 * outputs, parameters * (2 + slots)

# %% mutant: one_hidden_layer
"""Written for one hidden layer."""

first, hidden, last = sizes[0], sizes[1], sizes[-1]
parameters = first * hidden + hidden + hidden * last + last
outputs = batch * (hidden + last)
return 4 * (parameters * (1 + slots) + 2 * outputs), 4 * parameters * (2 + slots)

# %% mutant: outputs_once
"""Each output is counted once, as if ReLU worked in place."""

parameters = sum(n * m + m for n, m in pairwise(sizes))
outputs = batch * sum(sizes[1:])
return 4 * (parameters * (1 + slots) + outputs), 4 * parameters * (2 + slots)

# %% alternative: layer_by_layer
"""A layer at a time."""

forward = backward = 0
for i in range(1, len(sizes)):
    weights = (sizes[i - 1] + 1) * sizes[i]
    forward += 4 * weights * (1 + slots) + 8 * batch * sizes[i]
    backward += 4 * weights * (2 + slots)
return forward, backward
