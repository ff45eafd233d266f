"""Nothing is added to the variance."""

module = "normalization"
function = "normalize"
old = "np.sqrt(var + eps)"
new = "np.sqrt(var)"
tests = ["integration/test_training_flow.py"]
