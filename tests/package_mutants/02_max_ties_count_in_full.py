"""Where several values are the largest, each gets the whole gradient."""

module = "autograd"
function = "amax_rule"
old = "(keep_dims(g, x, dim) / ties.astype(g.dtype))"
new = "keep_dims(g, x, dim)"
