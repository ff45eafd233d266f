"""The gradient of a square lacks its 2."""

module = "losses"
function = "mse_rule"
old = "2 * g * difference"
new = "g * difference"
