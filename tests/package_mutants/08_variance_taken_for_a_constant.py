"""No gradient flows through the variance."""

module = "normalization"
function = "normalize_rule"
old = "part = normed * -average(dims, g, normed)"
new = "part = normed * 0.0"
tests = ["integration/test_training_flow.py"]
