"""Only the first parameter's gradient is cleared."""

module = "training"
function = "training_step"
old = "    optimizer.zero_grad()\n"
new = '    optimizer.param_groups[0]["params"][0].grad = None\n'
tests = ["07_training/test_training.py"]
