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
