"""A value gathered several times keeps the gradient of its last use only."""

module = "autograd"
function = "reduction_rules.gather_rule"
old = "np.add.at(gradient, tuple(places), g)"
new = "gradient[tuple(places)] = g"
