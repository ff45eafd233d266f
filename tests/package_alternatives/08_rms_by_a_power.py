"""RMS norm takes the power -1/2."""

module = "normalization"
function = "rms_parts.forward"
old = "1 / np.sqrt(average((1,), x, x) + eps)"
new = "(average((1,), x, x) + eps) ** -0.5"
tests = ["integration/test_training_flow.py", "08_normalization/test_normalization.py"]
