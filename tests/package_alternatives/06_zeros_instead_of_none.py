"""zero_grad fills gradients with zeros whatever it is told."""

module = "optimizers"
function = "Optimizer.zero_grad"
old = "if set_to_none or p.grad is None:"
new = "if p.grad is None:"
tests = ["integration/test_training_flow.py", "integration/test_optimizers_integration.py"]
