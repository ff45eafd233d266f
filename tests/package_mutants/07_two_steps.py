"""The step is taken twice."""

module = "training"
function = "training_step"
old = "    optimizer.step()\n"
new = "    optimizer.step()\n    optimizer.step()\n"
tests = ["07_training/test_training.py"]
