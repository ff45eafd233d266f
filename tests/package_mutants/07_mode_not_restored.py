"""After an evaluation the model stays in evaluation."""

module = "training"
function = "evaluating"
old = "            module.training = mode"
new = "            pass"
tests = ["07_training/test_training.py"]
