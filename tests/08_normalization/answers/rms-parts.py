# %% mutant: eps_outside_the_root
"""eps is added to the root."""


def forward(x, eps):
    inverse = 1 / (np.sqrt(average((1,), x, x)) + eps)
    return x * inverse, inverse


def rule(g, normed, inverse):
    return (g - normed * average((1,), g, normed)) * inverse


return forward, rule

# %% mutant: g_changed
"""The rule works in place on g."""


def forward(x, eps):
    inverse = 1 / np.sqrt(average((1,), x, x) + eps)
    return x * inverse, inverse


def rule(g, normed, inverse):
    g -= normed * average((1,), g, normed)
    g *= inverse
    return g


return forward, rule

# %% mutant: layer_norm_rule
"""The rule of layer norm, with the mean's term."""


def forward(x, eps):
    inverse = 1 / np.sqrt(average((1,), x, x) + eps)
    return x * inverse, inverse


def rule(g, normed, inverse):
    return (g - average((1,), g) - normed * average((1,), g, normed)) * inverse


return forward, rule

# %% mutant: mean_taken_out
"""Layer norm: the mean is taken out."""


def forward(x, eps):
    inverse = 1 / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    return (x - x.mean(axis=1, keepdims=True)) * inverse, inverse


def rule(g, normed, inverse):
    return (g - normed * average((1,), g, normed)) * inverse


return forward, rule

# %% mutant: no_inverse
"""The rule lacks the inverse."""


def forward(x, eps):
    inverse = 1 / np.sqrt(average((1,), x, x) + eps)
    return x * inverse, inverse


def rule(g, normed, inverse):
    return g - normed * average((1,), g, normed)


return forward, rule

# %% mutant: one_average
"""The rule averages over the whole table."""


def forward(x, eps):
    inverse = 1 / np.sqrt(average((1,), x, x) + eps)
    return x * inverse, inverse


def rule(g, normed, inverse):
    return (g - normed * (g * normed).mean()) * inverse


return forward, rule

# %% mutant: over_the_table
"""The mean runs over the whole table."""


def forward(x, eps):
    inverse = 1 / np.sqrt((x * x).mean() + eps) * np.ones((len(x), 1), x.dtype)
    return x * inverse, inverse


def rule(g, normed, inverse):
    return (g - normed * average((1,), g, normed)) * inverse


return forward, rule

# %% mutant: root_detached
"""The root is taken for a constant."""


def forward(x, eps):
    inverse = 1 / np.sqrt(average((1,), x, x) + eps)
    return x * inverse, inverse


def rule(g, normed, inverse):
    return g * inverse


return forward, rule

# %% mutant: sum_of_squares
"""The sum of squares, not their mean."""


def forward(x, eps):
    inverse = 1 / np.sqrt(total((1,), x, x) + eps)
    return x * inverse, inverse


def rule(g, normed, inverse):
    return (g - normed * average((1,), g, normed)) * inverse


return forward, rule

# %% alternative: formula
"""The formula with NumPy's means."""


def forward(x, eps):
    inverse = (np.mean(x * x, axis=1, keepdims=True) + eps) ** -0.5
    return inverse * x, inverse


def rule(g, normed, inverse):
    return inverse * (g - normed * np.mean(g * normed, axis=1, keepdims=True))


return forward, rule
