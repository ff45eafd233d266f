"""No gradient flows through the mean."""

module = "normalization"
function = "normalize_rule"
old = "    part -= average(dims, g)\n"
new = ""
tests = ["integration/test_training_flow.py"]
