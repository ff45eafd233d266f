"""A parameter in two groups is not noticed, and updated twice."""

module = "optimizers"
function = "make_group"
old = "if id(p) in seen:"
new = "if False:"
tests = ["integration/test_optimizers_integration.py"]
