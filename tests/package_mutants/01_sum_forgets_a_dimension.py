"""Of several dimensions only the first is summed."""

module = "tensor"
function = "reduce_forward"
old = "total = np.add.reduce(x, axis=dims, keepdims=keepdim, dtype=dtype)"
new = "total = np.add.reduce(x, axis=dims[:1], keepdims=keepdim, dtype=dtype)"
