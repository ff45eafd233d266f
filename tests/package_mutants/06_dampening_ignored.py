"""The gradient goes into the buffer undampened."""

module = "optimizers"
function = "momentum_update"
old = "buffer += g if dampening == 0 else (1 - dampening) * g"
new = "buffer += g"
tests = ["integration/test_optimizers_integration.py", "integration/test_training_flow.py"]
