""".grad is an array that other tensors' gradients are made of as well."""

module = "autograd"
function = "deposit"
old = "Tensor(np.array(g, x.data.dtype))"
new = "Tensor(np.asarray(g, x.data.dtype))"
