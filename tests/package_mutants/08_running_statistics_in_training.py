"""Batches are normalized by the running statistics in training, too."""

module = "normalization"
function = "_BatchNorm.forward"
old = "self.weight, self.bias, use_batch, momentum"
new = "self.weight, self.bias, False, momentum"
tests = ["integration/test_training_flow.py"]
