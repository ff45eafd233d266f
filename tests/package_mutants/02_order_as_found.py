"""Nodes are visited in the order in which they are found, before all uses were."""

module = "autograd"
function = "graph_order"
old = "return sorted(nodes, key=lambda node: node.origin.serial, reverse=True)"
new = "return nodes"
