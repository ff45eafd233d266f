"""The unbiased variance counts examples, without their length."""

module = "normalization"
function = "norm_forward"
old = "math.prod(view[d] for d in dims)"
new = "view[0]"
tests = ["integration/test_training_flow.py"]
