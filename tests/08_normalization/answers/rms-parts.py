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

# %% mutant: sum_of_squares
"""The sum of squares, not their mean."""

old = "inverse = 1 / np.sqrt(average((1,), x, x) + eps)"
new = "inverse = 1 / np.sqrt(total((1,), x, x) + eps)"

# %% alternative: formula
"""The formula with NumPy's means."""


def forward(x, eps):
    inverse = (np.mean(x * x, axis=1, keepdims=True) + eps) ** -0.5
    return inverse * x, inverse


def rule(g, normed, inverse):
    return inverse * (g - normed * np.mean(g * normed, axis=1, keepdims=True))


return forward, rule
