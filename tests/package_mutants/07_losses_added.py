"""The losses of a group are added, not averaged."""

module = "training"
function = "accumulate"
old = " * (samples(batch) / count)"
new = ""
tests = ["07_training/test_training.py"]
