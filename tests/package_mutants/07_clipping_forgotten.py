"""The norm is taken, but no gradient is clipped before the step."""

module = "training"
function = "training_step"
old = ".parameters(), limit)"
new = ".parameters(), math.inf)"
tests = ["07_training/test_training.py"]
