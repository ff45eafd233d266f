# %% mutant: cut_straight
"""Reshaped to the right shape, without moving the heads: positions and features are mixed."""

old = "x.reshape(*lead, t, heads, width // heads).transpose(-3, -2)"
new = "x.reshape(*lead, heads, t, width // heads)"

# %% mutant: features_take_turns
"""Head 0 gets every second feature."""

old = "x.reshape(*lead, t, heads, width // heads).transpose(-3, -2)"
new = "x.reshape(*lead, t, width // heads, heads).transpose(-3, -2).transpose(-3, -1)"
old = "x.transpose(-3, -2).reshape(*lead, t, heads * size)"
new = "x.transpose(-3, -2).transpose(-2, -1).reshape(*lead, t, heads * size)"

# %% mutant: graph_lost
"""The heads are cut from the array, outside of the graph."""

old = "return x.reshape(*lead, t, heads, width // heads).transpose(-3, -2)"
new = "return tensor(x.numpy()).reshape(*lead, t, heads, width // heads).transpose(-3, -2)"

# %% mutant: heads_after_positions
"""The heads stay behind the positions."""

old = "width // heads).transpose(-3, -2)"
new = "width // heads)"
old = "*lead, heads, t, size = x.shape"
new = "*lead, t, heads, size = x.shape"
old = "return x.transpose(-3, -2).reshape(*lead, t, heads * size)"
new = "return x.reshape(*lead, t, heads * size)"

# %% mutant: joined_straight
"""Joined without moving the heads back."""

old = "x.transpose(-3, -2).reshape(*lead, t, heads * size)"
new = "x.reshape(*lead, t, heads * size)"

# %% mutant: size_for_heads
"""The number of heads is taken for their size."""

old = "x.reshape(*lead, t, heads, width // heads)"
new = "x.reshape(*lead, t, width // heads, heads)"

# %% edge: one_leading_dimension
"""More than one leading dimension is not thought of.

RuntimeError: the sizes do not fit.
"""

old = "*lead, t, width = x.shape"
new = "lead, (t, width) = x.shape[:1] * (x.ndim > 2), x.shape[-2:]"

# %% alternative: chunks
"""Heads stacked from chunks, and put side by side again."""


def split(x, heads):
    return cat([head.unsqueeze(-3) for head in x.chunk(heads, -1)], -3)


def join(x):
    return cat([head.squeeze(-3) for head in x.chunk(x.shape[-3], -3)], -1)


return split, join

# %% alternative: unflatten
"""By unflatten and flatten."""

return (
    lambda x, heads: x.unflatten(-1, (heads, -1)).movedim(-2, -3),
    lambda x: x.movedim(-3, -2).flatten(-2),
)
