"""The gradient of the mean is divided by the rows, not by all values."""

module = "losses"
function = "mse_rule"
old = "g / difference.size"
new = "g / len(difference)"
