""".grad is an array that other tensors' gradients are made of as well."""

module = "autograd"
function = "accumulate_grad"
old = "Tensor(np.array(g, x.array.dtype))"
new = "Tensor(np.asarray(g, x.array.dtype))"
