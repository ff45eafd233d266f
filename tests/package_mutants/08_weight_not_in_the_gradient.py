"""The gradient of x passes the weight by."""

module = "normalization"
function = "affine_rules.for_normed"
old = "g * along_dim_1(weight, g.ndim)"
new = "g * 1"
tests = ["integration/test_training_flow.py"]
