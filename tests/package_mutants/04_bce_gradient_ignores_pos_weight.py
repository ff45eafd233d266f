"""The gradient takes every positive answer for one."""

module = "losses"
function = "bce_rule"
old = "slope = p - t if type(pos_weight) is float else (1 - t) * p - pos_weight * t * (1 - p)"
new = "slope = p - t"
