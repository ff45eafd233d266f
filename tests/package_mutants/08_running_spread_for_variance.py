"""The running variance moves towards the standard deviation."""

module = "normalization"
function = "update_running"
old = "running_var += momentum * (var *"
new = "running_var += momentum * (np.sqrt(var) *"
tests = ["integration/test_training_flow.py"]
