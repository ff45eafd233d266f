"""The model is evaluated in training: dropout acts, statistics move."""

module = "training"
function = "evaluating"
old = "    model.eval()\n"
new = ""
tests = ["07_training/test_training.py"]
