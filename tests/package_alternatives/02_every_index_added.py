"""Picked places always get their gradients added up, also where none is picked twice."""

module = "autograd"
function = "reduction_rules.index_rule"
old = "if may_repeat(key):"
new = "if True:"
tests = ["integration/test_gradient_flow.py", "integration/test_training_flow.py"]
