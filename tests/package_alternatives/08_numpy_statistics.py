"""Mean and variance are NumPy's."""

module = "normalization"
function = "normalize"
old = (
    "    mean = average(dims, x)\n    normed = x - mean\n    var = average(dims, normed, normed)\n"
)
new = (
    "    mean = x.mean(axis=dims, keepdims=True)\n"
    "    normed = x - mean\n"
    "    var = x.var(axis=dims, keepdims=True)\n"
)
tests = ["integration/test_training_flow.py", "08_normalization/test_normalization.py"]
