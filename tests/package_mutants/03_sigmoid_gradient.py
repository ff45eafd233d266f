"""The gradient of sigmoid is that of its input instead of its result."""

module = "layers"
function = "activation_rules"
old = "g * out * (1 - out)"
new = "g * x * (1 - x)"
