"""eps is added to the standard deviation."""

module = "normalization"
function = "normalize"
old = "1 / np.sqrt(var + eps)"
new = "1 / (np.sqrt(var) + eps)"
tests = ["integration/test_training_flow.py"]
