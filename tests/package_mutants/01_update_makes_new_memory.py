"""`p -= step` gives the tensor a new array, and its views keep the old one."""

module = "tensor"
function = "overwrite"
old = 'ufunc(x.data, value, out=writable(x), casting="same_kind")'
new = "x.data = ufunc(x.data, value, dtype=x.dtype)"
