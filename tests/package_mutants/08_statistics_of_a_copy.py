"""A copy of the running statistics moves."""

module = "normalization"
function = "batch_norm"
old = "(running_mean.array, running_var.array, momentum)"
new = "(running_mean.array.copy(), running_var.array.copy(), momentum)"
tests = ["integration/test_training_flow.py"]
