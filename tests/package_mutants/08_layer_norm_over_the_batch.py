"""Layer norm takes each feature of all examples together."""

module = "normalization"
function = "layer_norm"
old = "dims=(1,)"
new = "dims=(0,)"
tests = ["integration/test_training_flow.py"]
