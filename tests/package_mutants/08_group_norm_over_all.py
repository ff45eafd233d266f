"""Group norm takes all channels for one group."""

module = "normalization"
function = "group_norm"
old = "group_view(input.shape, num_groups)"
new = "group_view(input.shape, 1)"
tests = ["integration/test_training_flow.py"]
