"""The gradient of a weight is that of the last example."""

module = "normalization"
function = "affine_rules.for_weight"
old = "total(others(g), g, normed).reshape(-1)"
new = "(g * normed)[-1].reshape(-1)"
tests = ["integration/test_training_flow.py"]
