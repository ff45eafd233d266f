"""Gradients are filled with zeros instead of being let go of."""

module = "training"
function = "training_step"
old = "optimizer.zero_grad()"
new = "optimizer.zero_grad(set_to_none=False)"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
