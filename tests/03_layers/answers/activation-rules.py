# %% mutant: leaky_multiplies_by_the_masks
"""Infinity times 0 is NaN, in both halves of leaky ReLU."""

old = "return keep(g, x > 0) + negative_slope * keep(g, x <= 0)"
new = "return g * (x > 0) + negative_slope * g * (x <= 0)"


# %% mutant: leaky_passes_at_zero
"""Leaky ReLU takes the slope at 0 from the right."""

old = "return keep(g, x > 0) + negative_slope * keep(g, x <= 0)"
new = "return keep(g, x >= 0) + negative_slope * keep(g, x < 0)"


# %% mutant: leaky_slope_fixed
"""The slope of leaky ReLU is 0.01 whatever was asked for."""

old = "return keep(g, x > 0) + negative_slope * keep(g, x <= 0)"
new = "return keep(g, x > 0) + 0.01 * keep(g, x <= 0)"


# %% mutant: leaky_widens
"""np.where(x > 0, 1, slope) is float64, and so is the gradient."""

old = "return keep(g, x > 0) + negative_slope * keep(g, x <= 0)"
new = "return np.where(x > 0, 1.0, negative_slope) * g"


# %% mutant: leaky_without_a_slope
"""Leaky ReLU's parameter is not provided for: TypeError."""

old = "def leaky_relu_rule(g, out, x, negative_slope=0.01):"
new = "def leaky_relu_rule(g, out, x):"
old = "return keep(g, x > 0) + negative_slope * keep(g, x <= 0)"
new = "return np.where(x > 0, g, 0.01 * g)"


# %% mutant: relu_multiplies_by_the_mask
"""Infinity times 0 is NaN where ReLU is off."""

old = "relu_op: (lambda g, out, x: keep(g, out > 0),),"
new = "relu_op: (lambda g, out, x: g * (out > 0),),"


# %% mutant: relu_slope_one_at_zero
"""ReLU passes the gradient on at 0, too."""

old = "relu_op: (lambda g, out, x: keep(g, out > 0),),"
new = "relu_op: (lambda g, out, x: keep(g, x >= 0),),"


# %% mutant: relu_without_g
"""The rule of ReLU returns the slope, without the chain rule's g."""

old = "relu_op: (lambda g, out, x: keep(g, out > 0),),"
new = "relu_op: (lambda g, out, x: (out > 0).astype(x.dtype),),"


# %% mutant: relu_writes_into_g
"""Zeros are written into g, which others may need."""

old = "relu_op: (lambda g, out, x: keep(g, out > 0),),"
new = "relu_op: (lambda g, out, x: [g.__setitem__(out + x <= 0, 0), g][1],),"


# %% mutant: sigmoid_of_x
"""The slope of the sigmoid is computed with x in place of the sigmoid."""

old = "sigmoid_op: (lambda g, out, x: g * out * (1 - out),),"
new = "sigmoid_op: (lambda g, out, x: g * x * (1 - x),),"


# %% mutant: silu_first_term_only
"""The product rule's second term is missing."""

old = "silu_op: (lambda g, s, x: g * s * (1 + x * (1 - s)),),"
new = "silu_op: (lambda g, s, x: g * s,),"


# %% mutant: silu_forgotten
"""The rule of SiLU is missing."""

old = "silu_op: (lambda g, s, x: g * s * (1 + x * (1 - s)),),"
new = ""


# %% mutant: silu_saved_is_the_result
"""Takes the saved value for x * sigmoid(x)."""

old = "silu_op: (lambda g, s, x: g * s * (1 + x * (1 - s)),),"
new = "silu_op: (lambda g, out, x: g * (out / x + out * (1 - out / x)),),"


# %% mutant: softmax_diagonal
"""Softmax as if each value depended on itself alone."""

old = "return out * (g - np.sum(g * out, axis=dim, keepdims=True))"
new = "return g * out * (1 - out)"


# %% mutant: softmax_last_dim_only
"""Softmax always adds up along the last dimension."""

old = "return out * (g - np.sum(g * out, axis=dim, keepdims=True))"
new = "return out * (g - np.sum(g * out, axis=-1, keepdims=True))"


# %% mutant: softmax_sum_without_out
"""Softmax subtracts the sum of g, not of g times the result."""

old = "return out * (g - np.sum(g * out, axis=dim, keepdims=True))"
new = "return out * (g - np.sum(g, axis=dim, keepdims=True))"


# %% edge: leaky_by_the_sign_of_the_result
"""Leaky ReLU looks at the sign of the result, which a negative slope turns round."""

old = "return keep(g, x > 0) + negative_slope * keep(g, x <= 0)"
new = "return keep(g, out > 0) + negative_slope * keep(g, out <= 0)"


# %% alternative: chosen_by_where
"""np.where in place of keep, in an OrderedDict."""

from collections import OrderedDict

return OrderedDict(
    [
        (relu_op, (lambda g, y, x: np.where(x > 0, g, 0),)),
        (
            leaky_relu_op,
            (lambda g, y, x, negative_slope=0.01: np.where(x > 0, g, negative_slope * g),),
        ),
        (sigmoid_op, (lambda g, y, x: g * (y * (1 - y)),)),
        (silu_op, (lambda g, s, x: g * (s + x * s * (1 - s)),)),
        (softmax_op, (lambda g, y, x, dim: y * (g - (g * y).sum(axis=dim, keepdims=True)),)),
    ]
)


# %% alternative: from_inputs
"""Every slope from x; softmax by its table of slopes."""


def softmax_rule(g, out, x, dim):
    y, seed = np.moveaxis(out, dim, -1), np.moveaxis(g, dim, -1)
    slopes = y[..., :, None] * (np.eye(y.shape[-1], dtype=y.dtype) - y[..., None, :])
    return np.moveaxis((seed[..., None, :] @ slopes)[..., 0, :], -1, dim)


def leaky(g, out, x, negative_slope=0.01):
    return np.where(x > 0, g, g * negative_slope)


def silu_rule(g, s, x):
    return g * (s + x * s * (1 - s))


rules = {relu_op: lambda g, out, x: np.where(x > 0, g, 0).astype(g.dtype)}
rules |= {leaky_relu_op: leaky, silu_op: silu_rule, softmax_op: softmax_rule}
rules[sigmoid_op] = lambda g, out, x: g * (out - out * out)
return {op: (rule,) for op, rule in rules.items()}


# %% alternative: masks_and_lists
"""Masks written into a copy of g, lists in place of tuples."""


def relu_rule(g, out, x):
    part = g.copy()
    part[out <= 0] = 0
    return part


def leaky_rule(g, out, x, negative_slope=0.01):
    part = g.copy()
    part[x <= 0] *= negative_slope
    return part


def softmax_rule(g, out, x, dim):
    weighed = g * out
    return weighed - out * weighed.sum(axis=dim, keepdims=True)


return {
    relu_op: [relu_rule],
    leaky_relu_op: [leaky_rule],
    sigmoid_op: [lambda g, out, x: (1 - out) * out * g],
    silu_op: [lambda g, s, x: g * (x * s) * (1 - s) + g * s],
    softmax_op: [softmax_rule],
}
