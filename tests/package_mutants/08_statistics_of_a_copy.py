"""A copy of the running statistics moves."""

module = "normalization"
function = "batch_norm"
old = "(running_mean.data, running_var.data, momentum)"
new = "(running_mean.data.copy(), running_var.data.copy(), momentum)"
tests = ["integration/test_training_flow.py"]
