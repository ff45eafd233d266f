"""The gradient of a sum is an array of its own."""

module = "autograd"
function = "reduction_rules.sum_rule"
old = "np.broadcast_to(keep_dims(g, x, dim), x.shape)"
new = "keep_dims(g, x, dim) * np.ones_like(x)"
tests = ["integration/test_gradient_flow.py", "integration/test_training_flow.py"]
