"""After eval() the running mean is taken off before scaling is undone."""

module = "normalization"
function = "fold"
old = "shift = -mean * scale"
new = "shift = -mean"
tests = ["integration/test_training_flow.py"]
