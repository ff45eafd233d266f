"""Parameters outside of the model, of a loss for instance, are never cleared."""

module = "training"
function = "training_step"
old = "optimizer.zero_grad()"
new = "model.zero_grad()"
tests = ["integration/test_training_flow.py"]
