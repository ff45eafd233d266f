"""A second backward replaces .grad instead of adding to it."""

module = "autograd"
function = "accumulate_grad"
old = "x.grad.array += g"
new = "x.grad.array[...] = g"
