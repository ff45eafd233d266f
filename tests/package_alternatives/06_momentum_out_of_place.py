"""The direction is a new array; what is kept is the same."""

module = "optimizers"
function = "momentum_update"
old = "return g + momentum * buffer if nesterov else buffer"
new = "return g + momentum * buffer if nesterov else buffer.copy()"
tests = ["integration/test_training_flow.py", "integration/test_optimizers_integration.py"]
