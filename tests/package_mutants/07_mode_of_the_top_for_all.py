"""After an evaluation every module has the mode of the whole model."""

module = "training"
function = "evaluating"
old = "module.training = mode"
new = "module.training = modes[0][1]"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
