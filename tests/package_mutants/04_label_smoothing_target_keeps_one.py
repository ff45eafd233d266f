"""The target keeps all its weight beside the smoothed part."""

module = "losses"
function = "soft_targets"
old = "+= 1 - label_smoothing"
new = "+= 1"
