"""The running variance is divided by n, as that of the batch."""

module = "normalization"
function = "update_running"
old = "var * (count / max(count - 1, 1))"
new = "var"
tests = ["integration/test_training_flow.py"]
