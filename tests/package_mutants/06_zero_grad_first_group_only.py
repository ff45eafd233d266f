"""zero_grad forgets all groups but the first."""

module = "optimizers"
function = "Optimizer.zero_grad"
old = "for group in self.param_groups:"
new = "for group in self.param_groups[:1]:"
tests = ["integration/test_optimizers_integration.py"]
