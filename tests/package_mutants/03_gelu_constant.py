"""One of GELU's constants is wrong in the forward pass."""

module = "layers"
function = "gelu_forward"
old = "0.7978845608028654 * x"
new = "0.8862269254527580 * x"
