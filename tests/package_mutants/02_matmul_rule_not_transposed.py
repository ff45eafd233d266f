"""The gradient of the left factor is g @ b instead of g @ b.T."""

module = "autograd"
function = "matmul_rules.for_a"
old = "b.swapaxes(-1, -2)"
new = "b"
