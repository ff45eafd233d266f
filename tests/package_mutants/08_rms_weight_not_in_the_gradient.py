"""The gradient of RMS norm passes the weight by."""

module = "normalization"
function = "rms_rule"
old = "g.reshape(table) * weight.reshape(-1)"
new = "g.reshape(table) * 1"
tests = ["integration/test_training_flow.py"]
