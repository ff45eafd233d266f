"""The running variance becomes that of the last batch."""

module = "normalization"
function = "update_running"
old = "running_var += momentum *"
new = "running_var += 1.0 *"
tests = ["integration/test_training_flow.py"]
