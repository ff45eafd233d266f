"""Evaluation records a graph."""

module = "training"
function = "evaluating"
old = "        with no_grad():\n            yield model"
new = "        yield model"
tests = ["07_training/test_training.py"]
