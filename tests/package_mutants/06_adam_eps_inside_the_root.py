"""eps is added to the mean of the squares, not to its root."""

module = "optimizers"
function = "adam_update"
old = "np.sqrt(v, out=scratch)"
new = "np.sqrt(v + eps, out=scratch)"
tests = ["integration/test_optimizers_integration.py"]
