"""A batch that is not finite stays in the running statistics."""

module = "training"
function = "Trainer._train_step"
old = "buffer.copy_(kept)"
new = "pass"
tests = ["integration/test_training_flow.py"]
