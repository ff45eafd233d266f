"""Nodes are visited in the order in which they are found, before all uses were."""

module = "autograd"
function = "graph_order"
old = "return sorted(results, key=lambda out: out.grad_fn.serial, reverse=True)"
new = "return results"
