"""The gradient of x is not divided by the spread."""

module = "normalization"
function = "normalize_rule"
old = "    part *= inverse\n"
new = ""
tests = ["integration/test_training_flow.py"]
