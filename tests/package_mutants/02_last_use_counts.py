"""A tensor used twice keeps the gradient of one use only."""

module = "autograd"
function = "backward"
old = "grads[x] = grads[x] + part"
new = "grads[x] = part"
