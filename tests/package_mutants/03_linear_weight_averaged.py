"""The gradient of the weight is averaged over the batch."""

module = "layers"
function = "linear_rules.for_weight"
old = "as_rows(g).T @ as_rows(x)"
new = "as_rows(g).T @ as_rows(x) / len(as_rows(x))"
