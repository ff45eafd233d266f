"""Adam's means are not corrected for their start at 0."""

module = "optimizers"
function = "adam_update"
old = "root = math.sqrt(1 - betas[1] ** step)"
new = "root, step = 1.0, math.inf"
tests = ["integration/test_optimizers_integration.py"]
