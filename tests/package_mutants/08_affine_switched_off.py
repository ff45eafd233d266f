"""The layers have no weight and bias to learn."""

module = "normalization"
function = "register_affine"
old = "Parameter(ones(*shape)) if weight else None"
new = "None"
tests = ["integration/test_training_flow.py"]
