"""The model is put into training before every step instead of every epoch."""

module = "training"
function = "training_step"
old = "    optimizer.zero_grad()\n"
new = "    model.train()\n    optimizer.zero_grad()\n"
tests = ["07_training/test_training.py", "integration/test_training_flow.py"]
