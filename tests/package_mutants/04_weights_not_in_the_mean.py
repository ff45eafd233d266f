"""A weighted mean divides by the number of rows, not by their weights."""

module = "losses"
function = "target_scale"
old = "scale / scale.sum()"
new = "scale / counted.sum()"
