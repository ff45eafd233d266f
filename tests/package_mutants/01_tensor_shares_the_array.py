"""tensor(array) works on the caller's array instead of a copy."""

module = "tensor"
function = "as_array"
old = "array = np.array(data, dtype=dtype)"
new = "array = np.asarray(data, dtype=dtype)"
