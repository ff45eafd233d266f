# %% mutant: along_the_last
"""The weight runs along the last dimension."""

old = "return g * along_dim_1(weight, g.ndim)"
new = "return g * weight if g.shape[-1] == len(weight) else g * along_dim_1(weight, g.ndim)"

# %% mutant: averaged
"""The gradients of weight and bias are averaged over the rows."""

old = "return total(others(g), g, normed).reshape(-1)"
new = "return average(others(g), g, normed).reshape(-1)"
old = "return total(others(g), g).reshape(-1)"
new = "return average(others(g), g).reshape(-1)"

# %% mutant: constant_weight
"""The gradient of the weight is multiplied by the weight, as that of normed is."""

old = "return total(others(g), g, normed).reshape(-1)"
new = "return total(others(g), g, normed).reshape(-1) * weight"

# %% mutant: dimension_kept
"""The gradients of weight and bias keep the summed dimensions."""

old = "return total(others(g), g, normed).reshape(-1)"
new = "return total(others(g), g, normed)"
old = "return total(others(g), g).reshape(-1)"
new = "return total(others(g), g)"

# %% mutant: g_changed
"""The gradient that came in is multiplied in place."""

old = "return g * along_dim_1(weight, g.ndim)"
new = "return np.multiply(g, along_dim_1(weight, g.ndim), out=g)"

# %% mutant: gamma_forgotten
"""The gradient of the normalized values lacks the weight."""

old = "return g * along_dim_1(weight, g.ndim)"
new = "return g + 0"

# %% mutant: normed_missing
"""The gradient of the weight is that of the bias."""

old = "return total(others(g), g, normed).reshape(-1)"
new = "return total(others(g), g).reshape(-1)"

# %% mutant: rows_only
"""Only the rows are summed over, not the length."""

old = "return total(others(g), g, normed).reshape(-1)"
new = "return (g * normed).sum(axis=0)"
old = "return total(others(g), g).reshape(-1)"
new = "return g.sum(axis=0)"

# %% edge: squeezed
"""All sizes of 1 are dropped: of a single channel nothing is left."""

old = "return total(others(g), g, normed).reshape(-1)"
new = "return total(others(g), g, normed).squeeze()"
old = "return total(others(g), g).reshape(-1)"
new = "return total(others(g), g).squeeze()"

# %% mutant: one_sum
"""Everything is summed to one number."""

old = "return total(others(g), g, normed).reshape(-1)"
new = "return (g * normed).sum()"
old = "return total(others(g), g).reshape(-1)"
new = "return g.sum()"

# %% mutant: summed_over_features
"""The sums run over the features."""

old = "return total(others(g), g, normed).reshape(-1)"
new = "return (g * normed).sum(axis=-1)"
old = "return total(others(g), g).reshape(-1)"
new = "return g.sum(axis=-1)"

# %% alternative: channels_last
"""The channels are moved to the end."""


def others(g):
    return tuple(d for d in range(g.ndim) if d != 1)


def for_normed(g, normed, weight):
    return np.moveaxis(np.moveaxis(g, 1, -1) * weight, -1, 1)


def for_weight(g, normed, weight):
    return np.moveaxis(g * normed, 1, -1).reshape(-1, g.shape[1]).sum(axis=0)


def for_bias(g, normed, weight):
    return np.moveaxis(g, 1, -1).reshape(-1, g.shape[1]).sum(axis=0)


return for_normed, for_weight, for_bias

# %% alternative: with_sums
"""With NumPy's sums."""


def others(g):
    return tuple(d for d in range(g.ndim) if d != 1)


def for_normed(g, normed, weight):
    return g * along_dim_1(weight, g.ndim)


def for_weight(g, normed, weight):
    return (g * normed).sum(axis=others(g))


def for_bias(g, normed, weight):
    return g.sum(axis=others(g))


return for_normed, for_weight, for_bias

# %% alternative: einsum
"""With einsum, other names of arguments, and a list of rules."""


def for_normed(grad, hat, gamma):
    return np.einsum("nc...,c->nc...", grad, gamma)


def for_weight(grad, hat, gamma):
    return np.einsum(
        "ncl,ncl->c", *(x.reshape(*x.shape[:2], math.prod(x.shape[2:])) for x in (grad, hat))
    )


def for_bias(grad, hat, gamma):
    return for_weight(grad, np.ones_like(grad), gamma)


return [for_normed, for_weight, for_bias]
