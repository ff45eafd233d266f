"""After eval() the bias is not added."""

module = "normalization"
function = "fold"
old = "shift if bias is None else shift + bias"
new = "shift"
tests = ["integration/test_training_flow.py"]
