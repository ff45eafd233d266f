"""A schedule computes the rate and does not give it to the optimizer."""

module = "optimizers"
function = "LRScheduler.step"
old = 'group["lr"] = lr'
new = 'group["next_lr"] = lr'
tests = ["integration/test_optimizers_integration.py", "integration/test_training_flow.py"]
