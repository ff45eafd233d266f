"""The step is forgotten."""

module = "training"
function = "training_step"
old = "    optimizer.step()\n"
new = ""
tests = ["07_training/test_training.py"]
