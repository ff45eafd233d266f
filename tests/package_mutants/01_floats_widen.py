"""Whatever is not float32 already becomes float64."""

module = "tensor"
function = "narrowed"
old = "is_wide = any(x.dtype == np.float64 for x in deciding)"
new = "is_wide = True"
