"""Gradients are cleared before each batch of a group."""

module = "training"
function = "accumulate"
old = "    for batch in batches:\n"
new = "    for batch in batches:\n        model.zero_grad()\n"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
