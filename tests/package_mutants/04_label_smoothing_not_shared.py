"""The smoothed part is given to every class in full instead of shared."""

module = "losses"
function = "soft_targets"
old = "label_smoothing / classes"
new = "label_smoothing"
