"""SGD goes uphill."""

module = "optimizers"
function = "sgd_update"
old = "p -= lr * g"
new = "p += lr * g"
tests = ["integration/test_optimizers_integration.py"]
