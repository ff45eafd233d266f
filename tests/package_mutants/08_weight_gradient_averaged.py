"""The gradient of a weight is the mean over the batch."""

module = "normalization"
function = "affine_rules.for_weight"
old = "total(others(g), g, normed)"
new = "average(others(g), g, normed)"
tests = ["integration/test_training_flow.py"]
