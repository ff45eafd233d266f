"""AdamW puts the decay into the gradient, as Adam does."""

module = "optimizers"
function = "decayed"
old = "if decoupled:"
new = "if False:"
tests = ["integration/test_optimizers_integration.py"]
