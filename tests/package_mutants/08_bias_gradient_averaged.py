"""The gradient of a bias is the mean over the batch."""

module = "normalization"
function = "affine_rules.for_bias"
old = "total(others(g), g)"
new = "average(others(g), g)"
tests = ["integration/test_training_flow.py"]
