# %% mutant: dampening_ignored
"""Gradients go in whole."""

old = "buffer += g if dampening == 0 else (1 - dampening) * g"
new = "buffer += g"

# %% mutant: first_dampened
"""The first gradient is dampened like the others."""

old = "buffer[...] = g"
new = "buffer[...] = (1 - dampening) * g"

# %% mutant: gradient_changed
"""Nesterov's direction is made in the gradient itself."""

old = "return g + momentum * buffer if nesterov else buffer"
new = """\
if nesterov:
    g += momentum * buffer
    return g
return buffer"""

# %% mutant: nesterov_forgotten
"""Nesterov's kind is the same as the other."""

old = "return g + momentum * buffer if nesterov else buffer"
new = "return buffer"

# %% mutant: nesterov_into_buffer
"""The look ahead goes into the buffer and is counted again."""

old = "return g + momentum * buffer if nesterov else buffer"
new = """\
if nesterov:
    buffer *= momentum
    buffer += g
return buffer"""

# %% mutant: nesterov_without_factor
"""The buffer is added whole."""

old = "return g + momentum * buffer if nesterov else buffer"
new = "return g + buffer if nesterov else buffer"

# %% mutant: not_kept
"""The new buffer is an array of its own and forgotten."""

old = "buffer[...] = g"
new = "buffer = g.copy()"
old = "buffer *= momentum"
new = "buffer = momentum * buffer"

# %% mutant: old_buffer
"""Nesterov with the buffer from before this gradient."""

old = "if first:"
new = """\
old = np.zeros_like(g) if first else buffer.copy()
if first:"""
old = "return g + momentum * buffer if nesterov else buffer"
new = "return g + momentum * old if nesterov else buffer"

# %% mutant: overwritten_by_gradient
"""The buffer becomes the gradient each time: nothing of the past is left."""

buffer[...] = g
return g + momentum * buffer if nesterov else buffer

# %% mutant: reads_what_is_not_there
"""The first time, too, the buffer is read."""

buffer *= momentum
buffer += g if first else (1 - dampening) * g
return g + momentum * buffer if nesterov else buffer

# %% mutant: running_mean
"""A running mean, as in Adam."""

old = "buffer += g if dampening == 0 else (1 - dampening) * g"
new = "buffer += (1 - momentum) * g"

# %% mutant: dampening_instead
"""The gradient is multiplied by the dampening, not by what it leaves."""

old = "buffer += g if dampening == 0 else (1 - dampening) * g"
new = "buffer += g if dampening == 0 else dampening * g"

# %% mutant: nesterov_first_only_buffer
"""Nesterov's first direction is the gradient: the look ahead begins with the second step."""

old = "return g + momentum * buffer if nesterov else buffer"
new = "return g + momentum * buffer if nesterov and not first else buffer"

# %% mutant: nesterov_dampened
"""Nesterov scales the new gradient like a running mean."""

old = "return g + momentum * buffer if nesterov else buffer"
new = "return (1 - momentum) * g + momentum * buffer if nesterov else buffer"

# %% edge: widened
"""The direction is made in an array of zeros, which is float64 whatever came in."""

old = "return g + momentum * buffer if nesterov else buffer"
new = """\
direction = np.zeros(g.shape)
direction += g + momentum * buffer if nesterov else buffer
return direction"""

# %% alternative: copied
"""A copy is returned."""

if first:
    np.copyto(buffer, g)
else:
    np.multiply(buffer, momentum, out=buffer)
    np.add(buffer, g * (1 - dampening), out=buffer)
if nesterov:
    return g + momentum * buffer
return buffer.copy()

# %% alternative: one_expression
"""One line for the buffer."""

buffer[...] = g if first else momentum * buffer + (1 - dampening) * g
return buffer if not nesterov else buffer * momentum + g
