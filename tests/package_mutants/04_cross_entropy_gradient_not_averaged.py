"""The loss is a mean, its gradient that of a sum."""

module = "losses"
function = "row_gradients"
old = "g = g * (scale if type(scale) is float else np.nan_to_num(scale))"
new = "g = g * (1.0 if type(scale) is float else np.nan_to_num(scale))"
