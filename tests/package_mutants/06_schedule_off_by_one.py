"""A schedule begins at its second rate."""

module = "optimizers"
function = "LRScheduler.step"
old = "self.last_epoch + 1 if"
new = "self.last_epoch + 1 + (self.last_epoch < 0) if"
tests = ["integration/test_optimizers_integration.py"]
