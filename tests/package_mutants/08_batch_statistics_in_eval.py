"""After eval() the statistics are still those of the batch, and running ones move."""

module = "normalization"
function = "_BatchNorm.forward"
old = "use_batch = self.training or self.running_mean is None"
new = "use_batch = len(input) > 1"
tests = ["integration/test_training_flow.py"]
