"""Backward can run twice over one graph, and counts it twice."""

module = "autograd"
function = "backward"
old = "if not retain_graph:"
new = "if False:"
