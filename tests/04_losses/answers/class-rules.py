# %% mutant: columns
"""1 is taken off in whole columns."""

old = "gradient[np.arange(len(x)), target] -= g"
new = "gradient[:, target] -= g[:, None]"

# %% mutant: divided_twice
"""Divided by the number of rows again."""

old = """\
    gradient[np.arange(len(x)), target] -= g
    return gradient"""
new = """\
    gradient[np.arange(len(x)), target] -= g
    return gradient / len(x)"""

# %% mutant: g_ignored
"""The gradient of the losses is not used."""

old = """\
    gradient = e * (g / row_sums(e))[:, None]  # (n, classes) * (n, 1)
    gradient[np.arange(len(x)), target] -= g"""
new = """\
    gradient = e / row_sums(e)[:, None]
    gradient[np.arange(len(x)), target] -= 1"""

# %% mutant: scale_ignored
"""g is the gradient of the result, and was taken for that of each row."""

old = """\
    g = row_gradients(g, scale, len(x))  # (n,)
    gradient = e"""
new = """\
    g = g * np.ones(len(x), x.dtype)
    gradient = e"""

# %% mutant: in_place
"""The saved exponentials are overwritten."""

old = """\
    gradient = e * (g / row_sums(e))[:, None]  # (n, classes) * (n, 1)
    gradient[np.arange(len(x)), target] -= g
    return gradient"""
new = """\
    e *= (g / row_sums(e))[:, None]
    e[np.arange(len(x)), target] -= g
    return e"""

# %% mutant: no_target
"""The softmax alone."""

old = """\
    gradient[np.arange(len(x)), target] -= g
    return gradient"""
new = "    return gradient"

# %% mutant: not_normalised
"""The exponentials are not divided by their sums."""

old = "gradient = e * (g / row_sums(e))[:, None]"
new = "gradient = e * g[:, None]"

# %% mutant: one_unscaled
"""1 is taken off after the product with g."""

old = "gradient[np.arange(len(x)), target] -= g"
new = "gradient[np.arange(len(x)), target] -= 1"

# %% mutant: sign_lost
"""Target minus softmax."""

old = """\
    gradient[np.arange(len(x)), target] -= g
    return gradient"""
new = """\
    gradient[np.arange(len(x)), target] -= g
    return -gradient"""

# %% mutant: target_added
"""The target is added."""

old = "gradient[np.arange(len(x)), target] -= g"
new = "gradient[np.arange(len(x)), target] += g"

# %% mutant: g_not_summed
"""In log_softmax each logit gets its own g only, not the sum of all."""

old = "p *= np.sum(g, axis=dim, keepdims=True)"
new = "p *= g"

# %% mutant: rule_of_softmax
"""The rule of the softmax in the place of that of its logarithm."""

old = """\
    p *= np.sum(g, axis=dim, keepdims=True)  # in place: large arrays cost time to make
    return np.subtract(g, p, out=p)"""
new = "    return p * (g - np.sum(g * p, axis=dim, keepdims=True))"

# %% mutant: logarithm_kept
"""The result of log_softmax is taken for the softmax."""

old = "p = np.exp(out)"
new = "p = out.copy()"

# %% mutant: last_dim
"""g is summed along the last dimension, whatever dim is."""

old = "p *= np.sum(g, axis=dim, keepdims=True)"
new = "p *= np.sum(g, axis=-1, keepdims=True)"

# %% mutant: result_overwritten
"""The result of log_softmax, which forward saved, is overwritten."""

old = "p = np.exp(out)"
new = "p = np.exp(out, out=out)"

# %% mutant: no_tuples
"""The rules without the comma that makes a tuple of one: a TypeError where the first is taken."""

old = """\
    log_softmax_op: (log_softmax_rule,),
    nll_op: (nll_rule,),
    cross_entropy_op: (cross_entropy_rule,),"""
new = """\
    log_softmax_op: log_softmax_rule,
    nll_op: nll_rule,
    cross_entropy_op: cross_entropy_rule,"""

# %% mutant: dimension_lost
"""The sum of g does not keep its dimension: a ValueError, as (2, 3) and (2,) do not broadcast."""

old = "p *= np.sum(g, axis=dim, keepdims=True)"
new = "p = p * np.sum(g, axis=dim)"

# %% mutant: nll_sign
"""The minus of the negative log-likelihood is lost."""

old = "gradient[np.arange(len(x)), target] = -row_gradients(g, scale, len(x))"
new = "gradient[np.arange(len(x)), target] = row_gradients(g, scale, len(x))"

# %% mutant: nll_columns
"""Whole columns get the gradient of nll_loss, not one value in each row."""

old = "gradient[np.arange(len(x)), target] = -row_gradients(g, scale, len(x))"
new = "gradient[:, target] = -row_gradients(g, scale, len(x))"

# %% mutant: nll_widened
"""The gradient of nll_loss is float64, whatever the logits are."""

old = "gradient = np.zeros_like(x)  # (n, classes)"
new = "gradient = np.zeros(x.shape)"

# %% mutant: nll_softmax
"""nll_loss gets the gradient of cross-entropy, as if it took the softmax itself."""

old = "gradient = np.zeros_like(x)  # (n, classes)"
new = "gradient = np.exp(x) * row_gradients(g, scale, len(x))[:, None]"

# %% edge: softmax_of_the_logits
"""The softmax is computed from the logits again: exp of 1,000 is infinite."""

old = "p = np.exp(out)"
new = """\
with np.errstate(all="ignore"):
    p = np.exp(x) / np.exp(x).sum(axis=dim, keepdims=True)"""

# %% edge: transposed_for_dim_0
"""Along dim 0 the table is transposed, along any other dim the last one is summed."""

old = "p *= np.sum(g, axis=dim, keepdims=True)"
new = "p *= np.sum(g, axis=0 if dim == 0 else -1, keepdims=True)"

# %% alternative: compared
"""The target by comparing class numbers, and each rule a lambda."""


def is_target(x, target):
    return np.arange(x.shape[1]) == target[:, None]


def rows(g, scale, x):
    return row_gradients(g, scale, len(x))[:, None].astype(x.dtype)


def softmax_rule(g, out, x, dim=-1):
    return g - np.exp(out) * g.sum(axis=dim, keepdims=True)


return {
    nll_op: (lambda g, out, x, t, scale, reduction: -rows(g, scale, x) * is_target(x, t),),
    log_softmax_op: (softmax_rule,),
    cross_entropy_op: (
        lambda g, e, x, target, scale, reduction: (
            rows(g, scale, x) * (e / e.sum(axis=1, keepdims=True) - is_target(x, target))
        ).astype(e.dtype),
    ),
}

# %% alternative: put_along_axis
"""With put_along_axis, and softmax minus one-hot."""


def log_softmax_rule(g, out, x, dim=-1):
    return g - np.exp(out) * np.sum(g, axis=dim, keepdims=True)


def nll_rule(g, out, x, target, scale, reduction):
    gradient = np.zeros_like(x)
    each = -row_gradients(g, scale, len(x))[:, None]
    np.put_along_axis(gradient, target[:, None], each.astype(x.dtype), axis=1)
    return gradient


def cross_entropy_rule(g, e, x, target, scale, reduction):
    g = row_gradients(g, scale, len(x))[:, None].astype(e.dtype)
    one_hot = np.eye(e.shape[1], dtype=e.dtype)[target]
    return (e / e.sum(axis=1, keepdims=True) - one_hot) * g


rules = {log_softmax_op: log_softmax_rule, nll_op: nll_rule, cross_entropy_op: cross_entropy_rule}
return {op: (rule,) for op, rule in rules.items()}
