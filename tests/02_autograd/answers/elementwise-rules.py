# %% mutant: changes_g_in_place
"""The rule of mul multiplies into the array it was given."""

old = "return {"
new = """\
def scaled(g, factor):
    g *= factor
    return g

return {"""
old = "mul_op: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),"
new = "mul_op: (lambda g, out, a, b: scaled(g, b), lambda g, out, a, b: scaled(g, a)),"

# %% mutant: div_sign
"""The sign of the slope of a / b along b is lost."""

old = "div_op: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b),"
new = "div_op: (lambda g, out, a, b: g / b, lambda g, out, a, b: g * out / b),"

# %% mutant: div_square_missing
"""The slope of a / b along b is taken to be -a / b."""

old = "div_op: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b),"
new = "div_op: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * a / b),"

# %% mutant: exp_without_g
"""The slope of exp is returned without the chain rule."""

old = "exp_op: (lambda g, out, x: g * out,),"
new = "exp_op: (lambda g, out, x: out,),"

# %% mutant: log_divides_by_result
"""The gradient of log is divided by the result."""

old = "log_op: (lambda g, out, x: g / x,),"
new = "log_op: (lambda g, out, x: g / out,),"

# %% mutant: mul_swapped
"""The gradient of a factor is taken to be that factor times g."""

old = "mul_op: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),"
new = "mul_op: (lambda g, out, a, b: g * a, lambda g, out, a, b: g * b),"

# %% mutant: sub_sign
"""The sign of the second input of sub is lost."""

old = "sub_op: (lambda g, out, a, b: g, lambda g, out, a, b: -g),"
new = "sub_op: (lambda g, out, a, b: g, lambda g, out, a, b: g),"

# %% mutant: tanh_of_x
"""The slope of tanh is computed from x instead of from tanh(x)."""

old = "tanh_op: (lambda g, out, x: g * (1 - out * out),),"
new = "tanh_op: (lambda g, out, x: g * (1 - x * x),),"

# %% mutant: tanh_square_missing
"""The slope of tanh is taken to be 1 - tanh(x)."""

old = "tanh_op: (lambda g, out, x: g * (1 - out * out),),"
new = "tanh_op: (lambda g, out, x: g * (1 - out),),"

# %% alternative: from_inputs
"""Every slope is written with the inputs only."""


def both(rule_a, rule_b):
    return (lambda g, out, a, b: rule_a(g, a, b), lambda g, out, a, b: rule_b(g, a, b))


def one(slope):
    return (lambda g, out, x: slope(x) * g,)


rules = {add_op: both(lambda g, a, b: g, lambda g, a, b: g)}
rules[sub_op] = both(lambda g, a, b: +g, lambda g, a, b: np.negative(g))
rules[mul_op] = both(lambda g, a, b: b * g, lambda g, a, b: a * g)
rules[div_op] = both(lambda g, a, b: g / b, lambda g, a, b: -(g * a) / (b * b))
rules[neg_op] = one(lambda x: -1.0)
rules[exp_op] = one(np.exp)
rules[log_op] = one(lambda x: 1 / x)
rules[tanh_op] = one(lambda x: 1 / np.cosh(x) ** 2)
return rules

# %% alternative: named_functions
"""Named functions and lists in place of lambdas and tuples."""


def same(g, out, *inputs):
    return g


def opposite(g, out, *inputs):
    return -1 * g


def times_other(i):
    return lambda g, out, *inputs: np.multiply(g, inputs[1 - i])


return {
    add_op: [same, same],
    sub_op: [same, opposite],
    mul_op: [times_other(0), times_other(1)],
    div_op: [lambda g, out, a, b: g / b, lambda g, out, a, b: -(g / b) * (a / b)],
    neg_op: [opposite],
    exp_op: [lambda g, out, x: out * g],
    log_op: [lambda g, out, x: g * (1 / x)],
    tanh_op: [lambda g, out, x: g * (1 + out) * (1 - out)],
}
