"""`p -= step` gives the tensor a new array, and its views keep the old one."""

module = "tensor"
function = "overwrite"
old = 'ufunc(x.array, value, out=writable(x), casting="same_kind")'
new = "x.array = ufunc(x.array, value, dtype=x.dtype)"
