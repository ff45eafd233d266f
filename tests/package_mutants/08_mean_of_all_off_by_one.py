"""With momentum None the first batch counts half."""

module = "normalization"
function = "_BatchNorm.forward"
old = "1 / max(count, 1)"
new = "1 / (count + 1)"
tests = ["integration/test_training_flow.py"]
