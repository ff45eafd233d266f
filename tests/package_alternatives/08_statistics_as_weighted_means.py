"""Running statistics are (1 - momentum) of the old plus momentum of the new."""

module = "normalization"
function = "update_running"
old = (
    "    running_mean += momentum * (mean - running_mean)\n"
    "    running_var += momentum * (var * (count / max(count - 1, 1)) - running_var)\n"
)
new = (
    "    unbiased = var * (count / max(count - 1, 1))\n"
    "    running_mean[...] = (1 - momentum) * running_mean + momentum * mean\n"
    "    running_var[...] = (1 - momentum) * running_var + momentum * unbiased\n"
)
tests = ["integration/test_training_flow.py", "08_normalization/test_normalization.py"]
