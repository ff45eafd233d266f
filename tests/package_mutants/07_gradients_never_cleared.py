"""Gradients of all steps so far add up."""

module = "training"
function = "training_step"
old = "    optimizer.zero_grad()\n"
new = ""
tests = ["07_training/test_training.py"]
