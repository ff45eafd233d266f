"""Group norm makes as many groups as a group has channels."""

module = "normalization"
function = "group_norm"
old = "group_view(input.shape, num_groups)"
new = "group_view(input.shape, input.shape[1] // num_groups)"
tests = ["integration/test_training_flow.py"]
