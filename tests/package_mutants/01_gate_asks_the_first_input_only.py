"""A result requires gradients only if the first input does."""

module = "tensor"
function = "Op.__call__"
old = "if x.requires_grad:"
new = "if x is inputs[0] and x.requires_grad:"
