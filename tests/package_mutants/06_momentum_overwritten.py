"""The buffer of momentum becomes the gradient at each step."""

module = "optimizers"
function = "momentum_update"
old = "if first:"
new = "if True:"
tests = ["integration/test_optimizers_integration.py"]
