"""The first sum of two gradients is written into an array that others hold as well."""

module = "autograd"
function = "backward"
old = "grads[x] = grads[x] + part"
new = "grads[x] += part"
