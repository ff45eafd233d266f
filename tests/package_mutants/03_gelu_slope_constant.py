"""One of GELU's constants is that of the forward pass in its slope as well."""

module = "layers"
function = "gelu_forward"
old = "0.134145 * square"
new = "0.044715 * square"
