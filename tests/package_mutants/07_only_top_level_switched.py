"""Only the outermost module is put into evaluation."""

module = "training"
function = "evaluating"
old = "    model.eval()\n"
new = "    model.training = False\n"
tests = ["07_training/test_training.py"]
