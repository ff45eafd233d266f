"""Inputs that want no gradient get one."""

module = "autograd"
function = "input_gradients"
old = "if isinstance(x, Tensor) and x.requires_grad:"
new = "if isinstance(x, Tensor) and rule:"
