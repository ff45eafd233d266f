"""The gradient of a divisor has the wrong sign."""

module = "autograd"
function = "elementwise_rules"
old = "-g * out / b"
new = "g * out / b"
