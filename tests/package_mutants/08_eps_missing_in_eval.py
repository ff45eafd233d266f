"""After eval() nothing is added to the variance."""

module = "normalization"
function = "fold"
old = "np.sqrt(var + eps)"
new = "np.sqrt(var)"
tests = ["integration/test_training_flow.py"]
