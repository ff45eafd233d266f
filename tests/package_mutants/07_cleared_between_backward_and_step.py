"""Gradients are cleared between backward and step: nothing is learned."""

module = "training"
function = "training_step"
old = "    norm = clip"
new = "    optimizer.zero_grad()\n    norm = clip"
tests = ["07_training/test_training.py"]
