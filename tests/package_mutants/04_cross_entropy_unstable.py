"""The largest logit is not taken out before exp."""

module = "losses"
function = "cross_entropy_rows"
old = "e = x - np.max(x, axis=1, keepdims=True)"
new = "e = x.copy()"
