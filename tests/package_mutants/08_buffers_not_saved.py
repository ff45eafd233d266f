"""Running statistics are not part of the state."""

module = "normalization"
function = "_BatchNorm.__init__"
old = 'self.register_buffer("running_mean", zeros(num_features) if tracked else None)'
new = 'self.register_buffer("running_mean", zeros(num_features) if tracked else None, False)'
tests = ["integration/test_training_flow.py"]
