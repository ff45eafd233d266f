# %% mutant: eps_missing
"""No eps."""

old = "1 / np.sqrt(average((1,), x, x) + eps)"
new = "1 / np.sqrt(average((1,), x, x))"

# %% mutant: eps_outside_the_root
"""eps is added to the root."""

old = "inverse = 1 / np.sqrt(average((1,), x, x) + eps)"
new = "inverse = 1 / (np.sqrt(average((1,), x, x)) + eps)"

# %% mutant: g_changed
"""The rule works in place on g."""

old = """\
part = normed * -average((1,), g, normed)
part += g
part *= inverse
return part"""
new = """\
g -= normed * average((1,), g, normed)
g *= inverse
return g"""

# %% mutant: layer_norm_rule
"""The rule of layer norm, with the mean's term."""

old = "part += g"
new = "part += g - average((1,), g)"

# %% mutant: mean_taken_out
"""Layer norm: the mean is taken out."""

old = "inverse = 1 / np.sqrt(average((1,), x, x) + eps)"
new = """\
x = x - average((1,), x)
inverse = 1 / np.sqrt(average((1,), x, x) + eps)"""

# %% mutant: no_inverse
"""The rule lacks the inverse."""

old = "part *= inverse"
new = ""

# %% mutant: one_average
"""The rule averages over the whole table."""

old = "part = normed * -average((1,), g, normed)"
new = "part = normed * -(g * normed).mean()"

# %% mutant: over_the_table
"""The mean runs over the whole table."""

old = "inverse = 1 / np.sqrt(average((1,), x, x) + eps)"
new = "inverse = 1 / np.sqrt((x * x).mean() + eps) * np.ones((len(x), 1), x.dtype)"

# %% mutant: root_detached
"""The root is taken for a constant."""

old = """\
part = normed * -average((1,), g, normed)
part += g"""
new = "part = g.copy()"

# %% mutant: root_for_inverse
"""Hands out the root, and not its inverse."""

old = "return x * inverse, inverse"
new = "return x * inverse, 1 / inverse"

# %% mutant: widened
"""A NumPy number as eps makes everything float64."""

old = "average((1,), x, x) + eps"
new = "average((1,), x, x) + np.float64(eps)"

# %% mutant: sum_of_squares
"""The sum of squares, not their mean."""

old = "inverse = 1 / np.sqrt(average((1,), x, x) + eps)"
new = "inverse = 1 / np.sqrt(total((1,), x, x) + eps)"

# %% edge: zero_rows_guarded
"""Rows of zeros are kept from dividing by 0, which eps does already."""

old = "inverse = 1 / np.sqrt(average((1,), x, x) + eps)"
new = """\
squares = average((1,), x, x)
inverse = 1 / np.sqrt(np.where(squares == 0, 1, squares) + eps)"""

# %% alternative: by_the_length
"""By the length of each row, and a list of both."""


def forward(x, eps):
    squares = np.linalg.norm(x, axis=1, keepdims=True) ** 2 / x.shape[1]
    return x / np.sqrt(squares + eps), np.sqrt(1 / (squares + eps))


def rule(grad, hat, r):
    return r * grad - r * hat * (grad * hat).mean(axis=-1)[:, None]


return [forward, rule]

# %% alternative: formula
"""The formula with NumPy's means."""


def forward(x, eps):
    inverse = (np.mean(x * x, axis=1, keepdims=True) + eps) ** -0.5
    return inverse * x, inverse


def rule(g, normed, inverse):
    return inverse * (g - normed * np.mean(g * normed, axis=1, keepdims=True))


return forward, rule
