"""Ignored rows count as class 0."""

module = "losses"
function = "target_scale"
old = "weight[np.where(counted, target, 0)] * counted"
new = "weight[np.where(counted, target, 0)]"
