"""After an evaluation every module is in training, a frozen one too."""

module = "training"
function = "evaluating"
old = "            module.training = mode"
new = "            module.training = True"
tests = ["07_training/test_training.py"]
