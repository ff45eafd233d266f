# %% edge: always_float32
"""The values are made float32: digits of a float64 are lost."""

old = "return y, winner"
new = "return y.astype(np.float32), winner"

# %% mutant: all_ties_paid
"""Every pixel that equals the largest value gets all of the gradient."""

old = """\
view = windows(wide, kernel, stride, dilation)
for place, (i, j) in enumerate(np.ndindex(*kernel)):
    view[..., i, j] += g * (winner == place)"""
new = """\
view = windows(wide, kernel, stride, dilation)
values = windows(padded(x, padding, -np.inf), kernel, stride, dilation)
for i, j in np.ndindex(*kernel):
    view[..., i, j] += g * (values[..., i, j] == values.max((-2, -1)))"""

# %% mutant: assigned
"""A pixel that wins several windows gets what the last one gave."""

old = "view[..., i, j] += g * (winner == place)"
new = "view[..., i, j][winner == place] = g[winner == place]"

# %% mutant: averaged
"""The gradient is spread evenly over the window, as for average pooling."""

old = "g * (winner == place)"
new = "g / (kernel[0] * kernel[1])"

# %% mutant: cut_off_at_the_end
"""All of the padding is cut off at the end."""

old = "return cropped(wide, padding)"
new = "return wide[:, :, : x.shape[2], : x.shape[3]]"

# %% mutant: last_wins
"""Of equal values, the last one wins."""

old = "winner[value > y] = place"
new = "winner[value >= y] = place"

# %% mutant: not_cut_off
"""The gradient still has the padding."""

old = "return cropped(wide, padding)"
new = "return wide"

# %% mutant: overwritten
"""The first values are a view of x, and the largest ones are written into it."""

old = "y, winner = view[..., 0, 0].copy(), np.zeros(view.shape[:4], np.int32)"
new = "y, winner = view[..., 0, 0], np.zeros(view.shape[:4], np.int32)"

# %% mutant: padding_of_zeros
"""Zeros around the image win where all values are negative."""

old = "padded(x, padding, -np.inf)"
new = "padded(x, padding)"

# %% mutant: place_by_columns
"""The places of a window are counted column by column."""

old = "winner[value > y] = place"
new = "winner[value > y] = j * kernel[0] + i"

# %% mutant: smallest
"""The smallest values."""

old = """\
winner[value > y] = place
np.maximum(y, value, out=y)"""
new = """\
winner[value < y] = place
np.minimum(y, value, out=y)"""

# %% mutant: stride_dropped
"""The way back knows no stride."""

old = """\
view = windows(wide, kernel, stride, dilation)
for place, (i, j) in enumerate(np.ndindex(*kernel)):
    view[..., i, j] += g * (winner == place)"""
new = """\
view = windows(wide, kernel, (1, 1), dilation)[:, :, : g.shape[2], : g.shape[3]]
for place, (i, j) in enumerate(np.ndindex(*kernel)):
    view[..., i, j] += g * (winner == place)"""

# %% mutant: ties_shared
"""Equal values share the gradient."""

old = """\
view = windows(wide, kernel, stride, dilation)
for place, (i, j) in enumerate(np.ndindex(*kernel)):
    view[..., i, j] += g * (winner == place)"""
new = """\
view = windows(wide, kernel, stride, dilation)
values = windows(padded(x, padding, -np.inf), kernel, stride, dilation)
won = values == values.max((-2, -1), keepdims=True)
for i, j in np.ndindex(*kernel):
    view[..., i, j] += g * won[..., i, j] / won.sum((-2, -1))"""

# %% alternative: argmax
"""By argmax over windows of one dimension, and where."""


def forward(x, kernel, stride, padding, dilation):
    view = windows(padded(x, padding, -np.inf), kernel, stride, dilation)
    flat = view.reshape(*view.shape[:4], kernel[0] * kernel[1])
    winner = flat.argmax(-1)
    return np.take_along_axis(flat, winner[..., None], -1)[..., 0], winner


def rule(g, winner, x, kernel, stride, padding, dilation):
    wide = padded(np.zeros(x.shape, g.dtype), padding)
    view = windows(wide, kernel, stride, dilation)
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            view[..., i, j] += np.where(winner == i * kernel[1] + j, g, 0)
    return cropped(wide, padding)


return forward, rule

# %% alternative: add_at
"""The way back by np.add.at; the way forth by a comparison that is turned round."""


def forward(x, kernel, stride, padding, dilation):
    view = windows(padded(x, padding, -np.inf), kernel, stride, dilation)
    y, winner = np.array(view[..., -1, -1]), np.full(view.shape[:4], kernel[0] * kernel[1] - 1)
    for i in reversed(range(kernel[0])):
        for j in reversed(range(kernel[1])):
            is_first = view[..., i, j] >= y
            y = np.where(is_first, view[..., i, j], y)
            winner = np.where(is_first, i * kernel[1] + j, winner)
    return y, winner


def rule(g, winner, x, kernel, stride, padding, dilation):
    wide = padded(np.zeros(x.shape, g.dtype), padding)
    n, c, i, j = np.indices(g.shape)
    row = i * stride[0] + winner // kernel[1] * dilation[0]
    column = j * stride[1] + winner % kernel[1] * dilation[1]
    np.add.at(wide, (n, c, row, column), g)
    return cropped(wide, padding)


return forward, rule
