"""The gradient of a bias is summed along the rows."""

module = "layers"
function = "linear_rules.for_bias"
old = "np.ones(len(g), g.dtype) @ g"
new = "g.sum(axis=0)"
tests = [
    "integration/test_gradient_flow.py",
    "integration/test_losses_integration.py",
    "integration/test_training_flow.py",
]
