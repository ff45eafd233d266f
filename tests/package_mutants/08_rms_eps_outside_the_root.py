"""RMS norm adds eps to the root."""

module = "normalization"
function = "rms_parts.forward"
old = "1 / np.sqrt(average((1,), x, x) + eps)"
new = "1 / (np.sqrt(average((1,), x, x)) + eps)"
tests = ["integration/test_training_flow.py"]
