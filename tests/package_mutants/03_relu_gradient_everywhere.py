"""The gradient passes ReLU where it gave 0, too."""

module = "layers"
function = "activation_rules"
old = "g * (out > 0)"
new = "g * (out >= 0)"
