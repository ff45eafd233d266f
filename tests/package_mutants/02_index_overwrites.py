"""A row picked several times keeps the gradient of its last use only."""

module = "autograd"
function = "reduction_rules.index_rule"
old = "np.add.at(gradient, key, g)"
new = "gradient[key] = g"
