"""Momentum is the share of the old statistics, not of the new ones."""

module = "normalization"
function = "norm_forward"
old = "count, running[2])"
new = "count, 1 - running[2])"
tests = ["integration/test_training_flow.py"]
