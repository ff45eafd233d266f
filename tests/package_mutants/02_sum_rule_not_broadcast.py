"""The gradient of a sum is handed on in the shape of the sum."""

module = "autograd"
function = "reduction_rules.sum_rule"
old = "return np.broadcast_to(keep_dims(g, x, dim), x.shape)"
new = "return keep_dims(g, x, dim)"
