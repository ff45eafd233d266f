"""The gradient of a mean is that of a sum."""

module = "autograd"
function = "reduction_rules.mean_rule"
old = "keep_dims(g, x, dim) * share"
new = "keep_dims(g, x, dim)"
