"""Every batch counts twice."""

module = "normalization"
function = "_BatchNorm.forward"
old = "self.num_batches_tracked.array += 1"
new = "self.num_batches_tracked.array += 2"
tests = ["integration/test_training_flow.py"]
