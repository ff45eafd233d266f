"""Only the loss is checked, not the norm of its gradient."""

module = "training"
function = "training_step"
old = "(math.isfinite(loss) and math.isfinite(norm))"
new = "math.isfinite(loss)"
tests = ["07_training/test_training.py"]
