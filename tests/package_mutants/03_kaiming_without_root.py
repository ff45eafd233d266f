"""The standard deviation is divided by the fan instead of its root."""

module = "layers"
function = "weight_std"
old = "gain / math.sqrt(fans[mode])"
new = "gain / fans[mode]"
