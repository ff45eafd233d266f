"""A second backward replaces .grad instead of adding to it."""

module = "autograd"
function = "deposit"
old = "x.grad.data += g"
new = "x.grad.data[...] = g"
