"""No gradient flows through the mean square."""

module = "normalization"
function = "rms_parts.rule"
old = "part = normed * -average((1,), g, normed)"
new = "part = normed * 0.0"
tests = ["integration/test_training_flow.py"]
