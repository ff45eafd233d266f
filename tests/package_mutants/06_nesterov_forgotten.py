"""Nesterov's momentum is the ordinary one."""

module = "optimizers"
function = "momentum_update"
old = "if nesterov else"
new = "if False else"
tests = ["integration/test_optimizers_integration.py"]
