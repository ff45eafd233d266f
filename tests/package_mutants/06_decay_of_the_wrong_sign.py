"""Weight decay pushes weights away from zero."""

module = "optimizers"
function = "decayed"
old = "return g + weight_decay * p"
new = "return g - weight_decay * p"
tests = ["integration/test_optimizers_integration.py", "integration/test_training_flow.py"]
