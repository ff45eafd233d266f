"""The mean divides by all rows, ignored ones among them."""

module = "losses"
function = "target_scale"
old = "scale / scale.sum()"
new = "scale / len(scale)"
