"""Examples are divided by the root of the variance over n - 1."""

module = "normalization"
function = "normalize"
old = "inverse = 1 / np.sqrt(var + eps)"
new = (
    "n = math.prod(x.shape[d] for d in dims)\n"
    "    inverse = 1 / np.sqrt(var * (n / max(n - 1, 1)) + eps)"
)
tests = ["integration/test_training_flow.py"]
