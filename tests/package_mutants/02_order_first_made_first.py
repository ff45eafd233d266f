"""Backward begins with the operation that was made first."""

module = "autograd"
function = "graph_order"
old = "reverse=True"
new = "reverse=False"
