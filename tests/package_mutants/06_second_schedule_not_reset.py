"""A schedule in a sequence goes on counting from the beginning of the run."""

module = "optimizers"
function = "SequentialLR.get_lr"
old = "scheduler.step(steps)"
new = "scheduler.step(self.last_epoch)"
tests = ["integration/test_optimizers_integration.py"]
