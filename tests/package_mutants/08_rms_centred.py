"""RMS norm takes the mean out, as layer norm does."""

module = "normalization"
function = "rms_parts.forward"
old = "    inverse = 1"
new = "    x = x - average((1,), x)\n        inverse = 1"
tests = ["integration/test_training_flow.py"]
