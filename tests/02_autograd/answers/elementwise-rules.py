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

# %% mutant: div_without_a
"""The slope of a / b along b is taken to be -1 / b**2."""

old = "lambda g, out, a, b: -g * out / b"
new = "lambda g, out, a, b: -g / b**2"

# %% mutant: log_without_g
"""The slope of log is returned without the chain rule."""

old = "log_op: (lambda g, out, x: g / x,),"
new = "log_op: (lambda g, out, x: 1 / x,),"

# %% mutant: tanh_without_g
"""The slope of tanh is returned without the chain rule."""

old = "tanh_op: (lambda g, out, x: g * (1 - out * out),),"
new = "tanh_op: (lambda g, out, x: 1 - out * out,),"

# %% mutant: mul_divides_the_result
"""The other factor is got back by dividing the result, which is NaN where a factor is 0."""

old = "mul_op: (lambda g, out, a, b: g * b, lambda g, out, a, b: g * a),"
new = "mul_op: (lambda g, out, a, b: g * out / a, lambda g, out, a, b: g * out / b),"

# %% mutant: no_tuple
"""A rule alone, where there is one input: the comma of the tuple is missing."""

old = "neg_op: (lambda g, out, x: -g,),"
new = "neg_op: (lambda g, out, x: -g),"

# %% mutant: one_rule_for_two_inputs
"""One rule for add, for both of its inputs."""

old = "add_op: (lambda g, out, a, b: g, lambda g, out, a, b: g),"
new = "add_op: (lambda g, out, a, b: g,),"

# %% mutant: names_for_keys
"""The keys are the names of the operations."""

old = "return {"
new = "rules = {"
old = "    tanh_op: (lambda g, out, x: g * (1 - out * out),),\n}"
new = "    tanh_op: (lambda g, out, x: g * (1 - out * out),),\n}\nreturn {op.name: own for op, own in rules.items()}"

# %% mutant: widens_to_float64
"""The 1 is an array of float64, so the gradient is, too."""

old = "tanh_op: (lambda g, out, x: g * (1 - out * out),),"
new = "tanh_op: (lambda g, out, x: g * (np.ones(x.shape) - out * out),),"

# %% mutant: sums_the_broadcast
"""The rule of add undoes the broadcast itself, on the first dimension."""

old = "add_op: (lambda g, out, a, b: g, lambda g, out, a, b: g),"
new = "add_op: (lambda g, out, a, b: g, lambda g, out, a, b: g if np.shape(b) == g.shape else g.sum(0)),"

# %% edge: log_guarded
"""A small number is added to x, so that nothing is divided by 0: wrong where x is small."""

old = "log_op: (lambda g, out, x: g / x,),"
new = "log_op: (lambda g, out, x: g / (x + 1e-8),),"

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

# %% alternative: ordered_dict
"""An OrderedDict, with rules that share their slopes."""

from collections import OrderedDict


def along(slope):
    return lambda g, out, *inputs: g * slope(out, *inputs)


rules = OrderedDict()
rules[add_op] = (lambda g, *rest: g,) * 2
rules[sub_op] = (lambda g, *rest: g, lambda g, *rest: np.negative(g))
rules[mul_op] = (along(lambda out, a, b: b), along(lambda out, a, b: a))
rules[div_op] = (along(lambda out, a, b: 1 / b), along(lambda out, a, b: -a / b**2))
rules[neg_op] = (lambda g, *rest: 0 - g,)
rules[exp_op] = (along(lambda out, x: np.exp(x)),)
rules[log_op] = (along(lambda out, x: x**-1.0),)
rules[tanh_op] = (along(lambda out, x: 1 - np.square(out)),)
return rules
