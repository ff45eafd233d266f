"""A transpose keeps the numbers in their order and only changes the shape."""

module = "tensor"
function = "transpose_forward"
old = "return np.lib.stride_tricks.as_strided(x, shape, strides)"
new = "return x.reshape(shape)"
