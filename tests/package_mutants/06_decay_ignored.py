"""Weight decay that is coupled is ignored."""

module = "optimizers"
function = "decayed"
old = "return g + weight_decay * p"
new = "return g"
tests = ["integration/test_optimizers_integration.py", "integration/test_training_flow.py"]
