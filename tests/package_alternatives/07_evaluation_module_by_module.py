"""Every module is switched by itself, and from innermost to outermost back."""

module = "training"
function = "evaluating"
old = "    model.eval()\n"
new = "    for module, _ in modes:\n        module.training = False\n    modes.reverse()\n"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
