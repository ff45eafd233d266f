"""Gradients are cleared before the forward pass, and once more: nothing is left to clear."""

module = "training"
function = "training_step"
old = "    optimizer.zero_grad()\n"
new = "    optimizer.zero_grad()\n    optimizer.zero_grad()\n"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
